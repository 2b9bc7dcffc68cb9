/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include "net/transfer.h"
#include "sys/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	LOCKS = CURL_LOCK_DATA_LAST,
	IDLE_LINES = 64,
	SLICE_MS = 100, /* how soon a cancel is seen */
};

/* A transfer at a time, with the connections it has kept. */
struct line {
	CURL *easy;
	CURLM *multi;
	char *origin; /* whom it talked to last */
	struct line *next;
};

struct co_http {
	struct co_curl curl;
	char *user_agent;
	CURLSH *share; /* names and TLS sessions */
	pthread_mutex_t locks[LOCKS];
	pthread_mutex_t lock; /* of idle */
	struct line *idle;
	size_t idle_count;
};

/* ---- the client */

static void lock_shared(CURL *easy, curl_lock_data data, curl_lock_access access, void *context)
{
	struct co_http *http = context;

	(void)easy, (void)access;
	pthread_mutex_lock(&http->locks[data]);
}

static void unlock_shared(CURL *easy, curl_lock_data data, void *context)
{
	struct co_http *http = context;

	(void)easy;
	pthread_mutex_unlock(&http->locks[data]);
}

int co_http_new(struct co_http **out, const char *user_agent, struct co_err *err)
{
	struct co_http *http = co_xcalloc(1, sizeof(*http));
	int rc = co_curl_load(&http->curl, err), i;

	if (rc < 0) {
		free(http);
		return rc;
	}
	http->user_agent = co_xstrdup(user_agent);
	for (i = 0; i < LOCKS; i++)
		pthread_mutex_init(&http->locks[i], NULL);
	pthread_mutex_init(&http->lock, NULL);
	http->share = http->curl.share_init();
	if (!http->share)
		co_out_of_memory();
	http->curl.share_setopt(http->share, CURLSHOPT_LOCKFUNC, lock_shared);
	http->curl.share_setopt(http->share, CURLSHOPT_UNLOCKFUNC, unlock_shared);
	http->curl.share_setopt(http->share, CURLSHOPT_USERDATA, http);
	http->curl.share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	http->curl.share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	*out = http;
	return CO_OK;
}

static void line_free(const struct co_curl *curl, struct line *line)
{
	curl->easy_cleanup(line->easy);
	curl->multi_cleanup(line->multi);
	free(line->origin);
	free(line);
}

void co_http_free(struct co_http *http)
{
	int i;

	if (!http)
		return;
	while (http->idle) {
		struct line *line = http->idle;

		http->idle = line->next;
		line_free(&http->curl, line);
	}
	http->curl.share_cleanup(http->share);
	for (i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&http->locks[i]);
	pthread_mutex_destroy(&http->lock);
	free(http->user_agent);
	free(http);
}

/* An idle line, best one that talked to the same origin; else a new one. */
static struct line *take_line(struct co_http *http, const char *origin)
{
	struct line *line, **at, **found;

	pthread_mutex_lock(&http->lock);
	found = &http->idle;
	for (at = &http->idle; *at; at = &(*at)->next) {
		if (strcmp((*at)->origin, origin) == 0) {
			found = at;
			break;
		}
	}
	line = *found;
	if (line) {
		*found = line->next;
		http->idle_count--;
	}
	pthread_mutex_unlock(&http->lock);
	if (!line) {
		line = co_xcalloc(1, sizeof(*line));
		line->easy = http->curl.easy_init();
		line->multi = http->curl.multi_init();
		if (!line->easy || !line->multi)
			co_out_of_memory();
	}
	free(line->origin);
	line->origin = co_xstrdup(origin);
	return line;
}

static void give_line(struct co_http *http, struct line *line)
{
	http->curl.easy_reset(line->easy);
	pthread_mutex_lock(&http->lock);
	if (http->idle_count < IDLE_LINES) {
		line->next = http->idle;
		http->idle = line;
		http->idle_count++;
		line = NULL;
	}
	pthread_mutex_unlock(&http->lock);
	if (line)
		line_free(&http->curl, line);
}

/* ---- doing it */

static int should_stop(struct co_transfer *t)
{
	const struct co_http_request *r = t->request;

	if (r->cancelled && atomic_load(r->cancelled))
		t->stop = CO_CANCELLED;
	else if (co_clock_ms() - t->heard > (r->idle_ms ? r->idle_ms : CO_HTTP_IDLE_MS))
		t->stop = CO_IDLE;
	return t->stop != CO_NOT_STOPPED;
}

static CURLcode carry_out(struct co_transfer *t, CURLM *multi)
{
	const struct co_curl *curl = t->curl;
	CURLcode code = CURLE_ABORTED_BY_CALLBACK;
	int running = 1, left;
	CURLMsg *message;

	if (curl->multi_add_handle(multi, t->easy) != CURLM_OK)
		co_out_of_memory();
	while (curl->multi_perform(multi, &running) == CURLM_OK && running && !should_stop(t))
		curl->multi_poll(multi, NULL, 0, SLICE_MS, NULL);
	while ((message = curl->multi_info_read(multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			code = message->data.result;
	curl->multi_remove_handle(multi, t->easy);
	return code;
}

static void take_facts(struct co_transfer *t)
{
	long status = 0, version = 0, sent = 0;

	t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->curl->easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
	t->curl->easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &sent);
	t->response->status = (int)status;
	t->response->version = version == CURL_HTTP_VERSION_2_0 ? 20 : version == CURL_HTTP_VERSION_1_0 ? 10 : 11;
	t->response->reached = sent > 0;
}

static const struct {
	CURLcode code;
	const char *id;
	const char *what;
} failures[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, "unreachable", "cannot be reached" },
	{ CURLE_COULDNT_RESOLVE_PROXY, "unreachable", "cannot be reached" },
	{ CURLE_COULDNT_CONNECT, "unreachable", "cannot be reached" },
	{ CURLE_PEER_FAILED_VERIFICATION, "tls", "is not who it should be" },
	{ CURLE_SSL_CONNECT_ERROR, "tls", "and we found no way to speak TLS" },
	{ CURLE_SSL_CERTPROBLEM, "tls", "cannot be shown our certificate" },
	{ CURLE_SSL_CACERT_BADFILE, "tls", "cannot be verified" },
	{ CURLE_SSL_CIPHER, "tls", "and we found no way to speak TLS" },
	{ CURLE_OPERATION_TIMEDOUT, "timeout", "did not answer in time" },
	{ CURLE_PARTIAL_FILE, "truncated", "ended its answer early" },
	{ CURLE_RECV_ERROR, "truncated", "ended the connection early" },
	{ CURLE_SEND_ERROR, "truncated", "ended the connection early" },
	{ CURLE_GOT_NOTHING, "truncated", "ended the connection without an answer" },
	{ CURLE_HTTP2, "truncated", "ended the stream early" },
	{ CURLE_HTTP2_STREAM, "truncated", "ended the stream early" },
};

static int fail_by_code(const struct co_transfer *t, CURLcode code, struct co_err *err)
{
	const char *why = *t->why ? t->why : t->curl->easy_strerror(code);
	long proxy = 0;
	size_t i;

	t->curl->easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
	if (proxy >= 300)
		return co_err_set(err, CO_ERR_REMOTE, "unreachable", "\"%s:%d\" cannot be reached: the proxy answers %ld",
				  t->url.host, t->url.port, proxy);
	if (code == CURLE_URL_MALFORMAT)
		return co_err_set(err, CO_ERR_INPUT, "bad-url", "\"%s\" has no URL that can be sent: %s", t->url.host, why);
	for (i = 0; i < CO_COUNT(failures); i++)
		if (failures[i].code == code)
			return co_err_set(err, CO_ERR_REMOTE, failures[i].id, "\"%s:%d\" %s: %s", t->url.host, t->url.port,
					  failures[i].what, why);
	return co_err_set(err, CO_ERR_REMOTE, "bad-answer", "\"%s:%d\" did not answer as HTTP does: %s", t->url.host,
			  t->url.port, why);
}

static int judge(const struct co_transfer *t, CURLcode code, struct co_err *err)
{
	const char *host = t->url.host;

	switch (t->stop) {
	case CO_NOT_STOPPED:
		return code == CURLE_OK ? CO_OK : fail_by_code(t, code, err);
	case CO_BY_SINK:
		return CO_OK;
	case CO_TOO_LARGE:
		return co_err_set(err, CO_ERR_REMOTE, "too-large", "the answer of \"%s\" is over %zu bytes", host,
				  t->request->limit ? t->request->limit : (size_t)CO_HTTP_BODY_LIMIT);
	case CO_HEADERS_TOO_LARGE:
		return co_err_set(err, CO_ERR_REMOTE, "too-large", "the headers of \"%s\" are over %d bytes", host,
				  CO_HTTP_HEADER_LIMIT);
	case CO_CANCELLED:
		return co_err_set(err, CO_ERR_SYSTEM, "interrupted", "the request to \"%s\" was interrupted", host);
	case CO_IDLE:
		return co_err_set(err, CO_ERR_REMOTE, "timeout", "\"%s:%d\" did not answer in time: no byte for %d ms", host,
				  t->url.port, t->request->idle_ms ? t->request->idle_ms : CO_HTTP_IDLE_MS);
	case CO_FORBIDDEN_ADDRESS:
		co_err_set(err, CO_ERR_REMOTE, "unreachable", "\"%s\" has an address that may not be reached", host);
		return co_err_hint(err, t->request->flags & CO_HTTP_METADATA
						? "a metadata service has a link-local or loopback address"
						: "link-local addresses are for metadata services alone");
	}
	return CO_ERR_SYSTEM;
}

static int send_on(struct co_http *http, struct co_transfer *t, int64_t left, struct co_err *err)
{
	char *origin = co_xasprintf("%s://%s:%d", t->url.scheme, t->url.host, t->url.port);
	struct line *line = take_line(http, origin);
	CURLcode code;
	int rc;

	t->easy = line->easy;
	http->curl.easy_setopt(t->easy, CURLOPT_SHARE, http->share);
	http->curl.easy_setopt(t->easy, CURLOPT_USERAGENT, http->user_agent);
	rc = co_transfer_set_up(t, left, err);
	if (rc == CO_OK) {
		t->heard = co_clock_ms();
		t->response->sent_at = co_wall_ms();
		code = carry_out(t, line->multi);
		take_facts(t);
		rc = judge(t, code, err);
	}
	give_line(http, line);
	free(origin);
	return rc;
}

int co_http_send(struct co_http *http, const struct co_http_request *request, struct co_http_response *response,
		 struct co_err *err)
{
	struct co_transfer t = { .curl = &http->curl, .request = request, .response = response };
	int64_t left = request->deadline ? request->deadline - co_clock_ms() : 0;
	int rc;

	co_http_response_clear(response);
	rc = co_url_parse(&t.url, request->url, err);
	if (rc < 0)
		return rc;
	if (request->deadline && left <= 0)
		rc = co_err_set(err, CO_ERR_REMOTE, "timeout", "there was no time left to ask \"%s\"", t.url.host);
	else
		rc = send_on(http, &t, left, err);
	co_transfer_clear(&t);
	return rc;
}

void co_http_response_clear(struct co_http_response *response)
{
	co_buf_clear(&response->headers);
	co_buf_clear(&response->body);
	memset(response, 0, sizeof(*response));
}

int co_http_header_next(const struct co_http_response *response, const char **at, const char **name,
			const char **value)
{
	const char *end = response->headers.data + response->headers.len;

	if (!*at)
		*at = response->headers.data;
	if (!*at || *at >= end)
		return 0;
	*name = *at;
	*value = *name + strlen(*name) + 1;
	*at = *value + strlen(*value) + 1;
	return 1;
}

const char *co_http_header_of(const struct co_http_response *response, const char *name)
{
	const char *at = NULL, *key, *value;

	while (co_http_header_next(response, &at, &key, &value))
		if (strcasecmp(key, name) == 0)
			return value;
	return NULL;
}
