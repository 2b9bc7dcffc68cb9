/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/config.h"

#include "base/mem.h"
#include "crypto/secret.h"
#include "provider/aws/words.h"
#include "sys/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int read_ini(struct co_aws_ini *ini, const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc = co_file_read(path, CO_AWS_INI_BYTES, 0, &text, &why);

	if (rc == CO_OK)
		rc = co_aws_ini_parse(ini, co_buf_str(&text), text.len, path, &why);
	else if (strcmp(why.id, "not-found") == 0)
		rc = CO_OK;
	if (rc < 0 && err)
		*err = why;
	if (text.data)
		co_wipe(text.data, text.cap);
	co_buf_clear(&text);
	return rc;
}

static char *file_of(const struct co_aws_config *config, const char *variable, const char *otherwise)
{
	const char *path = co_aws_environment_get(&config->environment, variable);

	return co_aws_environment_path(&config->environment, path ? path : otherwise);
}

int co_aws_config_read(struct co_aws_config *config, struct co_aws_environment *environment, struct co_err *err)
{
	int rc;

	memset(config, 0, sizeof(*config));
	config->environment = *environment;
	*environment = (struct co_aws_environment){ NULL, 0 }; /* transferred */
	config->config_file = file_of(config, "AWS_CONFIG_FILE", "~/.aws/config");
	config->credentials_file = file_of(config, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
	rc = read_ini(&config->config, config->config_file, err);
	if (rc == CO_OK)
		rc = read_ini(&config->credentials, config->credentials_file, err);
	if (rc < 0)
		co_aws_config_clear(config);
	return rc;
}

void co_aws_config_clear(struct co_aws_config *config)
{
	co_aws_environment_clear(&config->environment);
	co_aws_ini_clear(&config->config);
	co_aws_ini_clear(&config->credentials);
	free(config->config_file);
	free(config->credentials_file);
	memset(config, 0, sizeof(*config));
}

const char *co_aws_config_env(const struct co_aws_config *config, const char *name)
{
	return co_aws_environment_filled(&config->environment, name);
}

/* Whether a section's name is KIND NAME, NAME perhaps in quotes. */
static int is_named(const char *section, const char *kind, const char *name)
{
	struct co_aws_words words = { NULL, 0 };
	int same;

	if (strncmp(section, kind, strlen(kind)) != 0 || co_aws_words_split(&words, section, NULL) < 0)
		return 0;
	same = words.count == 2 && strcmp(words.items[1], name) == 0;
	co_aws_words_clear(&words);
	return same;
}

const struct co_aws_section *co_aws_config_section(const struct co_aws_config *config, const char *kind,
						   const char *name)
{
	int bare = strcmp(kind, "profile") == 0 && strcmp(name, "default") == 0;
	size_t i;

	for (i = config->config.count; i > 0; i--) { /* of two that mean the same, the last counts */
		const struct co_aws_section *section = &config->config.sections[i - 1];

		if (is_named(section->name, kind, name) || (bare && strcmp(section->name, name) == 0))
			return section;
	}
	return NULL;
}

int co_aws_config_has(const struct co_aws_config *config, const char *profile)
{
	return co_aws_config_section(config, "profile", profile) || co_aws_ini_section(&config->credentials, profile);
}

const char *co_aws_config_get(const struct co_aws_config *config, const char *profile, const char *name)
{
	const char *value = co_aws_section_get(co_aws_ini_section(&config->credentials, profile), name);

	return value ? value : co_aws_section_get(co_aws_config_section(config, "profile", profile), name);
}

const char *co_aws_config_profile(const struct co_aws_config *config)
{
	const char *profile = co_aws_environment_get(&config->environment, "AWS_DEFAULT_PROFILE");

	return profile ? profile : co_aws_environment_get(&config->environment, "AWS_PROFILE");
}

const char *co_aws_config_setting(const struct co_aws_config *config, const char *profile, const char *variable,
				  const char *name)
{
	const char *value = co_aws_environment_get(&config->environment, variable);

	return value ? value : co_aws_config_get(config, profile, name);
}

int co_aws_config_flag(const struct co_aws_config *config, const char *profile, const char *variable,
		       const char *name)
{
	const char *value = co_aws_config_setting(config, profile, variable, name);

	return value && strcasecmp(value, "true") == 0;
}

const char *co_aws_config_region(const struct co_aws_config *config, const char *profile)
{
	const char *region = co_aws_config_env(config, "AWS_REGION");

	if (!region)
		region = co_aws_config_env(config, "AWS_DEFAULT_REGION");
	return region ? region : co_aws_config_get(config, profile, "region");
}

static const char *endpoint_variable(const struct co_aws_config *config, const char *service_id)
{
	char *name = co_xasprintf("AWS_ENDPOINT_URL_%s", service_id), *p;
	const char *url;

	for (p = name; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	url = co_aws_config_env(config, name);
	free(name);
	return url ? url : co_aws_config_env(config, "AWS_ENDPOINT_URL");
}

int co_aws_config_endpoint(const struct co_aws_config *config, const char *profile, const char *service_id, char **url,
			   struct co_err *err)
{
	const char *services = co_aws_config_get(config, profile, "services"), *found;
	const struct co_aws_section *section;

	if (co_aws_config_flag(config, profile, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
			       "ignore_configured_endpoint_urls")) {
		*url = NULL;
		return CO_OK;
	}
	found = endpoint_variable(config, service_id);
	if (!found && services) {
		section = co_aws_config_section(config, "services", services);
		if (!section)
			return co_err_set(err, CO_ERR_INPUT, "bad-config",
					  "the profile \"%s\" names the services section \"%s\", which is not there",
					  profile, services);
		*url = co_aws_section_inner(section, service_id, "endpoint_url");
		if (*url)
			return CO_OK;
	}
	if (!found)
		found = co_aws_config_get(config, profile, "endpoint_url");
	*url = co_xstrdup(found);
	return CO_OK;
}
