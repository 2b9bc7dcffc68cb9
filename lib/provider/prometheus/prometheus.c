/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/prometheus/prometheus.h"

#include "codec/json.h"
#include "net/retry.h"
#include "provider/prometheus/server.h"
#include "sys/clock.h"
#include "sys/sandbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct prometheus {
	struct co_prometheus_sites sites;
	pthread_mutex_t lock;
	struct co_http *http; /* made by the first call */
	struct co_retry_bucket bucket;
	CO_LIST(struct co_sandbox_path) places;
};

static void add_place(struct prometheus *p, const char *path)
{
	struct co_sandbox_path *row = co_grow(&p->places.items, &p->places.count, sizeof(*row));

	*row = (struct co_sandbox_path){ path, CO_ALLOW_OPEN_READ };
}

static int prometheus_open(void **state, const struct co_config *config, struct co_err *err)
{
	struct prometheus *p = co_xcalloc(1, sizeof(*p));
	size_t i;

	(void)err;
	co_prometheus_sites_open(&p->sites, config);
	for (i = 0; i < p->sites.list.count; i++)
		if (p->sites.list.items[i].tls.ca_file)
			add_place(p, p->sites.list.items[i].tls.ca_file);
	add_place(p, NULL);
	pthread_mutex_init(&p->lock, NULL);
	atomic_init(&p->bucket.tokens, CO_RETRY_CAPACITY);
	*state = p;
	return CO_OK;
}

static void prometheus_close(void *state)
{
	struct prometheus *p = state;

	co_prometheus_sites_close(&p->sites);
	co_http_free(p->http);
	pthread_mutex_destroy(&p->lock);
	free(p->places.items);
	free(p);
}

/* The files that TLS reads at each new connection. */
static const struct co_sandbox_path *prometheus_places(void *state)
{
	struct prometheus *p = state;

	return p->places.items;
}

static int client(struct prometheus *p, struct co_http **http, struct co_err *err)
{
	int rc = CO_OK;

	pthread_mutex_lock(&p->lock);
	if (!p->http)
		rc = co_http_new(&p->http, "cloudops/" CO_VERSION, err);
	*http = p->http;
	pthread_mutex_unlock(&p->lock);
	return rc;
}

/* ---- one call */

struct ask {
	struct prometheus *state;
	const struct co_call *call;
	const struct co_prometheus_site *site;
	struct co_prometheus_request request;
	char *url;
	int64_t after; /* what the server asked to wait, ms; -1: nothing */
};

static char *join(const char *base, const char *path)
{
	size_t len = strlen(base);

	while (len && base[len - 1] == '/')
		len--;
	return co_xasprintf("%.*s%s", (int)len, base, path);
}

static int prepare(struct ask *a, const struct co_prometheus_sites *sites, struct co_err *err)
{
	const struct co_call *call = a->call;
	const char *base;
	int64_t left = call->deadline ? call->deadline - co_clock_ms() : 0;
	int rc = co_prometheus_encode(&a->request, call->service, call->operation, call->with, (int64_t)time(NULL),
				      left > 0 ? left : 0, err);

	if (rc == CO_OK)
		rc = co_prometheus_find(sites, call->target, a->request.server, &a->site, &base, err);
	if (rc == CO_OK)
		a->url = join(base, co_buf_str(&a->request.path));
	return rc;
}

static void done(struct ask *a)
{
	co_prometheus_request_clear(&a->request);
	free(a->url);
}

static int send_once(struct ask *a, struct co_http *http, json_t **output, struct co_err *err)
{
	struct co_http_header headers[3] = { { "Accept", "application/json" } };
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	const struct co_http_request request = {
		.method = a->request.method,
		.url = a->url,
		.headers = headers,
		.header_count = (size_t)1 + (a->site->authorization.len > 0) + (a->request.form.len > 0),
		.body = a->request.form.data,
		.body_len = a->request.form.len,
		.tls = &a->site->tls,
		.flags = CO_HTTP_COMPRESSED | CO_HTTP_2,
		.limit = CO_JSON_BYTES,
		.deadline = a->call->deadline,
		.cancelled = a->call->cancelled,
	};
	size_t n = 1;
	const char *after;
	int rc;

	if (a->request.form.len)
		headers[n++] = (struct co_http_header){ "Content-Type", "application/x-www-form-urlencoded" };
	if (a->site->authorization.len)
		headers[n] = (struct co_http_header){ "Authorization", (const char *)a->site->authorization.data };
	rc = co_http_send(http, &request, &response, err);
	if (rc == CO_OK)
		rc = co_prometheus_decode(a->call->service, a->call->operation, response.status, response.body.data,
					  response.body.len, output, err);
	after = co_http_header_of(&response, "retry-after");
	a->after = after ? co_retry_after(after, (int64_t)time(NULL)) : -1;
	co_http_response_clear(&response);
	return rc;
}

static int may_help(const struct co_err *err)
{
	static const char *const ids[] = { "unreachable", "truncated", "unavailable" };
	size_t i;

	for (i = 0; i < CO_COUNT(ids); i++)
		if (strcmp(err->id, ids[i]) == 0)
			return 1;
	return 0;
}

/* Any number will do: it only keeps callers apart. */
static uint32_t jitter(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)t.tv_nsec * 2654435761U;
}

static int send_with_retries(struct ask *a, json_t **output, struct co_err *err)
{
	struct co_retry_bucket *bucket = &a->state->bucket;
	struct co_http *http;
	int64_t wait;
	int attempt, rc = client(a->state, &http, err);

	for (attempt = 1; rc == CO_OK; attempt++) {
		struct co_err failed = CO_ERR_INIT;

		rc = send_once(a, http, output, &failed);
		if (rc == CO_OK) {
			co_retry_give(bucket, attempt > 1 ? CO_RETRY_COST : 1);
			return CO_OK;
		}
		wait = a->after >= 0 ? a->after : co_retry_delay(attempt, jitter());
		if (attempt == CO_RETRY_ATTEMPTS || !may_help(&failed) || !co_retry_take(bucket, CO_RETRY_COST) ||
		    co_retry_wait(wait, a->call->deadline, a->call->cancelled)) {
			if (err)
				*err = failed;
			return rc;
		}
		rc = CO_OK;
	}
	return rc;
}

static int prometheus_call(void *state, const struct co_call *call, json_t **output, struct co_err *err)
{
	struct ask a = { .state = state, .call = call };
	int rc = prepare(&a, &a.state->sites, err);

	if (rc == CO_OK && a.site->unready.code) {
		if (err)
			*err = a.site->unready;
		rc = a.site->unready.code;
	}
	if (rc == CO_OK)
		rc = send_with_retries(&a, output, err);
	done(&a);
	return rc;
}

/* Without a state the inventory is not known, and a server of it has only the name of its environment. */
static int prometheus_preview(void *state, const struct co_call *call, json_t **request, struct co_err *err)
{
	struct prometheus *p = state;
	struct ask a = { .state = p, .call = call };
	int rc = prepare(&a, p ? &p->sites : NULL, err);
	json_t *shown;

	if (rc < 0 && (p || strcmp(err->id, "no-server") != 0)) {
		done(&a);
		return rc;
	}
	shown = json_pack("{s:s}", "method", a.request.method);
	json_object_set_new(shown, a.url ? "url" : "path", json_string(a.url ? a.url : co_buf_str(&a.request.path)));
	if (!a.url)
		json_object_set(shown, "environment", json_object_get(call->target, "environment"));
	if (a.request.form.len)
		json_object_set_new(shown, "body", json_string(co_buf_str(&a.request.form)));
	*request = shown;
	done(&a);
	return CO_OK;
}

const struct co_provider co_provider_prometheus = {
	.name = "prometheus",
	.open = prometheus_open,
	.close = prometheus_close,
	.places = prometheus_places,
	.call = prometheus_call,
	.preview = prometheus_preview,
	.bound = 8,
};
