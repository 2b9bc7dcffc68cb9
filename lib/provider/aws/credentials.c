/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/credentials.h"

#include "base/time.h"
#include "codec/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void co_aws_credentials_set(struct co_aws_credentials *credentials, const char *method, const char *key_id,
			    const char *secret, const char *token)
{
	struct co_aws_credentials set = CO_AWS_CREDENTIALS_INIT;

	set.method = method;
	set.key_id = co_xstrdup(key_id);
	co_secret_set(&set.secret, secret, strlen(secret));
	if (token)
		co_secret_set(&set.token, token, strlen(token));
	co_aws_credentials_clear(credentials);
	*credentials = set;
}

void co_aws_credentials_copy(struct co_aws_credentials *to, const struct co_aws_credentials *from)
{
	free(to->key_id);
	to->method = from->method;
	to->key_id = co_xstrdup(from->key_id);
	co_secret_set(&to->secret, from->secret.data, from->secret.len);
	if (from->token.len)
		co_secret_set(&to->token, from->token.data, from->token.len);
	else
		co_secret_clear(&to->token);
	to->expires = from->expires;
}

void co_aws_credentials_clear(struct co_aws_credentials *credentials)
{
	free(credentials->key_id);
	co_secret_clear(&credentials->secret);
	co_secret_clear(&credentials->token);
	*credentials = (struct co_aws_credentials)CO_AWS_CREDENTIALS_INIT;
}

static int lacks(const char *method, const char *member, struct co_err *err)
{
	return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the answer of %s holds no \"%s\"", method, member);
}

int co_aws_credentials_decode(struct co_aws_credentials *credentials, const json_t *answer,
			      const struct co_aws_words_of *words, const char *method, struct co_err *err)
{
	const char *key_id = co_json_str(answer, words->key_id), *secret = co_json_str(answer, words->secret);
	const char *token = co_json_str(answer, words->token), *until = co_json_str(answer, words->expires);
	int64_t expires = 0;

	if (!key_id)
		return lacks(method, words->key_id, err);
	if (!secret)
		return lacks(method, words->secret, err);
	if (words->temporary && !token)
		return lacks(method, words->token, err);
	if (words->temporary && !until)
		return lacks(method, words->expires, err);
	if (until && co_aws_expiry_parse(&expires, until) < 0)
		return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "%s says \"%s\" for the time of expiry", method,
				  until);
	co_aws_credentials_set(credentials, method, key_id, secret, token);
	credentials->expires = expires;
	return CO_OK;
}

/* The offset from UTC in seconds; -1 for text that is none. */
static int parse_offset(const char *text, int *offset)
{
	unsigned hours, minutes;
	int end = 0;

	*offset = 0;
	if (!*text || strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
		return 0;
	if (strlen(text) < 5 || (sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &end) != 2 &&
				 sscanf(text + 1, "%2u%2u%n", &hours, &minutes, &end) != 2))
		return -1;
	if (text[1 + end] || hours > 23 || minutes > 59 || !strchr("+-", text[0]))
		return -1;
	*offset = (int)(hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
	return 0;
}

int co_aws_expiry_parse(int64_t *seconds, const char *text)
{
	enum { LEN = sizeof("2026-11-23T06:18:59") - 1 };
	char form[CO_TIME_LEN + 1];
	const char *rest;
	int offset;

	if (strnlen(text, LEN) < LEN)
		return -1;
	snprintf(form, sizeof(form), "%.*sZ", (int)LEN, text);
	if (form[10] == ' ')
		form[10] = 'T';
	rest = text + LEN;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (parse_offset(rest, &offset) < 0 || co_time_parse(seconds, form) < 0)
		return -1;
	*seconds -= offset;
	return 0;
}

void co_aws_wipe(json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		co_wipe((char *)json_string_value(value), json_string_length(value));
	json_object_foreach(value, key, item)
		co_aws_wipe(item);
	json_array_foreach(value, i, item)
		co_aws_wipe(item);
}
