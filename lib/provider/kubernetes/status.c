/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/status.h"

#include "codec/json.h"

#include <string.h>

/* By cause, else by reason, else by HTTP status. */
static const struct meaning {
	const char *reason;
	int status;
	int code;
	const char *id;
	const char *hint;
} meanings[] = {
	{ "DisruptionBudget", 0, CO_ERR_NO, "disruption-budget", "wait until enough other pods are ready" },
	{ "FieldManagerConflict", 0, CO_ERR_NO, "conflict", "another manager owns these fields; force takes them over" },
	{ "Unauthorized", 401, CO_ERR_REMOTE, "unauthorized", "log in again: the credential was refused" },
	{ "Forbidden", 403, CO_ERR_REMOTE, "forbidden", "co-plan --permissions shows what a plan needs" },
	{ "NotFound", 404, CO_ERR_REMOTE, "not-found", NULL },
	{ "AlreadyExists", 0, CO_ERR_NO, "already-exists", NULL },
	{ "Conflict", 409, CO_ERR_NO, "conflict", "it was changed since it was read; plan again" },
	{ "Expired", 410, CO_ERR_REMOTE, "expired", NULL },
	{ "Gone", 410, CO_ERR_REMOTE, "expired", NULL },
	{ "Invalid", 422, CO_ERR_INPUT, "invalid", NULL },
	{ "BadRequest", 400, CO_ERR_INPUT, "invalid", NULL },
	{ "TooManyRequests", 429, CO_ERR_REMOTE, "throttled", "the server is busy; try again later" },
	{ "Timeout", 504, CO_ERR_REMOTE, "server-error", NULL },
	{ NULL, 405, CO_ERR_INPUT, "invalid", NULL },
	{ NULL, 406, CO_ERR_REMOTE, "bad-answer", NULL },
	{ NULL, 415, CO_ERR_INPUT, "invalid", NULL },
};

static const struct meaning *meaning_of(const char *cause, const char *reason, int status)
{
	size_t i;

	for (i = 0; i < CO_COUNT(meanings); i++)
		if (cause && meanings[i].reason && strcmp(meanings[i].reason, cause) == 0)
			return &meanings[i];
	for (i = 0; i < CO_COUNT(meanings); i++)
		if (reason && meanings[i].reason && strcmp(meanings[i].reason, reason) == 0)
			return &meanings[i];
	for (i = 0; i < CO_COUNT(meanings); i++)
		if (meanings[i].status == status)
			return &meanings[i];
	return NULL;
}

static int set(int status, const char *cause, const char *reason, const char *who, const char *message,
	       struct co_err *err)
{
	const struct meaning *m = meaning_of(cause, reason, status);
	int code = m ? m->code : CO_ERR_REMOTE;

	co_err_set(err, code, m ? m->id : "server-error", "\"%s\" answers %d%s%s: %s", who, status, reason ? " " : "",
		   reason ? reason : "", message);
	if (m && m->hint)
		co_err_hint(err, "%s", m->hint);
	return code;
}

/* The message, with what the causes say beyond it. */
static void add_message(struct co_buf *text, const json_t *status)
{
	const char *message = co_json_str(status, "message");
	json_t *cause;
	size_t i;

	co_buf_adds(text, message && *message ? message : "no reason given");
	json_array_foreach(json_object_get(json_object_get(status, "details"), "causes"), i, cause) {
		const char *more = co_json_str(cause, "message"), *field = co_json_str(cause, "field");

		if (more && *more && !strstr(co_buf_str(text), more) && i < 4)
			co_buf_addf(text, "; %s%s%s", field ? field : "", field ? ": " : "", more);
	}
}

/* The reason of the first cause; a uid that does not fit is a conflict, though some servers call it invalid. */
static const char *cause_of(const json_t *causes)
{
	json_t *cause;
	size_t i;

	json_array_foreach((json_t *)causes, i, cause) {
		const char *field = co_json_str(cause, "field");

		if (field && strcmp(field, "metadata.uid") == 0)
			return "Conflict";
	}
	return co_json_str(json_array_get(causes, 0), "reason");
}

int co_kube_refused_by(const json_t *status, int code, const char *who, struct co_err *err)
{
	const json_t *causes = json_object_get(json_object_get(status, "details"), "causes");
	const json_int_t said = json_integer_value(json_object_get(status, "code"));
	const char *reason = co_json_str(status, "reason");
	struct co_buf text = CO_BUF_INIT;
	int rc;

	if (!code)
		code = said > 0 && said < 1000 ? (int)said : 500;
	add_message(&text, status);
	rc = set(code, cause_of(causes), reason && *reason ? reason : NULL, who,
		 co_buf_str(&text), err);
	co_buf_clear(&text);
	return rc;
}

static json_t *parse(const char *body, size_t len)
{
	json_t *value = len && *body == '{' ? co_json_parse(body, len, "answer", NULL) : NULL;
	const char *kind = co_json_str(value, "kind");

	if (kind && strcmp(kind, "Status") == 0)
		return value;
	json_decref(value);
	return NULL;
}

int co_kube_refused(int status, const char *body, size_t len, const char *who, struct co_err *err)
{
	enum { SHOWN = 200 };
	json_t *value = parse(body, len);
	char text[SHOWN + 1];
	size_t n = 0;
	int rc;

	if (value) {
		rc = co_kube_refused_by(value, status, who, err);
		json_decref(value);
		return rc;
	}
	while (n < len && n < SHOWN && body[n] && body[n] != '\n' && body[n] != '<')
		n++;
	memcpy(text, n ? body : "", n);
	text[n] = '\0';
	return set(status, NULL, NULL, who, n ? text : "no reason given", err);
}

int co_kube_is_certain(int status, const char *body, size_t len)
{
	json_t *value;
	const char *message;
	int certain;

	if (status < 500)
		return 1;
	value = parse(body, len);
	message = co_json_str(value, "message");
	/* Admission comes before anything is stored. */
	certain = message && (strstr(message, "failed calling webhook") || strstr(message, "admission webhook"));
	json_decref(value);
	return certain;
}
