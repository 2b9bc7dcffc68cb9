/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: assumed with the keys of another source, or with a token of somebody whom AWS trusts. */
#include "provider/aws/source.h"

#include "codec/json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN = 16 }; /* most roles on the way */

static const struct co_aws_words_of sts_words = { "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", 1 };

struct chain {
	const struct co_aws_search *search;
	const char *visited[CHAIN];
	size_t count;
};

static int bad_config(struct co_err *err, const char *profile, const char *what, const char *value)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-config", "AWS profile \"%s\": %s \"%s\"", profile, what, value);
}

static const char *get(const struct chain *chain, const char *profile, const char *name)
{
	return co_aws_config_get(chain->search->means->config, profile, name);
}

static int has_role(const struct chain *chain, const char *profile)
{
	return get(chain, profile, "role_arn") && !get(chain, profile, "web_identity_token_file");
}

static int has_keys(const struct chain *chain, const char *profile)
{
	return get(chain, profile, "aws_access_key_id") || get(chain, profile, "aws_secret_access_key");
}

/* Sends it, and takes the credentials of the answer. */
static int ask_sts(const struct co_aws_search *search, const char *operation, json_t *with,
		   const struct co_aws_credentials *by, const char *method, struct co_aws_credentials *found,
		   struct co_err *err)
{
	const struct co_aws_ask ask = {
		.service = "sts",
		.operation = operation,
		.region = co_aws_search_region(search),
		.with = with,
		.credentials = by,
		.profile = co_aws_search_profile(search),
		.deadline = search->deadline,
		.cancelled = search->cancelled,
	};
	json_t *output = NULL;
	int rc;

	if (!ask.region) {
		co_err_set(err, CO_ERR_INPUT, "no-region", "no region is configured in which to assume a role");
		return co_err_hint(err, "set region in the profile \"%s\", or AWS_REGION", ask.profile);
	}
	rc = search->means->ask(search->means->context, &ask, &output, err);
	if (rc == CO_OK)
		rc = co_aws_credentials_decode(found, json_object_get(output, "Credentials"), &sts_words, method, err);
	co_aws_wipe(output);
	json_decref(output);
	return rc;
}

/* ---- assume-role */

static int find_named(const struct chain *chain, const char *profile, const char *name,
		      struct co_aws_credentials *found, struct co_err *err)
{
	static const struct {
		const char *name;
		co_aws_source_find *find;
	} named[] = {
		{ "Environment", co_aws_source_env },
		{ "EcsContainer", co_aws_source_container },
		{ "Ec2InstanceMetadata", co_aws_source_instance },
	};
	const struct co_aws_source source = { chain->search, profile, 0 };
	size_t i;
	int rc;

	for (i = 0; i < CO_COUNT(named) && strcmp(named[i].name, name) != 0; i++)
		;
	if (i == CO_COUNT(named))
		return bad_config(err, profile, "credential_source is not", name);
	rc = named[i].find(&source, found, err);
	if (rc == CO_ERR_NO)
		return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "credential_source %s of AWS profile \"%s\" has none", name, profile);
	return rc;
}

static int was_visited(const struct chain *chain, const char *profile)
{
	size_t i;

	for (i = 0; i < chain->count; i++)
		if (strcmp(chain->visited[i], profile) == 0)
			return 1;
	return 0;
}

static int check_source_profile(struct chain *chain, const char *profile, const char *name, struct co_err *err)
{
	if (!co_aws_config_has(chain->search->means->config, name))
		return bad_config(err, profile, "source_profile is not there:", name);
	if (was_visited(chain, name) && (strcmp(name, profile) != 0 || !has_keys(chain, name)))
		return bad_config(err, profile, "source_profile goes round in a circle:", name);
	if (chain->count == CHAIN)
		return bad_config(err, profile, "too many roles on the way to", name);
	chain->visited[chain->count++] = name;
	return CO_OK;
}

static int assume(struct chain *chain, const char *profile, struct co_aws_credentials *found, struct co_err *err);

static int find_source_profile(struct chain *chain, const char *profile, const char *name,
			       struct co_aws_credentials *found, struct co_err *err)
{
	const struct co_aws_source source = { chain->search, name, 1 };
	int rc = check_source_profile(chain, profile, name, err);

	if (rc < 0)
		return rc;
	if (!has_keys(chain, name) && has_role(chain, name))
		return assume(chain, name, found, err);
	rc = co_aws_source_profile(&source, found, err);
	return rc == CO_ERR_NO ? bad_config(err, profile, "there are no credentials in source_profile", name) : rc;
}

static int find_source(struct chain *chain, const char *profile, struct co_aws_credentials *found, struct co_err *err)
{
	const char *named = get(chain, profile, "credential_source");
	const char *other = get(chain, profile, "source_profile");

	if (named && other)
		return bad_config(err, profile, "it has both source_profile and credential_source", other);
	if (!named && !other)
		return bad_config(err, profile, "neither source_profile nor credential_source says who assumes",
				  get(chain, profile, "role_arn"));
	return named ? find_named(chain, profile, named, found, err)
		     : find_source_profile(chain, profile, other, found, err);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

/* As Python's int(): digits with spaces around them; what is none counts as not there. */
static void set_duration(json_t *with, const char *text)
{
	char *end;
	long seconds = text ? strtol(text, &end, 10) : 0;

	if (!text || end == text)
		return;
	while (isspace((unsigned char)*end))
		end++;
	if (!*end)
		json_object_set_new(with, "DurationSeconds", json_integer(seconds));
}

static int add_code(const struct chain *chain, const char *profile, json_t *with, struct co_err *err)
{
	const struct co_aws_source source = { chain->search, profile, 1 };
	json_t *code = NULL;
	int rc;

	if (!get(chain, profile, "mfa_serial"))
		return CO_OK;
	rc = co_aws_source_get(&source, CO_AWS_MFA_CODE, &code, err);
	if (rc == CO_OK)
		json_object_set_new(with, "TokenCode", code);
	return rc;
}

static int assume(struct chain *chain, const char *profile, struct co_aws_credentials *found, struct co_err *err)
{
	struct co_aws_credentials by = CO_AWS_CREDENTIALS_INIT;
	const char *session = get(chain, profile, "role_session_name");
	json_t *with;
	int rc = find_source(chain, profile, &by, err);

	if (rc < 0)
		return rc;
	with = json_object();
	set_text(with, "RoleArn", get(chain, profile, "role_arn"));
	set_text(with, "RoleSessionName", session ? session : chain->search->session);
	set_text(with, "ExternalId", get(chain, profile, "external_id"));
	set_text(with, "SerialNumber", get(chain, profile, "mfa_serial"));
	set_duration(with, get(chain, profile, "duration_seconds"));
	rc = add_code(chain, profile, with, err);
	if (rc == CO_OK)
		rc = ask_sts(chain->search, "AssumeRole", with, &by, "assume-role", found, err);
	co_aws_credentials_clear(&by);
	json_decref(with);
	return rc;
}

int co_aws_source_role(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	struct chain chain = { source->search, { source->profile }, 1 };

	return has_role(&chain, source->profile) ? assume(&chain, source->profile, found, err) : CO_ERR_NO;
}

/* ---- assume-role-with-web-identity */

static const char *web_setting(const struct co_aws_source *source, const char *variable, const char *name)
{
	const struct co_aws_config *config = source->search->means->config;
	const char *value = source->named ? NULL : co_aws_environment_get(&config->environment, variable);

	return value ? value : co_aws_config_get(config, source->profile, name);
}

int co_aws_source_web_identity(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	const char *file = web_setting(source, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
	const char *role = web_setting(source, "AWS_ROLE_ARN", "role_arn");
	const char *session = web_setting(source, "AWS_ROLE_SESSION_NAME", "role_session_name");
	json_t *with, *token = NULL;
	int rc;

	if (!file || !*file)
		return CO_ERR_NO;
	if (!role || !*role)
		return bad_config(err, source->profile, "there is a web identity token, but no role_arn for", file);
	rc = co_aws_source_get(source, CO_AWS_WEB_TOKEN, &token, err);
	if (rc < 0)
		return rc;
	with = json_object();
	set_text(with, "RoleArn", role);
	set_text(with, "RoleSessionName", session ? session : source->search->session);
	json_object_set(with, "WebIdentityToken", token);
	rc = ask_sts(source->search, "AssumeRoleWithWebIdentity", with, NULL, "assume-role-with-web-identity", found, err);
	json_decref(with);
	co_aws_wipe(token);
	json_decref(token);
	return rc;
}
