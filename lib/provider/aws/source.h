/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/source: the sources of credentials, one function each. Private to provider/aws/find.
 *
 * CO_OK with what was found; CO_ERR_NO, err untouched, when the source is not configured: the next one is
 * tried. Any other failure ends the search.
 */
#ifndef CO_PROVIDER_AWS_SOURCE_H
#define CO_PROVIDER_AWS_SOURCE_H

#include "provider/aws/find.h"

struct co_aws_source {
	const struct co_aws_search *search;
	const char *profile;
	int named; /* the profile was asked for by name, or by another one: the environment does not speak for it */
};

typedef int co_aws_source_find(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err);

co_aws_source_find co_aws_source_env;
co_aws_source_find co_aws_source_role;
co_aws_source_find co_aws_source_web_identity;
co_aws_source_find co_aws_source_sso;
co_aws_source_find co_aws_source_container;
co_aws_source_find co_aws_source_instance;

/* The sources that a profile can have in itself, in order. */
co_aws_source_find co_aws_source_profile;

/* What the helper process has of the source's profile. */
int co_aws_source_get(const struct co_aws_source *source, enum co_aws_thing thing, json_t **value, struct co_err *err);

#endif
