/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/entry.h"

#include <string.h>

static int take_variables(const struct co_kube_entry *e, json_t *list, struct co_kube_plugin *plugin, struct co_err *err)
{
	json_t *item;
	size_t i;

	if (list && !json_is_array(list) && !json_is_null(list))
		return co_kube_wrong(e, "exec/env", "this must be a list of names and values", err);
	json_array_foreach(list, i, item) {
		const char *name = co_json_str(item, "name"), *value = co_json_str(item, "value");

		if (!name || !*name || strchr(name, '=') || (json_object_get(item, "value") && !value))
			return co_kube_wrong(e, "exec/env", "each has a name and a value, both strings", err);
		*(struct co_kube_variable *)co_grow(&plugin->env.items, &plugin->env.count, sizeof(struct co_kube_variable)) =
			(struct co_kube_variable){ co_xstrdup(name), co_xstrdup(value ? value : "") };
	}
	return CO_OK;
}

/* v1 must say whether it asks questions; there is nobody here to answer. */
static int check_interactive(const struct co_kube_entry *e, json_t *exec, int is_v1, struct co_err *err)
{
	const char *mode = co_json_str(exec, "interactiveMode");

	if (!mode || !*mode)
		return is_v1 ? co_kube_wrong(e, "exec", "interactiveMode is missing: write Never or IfAvailable", err) : CO_OK;
	if (strcmp(mode, "Always") == 0)
		return co_kube_wrong(e, "exec/interactiveMode", "a plugin that always asks questions cannot be run here", err);
	if (strcmp(mode, "Never") != 0 && strcmp(mode, "IfAvailable") != 0)
		return co_kube_wrong(e, "exec/interactiveMode", "this is none of Never, IfAvailable, Always", err);
	return CO_OK;
}

static int check_version(const struct co_kube_entry *e, const char *version, struct co_err *err)
{
	static const char v1[] = "client.authentication.k8s.io/v1", beta[] = "client.authentication.k8s.io/v1beta1";

	if (version && (strcmp(version, v1) == 0 || strcmp(version, beta) == 0))
		return CO_OK;
	co_kube_wrong(e, version ? "exec/apiVersion" : "exec", "apiVersion is not client.authentication.k8s.io/v1 or /v1beta1", err);
	return co_err_hint(err, "bring the plugin up to date, and have it write the kubeconfig anew"), CO_ERR_INPUT;
}

static int take_command(const struct co_kube_entry *e, json_t *exec, struct co_kube_plugin *plugin, struct co_err *err)
{
	const char *command = co_json_str(exec, "command"), *slash = strrchr(e->file->path, '/');

	if (!command || !*command)
		return co_kube_wrong(e, "exec", "there is no command", err);
	if (*command != '/' && strchr(command, '/') && slash)
		plugin->command = co_xasprintf("%.*s/%s", (int)(slash - e->file->path), e->file->path, command);
	else
		plugin->command = co_xstrdup(command);
	return CO_OK;
}

/* What the cluster's entry holds for plugins, by the name that they have agreed on. */
static json_t *plugin_config(const struct co_kube_entry *cluster)
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

static int take_plugin(const struct co_kube_entry *e, const struct co_kube_entry *cluster, struct co_kube_access *access,
		       struct co_err *err)
{
	json_t *exec = json_object_get(e->body, "exec");
	const char *version = co_json_str(exec, "apiVersion"), *hint = co_json_str(exec, "installHint");
	struct co_kube_plugin *plugin;
	int rc;

	if (!exec || json_is_null(exec))
		return CO_OK;
	if (!json_is_object(exec))
		return co_kube_wrong(e, "exec", "this must be a mapping", err);
	access->plugin = plugin = co_xcalloc(1, sizeof(*plugin));
	rc = check_version(e, version, err);
	if (rc == CO_OK)
		rc = check_interactive(e, exec, strcmp(strrchr(version, '/'), "/v1") == 0, err);
	if (rc == CO_OK)
		rc = take_command(e, exec, plugin, err);
	if (rc == CO_OK)
		rc = co_kube_take_strings(e, "exec/args", json_object_get(exec, "args"), &plugin->args.items, &plugin->args.count, err);
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

static int take_extra(const struct co_kube_entry *e, struct co_kube_access *access, struct co_err *err)
{
	json_t *extra = json_object_get(e->body, "as-user-extra"), *values, *value;
	const char *key;
	size_t i;

	if (!extra || json_is_null(extra))
		return CO_OK;
	if (!json_is_object(extra))
		return co_kube_wrong(e, "as-user-extra", "this must be a mapping of names to lists", err);
	json_object_foreach(extra, key, values) {
		if (!json_is_array(values))
			return co_kube_wrong(e, "as-user-extra", "each value must be a list of strings", err);
		json_array_foreach(values, i, value)
			if (!json_is_string(value))
				return co_kube_wrong(e, "as-user-extra", "each value must be a list of strings", err);
	}
	access->as_extra = json_incref(extra);
	return CO_OK;
}

static int take_other(const struct co_kube_entry *e, struct co_kube_access *access, struct co_err *err)
{
	int rc = co_kube_take_string(e, "as", &access->as, err);

	if (rc == CO_OK)
		rc = co_kube_take_string(e, "as-uid", &access->as_uid, err);
	if (rc == CO_OK)
		rc = co_kube_take_strings(e, "as-groups", json_object_get(e->body, "as-groups"), &access->as_groups.items,
				  &access->as_groups.count, err);
	if (rc == CO_OK)
		rc = take_extra(e, access, err);
	/* A server answers the rest without a user with 500. */
	if (rc == CO_OK && !access->as && (access->as_uid || access->as_groups.count || access->as_extra))
		rc = co_kube_wrong(e, "as", "it says whose groups to take on, but not whose: \"as\" is missing", err);
	return rc;
}

static int check_user(const struct co_kube_entry *e, const struct co_kube_access *access, struct co_err *err)
{
	const int has_certificate = access->certificate || access->certificate_file;
	const int has_key = access->key || access->key_file;

	if (has_certificate && !has_key)
		return co_kube_wrong(e, NULL, "there is a client certificate, but no client key", err);
	if (has_key && !has_certificate)
		return co_kube_wrong(e, NULL, "there is a client key, but no client certificate", err);
	if (json_is_object(json_object_get(e->body, "auth-provider"))) {
		co_kube_wrong(e, "auth-provider", "built-in providers of credentials are gone since Kubernetes 1.26", err);
		return co_err_hint(err, "use the cloud's exec plugin instead"), CO_ERR_INPUT;
	}
	if (access->plugin && (access->token || access->token_file || access->username))
		return co_kube_wrong(e, "exec", "there is a plugin and another credential; take one of them out", err);
	if (!access->username != !access->password)
		return co_kube_wrong(e, NULL, "username and password belong together", err);
	return CO_OK;
}

int co_kube_take_user(const struct co_kube_entry *e, const struct co_kube_entry *cluster, struct co_kube_access *access,
		     struct co_err *err)
{
	int rc = co_kube_take_pem(e, "client-certificate-data", "client-certificate", &access->certificate,
			  &access->certificate_file, err);

	if (rc == CO_OK)
		rc = co_kube_take_pem(e, "client-key-data", "client-key", &access->key, &access->key_file, err);
	if (rc == CO_OK)
		rc = co_kube_take_string(e, "token", &access->token, err);
	if (rc == CO_OK)
		rc = co_kube_take_path(e, "tokenFile", &access->token_file, err);
	if (rc == CO_OK)
		rc = co_kube_take_string(e, "username", &access->username, err);
	if (rc == CO_OK)
		rc = co_kube_take_string(e, "password", &access->password, err);
	if (rc == CO_OK)
		rc = take_plugin(e, cluster, access, err);
	if (rc == CO_OK)
		rc = take_other(e, access, err);
	return rc == CO_OK ? check_user(e, access, err) : rc;
}
