/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/outside/answer.h"

#include "base/time.h"
#include "intent/change/change.h"
#include "intent/outside/checked.h"
#include "intent/request.h"

#include <string.h>

/* The model's words, as they are. */
struct pair {
	int field;
	char *value;
};

struct answer {
	char *verb; /* or "unclear" */
	char *action;
	char *subject;
	CO_LIST(struct pair) target;
	CO_LIST(struct pair) parameters;
	CO_LIST(char *) constraints;
	char *since; /* "" when no time is said */
	char *until;
};

static const struct co_field slot_fields[] = {
	CO_ROW(struct pair, "slot", field, CO_FIELD_ENUM, CO_REQUIRED, NULL, co_slot_names, 0, 0),
	CO_STR(struct pair, value, CO_REQUIRED),
	CO_END,
};
static const struct co_shape slot_shape = { "slot", sizeof(struct pair), slot_fields };

static const struct co_field parameter_fields[] = {
	CO_ROW(struct pair, "name", field, CO_FIELD_ENUM, CO_REQUIRED, NULL, co_parameter_names, 0, 0),
	CO_STR(struct pair, value, CO_REQUIRED),
	CO_END,
};
static const struct co_shape parameter_shape = { "parameter", sizeof(struct pair), parameter_fields };

static const struct co_field answer_fields[] = {
	CO_STR(struct answer, verb, CO_REQUIRED),
	CO_STR(struct answer, action, CO_REQUIRED),
	CO_STR(struct answer, subject, CO_REQUIRED),
	CO_OBJECTS(struct answer, target, CO_REQUIRED, &slot_shape),
	CO_OBJECTS(struct answer, parameters, CO_REQUIRED, &parameter_shape),
	CO_STRS(struct answer, constraints, CO_REQUIRED),
	CO_STR(struct answer, since, CO_REQUIRED),
	CO_STR(struct answer, until, CO_REQUIRED),
	CO_END,
};
static const struct co_shape answer_shape = { "answer", sizeof(struct answer), answer_fields };

static int decode(struct answer *answer, const char *text, size_t len, struct co_err *err)
{
	json_t *value;
	int rc;

	if (len > CO_ANSWER_BYTES)
		return co_err_set(err, CO_ERR_INPUT, "model-answer", "the answer has %zu bytes", len), CO_ERR_INPUT;
	value = co_json_parse(text, len, "the answer", err);
	if (!value)
		return co_err_id(err, "model-answer"), CO_ERR_INPUT;
	rc = co_shape_decode(&answer_shape, value, answer, err);
	json_decref(value);
	return rc < 0 ? (co_err_id(err, "model-answer"), CO_ERR_INPUT) : CO_OK;
}

static int unclear(struct co_err *err)
{
	co_err_set(err, CO_ERR_NO, "unclear", "the model found nothing in it that could be looked at or changed");
	return co_err_hint(err, "say it in other words; see --examples"), CO_ERR_NO;
}

static int check_window(struct co_checked *c, const struct answer *a, struct co_err *err)
{
	int64_t since, until;

	if (!*a->since && !*a->until)
		return CO_OK;
	if (co_time_parse(&since, a->since) < 0 || co_time_parse(&until, a->until) < 0)
		return co_err_set(err, CO_ERR_INPUT, "model-answer", "the window is no pair of times"), CO_ERR_INPUT;
	return co_checked_window(c, since, until, err);
}

static int check_parts(struct co_checked *c, const struct answer *a, const struct co_parser_input *input,
		       struct co_err *err)
{
	int rc = co_checked_verb(c, a->verb, err);
	size_t i;

	if (rc == CO_OK && *a->action)
		rc = co_checked_action(c, a->action, err);
	if (rc == CO_OK)
		rc = co_checked_subject(c, a->subject, err);
	for (i = 0; i < a->target.count && rc == CO_OK; i++)
		rc = co_checked_slot(c, (enum co_slot)a->target.items[i].field, a->target.items[i].value, err);
	for (i = 0; i < a->parameters.count && rc == CO_OK; i++)
		rc = co_checked_parameter(c, (enum co_parameter)a->parameters.items[i].field,
					  a->parameters.items[i].value, err);
	for (i = 0; i < a->constraints.count && rc == CO_OK; i++)
		rc = co_checked_constraint(c, a->constraints.items[i], err);
	if (rc == CO_OK)
		rc = check_window(c, a, err);
	if (rc == CO_OK && input->scope)
		rc = co_checked_scope(c, input->scope, err);
	return rc;
}

/* What the parser itself reads of commands, times and numbers. Without a plain command no change is read. */
static void prepare(struct co_reading *r)
{
	if (co_request_read(r) != CO_CLEAR || co_reading_command(r) != CO_CLEAR)
		r->action = NULL;
	if (r->action)
		co_quantity_read(r);
}

static void set_parser(struct co_intent *out)
{
	out->parser = co_xcalloc(1, sizeof(*out->parser));
	out->parser->kind = co_xstrdup("model");
	out->parser->version = CO_ANSWER_VERSION;
}

int co_answer_read(const struct co_parser_input *input, const char *sentence, size_t sentence_len, const char *text,
		   size_t len, struct co_intent *out, struct co_err *err)
{
	struct co_reading reading;
	struct answer answer = { 0 };
	struct co_checked *checked;
	int rc = co_reading_open(&reading, input, sentence, sentence_len, err);

	if (rc < 0)
		return rc;
	prepare(&reading);
	checked = co_checked_new(input, &reading);
	rc = decode(&answer, text, len, err);
	if (rc == CO_OK && strcmp(answer.verb, "unclear") == 0)
		rc = unclear(err);
	if (rc == CO_OK)
		rc = check_parts(checked, &answer, input, err);
	if (rc == CO_OK)
		rc = co_checked_emit(checked, CO_ANSWER_CONFIDENCE, out, err);
	if (rc == CO_OK)
		set_parser(out);
	co_shape_clear(&answer_shape, &answer);
	co_checked_free(checked);
	co_reading_close(&reading);
	return rc;
}
