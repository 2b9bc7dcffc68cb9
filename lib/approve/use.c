/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/approve.h"

#include "base/time.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USED_BYTES = 64 * 1024 };

static json_t *describe(const struct co_approve_facts *facts, const struct co_approve_verdict *verdict,
			const char *plan)
{
	json_t *statements = json_array(), *record = json_object();
	char time[CO_TIME_LEN + 1];
	int denied = 0;
	size_t i;

	for (i = 0; i < verdict->approvals.count; i++) {
		const struct co_approve_one *one = &verdict->approvals.items[i];

		if (one->counts || one->deny)
			json_array_append_new(statements, json_string_nocheck(one->statement));
		denied |= one->deny;
	}
	co_time_format(time, facts->now);
	json_object_set_new_nocheck(record, "plan", json_string_nocheck(plan));
	json_object_set_new_nocheck(record, "run", json_string_nocheck(facts->run->id));
	json_object_set_new_nocheck(record, "at", json_string_nocheck(time));
	json_object_set_new_nocheck(record, "how", json_string_nocheck(denied ? "denied" : "executed"));
	json_object_set_new_nocheck(record, "statements", statements);
	return record;
}

/* Says when and by which run, as far as the record can be read. */
static int already_used(const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *record = NULL;
	const char *how, *run, *at;

	if (co_file_read(path, USED_BYTES, CO_FILE_TRUSTED, &text, NULL) == CO_OK)
		record = co_json_parse(co_buf_str(&text), text.len, path, NULL);
	how = co_json_str(record, "how");
	run = co_json_str(record, "run");
	at = co_json_str(record, "at");
	if (how && run && at)
		co_err_set(err, CO_ERR_NO, "already-used", "this plan was %s at %s, by run %s", how, at, run);
	else
		co_err_set(err, CO_ERR_NO, "already-used", "this plan was executed or denied before");
	co_err_hint(err, "an approval serves once: plan again, and have that approved");
	json_decref(record);
	co_buf_clear(&text);
	return CO_ERR_NO;
}

static char *used_path(const struct co_approve_facts *facts, const char *plan)
{
	return co_xasprintf("%s/used/%s", facts->config->state_dir, strchr(plan, ':') + 1);
}

int co_approve_unused(const struct co_approve_facts *facts, struct co_err *err)
{
	char plan[CO_DIGEST_LEN + 1], *path;
	int rc = co_run_digest(facts->run, "plan", plan, err);

	if (rc < 0)
		return rc;
	path = used_path(facts, plan);
	if (access(path, F_OK) == 0)
		rc = already_used(path, err);
	else if (errno != ENOENT && errno != ENOTDIR)
		rc = co_err_sys(err, errno, "cannot look for \"%s\"", path);
	free(path);
	return rc;
}

int co_approve_use(const struct co_approve_facts *facts, const struct co_approve_verdict *verdict,
		   struct co_err *err)
{
	char *directory = co_xasprintf("%s/used", facts->config->state_dir), *path = NULL;
	char plan[CO_DIGEST_LEN + 1];
	struct co_buf text = CO_BUF_INIT;
	struct co_err failed = CO_ERR_INIT;
	json_t *record;
	int rc = co_run_digest(facts->run, "plan", plan, &failed);

	if (rc == CO_OK)
		rc = co_dir_make(directory, &failed);
	if (rc == CO_OK) {
		record = describe(facts, verdict, plan);
		co_json_write(&text, record, CO_JSON_COMPACT);
		co_buf_addc(&text, '\n');
		json_decref(record);
		path = used_path(facts, plan);
		rc = co_file_create(path, text.data, text.len, 0600, &failed);
	}
	if (rc == CO_ERR_NO && strcmp(failed.id, "exists") == 0)
		already_used(path, &failed);
	if (rc < 0 && err)
		*err = failed;
	co_buf_clear(&text);
	free(path);
	free(directory);
	return rc;
}
