/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials that a machine gets from beside it: a container's agent, an instance's metadata service (IMDSv2). */
#include "provider/aws/source.h"

#include "codec/json.h"
#include "net/retry.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ANSWER_LIMIT = 64 * 1024 };

static const struct co_aws_words_of metadata_words = { "AccessKeyId", "SecretAccessKey", "Token", "Expiration", 1 };

/* One request; CO_OK for any answer. */
static int fetch(const struct co_aws_source *source, const char *method, const char *url,
		 const struct co_http_header *header, int seconds, unsigned flags, struct co_http_response *response,
		 struct co_err *err)
{
	const struct co_http_request request = {
		.method = method,
		.url = url,
		.headers = header,
		.header_count = header ? 1 : 0,
		.flags = flags,
		.limit = ANSWER_LIMIT,
		.connect_ms = seconds * 1000,
		.idle_ms = seconds * 1000,
		.deadline = source->search->deadline,
		.cancelled = source->search->cancelled,
	};

	return co_http_send(source->search->means->http, &request, response, err);
}

static void drop(struct co_http_response *response)
{
	if (response->body.data)
		co_wipe(response->body.data, response->body.cap);
	co_http_response_clear(response);
}

static int decode(const struct co_http_response *response, const char *method, struct co_aws_credentials *found,
		  struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	json_t *answer = co_json_parse(co_buf_str(&response->body), response->body.len, method, &why);
	int rc;

	if (!answer)
		return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the answer of %s is no JSON: %s", method, why.message);
	rc = co_aws_credentials_decode(found, answer, &metadata_words, method, err);
	co_aws_wipe(answer);
	json_decref(answer);
	return rc;
}

/* ---- container-role */

enum { CONTAINER_TRIES = 3, CONTAINER_SECONDS = 2, CONTAINER_WAIT_MS = 1000 };

/* Plain HTTP only to this machine, or to where an agent of AWS listens: whoever sets the variable could send the token anywhere. */
static int check_container_url(const char *text, unsigned *flags, struct co_err *err)
{
	static const char *const agents[] = { "169.254.170.2", "169.254.170.23", "fd00:ec2::23" };
	struct co_err why = CO_ERR_INIT;
	struct co_url url;
	size_t i;
	int allowed;

	if (co_url_parse(&url, text, &why) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-config", "AWS_CONTAINER_CREDENTIALS_FULL_URI: %s", why.message);
	*flags = 0;
	for (i = 0; i < CO_COUNT(agents); i++)
		if (strcmp(url.host, agents[i]) == 0)
			*flags = CO_HTTP_METADATA;
	allowed = *flags || strcmp(url.scheme, "https") == 0 || co_url_is_loopback(url.host);
	if (!allowed)
		co_err_set(err, CO_ERR_INPUT, "bad-config",
			   "AWS_CONTAINER_CREDENTIALS_FULL_URI may not reach \"%s\" without TLS", url.host);
	co_url_clear(&url);
	return allowed ? CO_OK : CO_ERR_INPUT;
}

/* *token is NULL where none is configured. */
static int container_token(const struct co_aws_source *source, json_t **token, struct co_err *err)
{
	const struct co_aws_environment *environment = &source->search->means->config->environment;
	const char *text = co_aws_environment_get(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	int rc = CO_OK;

	*token = NULL;
	if (co_aws_environment_filled(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
		rc = co_aws_source_get(source, CO_AWS_CONTAINER_TOKEN, token, err);
	else if (text)
		*token = json_string(text);
	if (rc == CO_OK && *token && strpbrk(json_string_value(*token), "\r\n")) {
		json_decref(*token);
		*token = NULL;
		return co_err_set(err, CO_ERR_INPUT, "bad-config", "the container's authorization token holds a line break");
	}
	return rc;
}

static int ask_container(const struct co_aws_source *source, const char *url, const char *token, unsigned flags,
			 struct co_aws_credentials *found, struct co_err *err)
{
	const struct co_http_header header = { "Authorization", token };
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_err why = CO_ERR_INIT;
	int i, rc = CO_ERR_NO;

	for (i = 0; rc != CO_OK && i < CONTAINER_TRIES; i++) {
		if (i && co_retry_wait(CONTAINER_WAIT_MS, source->search->deadline, source->search->cancelled))
			break;
		drop(&response);
		rc = fetch(source, "GET", url, token ? &header : NULL, CONTAINER_SECONDS, flags, &response, &why);
		if (rc == CO_OK && response.status != 200)
			rc = co_err_set(&why, CO_ERR_REMOTE, "bad-answer", "status %d", response.status);
		if (rc == CO_OK)
			rc = decode(&response, "container-role", found, &why);
	}
	drop(&response);
	return rc == CO_OK ? CO_OK
			   : co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the container's credentials: %s", why.message);
}

int co_aws_source_container(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	const struct co_aws_environment *environment = &source->search->means->config->environment;
	const char *relative = co_aws_environment_get(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = co_aws_environment_get(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	json_t *token = NULL;
	unsigned flags;
	char *url;
	int rc;

	if (!relative && !full)
		return CO_ERR_NO;
	url = relative ? co_xasprintf("http://169.254.170.2%s", relative) : co_xstrdup(full);
	rc = check_container_url(url, &flags, err);
	if (rc == CO_OK)
		rc = container_token(source, &token, err);
	if (rc == CO_OK)
		rc = ask_container(source, url, json_string_value(token), flags, found, err);
	co_aws_wipe(token);
	json_decref(token);
	free(url);
	return rc;
}

/* ---- iam-role */

struct instance {
	const struct co_aws_source *source;
	char *base; /* ends with "/" */
	int seconds, tries;
	char *token; /* NULL: of version 1 */
};

static const char *instance_setting(const struct co_aws_source *source, const char *variable, const char *name)
{
	const struct co_aws_search *search = source->search;

	return co_aws_config_setting(search->means->config, co_aws_search_profile(search), variable, name);
}

static int instance_number(const struct co_aws_source *source, const char *variable, const char *name)
{
	const char *text = instance_setting(source, variable, name);
	long n = text ? strtol(text, NULL, 10) : 1;

	return n < 1 ? 1 : n > 60 ? 60 : (int)n;
}

static char *instance_base(const struct co_aws_source *source)
{
	const char *url = instance_setting(source, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
	const char *mode =
		instance_setting(source, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");

	if (!url || !*url)
		url = mode && strcasecmp(mode, "ipv6") == 0 ? "http://[fd00:ec2::254]/" : "http://169.254.169.254/";
	return co_xasprintf("%s%s", url, url[strlen(url) - 1] == '/' ? "" : "/");
}

/* The text of path; NULL when the service is not there or does not say. */
static char *instance_get(const struct instance *instance, const char *path)
{
	const struct co_http_header header = { "x-aws-ec2-metadata-token", instance->token };
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	char *url = co_xasprintf("%s%s", instance->base, path), *text = NULL;
	int i;

	for (i = 0; !text && i < instance->tries; i++) {
		struct co_err ignored = CO_ERR_INIT;

		if (fetch(instance->source, "GET", url, instance->token ? &header : NULL, instance->seconds, CO_HTTP_METADATA,
			  &response, &ignored) == CO_OK &&
		    response.status == 200 && response.body.len)
			text = co_xstrdup(co_buf_str(&response.body));
	}
	drop(&response);
	free(url);
	return text;
}

/* A token for version 2, or none where the service is of version 1. False when there is no service at all. */
static int instance_token(struct instance *instance)
{
	static const struct co_http_header life = { "x-aws-ec2-metadata-token-ttl-seconds", "21600" };
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	char *url = co_xasprintf("%slatest/api/token", instance->base);
	struct co_err ignored = CO_ERR_INIT;
	int i, rc = CO_ERR_NO;

	for (i = 0; rc != CO_OK && i < instance->tries; i++)
		rc = fetch(instance->source, "PUT", url, &life, instance->seconds, CO_HTTP_METADATA, &response, &ignored);
	if (rc == CO_OK && response.status == 200 && !strpbrk(co_buf_str(&response.body), "\r\n"))
		instance->token = co_xstrdup(co_buf_str(&response.body));
	drop(&response);
	free(url);
	return rc == CO_OK || strcmp(ignored.id, "timeout") == 0;
}

static int ask_instance(struct instance *instance, struct co_aws_credentials *found)
{
	static const char roles[] = "latest/meta-data/iam/security-credentials/";
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_err ignored = CO_ERR_INIT;
	char *role, *path, *text = NULL;
	int rc = CO_ERR_NO;

	if (!instance_token(instance))
		return CO_ERR_NO;
	if (!instance->token &&
	    co_aws_config_flag(instance->source->search->means->config, co_aws_search_profile(instance->source->search),
			       "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"))
		return CO_ERR_NO;
	role = instance_get(instance, roles);
	path = co_xasprintf("%s%s", roles, role ? role : "");
	if (role && !strpbrk(role, " \r\n\t"))
		text = instance_get(instance, path);
	if (text) {
		co_buf_adds(&response.body, text);
		rc = decode(&response, "iam-role", found, &ignored) == CO_OK ? CO_OK : CO_ERR_NO;
		co_wipe(text, strlen(text));
	}
	drop(&response);
	free(role);
	free(path);
	free(text);
	return rc;
}

int co_aws_source_instance(const struct co_aws_source *source, struct co_aws_credentials *found, struct co_err *err)
{
	const char *disabled = co_aws_config_env(source->search->means->config, "AWS_EC2_METADATA_DISABLED");
	struct instance instance = { .source = source };
	int rc;

	(void)err;
	if (disabled && strcasecmp(disabled, "true") == 0)
		return CO_ERR_NO;
	instance.seconds = instance_number(source, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout");
	instance.tries = instance_number(source, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts");
	instance.base = instance_base(source);
	rc = ask_instance(&instance, found);
	if (instance.token)
		co_wipe(instance.token, strlen(instance.token));
	free(instance.token);
	free(instance.base);
	return rc;
}
