/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/resume.h"

#include "audit/directory.h"
#include "audit/scan.h"
#include "codec/json.h"
#include "exec/journal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct co_past_step *step_of(struct co_past *past, const char *id)
{
	struct co_past_step *step;
	size_t i;

	for (i = 0; i < past->steps.count; i++)
		if (strcmp(past->steps.items[i].id, id) == 0)
			return &past->steps.items[i];
	step = co_grow(&past->steps.items, &past->steps.count, sizeof(*step));
	step->id = co_xstrdup(id);
	return step;
}

const struct co_past_step *co_past_find(const struct co_past *past, const char *id)
{
	size_t i;

	for (i = 0; past && i < past->steps.count; i++)
		if (strcmp(past->steps.items[i].id, id) == 0)
			return &past->steps.items[i];
	return NULL;
}

static int role_of(const struct co_audit_record *record)
{
	const char *name = record->detail ? co_json_str(record->detail, "role") : NULL;

	return name ? co_enum_value(co_role_names, name) - 1 : CO_ROLE_STEP;
}

static int says(const struct co_audit_record *record, const char *result)
{
	return record->result && strcmp(record->result, result) == 0;
}

static void add_intent(struct co_past *past, const struct co_audit_record *record)
{
	struct co_past_step *step;
	json_t *undo;

	if (!record->detail || !co_json_str(record->detail, "token")) /* a read */
		return;
	step = step_of(past, record->step);
	if (role_of(record) == CO_ROLE_UNDO) {
		step->state = CO_PAST_UNDOING;
		past->rolling_back = 1;
		return;
	}
	step->state = CO_PAST_DOUBT;
	undo = json_object_get(record->detail, "undo");
	if (json_is_array(json_object_get(undo, "call"))) { /* else it was kept by digest alone */
		json_decref(step->undo);
		step->undo = json_incref(undo);
	}
}

static void add_result(struct co_past *past, const struct co_audit_record *record)
{
	int role = role_of(record), done = says(record, "done");
	struct co_past_step *step = (struct co_past_step *)co_past_find(past, record->step);

	if (!step)
		return;
	if (role == CO_ROLE_VERIFY) {
		step->verified = done;
		return;
	}
	if ((role != CO_ROLE_STEP && role != CO_ROLE_UNDO && role != CO_ROLE_LOOKUP) || says(record, "in-doubt"))
		return;
	if (role == CO_ROLE_UNDO)
		step->state = done ? CO_PAST_UNDONE : CO_PAST_CHANGED;
	else
		step->state = done ? CO_PAST_CHANGED : CO_PAST_NONE;
}

static void set(char **text, const char *value)
{
	free(*text);
	*text = co_xstrdup(value);
}

void co_past_add(struct co_past *past, const struct co_audit_record *record)
{
	if (strcmp(record->type, CO_AUDIT_EXEC_START) == 0) {
		const char *plan = record->detail ? co_json_str(record->detail, "plan") : NULL;

		set(&past->plan, plan ? plan : "");
		set(&past->ended, NULL);
	} else if (strcmp(record->type, CO_AUDIT_EXEC_END) == 0)
		set(&past->ended, record->result ? record->result : "");
	else if (strcmp(record->type, CO_AUDIT_APPROVAL_USED) == 0)
		past->used = 1;
	else if (record->step && strcmp(record->type, CO_AUDIT_STEP_INTENT) == 0)
		add_intent(past, record);
	else if (record->step && strcmp(record->type, CO_AUDIT_STEP_RESULT) == 0)
		add_result(past, record);
}

/* A line of the run; others that merely mention its id are let by. */
static int add_line(struct co_past *past, const struct co_audit_piece *piece, const char *run, struct co_err *err)
{
	struct co_audit_record record = { 0 };
	json_t *value = co_json_parse(piece->data, piece->len, "the audit log", err);
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	rc = co_shape_decode(&co_audit_record_shape, value, &record, err);
	if (rc == CO_OK && record.run && strcmp(record.run, run) == 0)
		co_past_add(past, &record);
	co_shape_clear(&co_audit_record_shape, &record);
	json_decref(value);
	return rc;
}

static int read_log(struct co_past *past, int dir, const char *run, struct co_err *err)
{
	struct co_audit_scan *scan;
	struct co_audit_piece piece;
	int rc = co_audit_scan_open(&scan, dir, INT64_MIN, err);

	if (rc < 0)
		return rc;
	co_audit_scan_want(scan, run, strlen(run));
	while ((rc = co_audit_scan_next(scan, &piece, 0, err)) > 0) {
		if (piece.kind != CO_AUDIT_LINE)
			continue;
		rc = add_line(past, &piece, run, err);
		if (rc < 0)
			break;
	}
	co_audit_scan_close(scan);
	return rc;
}

static int in_doubt(const struct co_past *past)
{
	size_t i;

	for (i = 0; i < past->steps.count; i++)
		if (past->steps.items[i].state == CO_PAST_DOUBT || past->steps.items[i].state == CO_PAST_UNDOING)
			return 1;
	return 0;
}

static int check(const struct co_past *past, const char *run, const char *digest, struct co_err *err)
{
	if (!past->plan) {
		co_err_set(err, CO_ERR_NO, "unknown-run", "the audit log knows no run \"%s\"", run);
		return co_err_hint(err, "it may have been executed on another host");
	}
	if (strcmp(past->plan, digest) != 0)
		return co_err_set(err, CO_ERR_NO, "other-plan", "run \"%s\" executed another plan than this one", run);
	if (past->ended && !in_doubt(past))
		return co_err_set(err, CO_ERR_NO, "already-ended", "run \"%s\" ended: %s", run, past->ended);
	return CO_OK;
}

int co_past_read(struct co_past *past, const char *directory, const char *run, const char *digest, struct co_err *err)
{
	struct co_past read = { .plan = NULL };
	int dir, rc = co_audit_directory_open(&dir, directory, 1, err);

	if (rc < 0)
		return rc;
	rc = read_log(&read, dir, run, err);
	close(dir);
	if (rc == CO_OK)
		rc = check(&read, run, digest, err);
	if (rc == CO_OK)
		*past = read;
	else
		co_past_clear(&read);
	return rc;
}

void co_past_clear(struct co_past *past)
{
	size_t i;

	for (i = 0; i < past->steps.count; i++) {
		free(past->steps.items[i].id);
		json_decref(past->steps.items[i].undo);
	}
	free(past->steps.items);
	free(past->plan);
	free(past->ended);
	*past = (struct co_past){ .plan = NULL };
}
