/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/program.h"

#include <string.h>
#include <unistd.h>

#include "sys/child.h"
#include "sys/clock.h"

enum { OUTPUT_LIMIT = 8 * 1024 * 1024, PATIENCE_MS = 8000, ARGUMENTS = 64 };

static const char *find(const char *name, char room[256])
{
	static const char *const places[] = { "/usr/bin", "/bin", "/run/current-system/sw/bin" };
	size_t i;

	for (i = 0; i < CO_COUNT(places); i++) {
		snprintf(room, 256, "%s/%s", places[i], name);
		if (access(room, X_OK) == 0)
			return room;
	}
	return NULL;
}

int co_program_run(struct co_reading *r, const char *const *argv, struct co_buf *out, struct co_err *err)
{
	char path[256], runtime[64];
	const char *args[ARGUMENTS];
	const char *const env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "SYSTEMD_COLORS=0",
				    "SYSTEMD_PAGER=",	  runtime,	    NULL };
	int64_t left = r->call->deadline - co_clock_ms();
	struct co_child_run run = { .argv = args, .env = env, .output_limit = OUTPUT_LIMIT };
	size_t i;
	int code, status = 0;

	if (!r->host->live || !find(argv[0], path))
		return co_err_set(err, CO_ERR_SYSTEM, "not-found", "\"%s\" is not installed", argv[0]);
	args[0] = path;
	for (i = 1; argv[i] && i < ARGUMENTS - 1; i++)
		args[i] = argv[i];
	args[i] = NULL;
	snprintf(runtime, sizeof(runtime), "XDG_RUNTIME_DIR=/run/user/%ld", (long)getuid());
	run.timeout_ms = left < PATIENCE_MS ? (int)(left > 0 ? left : 1) : PATIENCE_MS;
	co_buf_reset(out);
	code = co_child_run(&run, out, &status, err);
	if (!code && status != 0)
		code = co_err_set(err, CO_ERR_SYSTEM, "exit", "\"%s\" ended with exit status %d", argv[0],
				  status);
	co_buf_add(out, "", 0);
	return code;
}
