/* SPDX-License-Identifier: Apache-2.0 */
#include "model/key.h"

#include "sys/child.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_BYTES = 8192, COMMAND_MS = 60000 };

static int bad_key(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "model-key", "%s", why);
}

/* A header cannot hold anything else, and none of the providers' keys does. */
static int take(struct co_secret *key, const char *text, size_t len, struct co_err *err)
{
	size_t i;

	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (!len)
		return bad_key(err, "the key of the model is empty");
	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return bad_key(err, "the key of the model holds a byte that no key has");
	co_secret_set(key, text, len);
	return CO_OK;
}

/* Wiped before it is freed: what was read is the key. */
static int take_buffer(struct co_secret *key, struct co_buf *text, struct co_err *err)
{
	int rc = take(key, co_buf_str(text), text->len, err);

	co_wipe(text->data, text->cap);
	co_buf_clear(text);
	return rc;
}

static int from_file(struct co_secret *key, const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_buf_reserve(&text, KEY_BYTES + 1); /* no growing, which would leave copies */
	rc = co_file_read(path, KEY_BYTES, CO_FILE_PRIVATE, &text, err);
	if (rc == CO_OK)
		return take_buffer(key, &text, err);
	co_buf_clear(&text);
	co_err_wrap(err, "cannot read the key of the model");
	co_err_id(err, "model-key");
	return rc;
}

/* As a shell would find it; NULL if it would not. */
static char *find_program(const char *name, const char *path)
{
	if (strchr(name, '/'))
		return co_xstrdup(name);
	for (; path && *path; path += strcspn(path, ":"), path += *path == ':') {
		char *found = co_xasprintf("%.*s/%s", (int)strcspn(path, ":"), path, name);

		if (*found == '/' && access(found, X_OK) == 0)
			return found;
		free(found);
	}
	return NULL;
}

static int from_command(struct co_secret *key, const struct co_model_config *config,
			const struct co_model_key_source *source, struct co_err *err)
{
	const char **argv = co_xcalloc(config->api_key_command.count + 1, sizeof(*argv));
	char *program = find_program(config->api_key_command.items[0], source->path);
	struct co_buf text = CO_BUF_INIT;
	struct co_child_run run = { .argv = argv, .env = source->env, .output_limit = KEY_BYTES, .timeout_ms = COMMAND_MS };
	int rc, status = 0;
	size_t i;

	for (i = 1; i < config->api_key_command.count; i++)
		argv[i] = config->api_key_command.items[i];
	argv[0] = program;
	co_buf_reserve(&text, 2 * 16384);
	if (!program)
		rc = co_err_set(err, CO_ERR_INPUT, "model-key", "there is no program \"%s\"", config->api_key_command.items[0]);
	else
		rc = co_child_run(&run, &text, &status, err);
	if (rc == CO_OK && status)
		rc = co_err_set(err, CO_ERR_INPUT, "model-key", "\"%s\" gave no key: exit status %d", program, status);
	if (rc == CO_OK)
		rc = take_buffer(key, &text, err);
	else
		co_err_id(err, "model-key");
	co_wipe(text.data, text.cap);
	co_buf_clear(&text);
	free(program);
	free(argv);
	return rc;
}

int co_model_key_read(struct co_secret *key, const struct co_model_config *config,
		      const struct co_model_key_source *source, struct co_err *err)
{
	if (config->api_key_command.count)
		return from_command(key, config, source, err);
	if (config->api_key_file)
		return from_file(key, config->api_key_file, err);
	if (source->variable && *source->variable)
		return take(key, source->variable, strlen(source->variable), err);
	if (!source->name)
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "model-key", "there is no key for the model: the variable %s is not set", source->name);
	return co_err_hint(err, "or name api_key_file or api_key_command under model in co-config(5)"), CO_ERR_INPUT;
}
