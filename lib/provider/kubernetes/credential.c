/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/credential.h"

#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/secret.h"
#include "provider/kubernetes/kubeconfig.h"
#include "provider/kubernetes/plugin.h"
#include "provider/kubernetes/proxy.h"
#include "sys/clock.h"
#include "sys/file.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEM_BYTES = 1024 * 1024, TOKEN_BYTES = 64 * 1024, EARLY_S = 10, PLUGIN_MS = 60 * 1000 };

struct co_kube_keeper {
	const struct co_kube_place *place;
	pthread_mutex_t lock; /* a plugin runs once, however many wait for what it says */
	struct co_kubeconfig *config; /* NULL until it is first asked for */
	json_t *kept;		      /* context -> what its plugin gave, encoded, while it is good */
};

struct co_kube_keeper *co_kube_keeper_new(const struct co_kube_place *place)
{
	struct co_kube_keeper *keeper = co_xcalloc(1, sizeof(*keeper));

	keeper->place = place;
	keeper->kept = json_object();
	pthread_mutex_init(&keeper->lock, NULL);
	return keeper;
}

void co_kube_keeper_free(struct co_kube_keeper *keeper)
{
	if (!keeper)
		return;
	co_kubeconfig_free(keeper->config);
	json_decref(keeper->kept);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}

int64_t co_kube_time(const char *text)
{
	char plain[CO_TIME_LEN + 1];
	int64_t seconds;
	const char *p = text + 19;
	int hours, minutes;

	if (strlen(text) < 20)
		return 0;
	memcpy(plain, text, 19);
	plain[19] = 'Z';
	plain[20] = '\0';
	if (co_time_parse(&seconds, plain) < 0)
		return 0;
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	if (strcmp(p, "Z") == 0)
		return seconds;
	if (strlen(p) != 6 || sscanf(p + 1, "%2d:%2d", &hours, &minutes) != 2 || (*p != '+' && *p != '-'))
		return 0;
	return seconds + (*p == '+' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/* ---- files that a kubeconfig names */

static int read_text(const char *path, size_t limit, const char *what, char **out, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, limit, 0, &text, err);

	if (rc == CO_OK && strlen(co_buf_str(&text)) != text.len)
		rc = co_err_set(err, CO_ERR_INPUT, "bad-kubeconfig", "\"%s\" is no text", path);
	while (text.len && strchr("\r\n ", text.data[text.len - 1]))
		text.data[--text.len] = '\0';
	if (rc == CO_OK && !text.len)
		rc = co_err_set(err, CO_ERR_INPUT, "bad-kubeconfig", "\"%s\" is empty", path);
	if (rc < 0) {
		co_err_wrap(err, "%s", what);
		if (text.data)
			co_wipe(text.data, text.len);
		co_buf_clear(&text);
		return rc == CO_ERR_SYSTEM && err ? err->code = CO_ERR_INPUT : rc;
	}
	free(*out);
	*out = co_buf_take(&text);
	return CO_OK;
}

static int read_pem(const char *path, const char *what, char **out, struct co_err *err)
{
	int rc = path ? read_text(path, PEM_BYTES, what, out, err) : CO_OK;

	if (rc < 0 || !path || strstr(*out, "-----BEGIN "))
		return rc;
	return co_err_set(err, CO_ERR_INPUT, "bad-kubeconfig", "%s: \"%s\" is no PEM", what, path);
}

static int read_files(struct co_kube_access *a, struct co_err *err)
{
	int rc = read_pem(a->ca_file, "certificate-authority", &a->ca, err);

	if (rc == CO_OK)
		rc = read_pem(a->certificate_file, "client-certificate", &a->certificate, err);
	if (rc == CO_OK)
		rc = read_pem(a->key_file, "client-key", &a->key, err);
	if (rc == CO_OK && a->token_file)
		rc = read_text(a->token_file, TOKEN_BYTES, "tokenFile", &a->token, err);
	if (rc == CO_OK && a->token && strpbrk(a->token, "\r\n"))
		rc = co_err_set(err, CO_ERR_INPUT, "bad-kubeconfig", "the token has a line end in it");
	return rc;
}

/* ---- contexts */

static int in_cluster(const struct co_kube_place *place, struct co_kube_access *access, struct co_err *err)
{
	const int v6 = strchr(place->host, ':') != NULL;
	char *namespace;
	int rc;

	access->context = co_xstrdup(CO_KUBE_IN_CLUSTER);
	access->server = co_xasprintf("https://%s%s%s:%s", v6 ? "[" : "", place->host, v6 ? "]" : "", place->port);
	access->ca_file = co_xasprintf("%s/ca.crt", place->account);
	access->token_file = co_xasprintf("%s/token", place->account);
	namespace = co_xasprintf("%s/namespace", place->account);
	rc = read_text(namespace, 256, "namespace", &access->namespace, err);
	free(namespace);
	return rc;
}

static int load(struct co_kube_keeper *keeper, struct co_err *err)
{
	struct co_kubeconfig *config;
	int rc;

	if (keeper->config)
		return CO_OK;
	config = co_kubeconfig_new();
	rc = co_kubeconfig_load(config, keeper->place->paths ? keeper->place->paths : "", err);
	if (rc < 0)
		co_kubeconfig_free(config);
	else
		keeper->config = config;
	return rc;
}

static int find(struct co_kube_keeper *keeper, const char *context, struct co_kube_access *access, struct co_err *err)
{
	const struct co_kube_place *place = keeper->place;
	struct co_err why = CO_ERR_INIT;
	const int here = place->account && place->host && place->port;
	int rc;

	if (here && context && strcmp(context, CO_KUBE_IN_CLUSTER) == 0)
		return in_cluster(place, access, err);
	rc = load(keeper, &why);
	if (rc < 0 && here && !context && strcmp(why.id, "no-kubeconfig") == 0)
		return in_cluster(place, access, err);
	if (rc == CO_OK)
		return co_kubeconfig_access(keeper->config, context, access, err);
	if (err)
		*err = why;
	return rc;
}

/* ---- answering */

static int is_good(const json_t *kept)
{
	json_int_t end = json_integer_value(json_object_get(kept, "expires"));

	return !end || end > (json_int_t)time(NULL) + EARLY_S;
}

static json_t *encode(struct co_kube_access *a)
{
	char **const files[] = { &a->ca_file, &a->certificate_file, &a->key_file, &a->token_file };
	json_t *plugin, *value;
	size_t i;

	for (i = 0; i < CO_COUNT(files); i++) {
		free(*files[i]);
		*files[i] = NULL;
	}
	value = co_shape_encode(&co_kube_access_shape, a);
	plugin = json_object_get(value, "plugin");
	if (plugin)
		json_object_del(value, "plugin");
	return value;
}

/* A client certificate ends by itself. */
static void note_end(struct co_kube_access *a)
{
	struct co_certificates list = { .count = 0 };

	if (!a->certificate || co_certificates_read(&list, a->certificate, strlen(a->certificate), 1) < 0)
		return;
	a->expires = list.items[0].not_after;
	co_certificates_clear(&list);
}

static int64_t time_left(int64_t deadline)
{
	int64_t left = deadline ? deadline - co_clock_ms() : PLUGIN_MS;

	return left < 1 ? 1 : left < PLUGIN_MS ? left : PLUGIN_MS;
}

static int obtain(struct co_kube_keeper *keeper, const char *context, int fresh, int64_t deadline, json_t **output,
		  struct co_err *err)
{
	struct co_kube_access access = { .context = NULL };
	json_t *kept;
	int plugin, rc = find(keeper, context, &access, err);

	kept = rc == CO_OK ? json_object_get(keeper->kept, access.context) : NULL;
	if (rc == CO_OK && kept && !fresh && is_good(kept)) {
		co_shape_clear(&co_kube_access_shape, &access);
		*output = json_incref(kept);
		return CO_OK;
	}
	plugin = access.plugin != NULL;
	if (rc == CO_OK && !access.proxy)
		access.proxy = co_kube_proxy_of(keeper->place->environment, access.server);
	if (rc == CO_OK)
		rc = read_files(&access, err);
	if (rc == CO_OK)
		note_end(&access);
	if (rc == CO_OK && plugin)
		rc = co_kube_plugin_run(&access, keeper->place->environment, time_left(deadline), err);
	if (rc == CO_OK) {
		*output = encode(&access);
		if (plugin)
			json_object_set(keeper->kept, access.context, *output);
	}
	co_shape_clear(&co_kube_access_shape, &access);
	return rc;
}

int co_kube_keeper_serve(void *context, json_t *request, int64_t deadline, const atomic_int *cancelled, json_t **output,
			 struct co_err *err)
{
	struct co_kube_keeper *keeper = context;
	int rc;

	(void)cancelled; /* a plugin has its time limit */
	pthread_mutex_lock(&keeper->lock);
	rc = obtain(keeper, co_json_str(request, "context"), json_is_true(json_object_get(request, "fresh")), deadline, output,
		    err);
	pthread_mutex_unlock(&keeper->lock);
	return rc;
}
