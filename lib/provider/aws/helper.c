/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* realpath() */

#include "provider/aws/helper.h"

#include "base/escape.h"
#include "base/hex.h"
#include "codec/json.h"
#include "crypto/secret.h"
#include "crypto/weak.h"
#include "provider/aws/words.h"
#include "provider/servant.h"
#include "sys/atomicfile.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/tty.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 256 * 1024 };

struct co_aws_helper {
	struct co_servant *servant;
	const struct co_aws_config *config;
	char *const *variables;
};

/* One request, in the child. */
struct request {
	const struct co_aws_helper *helper;
	const char *profile;
	int own;
	json_t *value;
	int64_t deadline;
};

static int unusable(struct co_err *err, const char *what, const struct co_err *why)
{
	return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "%s: %s", what, why->message);
}

/* ---- credential_process */

/* name as execvp() would find it. NULL: nowhere. */
static char *find_program(const struct co_aws_helper *helper, const char *name)
{
	const char *path = "/usr/local/bin:/usr/bin:/bin", *end;
	size_t i;

	if (strchr(name, '/'))
		return name[0] == '/' ? co_xstrdup(name) : realpath(name, NULL);
	for (i = 0; helper->variables[i]; i++)
		if (strncmp(helper->variables[i], "PATH=", 5) == 0)
			path = helper->variables[i] + 5;
	for (;; path = end + 1) {
		char *full;

		end = path + strcspn(path, ":");
		full = co_xasprintf("%.*s/%s", (int)(end - path), path, name);
		if (path[0] == '/' && access(full, X_OK) == 0)
			return full;
		free(full);
		if (!*end)
			return NULL;
	}
}

static int run_words(const struct request *r, const struct co_aws_words *words, struct co_buf *out, struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	char *program = words->count ? find_program(r->helper, words->items[0]) : NULL;
	int64_t left = r->deadline - co_clock_ms();
	struct co_child_run run = {
		.argv = (const char *const *)words->items,
		.env = (const char *const *)r->helper->variables,
		.output_limit = ANSWER_LIMIT,
		.timeout_ms = left < 1 ? 1 : left > INT_MAX ? INT_MAX : (int)left,
		.quiet = 1, /* what it complains of may hold secrets */
	};
	int status;

	if (!program)
		return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the credential_process of profile \"%s\" is nowhere to be found",
				  r->profile);
	free(words->items[0]);
	words->items[0] = program;
	if (co_child_run(&run, out, &status, &why) < 0)
		return unusable(err, "credential_process", &why);
	if (status == 0)
		return CO_OK;
	co_err_set(err, CO_ERR_REMOTE, "no-credentials", "the credential_process of profile \"%s\" ended with status %d", r->profile,
		   status);
	return co_err_hint(err, "run it by hand to see why");
}

static int run_process(const struct request *r, json_t **output, struct co_err *err)
{
	const char *command = co_aws_config_get(r->helper->config, r->profile, "credential_process");
	struct co_aws_words words = { NULL, 0 };
	struct co_buf out = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc;

	if (!command)
		return co_err_set(err, CO_ERR_INPUT, "request", "profile \"%s\" has no credential_process", r->profile);
	if (co_aws_words_split(&words, command, err) < 0)
		return co_err_wrap(err, "credential_process of profile \"%s\"", r->profile), CO_ERR_INPUT;
	rc = run_words(r, &words, &out, err);
	co_aws_words_clear(&words);
	if (rc == CO_OK) {
		*output = co_json_parse(co_buf_str(&out), out.len, "credential_process", &why);
		if (!*output)
			rc = unusable(err, "what credential_process printed", &why);
	}
	if (out.data)
		co_wipe(out.data, out.cap);
	co_buf_clear(&out);
	return rc;
}

/* ---- the terminal */

static int ask_code(const struct request *r, json_t **output, struct co_err *err)
{
	const char *serial = co_aws_config_get(r->helper->config, r->profile, "mfa_serial");
	struct co_buf question = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	char code[64];
	int fd, rc;

	if (!serial)
		return co_err_set(err, CO_ERR_INPUT, "request", "profile \"%s\" has no mfa_serial", r->profile);
	if (co_tty_open(&fd, &why) < 0) {
		unusable(err, "an MFA code is needed", &why);
		return co_err_hint(err, "run it at a terminal, or name a profile that needs no code");
	}
	co_buf_adds(&question, "Enter MFA code for ");
	co_escape(&question, serial, strlen(serial));
	co_buf_adds(&question, ": ");
	rc = co_tty_ask(fd, co_buf_str(&question), code, sizeof(code), 1, &why);
	co_buf_clear(&question);
	close(fd);
	if (rc < 0)
		return unusable(err, "an MFA code is needed", &why);
	*output = json_string(code);
	co_wipe(code, sizeof(code));
	return CO_OK;
}

/* ---- files */

static int read_text(const char *path, const char *what, struct co_buf *text, struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;

	return co_file_read(path, ANSWER_LIMIT, 0, text, &why) < 0 ? unusable(err, what, &why) : CO_OK;
}

static int read_token(const struct request *r, const char *path, const char *what, json_t **output, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	char *full;
	int rc;

	if (!path)
		return co_err_set(err, CO_ERR_INPUT, "request", "no file of %s is configured", what);
	full = co_aws_environment_path(&r->helper->config->environment, path);
	rc = read_text(full, what, &text, err);
	free(full);
	if (rc == CO_OK && !co_utf8_valid(co_buf_str(&text), text.len))
		rc = co_err_set(err, CO_ERR_REMOTE, "no-credentials", "%s is no text", what);
	if (rc == CO_OK)
		*output = json_stringn(co_buf_str(&text), text.len);
	if (text.data)
		co_wipe(text.data, text.cap);
	co_buf_clear(&text);
	return rc;
}

static int read_web_token(const struct request *r, json_t **output, struct co_err *err)
{
	const char *path = r->own ? NULL : co_aws_config_env(r->helper->config, "AWS_WEB_IDENTITY_TOKEN_FILE");

	if (!path)
		path = co_aws_config_get(r->helper->config, r->profile, "web_identity_token_file");
	return read_token(r, path, "the web identity token", output, err);
}

static int read_container_token(const struct request *r, json_t **output, struct co_err *err)
{
	return read_token(r, co_aws_config_env(r->helper->config, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
			  "the container's authorization token", output, err);
}

/* ~/.aws/sso/cache/SHA-1.json of the session's name, or of the start URL where there is no session. */
static char *sso_file(const struct request *r)
{
	const char *name = co_aws_config_get(r->helper->config, r->profile, "sso_session");
	unsigned char digest[CO_SHA1_LEN];
	char hex[2 * CO_SHA1_LEN + 1], *path, *full;

	if (!name)
		name = co_aws_config_get(r->helper->config, r->profile, "sso_start_url");
	if (!name)
		return NULL;
	co_sha1(name, strlen(name), digest);
	co_hex_encode(hex, digest, sizeof(digest));
	path = co_xasprintf("~/.aws/sso/cache/%s.json", hex);
	full = co_aws_environment_path(&r->helper->config->environment, path);
	free(path);
	return full;
}

static int read_sso_token(const struct request *r, json_t **output, struct co_err *err)
{
	char *path = sso_file(r);
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc = path ? read_text(path, "the token of `aws sso login`", &text, err)
		      : co_err_set(err, CO_ERR_INPUT, "request", "profile \"%s\" uses no SSO", r->profile);

	if (rc == CO_OK) {
		*output = co_json_parse(co_buf_str(&text), text.len, path, &why);
		if (!*output)
			rc = unusable(err, "the token of `aws sso login`", &why);
	}
	if (rc < 0)
		co_err_hint(err, "aws sso login --profile %s", r->profile);
	if (text.data)
		co_wipe(text.data, text.cap);
	co_buf_clear(&text);
	free(path);
	return rc;
}

static int keep_sso_token(const struct request *r, json_t **output, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	char *path = sso_file(r);
	int rc = CO_OK;

	if (path && r->value) {
		co_json_write(&text, r->value, CO_JSON_COMPACT);
		rc = co_file_replace(path, co_buf_str(&text), text.len, 0600, err);
		co_wipe(text.data, text.cap);
	}
	co_buf_clear(&text);
	free(path);
	if (rc == CO_OK)
		*output = json_true();
	return rc;
}

/* ---- the process */

static int (*const serve_thing[])(const struct request *r, json_t **output, struct co_err *err) = {
	[CO_AWS_PROCESS_ANSWER] = run_process,		   [CO_AWS_MFA_CODE] = ask_code,
	[CO_AWS_WEB_TOKEN] = read_web_token,		   [CO_AWS_CONTAINER_TOKEN] = read_container_token,
	[CO_AWS_SSO_TOKEN] = read_sso_token,		   [CO_AWS_KEEP_SSO_TOKEN] = keep_sso_token,
};

static int serve(void *context, json_t *request, int64_t deadline, const atomic_int *cancelled, json_t **output,
		 struct co_err *err)
{
	const struct request r = {
		.helper = context,
		.profile = co_json_str(request, "profile"),
		.own = json_is_true(json_object_get(request, "own")),
		.value = json_object_get(request, "value"),
		.deadline = deadline,
	};
	json_int_t thing = json_integer_value(json_object_get(request, "thing"));

	(void)cancelled; /* a program that hangs ends by its deadline */
	if (!r.profile || thing < 0 || (size_t)thing >= CO_COUNT(serve_thing))
		return co_err_set(err, CO_ERR_INPUT, "request", "the request is none");
	return serve_thing[thing](&r, output, err);
}

static int file_needs(const struct co_aws_ini *ini, const char *const *names, size_t count)
{
	size_t i, j;

	for (i = 0; i < ini->count; i++)
		for (j = 0; j < count; j++)
			if (co_aws_section_get(&ini->sections[i], names[j]))
				return 1;
	return 0;
}

static int any_file_needs(const struct co_aws_config *config, const char *const *names, size_t count)
{
	return file_needs(&config->config, names, count) || file_needs(&config->credentials, names, count);
}

static int is_needed(const struct co_aws_config *config)
{
	static const char *const names[] = { "credential_process", "mfa_serial", "web_identity_token_file",
					     "sso_account_id", "sso_role_name" };

	return co_aws_config_env(config, "AWS_WEB_IDENTITY_TOKEN_FILE") ||
	       co_aws_config_env(config, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") ||
	       any_file_needs(config, names, CO_COUNT(names));
}

int co_aws_helper_start(struct co_aws_helper **helper, const struct co_aws_config *config, char *const *variables,
			struct co_err *err)
{
	static const char *const programs[] = { "credential_process" };
	char *tokens = co_aws_environment_path(&config->environment, "~/.aws/sso/cache");
	const struct co_sandbox_path paths[] = {
		{ "/", CO_ALLOW_OPEN_READ },
		{ tokens, CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE },
		{ "/dev/tty", CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE },
		{ NULL, 0 },
	};
	const struct co_sandbox sandbox = { CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE | CO_ALLOW_THREADS, paths };
	struct co_aws_helper *h = co_xcalloc(1, sizeof(*h));
	struct co_servant_role role = { "the process that gets AWS credentials", NULL, &sandbox, serve, h };
	int rc = CO_OK;

	*h = (struct co_aws_helper){ NULL, config, variables };
	if (any_file_needs(config, programs, CO_COUNT(programs)))
		role.sandbox = NULL; /* such a program reaches whatever it keeps its credentials in */
	if (is_needed(config))
		rc = co_servant_start(&h->servant, &role, err);
	free(tokens);
	if (rc == CO_OK && h->servant)
		*helper = h;
	else
		free(h);
	return rc;
}

void co_aws_helper_stop(struct co_aws_helper *helper)
{
	if (helper)
		co_servant_stop(helper->servant);
	free(helper);
}

int co_aws_helper_get(struct co_aws_helper *helper, const struct co_aws_wish *wish, json_t **value, struct co_err *err)
{
	json_t *request;
	int rc;

	if (!helper)
		return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "there is no process that gets AWS credentials");
	request = json_pack("{s:i, s:s, s:b, s:O*}", "thing", (int)wish->thing, "profile", wish->profile, "own", wish->own,
			    "value", wish->value);
	rc = co_servant_ask(helper->servant, request, wish->deadline, wish->cancelled, value, err);
	json_decref(request);
	return rc;
}
