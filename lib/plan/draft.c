/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/draft.h"

#include <stdlib.h>
#include <string.h>

static void clear_draft(struct co_draft *draft)
{
	free(draft->id);
	json_decref(draft->with);
	json_decref(draft->verify);
	json_decref(draft->undo);
	co_operation_clear(&draft->operation);
}

void co_drafts_clear(struct co_drafts *drafts)
{
	size_t i;

	for (i = 0; i < drafts->steps.count; i++)
		clear_draft(&drafts->steps.items[i]);
	free(drafts->steps.items);
	*drafts = (struct co_drafts){ .steps = { NULL, 0 } };
}

/* Registers every template that planning will fill in, so that all are compiled at once. */
static int add_known(struct co_expr *expr, json_t *value, struct co_err *err)
{
	unsigned variables = 0;
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value)) {
		if (!co_expr_has(json_string_value(value)))
			return CO_OK;
		if (co_expr_variables(json_string_value(value), 0, &variables, err) < 0)
			return CO_ERR_INPUT;
		return variables & ~(unsigned)CO_EXPR_PLAN_TIME ? CO_OK :
								  co_expr_add(expr, json_string_value(value), 0, &i, err);
	}
	json_array_foreach(value, i, item)
		if (add_known(expr, item, err) < 0)
			return CO_ERR_INPUT;
	json_object_foreach(value, key, item)
		if (add_known(expr, item, err) < 0)
			return CO_ERR_INPUT;
	return CO_OK;
}

static int add_step(struct co_expr *expr, const struct co_play_step *step, struct co_err *err)
{
	if (add_known(expr, step->with, err) < 0)
		return CO_ERR_INPUT;
	if (step->verify && add_known(expr, step->verify->with, err) < 0)
		return CO_ERR_INPUT;
	return step->undo ? add_known(expr, step->undo->with, err) : CO_OK;
}

static int compile(const struct co_parts *parts, struct co_expr *expr, struct co_err *err)
{
	size_t p, s;

	for (p = 0; p < parts->count; p++)
		for (s = 0; s < parts->items[p].playbook.steps.count; s++)
			if (add_step(expr, &parts->items[p].playbook.steps.items[s], err) < 0)
				return CO_ERR_INPUT;
	return co_expr_compile(expr, NULL, err);
}

int co_draft_fill(const struct co_plan_vars *vars, const struct co_part *part, json_t *value, unsigned known,
		  json_t *target, json_t **out, struct co_err *err)
{
	json_t *all, *here = target ? json_incref(target) : json_object();
	int rc;

	if (!value) {
		*out = json_object();
		json_decref(here);
		return CO_OK;
	}
	all = json_pack("{s:O, s:o, s:O, s:I}", "params", part->params, "target", here, "window", vars->window, "now",
			(json_int_t)vars->now);
	rc = co_expr_fill(vars->expr, value, known, NULL, all, out, err);
	json_decref(all);
	return rc;
}

/* Nothing left but $target, which is the same for all steps that are shared. */
static int only_target(json_t *value)
{
	unsigned variables = 0;
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		return !co_expr_has(json_string_value(value)) ||
		       (co_expr_variables(json_string_value(value), 0, &variables, NULL) == CO_OK &&
			!(variables & ~(unsigned)CO_EXPR_TARGET));
	json_array_foreach(value, i, item)
		if (!only_target(item))
			return 0;
	json_object_foreach(value, key, item)
		if (!only_target(item))
			return 0;
	return 1;
}

static int can_share(const struct co_draft *draft)
{
	const struct co_play_step *step = draft->step;

	return !step->foreach && !step->when && !step->needs.count && !step->absent.count &&
	       !co_access_changes((int)draft->operation.access) && only_target(draft->with);
}

/* The step that asks the same already; NULL when there is none. */
static struct co_draft *find_equal(struct co_drafts *drafts, const struct co_draft *draft)
{
	size_t i;

	if (!can_share(draft))
		return NULL;
	for (i = 0; i < drafts->steps.count; i++) {
		struct co_draft *other = &drafts->steps.items[i];

		if (other->part != draft->part && other->part->targets == draft->part->targets &&
		    strcmp(other->step->call, draft->step->call) == 0 && json_equal(other->with, draft->with) &&
		    can_share(other))
			return other;
	}
	return NULL;
}

static int fill_draft(struct co_draft *draft, const struct co_plan_vars *vars, struct co_err *err)
{
	const unsigned known = CO_EXPR_PARAMS | CO_EXPR_WINDOW | CO_EXPR_NOW;
	const struct co_play_step *step = draft->step;
	const struct co_part *part = draft->part;

	if (co_draft_fill(vars, part, step->with, known, NULL, &draft->with, err) < 0)
		return CO_ERR_INPUT;
	if (step->verify && co_draft_fill(vars, part, step->verify->with, known, NULL, &draft->verify, err) < 0)
		return CO_ERR_INPUT;
	if (step->undo && step->undo->call &&
	    co_draft_fill(vars, part, step->undo->with, known, NULL, &draft->undo, err) < 0)
		return CO_ERR_INPUT;
	return CO_OK;
}

static int find_operation(struct co_draft *draft, struct co_catalog *catalog, struct co_err *err)
{
	char *words[3];
	int rc = co_call_parse(draft->step->call, words, err);

	if (rc < 0)
		return rc;
	rc = co_catalog_find(catalog, (const char *const *)words, &draft->operation, err);
	free(words[0]);
	free(words[1]);
	free(words[2]);
	return rc;
}

/* Steps of included playbooks bear the playbook's name. */
static char *step_id(const struct co_parts *parts, const struct co_draft *draft)
{
	if (draft->part == &parts->items[0])
		return co_xstrdup(draft->step->id);
	return co_xasprintf("%s.%s", draft->part->playbook.name, draft->step->id);
}

static int blame(const struct co_draft *draft, int rc, struct co_err *err)
{
	co_err_wrap(err, "step \"%s\"", draft->step->id);
	co_err_at(err, draft->part->playbook.file, 0, 0);
	return rc;
}

static int add_draft(struct co_drafts *drafts, const struct co_parts *parts, struct co_part *part, size_t index,
		     const struct co_planner *planner, const struct co_plan_vars *vars, struct co_err *err)
{
	struct co_draft draft = { .part = part, .step = &part->playbook.steps.items[index] }, *equal;
	int rc = find_operation(&draft, planner->catalog, err);

	if (rc == CO_OK)
		rc = fill_draft(&draft, vars, err);
	if (rc < 0) {
		blame(&draft, rc, err);
		clear_draft(&draft);
		return rc;
	}
	equal = find_equal(drafts, &draft);
	if (equal) {
		equal->optional &= draft.step->optional;
		json_object_set_new(part->ids, draft.step->id, json_string(equal->id));
		clear_draft(&draft);
		return CO_OK;
	}
	draft.id = step_id(parts, &draft);
	draft.included = part != &parts->items[0];
	draft.optional = draft.step->optional;
	json_object_set_new(part->ids, draft.step->id, json_string(draft.id));
	*(struct co_draft *)co_grow(&drafts->steps.items, &drafts->steps.count, sizeof(draft)) = draft;
	return CO_OK;
}

int co_drafts_make(struct co_drafts *drafts, struct co_parts *parts, const struct co_planner *planner,
		   const struct co_plan_vars *vars, struct co_err *err)
{
	struct co_drafts made = { .steps = { NULL, 0 } };
	size_t p, s;
	int rc = compile(parts, vars->expr, err);

	for (p = 0; p < parts->count && rc == CO_OK; p++) {
		struct co_part *part = &parts->items[p];

		part->ids = json_object();
		for (s = 0; s < part->playbook.steps.count && rc == CO_OK; s++)
			rc = add_draft(&made, parts, part, s, planner, vars, err);
	}
	if (rc < 0)
		co_drafts_clear(&made);
	else
		*drafts = made;
	return rc;
}
