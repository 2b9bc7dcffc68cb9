/* SPDX-License-Identifier: Apache-2.0 */
/* config/fields: the keys of a configuration file, and what their values must be. */
#include "config/check.h"

#include "base/time.h"
#include "config/config.h"

#include <stdio.h>
#include <string.h>

static const struct co_field account_fields[] = {
	CO_STR(struct co_account, account, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_account, name, CO_NONEMPTY),
	CO_STR(struct co_account, profile, CO_NONEMPTY),
	CO_STR(struct co_account, role, CO_NONEMPTY),
	CO_STRS(struct co_account, regions, CO_ONE_OK | CO_NONEMPTY),
	CO_END,
};

static const struct co_field project_fields[] = {
	CO_STR(struct co_project, project, CO_REQUIRED | CO_NONEMPTY),
	CO_STRS(struct co_project, regions, CO_ONE_OK | CO_NONEMPTY),
	CO_END,
};

static const struct co_field subscription_fields[] = {
	CO_STR(struct co_subscription, subscription, CO_REQUIRED | CO_NONEMPTY),
	CO_STRS(struct co_subscription, regions, CO_ONE_OK | CO_NONEMPTY),
	CO_END,
};

static const struct co_field context_fields[] = {
	CO_STR(struct co_context, context, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_context, cluster, CO_NONEMPTY),
	CO_STR(struct co_context, service_account, CO_NONEMPTY),
	CO_STRS(struct co_context, namespaces, CO_ONE_OK),
	CO_STRS(struct co_context, nodes, CO_ONE_OK),
	CO_END,
};

static const struct co_field monitoring_fields[] = {
	CO_STR(struct co_monitoring, url, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_monitoring, alertmanager, CO_NONEMPTY),
	CO_STR(struct co_monitoring, token_file, CO_NONEMPTY),
	CO_STR(struct co_monitoring, token_env, CO_NONEMPTY),
	CO_STR(struct co_monitoring, username, CO_NONEMPTY),
	CO_STR(struct co_monitoring, password_file, CO_NONEMPTY),
	CO_STR(struct co_monitoring, ca_file, CO_NONEMPTY),
	CO_STR(struct co_monitoring, certificate_file, CO_NONEMPTY),
	CO_STR(struct co_monitoring, key_file, CO_NONEMPTY),
	CO_END,
};

static const struct co_shape account_shape = { "aws account", sizeof(struct co_account), account_fields };
static const struct co_shape project_shape = { "gcp project", sizeof(struct co_project), project_fields };
static const struct co_shape subscription_shape = { "azure subscription", sizeof(struct co_subscription),
						    subscription_fields };
static const struct co_shape context_shape = { "kubernetes context", sizeof(struct co_context), context_fields };
static const struct co_shape monitoring_shape = { "prometheus server", sizeof(struct co_monitoring),
						  monitoring_fields };

static const struct co_field environment_fields[] = {
	CO_STRS(struct co_environment, aliases, CO_ONE_OK),
	CO_OBJECTS(struct co_environment, aws, 0, &account_shape),
	CO_OBJECTS(struct co_environment, gcp, 0, &project_shape),
	CO_OBJECTS(struct co_environment, azure, 0, &subscription_shape),
	CO_OBJECTS(struct co_environment, kubernetes, 0, &context_shape),
	CO_OBJECTS(struct co_environment, prometheus, 0, &monitoring_shape),
	CO_STRS(struct co_environment, hosts, CO_ONE_OK),
	CO_END,
};

static const struct co_shape environment_shape = { "environment", sizeof(struct co_environment),
						   environment_fields };

static const struct co_field kind_fields[] = {
	CO_ITSELF(struct co_workloads, names, CO_FIELD_STRS, CO_NAMES, NULL),
	CO_END,
};

static const struct co_shape kind_shape = { "kind of workload", sizeof(struct co_workloads), kind_fields };

static const struct co_field namespace_fields[] = {
	CO_ITSELF(struct co_namespace, kinds, CO_FIELD_MAP, 0, &kind_shape),
	CO_END,
};

static const struct co_shape namespace_shape = { "namespace", sizeof(struct co_namespace), namespace_fields };

static const char *const provider_names[] = { "anthropic", "openai", "google", "ollama", "compatible", NULL };

static const struct co_field price_fields[] = {
	CO_STR(struct co_model_price, input, CO_REQUIRED),
	CO_STR(struct co_model_price, output, CO_REQUIRED),
	CO_END,
};

static const struct co_shape price_shape = { "price", sizeof(struct co_model_price), price_fields };

static const struct co_field model_fields[] = {
	CO_ENUM(struct co_model_config, provider, CO_REQUIRED, provider_names),
	CO_STR(struct co_model_config, model, CO_NONEMPTY),
	CO_STR(struct co_model_config, endpoint, CO_NONEMPTY),
	CO_STR(struct co_model_config, api_key_env, CO_NONEMPTY),
	CO_STR(struct co_model_config, api_key_file, CO_NONEMPTY),
	CO_STRS(struct co_model_config, api_key_command, CO_NONEMPTY),
	CO_STR(struct co_model_config, fallback, CO_NONEMPTY),
	CO_STR(struct co_model_config, timeout, CO_NONEMPTY),
	CO_STR(struct co_model_config, proxy, CO_NONEMPTY),
	CO_STR(struct co_model_config, ca_file, CO_NONEMPTY),
	CO_STR(struct co_model_config, api_version, CO_NONEMPTY),
	CO_OBJECT(struct co_model_config, price, 0, &price_shape),
	CO_END,
};

static const struct co_shape model_shape = { "model", sizeof(struct co_model_config), model_fields };

static const struct co_field audit_fields[] = {
	CO_STR(struct co_audit_config, directory, CO_NONEMPTY),
	CO_STR(struct co_audit_config, origin, CO_NONEMPTY),
	CO_STR(struct co_audit_config, key, CO_NONEMPTY),
	CO_END,
};

static const struct co_shape audit_shape = { "audit", sizeof(struct co_audit_config), audit_fields };

static const struct co_field policy_fields[] = {
	CO_STRS(struct co_policy_config, files, CO_ONE_OK),
	CO_END,
};

static const struct co_shape policy_shape = { "policy", sizeof(struct co_policy_config), policy_fields };

static const struct co_field approval_fields[] = {
	CO_STR(struct co_approval_config, signers, CO_NONEMPTY),
	CO_STR(struct co_approval_config, key, CO_NONEMPTY),
	CO_JSON(struct co_approval_config, groups, CO_OBJECT_ONLY),
	CO_STR(struct co_approval_config, approve_within, 0),
	CO_STR(struct co_approval_config, execute_within, 0),
	CO_END,
};

static const struct co_shape approval_shape = { "approval", sizeof(struct co_approval_config), approval_fields };

static const struct co_field model_limits_fields[] = {
	CO_INT(struct co_model_limits, tokens, 0, 1, 1000000),
	CO_STR(struct co_model_limits, usd_per_day, 0),
	CO_END,
};

static const struct co_shape model_limits_shape = { "model limits", sizeof(struct co_model_limits),
						    model_limits_fields };

static const struct co_field limits_fields[] = {
	CO_INT(struct co_limits, concurrency, 0, 1, 256),
	CO_STR(struct co_limits, deadline, 0),
	CO_STR(struct co_limits, step_deadline, 0),
	CO_INT(struct co_limits, changes, CO_WRITTEN, 0, 10000),
	CO_INT(struct co_limits, output_bytes, 0, 1024, CO_JSON_BYTES),
	CO_STR(struct co_limits, plan_expires, 0),
	CO_OBJECT(struct co_limits, model, 0, &model_limits_shape),
	CO_END,
};

static const struct co_shape limits_shape = { "limits", sizeof(struct co_limits), limits_fields };

static const struct co_field config_fields[] = {
	CO_MAP(struct co_config, environments, 0, &environment_shape),
	CO_MAP(struct co_config, workloads, 0, &namespace_shape),
	CO_OBJECT(struct co_config, model, 0, &model_shape),
	CO_OBJECT(struct co_config, audit, 0, &audit_shape),
	CO_OBJECT(struct co_config, policy, 0, &policy_shape),
	CO_OBJECT(struct co_config, approval, 0, &approval_shape),
	CO_OBJECT(struct co_config, limits, 0, &limits_shape),
	CO_STRS(struct co_config, playbooks, CO_ONE_OK),
	CO_END,
};

const struct co_shape co_config_shape = { "configuration", sizeof(struct co_config), config_fields };

/* What a string must be, beyond a string. */
enum rule { DURATION, MONEY, ENDPOINT, FALLBACK, PROXY };

static int is_money(const char *s)
{
	size_t digits = strspn(s, "0123456789"), cents;

	if (!digits || digits > 9)
		return 0;
	if (!s[digits])
		return 1;
	cents = strspn(s + digits + 1, "0123456789");
	return s[digits] == '.' && cents && cents <= 6 && !s[digits + 1 + cents];
}

/* https, or plain http to this host: a model server of one's own. */
static int is_endpoint(const char *s)
{
	static const char *const own[] = { "http://127.0.0.1", "http://localhost", "http://[::1]" };
	size_t i, len;

	for (i = 0; i < CO_COUNT(own); i++) {
		len = strlen(own[i]);
		if (strncmp(s, own[i], len) == 0 && strchr(":/", s[len]))
			return 1;
	}
	return strncmp(s, "https://", 8) == 0 && s[8];
}

static int check_string(enum rule rule, const char *s, struct co_err *err)
{
	int64_t ms;

	switch (rule) {
	case DURATION:
		if (co_duration_parse(&ms, s) == 0 && ms > 0)
			return CO_OK;
		co_err_set(err, CO_ERR_INPUT, "bad-duration", "\"%s\" is not a duration", s);
		return co_err_hint(err, "write it as 90s, 15m, 24h or 7d"), CO_ERR_INPUT;
	case MONEY:
		if (is_money(s))
			return CO_OK;
		co_err_set(err, CO_ERR_INPUT, "bad-amount", "\"%s\" is not an amount of money", s);
		return co_err_hint(err, "write it as \"1.50\", in quotes"), CO_ERR_INPUT;
	case ENDPOINT:
		if (is_endpoint(s))
			return CO_OK;
		return co_err_set(err, CO_ERR_INPUT, "bad-url", "\"%s\" is not an https URL", s);
	case PROXY: /* which sees no more than TLS */
		if (strncmp(s, "http://", 7) == 0 && s[7])
			return CO_OK;
		return co_err_set(err, CO_ERR_INPUT, "bad-url", "\"%s\" is not the http URL of a proxy", s);
	case FALLBACK:
		if (strcmp(s, "rules") == 0 || strcmp(s, "none") == 0)
			return CO_OK;
		return co_err_set(err, CO_ERR_INPUT, "unknown-value", "\"%s\" is neither rules nor none", s);
	}
	return CO_OK;
}

struct rule_of {
	const char *pointer;
	enum rule rule;
	const char *value; /* NULL when absent */
};

static int check_rules(const struct rule_of *rules, size_t count, struct co_err *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!rules[i].value || check_string(rules[i].rule, rules[i].value, err) == CO_OK)
			continue;
		if (err)
			snprintf(err->path, sizeof(err->path), "%s", rules[i].pointer);
		return CO_ERR_INPUT;
	}
	return CO_OK;
}

static int check_approval(const struct co_approval_config *approval, struct co_err *err)
{
	const struct rule_of rules[] = {
		{ "/approval/approve_within", DURATION, approval->approve_within },
		{ "/approval/execute_within", DURATION, approval->execute_within },
	};

	return check_rules(rules, CO_COUNT(rules), err);
}

static int check_limits(const struct co_limits *limits, struct co_err *err)
{
	const struct rule_of rules[] = {
		{ "/limits/deadline", DURATION, limits->deadline },
		{ "/limits/step_deadline", DURATION, limits->step_deadline },
		{ "/limits/plan_expires", DURATION, limits->plan_expires },
		{ "/limits/model/usd_per_day", MONEY, limits->model ? limits->model->usd_per_day : NULL },
	};

	return check_rules(rules, CO_COUNT(rules), err);
}

static int check_model(const struct co_model_config *model, struct co_err *err)
{
	const struct rule_of rules[] = {
		{ "/model/endpoint", ENDPOINT, model->endpoint },
		{ "/model/fallback", FALLBACK, model->fallback },
		{ "/model/timeout", DURATION, model->timeout },
		{ "/model/proxy", PROXY, model->proxy },
		{ "/model/price/input", MONEY, model->price ? model->price->input : NULL },
		{ "/model/price/output", MONEY, model->price ? model->price->output : NULL },
	};

	return check_rules(rules, CO_COUNT(rules), err);
}

static int check_names(json_t *value, struct co_err *err)
{
	json_t *item;
	size_t i;

	if (!json_is_array(value))
		return co_err_set(err, CO_ERR_INPUT, "wrong-type", "expected a list of names, found %s",
				  co_json_type(value));
	json_array_foreach(value, i, item) {
		if (json_is_string(item) && json_string_length(item))
			continue;
		co_err_set(err, CO_ERR_INPUT, "wrong-type", "expected a name, found %s", co_json_type(item));
		return co_err_under_index(err, i), CO_ERR_INPUT;
	}
	return CO_OK;
}

static int check_groups(json_t *groups, struct co_err *err)
{
	const char *key;
	json_t *names;

	json_object_foreach(groups, key, names)
		if (check_names(names, err) < 0)
			return co_err_under(err, key), CO_ERR_INPUT;
	return CO_OK;
}

int co_config_check(const struct co_config *config, struct co_err *err)
{
	if (config->approval && check_groups(config->approval->groups, err) < 0)
		return co_err_under(err, "groups"), co_err_under(err, "approval"), CO_ERR_INPUT;
	if (config->approval && check_approval(config->approval, err) < 0)
		return CO_ERR_INPUT;
	if (config->limits && check_limits(config->limits, err) < 0)
		return CO_ERR_INPUT;
	return config->model ? check_model(config->model, err) : CO_OK;
}
