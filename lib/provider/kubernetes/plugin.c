/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/plugin.h"

#include "base/base64.h"
#include "crypto/secret.h"
#include "provider/kubernetes/credential.h"
#include "sys/child.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT = 1024 * 1024 };

static const char *variable(const char *const *environment, const char *name)
{
	size_t len = strlen(name);

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
			return *environment + len + 1;
	return NULL;
}

/* An absolute path, or NULL. */
static char *find_command(const char *command, const char *const *environment)
{
	const char *path = variable(environment, "PATH");

	if (*command == '/')
		return co_xstrdup(command);
	while (path && *path) {
		size_t len = strcspn(path, ":");
		char *full = co_xasprintf("%.*s/%s", (int)len, path, command);

		if (*full == '/' && access(full, X_OK) == 0)
			return full;
		free(full);
		path += len + (path[len] == ':');
	}
	return NULL;
}

/* What a plugin is told of the cluster (KUBERNETES_EXEC_INFO). */
static json_t *cluster_of(const struct co_kube_access *access)
{
	struct co_buf ca = CO_BUF_INIT;
	json_t *cluster = json_pack("{s:s}", "server", access->server);

	if (access->server_name)
		json_object_set_new(cluster, "tls-server-name", json_string(access->server_name));
	if (access->insecure)
		json_object_set_new(cluster, "insecure-skip-tls-verify", json_true());
	if (access->proxy)
		json_object_set_new(cluster, "proxy-url", json_string(access->proxy));
	if (access->ca) {
		co_base64_encode(&ca, access->ca, strlen(access->ca));
		json_object_set_new(cluster, "certificate-authority-data", json_string(co_buf_str(&ca)));
		co_buf_clear(&ca);
	}
	if (access->plugin->config)
		json_object_set(cluster, "config", access->plugin->config);
	return cluster;
}

static char *exec_info(const struct co_kube_access *access)
{
	json_t *info = json_pack("{s:s, s:s, s:{s:b}}", "apiVersion", access->plugin->api_version, "kind",
				 "ExecCredential", "spec", "interactive", 0);
	struct co_buf text = CO_BUF_INIT;

	if (access->plugin->wants_cluster)
		json_object_set_new(json_object_get(info, "spec"), "cluster", cluster_of(access));
	co_buf_adds(&text, "KUBERNETES_EXEC_INFO=");
	co_json_write(&text, info, CO_JSON_COMPACT);
	json_decref(info);
	return co_buf_take(&text);
}

/* The caller's environment, then the plugin's own: the later of two counts. */
static char **environment_of(const struct co_kube_access *access, const char *const *environment)
{
	const struct co_kube_plugin *plugin = access->plugin;
	char **list = NULL;
	size_t count = 0, i;

	for (; environment && *environment; environment++) {
		size_t name = strcspn(*environment, "=");

		for (i = 0; i < plugin->env.count; i++)
			if (strlen(plugin->env.items[i].name) == name &&
			    strncmp(plugin->env.items[i].name, *environment, name) == 0)
				break;
		if (i == plugin->env.count && strncmp(*environment, "KUBERNETES_EXEC_INFO=", 21) != 0)
			*(char **)co_grow(&list, &count, sizeof(*list)) = co_xstrdup(*environment);
	}
	for (i = 0; i < plugin->env.count; i++)
		*(char **)co_grow(&list, &count, sizeof(*list)) =
			co_xasprintf("%s=%s", plugin->env.items[i].name, plugin->env.items[i].value);
	*(char **)co_grow(&list, &count, sizeof(*list)) = exec_info(access);
	co_grow(&list, &count, sizeof(*list));
	return list;
}

static int bad(const struct co_kube_access *access, const char *why, struct co_err *err)
{
	return co_err_set(err, CO_ERR_REMOTE, "plugin", "the credential plugin \"%s\" of context \"%s\" %s",
			  access->plugin->command, access->context ? access->context : "", why);
}

static void take(char **out, const char *value)
{
	if (!value || !*value)
		return;
	free(*out);
	*out = co_xstrdup(value);
}

int co_kube_plugin_take(struct co_kube_access *access, const char *text, size_t len, struct co_err *err)
{
	json_t *answer = co_json_parse(text, len, access->plugin->command, NULL);
	const json_t *status = json_object_get(answer, "status");
	const char *version = co_json_str(answer, "apiVersion"), *kind = co_json_str(answer, "kind");
	const char *token = co_json_str(status, "token"), *end = co_json_str(status, "expirationTimestamp");
	const char *certificate = co_json_str(status, "clientCertificateData");
	const char *key = co_json_str(status, "clientKeyData");
	int rc = CO_OK;

	if (!answer)
		rc = bad(access, "printed no JSON", err);
	else if (!kind || strcmp(kind, "ExecCredential") != 0)
		rc = bad(access, "printed no ExecCredential", err);
	else if (!version || strcmp(version, access->plugin->api_version) != 0)
		rc = bad(access, "answered with another apiVersion than the kubeconfig asks for", err);
	else if (!certificate != !key)
		rc = bad(access, "gave a certificate without its key, or a key alone", err);
	else if ((!token || !*token) && !certificate)
		rc = bad(access, "gave neither a token nor a certificate", err);
	else if (token && strpbrk(token, "\r\n"))
		rc = bad(access, "gave a token with a line end in it", err);
	else if (end && !co_kube_time(end))
		rc = bad(access, "gave an expirationTimestamp that is no time", err);
	if (rc == CO_OK) {
		take(&access->token, token);
		take(&access->certificate, certificate);
		take(&access->key, key);
		access->expires = end ? co_kube_time(end) : 0;
	}
	json_decref(answer);
	return rc;
}

static int failed(const struct co_kube_access *access, int status, const struct co_err *why, struct co_err *err)
{
	char text[64];

	snprintf(text, sizeof(text), "ended with exit code %d", status);
	bad(access, why->code ? why->message : text, err);
	co_err_hint(err, "%s", access->plugin->install_hint ? access->plugin->install_hint
							      : "run it yourself, to see what it says");
	return CO_ERR_REMOTE;
}

int co_kube_plugin_run(struct co_kube_access *access, const char *const *environment, int64_t timeout_ms,
		       struct co_err *err)
{
	const struct co_kube_plugin *plugin = access->plugin;
	char *command = find_command(plugin->command, environment), **list;
	const char **argv = co_xcalloc(plugin->args.count + 2, sizeof(*argv));
	struct co_buf out = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int status = 0, rc;
	size_t i;

	list = environment_of(access, environment);
	argv[0] = command;
	for (i = 0; i < plugin->args.count; i++)
		argv[i + 1] = plugin->args.items[i];
	if (command)
		rc = co_child_run(&(struct co_child_run){ .argv = argv, .env = (const char *const *)list, .quiet = 1,
							  .output_limit = OUTPUT, .timeout_ms = (int)timeout_ms },
				  &out, &status, &why);
	else
		rc = co_err_set(&why, CO_ERR_SYSTEM, "not-found", "is not in $PATH");
	if (rc < 0 || status)
		rc = failed(access, status, &why, err);
	else
		rc = co_kube_plugin_take(access, co_buf_str(&out), out.len, err);
	if (out.data)
		co_wipe(out.data, out.len);
	co_buf_clear(&out);
	for (i = 0; list[i]; i++)
		free(list[i]);
	free(list);
	free(argv);
	free(command);
	return rc;
}
