/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/prometheus/server.h"

#include "base/base64.h"
#include "codec/json.h"
#include "sys/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 1024 * 1024 };

/* A secret of one line, without the line's end. */
static int read_line(const char *path, struct co_secret *secret, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, FILE_LIMIT, CO_FILE_PRIVATE, &text, err);

	while (text.len && isspace((unsigned char)text.data[text.len - 1]))
		text.len--;
	if (rc == CO_OK && (!text.len || memchr(text.data, '\n', text.len) || memchr(text.data, '\0', text.len))) {
		rc = co_err_set(err, CO_ERR_INPUT, "bad-secret", "expected one line of text");
		co_err_at(err, path, 0, 0);
	}
	if (rc == CO_OK)
		co_secret_set(secret, text.data, text.len);
	if (text.data)
		co_wipe(text.data, text.cap);
	co_buf_clear(&text);
	return rc;
}

static int take_token(const struct co_monitoring *m, struct co_secret *token, struct co_err *err)
{
	const char *value;

	if (m->token_file)
		return read_line(m->token_file, token, err);
	value = getenv(m->token_env);
	if (!value || !*value || strpbrk(value, "\r\n")) {
		co_err_set(err, CO_ERR_INPUT, "no-token", "the variable \"%s\" holds no token", m->token_env);
		return co_err_hint(err, "set it, or give token_file under prometheus in the configuration"), CO_ERR_INPUT;
	}
	co_secret_set(token, value, strlen(value));
	return CO_OK;
}

static void set_header(struct co_secret *header, const char *scheme, const char *value)
{
	char *text = co_xasprintf("%s %s", scheme, value);

	co_secret_set(header, text, strlen(text));
	co_wipe(text, strlen(text));
	free(text);
}

static int set_bearer(struct co_prometheus_site *site, struct co_err *err)
{
	struct co_secret token = CO_SECRET_INIT;
	int rc = take_token(site->monitoring, &token, err);

	if (rc == CO_OK)
		set_header(&site->authorization, "Bearer", (const char *)token.data);
	co_secret_clear(&token);
	return rc;
}

/* RFC 7617. */
static int set_basic(struct co_prometheus_site *site, struct co_err *err)
{
	const struct co_monitoring *m = site->monitoring;
	struct co_secret password = CO_SECRET_INIT;
	struct co_buf encoded = CO_BUF_INIT;
	char *pair;
	int rc = m->password_file ? read_line(m->password_file, &password, err) : CO_OK;

	if (rc == CO_OK) {
		pair = co_xasprintf("%s:%s", m->username, password.data ? (const char *)password.data : "");
		co_base64_encode(&encoded, pair, strlen(pair));
		set_header(&site->authorization, "Basic", co_buf_str(&encoded));
		co_wipe(pair, strlen(pair));
		co_wipe(encoded.data, encoded.cap);
		co_buf_clear(&encoded);
		free(pair);
	}
	co_secret_clear(&password);
	return rc;
}

static int set_certificate(struct co_prometheus_site *site, struct co_err *err)
{
	const struct co_monitoring *m = site->monitoring;
	struct co_buf key = CO_BUF_INIT;
	int rc = co_file_read(m->certificate_file, FILE_LIMIT, 0, &site->certificate, err);

	if (rc == CO_OK && m->key_file)
		rc = co_file_read(m->key_file, FILE_LIMIT, CO_FILE_PRIVATE, &key, err);
	if (rc == CO_OK && key.len)
		co_secret_set(&site->key, key.data, key.len);
	if (key.data)
		co_wipe(key.data, key.cap);
	co_buf_clear(&key);
	site->tls.certificate = co_buf_str(&site->certificate);
	site->tls.key = site->key.len ? (const char *)site->key.data : co_buf_str(&site->certificate);
	return rc;
}

static void open_site(struct co_prometheus_site *site)
{
	const struct co_monitoring *m = site->monitoring;
	struct co_err *err = &site->unready;
	int rc = CO_OK;

	site->tls.ca_file = m->ca_file;
	if (m->token_file || m->token_env)
		rc = set_bearer(site, err);
	else if (m->username)
		rc = set_basic(site, err);
	if (rc == CO_OK && m->certificate_file)
		set_certificate(site, err);
}

void co_prometheus_sites_open(struct co_prometheus_sites *sites, const struct co_config *config)
{
	struct co_prometheus_site *site;
	size_t i, j;

	for (i = 0; i < config->environments.count; i++) {
		const struct co_environment *e = &config->environments.items[i];

		for (j = 0; j < e->prometheus.count; j++) {
			site = co_grow(&sites->list.items, &sites->list.count, sizeof(*site));
			site->environment = e->name;
			site->monitoring = &e->prometheus.items[j];
			open_site(site);
		}
	}
}

void co_prometheus_sites_close(struct co_prometheus_sites *sites)
{
	size_t i;

	for (i = 0; i < sites->list.count; i++) {
		co_secret_clear(&sites->list.items[i].authorization);
		co_secret_clear(&sites->list.items[i].key);
		co_buf_clear(&sites->list.items[i].certificate);
	}
	free(sites->list.items);
}

static const char *url_of(const struct co_monitoring *m, enum co_prometheus_server server)
{
	return server == CO_ALERTMANAGER ? m->alertmanager : m->url;
}

static int no_server(const json_t *target, enum co_prometheus_server server, struct co_err *err)
{
	const char *environment = co_json_str(target, "environment");

	co_err_set(err, CO_ERR_INPUT, "no-server", "the inventory has no %s for \"%s\"",
		   server == CO_ALERTMANAGER ? "Alertmanager" : "Prometheus", environment ? environment : "");
	return co_err_hint(err, "give %s under environments.%s.prometheus in the configuration",
			   server == CO_ALERTMANAGER ? "alertmanager" : "url", environment ? environment : "NAME"),
	       CO_ERR_INPUT;
}

int co_prometheus_find(const struct co_prometheus_sites *sites, const json_t *target, enum co_prometheus_server server,
		       const struct co_prometheus_site **site, const char **base, struct co_err *err)
{
	static const struct co_prometheus_site stranger = { .environment = NULL };
	const char *url = co_json_str(target, "url"), *environment = co_json_str(target, "environment");
	const struct co_prometheus_site *s;
	size_t i;

	for (i = 0; sites && i < sites->list.count; i++) {
		s = &sites->list.items[i];
		if (url ? strcmp(s->monitoring->url, url) != 0 : !environment || strcmp(s->environment, environment) != 0)
			continue;
		if (!url_of(s->monitoring, server))
			continue;
		*site = s;
		*base = url_of(s->monitoring, server);
		return CO_OK;
	}
	*base = server == CO_ALERTMANAGER ? co_json_str(target, "alertmanager") : url;
	*site = &stranger;
	return *base ? CO_OK : no_server(target, server, err);
}
