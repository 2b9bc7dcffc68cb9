/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/evidence.h"

#include "codec/canon.h"
#include "crypto/sha256.h"
#include "sys/atomicfile.h"

#include <stdlib.h>
#include <string.h>

int co_evidence_keep(const char *directory, json_t *output, char **digest, struct co_err *err)
{
	struct co_buf canonical = CO_BUF_INIT;
	char text[CO_DIGEST_LEN + 1], *path;
	int rc = co_canon_write(&canonical, output, err);

	if (rc == CO_OK && canonical.len > CO_EVIDENCE_BYTES) {
		co_sha256_text(canonical.data, canonical.len, text);
		path = co_xasprintf("%s/%s.json", directory, strchr(text, ':') + 1);
		rc = co_file_replace(path, canonical.data, canonical.len, 0600, err);
		if (rc == CO_OK)
			*digest = co_xstrdup(text);
		free(path);
	}
	co_buf_clear(&canonical);
	return rc;
}
