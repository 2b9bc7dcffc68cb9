/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-model: asks a language model for co-intent.
 *
 * The only program that holds the model's key. It gets ready, closes a sandbox in which no
 * socket can be made, no file opened and no program run, and only then reads what it is asked.
 */
#include "base/time.h"
#include "confine.h"
#include "intent/outside/asker.h"
#include "model/ask.h"
#include "model/key.h"
#include "net/dialer.h"
#include "net/url.h"
#include "sys/atomicfile.h"
#include "sys/file.h"
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct options {
	struct tool_options common;
};

static const struct co_opt rows[] = {
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	"co-model", "", "Asks a language model for co-intent: questions in, answers out, JSON, one a line.", rows, NULL,
};

struct model_tool {
	struct tool tool;
	struct options options;
	struct co_model_listing listing;
	struct co_secret key;
	struct co_budget budget;
	struct co_dialer dialer;
	struct co_http *http;
	struct co_buf ca;
	char *endpoint;
	int64_t timeout;
	struct co_err trouble; /* why no question can be asked; code CO_OK when they can */
};

/* ---- what is read before the sandbox closes */

static int look_up(struct model_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	char *path = NULL;
	struct co_buf text = CO_BUF_INIT;
	size_t i;
	int rc;

	for (i = 0; i < config->playbooks.count && !path; i++) {
		path = co_xasprintf("%s/models.yaml", config->playbooks.items[i]);
		if (access(path, F_OK) < 0) {
			free(path);
			path = NULL;
		}
	}
	if (!path)
		path = co_xasprintf("%s/models.yaml", co_config_path(config, "playbooks"));
	rc = co_file_read(path, 1024 * 1024, CO_FILE_TRUSTED, &text, err);
	if (rc == CO_OK)
		rc = co_model_look_up(config->model, co_buf_str(&text), text.len, path, &t->listing, err);
	if (rc == CO_OK && !t->listing.model) {
		co_err_set(err, CO_ERR_INPUT, "model-request", "no model is named");
		co_err_hint(err, "set model under model in co-config(5)");
		rc = CO_ERR_INPUT;
	}
	co_buf_clear(&text);
	free(path);
	return rc;
}

static int find_endpoint(struct model_tool *t, struct co_url *to, struct co_err *err)
{
	const struct co_model_config *config = t->tool.config.model;
	const char *own = co_model_api_of(config)->endpoint;
	size_t len;

	if (!config->endpoint && !own) {
		co_err_set(err, CO_ERR_INPUT, "model-request", "no endpoint is named");
		return co_err_hint(err, "set endpoint under model in co-config(5)"), CO_ERR_INPUT;
	}
	t->endpoint = co_xstrdup(config->endpoint ? config->endpoint : own);
	for (len = strlen(t->endpoint); len && t->endpoint[len - 1] == '/'; len--)
		t->endpoint[len - 1] = '\0';
	return co_url_parse(to, config->proxy ? config->proxy : t->endpoint, err);
}

static int read_ca(struct model_tool *t, struct co_err *err)
{
	static const char *const bundles[] = { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
					       "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
					       "/usr/local/share/certs/ca-root-nss.crt" };
	enum { LIMIT = 8 * 1024 * 1024 };
	const char *own = t->tool.config.model->ca_file;
	size_t i;

	if (strncmp(t->endpoint, "https:", 6) != 0)
		return CO_OK;
	if (own)
		return co_file_read(own, LIMIT, CO_FILE_TRUSTED, &t->ca, err);
	for (i = 0; i < CO_COUNT(bundles); i++)
		if (access(bundles[i], R_OK) == 0)
			return co_file_read(bundles[i], LIMIT, CO_FILE_TRUSTED, &t->ca, err);
	co_err_set(err, CO_ERR_SYSTEM, "model-down", "this system has no list of trusted certificates");
	return co_err_hint(err, "install ca-certificates, or set ca_file under model in co-config(5)"), CO_ERR_SYSTEM;
}

/* The variable is wiped, so that nobody finds the key in this process's environment. */
static int read_key(struct model_tool *t, struct co_err *err)
{
	const struct co_model_config *config = t->tool.config.model;
	const char *name = t->listing.key_variable;
	char *value = name ? getenv(name) : NULL;
	char *found = co_xstrdup(value);
	const struct co_model_key_source source = { found, name, (const char *const *)environ, getenv("PATH") };
	int rc;

	co_wipe(value, value ? strlen(value) : 0);
	if (name)
		unsetenv(name);
	rc = co_model_key_read(&t->key, config, &source, err);
	co_wipe(found, found ? strlen(found) : 0);
	free(found);
	return rc;
}

static int open_budget(struct model_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	char *path = co_xasprintf("%s/model-budget", config->state_dir);
	int rc = co_dir_make(config->state_dir, err);

	if (rc == CO_OK)
		rc = co_budget_open(&t->budget, path, co_budget_parse(config->limits->model->usd_per_day), err);
	free(path);
	return rc;
}

/* The dialer comes before the key, as it inherits what is there. */
static int get_ready(struct model_tool *t, struct co_err *err)
{
	struct co_url to = { NULL, NULL, 0, NULL, NULL };
	int rc = look_up(t, err);

	if (rc == CO_OK)
		rc = find_endpoint(t, &to, err);
	if (rc == CO_OK)
		rc = co_dialer_start(&t->dialer, to.host, to.port, err);
	if (rc == CO_ERR_REMOTE)
		co_err_id(err, "model-down");
	if (rc == CO_OK)
		rc = read_key(t, err);
	if (rc == CO_OK)
		rc = read_ca(t, err);
	if (rc == CO_OK)
		rc = open_budget(t, err);
	if (rc == CO_OK)
		rc = co_http_new(&t->http, "cloudops/" CO_VERSION, err);
	co_url_clear(&to);
	return rc;
}

static int prepare(struct model_tool *t, struct co_err *err)
{
	if (tool_config(&t->tool, err) < 0)
		return err->code;
	if (!t->tool.config.model) {
		co_err_set(err, CO_ERR_USAGE, "model-request", "no model is configured");
		return co_err_hint(err, "see model in co-config(5)"), CO_ERR_USAGE;
	}
	co_duration_parse(&t->timeout, t->tool.config.model->timeout);
	setenv("TZ", "UTC0", 1); /* a TLS library would read /etc/localtime to look at a certificate's dates */
	tzset();
	get_ready(t, &t->trouble);
	return CO_OK;
}

/* ---- one question */

static int ask(struct model_tool *t, const struct co_asker_question *asked, struct co_model_asked *result,
	       struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	struct co_model_question question = { .system = asked->system, .text = asked->text, .name = asked->name,
					      .schema = asked->schema };
	struct co_model_asker asker = {
		.api = co_model_api_of(config->model),
		.endpoint = t->endpoint,
		.model = t->listing.model,
		.api_version = config->model->api_version,
		.proxy = config->model->proxy,
		.ca_pem = t->ca.len ? co_buf_str(&t->ca) : NULL,
		.key = &t->key,
		.listing = &t->listing,
		.budget = &t->budget,
		.http = t->http,
		.dialer = &t->dialer,
		.tokens = config->limits->model->tokens,
		.timeout = t->timeout,
		.now = tool_time(&t->tool),
	};

	tool_random(&asker.random, sizeof(asker.random));
	return co_model_ask(&asker, &question, result, err);
}

static int reply(struct model_tool *t, struct co_model_asked *asked, const struct co_err *err)
{
	static const char *const names[] = { "anthropic", "openai", "google", "ollama", "compatible", NULL };
	struct co_asker_trouble trouble = { (char *)(uintptr_t)err->id, (char *)(uintptr_t)err->message,
					     *err->hint ? (char *)(uintptr_t)err->hint : NULL, -err->code };
	char cost[CO_BUDGET_TEXT];
	struct co_asker_reply out = {
		.text = asked->answer.text,
		.provider = (char *)(uintptr_t)co_enum_name(names, t->tool.config.model->provider),
		.model = t->listing.model,
		.input_tokens = asked->answer.input_tokens,
		.output_tokens = asked->answer.output_tokens,
		.cost_usd = cost,
		.error = err->code ? &trouble : NULL,
	};
	json_t *doc;
	int code;

	co_budget_format(cost, asked->cost);
	if (err->code)
		out.text = NULL;
	doc = co_shape_encode(&co_asker_reply_shape, &out);
	code = tool_write(&t->tool, doc);
	json_decref(doc);
	return code;
}

static int serve_one(struct model_tool *t, const char *line, size_t len)
{
	struct co_model_asked asked = { { NULL, 0, 0 }, 0 };
	struct co_asker_question question = { NULL, NULL, NULL, NULL };
	struct co_err err = t->trouble;
	json_t *value = NULL;
	int code, rc = err.code;

	if (rc == CO_OK) {
		value = co_json_parse(line, len, "standard input", &err);
		rc = value ? co_shape_decode(&co_asker_question_shape, value, &question, &err) : CO_ERR_INPUT;
	}
	if (rc == CO_OK)
		rc = ask(t, &question, &asked, &err);
	if (rc == CO_OK)
		err = (struct co_err)CO_ERR_INIT;
	code = reply(t, &asked, &err);
	co_shape_clear(&co_asker_question_shape, &question);
	co_model_asked_clear(&asked);
	json_decref(value);
	return code;
}

static int serve(struct model_tool *t)
{
	struct co_err err = CO_ERR_INIT;
	char *line = co_xmalloc(CO_ASKER_LINE);
	int code = 0;

	while (!code && fgets(line, CO_ASKER_LINE, stdin)) {
		size_t len = strlen(line);

		if (len == CO_ASKER_LINE - 1) {
			co_err_set(&err, CO_ERR_INPUT, "long-text", "the question is over %d bytes", CO_ASKER_LINE);
			code = tool_fail(&t->tool, &err);
		} else {
			code = serve_one(t, line, len);
		}
	}
	free(line);
	return code;
}

int main(int argc, char **argv)
{
	struct model_tool t = { .key = CO_SECRET_INIT, .budget = { -1, 0 }, .dialer = CO_DIALER_INIT,
				.ca = CO_BUF_INIT, .trouble = CO_ERR_INIT };
	struct co_err err = CO_ERR_INIT;
	int code = tool_start(&t.tool, &usage, &t.options, argc, argv);

	if (code < 0 && prepare(&t, &err) < 0)
		code = tool_fail(&t.tool, &err);
	if (code < 0)
		code = tool_confine(&t.tool, NULL);
	if (code < 0)
		code = serve(&t);
	co_http_free(t.http);
	co_dialer_stop(&t.dialer);
	co_secret_clear(&t.key);
	co_model_listing_clear(&t.listing);
	co_budget_close(&t.budget);
	co_buf_clear(&t.ca);
	free(t.endpoint);
	return tool_end(&t.tool, code);
}
