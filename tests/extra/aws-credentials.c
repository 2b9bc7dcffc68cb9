/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aws-credentials APIS [PROFILE]: the credentials that its environment and files lead to, as JSON, for tests
 * that hold them against botocore's. They are never real ones.
 */
#include "codec/json.h"
#include "provider/aws/client.h"
#include "sys/clock.h"

#include <stdio.h>

extern char **environ;

static int print(json_t *answer)
{
	struct co_buf text = CO_BUF_INIT;

	co_json_write(&text, answer, CO_JSON_COMPACT);
	puts(co_buf_str(&text));
	co_buf_clear(&text);
	json_decref(answer);
	return 0;
}

static int print_error(const struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_err_format(err, &text);
	rc = print(json_pack("{s:s, s:s}", "error", err->id, "message", co_buf_str(&text)));
	co_buf_clear(&text);
	return rc;
}

static int find(struct co_aws_client *client, const char *profile, struct co_err *err)
{
	const struct co_aws_search search = {
		.means = &client->means,
		.profile = profile,
		.session = "cloudops-session-1",
		.now = co_aws_client_now(client),
		.deadline = co_clock_ms() + 15000,
	};
	struct co_aws_credentials found = CO_AWS_CREDENTIALS_INIT;
	const char *region = co_aws_search_region(&search);

	if (co_aws_find(&search, &found, err) < 0)
		return print_error(err);
	print(json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "method", found.method, "key", found.key_id, "secret",
			(const char *)found.secret.data, "token", found.token.len ? (const char *)found.token.data : NULL,
			"region", region));
	co_aws_credentials_clear(&found);
	return 0;
}

int main(int argc, char **argv)
{
	struct co_aws_client *client = NULL;
	struct co_err err = CO_ERR_INIT;
	int rc;

	if (argc < 2) {
		fputs("usage: aws-credentials APIS [PROFILE]\n", stderr);
		return 2;
	}
	if (co_aws_client_open(&client, argv[1], environ, 1, &err) < 0)
		return print_error(&err);
	rc = co_aws_client_ready(client, &err) < 0 ? print_error(&err) : find(client, argc > 2 ? argv[2] : NULL, &err);
	co_aws_client_close(client);
	return rc;
}
