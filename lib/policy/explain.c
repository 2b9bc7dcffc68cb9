/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/explain.h"

#include "base/escape.h"
#include "base/time.h"
#include "policy/evaluate.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 400, WORK = 20000000 };

/* One fact supposed to be other than it is. */
struct guess {
	enum fact { ENVIRONMENT, USER, MOMENT, CHANGES } key;
	const char *text; /* of ENVIRONMENT and USER */
	int64_t number;	  /* of MOMENT and CHANGES */
};

struct guesses {
	struct guess items[MOST];
	size_t count;
	size_t tries; /* left; a large plan under many rules gets fewer */
};

static void add(struct guesses *g, struct guess guess)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (g->items[i].key == guess.key && g->items[i].number == guess.number &&
		    (g->items[i].text == guess.text ||
		     (guess.text && g->items[i].text && strcmp(g->items[i].text, guess.text) == 0)))
			return;
	if (g->count < MOST)
		g->items[g->count++] = guess;
}

static void add_texts(struct guesses *g, enum fact key, char *const *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strchr(items[i], '*'))
			add(g, (struct guess){ .key = key, .text = items[i] });
}

static void add_groups(struct guesses *g, const struct co_condition *c, const struct co_config *config)
{
	json_t *member;
	size_t i, j;

	for (i = 0; config->approval && i < c->group.count; i++) {
		json_t *members = json_object_get(config->approval->groups, c->group.items[i]);

		json_array_foreach(members, j, member)
			if (json_is_string(member))
				add(g, (struct guess){ .key = USER, .text = json_string_value(member) });
	}
}

/* The next moments at which hours begin and end. */
static void add_hours(struct guesses *g, const struct co_hours *hours, int64_t now)
{
	int64_t from = 0, to = 24 * 3600, offset = 0, day, midnight;

	if (hours->from)
		co_hours_time(hours->from, &from);
	if (hours->to)
		co_hours_time(hours->to, &to);
	if (hours->offset)
		co_hours_offset(hours->offset, &offset);
	for (day = 0; day <= 8; day++) {
		midnight = (now + offset) / (24 * 3600) * (24 * 3600) + day * 24 * 3600 - offset;
		if (midnight + from > now)
			add(g, (struct guess){ .key = MOMENT, .number = midnight + from });
		if (midnight + to > now)
			add(g, (struct guess){ .key = MOMENT, .number = midnight + to });
	}
}

static void add_bounds(struct guesses *g, const struct co_bounds *bounds)
{
	if (bounds && bounds->at_least && json_integer_value(bounds->at_least) > 0)
		add(g, (struct guess){ .key = CHANGES, .number = json_integer_value(bounds->at_least) - 1 });
	if (bounds && bounds->at_most)
		add(g, (struct guess){ .key = CHANGES, .number = json_integer_value(bounds->at_most) });
}

static void add_condition(struct guesses *g, const struct co_condition *c, const struct co_policy_facts *facts)
{
	size_t i;

	if (!c)
		return;
	add_texts(g, ENVIRONMENT, c->environment.items, c->environment.count);
	add_texts(g, USER, c->user.items, c->user.count);
	add_groups(g, c, facts->config);
	add_bounds(g, c->changes);
	for (i = 0; i < c->between.count; i++) {
		if (c->between.items[i].since > facts->now)
			add(g, (struct guess){ .key = MOMENT, .number = c->between.items[i].since });
		if (c->between.items[i].until > facts->now)
			add(g, (struct guess){ .key = MOMENT, .number = c->between.items[i].until });
	}
	for (i = 0; i < c->hours.count; i++)
		add_hours(g, &c->hours.items[i], facts->now);
}

static void add_all(struct guesses *g, const struct co_policy *policy, const struct co_policy_facts *facts)
{
	const struct co_config *config = facts->config;
	size_t f, i;

	for (f = 0; f < policy->files.count; f++)
		for (i = 0; i < policy->files.items[f].rules.count; i++) {
			add_condition(g, policy->files.items[f].rules.items[i].when, facts);
			add_condition(g, policy->files.items[f].rules.items[i].unless, facts);
		}
	for (i = 0; i < config->environments.count; i++)
		add(g, (struct guess){ .key = ENVIRONMENT, .text = config->environments.items[i].name });
	if (config->limits)
		add(g, (struct guess){ .key = CHANGES, .number = config->limits->changes });
}

static int by_number(const void *a, const void *b)
{
	const struct guess *x = a, *y = b;

	if (x->key != y->key)
		return (int)x->key - (int)y->key;
	/* The nearest moment first, and the greatest number of changes. */
	if (x->number != y->number)
		return (x->number < y->number) == (x->key == MOMENT) ? -1 : 1;
	return x->text && y->text ? strcmp(x->text, y->text) : 0;
}

static void suppose(struct co_plan_facts *plan, const struct guess *guess)
{
	switch (guess->key) {
	case ENVIRONMENT:
		plan->environment = guess->text;
		break;
	case USER:
		plan->user = guess->text;
		plan->requester = NULL;
		break;
	case MOMENT:
		plan->now = guess->number;
		break;
	case CHANGES:
		if (guess->number < plan->changes)
			plan->changes = guess->number;
		break;
	}
}

/* The effect when one or two guesses are supposed. */
static int effect_of(const struct co_survey *survey, const struct co_policy *policy, const struct guess *a,
		     const struct guess *b)
{
	struct co_survey other = *survey;
	struct co_decision decision = { 0 };
	int effect;

	suppose(&other.plan, a);
	if (b)
		suppose(&other.plan, b);
	co_survey_decide(&other, policy, &decision);
	effect = decision.effect;
	co_shape_clear(&co_decision_shape, &decision);
	return effect;
}

static void say_guess(const struct guess *guess, struct co_buf *out)
{
	char time[CO_TIME_LEN + 1];

	switch (guess->key) {
	case ENVIRONMENT:
		co_buf_adds(out, " in environment ");
		co_escape(out, guess->text, strlen(guess->text));
		break;
	case USER:
		co_buf_adds(out, " for user ");
		co_escape(out, guess->text, strlen(guess->text));
		break;
	case MOMENT:
		co_time_format(time, guess->number);
		co_buf_addf(out, " from %s", time);
		break;
	case CHANGES:
		co_buf_addf(out, " with at most %lld changes", (long long)guess->number);
		break;
	}
}

static const char *verdict(int effect)
{
	return effect == CO_EFFECT_PERMIT  ? "would be permitted" :
	       effect == CO_EFFECT_APPROVE ? "would need approval" :
					     "would be denied";
}

/* Every single fact that flips it: the first of a kind for each new effect. */
static int say_single(const struct co_survey *survey, const struct co_policy *policy, struct guesses *g, int now,
		      struct co_buf *out)
{
	int said[4][4] = { { 0 } }, any = 0;
	size_t i;

	for (i = 0; i < g->count && g->tries; i++, g->tries--) {
		int effect = effect_of(survey, policy, &g->items[i], NULL);

		if (effect == now || said[g->items[i].key][effect])
			continue;
		said[g->items[i].key][effect] = any = 1;
		co_buf_addf(out, "  %s", verdict(effect));
		say_guess(&g->items[i], out);
		co_buf_addc(out, '\n');
	}
	return any;
}

static int say_pair(const struct co_survey *survey, const struct co_policy *policy, struct guesses *g, int now,
		    struct co_buf *out)
{
	size_t i, j;

	for (i = 0; i < g->count; i++)
		for (j = i + 1; j < g->count && g->tries; j++) {
			int effect;

			if (g->items[i].key == g->items[j].key)
				continue;
			g->tries--;
			effect = effect_of(survey, policy, &g->items[i], &g->items[j]);
			if (effect == now)
				continue;
			co_buf_addf(out, "  %s", verdict(effect));
			say_guess(&g->items[i], out);
			co_buf_adds(out, " and");
			say_guess(&g->items[j], out);
			co_buf_addc(out, '\n');
			return 1;
		}
	return 0;
}

static size_t count_rules(const struct co_policy *policy)
{
	size_t f, n = 0;

	for (f = 0; f < policy->files.count; f++)
		n += policy->files.items[f].rules.count;
	return n;
}

static void say_reason(const struct co_reason *reason, struct co_buf *out)
{
	co_buf_adds(out, "  ");
	co_escape(out, reason->rule, strlen(reason->rule));
	co_buf_adds(out, " (");
	co_escape(out, reason->at, strlen(reason->at));
	co_buf_addc(out, ')');
	if (reason->step) {
		co_buf_adds(out, ", step ");
		co_escape(out, reason->step, strlen(reason->step));
	}
	if (reason->message) {
		co_buf_adds(out, ": ");
		co_escape(out, reason->message, strlen(reason->message));
	}
	co_buf_addc(out, '\n');
}

static void say_approval(const struct co_decision *decision, struct co_buf *out)
{
	size_t i;

	co_buf_addf(out, "needs %lld approval%s", (long long)decision->approvals_required,
		    decision->approvals_required == 1 ? "" : "s");
	for (i = 0; i < decision->approvers.count; i++) {
		co_buf_adds(out, i ? ", " : " by ");
		co_escape(out, decision->approvers.items[i], strlen(decision->approvers.items[i]));
	}
	co_buf_adds(out, decision->self_approval ? "; your own will do\n" : "\n");
}

void co_policy_explain(const struct co_policy *policy, const struct co_policy_facts *facts,
		       const struct co_decision *decision, struct co_buf *out)
{
	struct guesses *g = co_xcalloc(1, sizeof(*g));
	struct co_survey survey;
	size_t i;

	if (decision->effect == CO_EFFECT_APPROVE)
		say_approval(decision, out);
	else
		co_buf_adds(out, decision->effect == CO_EFFECT_PERMIT ? "permitted\n" : "denied\n");
	for (i = 0; i < decision->reasons.count; i++)
		say_reason(&decision->reasons.items[i], out);
	add_all(g, policy, facts);
	qsort(g->items, g->count, sizeof(g->items[0]), by_number);
	co_survey_make(&survey, facts);
	g->tries = WORK / (1 + survey.calls.count * count_rules(policy));
	if (!say_single(&survey, policy, g, decision->effect, out) &&
	    !say_pair(&survey, policy, g, decision->effect, out) && decision->effect != CO_EFFECT_PERMIT)
		co_buf_adds(out, survey.errors.count ?
				      "  no environment, user, time or size would change it: the plan itself is at fault\n" :
				      "  no environment, user, time or size would change it: only another rule\n");
	co_survey_clear(&survey);
	free(g);
}
