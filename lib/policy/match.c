/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/match.h"

#include <string.h>

enum { DAY = 24 * 3600 };

/* What is looked at while one condition is evaluated. */
struct scene {
	const struct co_condition *condition;
	const struct co_plan_facts *plan;
	const struct co_call_facts *call;
};

static enum co_truth either(int yes)
{
	return yes ? CO_TRUTH_YES : CO_TRUTH_NO;
}

static enum co_truth both(enum co_truth a, enum co_truth b)
{
	return a < b ? a : b;
}

/* A value that ends with "*" stands for all that begin so. */
static int fits(const char *pattern, const char *value)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return strncmp(pattern, value, len - 1) == 0;
	return strcmp(pattern, value) == 0;
}

static int has(char *const *items, size_t n, const char *value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fits(items[i], value))
			return 1;
	return 0;
}

static enum co_truth word(char *const *items, size_t n, const char *value)
{
	return n ? either(value && has(items, n, value)) : CO_TRUTH_YES;
}

/* How many of the identities pass: all, some or none. */
static enum co_truth of_all(int known, int passed, int unknown)
{
	if (known && passed == known && !unknown)
		return CO_TRUTH_YES;
	return passed || unknown || !known ? CO_TRUTH_MAYBE : CO_TRUTH_NO;
}

static int in_group(const struct co_config *config, const char *group, const char *user)
{
	json_t *members = config->approval ? json_object_get(config->approval->groups, group) : NULL, *member;
	size_t i;

	json_array_foreach(members, i, member)
		if (json_is_string(member) && strcmp(json_string_value(member), user) == 0)
			return 1;
	return 0;
}

static int user_passes(const struct scene *s, int groups, const char *user)
{
	const struct co_condition *c = s->condition;
	size_t i;

	if (!groups)
		return has(c->user.items, c->user.count, user);
	for (i = 0; i < c->group.count; i++)
		if (in_group(s->plan->given->config, c->group.items[i], user))
			return 1;
	return 0;
}

/* Whoever runs the program and whoever the document says asked must both be meant. */
static enum co_truth identities(const struct scene *s, int groups)
{
	const char *const users[] = { s->plan->user, s->plan->requester };
	int known = 0, passed = 0;
	size_t i;

	if (!(groups ? s->condition->group.count : s->condition->user.count))
		return CO_TRUTH_YES;
	for (i = 0; i < CO_COUNT(users); i++) {
		if (!users[i])
			continue;
		known++;
		passed += user_passes(s, groups, users[i]);
	}
	return of_all(known, passed, !s->plan->user);
}

static int environment_passes(const struct co_condition *c, const struct co_environment *environment)
{
	size_t i;

	for (i = 0; i < c->environment.count; i++)
		if (co_environment_is(environment, c->environment.items[i]))
			return 1;
	return 0;
}

static enum co_truth environments(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	const struct co_where *where = &s->call->where;
	int known = (int)where->count + where->local, passed;
	size_t i;

	if (!c->environment.count)
		return CO_TRUTH_YES;
	if (s->plan->environment)
		return word(c->environment.items, c->environment.count, s->plan->environment);
	passed = where->local && has(c->environment.items, c->environment.count, "local");
	for (i = 0; i < where->count; i++)
		passed += environment_passes(c, where->in[i]);
	return of_all(known, passed, where->unknown);
}

static enum co_truth constraints(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	const struct co_plan *plan = s->plan->given->run->plan;
	size_t i;

	if (!c->constraint.count)
		return CO_TRUTH_YES;
	for (i = 0; i < plan->constraints.count; i++)
		if (has(c->constraint.items, c->constraint.count, plan->constraints.items[i]))
			return CO_TRUTH_YES;
	return CO_TRUTH_NO;
}

static enum co_truth count(const struct co_bounds *bounds, int64_t n)
{
	if (!bounds)
		return CO_TRUTH_YES;
	return either((!bounds->at_least || n >= json_integer_value(bounds->at_least)) &&
		      (!bounds->at_most || n <= json_integer_value(bounds->at_most)));
}

static enum co_truth cost(const struct co_bounds *bounds, int64_t amount)
{
	int64_t least = 0, most = INT64_MAX;

	if (!bounds)
		return CO_TRUTH_YES;
	if (amount < 0)
		return CO_TRUTH_MAYBE;
	if (bounds->at_least)
		co_decimal_parse(json_string_value(bounds->at_least), &least);
	if (bounds->at_most)
		co_decimal_parse(json_string_value(bounds->at_most), &most);
	return either(amount >= least && amount <= most);
}

static enum co_truth between(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	size_t i;

	for (i = 0; i < c->between.count; i++)
		if (s->plan->now >= c->between.items[i].since && s->plan->now < c->between.items[i].until)
			return CO_TRUTH_YES;
	return either(!c->between.count);
}

/* Monday is 0; the first of January 1970 was a Thursday. */
static int on_day(const struct co_hours *hours, int64_t days)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	size_t i;

	for (i = 0; i < hours->days.count; i++)
		if (strcmp(hours->days.items[i], names[((days + 3) % 7 + 7) % 7]) == 0)
			return 1;
	return !hours->days.count;
}

static int in_hours(const struct co_hours *hours, int64_t now)
{
	int64_t from = 0, to = DAY, offset = 0, second, day;

	if (hours->from)
		co_hours_time(hours->from, &from);
	if (hours->to)
		co_hours_time(hours->to, &to);
	if (hours->offset)
		co_hours_offset(hours->offset, &offset);
	second = ((now + offset) % DAY + DAY) % DAY;
	day = (now + offset - second) / DAY;
	if (from < to)
		return on_day(hours, day) && second >= from && second < to;
	return (on_day(hours, day) && second >= from) || (on_day(hours, day - 1) && second < to);
}

static enum co_truth in_any_hours(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	size_t i;

	for (i = 0; i < c->hours.count; i++)
		if (in_hours(&c->hours.items[i], s->plan->now))
			return CO_TRUTH_YES;
	return either(!c->hours.count);
}

static enum co_truth call_holds(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	char *const *words = s->call->words;
	enum co_truth t = word(c->access.items, c->access.count, co_enum_name(co_access_names, s->call->access));

	t = both(t, word(c->provider.items, c->provider.count, words[0]));
	t = both(t, word(c->service.items, c->service.count, words[1]));
	t = both(t, word(c->operation.items, c->operation.count, words[2]));
	return both(t, environments(s));
}

static enum co_truth intent_holds(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	const struct co_intent *intent = s->plan->given->run->intent;
	enum co_truth t;

	if (!intent)
		return c->verb.count || c->action.count || c->subject.count ? CO_TRUTH_MAYBE : CO_TRUTH_YES;
	t = word(c->verb.items, c->verb.count, co_enum_name(co_verb_names, intent->verb));
	t = both(t, word(c->action.items, c->action.count, intent->action));
	return both(t, word(c->subject.items, c->subject.count, intent->subject));
}

static enum co_truth plan_holds(const struct scene *s)
{
	const struct co_condition *c = s->condition;
	const struct co_plan *plan = s->plan->given->run->plan;
	enum co_truth t = word(c->playbook.items, c->playbook.count, plan->playbook->name);

	t = both(t, constraints(s));
	t = both(t, count(c->changes, s->plan->changes));
	t = both(t, count(c->targets, s->plan->targets));
	t = both(t, cost(c->cost_usd, s->plan->cost));
	t = both(t, between(s));
	return both(t, in_any_hours(s));
}

static enum co_truth holds(const struct co_condition *condition, const struct co_plan_facts *plan,
			   const struct co_call_facts *call)
{
	const struct scene s = { condition, plan, call };
	enum co_truth t;

	if (!condition)
		return CO_TRUTH_YES;
	t = both(call_holds(&s), intent_holds(&s));
	t = both(t, both(identities(&s, 0), identities(&s, 1)));
	return both(t, plan_holds(&s));
}

enum co_truth co_rule_applies(const struct co_policy_rule *rule, const struct co_plan_facts *plan,
			      const struct co_call_facts *call)
{
	enum co_truth when = holds(rule->when, plan, call);
	enum co_truth unless = rule->unless ? holds(rule->unless, plan, call) : CO_TRUTH_NO;

	return both(when, (enum co_truth)(CO_TRUTH_YES - unless));
}
