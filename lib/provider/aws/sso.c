/* SPDX-License-Identifier: Apache-2.0 */
/* IAM Identity Center: the token that `aws sso login` keeps, and credentials for it. */
#include "provider/aws/source.h"

#include "base/time.h"
#include "codec/json.h"

#include <string.h>

enum { REFRESH_WINDOW = 15 * 60 };

/* What a profile, with its sso-session, says. */
struct sso {
	const char *session; /* NULL: settings of the profile itself, as before there were sessions */
	const char *start_url, *region, *role, *account;
};

static int bad_sso(struct co_err *err, const struct co_aws_source *source, const char *why, const char *what)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-config", "AWS profile \"%s\" uses SSO, but %s \"%s\"", source->profile, why,
			  what);
}

static const char *setting(const struct co_aws_source *source, const char *name)
{
	return co_aws_config_get(source->search->means->config, source->profile, name);
}

static int read_session(const struct co_aws_source *source, struct sso *sso, struct co_err *err)
{
	const struct co_aws_section *section =
		co_aws_config_section(source->search->means->config, "sso-session", sso->session);
	size_t i;

	if (!section)
		return bad_sso(err, source, "there is no sso-session", sso->session);
	for (i = 0; i < section->count; i++) {
		const char *own = setting(source, section->entries[i].name);

		if (own && strcmp(own, section->entries[i].value) != 0)
			return bad_sso(err, source, "its sso-session has another", section->entries[i].name);
	}
	sso->start_url = co_aws_section_get(section, "sso_start_url");
	sso->region = co_aws_section_get(section, "sso_region");
	return CO_OK;
}

static int read_sso(const struct co_aws_source *source, struct sso *sso, struct co_err *err)
{
	int rc = CO_OK;

	*sso = (struct sso){ setting(source, "sso_session"), setting(source, "sso_start_url"),
			     setting(source, "sso_region"), setting(source, "sso_role_name"),
			     setting(source, "sso_account_id") };
	if (!sso->role && !sso->account)
		return CO_ERR_NO;
	if (sso->session)
		rc = read_session(source, sso, err);
	if (rc < 0)
		return rc;
	if (!sso->role || !sso->account)
		return bad_sso(err, source, "it lacks", sso->role ? "sso_account_id" : "sso_role_name");
	if (!sso->start_url || !sso->region)
		return bad_sso(err, source, "it lacks", sso->start_url ? "sso_region" : "sso_start_url");
	return CO_OK;
}

static int ask(const struct co_aws_source *source, const struct sso *sso, const char *service, const char *operation,
	       json_t *with, json_t **output, struct co_err *err)
{
	const struct co_aws_search *search = source->search;
	const struct co_aws_ask question = {
		.service = service,
		.operation = operation,
		.region = sso->region,
		.with = with,
		.profile = co_aws_search_profile(search),
		.deadline = search->deadline,
		.cancelled = search->cancelled,
	};

	return search->means->ask(search->means->context, &question, output, err);
}

/* ---- the token */

static int logged_out(const struct co_aws_source *source, struct co_err *err)
{
	co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the SSO session of AWS profile \"%s\" has expired or is no longer valid",
		   source->profile);
	return co_err_hint(err, "aws sso login --profile %s", source->profile);
}

static int is_after(const json_t *token, const char *member, int64_t when)
{
	const char *text = co_json_str(token, member);
	int64_t then;

	return text && co_aws_expiry_parse(&then, text) == 0 && then > when;
}

static void copy(json_t *to, const char *name, const json_t *from, const char *as)
{
	json_t *value = json_object_get(from, as);

	if (value)
		json_object_set(to, name, value);
}

/* The answer of CreateToken, in the form in which the CLI keeps it. */
static json_t *renewed(const struct co_aws_source *source, const struct sso *sso, const json_t *old, const json_t *answer)
{
	json_int_t life = json_integer_value(json_object_get(answer, "expiresIn"));
	json_t *token = json_pack("{s:s, s:s}", "startUrl", sso->start_url, "region", sso->region);
	char expires[CO_TIME_LEN + 1];

	co_time_format(expires, source->search->now + life);
	copy(token, "accessToken", answer, "accessToken");
	json_object_set_new(token, "expiresAt", json_string(expires));
	copy(token, "clientId", old, "clientId");
	copy(token, "clientSecret", old, "clientSecret");
	copy(token, "registrationExpiresAt", old, "registrationExpiresAt");
	copy(token, "refreshToken", answer, "refreshToken");
	return token;
}

static void keep(const struct co_aws_source *source, json_t *token)
{
	const struct co_aws_wish wish = {
		.thing = CO_AWS_KEEP_SSO_TOKEN,
		.profile = source->profile,
		.value = token,
		.deadline = source->search->deadline,
		.cancelled = source->search->cancelled,
	};
	struct co_err ignored = CO_ERR_INIT; /* it is good for this run all the same */
	json_t *done = NULL;

	co_aws_helper_get(source->search->means->helper, &wish, &done, &ignored);
	json_decref(done);
}

/* Replaces *token by a fresh one if that is possible; if not, the old one may still be good. */
static void refresh(const struct co_aws_source *source, const struct sso *sso, json_t **token)
{
	static const char *const needed[] = { "refreshToken", "clientId", "clientSecret", "registrationExpiresAt" };
	struct co_err ignored = CO_ERR_INIT;
	json_t *with, *answer = NULL;
	size_t i;

	for (i = 0; i < CO_COUNT(needed); i++)
		if (!co_json_str(*token, needed[i]))
			return;
	if (!is_after(*token, "registrationExpiresAt", source->search->now))
		return;
	with = json_pack("{s:s, s:O, s:O, s:O}", "grantType", "refresh_token", "clientId", json_object_get(*token, "clientId"),
			 "clientSecret", json_object_get(*token, "clientSecret"), "refreshToken",
			 json_object_get(*token, "refreshToken"));
	if (ask(source, sso, "sso-oidc", "CreateToken", with, &answer, &ignored) == CO_OK &&
	    co_json_str(answer, "accessToken")) {
		json_t *fresh = renewed(source, sso, *token, answer);

		json_decref(*token);
		*token = fresh;
		keep(source, fresh);
	}
	json_decref(answer);
	json_decref(with);
}

static int read_token(const struct co_aws_source *source, const struct sso *sso, json_t **token, struct co_err *err)
{
	int rc = co_aws_source_get(source, CO_AWS_SSO_TOKEN, token, err);

	if (rc < 0)
		return rc;
	if (!co_json_str(*token, "accessToken") || !co_json_str(*token, "expiresAt"))
		return logged_out(source, err);
	if (sso->session && !is_after(*token, "expiresAt", source->search->now + REFRESH_WINDOW))
		refresh(source, sso, token);
	return is_after(*token, "expiresAt", source->search->now) ? CO_OK : logged_out(source, err);
}

/* ---- the credentials */

static int decode(const json_t *answer, struct co_aws_credentials *found, struct co_err *err)
{
	static const struct co_aws_words_of words = { "accessKeyId", "secretAccessKey", "sessionToken", "", 0 };
	const json_t *credentials = json_object_get(answer, "roleCredentials");
	int rc = co_aws_credentials_decode(found, credentials, &words, "sso", err);

	if (rc == CO_OK)
		found->expires = json_integer_value(json_object_get(credentials, "expiration")) / 1000;
	return rc;
}

int co_aws_source_sso(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	json_t *token = NULL, *answer = NULL, *with;
	struct sso sso;
	int rc = read_sso(source, &sso, err);

	if (rc < 0)
		return rc;
	rc = read_token(source, &sso, &token, err);
	if (rc == CO_OK) {
		with = json_pack("{s:s, s:s, s:O}", "roleName", sso.role, "accountId", sso.account, "accessToken",
				 json_object_get(token, "accessToken"));
		rc = ask(source, &sso, "sso", "GetRoleCredentials", with, &answer, err);
		json_decref(with);
	}
	if (rc == CO_OK)
		rc = decode(answer, found, err);
	co_aws_wipe(token);
	co_aws_wipe(answer);
	json_decref(token);
	json_decref(answer);
	return rc;
}
