/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/expand.h"

#include "plan/needs.h"

#include <stdlib.h>
#include <string.h>

/* What expanding one step over one target looks at. */
struct copy {
	const struct co_draft *draft;
	json_t *target;
	const char *suffix; /* "@NAME", or "" with one target */
	const struct co_plan_vars *vars;
	struct co_catalog *catalog;
	struct co_err *err;
};

static char **copy_strings(char *const *from, size_t n)
{
	char **to = n ? co_xcalloc(n, sizeof(*to)) : NULL;
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = co_xstrdup(from[i]);
	return to;
}

#define COPY_STRINGS(to, from)                                       \
	do {                                                         \
		(to).items = copy_strings((from).items, (from).count); \
		(to).count = (from).count;                           \
	} while (0)

/* Fills in $target, checks against the catalogue and adds its defaults. */
static int fill_with(const struct copy *c, json_t *with, char *const *words, json_t **out)
{
	struct co_operation operation = { 0 };
	json_t *filled;
	int rc = co_draft_fill(c->vars, c->draft->part, with, CO_EXPR_PLAN_TIME, c->target, &filled, c->err);

	if (rc < 0)
		return rc;
	co_json_drop_nulls(filled); /* so that an optional one can be passed on */
	rc = co_catalog_find(c->catalog, (const char *const *)words, &operation, c->err);
	if (rc == CO_OK)
		rc = co_operation_check(&operation, filled, out, c->err);
	co_operation_clear(&operation);
	json_decref(filled);
	return rc;
}

/* The three words of a call as a list, and its parameters. */
static int fill_call(const struct copy *c, const char *call, json_t *with, char ***items, size_t *count, json_t **out)
{
	int rc;

	*items = co_xcalloc(3, sizeof(char *));
	rc = co_call_parse(call, *items, c->err);
	if (rc < 0)
		return rc;
	*count = 3;
	return fill_with(c, with, *items, out);
}

static int fill_verify(const struct copy *c, struct co_step *step)
{
	const struct co_play_verify *from = c->draft->step->verify;

	if (!from)
		return CO_OK;
	step->verify = co_xcalloc(1, sizeof(*step->verify));
	step->verify->until = co_xstrdup(from->until);
	step->verify->waiter = co_xstrdup(from->waiter);
	step->verify->within = co_xstrdup(from->within);
	return fill_call(c, from->call, c->draft->verify, &step->verify->call.items, &step->verify->call.count,
			 &step->verify->with);
}

static int fill_undo(const struct copy *c, struct co_step *step)
{
	const struct co_play_undo *from = c->draft->step->undo;

	if (!from)
		return CO_OK;
	step->undo = co_xcalloc(1, sizeof(*step->undo));
	step->undo->none = co_xstrdup(from->none);
	if (!from->call)
		return CO_OK;
	return fill_call(c, from->call, c->draft->undo, &step->undo->call.items, &step->undo->call.count,
			 &step->undo->with);
}

static void fill_needs(const struct copy *c, struct co_step *step)
{
	json_t *needs = co_play_step_needs(c->draft->step), *name;
	size_t i;

	json_array_foreach(needs, i, name)
		*(char **)co_grow(&step->needs.items, &step->needs.count, sizeof(char *)) = co_xasprintf(
			"%s%s", co_json_str(c->draft->part->ids, json_string_value(name)), c->suffix);
	json_decref(needs);
}

/* Collects the steps that a text reads, and whether it mentions $params. */
struct mentions {
	const struct co_part *part;
	json_t *steps; /* name -> id */
	int params;
};

static void mention(struct mentions *m, const char *text, int program)
{
	json_t *names, *name;
	unsigned variables = 0;
	size_t i;

	if (!text || (!program && !co_expr_has(text)))
		return;
	if (co_expr_mentions(text, program, &variables, &names, NULL) < 0)
		return; /* checked when the playbook was read */
	m->params |= (variables & CO_EXPR_PARAMS) != 0;
	json_array_foreach(names, i, name) {
		const char *key = json_string_value(name);

		if (strcmp(key, "*") == 0)
			json_object_update(m->steps, m->part->ids);
		else
			json_object_set(m->steps, key, json_object_get(m->part->ids, key));
	}
	json_decref(names);
}

static void mention_value(struct mentions *m, json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		mention(m, json_string_value(value), 0);
	json_array_foreach(value, i, item)
		mention_value(m, item);
	json_object_foreach(value, key, item)
		mention_value(m, item);
}

/* Gives a step of an included playbook the names and parameters that its expressions know. */
static void give_step_scope(const struct co_part *part, struct co_step *step)
{
	struct mentions m = { part, json_object(), 0 };
	size_t i;

	mention(&m, step->foreach, 1);
	mention(&m, step->when, 0);
	mention_value(&m, step->with);
	for (i = 0; i < step->require.count; i++)
		mention(&m, step->require.items[i], 0);
	for (i = 0; i < step->no_downtime.count; i++)
		mention(&m, step->no_downtime.items[i], 0);
	if (step->verify) {
		if (step->verify->until)
			mention(&m, step->verify->until, 0);
		mention_value(&m, step->verify->with);
	}
	if (step->undo)
		mention_value(&m, step->undo->with);
	if (json_object_size(m.steps))
		step->steps = json_incref(m.steps);
	if (m.params && part->own_params)
		step->params = json_incref(part->params);
	json_decref(m.steps);
}

static int fill_step(const struct copy *c, struct co_step *step)
{
	const struct co_draft *draft = c->draft;
	int rc;

	step->id = co_xasprintf("%s%s", draft->id, c->suffix);
	step->target = json_incref(c->target);
	step->access = (int)draft->operation.access;
	step->optional = draft->optional;
	step->foreach = co_xstrdup(draft->step->foreach);
	step->limit = draft->step->limit;
	step->when = co_xstrdup(draft->step->when);
	COPY_STRINGS(step->absent, draft->step->absent);
	COPY_STRINGS(step->require, draft->step->require);
	COPY_STRINGS(step->no_downtime, draft->step->no_downtime);
	fill_needs(c, step);
	rc = fill_call(c, draft->step->call, draft->with, &step->call.items, &step->call.count, &step->with);
	if (rc == CO_OK)
		rc = fill_verify(c, step);
	if (rc == CO_OK)
		rc = fill_undo(c, step);
	if (rc == CO_OK && draft->included)
		give_step_scope(draft->part, step);
	if (rc < 0) {
		co_err_wrap(c->err, "step \"%s\"", step->id);
		co_err_at(c->err, draft->part->playbook.file, 0, 0);
	}
	return rc;
}

static int expand_over(struct co_plan *plan, struct copy *c, int several)
{
	json_t *targets = c->draft->part->targets;
	char *suffix;
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < json_array_size(targets) && rc == CO_OK; i++) {
		c->target = json_array_get(targets, i);
		suffix = several ? co_xasprintf("@%s", co_json_str(c->target, "name")) : co_xstrdup("");
		c->suffix = suffix;
		rc = fill_step(c, co_grow(&plan->steps.items, &plan->steps.count, sizeof(struct co_step)));
		free(suffix);
	}
	return rc;
}

static int check_count(const struct co_drafts *drafts, struct co_err *err)
{
	size_t i, steps = 0;

	for (i = 0; i < drafts->steps.count; i++)
		steps += json_array_size(drafts->steps.items[i].part->targets);
	if (steps <= CO_PLAN_STEPS)
		return CO_OK;
	co_err_set(err, CO_ERR_NO, "too-many-steps", "the plan would have %zu steps; more than %d are not allowed", steps,
		   CO_PLAN_STEPS);
	return co_err_hint(err, "name an environment, an account or a region"), CO_ERR_NO;
}

int co_expand_steps(struct co_plan *plan, const struct co_drafts *drafts, int several,
		    const struct co_plan_vars *vars, struct co_catalog *catalog, struct co_err *err)
{
	struct copy c = { .vars = vars, .catalog = catalog, .err = err };
	size_t i;
	int rc = check_count(drafts, err);

	for (i = 0; i < drafts->steps.count && rc == CO_OK; i++) {
		c.draft = &drafts->steps.items[i];
		rc = expand_over(plan, &c, several);
	}
	return rc;
}

static void mention_rule(struct mentions *m, const struct co_rule *rule)
{
	const char *const templates[] = { rule->when, rule->severity, rule->title,
					  rule->resource, rule->because, rule->next };
	size_t i;

	mention(m, rule->each, 1);
	for (i = 0; i < CO_COUNT(templates); i++)
		mention(m, templates[i], 0);
	mention_value(m, rule->fix);
	for (i = 0; i < rule->evidence.count; i++)
		json_object_set(m->steps, rule->evidence.items[i],
				json_object_get(m->part->ids, rule->evidence.items[i]));
	if (rule->across)
		json_object_update(m->steps, m->part->ids); /* $targets[].steps */
}

/* Gives what was mentioned to a rule or line of an included playbook. */
static void give_scope(const struct mentions *m, char **playbook, json_t **steps, json_t **params)
{
	*playbook = co_xstrdup(m->part->playbook.name);
	*steps = json_incref(m->steps);
	if (m->params && m->part->own_params)
		*params = json_incref(m->part->params);
}

static void move_rules(struct co_plan *plan, struct co_part *part, int included)
{
	size_t i;

	for (i = 0; i < part->playbook.findings.count; i++) {
		struct co_rule *rule = co_grow(&plan->findings.items, &plan->findings.count, sizeof(*rule));
		struct mentions m = { part, json_object(), 0 };

		*rule = part->playbook.findings.items[i];
		part->playbook.findings.items[i] = (struct co_rule){ .id = NULL }; /* transferred */
		if (included) {
			mention_rule(&m, rule);
			give_scope(&m, &rule->playbook, &rule->steps, &rule->params);
		}
		json_decref(m.steps);
	}
}

static int add_lines(struct co_plan *plan, struct co_part *part, int included, struct co_err *err)
{
	json_t *item;
	size_t i;

	json_array_foreach(part->playbook.summary, i, item) {
		struct co_line *line = co_grow(&plan->summary.items, &plan->summary.count, sizeof(*line));
		struct mentions m = { part, json_object(), 0 };
		int rc = co_summary_line(item, line, err);

		if (rc == CO_OK && included) {
			mention(&m, line->text, 0);
			mention(&m, line->when, 0);
			if (line->across)
				json_object_update(m.steps, part->ids); /* $targets[].steps */
			give_scope(&m, &line->playbook, &line->steps, &line->params);
		}
		json_decref(m.steps);
		if (rc < 0)
			return rc;
	}
	return CO_OK;
}

int co_expand_findings(struct co_plan *plan, struct co_parts *parts, struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < parts->count && rc == CO_OK; i++) {
		move_rules(plan, &parts->items[i], i > 0);
		rc = add_lines(plan, &parts->items[i], i > 0, err);
	}
	return rc;
}
