/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/config: AWS's shared config and credentials files, and what they say of a profile.
 *
 * $AWS_CONFIG_FILE (else ~/.aws/config) has [default], [profile NAME], [sso-session NAME] and
 * [services NAME]; $AWS_SHARED_CREDENTIALS_FILE (else ~/.aws/credentials) has [NAME]. What both say of a
 * profile, the credentials file decides. A file that is not there counts as empty.
 */
#ifndef CO_PROVIDER_AWS_CONFIG_H
#define CO_PROVIDER_AWS_CONFIG_H

#include "provider/aws/environment.h"
#include "provider/aws/ini.h"

struct co_aws_config {
	struct co_aws_environment environment;
	struct co_aws_ini config;
	struct co_aws_ini credentials;
	char *config_file;
	char *credentials_file;
};

/* Takes the environment over, also on failure. CO_ERR_INPUT "bad-config" with file:line, CO_ERR_SYSTEM. */
int co_aws_config_read(struct co_aws_config *config, struct co_aws_environment *environment, struct co_err *err);
void co_aws_config_clear(struct co_aws_config *config);

/* An environment variable; NULL when it is not set or empty. Borrowed. */
const char *co_aws_config_env(const struct co_aws_config *config, const char *name);

/* The section [KIND NAME] of the config file, KIND being profile, sso-session or services; NULL if there is none. */
const struct co_aws_section *co_aws_config_section(const struct co_aws_config *config, const char *kind,
						   const char *name);

/* Whether a file knows the profile, and what it says; NULL: nothing. Borrowed. */
int co_aws_config_has(const struct co_aws_config *config, const char *profile);
const char *co_aws_config_get(const struct co_aws_config *config, const char *profile, const char *name);

/* The profile that the environment names; NULL: none, and "default" is meant if it is there. */
const char *co_aws_config_profile(const struct co_aws_config *config);

/* A setting: the environment variable, else that of the profile; NULL: neither. Borrowed. */
const char *co_aws_config_setting(const struct co_aws_config *config, const char *profile, const char *variable,
				  const char *name);
/* The same as a truth: "true" in any case. */
int co_aws_config_flag(const struct co_aws_config *config, const char *profile, const char *variable,
		       const char *name);

/* AWS_REGION, AWS_DEFAULT_REGION, the profile's region; NULL: none is configured. */
const char *co_aws_config_region(const struct co_aws_config *config, const char *profile);

/*
 * Where a service is to be reached instead of at its own endpoint: AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL,
 * the profile's services section, its endpoint_url. service_id is the model's id in lower case with "_" for spaces
 * ("elastic_load_balancing_v2"). *url is on the heap, or NULL.
 */
int co_aws_config_endpoint(const struct co_aws_config *config, const char *profile, const char *service_id, char **url,
			   struct co_err *err);

#endif
