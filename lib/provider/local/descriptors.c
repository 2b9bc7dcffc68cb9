/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/descriptors.h"

#include <errno.h>
#include <stdlib.h>

#include "provider/local/proc.h"

enum { TARGET_LIMIT = 4096 };

static int of_process(struct co_reading *r, pid_t pid, co_descriptor_seen *seen, void *context,
		      size_t *closed)
{
	char target[TARGET_LIMIT];
	struct dirent *e;
	int code = CO_OK;
	DIR *d = co_proc_dir(r->host, "proc/%d/fd", (int)pid);

	if (!d) {
		*closed += errno == EACCES || errno == EPERM;
		return CO_OK;
	}
	while (!code && (e = readdir(d)) != NULL) {
		code = co_reading_check(r);
		if (!code && e->d_name[0] != '.' &&
		    co_proc_link(r->host, target, sizeof(target), "proc/%d/fd/%s", (int)pid, e->d_name) == 0)
			seen(context, pid, e->d_name, target);
	}
	closedir(d);
	return code;
}

int co_descriptors(struct co_reading *r, co_descriptor_seen *seen, void *context, size_t *closed)
{
	size_t n, i;
	pid_t *pids = co_pids(r->host, &n);
	int code = CO_OK;

	*closed = 0;
	for (i = 0; i < n && !code; i++)
		code = of_process(r, pids[i], seen, context, closed);
	free(pids);
	return code;
}
