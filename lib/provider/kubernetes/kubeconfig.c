/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/kubeconfig.h"

#include "codec/yaml.h"
#include "crypto/secret.h"
#include "net/url.h"
#include "provider/kubernetes/entry.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

struct co_kubeconfig {
	struct co_kube_file *files;
	size_t count;
};

struct co_kubeconfig *co_kubeconfig_new(void)
{
	return co_xcalloc(1, sizeof(struct co_kubeconfig));
}

void co_kubeconfig_free(struct co_kubeconfig *config)
{
	size_t i;

	for (i = 0; config && i < config->count; i++) {
		free(config->files[i].path);
		co_wipe(config->files[i].text, config->files[i].len);
		free(config->files[i].text);
		json_decref(config->files[i].value);
	}
	if (config)
		free(config->files);
	free(config);
}

/* ---- one file */

static int check_item(const struct co_kube_file *file, int list, size_t index, struct co_err *err)
{
	json_t *item = json_array_get(json_object_get(file->value, co_kube_lists[list].list), index);
	json_t *body = json_object_get(item, co_kube_lists[list].body);
	char at[64];

	snprintf(at, sizeof(at), "/%s/%zu", co_kube_lists[list].list, index);
	if (!co_json_str(item, "name"))
		return co_kube_bad(file, err, at, "an entry needs a name");
	if (body && !json_is_object(body) && !json_is_null(body))
		return co_kube_bad(file, err, at, "an entry holds an object");
	return CO_OK;
}

static int check_lists(const struct co_kube_file *file, struct co_err *err)
{
	char at[64];
	int list, rc = CO_OK;
	size_t i;

	for (list = 0; list < CO_KUBE_LISTS; list++) {
		json_t *items = json_object_get(file->value, co_kube_lists[list].list);

		snprintf(at, sizeof(at), "/%s", co_kube_lists[list].list);
		if (items && !json_is_array(items) && !json_is_null(items))
			return co_kube_bad(file, err, at, "this must be a list");
		for (i = 0; rc == CO_OK && i < json_array_size(items); i++)
			rc = check_item(file, list, i, err);
	}
	return rc;
}

static int check_file(const struct co_kube_file *file, struct co_err *err)
{
	const char *kind = co_json_str(file->value, "kind");
	json_t *current = json_object_get(file->value, "current-context");

	if (!json_is_object(file->value))
		return co_kube_bad(file, err, "", "a kubeconfig is a mapping");
	if (kind && strcmp(kind, "Config") != 0)
		return co_kube_bad(file, err, "/kind", "this is no kubeconfig: its kind is not Config");
	if (current && !json_is_string(current) && !json_is_null(current))
		return co_kube_bad(file, err, "/current-context", "the name of a context is a string");
	return check_lists(file, err);
}

int co_kubeconfig_add(struct co_kubeconfig *config, const char *path, const char *text, size_t len, struct co_err *err)
{
	struct co_kube_file file = { .path = co_xstrdup(path), .text = co_xmemdup(text, len), .len = len };
	int rc;

	file.value = co_yaml_parse(text, len, path, err);
	rc = file.value ? check_file(&file, err) : CO_ERR_INPUT;
	if (!file.value)
		co_err_id(err, "bad-kubeconfig");
	if (rc == CO_OK) {
		*(struct co_kube_file *)co_grow(&config->files, &config->count, sizeof(file)) = file;
		return CO_OK;
	}
	free(file.path);
	co_wipe(file.text, len);
	free(file.text);
	json_decref(file.value);
	return rc;
}

/* ---- all of them */

static int load_file(struct co_kubeconfig *config, const char *path, int *found, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc = co_file_read(path, CO_YAML_BYTES, CO_FILE_TRUSTED, &text, &why);

	if (rc < 0 && strcmp(why.id, "not-found") == 0) {
		rc = CO_OK;
	} else if (rc == CO_OK) {
		*found = 1;
		rc = co_kubeconfig_add(config, path, co_buf_str(&text), text.len, &why);
	}
	if (text.data)
		co_wipe(text.data, text.len);
	co_buf_clear(&text);
	if (rc < 0 && err)
		*err = why;
	return rc;
}

int co_kubeconfig_load(struct co_kubeconfig *config, const char *paths, struct co_err *err)
{
	const char *p = paths;
	int found = 0, rc = CO_OK;

	while (rc == CO_OK && *p) {
		size_t len = strcspn(p, ":");
		char *path = co_xmemdup(p, len);

		if (len)
			rc = load_file(config, path, &found, err);
		free(path);
		p += len + (p[len] == ':');
	}
	if (rc < 0 || found)
		return rc;
	co_err_set(err, CO_ERR_INPUT, "no-kubeconfig", "there is no kubeconfig \"%s\"", paths);
	return co_err_hint(err, "set KUBECONFIG, or make the file with the cluster's own tool"), CO_ERR_INPUT;
}

static int find(const struct co_kubeconfig *config, int list, const char *name, struct co_kube_entry *out)
{
	size_t f, i;
	json_t *item;

	for (f = 0; f < config->count; f++) {
		json_array_foreach(json_object_get(config->files[f].value, co_kube_lists[list].list), i, item) {
			if (strcmp(co_json_str(item, "name"), name) != 0)
				continue;
			*out = (struct co_kube_entry){ &config->files[f], list, i, co_json_str(item, "name"),
					       json_object_get(item, co_kube_lists[list].body) };
			return 1;
		}
	}
	return 0;
}

const char *co_kubeconfig_current(const struct co_kubeconfig *config)
{
	size_t f;

	for (f = 0; f < config->count; f++) {
		const char *name = co_json_str(config->files[f].value, "current-context");

		if (name && *name)
			return name;
	}
	return NULL;
}

const char **co_kubeconfig_contexts(const struct co_kubeconfig *config, size_t *count)
{
	const char **names = NULL;
	size_t f, i;
	json_t *item;

	*count = 0;
	for (f = 0; f < config->count; f++)
		json_array_foreach(json_object_get(config->files[f].value, co_kube_lists[CO_KUBE_CONTEXTS].list), i, item) {
			struct co_kube_entry first;

			if (find(config, CO_KUBE_CONTEXTS, co_json_str(item, "name"), &first) &&
			    first.file == &config->files[f] && first.index == i)
				*(const char **)co_grow(&names, count, sizeof(*names)) = co_json_str(item, "name");
		}
	return names;
}

static void warn(struct co_kube_access *access, char *text)
{
	*(char **)co_grow(&access->warnings.items, &access->warnings.count, sizeof(char *)) = text;
}

/* ---- the cluster */

static int check_server(const struct co_kube_entry *e, struct co_kube_access *access, struct co_err *err)
{
	struct co_url url;
	size_t len = access->server ? strlen(access->server) : 0;
	int plain, rc = CO_OK;

	if (!access->server)
		return co_kube_wrong(e, NULL, "there is no server", err);
	if (co_url_parse(&url, access->server, NULL) < 0) {
		if (strstr(access->server, "://"))
			return co_kube_wrong(e, "server", "this is no URL of a server", err);
		return co_kube_wrong(e, "server", "this is no URL: it begins with https://", err);
	}
	if (url.query)
		rc = co_kube_wrong(e, "server", "the URL of a server has no query", err);
	plain = strcmp(url.scheme, "http") == 0;
	if (rc == CO_OK && plain && !co_url_is_loopback(url.host))
		rc = co_kube_wrong(e, "server", "without TLS all could be read and changed on the way; only this host is "
					"reached by http", err);
	while (len && access->server[len - 1] == '/')
		access->server[--len] = '\0';
	co_url_clear(&url);
	return rc;
}

static int check_trust(const struct co_kube_entry *e, struct co_kube_access *access, struct co_err *err)
{
	if (!access->insecure)
		return CO_OK;
	if (access->ca || access->ca_file)
		return co_kube_wrong(e, "insecure-skip-tls-verify", "a certificate authority is given too; take one of them out", err);
	warn(access, co_xasprintf("the certificate of cluster \"%s\" is not checked: insecure-skip-tls-verify is set in "
				  "\"%s\"", e->name, e->file->path));
	return CO_OK;
}

static int take_cluster(const struct co_kube_entry *e, struct co_kube_access *access, struct co_err *err)
{
	int rc = co_kube_take_string(e, "server", &access->server, err);

	if (rc == CO_OK)
		rc = co_kube_take_string(e, "tls-server-name", &access->server_name, err);
	if (rc == CO_OK)
		rc = co_kube_take_string(e, "proxy-url", &access->proxy, err);
	if (rc == CO_OK)
		rc = co_kube_take_flag(e, "insecure-skip-tls-verify", &access->insecure, err);
	if (rc == CO_OK)
		rc = co_kube_take_pem(e, "certificate-authority-data", "certificate-authority", &access->ca, &access->ca_file, err);
	if (rc == CO_OK)
		rc = check_server(e, access, err);
	return rc == CO_OK ? check_trust(e, access, err) : rc;
}

/* ---- the context */

static int no_context(const struct co_kubeconfig *config, const char *name, struct co_err *err)
{
	size_t count;
	const char **names = co_kubeconfig_contexts(config, &count);

	co_err_set(err, CO_ERR_INPUT, "no-context", "there is no context \"%s\" in the kubeconfig", name);
	co_err_suggest(err, name, names, count);
	free(names);
	return CO_ERR_INPUT;
}

/* What a context names. An absent user is nobody: the server says what that may do. */
static int find_named(const struct co_kubeconfig *config, const struct co_kube_entry *context, const char *key, int list,
		      struct co_kube_entry *out, struct co_err *err)
{
	char *name = NULL;
	int rc = co_kube_take_string(context, key, &name, err);

	if (rc == CO_OK && !name && list == CO_KUBE_CLUSTERS)
		rc = co_kube_wrong(context, NULL, "it names no cluster", err);
	else if (rc == CO_OK && name && !find(config, list, name, out))
		rc = co_kube_wrong(context, key, list == CO_KUBE_CLUSTERS ? "there is no such cluster" : "there is no such user", err);
	free(name);
	return rc;
}

int co_kubeconfig_access(const struct co_kubeconfig *config, const char *context, struct co_kube_access *access,
			 struct co_err *err)
{
	const char *name = context ? context : co_kubeconfig_current(config);
	struct co_kube_entry c, cluster = { .body = NULL }, user = { .body = NULL };
	struct co_kube_access made = { .context = NULL };
	int rc;

	if (!name) {
		co_err_set(err, CO_ERR_INPUT, "no-context", "the kubeconfig has no current context");
		return co_err_hint(err, "name one: kubectl config use-context NAME"), CO_ERR_INPUT;
	}
	if (!find(config, CO_KUBE_CONTEXTS, name, &c))
		return no_context(config, name, err);
	rc = find_named(config, &c, "cluster", CO_KUBE_CLUSTERS, &cluster, err);
	if (rc == CO_OK)
		rc = find_named(config, &c, "user", CO_KUBE_USERS, &user, err);
	if (rc == CO_OK)
		rc = co_kube_take_string(&c, "namespace", &made.namespace, err);
	if (rc == CO_OK)
		rc = take_cluster(&cluster, &made, err);
	if (rc == CO_OK && user.file)
		rc = co_kube_take_user(&user, &cluster, &made, err);
	if (rc < 0) {
		co_shape_clear(&co_kube_access_shape, &made);
		return rc;
	}
	made.context = co_xstrdup(name);
	*access = made;
	return CO_OK;
}
