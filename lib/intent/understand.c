/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/understand.h"

#include "intent/outside/answer.h"
#include "intent/outside/prompt.h"

#include <string.h>

/* ---- one model's answer */

/* Who was asked and what it cost; true also of an answer that was refused. */
static void set_cost(struct co_parser *parser, const struct co_asker_reply *reply)
{
	parser->provider = co_xstrdup(reply->provider);
	parser->model = co_xstrdup(reply->model);
	parser->input_tokens = reply->input_tokens;
	parser->output_tokens = reply->output_tokens;
	parser->cost_usd = co_xstrdup(reply->cost_usd);
}

static int ask_model(const struct co_reader *r, const char *text, size_t len, struct co_intent *out,
		     struct co_asker_reply *reply, struct co_err *err)
{
	struct co_asker_question question = { NULL, NULL, NULL, NULL };
	int rc;

	co_prompt_make(&question, r->input, text, len);
	rc = co_asker_ask(r->asker, &question, reply, err);
	if (rc == CO_OK)
		rc = co_answer_read(r->input, text, len, reply->text, strlen(reply->text), out, err);
	if (rc == CO_ERR_INPUT && strcmp(err->id, "model-answer") == 0)
		rc = err->code = CO_ERR_REMOTE; /* the document that is wrong is not the caller's */
	co_shape_clear(&co_asker_question_shape, &question);
	return rc;
}

/* A valid "no" of the model is its answer; all else is a failure. */
static int is_answer(int rc, const struct co_err *err)
{
	return rc == CO_OK || (rc == CO_ERR_NO && co_is_among(err->id, "unclear out-of-scope"));
}

/* ---- do both say the same? */

/* Target slots that one may leave out and the other say: they follow from the rest. */
static int may_be_absent(const char *key)
{
	return co_is_among(key, "provider kind");
}

static int is_equal_target(json_t *a, json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach(a, key, value) {
		json_t *other = json_object_get(b, key);

		if (other ? !json_equal(value, other) : !may_be_absent(key))
			return 0;
	}
	return 1;
}

static int is_equal_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int has_all(const struct co_intent *a, const struct co_intent *b)
{
	size_t i, k;

	for (i = 0; i < a->constraints.count; i++) {
		for (k = 0; k < b->constraints.count; k++)
			if (strcmp(a->constraints.items[i], b->constraints.items[k]) == 0)
				break;
		if (k == b->constraints.count)
			return 0;
	}
	return 1;
}

/* The first thing that differs; NULL if they agree. The window comes from the parser wherever it found one. */
static const char *difference(const struct co_intent *a, const struct co_intent *b)
{
	if (a->verb != b->verb)
		return "verb";
	if (!is_equal_text(a->action, b->action))
		return "action";
	if (!is_equal_text(a->subject, b->subject))
		return "subject";
	if (!is_equal_target(a->target, b->target) || !is_equal_target(b->target, a->target))
		return "target";
	if (!json_equal(a->parameters, b->parameters))
		return "parameters";
	if (!has_all(a, b) || !has_all(b, a))
		return "constraints";
	return !a->window != !b->window ? "window" : NULL;
}

static void describe(const struct co_intent *intent, struct co_buf *out)
{
	const char *name = json_string_value(json_object_get(intent->target, "name"));

	co_buf_adds(out, co_enum_name(co_verb_names, intent->verb));
	if (intent->action)
		co_buf_addf(out, "/%s", intent->action);
	co_buf_addf(out, " %s%s%.40s", intent->subject, name ? " " : "", name ? name : "");
}

static int differ(const struct co_intent *rules, const struct co_intent *model, const char *what, struct co_err *err)
{
	struct co_buf both = CO_BUF_INIT;

	co_err_set(err, CO_ERR_NO, "unclear", "the parser and the model differ on the %s", what);
	co_buf_adds(&both, "the parser reads ");
	describe(rules, &both);
	co_buf_adds(&both, ", the model ");
	describe(model, &both);
	co_err_hint(err, "%s", co_buf_str(&both));
	co_buf_clear(&both);
	return CO_ERR_NO;
}

static int one_sided(const char *who, const struct co_intent *read, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;

	co_err_set(err, CO_ERR_NO, "unclear", "only the %s understands it", who);
	describe(read, &text);
	co_err_hint(err, "the %s reads %s", who, co_buf_str(&text));
	co_buf_clear(&text);
	return CO_ERR_NO;
}

/* ---- all of it */

/* What both readers say of one sentence. */
struct readings {
	struct co_intent rules, model;
	int rules_rc, model_rc;
	struct co_err rules_err, model_err;
	struct co_asker_reply reply;
};

static int give(struct co_intent *from, int rc, const struct co_err *why, struct co_intent *out, struct co_err *err)
{
	if (rc == CO_OK) {
		*out = *from;
		memset(from, 0, sizeof(*from)); /* transferred */
	} else if (err) {
		*err = *why;
	}
	return rc;
}

static int cross_check(struct readings *x, struct co_intent *out, struct co_err *err)
{
	const char *what;

	if (x->rules_rc < 0 && x->model_rc < 0)
		return give(&x->rules, x->rules_rc, &x->rules_err, out, err);
	if (x->rules_rc < 0)
		return one_sided("model", &x->model, err);
	if (x->model_rc < 0)
		return one_sided("parser", &x->rules, err);
	what = difference(&x->rules, &x->model);
	if (what)
		return differ(&x->rules, &x->model, what, err);
	free(x->rules.parser->kind);
	x->rules.parser->kind = co_xstrdup("cross-check");
	set_cost(x->rules.parser, &x->reply);
	return give(&x->rules, CO_OK, NULL, out, err);
}

static int fall_back(struct readings *x, struct co_intent *out, struct co_err *err)
{
	if (x->rules_rc == CO_OK) {
		x->rules.parser->fallback = co_xstrdup(x->model_err.id);
		set_cost(x->rules.parser, &x->reply);
	}
	return give(&x->rules, x->rules_rc, &x->rules_err, out, err);
}

static int choose(const struct co_reader *r, struct readings *x, struct co_intent *out, struct co_err *err)
{
	if (!is_answer(x->model_rc, &x->model_err))
		return r->fall_back ? fall_back(x, out, err) : give(&x->model, x->model_rc, &x->model_err, out, err);
	if (r->cross_check)
		return cross_check(x, out, err);
	if (x->model_rc == CO_OK)
		set_cost(x->model.parser, &x->reply);
	return give(&x->model, x->model_rc, &x->model_err, out, err);
}

int co_understand(struct co_reader *r, const char *text, size_t len, struct co_intent *out, struct co_err *err)
{
	struct readings x = { .rules_err = CO_ERR_INIT, .model_err = CO_ERR_INIT };
	int rc;

	if (!r->asker)
		return co_parse(r->input, text, len, out, err);
	x.rules_rc = co_parse(r->input, text, len, &x.rules, &x.rules_err);
	if (x.rules_rc == CO_ERR_INPUT) /* no sentence at all: nothing to ask anybody */
		return give(&x.rules, x.rules_rc, &x.rules_err, out, err);
	x.model_rc = ask_model(r, text, len, &x.model, &x.reply, &x.model_err);
	rc = choose(r, &x, out, err);
	co_shape_clear(&co_intent_shape, &x.rules);
	co_shape_clear(&co_intent_shape, &x.model);
	co_shape_clear(&co_asker_reply_shape, &x.reply);
	return rc;
}
