/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run.h"

#include "base/id.h"
#include "codec/canon.h"

#include <stdlib.h>
#include <string.h>

static const struct co_field error_fields[] = {
	CO_STR(struct co_run_error, stage, CO_REQUIRED),
	CO_STR(struct co_run_error, code, CO_REQUIRED),
	CO_STR(struct co_run_error, message, CO_REQUIRED),
	CO_STR(struct co_run_error, hint, 0),
	CO_STR(struct co_run_error, path, 0),
	CO_END,
};

const struct co_shape co_run_error_shape = { "error", sizeof(struct co_run_error), error_fields };

static const struct co_field summary_fields[] = {
	CO_STRS(struct co_summary, text, CO_WRITTEN),
	CO_JSON(struct co_summary, counts, CO_OBJECT_ONLY),
	CO_END,
};

const struct co_shape co_summary_shape = { "summary", sizeof(struct co_summary), summary_fields };

static const struct co_field run_fields[] = {
	CO_ROW(struct co_run, "co", format, CO_FIELD_STR, CO_REQUIRED, NULL, NULL, 0, 0),
	CO_STR(struct co_run, id, CO_REQUIRED),
	CO_OBJECT(struct co_run, request, 0, &co_request_shape),
	CO_OBJECT(struct co_run, intent, 0, &co_intent_shape),
	CO_OBJECT(struct co_run, plan, 0, &co_plan_shape),
	CO_OBJECT(struct co_run, decision, 0, &co_decision_shape),
	CO_OBJECTS(struct co_run, approvals, 0, &co_approval_shape),
	CO_OBJECT(struct co_run, execution, 0, &co_execution_shape),
	CO_OBJECTS(struct co_run, findings, 0, &co_finding_shape),
	CO_OBJECT(struct co_run, summary, 0, &co_summary_shape),
	CO_OBJECT(struct co_run, error, 0, &co_run_error_shape),
	CO_JSON(struct co_run, ext, CO_OBJECT_ONLY),
	CO_END,
};

const struct co_shape co_run_shape = { "run document", sizeof(struct co_run), run_fields };

static int check(const struct co_run *run, const json_t *doc, struct co_err *err)
{
	static const char *const exact[] = { "intent", "plan", "decision" };
	size_t i;

	if (strcmp(run->format, CO_RUN_FORMAT) != 0) {
		co_err_set(err, CO_ERR_INPUT, "wrong-format", "format \"%s\" is not \"%s\"", run->format,
			   CO_RUN_FORMAT);
		return co_err_under(err, "co"), CO_ERR_INPUT;
	}
	if (!co_id_valid(run->id)) {
		co_err_set(err, CO_ERR_INPUT, "bad-id", "\"%s\" is not a ULID", run->id);
		return co_err_under(err, "id"), CO_ERR_INPUT;
	}
	for (i = 0; i < CO_COUNT(exact); i++) {
		const json_t *section = json_object_get(doc, exact[i]);

		if (section && co_canon_check_exact(section, err) < 0)
			return co_err_under(err, exact[i]), CO_ERR_INPUT;
	}
	return CO_OK;
}

int co_run_decode(struct co_run *run, json_t *doc, struct co_err *err)
{
	struct co_run decoded = { 0 };
	int rc = co_shape_decode(&co_run_shape, doc, &decoded, err);

	if (rc == CO_OK)
		rc = check(&decoded, doc, err);
	if (rc < 0) {
		co_shape_clear(&co_run_shape, &decoded);
		json_decref(doc);
		return rc;
	}
	decoded.doc = doc;
	*run = decoded;
	return CO_OK;
}

void co_run_clear(struct co_run *run)
{
	json_t *doc = run->doc;

	co_shape_clear(&co_run_shape, run);
	json_decref(doc);
}

void co_run_set(struct co_run *run, const char *section, json_t *value)
{
	json_object_set_new_nocheck(run->doc, section, value);
}

static char *text_or_null(const char *s)
{
	return *s ? co_xstrdup(s) : NULL;
}

void co_run_set_error(struct co_run *run, const char *stage, const struct co_err *err)
{
	struct co_run_error *error = co_xcalloc(1, sizeof(*error));
	struct co_buf message = CO_BUF_INIT;

	if (run->error)
		co_shape_clear(&co_run_error_shape, run->error);
	free(run->error);
	if (err->file[0])
		co_buf_addf(&message, "%s:%u:%u: ", err->file, err->line, err->column);
	co_buf_adds(&message, err->message);
	error->stage = co_xstrdup(stage);
	error->code = co_xstrdup(err->id);
	error->message = co_buf_take(&message);
	error->hint = text_or_null(err->hint);
	error->path = text_or_null(err->path);
	run->error = error;
	if (run->doc)
		co_run_set(run, "error", co_shape_encode(&co_run_error_shape, error));
}

int co_run_digest(const struct co_run *run, const char *section, char out[CO_DIGEST_LEN + 1],
		  struct co_err *err)
{
	const json_t *value = json_object_get(run->doc, section);
	struct co_buf canonical = CO_BUF_INIT;
	int rc;

	if (!value)
		return co_err_set(err, CO_ERR_INPUT, "missing-section", "the document has no %s", section);
	rc = co_canon_write(&canonical, value, err);
	if (rc == CO_OK)
		co_sha256_text(canonical.data, canonical.len, out);
	co_buf_clear(&canonical);
	return rc;
}
