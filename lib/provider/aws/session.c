/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/session.h"

#include "base/time.h"
#include "codec/json.h"
#include "provider/aws/endpoint.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
	LEAST = 900, /* seconds; what AWS gives at least */
	MOST = 3600, /* what a session gets that was itself assumed with one */
};

/* What identities are known by. The caller frees it. */
static char *identity_name(const struct co_aws_session *s, int scoped)
{
	return co_xasprintf("%s|%s|%s|%s", s->profile ? s->profile : "", s->account ? s->account : "",
			    scoped && s->role ? s->role : "", scoped && s->role ? s->call->run : "");
}

static char *session_name(const struct co_aws_session *s)
{
	return co_xasprintf("cloudops-%s", s->call->run ? s->call->run : "run");
}

static int get(struct co_aws_session *s, int scoped, struct co_aws_credentials *credentials, struct co_err *err);

/* ---- the profile's own */

static struct co_aws_ask ask_of(const struct co_aws_session *s, const char *operation, json_t *with,
				const struct co_aws_credentials *by)
{
	return (struct co_aws_ask){
		.service = "sts",
		.operation = operation,
		.region = s->region,
		.with = with,
		.credentials = by,
		.profile = s->profile ? s->profile : "default",
		.deadline = s->call->deadline,
		.cancelled = s->call->cancelled,
	};
}

/* A profile that leads elsewhere than the inventory says would look at, or change, the wrong account. */
static int check_account(const struct co_aws_session *s, const struct co_aws_credentials *by, struct co_err *err)
{
	json_t *with = json_object(), *output = NULL;
	const struct co_aws_ask ask = ask_of(s, "GetCallerIdentity", with, by);
	const char *account;
	int rc = co_aws_exchange_ask(s->client, &ask, &output, err);

	json_decref(with);
	if (rc < 0)
		return co_err_wrap(err, "cannot tell whose credentials these are"), rc;
	account = co_json_str(output, "Account");
	if (!account || strcmp(account, s->account) != 0) {
		rc = co_err_set(err, CO_ERR_REMOTE, "wrong-account", "the credentials (%s) are of account %s, not of %s",
				by->method, account ? account : "?", s->account);
		co_err_hint(err, "give the account a profile or a role in the inventory (co-config(5))");
	}
	json_decref(output);
	return rc;
}

static int find_base(void *context, struct co_aws_credentials *found, struct co_err *err)
{
	const struct co_aws_session *s = context;
	char *name = session_name(s);
	const struct co_aws_search search = {
		.means = &s->client->means,
		.profile = s->profile,
		.region = s->region,
		.session = name,
		.now = co_aws_client_now(s->client),
		.deadline = s->call->deadline,
		.cancelled = s->call->cancelled,
	};
	int rc = co_aws_find(&search, found, err);

	free(name);
	if (rc == CO_OK && s->account && !s->role)
		rc = check_account(s, found, err);
	if (rc < 0)
		co_aws_credentials_clear(found);
	return rc;
}

/* ---- the plan's */

static int role_arn(const struct co_aws_session *s, char **arn, struct co_err *err)
{
	struct co_aws_partition partition;
	char *own;
	int rc;

	if (strncmp(s->role, "arn:", 4) == 0) {
		own = s->account ? co_xasprintf("::%s:role/", s->account) : NULL;
		rc = own && !strstr(s->role, own)
			     ? co_err_set(err, CO_ERR_INPUT, "wrong-account", "the role \"%s\" is not of account %s", s->role,
					  s->account)
			     : CO_OK;
		free(own);
		if (rc == CO_OK)
			*arn = co_xstrdup(s->role);
		return rc;
	}
	if (!s->account)
		return co_err_set(err, CO_ERR_INPUT, "bad-config", "the role \"%s\" is no ARN, and there is no account", s->role);
	rc = co_aws_partition(s->client->apis, s->region, &partition, err);
	if (rc == CO_OK)
		*arn = co_xasprintf("arn:%s:iam::%s:role/%s", partition.name, s->account, s->role);
	return rc;
}

/* As long as the call may last, within what AWS gives: a run that lasts longer assumes the role again. */
static int64_t duration(const struct co_aws_session *s)
{
	int64_t left = (s->call->deadline - co_clock_ms()) / 1000;

	return left < LEAST ? LEAST : left > MOST ? MOST : left;
}

static json_t *assume_with(const struct co_aws_session *s, const char *arn, const struct co_aws_policy *policy)
{
	char *name = session_name(s), *managed;
	json_t *with = json_pack("{s:s, s:s, s:I}", "RoleArn", arn, "RoleSessionName", name, "DurationSeconds",
				 (json_int_t)duration(s));

	if (policy->inline_policy.len)
		json_object_set_new(with, "Policy", json_string(co_buf_str(&policy->inline_policy)));
	if (policy->managed) {
		managed = co_xasprintf("%.*s:iam::aws:policy/%s", (int)strcspn(arn + 4, ":") + 4, arn, policy->managed);
		json_object_set_new(with, "PolicyArns", json_pack("[{s:s}]", "arn", managed));
		free(managed);
	}
	free(name);
	return with;
}

static int assume(const struct co_aws_session *s, const char *arn, const struct co_aws_policy *policy,
		  const struct co_aws_credentials *by, struct co_aws_credentials *found, struct co_err *err)
{
	static const struct co_aws_words_of words = { "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", 1 };
	json_t *with = assume_with(s, arn, policy), *output = NULL;
	const struct co_aws_ask ask = ask_of(s, "AssumeRole", with, by);
	int rc = co_aws_exchange_ask(s->client, &ask, &output, err);

	if (rc == CO_OK)
		rc = co_aws_credentials_decode(found, json_object_get(output, "Credentials"), &words, "plan", err);
	co_aws_wipe(output);
	json_decref(output);
	json_decref(with);
	return rc;
}

static int is_too_large(const struct co_err *err)
{
	return strstr(err->message, "PackedPolicyTooLarge") != NULL;
}

static int find_scoped(void *context, struct co_aws_credentials *found, struct co_err *err)
{
	struct co_aws_session *s = context;
	struct co_aws_policy policy = { CO_BUF_INIT, NULL };
	struct co_aws_credentials by = CO_AWS_CREDENTIALS_INIT;
	struct co_err why = CO_ERR_INIT;
	char *arn = NULL;
	int step = 0, rc = role_arn(s, &arn, &why);

	if (rc == CO_OK)
		rc = get(s, 0, &by, &why);
	while (rc == CO_OK) {
		rc = co_aws_scopes_policy(s->scopes, s->client->apis, s->call->run, s->account, &step, &policy, &why);
		if (rc == CO_OK)
			rc = assume(s, arn, &policy, &by, found, &why);
		if (rc == CO_OK || !is_too_large(&why) || ++step == CO_AWS_SCOPE_STEPS)
			break;
		rc = CO_OK; /* it was too large once packed */
	}
	if (rc < 0 && err)
		*err = why;
	co_buf_clear(&policy.inline_policy);
	co_aws_credentials_clear(&by);
	free(arn);
	return rc;
}

/* ---- */

static int get(struct co_aws_session *s, int scoped, struct co_aws_credentials *credentials, struct co_err *err)
{
	char *name = identity_name(s, scoped);
	int rc = co_aws_identity_get(s->client->identities, name, co_aws_client_now(s->client),
				     scoped && s->role ? find_scoped : find_base, s, credentials, err);

	free(name);
	return rc;
}

static int signer_get(void *context, const struct co_aws_credentials **credentials, struct co_err *err)
{
	struct co_aws_session *s = context;

	*credentials = &s->by;
	return get(s, 1, &s->by, err);
}

static void signer_expired(void *context, const char *key_id)
{
	const struct co_aws_session *s = context;
	char *name = identity_name(s, 1);

	co_aws_identity_expire(s->client->identities, name, key_id);
	free(name);
}

void co_aws_session_start(struct co_aws_session *session, struct co_aws_client *client, struct co_aws_scopes *scopes,
			  const struct co_call *call, const char *region)
{
	*session = (struct co_aws_session){
		.client = client,
		.scopes = scopes,
		.call = call,
		.profile = co_json_str(call->target, "profile"),
		.role = co_json_str(call->target, "role"),
		.account = co_json_str(call->target, "account"),
		.region = region,
		.signer = { signer_get, signer_expired, session },
	};
}

void co_aws_session_end(struct co_aws_session *session)
{
	co_aws_credentials_clear(&session->by);
}
