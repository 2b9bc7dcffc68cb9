/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/statement.h"

#include "codec/canon.h"

#include <string.h>

const char *const co_answer_names[] = { "approve", "deny", NULL };

static const struct co_field requester_fields[] = {
	CO_STR(struct co_statement_requester, by, CO_REQUIRED | CO_NONEMPTY),
	CO_INT(struct co_statement_requester, uid, CO_REQUIRED | CO_WRITTEN, 0, 0),
	CO_STR(struct co_statement_requester, host, CO_REQUIRED | CO_NONEMPTY),
	CO_END,
};

static const struct co_shape requester_shape = { "requester", sizeof(struct co_statement_requester), requester_fields };

static const struct co_field approver_fields[] = {
	CO_STR(struct co_statement_approver, principal, CO_REQUIRED | CO_NONEMPTY),
	CO_INT(struct co_statement_approver, uid, CO_REQUIRED | CO_WRITTEN, 0, 0),
	CO_STR(struct co_statement_approver, host, CO_REQUIRED | CO_NONEMPTY),
	CO_END,
};

static const struct co_shape approver_shape = { "approver", sizeof(struct co_statement_approver), approver_fields };

static const struct co_field statement_fields[] = {
	CO_STR(struct co_statement, type, CO_REQUIRED),
	CO_ENUM(struct co_statement, decision, CO_REQUIRED, co_answer_names),
	CO_STR(struct co_statement, plan, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_statement, policy, CO_REQUIRED | CO_NONEMPTY),
	CO_OBJECT(struct co_statement, requester, CO_REQUIRED, &requester_shape),
	CO_OBJECT(struct co_statement, approver, CO_REQUIRED, &approver_shape),
	CO_STR(struct co_statement, nonce, CO_REQUIRED | CO_NONEMPTY),
	CO_TIME(struct co_statement, issued, CO_REQUIRED),
	CO_TIME(struct co_statement, approve_by, CO_REQUIRED),
	CO_TIME(struct co_statement, execute_by, CO_REQUIRED),
	CO_STR(struct co_statement, audience, CO_REQUIRED | CO_NONEMPTY),
	CO_END,
};

const struct co_shape co_statement_shape = { "statement", sizeof(struct co_statement), statement_fields };

int co_statement_encode(const struct co_statement *statement, struct co_buf *out, struct co_err *err)
{
	json_t *value = co_shape_encode(&co_statement_shape, statement);
	int rc = co_canon_write(out, value, err);

	json_decref(value);
	return rc;
}

static int check_form(const json_t *value, const char *bytes, size_t len, struct co_err *err)
{
	struct co_buf canonical = CO_BUF_INIT;
	int same, rc = co_canon_write(&canonical, value, err);

	if (rc == CO_OK) {
		same = canonical.len == len && memcmp(canonical.data, bytes, len) == 0;
		rc = same ? CO_OK :
			    co_err_set(err, CO_ERR_INPUT, "bad-statement", "the statement is not in its canonical form");
	}
	co_buf_clear(&canonical);
	return rc;
}

int co_statement_decode(struct co_statement *statement, const char *bytes, size_t len, struct co_err *err)
{
	struct co_statement decoded = { 0 };
	json_t *value;
	int rc;

	if (len > CO_STATEMENT_BYTES)
		return co_err_set(err, CO_ERR_INPUT, "bad-statement", "the statement is too long");
	value = co_json_parse(bytes, len, "statement", err);
	if (!value)
		return CO_ERR_INPUT;
	rc = check_form(value, bytes, len, err);
	if (rc == CO_OK)
		rc = co_shape_decode(&co_statement_shape, value, &decoded, err);
	json_decref(value);
	if (rc < 0)
		return rc;
	if (strcmp(decoded.type, CO_STATEMENT_TYPE) != 0) {
		co_shape_clear(&co_statement_shape, &decoded);
		return co_err_set(err, CO_ERR_INPUT, "bad-statement", "the statement is not a \"%s\"", CO_STATEMENT_TYPE);
	}
	*statement = decoded;
	return CO_OK;
}
