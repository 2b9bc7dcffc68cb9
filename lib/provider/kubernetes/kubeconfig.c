/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/kubeconfig.h"

#include "base/base64.h"
#include "codec/yaml.h"
#include "crypto/secret.h"
#include "net/url.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

struct file {
	char *path;
	char *text;
	size_t len;
	json_t *value;
};

struct co_kubeconfig {
	struct file *files;
	size_t count;
};

/* The three lists of a file, and what each calls the body of its items. */
enum { CLUSTERS, USERS, CONTEXTS, LISTS };
static const struct {
	const char *list, *body;
} lists[LISTS] = { { "clusters", "cluster" }, { "users", "user" }, { "contexts", "context" } };

/* One item of a list, where it stands. */
struct entry {
	const struct file *file;
	int list;
	size_t index;
	const char *name;
	json_t *body;
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

static int bad(const struct file *file, struct co_err *err, const char *pointer, const char *why)
{
	co_err_set(err, CO_ERR_INPUT, "bad-kubeconfig", "%s", why);
	if (!err)
		return CO_ERR_INPUT;
	snprintf(err->path, sizeof(err->path), "%s", pointer);
	return co_yaml_blame(err, file->text, file->len, file->path);
}

static int check_item(const struct file *file, int list, size_t index, struct co_err *err)
{
	json_t *item = json_array_get(json_object_get(file->value, lists[list].list), index);
	json_t *body = json_object_get(item, lists[list].body);
	char at[64];

	snprintf(at, sizeof(at), "/%s/%zu", lists[list].list, index);
	if (!co_json_str(item, "name"))
		return bad(file, err, at, "an entry needs a name");
	if (body && !json_is_object(body) && !json_is_null(body))
		return bad(file, err, at, "an entry holds an object");
	return CO_OK;
}

static int check_lists(const struct file *file, struct co_err *err)
{
	char at[64];
	int list, rc = CO_OK;
	size_t i;

	for (list = 0; list < LISTS; list++) {
		json_t *items = json_object_get(file->value, lists[list].list);

		snprintf(at, sizeof(at), "/%s", lists[list].list);
		if (items && !json_is_array(items) && !json_is_null(items))
			return bad(file, err, at, "this must be a list");
		for (i = 0; rc == CO_OK && i < json_array_size(items); i++)
			rc = check_item(file, list, i, err);
	}
	return rc;
}

static int check_file(const struct file *file, struct co_err *err)
{
	const char *kind = co_json_str(file->value, "kind");
	json_t *current = json_object_get(file->value, "current-context");

	if (!json_is_object(file->value))
		return bad(file, err, "", "a kubeconfig is a mapping");
	if (kind && strcmp(kind, "Config") != 0)
		return bad(file, err, "/kind", "this is no kubeconfig: its kind is not Config");
	if (current && !json_is_string(current) && !json_is_null(current))
		return bad(file, err, "/current-context", "the name of a context is a string");
	return check_lists(file, err);
}

int co_kubeconfig_add(struct co_kubeconfig *config, const char *path, const char *text, size_t len, struct co_err *err)
{
	struct file file = { .path = co_xstrdup(path), .text = co_xmemdup(text, len), .len = len };
	int rc;

	file.value = co_yaml_parse(text, len, path, err);
	rc = file.value ? check_file(&file, err) : CO_ERR_INPUT;
	if (!file.value)
		co_err_id(err, "bad-kubeconfig");
	if (rc == CO_OK) {
		*(struct file *)co_grow(&config->files, &config->count, sizeof(file)) = file;
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

static int find(const struct co_kubeconfig *config, int list, const char *name, struct entry *out)
{
	size_t f, i;
	json_t *item;

	for (f = 0; f < config->count; f++) {
		json_array_foreach(json_object_get(config->files[f].value, lists[list].list), i, item) {
			if (strcmp(co_json_str(item, "name"), name) != 0)
				continue;
			*out = (struct entry){ &config->files[f], list, i, co_json_str(item, "name"),
					       json_object_get(item, lists[list].body) };
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
		json_array_foreach(json_object_get(config->files[f].value, lists[CONTEXTS].list), i, item) {
			struct entry first;

			if (find(config, CONTEXTS, co_json_str(item, "name"), &first) &&
			    first.file == &config->files[f] && first.index == i)
				*(const char **)co_grow(&names, count, sizeof(*names)) = co_json_str(item, "name");
		}
	return names;
}

/* ---- members of an entry */

/* Says what is wrong with a member, its place, and whose it is. */
static int wrong(const struct entry *e, const char *key, const char *why, struct co_err *err)
{
	char at[192];
	char *text = co_xasprintf("%s \"%s\": %s", lists[e->list].body, e->name, why);

	snprintf(at, sizeof(at), "/%s/%zu/%s%s%s", lists[e->list].list, e->index, lists[e->list].body, key ? "/" : "",
		 key ? key : "");
	bad(e->file, err, at, text);
	free(text);
	return CO_ERR_INPUT;
}

/* A string; "" and null are none. */
static int take_string(const struct entry *e, const char *key, char **out, struct co_err *err)
{
	json_t *value = json_object_get(e->body, key);

	if (value && !json_is_string(value) && !json_is_null(value))
		return wrong(e, key, "this must be a string; put it in quotes", err);
	if (json_string_length(value))
		*out = co_xstrdup(json_string_value(value));
	return CO_OK;
}

static int take_flag(const struct entry *e, const char *key, int *out, struct co_err *err)
{
	json_t *value = json_object_get(e->body, key);

	if (value && !json_is_boolean(value) && !json_is_null(value))
		return wrong(e, key, "this must be true or false", err);
	*out = json_is_true(value);
	return CO_OK;
}

/* A path, relative to the file. */
static int take_path(const struct entry *e, const char *key, char **out, struct co_err *err)
{
	const char *slash = strrchr(e->file->path, '/');
	char *path = NULL;
	int rc = take_string(e, key, &path, err);

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
static int take_data(const struct entry *e, const char *key, char **out, struct co_err *err)
{
	struct co_buf plain = CO_BUF_INIT, packed = CO_BUF_INIT;
	char *text = NULL, *p;
	int rc = take_string(e, key, &text, err);

	for (p = text; p && *p; p++)
		if (*p != '\n' && *p != '\r' && *p != ' ')
			co_buf_addc(&packed, *p);
	if (rc == CO_OK && text && co_base64_decode(&plain, co_buf_str(&packed), packed.len) < 0)
		rc = wrong(e, key, "this is not base64", err);
	else if (rc == CO_OK && text && !is_pem(&plain))
		rc = wrong(e, key, "this is base64, but not of PEM", err);
	else if (rc == CO_OK && text)
		*out = co_buf_take(&plain);
	co_buf_clear(&plain);
	co_buf_clear(&packed);
	free(text);
	return rc;
}

/* The data counts before the file. */
static int take_pem(const struct entry *e, const char *data, const char *file, char **text, char **path,
		    struct co_err *err)
{
	int rc = take_data(e, data, text, err);

	return rc == CO_OK && !*text ? take_path(e, file, path, err) : rc;
}

static int take_strings(const struct entry *e, const char *key, json_t *value, char ***items, size_t *count,
			struct co_err *err)
{
	json_t *item;
	size_t i;

	if (value && !json_is_array(value) && !json_is_null(value))
		return wrong(e, key, "this must be a list of strings", err);
	json_array_foreach(value, i, item) {
		if (!json_is_string(item))
			return wrong(e, key, "this must be a list of strings; put each in quotes", err);
		*(char **)co_grow(items, count, sizeof(char *)) = co_xstrdup(json_string_value(item));
	}
	return CO_OK;
}

static void warn(struct co_kube_access *access, char *text)
{
	*(char **)co_grow(&access->warnings.items, &access->warnings.count, sizeof(char *)) = text;
}

/* ---- the cluster */

static int check_server(const struct entry *e, struct co_kube_access *access, struct co_err *err)
{
	struct co_url url;
	size_t len = access->server ? strlen(access->server) : 0;
	int plain, rc = CO_OK;

	if (!access->server)
		return wrong(e, NULL, "there is no server", err);
	if (co_url_parse(&url, access->server, NULL) < 0 || url.query) {
		if (strstr(access->server, "://"))
			return wrong(e, "server", "this is no URL of a server", err);
		return wrong(e, "server", "this is no URL: it begins with https://", err);
	}
	plain = strcmp(url.scheme, "http") == 0;
	if (plain && !co_url_is_loopback(url.host))
		rc = wrong(e, "server", "without TLS all could be read and changed on the way; only this host is "
					"reached by http", err);
	while (len && access->server[len - 1] == '/')
		access->server[--len] = '\0';
	co_url_clear(&url);
	return rc;
}

static int check_trust(const struct entry *e, struct co_kube_access *access, struct co_err *err)
{
	if (!access->insecure)
		return CO_OK;
	if (access->ca || access->ca_file)
		return wrong(e, "insecure-skip-tls-verify", "a certificate authority is given too; take one of them out", err);
	warn(access, co_xasprintf("the certificate of cluster \"%s\" is not checked: insecure-skip-tls-verify is set in "
				  "\"%s\"", e->name, e->file->path));
	return CO_OK;
}

static int take_cluster(const struct entry *e, struct co_kube_access *access, struct co_err *err)
{
	int rc = take_string(e, "server", &access->server, err);

	if (rc == CO_OK)
		rc = take_string(e, "tls-server-name", &access->server_name, err);
	if (rc == CO_OK)
		rc = take_string(e, "proxy-url", &access->proxy, err);
	if (rc == CO_OK)
		rc = take_flag(e, "insecure-skip-tls-verify", &access->insecure, err);
	if (rc == CO_OK)
		rc = take_pem(e, "certificate-authority-data", "certificate-authority", &access->ca, &access->ca_file, err);
	if (rc == CO_OK)
		rc = check_server(e, access, err);
	return rc == CO_OK ? check_trust(e, access, err) : rc;
}

/* What the cluster's entry holds for plugins, by the name that they have agreed on. */
static json_t *plugin_config(const struct entry *cluster)
{
	json_t *extension;
	size_t i;

	json_array_foreach(json_object_get(cluster->body, "extensions"), i, extension) {
		const char *name = co_json_str(extension, "name");

		if (name && strcmp(name, "client.authentication.k8s.io/exec") == 0)
			return json_incref(json_object_get(extension, "extension"));
	}
	return NULL;
}

/* ---- the user */

static int take_variables(const struct entry *e, json_t *list, struct co_kube_plugin *plugin, struct co_err *err)
{
	json_t *item;
	size_t i;

	if (list && !json_is_array(list) && !json_is_null(list))
		return wrong(e, "exec/env", "this must be a list of names and values", err);
	json_array_foreach(list, i, item) {
		const char *name = co_json_str(item, "name"), *value = co_json_str(item, "value");

		if (!name || !*name || strchr(name, '=') || (json_object_get(item, "value") && !value))
			return wrong(e, "exec/env", "each has a name and a value, both strings", err);
		*(struct co_kube_variable *)co_grow(&plugin->env.items, &plugin->env.count, sizeof(struct co_kube_variable)) =
			(struct co_kube_variable){ co_xstrdup(name), co_xstrdup(value ? value : "") };
	}
	return CO_OK;
}

/* v1 must say whether it asks questions; there is nobody here to answer. */
static int check_interactive(const struct entry *e, json_t *exec, int is_v1, struct co_err *err)
{
	const char *mode = co_json_str(exec, "interactiveMode");

	if (!mode || !*mode)
		return is_v1 ? wrong(e, "exec", "interactiveMode is missing: write Never or IfAvailable", err) : CO_OK;
	if (strcmp(mode, "Always") == 0)
		return wrong(e, "exec/interactiveMode", "a plugin that always asks questions cannot be run here", err);
	if (strcmp(mode, "Never") != 0 && strcmp(mode, "IfAvailable") != 0)
		return wrong(e, "exec/interactiveMode", "this is none of Never, IfAvailable, Always", err);
	return CO_OK;
}

static int check_version(const struct entry *e, const char *version, struct co_err *err)
{
	static const char v1[] = "client.authentication.k8s.io/v1", beta[] = "client.authentication.k8s.io/v1beta1";

	if (version && (strcmp(version, v1) == 0 || strcmp(version, beta) == 0))
		return CO_OK;
	wrong(e, version ? "exec/apiVersion" : "exec", "apiVersion is not client.authentication.k8s.io/v1 or /v1beta1", err);
	return co_err_hint(err, "bring the plugin up to date, and have it write the kubeconfig anew"), CO_ERR_INPUT;
}

static int take_command(const struct entry *e, json_t *exec, struct co_kube_plugin *plugin, struct co_err *err)
{
	const char *command = co_json_str(exec, "command"), *slash = strrchr(e->file->path, '/');

	if (!command || !*command)
		return wrong(e, "exec", "there is no command", err);
	if (*command != '/' && strchr(command, '/') && slash)
		plugin->command = co_xasprintf("%.*s/%s", (int)(slash - e->file->path), e->file->path, command);
	else
		plugin->command = co_xstrdup(command);
	return CO_OK;
}

static int take_plugin(const struct entry *e, const struct entry *cluster, struct co_kube_access *access,
		       struct co_err *err)
{
	json_t *exec = json_object_get(e->body, "exec");
	const char *version = co_json_str(exec, "apiVersion"), *hint = co_json_str(exec, "installHint");
	struct co_kube_plugin *plugin;
	int rc;

	if (!exec || json_is_null(exec))
		return CO_OK;
	if (!json_is_object(exec))
		return wrong(e, "exec", "this must be a mapping", err);
	access->plugin = plugin = co_xcalloc(1, sizeof(*plugin));
	rc = check_version(e, version, err);
	if (rc == CO_OK)
		rc = check_interactive(e, exec, strcmp(strrchr(version, '/'), "/v1") == 0, err);
	if (rc == CO_OK)
		rc = take_command(e, exec, plugin, err);
	if (rc == CO_OK)
		rc = take_strings(e, "exec/args", json_object_get(exec, "args"), &plugin->args.items, &plugin->args.count, err);
	if (rc == CO_OK)
		rc = take_variables(e, json_object_get(exec, "env"), plugin, err);
	if (rc < 0)
		return rc;
	plugin->api_version = co_xstrdup(version);
	plugin->install_hint = co_xstrdup(hint && *hint ? hint : NULL);
	plugin->wants_cluster = json_is_true(json_object_get(exec, "provideClusterInfo"));
	plugin->config = plugin_config(cluster);
	return CO_OK;
}

static int take_extra(const struct entry *e, struct co_kube_access *access, struct co_err *err)
{
	json_t *extra = json_object_get(e->body, "as-user-extra"), *values, *value;
	const char *key;
	size_t i;

	if (!extra || json_is_null(extra))
		return CO_OK;
	if (!json_is_object(extra))
		return wrong(e, "as-user-extra", "this must be a mapping of names to lists", err);
	json_object_foreach(extra, key, values) {
		if (!json_is_array(values))
			return wrong(e, "as-user-extra", "each value must be a list of strings", err);
		json_array_foreach(values, i, value)
			if (!json_is_string(value))
				return wrong(e, "as-user-extra", "each value must be a list of strings", err);
	}
	access->as_extra = json_incref(extra);
	return CO_OK;
}

static int take_other(const struct entry *e, struct co_kube_access *access, struct co_err *err)
{
	int rc = take_string(e, "as", &access->as, err);

	if (rc == CO_OK)
		rc = take_string(e, "as-uid", &access->as_uid, err);
	if (rc == CO_OK)
		rc = take_strings(e, "as-groups", json_object_get(e->body, "as-groups"), &access->as_groups.items,
				  &access->as_groups.count, err);
	if (rc == CO_OK)
		rc = take_extra(e, access, err);
	/* A server answers the rest without a user with 500. */
	if (rc == CO_OK && !access->as && (access->as_uid || access->as_groups.count || access->as_extra))
		rc = wrong(e, "as", "it says whose groups to take on, but not whose: \"as\" is missing", err);
	return rc;
}

static int check_user(const struct entry *e, const struct co_kube_access *access, struct co_err *err)
{
	const int has_certificate = access->certificate || access->certificate_file;
	const int has_key = access->key || access->key_file;

	if (has_certificate && !has_key)
		return wrong(e, NULL, "there is a client certificate, but no client key", err);
	if (has_key && !has_certificate)
		return wrong(e, NULL, "there is a client key, but no client certificate", err);
	if (json_is_object(json_object_get(e->body, "auth-provider"))) {
		wrong(e, "auth-provider", "built-in providers of credentials are gone since Kubernetes 1.26", err);
		return co_err_hint(err, "use the cloud's exec plugin instead"), CO_ERR_INPUT;
	}
	if (access->plugin && (access->token || access->token_file || access->username))
		return wrong(e, "exec", "there is a plugin and another credential; take one of them out", err);
	if (!access->username != !access->password)
		return wrong(e, NULL, "username and password belong together", err);
	return CO_OK;
}

static int take_user(const struct entry *e, const struct entry *cluster, struct co_kube_access *access,
		     struct co_err *err)
{
	int rc = take_pem(e, "client-certificate-data", "client-certificate", &access->certificate,
			  &access->certificate_file, err);

	if (rc == CO_OK)
		rc = take_pem(e, "client-key-data", "client-key", &access->key, &access->key_file, err);
	if (rc == CO_OK)
		rc = take_string(e, "token", &access->token, err);
	if (rc == CO_OK)
		rc = take_path(e, "tokenFile", &access->token_file, err);
	if (rc == CO_OK)
		rc = take_string(e, "username", &access->username, err);
	if (rc == CO_OK)
		rc = take_string(e, "password", &access->password, err);
	if (rc == CO_OK)
		rc = take_plugin(e, cluster, access, err);
	if (rc == CO_OK)
		rc = take_other(e, access, err);
	return rc == CO_OK ? check_user(e, access, err) : rc;
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
static int find_named(const struct co_kubeconfig *config, const struct entry *context, const char *key, int list,
		      struct entry *out, struct co_err *err)
{
	char *name = NULL;
	int rc = take_string(context, key, &name, err);

	if (rc == CO_OK && !name && list == CLUSTERS)
		rc = wrong(context, NULL, "it names no cluster", err);
	else if (rc == CO_OK && name && !find(config, list, name, out))
		rc = wrong(context, key, list == CLUSTERS ? "there is no such cluster" : "there is no such user", err);
	free(name);
	return rc;
}

int co_kubeconfig_access(const struct co_kubeconfig *config, const char *context, struct co_kube_access *access,
			 struct co_err *err)
{
	const char *name = context ? context : co_kubeconfig_current(config);
	struct entry c, cluster = { .body = NULL }, user = { .body = NULL };
	struct co_kube_access made = { .context = NULL };
	int rc;

	if (!name) {
		co_err_set(err, CO_ERR_INPUT, "no-context", "the kubeconfig has no current context");
		return co_err_hint(err, "name one: kubectl config use-context NAME"), CO_ERR_INPUT;
	}
	if (!find(config, CONTEXTS, name, &c))
		return no_context(config, name, err);
	rc = find_named(config, &c, "cluster", CLUSTERS, &cluster, err);
	if (rc == CO_OK)
		rc = find_named(config, &c, "user", USERS, &user, err);
	if (rc == CO_OK)
		rc = take_string(&c, "namespace", &made.namespace, err);
	if (rc == CO_OK)
		rc = take_cluster(&cluster, &made, err);
	if (rc == CO_OK && user.file)
		rc = take_user(&user, &cluster, &made, err);
	if (rc < 0) {
		co_shape_clear(&co_kube_access_shape, &made);
		return rc;
	}
	made.context = co_xstrdup(name);
	*access = made;
	return CO_OK;
}
