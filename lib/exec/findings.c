/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/findings.h"

#include "exec/scope.h"
#include "exec/unseen.h"

#include <stdlib.h>
#include <string.h>

enum { REBUILDS = 20 }; /* expressions that do not compile before all count as unusable */

/* The templates of a rule, in no particular order; ends with NULL. */
enum { RULE_TEXTS = 6 };

static void rule_texts(const struct co_rule *rule, const char *texts[RULE_TEXTS + 1])
{
	const char *const all[RULE_TEXTS] = { rule->when,     rule->severity, rule->title,
					      rule->resource, rule->because,  rule->next };
	size_t i, n = 0;

	for (i = 0; i < RULE_TEXTS; i++)
		if (all[i])
			texts[n++] = all[i];
	texts[n] = NULL;
}

/* Adds one text; one that cannot even be parsed is unusable, like one that does not compile. */
static void add(struct co_findings *findings, const char *text, enum co_expression_kind kind)
{
	struct co_err err = CO_ERR_INIT;

	if (!text || json_object_get(findings->unusable, text))
		return;
	if (co_expressions_add(&findings->expressions, text, kind, &err) < 0)
		json_object_set_new(findings->unusable, text, json_string(err.message));
}

static void add_fix(struct co_findings *findings, json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value) && co_expr_has(json_string_value(value)))
		add(findings, json_string_value(value), CO_TEMPLATE);
	json_object_foreach(value, key, item)
		add_fix(findings, item);
	json_array_foreach(value, i, item)
		add_fix(findings, item);
}

static void add_plan(struct co_findings *findings, const struct co_plan *plan)
{
	const char *texts[RULE_TEXTS + 1], **text;
	size_t i;

	for (i = 0; i < plan->findings.count; i++) {
		rule_texts(&plan->findings.items[i], texts);
		for (text = texts; *text; text++)
			add(findings, *text, CO_TEMPLATE);
		add(findings, plan->findings.items[i].each, CO_PROGRAM);
		add_fix(findings, plan->findings.items[i].fix);
	}
	for (i = 0; i < plan->summary.count; i++) {
		add(findings, plan->summary.items[i].text, CO_TEMPLATE);
		add(findings, plan->summary.items[i].when, CO_TEMPLATE);
	}
}

void co_findings_prepare(struct co_findings *findings, const struct co_plan *plan, const char *helper)
{
	struct co_err err = CO_ERR_INIT;
	const char *bad = NULL;
	int tries;

	*findings = (struct co_findings){ .unusable = json_object() };
	for (tries = 0; tries < REBUILDS; tries++) {
		co_expressions_init(&findings->expressions, helper);
		add_plan(findings, plan);
		if (co_expressions_compile(&findings->expressions, &bad, &err) != CO_ERR_INPUT || !bad)
			return;
		json_object_set_new(findings->unusable, bad, json_string(err.message));
		co_expressions_clear(&findings->expressions);
	}
	co_expressions_init(&findings->expressions, helper);
}

/* One rule or line as it is being evaluated on one target. */
struct view {
	struct co_findings *findings;
	const struct co_state *state;
	const struct co_scope_targets *targets; /* those that it sees */
	json_t *map;
	json_t *vars;
};

static int usable(const struct view *view, const char *text, struct co_err *err)
{
	const char *why = co_json_str(view->findings->unusable, text);

	return why ? co_err_set(err, CO_ERR_INPUT, "expression", "%s", why) : CO_OK;
}

static int truth_of(const struct view *view, const char *text, json_t *object, int *truth, struct co_err *err)
{
	int rc = usable(view, text, err);

	return rc < 0 ? rc : co_expressions_truth(&view->findings->expressions, text, object, view->vars, truth, err);
}

static int text_of(const struct view *view, const char *text, json_t *object, char **out, struct co_err *err)
{
	int rc;

	if (!text)
		return CO_OK;
	rc = usable(view, text, err);
	return rc < 0 ? rc : co_expressions_text(&view->findings->expressions, text, object, view->vars, out, err);
}

static int severity_of(const struct view *view, const struct co_rule *rule, json_t *object, int *severity,
		       struct co_err *err)
{
	char *name = NULL;
	int rc = text_of(view, rule->severity, object, &name, err);

	if (rc < 0)
		return rc;
	*severity = co_enum_value(co_severity_names, name);
	if (!*severity)
		rc = co_err_set(err, CO_ERR_INPUT, "bad-severity", "\"%s\" is no severity", name);
	free(name);
	return rc;
}

static int fix_of(const struct view *view, const struct co_rule *rule, json_t *object, json_t **fix,
		  struct co_err *err)
{
	int rc;

	if (!rule->fix)
		return CO_OK;
	rc = co_expressions_fill(&view->findings->expressions, rule->fix, object, view->vars, fix, err);
	if (rc == CO_OK && !co_json_str(*fix, "playbook"))
		rc = co_err_set(err, CO_ERR_INPUT, "bad-fix", "its fix names no playbook");
	return rc;
}

/* The steps that an expression of the rule reads, as names; a new list. */
static json_t *mentioned(const struct co_rule *rule)
{
	const char *texts[RULE_TEXTS + 1], **text;
	json_t *all = rule->each ? co_expr_steps(rule->each, 1) : json_array();

	rule_texts(rule, texts);
	for (text = texts; *text; text++) {
		json_t *some = co_expr_steps(*text, 0);

		json_array_extend(all, some);
		json_decref(some);
	}
	return all;
}

/* The slots behind names on the targets in view: as a list of places, each once. "*" is all the map has. */
static json_t *places_of(const struct view *view, json_t *names)
{
	json_t *places = json_array(), *seen = json_object(), *name;
	const char *key;
	json_t *value;
	size_t i, t;

	json_array_foreach(names, i, name)
		if (strcmp(json_string_value(name), "*") == 0 && view->map)
			json_object_foreach(view->map, key, value)
				json_array_append_new(names, json_string(key));
	for (t = 0; t < view->targets->count; t++)
		json_array_foreach(names, i, name) {
			const struct co_slot *slot = co_scope_slot(view->state, view->map, json_string_value(name),
								   &view->targets->items[t]);

			if (!slot || json_object_get(seen, slot->step->id))
				continue;
			json_object_set_new(seen, slot->step->id, json_true());
			json_array_append_new(places, json_integer(slot - view->state->slots));
		}
	json_decref(seen);
	return places;
}

static json_t *evidence_names(const struct co_rule *rule)
{
	json_t *names;
	size_t i;

	if (!rule->evidence.count)
		return mentioned(rule);
	names = json_array();
	for (i = 0; i < rule->evidence.count; i++)
		json_array_append_new(names, json_string(rule->evidence.items[i]));
	return names;
}

static void set_evidence(const struct view *view, const struct co_rule *rule, struct co_finding *finding)
{
	json_t *names = evidence_names(rule), *places = places_of(view, names), *place;
	size_t i;

	json_array_foreach(places, i, place)
		*(char **)co_grow(&finding->evidence.items, &finding->evidence.count, sizeof(char *)) =
			co_xstrdup(view->state->slots[json_integer_value(place)].step->id);
	json_decref(places);
	json_decref(names);
}

static void keep(const struct view *view, const struct co_rule *rule, struct co_finding *finding)
{
	struct co_findings *findings = view->findings;

	finding->id = co_xstrdup(rule->id);
	finding->playbook = co_xstrdup(rule->playbook ? rule->playbook : view->state->plan->playbook->name);
	set_evidence(view, rule, finding);
	*(struct co_finding *)co_grow(&findings->list.items, &findings->list.count, sizeof(*finding)) = *finding;
}

/* One finding, if the rule's condition holds on the object. */
static int make_one(const struct view *view, const struct co_rule *rule, json_t *object, struct co_err *err)
{
	struct co_finding finding = { 0 };
	int holds = 1, rc = CO_OK;

	if (rule->when)
		rc = truth_of(view, rule->when, object, &holds, err);
	if (rc < 0 || !holds)
		return rc;
	rc = severity_of(view, rule, object, &finding.severity, err);
	if (rc == CO_OK)
		rc = text_of(view, rule->title, object, &finding.title, err);
	if (rc == CO_OK)
		rc = text_of(view, rule->resource, object, &finding.resource, err);
	if (rc == CO_OK)
		rc = text_of(view, rule->because, object, &finding.because, err);
	if (rc == CO_OK)
		rc = text_of(view, rule->next, object, &finding.next, err);
	if (rc == CO_OK)
		rc = fix_of(view, rule, object, &finding.fix, err);
	if (rc == CO_OK)
		keep(view, rule, &finding);
	else
		co_shape_clear(&co_finding_shape, &finding);
	return rc;
}

static int make_each(const struct view *view, const struct co_rule *rule, struct co_err *err)
{
	json_t *objects, *object;
	int rc = usable(view, rule->each, err);
	size_t i;

	if (rc == CO_OK)
		rc = co_expressions_value(&view->findings->expressions, rule->each, CO_PROGRAM, NULL, view->vars,
					  &objects, err);
	if (rc < 0)
		return rc;
	json_array_foreach(objects, i, object) {
		if (rc < 0)
			break;
		if (!json_is_object(object))
			rc = co_err_set(err, CO_ERR_INPUT, "expression", "\"each\" gave %s, not an object",
					co_json_type(object));
		else
			rc = make_one(view, rule, object, err);
	}
	json_decref(objects);
	return rc;
}

/* Whether a name is that of a step without output: then nothing can be said, and that is no fault of the rule. */
static int blind(const struct view *view, json_t *names)
{
	json_t *places = places_of(view, names), *place;
	size_t i;
	int found = 0;

	json_array_foreach(places, i, place)
		found |= !view->state->slots[json_integer_value(place)].output;
	json_decref(places);
	return found;
}

static void note_broken(struct co_findings *findings, const char *what, const char *id, const struct co_err *why)
{
	if (findings->broken++)
		return;
	/* jq that could not be run says nothing about the playbook. */
	co_err_set(&findings->failure, why->code == CO_ERR_SYSTEM ? CO_ERR_SYSTEM : CO_ERR_INPUT, "rule-failed",
		   "%s \"%s\" could not be evaluated: %s", what, id, why->message);
	if (why->code != CO_ERR_SYSTEM)
		co_err_hint(&findings->failure, "correct the playbook");
}

static void report_broken(const struct view *view, const struct co_rule *rule, const struct co_err *why)
{
	struct co_finding finding = { .severity = co_enum_value(co_severity_names, rule->severity) };
	json_t *names = mentioned(rule);

	if (!blind(view, names)) {
		if (!finding.severity)
			finding.severity = CO_SEVERITY_HIGH;
		finding.title = co_xasprintf("the rule \"%s\" could not be evaluated", rule->id);
		finding.because = co_xstrdup(why->message);
		finding.next = co_xstrdup("correct the playbook; what the rule looks for may be there");
		keep(view, rule, &finding);
		note_broken(view->findings, "the rule", rule->id, why);
	}
	json_decref(names);
}

/* Whether a target has any of these steps; all have none. Included playbooks may have targets of their own. */
static int concerns(const struct co_state *state, json_t *map, json_t *names, const struct co_scope_target *target)
{
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		if (co_scope_slot(state, map, json_string_value(name), target))
			return 1;
	return !json_array_size(names);
}

/* The targets that have any of the steps of a map; all, without one. */
static void targets_with(struct co_scope_targets *some, const struct co_scope_targets *all,
			 const struct co_state *state, json_t *map)
{
	json_t *names = json_array(), *value;
	const char *key;
	size_t t;

	json_object_foreach(map, key, value)
		json_array_append_new(names, json_string(key));
	*some = (struct co_scope_targets){ NULL, 0 };
	for (t = 0; t < all->count; t++)
		if (concerns(state, map, names, &all->items[t]))
			*(struct co_scope_target *)co_grow(&some->items, &some->count, sizeof(*some->items)) =
				all->items[t];
	json_decref(names);
}

static int rule_concerns(const struct co_state *state, const struct co_rule *rule,
			 const struct co_scope_target *target)
{
	json_t *names = mentioned(rule);
	int any = concerns(state, rule->steps, names, target);

	json_decref(names);
	return any;
}

static void make_rule(struct co_findings *findings, const struct co_state *state, const struct co_rule *rule,
		      const struct co_scope_targets *targets)
{
	struct view view = { findings, state, targets, rule->steps, NULL };
	struct co_err err = CO_ERR_INIT;
	size_t before = findings->list.count;
	int rc;

	view.vars = rule->across ? co_scope_across(state, rule->steps, rule->params, targets)
				 : co_scope_of_rule(state, rule->steps, rule->params, targets->items);
	rc = rule->each ? make_each(&view, rule, &err) : make_one(&view, rule, NULL, &err);
	if (rc < 0) {
		/* Half of what a rule finds could be taken for all of it. */
		while (findings->list.count > before)
			co_shape_clear(&co_finding_shape, &findings->list.items[--findings->list.count]);
		report_broken(&view, rule, &err);
	}
	json_decref(view.vars);
}

static void add_text(struct co_findings *findings, char *text)
{
	*(char **)co_grow(&findings->summary.text.items, &findings->summary.text.count, sizeof(char *)) = text;
}

static int make_text(const struct view *view, const struct co_line *line, char **text, struct co_err *err)
{
	int holds = 1, rc = CO_OK;

	if (line->when)
		rc = truth_of(view, line->when, NULL, &holds, err);
	return rc < 0 || !holds ? rc : text_of(view, line->text, NULL, text, err);
}

/* A line for one target, or, across, for all of them. */
static void make_line(struct co_findings *findings, const struct co_state *state, const struct co_line *line,
		      const struct co_scope_targets *targets, int several)
{
	struct view view = { findings, state, targets, line->steps, NULL };
	struct co_err err = CO_ERR_INIT;
	json_t *names = co_expr_steps(line->text, 0);
	const char *name = line->across ? NULL : co_json_str(targets->items->target, "name");
	char *text = NULL;

	view.vars = line->across ? co_scope_across(state, line->steps, line->params, targets) :
				   co_scope_of_rule(state, line->steps, line->params, targets->items);
	if (make_text(&view, line, &text, &err) < 0) {
		if (!blind(&view, names))
			note_broken(findings, "the summary line", line->text, &err);
	} else if (text && several && name) {
		add_text(findings, co_xasprintf("%s %s", name, text));
		free(text);
	} else if (text)
		add_text(findings, text);
	json_decref(view.vars);
	json_decref(names);
}

static int line_concerns(const struct co_state *state, const struct co_line *line,
			 const struct co_scope_target *target)
{
	json_t *names = co_expr_steps(line->text, 0);
	int any = concerns(state, line->steps, names, target);

	json_decref(names);
	return any;
}

/* Lines across targets stand before those of each target. */
static void make_lines(struct co_findings *findings, const struct co_state *state, const struct co_scope_targets *all)
{
	struct co_scope_targets some;
	size_t i, t;

	for (i = 0; i < state->plan->summary.count; i++) {
		const struct co_line *line = &state->plan->summary.items[i];

		if (!line->across)
			continue;
		targets_with(&some, all, state, line->steps);
		make_line(findings, state, line, &some, 0);
		co_scope_targets_clear(&some);
	}
	for (t = 0; t < all->count; t++)
		for (i = 0; i < state->plan->summary.count; i++) {
			const struct co_line *line = &state->plan->summary.items[i];
			const struct co_scope_targets one = { &all->items[t], 1 };

			if (!line->across && line_concerns(state, line, one.items))
				make_line(findings, state, line, &one, all->count > 1);
		}
}

/* What could not be seen is said, so that nobody takes it for nothing wrong. */
static void add_unseen(struct co_findings *findings, const struct co_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++) {
		char *text = co_unseen_line(state, i);

		if (text)
			add_text(findings, text);
	}
}

/* The gravest first; those of one severity as the playbook ranks them. */
static void sort(struct co_findings *findings)
{
	size_t n = findings->list.count, i, at = 0;
	struct co_finding *sorted = co_xcalloc(n + 1, sizeof(*sorted));
	int severity;

	for (severity = CO_SEVERITY_CRITICAL; severity <= CO_SEVERITY_INFO; severity++)
		for (i = 0; i < n; i++)
			if (findings->list.items[i].severity == severity)
				sorted[at++] = findings->list.items[i];
	free(findings->list.items);
	findings->list.items = sorted;
}

static void count(struct co_findings *findings)
{
	json_t *counts = json_object();
	size_t i;
	int s;

	for (s = CO_SEVERITY_CRITICAL; s <= CO_SEVERITY_INFO; s++) {
		json_int_t n = 0;

		for (i = 0; i < findings->list.count; i++)
			n += findings->list.items[i].severity == s;
		if (n)
			json_object_set_new(counts, co_enum_name(co_severity_names, s), json_integer(n));
	}
	findings->summary.counts = counts;
}

static int interrupted(const struct co_state *state, struct co_err *err)
{
	if (!co_state_cancelled(state))
		return CO_OK;
	return co_err_set(err, CO_ERR_SYSTEM, "interrupted", "interrupted while findings were made");
}

static int make_rules(struct co_findings *findings, const struct co_state *state, const struct co_scope_targets *all,
		      struct co_err *err)
{
	size_t i, t;

	for (i = 0; i < state->plan->findings.count; i++) {
		const struct co_rule *rule = &state->plan->findings.items[i];
		struct co_scope_targets some;

		if (interrupted(state, err) < 0)
			return CO_ERR_SYSTEM;
		if (rule->across) {
			targets_with(&some, all, state, rule->steps);
			make_rule(findings, state, rule, &some);
			co_scope_targets_clear(&some);
			continue;
		}
		for (t = 0; t < all->count; t++) {
			const struct co_scope_targets one = { &all->items[t], 1 };

			if (rule_concerns(state, rule, one.items))
				make_rule(findings, state, rule, &one);
		}
	}
	return CO_OK;
}

int co_findings_make(struct co_findings *findings, const struct co_state *state, struct co_err *err)
{
	struct co_scope_targets targets;
	int rc;

	co_scope_targets_find(&targets, state->plan);
	rc = make_rules(findings, state, &targets, err);
	if (rc == CO_OK)
		make_lines(findings, state, &targets);
	co_scope_targets_clear(&targets);
	add_unseen(findings, state);
	sort(findings);
	count(findings);
	return rc;
}

void co_findings_clear(struct co_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->list.count; i++)
		co_shape_clear(&co_finding_shape, &findings->list.items[i]);
	free(findings->list.items);
	co_shape_clear(&co_summary_shape, &findings->summary);
	co_expressions_clear(&findings->expressions);
	json_decref(findings->unusable);
	*findings = (struct co_findings){ .broken = 0 };
}

json_t *co_findings_encode(const struct co_findings *findings)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < findings->list.count; i++)
		json_array_append_new(list, co_shape_encode(&co_finding_shape, &findings->list.items[i]));
	return list;
}

size_t co_findings_count(const struct co_findings *findings, int severity)
{
	size_t i, n = 0;

	for (i = 0; i < findings->list.count; i++)
		n += findings->list.items[i].severity <= severity;
	return n;
}
