/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/helper: the process beside co-exec that gets what credentials are made of and what its
 * sandbox keeps from it: it runs the credential_process of a profile, reads the files of tokens, and asks for
 * MFA codes on the terminal. Which program and which file is decided by the configuration that it was started with; a
 * request only names the profile.
 */
#ifndef CO_PROVIDER_AWS_HELPER_H
#define CO_PROVIDER_AWS_HELPER_H

#include "provider/aws/config.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

struct co_aws_helper;

/*
 * Starts it if anything in the configuration can ever need it; else *helper is NULL. variables are the environment of
 * the programs it runs. config must outlive it.
 */
int co_aws_helper_start(struct co_aws_helper **helper, const struct co_aws_config *config, char *const *variables,
			struct co_err *err);
void co_aws_helper_stop(struct co_aws_helper *helper); /* NULL is fine */

/* The kinds of what is asked for. */
enum co_aws_thing {
	CO_AWS_PROCESS_ANSWER,	/* what the profile's credential_process printed: an object */
	CO_AWS_MFA_CODE,	/* for its mfa_serial: a string */
	CO_AWS_WEB_TOKEN,	/* content of $AWS_WEB_IDENTITY_TOKEN_FILE or the profile's web_identity_token_file: a string */
	CO_AWS_CONTAINER_TOKEN, /* content of $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: a string */
	CO_AWS_SSO_TOKEN,	/* kept by `aws sso login`: an object */
	CO_AWS_KEEP_SSO_TOKEN,	/* replaces that by value */
};

struct co_aws_wish {
	enum co_aws_thing thing;
	const char *profile;
	int own;       /* the profile's own file, not that of the environment */
	json_t *value; /* to keep; NULL */
	int64_t deadline;
	const atomic_int *cancelled;
};

/* CO_ERR_REMOTE "no-credentials" with what to do. */
int co_aws_helper_get(struct co_aws_helper *helper, const struct co_aws_wish *wish, json_t **value, struct co_err *err);

#endif
