/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/find.h"

#include "codec/json.h"
#include "provider/aws/source.h"

#include <string.h>

const char *co_aws_search_profile(const struct co_aws_search *search)
{
	const char *profile = search->profile ? search->profile : co_aws_config_profile(search->means->config);

	return profile ? profile : "default";
}

const char *co_aws_search_region(const struct co_aws_search *search)
{
	const char *region = co_aws_config_region(search->means->config, co_aws_search_profile(search));

	return region ? region : search->region;
}

int co_aws_source_get(const struct co_aws_source *source, enum co_aws_thing thing, json_t **value, struct co_err *err)
{
	const struct co_aws_wish wish = {
		.thing = thing,
		.profile = source->profile,
		.own = source->named,
		.deadline = source->search->deadline,
		.cancelled = source->search->cancelled,
	};

	return co_aws_helper_get(source->search->means->helper, &wish, value, err);
}

/* ---- keys that lie open */

static int half(struct co_err *err, const char *method, const char *missing)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-config", "half of the credentials is missing: \"%s\" (%s)", missing, method);
}

int co_aws_source_env(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	const struct co_aws_config *config = source->search->means->config;
	const char *key_id = co_aws_config_env(config, "AWS_ACCESS_KEY_ID");
	const char *secret = co_aws_config_env(config, "AWS_SECRET_ACCESS_KEY");
	const char *token = co_aws_config_env(config, "AWS_SECURITY_TOKEN");
	const char *until = co_aws_config_env(config, "AWS_CREDENTIAL_EXPIRATION");
	int64_t expires = 0;

	if (!key_id)
		return CO_ERR_NO;
	if (!secret)
		return half(err, "env", "AWS_SECRET_ACCESS_KEY");
	if (until && co_aws_expiry_parse(&expires, until) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-config", "AWS_CREDENTIAL_EXPIRATION is no time: \"%s\"", until);
	co_aws_credentials_set(found, "env", key_id, secret,
			       token ? token : co_aws_config_env(config, "AWS_SESSION_TOKEN"));
	found->expires = expires;
	return CO_OK;
}

static int of_section(const struct co_aws_section *section, const char *method, struct co_aws_credentials *found,
		      struct co_err *err)
{
	const char *key_id = co_aws_section_get(section, "aws_access_key_id");
	const char *secret = co_aws_section_get(section, "aws_secret_access_key");
	const char *token = co_aws_section_get(section, "aws_security_token");

	if (!key_id)
		return CO_ERR_NO;
	if (!secret)
		return half(err, method, "aws_secret_access_key");
	co_aws_credentials_set(found, method, key_id, secret,
			       token ? token : co_aws_section_get(section, "aws_session_token"));
	return CO_OK;
}

static int from_credentials_file(const struct co_aws_source *source, struct co_aws_credentials *found,
				 struct co_err *err)
{
	const struct co_aws_config *config = source->search->means->config;

	return of_section(co_aws_ini_section(&config->credentials, source->profile), "shared-credentials-file", found,
			  err);
}

static int from_config_file(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	const struct co_aws_config *config = source->search->means->config;

	return of_section(co_aws_config_section(config, "profile", source->profile), "config-file", found, err);
}

/* ---- what others know */

static int from_login(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	(void)found;
	if (!co_aws_config_get(source->search->means->config, source->profile, "login_session"))
		return CO_ERR_NO;
	co_err_set(err, CO_ERR_REMOTE, "no-credentials", "profile \"%s\" uses `aws login`, which only the CLI itself can refresh",
		   source->profile);
	return co_err_hint(err, "credential_process = aws configure export-credentials --profile %s", source->profile);
}

static int from_process(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	static const struct co_aws_words_of words = { "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", 0 };
	const json_t *version;
	json_t *answer = NULL;
	int rc;

	if (!co_aws_config_get(source->search->means->config, source->profile, "credential_process"))
		return CO_ERR_NO;
	rc = co_aws_source_get(source, CO_AWS_PROCESS_ANSWER, &answer, err);
	if (rc < 0)
		return rc;
	version = json_object_get(answer, "Version");
	if (json_is_integer(version) && json_integer_value(version) == 1)
		rc = co_aws_credentials_decode(found, answer, &words, "custom-process", err);
	else
		rc = co_err_set(err, CO_ERR_REMOTE, "no-credentials", "credential_process printed another \"Version\" than 1");
	co_aws_wipe(answer);
	json_decref(answer);
	return rc;
}

/* ---- the order */

static int first_of(co_aws_source_find *const *sources, size_t count, const struct co_aws_source *source,
		    struct co_aws_credentials *found, struct co_err *err)
{
	size_t i;
	int rc = CO_ERR_NO;

	for (i = 0; rc == CO_ERR_NO && i < count; i++)
		rc = sources[i](source, found, err);
	return rc;
}

int co_aws_source_profile(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	static co_aws_source_find *const sources[] = { co_aws_source_web_identity, co_aws_source_sso, from_credentials_file,
						       from_login, from_process, from_config_file };

	return first_of(sources, CO_COUNT(sources), source, found, err);
}

/* A profile that somebody named must be there. */
static int check_profile(const struct co_aws_search *search, struct co_err *err)
{
	const struct co_aws_config *config = search->means->config;
	const char *profile = search->profile ? search->profile : co_aws_config_profile(config);

	if (!profile || co_aws_config_has(config, profile))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "no-profile", "there is no AWS profile \"%s\"", profile);
	return co_err_hint(err, "it was looked for in %s and %s", config->config_file, config->credentials_file);
}

static int is_expired(const struct co_aws_search *search, const struct co_aws_credentials *found)
{
	return found->expires && found->expires <= search->now;
}

int co_aws_find(const struct co_aws_search *search, struct co_aws_credentials *found, struct co_err *err)
{
	static co_aws_source_find *const sources[] = { co_aws_source_env, co_aws_source_role, co_aws_source_profile,
						       co_aws_source_container, co_aws_source_instance };
	const struct co_aws_source source = { search, co_aws_search_profile(search), search->profile != NULL };
	size_t first = search->profile ? 1 : 0; /* by name: the environment's keys are not meant */
	int rc = check_profile(search, err);

	if (rc == CO_OK)
		rc = first_of(sources + first, CO_COUNT(sources) - first, &source, found, err);
	if (rc == CO_ERR_NO) {
		co_err_set(err, CO_ERR_REMOTE, "no-credentials", "there are no AWS credentials for profile \"%s\"", source.profile);
		return co_err_hint(err, "aws configure, or a profile or role for the account in the inventory (co-config(5))");
	}
	if (rc == CO_OK && is_expired(search, found)) {
		co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the AWS credentials of profile \"%s\" (%s) have expired", source.profile,
			   found->method);
		co_aws_credentials_clear(found);
		return CO_ERR_REMOTE;
	}
	return rc;
}
