/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/planner.h"

#include "base/time.h"
#include "plan/draft.h"
#include "plan/estimate.h"
#include "plan/expand.h"
#include "plan/match.h"
#include "plan/slots.h"

#include <stdlib.h>
#include <string.h>

static int choose(const struct co_planner *planner, const struct co_run *run, const struct co_entry **entry,
		  struct co_err *err)
{
	if (planner->playbook)
		return co_library_find(planner->playbooks, planner->playbook, entry, err);
	if (!run->intent) {
		co_err_set(err, CO_ERR_INPUT, "missing-section", "the document has no intent");
		co_err_hint(err, "put co-intent before this stage, or name a --playbook");
		return CO_ERR_INPUT;
	}
	if (co_library_heads(planner->playbooks, err) < 0)
		return err->code;
	return co_match_find(planner->playbooks, run, planner->config, entry, err);
}

static void describe(struct co_plan *plan, const struct co_playbook *playbook, const struct co_run *run)
{
	size_t i;

	plan->playbook = co_xcalloc(1, sizeof(*plan->playbook));
	plan->playbook->name = co_xstrdup(playbook->name);
	plan->playbook->version = playbook->version;
	plan->playbook->digest = co_xstrdup(playbook->digest);
	plan->goal = co_xstrdup(playbook->title);
	if (!run->intent)
		return;
	if (run->intent->window)
		plan->window = (void *)co_xmemdup(run->intent->window, sizeof(*plan->window));
	for (i = 0; i < run->intent->constraints.count; i++)
		*(char **)co_grow(&plan->constraints.items, &plan->constraints.count, sizeof(char *)) =
			co_xstrdup(run->intent->constraints.items[i]);
}

static int set_times(struct co_plan *plan, const struct co_planner *planner, struct co_err *err)
{
	int64_t ms = 0;

	if (co_duration_parse(&ms, planner->config->limits->plan_expires) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-duration", "limits.plan_expires \"%s\" is no duration",
				  planner->config->limits->plan_expires);
	plan->made_at = planner->now;
	plan->expires_at = planner->now + ms / 1000;
	return CO_OK;
}

static void set_scope(struct co_plan *plan, const json_t *scope)
{
	const json_t *item;
	size_t i;

	json_array_foreach(scope, i, item)
		*(char **)co_grow(&plan->scope.items, &plan->scope.count, sizeof(char *)) =
			co_xstrdup(json_string_value(item));
}

/* The parts are loaded; what remains is to repeat them over the targets. */
static int expand(struct co_plan *plan, struct co_parts *parts, const struct co_planner *planner,
		  const struct co_plan_vars *vars, struct co_err *err)
{
	struct co_drafts drafts = { .steps = { NULL, 0 } };
	int rc = co_drafts_make(&drafts, parts, planner, vars, err);

	if (rc == CO_OK)
		rc = co_expand_steps(plan, &drafts, json_array_size(parts->targets) > 1, vars, planner->catalog, err);
	co_drafts_clear(&drafts);
	if (rc == CO_OK)
		rc = co_expand_findings(plan, parts, err);
	if (rc == CO_OK)
		rc = co_estimate_fill(plan, (int64_t)json_array_size(parts->targets), planner->catalog, err);
	if (rc == CO_OK && json_object_size(parts->params))
		plan->params = json_incref(parts->params);
	return rc;
}

static int plan_parts(struct co_plan *plan, struct co_parts *parts, const struct co_planner *planner,
		      const struct co_run *run, struct co_err *err)
{
	const struct co_expr_limits limits = { .helper = planner->helper };
	json_t *intent = json_object_get(run->doc, "intent"), *window = json_object_get(intent, "window");
	struct co_plan_vars vars;
	int rc = co_parts_find_targets(parts, planner, run, err);

	if (rc < 0)
		return rc;
	vars = (struct co_plan_vars){ co_expr_new(&limits), window ? json_incref(window) : json_null(), planner->now };
	set_scope(plan, parts->scope);
	describe(plan, &parts->items[0].playbook, run);
	rc = expand(plan, parts, planner, &vars, err);
	if (rc == CO_OK)
		rc = co_slots_check(plan, parts, json_object_get(intent, "target"), err);
	co_expr_free(vars.expr);
	json_decref(vars.window);
	return rc;
}

int co_plan_make(const struct co_planner *planner, const struct co_run *run, struct co_plan *plan,
		 struct co_err *err)
{
	struct co_parts *parts = co_xcalloc(1, sizeof(*parts));
	struct co_plan made = { .playbook = NULL };
	const struct co_entry *entry;
	int rc = choose(planner, run, &entry, err);

	if (rc == CO_OK)
		rc = co_parts_load(parts, planner, entry, json_object_get(run->doc, "intent"), err);
	if (rc == CO_OK)
		rc = plan_parts(&made, parts, planner, run, err);
	if (rc == CO_OK)
		rc = set_times(&made, planner, err);
	co_parts_clear(parts);
	free(parts);
	if (rc < 0)
		co_shape_clear(&co_plan_shape, &made);
	else
		*plan = made;
	return rc;
}
