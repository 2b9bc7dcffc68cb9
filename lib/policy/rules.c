/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/rules.h"

#include "codec/yaml.h"
#include "run/intent.h"
#include "run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };

static const struct co_field bounds_fields[] = {
	CO_JSON(struct co_bounds, at_least, 0),
	CO_JSON(struct co_bounds, at_most, 0),
	CO_END,
};

static const struct co_shape bounds_shape = { "bounds", sizeof(struct co_bounds), bounds_fields };

static const struct co_field stretch_fields[] = {
	CO_TIME(struct co_stretch, since, CO_REQUIRED),
	CO_TIME(struct co_stretch, until, CO_REQUIRED),
	CO_END,
};

static const struct co_shape stretch_shape = { "stretch of time", sizeof(struct co_stretch), stretch_fields };

static const struct co_field hours_fields[] = {
	CO_STRS(struct co_hours, days, CO_NONEMPTY | CO_ONE_OK),
	CO_STR(struct co_hours, from, 0),
	CO_STR(struct co_hours, to, 0),
	CO_STR(struct co_hours, offset, 0),
	CO_END,
};

static const struct co_shape hours_shape = { "hours", sizeof(struct co_hours), hours_fields };

enum { LIST = CO_ONE_OK | CO_NONEMPTY };

static const struct co_field condition_fields[] = {
	CO_STRS(struct co_condition, access, LIST),
	CO_STRS(struct co_condition, provider, LIST),
	CO_STRS(struct co_condition, service, LIST),
	CO_STRS(struct co_condition, operation, LIST),
	CO_STRS(struct co_condition, environment, LIST),
	CO_STRS(struct co_condition, user, LIST),
	CO_STRS(struct co_condition, group, LIST),
	CO_STRS(struct co_condition, verb, LIST),
	CO_STRS(struct co_condition, action, LIST),
	CO_STRS(struct co_condition, subject, LIST),
	CO_STRS(struct co_condition, playbook, LIST),
	CO_STRS(struct co_condition, constraint, LIST),
	CO_OBJECT(struct co_condition, changes, 0, &bounds_shape),
	CO_OBJECT(struct co_condition, targets, 0, &bounds_shape),
	CO_OBJECT(struct co_condition, cost_usd, 0, &bounds_shape),
	CO_OBJECTS(struct co_condition, between, CO_NONEMPTY, &stretch_shape),
	CO_OBJECTS(struct co_condition, hours, CO_NONEMPTY, &hours_shape),
	CO_JSON(struct co_condition, rate, 0),
	CO_END,
};

static const struct co_shape condition_shape = { "condition", sizeof(struct co_condition), condition_fields };

static const struct co_field rule_fields[] = {
	CO_STR(struct co_policy_rule, rule, CO_REQUIRED | CO_NONEMPTY),
	CO_ENUM(struct co_policy_rule, effect, CO_REQUIRED, co_effect_names),
	CO_STR(struct co_policy_rule, because, 0),
	CO_OBJECT(struct co_policy_rule, when, 0, &condition_shape),
	CO_OBJECT(struct co_policy_rule, unless, 0, &condition_shape),
	CO_INT(struct co_policy_rule, approvals, 0, 1, 100),
	CO_STRS(struct co_policy_rule, approvers, LIST),
	CO_BOOL(struct co_policy_rule, self, 0),
	CO_END,
};

const struct co_shape co_policy_rule_shape = { "rule", sizeof(struct co_policy_rule), rule_fields };

static const struct co_field rules_fields[] = {
	CO_INT(struct co_rules, policy, CO_REQUIRED, 1, 1),
	CO_OBJECTS(struct co_rules, rules, CO_REQUIRED | CO_NONEMPTY, &co_policy_rule_shape),
	CO_END,
};

const struct co_shape co_rules_shape = { "policy", sizeof(struct co_rules), rules_fields };

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

static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

int co_hours_time(const char *text, int64_t *seconds)
{
	int hour, minute;

	if (strlen(text) != 5 || text[2] != ':')
		return -1;
	hour = two_digits(text);
	minute = two_digits(text + 3);
	if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60)
		return -1;
	*seconds = (hour * 60 + minute) * 60;
	return 0;
}

int co_hours_offset(const char *text, int64_t *seconds)
{
	int64_t size;

	if ((text[0] != '+' && text[0] != '-') || co_hours_time(text + 1, &size) < 0 || size > 14 * 3600)
		return -1;
	*seconds = text[0] == '-' ? -size : size;
	return 0;
}

int co_decimal_parse(const char *text, int64_t *millionths)
{
	int64_t n = 0;
	int places = -1;

	if (!*text || *text == '.')
		return -1;
	for (; *text; text++) {
		if (*text == '.' && places < 0) {
			places = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || n > INT64_MAX / 100 / 1000000 || places >= 6)
			return -1;
		n = n * 10 + (*text - '0');
		places += places >= 0;
	}
	if (places == 0)
		return -1;
	for (places = places < 0 ? 0 : places; places < 6; places++)
		n *= 10;
	*millionths = n;
	return 0;
}

static int check_names(char *const *items, size_t n, const char *const *names, const char *key, struct co_err *err)
{
	size_t i, known = 0;

	while (names[known])
		known++;
	for (i = 0; i < n; i++)
		if (!co_enum_value(names, items[i])) {
			co_err_set(err, CO_ERR_INPUT, "unknown-value", "unknown value \"%s\"", items[i]);
			co_err_suggest(err, items[i], names, known);
			return under_item(err, key, i);
		}
	return CO_OK;
}

static int check_count(const json_t *bound, const char *key, struct co_err *err)
{
	if (!bound || (json_is_integer(bound) && json_integer_value(bound) >= 0))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "wrong-type", "expected a whole number from 0");
	return under(err, key);
}

static int check_money(const json_t *bound, const char *key, struct co_err *err)
{
	int64_t amount;

	if (!bound || (json_is_string(bound) && co_decimal_parse(json_string_value(bound), &amount) == 0))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "wrong-type", "expected an amount as a string");
	co_err_hint(err, "write it as \"10.50\"");
	return under(err, key);
}

typedef int check_bound(const json_t *bound, const char *key, struct co_err *err);

static int check_bounds(const struct co_bounds *bounds, check_bound *check, const char *key, struct co_err *err)
{
	if (!bounds)
		return CO_OK;
	if (!bounds->at_least && !bounds->at_most) {
		co_err_set(err, CO_ERR_INPUT, "missing-key", "bounds have neither \"at_least\" nor \"at_most\"");
		return under(err, key);
	}
	if (check(bounds->at_least, "at_least", err) < 0 || check(bounds->at_most, "at_most", err) < 0)
		return under(err, key);
	return CO_OK;
}

static int check_hours(const struct co_hours *hours, struct co_err *err)
{
	const char *const times[] = { hours->from, hours->to };
	static const char *const keys[] = { "from", "to" };
	int64_t seconds;
	size_t i;

	if (check_names(hours->days.items, hours->days.count, days, "days", err) < 0)
		return CO_ERR_INPUT;
	for (i = 0; i < 2; i++)
		if (times[i] && co_hours_time(times[i], &seconds) < 0) {
			co_err_set(err, CO_ERR_INPUT, "bad-time", "\"%s\" is not a time of day such as 09:00",
				   times[i]);
			return under(err, keys[i]);
		}
	if (hours->offset && co_hours_offset(hours->offset, &seconds) < 0) {
		co_err_set(err, CO_ERR_INPUT, "bad-time", "\"%s\" is not an offset from UTC such as +02:00",
			   hours->offset);
		return under(err, "offset");
	}
	return CO_OK;
}

static int check_times(const struct co_condition *c, struct co_err *err)
{
	size_t i;

	for (i = 0; i < c->between.count; i++)
		if (c->between.items[i].since >= c->between.items[i].until) {
			co_err_set(err, CO_ERR_INPUT, "bad-time", "a stretch of time that ends before it begins");
			return under_item(err, "between", i);
		}
	for (i = 0; i < c->hours.count; i++)
		if (check_hours(&c->hours.items[i], err) < 0)
			return under_item(err, "hours", i);
	return CO_OK;
}

static int check_condition(const struct co_condition *c, const char *key, struct co_err *err)
{
	if (!c)
		return CO_OK;
	if (c->rate) {
		co_err_set(err, CO_ERR_INPUT, "unsupported", "rate limits are not supported yet");
		co_err_hint(err, "a limit that is not enforced would be worse than none: remove it");
		co_err_under(err, "rate");
		return under(err, key);
	}
	if (check_names(c->access.items, c->access.count, co_access_names, "access", err) < 0 ||
	    check_names(c->verb.items, c->verb.count, co_verb_names, "verb", err) < 0 ||
	    check_bounds(c->changes, check_count, "changes", err) < 0 ||
	    check_bounds(c->targets, check_count, "targets", err) < 0 ||
	    check_bounds(c->cost_usd, check_money, "cost_usd", err) < 0 || check_times(c, err) < 0)
		return under(err, key);
	return CO_OK;
}

static int check_approval(const struct co_policy_rule *rule, struct co_err *err)
{
	const char *key = rule->approvals	? "approvals" :
			  rule->approvers.count ? "approvers" :
			  rule->self		? "self" :
						  NULL;

	if (rule->effect != CO_EFFECT_APPROVE && key) {
		co_err_set(err, CO_ERR_INPUT, "unexpected-key", "\"%s\" is for the effect approve only", key);
		return under(err, key);
	}
	if (rule->self && rule->approvals > 1) {
		co_err_set(err, CO_ERR_INPUT, "unexpected-key", "nobody can approve their own plan %lld times",
			   (long long)rule->approvals);
		return under(err, "self");
	}
	return CO_OK;
}

static int check_rules(const struct co_rules *rules, struct co_err *err)
{
	size_t i, j;

	if (rules->rules.count > CO_POLICY_RULES)
		return co_err_set(err, CO_ERR_INPUT, "too-large", "policy has more than %d rules", CO_POLICY_RULES);
	for (i = 0; i < rules->rules.count; i++) {
		const struct co_policy_rule *rule = &rules->rules.items[i];

		if (check_condition(rule->when, "when", err) < 0 ||
		    check_condition(rule->unless, "unless", err) < 0 || check_approval(rule, err) < 0)
			return under_item(err, "rules", i);
		for (j = 0; j < i; j++)
			if (strcmp(rules->rules.items[j].rule, rule->rule) == 0) {
				co_err_set(err, CO_ERR_INPUT, "duplicate", "there are two rules \"%s\"",
					   rule->rule);
				co_err_under(err, "rule");
				return under_item(err, "rules", i);
			}
	}
	return CO_OK;
}

int co_rules_parse(struct co_rules *rules, const char *text, size_t len, const char *name, struct co_err *err)
{
	struct co_rules decoded = { 0 };
	json_t *value = co_yaml_parse(text, len, name, err);
	size_t i;
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	rc = co_shape_decode(&co_rules_shape, value, &decoded, err);
	json_decref(value);
	if (rc == CO_OK)
		rc = check_rules(&decoded, err);
	if (rc < 0) {
		co_shape_clear(&co_rules_shape, &decoded);
		co_yaml_blame(err, text, len, name);
		return rc;
	}
	for (i = 0; i < decoded.rules.count; i++)
		if (decoded.rules.items[i].effect == CO_EFFECT_APPROVE && !decoded.rules.items[i].approvals)
			decoded.rules.items[i].approvals = 1;
	decoded.file = co_xstrdup(name);
	decoded.text = co_xmemdup(text, len);
	decoded.len = len;
	*rules = decoded;
	return CO_OK;
}

void co_rules_clear(struct co_rules *rules)
{
	free(rules->file);
	free(rules->text);
	co_shape_clear(&co_rules_shape, rules);
}

void co_rules_locate(const struct co_rules *rules, size_t index, struct co_buf *out)
{
	unsigned line = 0, column = 0;
	char pointer[48];

	co_buf_adds(out, rules->file);
	if (!rules->text)
		return;
	snprintf(pointer, sizeof(pointer), "/rules/%zu", index);
	if (co_yaml_locate(rules->text, rules->len, pointer, &line, &column) == 0)
		co_buf_addf(out, ":%u", line);
}

