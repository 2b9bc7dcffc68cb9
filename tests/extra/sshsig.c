/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sshsig: what our code says of SSH signatures, to be held against ssh-keygen.
 *   sshsig sign KEY NAMESPACE <DATA                                  an armoured signature
 *   sshsig verify SIGNERS PRINCIPAL NAMESPACE TIME SIGNATURE <DATA   "ok", or "refused ID MESSAGE"
 */
#include "approve/signers.h"
#include "base/time.h"
#include "crypto/sshprivate.h"
#include "crypto/sshsig.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 16 * 1024 * 1024 };

static int sign(char **argv, const struct co_buf *data, struct co_buf *out, struct co_err *err)
{
	struct co_secret seed = CO_SECRET_INIT;
	struct co_buf text = CO_BUF_INIT, blob = CO_BUF_INIT;
	int rc = co_file_read(argv[2], LIMIT, CO_FILE_PRIVATE, &text, err);

	if (rc == CO_OK)
		rc = co_sshprivate_parse(co_buf_str(&text), text.len, &seed, err);
	if (rc == CO_OK)
		rc = co_sshsig_sign(&seed, co_buf_str(data), data->len, argv[3], &blob, err);
	if (rc == CO_OK)
		co_sshsig_armour(blob.data, blob.len, out);
	co_buf_clear(&blob);
	co_buf_clear(&text);
	co_secret_clear(&seed);
	return rc;
}

static int verify(char **argv, const struct co_buf *data, struct co_buf *out, struct co_err *err)
{
	struct co_signers signers = { .local = 0 };
	struct co_sshkey key = CO_SSHKEY_INIT;
	struct co_buf text = CO_BUF_INIT, armour = CO_BUF_INIT, blob = CO_BUF_INIT;
	int64_t at = 0;
	int rc = co_file_read(argv[2], LIMIT, 0, &text, err);

	if (co_time_parse(&at, argv[5]) < 0)
		return co_err_set(err, CO_ERR_USAGE, "usage", "no time: %s", argv[5]);
	if (rc == CO_OK)
		rc = co_signers_parse(&signers, co_buf_str(&text), text.len, argv[2], err);
	if (rc == CO_OK)
		rc = co_file_read(argv[6], LIMIT, 0, &armour, err);
	if (rc == CO_OK)
		rc = co_sshsig_unarmour(co_buf_str(&armour), armour.len, &blob, err);
	if (rc == CO_OK)
		rc = co_sshsig_verify(blob.data, blob.len, co_buf_str(data), data->len, argv[4], &key, err);
	if (rc == CO_OK)
		rc = co_signers_check(&signers, &key, argv[3], argv[4], at, err);
	if (rc == CO_OK)
		co_buf_adds(out, "ok\n");
	co_buf_clear(&text);
	co_buf_clear(&armour);
	co_buf_clear(&blob);
	co_sshkey_clear(&key);
	co_signers_clear(&signers);
	return rc;
}

int main(int argc, char **argv)
{
	struct co_buf data = CO_BUF_INIT, out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc = co_fd_read(0, LIMIT, "standard input", &data, &err);

	if (rc == CO_OK && argc == 4 && strcmp(argv[1], "sign") == 0)
		rc = sign(argv, &data, &out, &err);
	else if (rc == CO_OK && argc == 7 && strcmp(argv[1], "verify") == 0)
		rc = verify(argv, &data, &out, &err);
	else if (rc == CO_OK)
		rc = co_err_set(&err, CO_ERR_USAGE, "usage", "see the top of tests/extra/sshsig.c");
	if (rc == CO_OK)
		fputs(co_buf_str(&out), stdout);
	else
		printf("refused %s %s\n", err.id, err.message);
	co_buf_clear(&data);
	co_buf_clear(&out);
	return -rc;
}
