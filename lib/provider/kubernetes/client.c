/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/client.h"

#include "base/time.h"
#include "config/config.h"
#include "crypto/secret.h"
#include "net/retry.h"
#include "provider/kubernetes/headers.h"
#include "provider/kubernetes/kept.h"
#include "provider/kubernetes/served.h"
#include "provider/kubernetes/status.h"
#include "sys/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
	FRESH_MS = 60 * 1000, /* a token file is read again after this */
	EARLY_S = 10,	      /* before its end a credential is renewed */
	ANSWER = 64 * 1024 * 1024,
	TOKEN_MS = 9 * 60 * 1000, /* of the ten minutes that it is good */
};

/* A credential, kept until the last request that uses it is done. */
struct holder {
	struct co_kube_access access;
	unsigned users;
	unsigned generation;
	int64_t since; /* of co_clock_ms() */
};

struct co_kube_link {
	char *name; /* as it was asked for; "" for the current context */
	char *context;
	char *namespace;
	pthread_mutex_t lock;
	struct holder *holder;
	pthread_mutex_t narrowing;
	const char *account; /* "NAMESPACE/NAME" of the configuration; NULL: none */
	char *token;	     /* of that */
	int64_t token_end;   /* of co_clock_ms() */
	struct co_kube_served *served;
	char *kept; /* file of that */
};

struct co_kube {
	struct co_servant *servant;
	const struct co_map *names;
	const struct co_config *config;
	pthread_mutex_t lock;
	struct co_http *http;
	struct co_kube_link **links;
	size_t count;
	struct co_retry_bucket bucket;
};

struct co_kube *co_kube_new(struct co_servant *servant, const struct co_map *names, const struct co_config *config)
{
	struct co_kube *kube = co_xcalloc(1, sizeof(*kube));

	kube->servant = servant;
	kube->names = names;
	kube->config = config;
	kube->bucket = (struct co_retry_bucket)CO_RETRY_BUCKET_INIT;
	pthread_mutex_init(&kube->lock, NULL);
	return kube;
}

static void free_holder(struct holder *holder)
{
	char **const secrets[] = { &holder->access.token, &holder->access.key, &holder->access.password };
	size_t i;

	for (i = 0; i < CO_COUNT(secrets); i++)
		if (*secrets[i])
			co_wipe(*secrets[i], strlen(*secrets[i]));
	co_shape_clear(&co_kube_access_shape, &holder->access);
	free(holder);
}

static void free_link(struct co_kube_link *link)
{
	if (link->holder)
		free_holder(link->holder);
	co_kube_served_free(link->served);
	pthread_mutex_destroy(&link->lock);
	pthread_mutex_destroy(&link->narrowing);
	if (link->token)
		co_wipe(link->token, strlen(link->token));
	free(link->token);
	free(link->namespace);
	free(link->context);
	free(link->kept);
	free(link->name);
	free(link);
}

static void keep_served(const struct co_kube_link *link)
{
	json_t *served = link->kept ? co_kube_served_keep(link->served) : NULL;

	if (served)
		co_kube_kept_write(link->kept, served, link->served->since, (int64_t)time(NULL));
}

void co_kube_free(struct co_kube *kube)
{
	size_t i;

	if (!kube)
		return;
	for (i = 0; i < kube->count; i++) {
		keep_served(kube->links[i]);
		free_link(kube->links[i]);
	}
	free(kube->links);
	if (kube->http)
		co_http_free(kube->http);
	co_servant_stop(kube->servant);
	pthread_mutex_destroy(&kube->lock);
	free(kube);
}

/* ---- links */

static const char *account_of(const struct co_config *config, const char *context)
{
	size_t i, j;

	for (i = 0; i < config->environments.count; i++)
		for (j = 0; j < config->environments.items[i].kubernetes.count; j++) {
			const struct co_context *k = &config->environments.items[i].kubernetes.items[j];

			if (strcmp(k->context, context) == 0 && k->service_account)
				return k->service_account;
		}
	return NULL;
}

static struct co_kube_link *link_of(struct co_kube *kube, const char *name)
{
	struct co_kube_link *link;
	size_t i;

	for (i = 0; i < kube->count; i++)
		if (strcmp(kube->links[i]->name, name) == 0)
			return kube->links[i];
	link = co_xcalloc(1, sizeof(*link));
	link->name = co_xstrdup(name);
	link->account = account_of(kube->config, name);
	pthread_mutex_init(&link->lock, NULL);
	pthread_mutex_init(&link->narrowing, NULL);
	link->served = co_kube_served_new();
	*(struct co_kube_link **)co_grow(&kube->links, &kube->count, sizeof(*kube->links)) = link;
	return link;
}

static int open_client(struct co_kube *kube, struct co_err *err)
{
	return kube->http ? CO_OK : co_http_new(&kube->http, "cloudops/" CO_VERSION, err);
}

static int obtain(const struct co_kube_call *c, int fresh, struct co_kube_access *access, struct co_err *err)
{
	const char *name = c->link->name;
	json_t *request = json_pack("{s:o, s:b}", "context", *name ? json_string(name) : json_null(), "fresh", fresh);
	json_t *answer = NULL;
	int rc = co_servant_ask(c->kube->servant, request, c->call->deadline, c->call->cancelled, &answer, err);

	json_decref(request);
	if (rc == CO_OK)
		rc = co_shape_decode(&co_kube_access_shape, answer, access, err);
	json_decref(answer);
	return rc;
}

static void drop(struct co_kube_link *link, struct holder *holder)
{
	int last;

	pthread_mutex_lock(&link->lock);
	last = --holder->users == 0 && link->holder != holder;
	pthread_mutex_unlock(&link->lock);
	if (last)
		free_holder(holder);
}

static void replace(struct co_kube_link *link, struct co_kube_access *access, const char *state)
{
	struct holder *old = link->holder, *made = co_xcalloc(1, sizeof(*made));

	made->access = *access;
	made->generation = old ? old->generation + 1 : 1;
	made->since = co_clock_ms();
	link->holder = made;
	if (old && !old->users)
		free_holder(old);
	if (!link->context) {
		link->context = co_xstrdup(access->context);
		link->namespace = co_xstrdup(access->namespace ? access->namespace : "default");
		link->kept = state ? co_kube_kept_path(state, access) : NULL;
	}
}

static int is_stale(const struct holder *holder, int64_t now)
{
	const int64_t end = holder->access.expires;

	return co_clock_ms() - holder->since > FRESH_MS || (end && end - EARLY_S <= now);
}

/* The credential in use, or a new one when it is old, or is the one of the refused generation. */
static int hold(const struct co_kube_call *c, unsigned refused, struct holder **out, struct co_err *err)
{
	struct co_kube_link *link = c->link;
	struct co_kube_access access = { .context = NULL };
	const int64_t now = (int64_t)time(NULL);
	int rc = CO_OK, bad;

	pthread_mutex_lock(&link->lock);
	bad = refused && link->holder && link->holder->generation == refused;
	if (!link->holder || bad || is_stale(link->holder, now)) {
		rc = obtain(c, bad, &access, err);
		if (rc == CO_OK)
			replace(link, &access, c->kube->config->state_dir);
	}
	if (rc == CO_OK) {
		*out = link->holder;
		link->holder->users++;
	}
	pthread_mutex_unlock(&link->lock);
	return rc;
}

static void use_token(struct co_kube_link *link, const char *token)
{
	pthread_mutex_lock(&link->lock);
	if (link->token)
		co_wipe(link->token, strlen(link->token));
	free(link->token);
	link->token = co_xstrdup(token);
	link->token_end = co_clock_ms() + TOKEN_MS;
	pthread_mutex_unlock(&link->lock);
}

static int request_token(struct co_kube_call *c, struct co_err *err)
{
	static const char body[] = "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\","
				   "\"spec\":{\"expirationSeconds\":600}}";
	const char *slash = strchr(c->link->account, '/'), *token;
	json_t *answer = NULL;
	char *path;
	int rc;

	if (!slash || strpbrk(c->link->account, "?#% ") || strchr(slash + 1, '/'))
		return co_err_set(err, CO_ERR_INPUT, "bad-name", "service_account \"%s\" of context \"%s\" is not NAMESPACE/NAME",
				  c->link->account, c->link->name);
	path = co_xasprintf("/api/v1/namespaces/%.*s/serviceaccounts/%s/token", (int)(slash - c->link->account),
			    c->link->account, slash + 1);
	rc = co_kube_ask(c, &(struct co_kube_request){ .method = "POST", .path = path, .body = body, .body_len = sizeof(body) - 1,
							 .as_user = 1 }, &answer, err);
	free(path);
	token = co_json_str(json_object_get(answer, "status"), "token");
	if (rc == CO_OK && (!token || strpbrk(token, "\r\n")))
		rc = co_err_set(err, CO_ERR_REMOTE, "bad-answer", "\"%s\" gives no token", co_kube_context(c));
	if (rc == CO_OK)
		use_token(c->link, token);
	else
		co_err_wrap(err, "acting as service account \"%s\"", c->link->account);
	json_decref(answer);
	return rc;
}

/* Before a call: a token of the service account, where the configuration names one. */
static int narrow(struct co_kube_call *c, struct co_err *err)
{
	int rc = CO_OK;

	if (!c->link->account)
		return CO_OK;
	pthread_mutex_lock(&c->link->narrowing);
	if (!c->link->token || co_clock_ms() > c->link->token_end)
		rc = request_token(c, err);
	pthread_mutex_unlock(&c->link->narrowing);
	return rc;
}

int co_kube_begin(struct co_kube *kube, const struct co_call *call, struct co_kube_call *c, struct co_err *err)
{
	const char *name = co_json_str(call->target, "context");
	struct holder *holder;
	size_t i;
	int rc;

	pthread_mutex_lock(&kube->lock);
	rc = open_client(kube, err);
	*c = (struct co_kube_call){ .kube = kube, .link = link_of(kube, name ? name : ""), .call = call };
	pthread_mutex_unlock(&kube->lock);
	if (rc == CO_OK)
		rc = hold(c, 0, &holder, err);
	if (rc < 0)
		return rc;
	c->warnings = json_array();
	for (i = 0; i < holder->access.warnings.count; i++)
		co_kube_warn(c, holder->access.warnings.items[i]);
	drop(c->link, holder);
	return narrow(c, err);
}

void co_kube_end(struct co_kube_call *c)
{
	json_decref(c->warnings);
	c->warnings = NULL;
}

const char *co_kube_context(const struct co_kube_call *c)
{
	return c->link->context ? c->link->context : c->link->name;
}

const char *co_kube_namespace(const struct co_kube_call *c)
{
	return c->link->namespace;
}

const struct co_map *co_kube_name_map(const struct co_kube *kube)
{
	return kube->names;
}

struct co_kube_served *co_kube_served_of(struct co_kube_call *c)
{
	return c->link->served;
}

const char *co_kube_kept_of(const struct co_kube_call *c)
{
	return c->link->kept;
}

void co_kube_warn(struct co_kube_call *c, const char *text)
{
	json_t *have;
	size_t i;

	json_array_foreach(c->warnings, i, have)
		if (strcmp(json_string_value(have), text) == 0)
			return;
	if (json_array_size(c->warnings) < 50)
		json_array_append_new(c->warnings, co_json_string(text, strlen(text)));
}

/* Warning: 299 - "text" (RFC 7234 section 5.5). */
static void take_warnings(struct co_kube_call *c, const struct co_http_response *response)
{
	const char *at = NULL, *name, *value;

	while (co_http_header_next(response, &at, &name, &value)) {
		struct co_buf text = CO_BUF_INIT;
		const char *p = strcmp(name, "warning") == 0 ? strchr(value, '"') : NULL;

		for (p = p ? p + 1 : ""; *p && *p != '"'; p++)
			co_buf_addc(&text, *p == '\\' && p[1] ? *++p : *p);
		if (text.len)
			co_kube_warn(c, text.data);
		co_buf_clear(&text);
	}
}

/* ---- one attempt */

static int attempt(struct co_kube_call *c, const struct co_kube_request *r, const struct co_kube_access *a,
		   struct co_http_response *response, struct co_err *err)
{
	struct co_kube_headers h = { .count = 0 };
	char *url = co_xasprintf("%s%s", a->server, r->path), *token;
	struct co_http_tls tls = { .ca_pem = a->ca, .server_name = a->server_name, .insecure = a->insecure };
	struct co_http_request request = {
		.method = r->method, .url = url, .body = r->body, .body_len = r->body_len, .tls = &tls, .proxy = a->proxy,
		.flags = CO_HTTP_2 | CO_HTTP_COMPRESSED | (r->changes ? (unsigned)CO_HTTP_ONCE : 0),
		.limit = r->limit ? r->limit : ANSWER, .deadline = r->deadline ? r->deadline : c->call->deadline,
		.cancelled = c->call->cancelled, .idle_ms = r->idle_ms, .sink = r->sink, .context = r->context,
	};
	int rc;

	pthread_mutex_lock(&c->link->lock);
	token = co_xstrdup(r->as_user ? NULL : c->link->token);
	pthread_mutex_unlock(&c->link->lock);
	if (!token) {
		tls.certificate = a->certificate;
		tls.key = a->key;
	}
	co_kube_headers_add(&h, "Accept", r->accept ? r->accept : CO_KUBE_JSON);
	if (r->body)
		co_kube_headers_add(&h, "Content-Type", r->type ? r->type : CO_KUBE_JSON);
	co_kube_headers_identity(&h, a, token);
	request.headers = h.items;
	request.header_count = h.count;
	rc = co_http_send(c->kube->http, &request, response, err);
	co_kube_headers_clear(&h);
	free(token);
	free(url);
	return rc;
}

/* ---- again, or not */

static int is_passing(const struct co_err *err)
{
	static const char *const ids[] = { "unreachable", "timeout", "truncated" };
	size_t i;

	for (i = 0; i < CO_COUNT(ids); i++)
		if (strcmp(err->id, ids[i]) == 0)
			return 1;
	return 0;
}

/* What the server asks to wait, in ms; -1: it does not say. */
static int64_t asked_to_wait(const struct co_http_response *response)
{
	const char *value = co_http_header_of(response, "retry-after");

	return value ? co_retry_after(value, response->received_at / 1000) : -1;
}

/* How long to wait before another attempt; -1: there is none. */
static int64_t pause_before(const struct co_kube_request *r, const struct co_http_response *response, int rc,
			    const struct co_err *err, int retries)
{
	const int status = response->status;
	int64_t asked = rc == CO_OK ? asked_to_wait(response) : -1;
	uint32_t random = 0;

	if (rc < 0 && (!is_passing(err) || (r->changes && response->reached)))
		return -1;
	if (rc == CO_OK && status != 429 && status < 500)
		return -1;
	/* As kubectl: a refusal without Retry-After is a refusal. What stands between may lose one. */
	if (rc == CO_OK && asked < 0 && status != 502 && status != 503)
		return -1;
	if (rc == CO_OK && r->changes && status != 429)
		return -1;
	if (asked >= 0)
		return asked;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = UINT32_MAX / 2;
	return co_retry_delay(retries, random);
}

static int unknown(const char *who, const char *why, struct co_err *err)
{
	return co_err_set(err, CO_ERR_UNKNOWN, "outcome-unknown", "whether \"%s\" made the change is not known: %s", who, why);
}

/* What we know ourselves of a credential that is refused. */
static void add_reason(const struct co_kube_access *a, struct co_err *err)
{
	const struct co_err said = *err;
	char end[CO_TIME_LEN + 1];

	if (strcmp(said.id, "unauthorized") == 0 && a->expires && a->expires <= (int64_t)time(NULL)) {
		co_time_format(end, a->expires);
		co_err_set(err, said.code, said.id, "%s: the %s ended at %s", said.message,
			   a->certificate ? "client certificate" : "credential", end);
	} else if (a->username && (strcmp(said.id, "unauthorized") == 0 || strstr(said.message, "system:anonymous"))) {
		co_err_set(err, said.code, said.id, "%s: servers since 1.19 take no user name and password", said.message);
	}
}

static int conclude(struct co_kube_call *c, const struct co_kube_request *r, const struct co_http_response *response,
		    int rc, const struct co_err *why, struct co_err *err)
{
	const char *who = co_kube_context(c), *body = co_buf_str(&response->body);
	struct co_err refused = CO_ERR_INIT;

	if (rc < 0) {
		if (r->changes && response->reached)
			return unknown(who, why->message, err);
		if (err)
			*err = *why;
		return co_err_wrap(err, "\"%s\"", who), rc;
	}
	take_warnings(c, response);
	if (response->status >= 200 && response->status < 300)
		return CO_OK;
	rc = co_kube_refused(response->status, body, response->body.len, who, &refused);
	if (r->changes && !co_kube_is_certain(response->status, body, response->body.len))
		return unknown(who, refused.message, err);
	if (err)
		*err = refused;
	return rc;
}

int co_kube_send(struct co_kube_call *c, const struct co_kube_request *r, struct co_http_response *response,
		 struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	struct holder *holder;
	unsigned refused = 0;
	int retries = 0, rc;
	int64_t pause;

	for (;;) {
		rc = hold(c, refused, &holder, err);
		if (rc < 0)
			return rc;
		rc = attempt(c, r, &holder->access, response, &why);
		if (rc == CO_OK && response->status == 401 && !refused) {
			refused = holder->generation;
			drop(c->link, holder);
			continue;
		}
		pause = ++retries < CO_RETRY_ATTEMPTS ? pause_before(r, response, rc, &why, retries) : -1;
		if (pause < 0 || !co_retry_take(&c->kube->bucket, CO_RETRY_COST) ||
		    co_retry_wait(pause, r->deadline ? r->deadline : c->call->deadline, c->call->cancelled))
			break;
		drop(c->link, holder);
		if (r->restart)
			r->restart(r->context);
	}
	if (rc == CO_OK && response->status < 300)
		co_retry_give(&c->kube->bucket, retries > 1 ? CO_RETRY_COST : 1);
	rc = conclude(c, r, response, rc, &why, err);
	if (rc < 0 && (response->status == 401 || response->status == 403) && err)
		add_reason(&holder->access, err);
	drop(c->link, holder);
	return rc;
}

int co_kube_ask(struct co_kube_call *c, const struct co_kube_request *request, json_t **answer, struct co_err *err)
{
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_err why = CO_ERR_INIT;
	json_t *value = NULL;
	int rc = co_kube_send(c, request, &response, err);

	if (rc == CO_OK) {
		value = co_json_parse(co_buf_str(&response.body), response.body.len, co_kube_context(c), &why);
		if (!value && request->changes)
			rc = unknown(co_kube_context(c), why.message, err);
		else if (!value)
			rc = co_err_set(err, CO_ERR_REMOTE, "bad-answer", "\"%s\" does not answer with JSON: %s",
					co_kube_context(c), why.message);
	}
	co_http_response_clear(&response);
	if (rc == CO_OK)
		*answer = value;
	return rc;
}
