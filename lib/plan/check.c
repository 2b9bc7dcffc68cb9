/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/check.h"

#include "base/time.h"
#include "expr/expr.h"
#include "plan/needs.h"
#include "plan/param.h"
#include "plan/target.h"
#include "run/finding.h"

#include <stdlib.h>
#include <string.h>

enum {
	AT_READ = CO_EXPR_PLAN_TIME | CO_EXPR_STEPS,
	IN_FINDING = CO_EXPR_PLAN_TIME | CO_EXPR_STEPS,
	IN_ACROSS = CO_EXPR_PARAMS | CO_EXPR_WINDOW | CO_EXPR_TARGETS | CO_EXPR_NOW,
};

struct check {
	const struct co_playbook *playbook;
	struct co_catalog *catalog;
	struct co_err *err;
};

static int under(struct co_err *err, const char *key)
{
	co_err_under(err, key);
	return CO_ERR_INPUT;
}

static int under_item(struct co_err *err, const char *key, size_t index)
{
	co_err_under_index(err, index);
	return under(err, key);
}

/* Names that expressions mention: a hyphen would be a subtraction there. */
static int is_identifier(const char *s)
{
	if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_') || strlen(s) > 64)
		return 0;
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

/* Names of playbooks and findings. */
static int is_kebab(const char *s)
{
	if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9')) || strlen(s) > 64)
		return 0;
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static int check_identifier(const char *name, const char *what, struct co_err *err)
{
	if (is_identifier(name))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "bad-name", "\"%s\" is no %s name", name, what);
	return co_err_hint(err, "use letters, digits and _, so that expressions can name it"), CO_ERR_INPUT;
}

static int check_kebab(const char *name, const char *what, struct co_err *err)
{
	if (is_kebab(name))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "bad-name", "\"%s\" is no %s name", name, what);
	return co_err_hint(err, "use lower-case letters, digits and hyphens"), CO_ERR_INPUT;
}

static int unknown_step(const struct check *c, const char *name)
{
	const char *names[CO_PLAYBOOK_STEPS];
	size_t i, n = c->playbook->steps.count;

	for (i = 0; i < n; i++)
		names[i] = c->playbook->steps.items[i].id;
	co_err_set(c->err, CO_ERR_INPUT, "unknown-step", "there is no step \"%s\"", name);
	co_err_suggest(c->err, name, names, n);
	return CO_ERR_INPUT;
}

static int bad_variable(unsigned extra, unsigned allowed, struct co_err *err)
{
	static const char *const names[] = { "$params", "$target", "$window", "$steps", "$item", "$targets", "$now" };
	size_t bit = 0;

	while (!(extra & 1u << bit))
		bit++;
	co_err_set(err, CO_ERR_INPUT, "bad-variable", "%s does not exist here",
		   bit < CO_COUNT(names) ? names[bit] : "a variable");
	if (1u << bit == CO_EXPR_STEPS && allowed & CO_EXPR_TARGETS)
		co_err_hint(err, "a rule across targets sees them in $targets[].steps");
	else if (1u << bit == CO_EXPR_STEPS)
		co_err_hint(err, "outputs exist only when the plan runs, and never for the parameters of a change");
	return CO_ERR_INPUT;
}

/* A template, or a whole jq program: the variables it may mention, and that the steps it reads exist. */
static int check_expression(const struct check *c, const char *text, int program, unsigned allowed)
{
	unsigned variables;
	json_t *steps, *name;
	size_t i;
	int rc = CO_OK;

	if (!program && !co_expr_has(text))
		return CO_OK;
	if (co_expr_mentions(text, program, &variables, &steps, c->err) < 0)
		return CO_ERR_INPUT;
	if (variables & ~allowed)
		rc = bad_variable(variables & ~allowed, allowed, c->err);
	json_array_foreach(steps, i, name)
		if (rc == CO_OK && strcmp(json_string_value(name), "*") != 0 &&
		    !co_playbook_step(c->playbook, json_string_value(name)))
			rc = unknown_step(c, json_string_value(name));
	json_decref(steps);
	return rc;
}

static int check_program(const struct check *c, const char *text, unsigned allowed, const char *key)
{
	if (!text)
		return CO_OK;
	if (co_expr_has(text)) {
		co_err_set(c->err, CO_ERR_INPUT, "bad-expression", "\"%s\" is jq already: write it without ${ }", key);
		return under(c->err, key);
	}
	if (check_expression(c, text, 1, allowed) < 0)
		return under(c->err, key);
	return CO_OK;
}

/* A condition that is not one expression would be a string, and never true. */
static int check_condition(const struct check *c, const char *text, unsigned allowed)
{
	size_t len = strlen(text);

	if (len < 3 || strncmp(text, "${", 2) != 0 || text[len - 1] != '}') {
		co_err_set(c->err, CO_ERR_INPUT, "bad-condition", "a condition is one expression: \"${ ... }\"");
		return CO_ERR_INPUT;
	}
	return check_expression(c, text, 0, allowed);
}

static int check_when(const struct check *c, const char *text, unsigned allowed)
{
	if (!text || check_condition(c, text, allowed) == CO_OK)
		return CO_OK;
	return under(c->err, "when");
}

static int check_template(const struct check *c, const char *text, unsigned allowed, const char *key)
{
	if (!text || check_expression(c, text, 0, allowed) == CO_OK)
		return CO_OK;
	return under(c->err, key);
}

/* Every string of a value, at any depth. */
static int check_value(const struct check *c, json_t *value, unsigned allowed)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		return check_expression(c, json_string_value(value), 0, allowed);
	json_array_foreach(value, i, item)
		if (check_value(c, item, allowed) < 0)
			return co_err_under_index(c->err, i), CO_ERR_INPUT;
	json_object_foreach(value, key, item)
		if (check_value(c, item, allowed) < 0)
			return under(c->err, key);
	return CO_OK;
}

static int check_conditions(const struct check *c, char *const *texts, size_t n, unsigned allowed, const char *key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (check_condition(c, texts[i], allowed) < 0)
			return under_item(c->err, key, i);
	return CO_OK;
}

static int check_with(const struct check *c, json_t *with, const struct co_operation *operation)
{
	json_t *given = with ? json_incref(with) : json_object(), *filled = NULL;
	int rc = co_operation_check(operation, given, &filled, c->err);

	json_decref(filled);
	json_decref(given);
	return rc < 0 ? under(c->err, "with") : CO_OK;
}

/* Looks a call up and checks its parameters; *access is 0 when there is no catalogue to ask. */
static int check_call(const struct check *c, const char *text, json_t *with, int *access)
{
	char *words[3];
	struct co_operation operation = { 0 };
	int rc = co_call_parse(text, words, c->err);

	*access = 0;
	if (rc < 0)
		return under(c->err, "call");
	if (c->catalog) {
		rc = co_catalog_find(c->catalog, (const char *const *)words, &operation, c->err);
		if (rc < 0)
			under(c->err, "call");
		else
			rc = check_with(c, with, &operation);
		*access = operation.access;
		co_operation_clear(&operation);
	}
	free(words[0]);
	free(words[1]);
	free(words[2]);
	return rc;
}

static int check_waiter(const struct check *c, const struct co_play_verify *verify)
{
	struct co_operation operation = { 0 };
	char *words[3];
	int rc;

	if (!c->catalog)
		return CO_OK;
	rc = co_call_parse(verify->call, words, c->err);
	if (rc < 0)
		return rc;
	rc = co_catalog_find(c->catalog, (const char *const *)words, &operation, c->err);
	if (rc == CO_OK)
		rc = co_operation_waiter(&operation, verify->waiter, c->err);
	co_operation_clear(&operation);
	free(words[0]);
	free(words[1]);
	free(words[2]);
	return rc;
}

static int check_verify(const struct check *c, const struct co_play_verify *verify)
{
	int64_t ms;
	int access;

	if (check_call(c, verify->call, verify->with, &access) < 0)
		return CO_ERR_INPUT;
	if (co_access_changes(access) || (access == CO_ACCESS_SECRET && !verify->waiter)) {
		co_err_set(c->err, CO_ERR_INPUT, "not-a-read", "a verification must be a read");
		return under(c->err, "call");
	}
	if (verify->with && check_value(c, verify->with, AT_READ) < 0)
		return under(c->err, "with");
	if (!verify->until == !verify->waiter)
		return co_err_set(c->err, CO_ERR_INPUT, "bad-verify", "needs either \"until\" or \"waiter\"");
	if (verify->until && check_condition(c, verify->until, AT_READ) < 0)
		return under(c->err, "until");
	if (verify->waiter && check_waiter(c, verify) < 0)
		return under(c->err, "waiter");
	if (co_duration_parse(&ms, verify->within) < 0) {
		co_err_set(c->err, CO_ERR_INPUT, "bad-duration", "\"%s\" is not a duration such as 120s",
			   verify->within);
		return under(c->err, "within");
	}
	return CO_OK;
}

static int check_undo(const struct check *c, const struct co_play_undo *undo)
{
	int access;

	if (!undo->call == !undo->none) {
		co_err_set(c->err, CO_ERR_INPUT, "bad-undo", "undo has either a call, or \"none\" and why");
		return CO_ERR_INPUT;
	}
	if (undo->none)
		return CO_OK;
	if (check_call(c, undo->call, undo->with, &access) < 0)
		return CO_ERR_INPUT;
	if (undo->with && check_value(c, undo->with, AT_READ) < 0)
		return under(c->err, "with");
	return CO_OK;
}

static int missing(const struct check *c, const struct co_play_step *step, const char *key, const char *why)
{
	co_err_set(c->err, CO_ERR_INPUT, "unsafe-change", "step \"%s\" changes something and has no \"%s\"", step->id,
		   key);
	co_err_hint(c->err, "%s", why);
	return CO_ERR_INPUT;
}

static int check_change(const struct check *c, const struct co_play_step *step)
{
	if (!c->playbook->changes) {
		co_err_set(c->err, CO_ERR_INPUT, "undeclared-change", "step \"%s\" changes something", step->id);
		co_err_hint(c->err, "say \"changes: true\" at the top of the playbook");
		return under(c->err, "call");
	}
	if (step->foreach) {
		co_err_set(c->err, CO_ERR_INPUT, "unsafe-change", "a change cannot be repeated by outputs");
		return under(c->err, "foreach");
	}
	if (step->with && check_value(c, step->with, CO_EXPR_PLAN_TIME) < 0)
		return under(c->err, "with");
	if (!step->require.count)
		return missing(c, step, "require", "give the condition that must hold just before it");
	if (!step->verify)
		return missing(c, step, "verify", "give the read that shows it worked");
	if (!step->undo)
		return missing(c, step, "undo", "give the call that takes it back, or {none: WHY}");
	return CO_OK;
}

static int check_read(const struct check *c, const struct co_play_step *step)
{
	const char *key = step->require.count	  ? "require" :
			  step->no_downtime.count ? "no_downtime" :
			  step->verify		  ? "verify" :
			  step->undo		  ? "undo" :
						    NULL;

	if (!c->catalog || !key)
		return CO_OK;
	co_err_set(c->err, CO_ERR_INPUT, "unexpected-key", "step \"%s\" changes nothing: \"%s\" has no meaning",
		   step->id, key);
	return under(c->err, key);
}

static int check_needs(const struct check *c, const struct co_play_step *step)
{
	size_t i;

	for (i = 0; i < step->needs.count; i++)
		if (!co_playbook_step(c->playbook, step->needs.items[i])) {
			unknown_step(c, step->needs.items[i]);
			return under_item(c->err, "needs", i);
		}
	return CO_OK;
}

static int check_step_texts(const struct check *c, const struct co_play_step *step)
{
	unsigned item = step->foreach ? CO_EXPR_ITEM : 0;

	if (step->limit && !step->foreach) {
		co_err_set(c->err, CO_ERR_INPUT, "no-foreach", "a limit is one of \"foreach\", which this step does not have");
		return under(c->err, "limit");
	}
	if (check_program(c, step->foreach, AT_READ, "foreach") < 0)
		return CO_ERR_INPUT;
	if (check_when(c, step->when, AT_READ | item) < 0)
		return CO_ERR_INPUT;
	if (step->with && check_value(c, step->with, AT_READ | item) < 0)
		return under(c->err, "with");
	if (check_conditions(c, step->require.items, step->require.count, AT_READ, "require") < 0)
		return CO_ERR_INPUT;
	if (check_conditions(c, step->no_downtime.items, step->no_downtime.count, AT_READ, "no_downtime") < 0)
		return CO_ERR_INPUT;
	return check_needs(c, step);
}

static int check_step(const struct check *c, const struct co_play_step *step, int *changes)
{
	int access;

	if (check_identifier(step->id, "step", c->err) < 0)
		return under(c->err, "id");
	if (co_playbook_step(c->playbook, step->id) != step) {
		co_err_set(c->err, CO_ERR_INPUT, "duplicate", "there are two steps \"%s\"", step->id);
		return under(c->err, "id");
	}
	if (check_call(c, step->call, step->with, &access) < 0 || check_step_texts(c, step) < 0)
		return CO_ERR_INPUT;
	if (step->verify && check_verify(c, step->verify) < 0)
		return under(c->err, "verify");
	if (step->undo && check_undo(c, step->undo) < 0)
		return under(c->err, "undo");
	if (!co_access_changes(access))
		return check_read(c, step);
	*changes = 1;
	return check_change(c, step);
}

static int check_severity(const struct check *c, const struct co_rule *rule, unsigned allowed)
{
	size_t n = 0;

	if (co_expr_has(rule->severity))
		return check_template(c, rule->severity, allowed, "severity");
	if (co_enum_value(co_severity_names, rule->severity))
		return CO_OK;
	while (co_severity_names[n])
		n++;
	co_err_set(c->err, CO_ERR_INPUT, "unknown-value", "unknown severity \"%s\"", rule->severity);
	co_err_suggest(c->err, rule->severity, co_severity_names, n);
	return under(c->err, "severity");
}

static int check_finding_texts(const struct check *c, const struct co_rule *rule, unsigned allowed)
{
	if (check_program(c, rule->each, allowed, "each") < 0 || check_when(c, rule->when, allowed) < 0 ||
	    check_severity(c, rule, allowed) < 0 || check_template(c, rule->title, allowed, "title") < 0 ||
	    check_template(c, rule->resource, allowed, "resource") < 0 ||
	    check_template(c, rule->because, allowed, "because") < 0 ||
	    check_template(c, rule->next, allowed, "next") < 0)
		return CO_ERR_INPUT;
	if (rule->fix && check_value(c, rule->fix, allowed) < 0)
		return under(c->err, "fix");
	return CO_OK;
}

static int check_finding(const struct check *c, const struct co_rule *rule)
{
	size_t i;

	if (check_kebab(rule->id, "finding", c->err) < 0)
		return under(c->err, "id");
	for (i = 0; &c->playbook->findings.items[i] != rule; i++)
		if (strcmp(c->playbook->findings.items[i].id, rule->id) == 0) {
			co_err_set(c->err, CO_ERR_INPUT, "duplicate", "there are two findings \"%s\"", rule->id);
			return under(c->err, "id");
		}
	if (!rule->each && !rule->when) {
		co_err_set(c->err, CO_ERR_INPUT, "missing-key", "finding has neither \"each\" nor \"when\"");
		return co_err_hint(c->err, "without one it would always be found"), CO_ERR_INPUT;
	}
	for (i = 0; i < rule->evidence.count; i++)
		if (!co_playbook_step(c->playbook, rule->evidence.items[i])) {
			unknown_step(c, rule->evidence.items[i]);
			return under_item(c->err, "evidence", i);
		}
	return check_finding_texts(c, rule, rule->across ? IN_ACROSS : IN_FINDING);
}

static int check_line(const struct check *c, json_t *value)
{
	struct co_line line = { 0 };
	unsigned allowed;
	int rc = co_summary_line(value, &line, c->err);

	if (rc < 0)
		return rc;
	allowed = line.across ? IN_ACROSS : IN_FINDING;
	rc = check_expression(c, line.text, 0, allowed);
	if (rc < 0 && json_is_object(value))
		under(c->err, "text");
	if (rc == CO_OK)
		rc = check_when(c, line.when, allowed);
	co_shape_clear(&co_line_shape, &line);
	return rc;
}

static int check_summary(const struct check *c)
{
	json_t *item;
	size_t i;

	if (c->playbook->summary && !json_is_array(c->playbook->summary)) {
		co_err_set(c->err, CO_ERR_INPUT, "wrong-type", "expected a list of lines, found %s",
			   co_json_type(c->playbook->summary));
		return under(c->err, "summary");
	}
	json_array_foreach(c->playbook->summary, i, item)
		if (check_line(c, item) < 0)
			return under_item(c->err, "summary", i);
	return CO_OK;
}

static int check_match(const struct check *c)
{
	const struct co_match *match = c->playbook->match;
	size_t i, n = 0;

	if (!match)
		return CO_OK;
	while (co_verb_names[n])
		n++;
	for (i = 0; i < match->verb.count; i++)
		if (!co_enum_value(co_verb_names, match->verb.items[i])) {
			co_err_set(c->err, CO_ERR_INPUT, "unknown-value", "unknown verb \"%s\"", match->verb.items[i]);
			co_err_suggest(c->err, match->verb.items[i], co_verb_names, n);
			co_err_under_index(c->err, i);
			co_err_under(c->err, "verb");
			return under(c->err, "match");
		}
	if (!match->subject.count) {
		co_err_set(c->err, CO_ERR_INPUT, "missing-key", "match names no \"subject\"");
		co_err_hint(c->err, "leave match out for a playbook that is used only by name");
		return under(c->err, "match");
	}
	return CO_OK;
}

static int check_params(const struct check *c)
{
	size_t i;

	for (i = 0; i < c->playbook->params.count; i++) {
		const struct co_param *param = &c->playbook->params.items[i];

		if (check_identifier(param->name, "parameter", c->err) < 0 || co_param_check(param, c->err) < 0) {
			co_err_under(c->err, param->name);
			return under(c->err, "params");
		}
	}
	return CO_OK;
}

static int check_steps(const struct check *c)
{
	int changes = 0;
	size_t i;

	for (i = 0; i < c->playbook->steps.count; i++)
		if (check_step(c, &c->playbook->steps.items[i], &changes) < 0)
			return under_item(c->err, "steps", i);
	if (c->catalog && c->playbook->changes && !changes && !c->playbook->include.count) {
		co_err_set(c->err, CO_ERR_INPUT, "no-change", "the playbook says it changes something, and no step does");
		return under(c->err, "changes");
	}
	return co_play_check_order(c->playbook, c->err);
}

static int check_sizes(const struct check *c)
{
	if (!c->playbook->steps.count && !c->playbook->include.count)
		return co_err_set(c->err, CO_ERR_INPUT, "missing-key", "playbook has neither \"steps\" nor \"include\"");
	if (c->playbook->steps.count > CO_PLAYBOOK_STEPS)
		return co_err_set(c->err, CO_ERR_INPUT, "too-large", "playbook has more than %d steps",
				  CO_PLAYBOOK_STEPS);
	if (c->playbook->findings.count > CO_PLAYBOOK_FINDINGS)
		return co_err_set(c->err, CO_ERR_INPUT, "too-large", "playbook has more than %d findings",
				  CO_PLAYBOOK_FINDINGS);
	return CO_OK;
}

int co_playbook_check(const struct co_playbook *playbook, struct co_catalog *catalog, struct co_err *err)
{
	const struct check c = { playbook, catalog, err };
	size_t i;

	if (check_kebab(playbook->name, "playbook", err) < 0)
		return under(err, "playbook");
	if (playbook->targets && co_targets_check(playbook->targets, err) < 0)
		return under(err, "targets");
	if (check_sizes(&c) < 0 || check_match(&c) < 0 || check_params(&c) < 0 || check_steps(&c) < 0)
		return CO_ERR_INPUT;
	for (i = 0; i < playbook->findings.count; i++)
		if (check_finding(&c, &playbook->findings.items[i]) < 0)
			return under_item(err, "findings", i);
	return check_summary(&c);
}
