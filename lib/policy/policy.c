/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "codec/canon.h"
#include "policy/evaluate.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES = 256 * 1024 };

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The canonical form of every rule, sorted, each once: what order and duplicates cannot change. */
static int digest(struct co_policy *policy, struct co_err *err)
{
	CO_LIST(char *) texts = { NULL, 0 };
	struct co_buf all = CO_BUF_INIT;
	size_t f, i;
	int rc = CO_OK;

	for (f = 0; f < policy->files.count; f++)
		for (i = 0; i < policy->files.items[f].rules.count && rc == CO_OK; i++) {
			json_t *value = co_shape_encode(&co_policy_rule_shape, &policy->files.items[f].rules.items[i]);
			struct co_buf text = CO_BUF_INIT;

			rc = co_canon_write(&text, value, err);
			json_decref(value);
			*(char **)co_grow(&texts.items, &texts.count, sizeof(char *)) = co_buf_take(&text);
		}
	if (texts.count)
		qsort(texts.items, texts.count, sizeof(char *), compare_strings);
	co_buf_addc(&all, '[');
	for (i = 0; i < texts.count; i++)
		if (!i || strcmp(texts.items[i], texts.items[i - 1]) != 0)
			co_buf_addf(&all, "%s%s", i ? "," : "", texts.items[i]);
	co_buf_addc(&all, ']');
	co_sha256_text(all.data, all.len, policy->digest);
	for (i = 0; i < texts.count; i++)
		free(texts.items[i]);
	free(texts.items);
	co_buf_clear(&all);
	return rc;
}

static int add_text(struct co_policy *policy, const char *text, size_t len, const char *name, struct co_err *err)
{
	struct co_rules rules = { 0 };
	int rc = co_rules_parse(&rules, text, len, name, err);

	if (rc == CO_OK)
		*(struct co_rules *)co_grow(&policy->files.items, &policy->files.count, sizeof(rules)) = rules;
	return rc;
}

static int add_file(struct co_policy *policy, const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, FILE_BYTES, CO_FILE_TRUSTED, &text, err);

	if (rc == CO_OK)
		rc = add_text(policy, co_buf_str(&text), text.len, path, err);
	else if (err)
		err->code = CO_ERR_INPUT; /* a policy that cannot be read is a bad policy */
	co_buf_clear(&text);
	return rc == CO_OK ? CO_OK : CO_ERR_INPUT;
}

static int finish(struct co_policy **policy, struct co_policy *made, int rc, struct co_err *err)
{
	if (rc == CO_OK && made->files.items[0].digest)
		strcpy(made->digest, made->files.items[0].digest);
	else if (rc == CO_OK)
		rc = digest(made, err);
	if (rc == CO_OK)
		*policy = made;
	else
		co_policy_free(made);
	return rc;
}

int co_policy_load(struct co_policy **policy, const char *const *files, size_t n, struct co_err *err)
{
	struct co_policy *made = co_xcalloc(1, sizeof(*made));
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < n && rc == CO_OK; i++)
		rc = add_file(made, files[i], err);
	if (!n)
		*(struct co_rules *)co_grow(&made->files.items, &made->files.count, sizeof(struct co_rules)) =
			co_rules_built_in;
	return finish(policy, made, rc, err);
}

int co_policy_parse(struct co_policy **policy, const char *text, size_t len, const char *name, struct co_err *err)
{
	struct co_policy *made = co_xcalloc(1, sizeof(*made));

	return finish(policy, made, add_text(made, text, len, name, err), err);
}

void co_policy_free(struct co_policy *policy)
{
	size_t i;

	if (!policy)
		return;
	for (i = 0; i < policy->files.count; i++)
		if (policy->files.items[i].text)
			co_rules_clear(&policy->files.items[i]);
	free(policy->files.items);
	free(policy);
}

const char *co_policy_digest(const struct co_policy *policy)
{
	return policy->digest;
}

int co_policy_decide(const struct co_policy *policy, const struct co_policy_facts *facts,
		     struct co_decision *decision, struct co_err *err)
{
	struct co_decision made = { 0 };
	struct co_survey survey;
	char plan[CO_DIGEST_LEN + 1];

	if (!facts->run->plan) {
		co_err_set(err, CO_ERR_INPUT, "missing-section", "the document has no plan");
		co_err_hint(err, "put co-plan before this stage");
		return CO_ERR_INPUT;
	}
	if (co_run_digest(facts->run, "plan", plan, err) < 0)
		return CO_ERR_INPUT;
	co_survey_make(&survey, facts);
	co_survey_decide(&survey, policy, &made);
	co_survey_clear(&survey);
	made.plan = co_xstrdup(plan);
	made.policy = co_xstrdup(policy->digest);
	*decision = made;
	return CO_OK;
}

int co_policy_refuse(const struct co_decision *decision, struct co_err *err)
{
	const struct co_reason *reason = decision->reasons.count ? &decision->reasons.items[0] : NULL;

	if (!reason)
		return co_err_set(err, CO_ERR_NO, "denied", "denied");
	co_err_set(err, CO_ERR_NO, "denied", "denied by %s%s%s%s%s (%s)", reason->rule, reason->step ? " for step " : "",
		   reason->step ? reason->step : "", reason->message ? ": " : "",
		   reason->message ? reason->message : "", reason->at);
	if (decision->reasons.count > 1)
		co_err_wrap(err, "%zu reasons, the first", decision->reasons.count);
	co_err_hint(err, "co-policy --explain says what would change the decision");
	return CO_ERR_NO;
}
