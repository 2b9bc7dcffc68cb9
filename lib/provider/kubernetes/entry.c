/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/entry.h"

#include "base/base64.h"
#include "codec/yaml.h"

#include <stdlib.h>
#include <string.h>

const struct co_kube_list co_kube_lists[CO_KUBE_LISTS] = {
	{ "clusters", "cluster" },
	{ "users", "user" },
	{ "contexts", "context" },
};

int co_kube_bad(const struct co_kube_file *file, struct co_err *err, const char *pointer, const char *why)
{
	co_err_set(err, CO_ERR_INPUT, "bad-kubeconfig", "%s", why);
	if (!err)
		return CO_ERR_INPUT;
	snprintf(err->path, sizeof(err->path), "%s", pointer);
	return co_yaml_blame(err, file->text, file->len, file->path);
}

/* Says what is wrong with a member, its place, and whose it is. */
int co_kube_wrong(const struct co_kube_entry *e, const char *key, const char *why, struct co_err *err)
{
	char at[192];
	char *text = co_xasprintf("%s \"%s\": %s", co_kube_lists[e->list].body, e->name, why);

	snprintf(at, sizeof(at), "/%s/%zu/%s%s%s", co_kube_lists[e->list].list, e->index, co_kube_lists[e->list].body,
		 key ? "/" : "", key ? key : "");
	co_kube_bad(e->file, err, at, text);
	free(text);
	return CO_ERR_INPUT;
}

/* A string; "" and null are none. */
int co_kube_take_string(const struct co_kube_entry *e, const char *key, char **out, struct co_err *err)
{
	json_t *value = json_object_get(e->body, key);

	if (value && !json_is_string(value) && !json_is_null(value))
		return co_kube_wrong(e, key, "this must be a string; put it in quotes", err);
	if (json_string_length(value))
		*out = co_xstrdup(json_string_value(value));
	return CO_OK;
}

int co_kube_take_flag(const struct co_kube_entry *e, const char *key, int *out, struct co_err *err)
{
	json_t *value = json_object_get(e->body, key);

	if (value && !json_is_boolean(value) && !json_is_null(value))
		return co_kube_wrong(e, key, "this must be true or false", err);
	*out = json_is_true(value);
	return CO_OK;
}

/* A path, relative to the file. */
int co_kube_take_path(const struct co_kube_entry *e, const char *key, char **out, struct co_err *err)
{
	const char *slash = strrchr(e->file->path, '/');
	char *path = NULL;
	int rc = co_kube_take_string(e, key, &path, err);

	if (path && *path != '/' && slash)
		*out = co_xasprintf("%.*s/%s", (int)(slash - e->file->path), e->file->path, path);
	else if (path)
		*out = co_xstrdup(path);
	free(path);
	return rc;
}

static int is_pem(const struct co_buf *text)
{
	return text->len && strlen(co_buf_str(text)) == text->len && strstr(co_buf_str(text), "-----BEGIN ");
}

/* PEM as base64 as text: line ends in it are taken out, as every reader does. */
static int take_data(const struct co_kube_entry *e, const char *key, char **out, struct co_err *err)
{
	struct co_buf plain = CO_BUF_INIT, packed = CO_BUF_INIT;
	char *text = NULL, *p;
	int rc = co_kube_take_string(e, key, &text, err);

	for (p = text; p && *p; p++)
		if (*p != '\n' && *p != '\r' && *p != ' ')
			co_buf_addc(&packed, *p);
	if (rc == CO_OK && text && co_base64_decode(&plain, co_buf_str(&packed), packed.len) < 0)
		rc = co_kube_wrong(e, key, "this is not base64", err);
	else if (rc == CO_OK && text && !is_pem(&plain))
		rc = co_kube_wrong(e, key, "this is base64, but not of PEM", err);
	else if (rc == CO_OK && text)
		*out = co_buf_take(&plain);
	co_buf_clear(&plain);
	co_buf_clear(&packed);
	free(text);
	return rc;
}

/* The data counts before the file. */
int co_kube_take_pem(const struct co_kube_entry *e, const char *data, const char *file, char **text, char **path,
		    struct co_err *err)
{
	int rc = take_data(e, data, text, err);

	return rc == CO_OK && !*text ? co_kube_take_path(e, file, path, err) : rc;
}

int co_kube_take_strings(const struct co_kube_entry *e, const char *key, json_t *value, char ***items, size_t *count,
			struct co_err *err)
{
	json_t *item;
	size_t i;

	if (value && !json_is_array(value) && !json_is_null(value))
		return co_kube_wrong(e, key, "this must be a list of strings", err);
	json_array_foreach(value, i, item) {
		if (!json_is_string(item))
			return co_kube_wrong(e, key, "this must be a list of strings; put each in quotes", err);
		*(char **)co_grow(items, count, sizeof(char *)) = co_xstrdup(json_string_value(item));
	}
	return CO_OK;
}
