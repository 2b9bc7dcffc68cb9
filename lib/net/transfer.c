/* SPDX-License-Identifier: Apache-2.0 */
#include "net/transfer.h"

#include "net/dialer.h"
#include "net/reach.h"
#include "sys/clock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

enum { CONNECT_MS = 10000 };

int64_t co_wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- what arrives */

/* A header line, also of answers before the last: 100, or a proxy's. */
static size_t on_header(char *data, size_t size, size_t count, void *context)
{
	struct co_transfer *t = context;
	struct co_buf *headers = &t->response->headers;
	size_t len = size * count, name = 0, i;

	t->heard = co_clock_ms();
	if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
		t->response->received_at = co_wall_ms();
		co_buf_reset(headers);
		return len;
	}
	if (headers->len + len > CO_HTTP_HEADER_LIMIT) {
		t->stop = CO_HEADERS_TOO_LARGE;
		return 0;
	}
	while (name < len && data[name] != ':')
		name++;
	if (name == len)
		return len;
	for (i = 0; i < name; i++)
		co_buf_addc(headers, (char)tolower((unsigned char)data[i]));
	co_buf_addc(headers, '\0');
	for (i = name + 1; i < len && (data[i] == ' ' || data[i] == '\t'); i++)
		;
	while (len > i && (isspace((unsigned char)data[len - 1]) || !data[len - 1]))
		len--;
	for (; i < len; i++)
		co_buf_addc(headers, data[i] ? data[i] : ' ');
	co_buf_addc(headers, '\0');
	return size * count;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct co_transfer *t = context;
	const struct co_http_request *request = t->request;
	size_t len = size * count, limit = request->limit ? request->limit : CO_HTTP_BODY_LIMIT;
	long status = 0;

	t->heard = co_clock_ms();
	t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (request->sink && status / 100 == 2) {
		if (request->sink(request->context, data, len)) {
			t->stop = CO_BY_SINK;
			return 0;
		}
		return len;
	}
	if (len > limit - t->response->body.len) {
		t->stop = CO_TOO_LARGE;
		return 0;
	}
	co_buf_add(&t->response->body, data, len);
	return len;
}

/* Metadata services hand out credentials to whoever on this machine asks: they are reached on purpose or not at all. */
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct co_transfer *t = context;
	int metadata = !!(t->request->flags & CO_HTTP_METADATA);

	(void)purpose;
	if (t->request->dialer)
		return co_dialer_connect(t->request->dialer, t->request->connect_ms ? t->request->connect_ms : CONNECT_MS);
	if (co_reach_of(&address->addr) == (metadata ? CO_REACH_ANY : CO_REACH_METADATA)) {
		t->stop = CO_FORBIDDEN_ADDRESS;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype, address->protocol);
}

/* libcurl need not connect what the dialer gave. */
static int on_dialed(void *context, curl_socket_t fd, curlsocktype purpose)
{
	(void)context, (void)fd, (void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* ---- setting it up */

static int is_token(const char *s)
{
	const char *c;

	for (c = s; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("!#$%&'*+-.^_`|~", *c))
			return 0;
	return c > s;
}

static void add_header(struct co_transfer *t, const char *name, const char *value)
{
	char *line = *value ? co_xasprintf("%s: %s", name, value) : co_xasprintf("%s;", name);
	struct curl_slist *list = t->curl->slist_append(t->headers, line);

	free(line);
	if (!list)
		co_out_of_memory();
	t->headers = list;
}

/* What libcurl would add by itself is left out, unless it is given. */
static void leave_out(struct co_transfer *t, const char *name)
{
	struct curl_slist *list;
	char *line;
	size_t i;

	for (i = 0; i < t->request->header_count; i++)
		if (strcasecmp(t->request->headers[i].name, name) == 0)
			return;
	line = co_xasprintf("%s:", name);
	list = t->curl->slist_append(t->headers, line);
	free(line);
	if (!list)
		co_out_of_memory();
	t->headers = list;
}

static int set_headers(struct co_transfer *t, struct co_err *err)
{
	size_t i;

	for (i = 0; i < t->request->header_count; i++) {
		const struct co_http_header *h = &t->request->headers[i];

		if (!is_token(h->name) || strpbrk(h->value, "\r\n"))
			return co_err_set(err, CO_ERR_INPUT, "bad-header", "the header \"%s\" cannot be sent: a line ends in it",
					  h->name);
		add_header(t, h->name, h->value);
	}
	leave_out(t, "Accept");
	leave_out(t, "Expect");
	leave_out(t, "Content-Type");
	t->curl->easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	return CO_OK;
}

static void set_method(struct co_transfer *t)
{
	const struct co_http_request *r = t->request;
	int has_body = r->body || strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0 ||
		       strcmp(r->method, "PATCH") == 0;

	if (strcmp(r->method, "HEAD") == 0)
		t->curl->easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
	if (has_body) {
		t->curl->easy_setopt(t->easy, CURLOPT_POST, 1L);
		t->curl->easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
		t->curl->easy_setopt(t->easy, CURLOPT_POSTFIELDS, r->body ? r->body : "");
	}
	t->curl->easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void set_blob(struct co_transfer *t, CURLoption option, const char *text)
{
	struct curl_blob blob = { (void *)(uintptr_t)text, strlen(text), CURL_BLOB_COPY };

	t->curl->easy_setopt(t->easy, option, &blob);
}

/*
 * Another name for TLS than for the network: the URL gets that name, the connection goes to
 * where it went, and Host says what it said.
 */
static void set_server_name(struct co_transfer *t, const char *name)
{
	const struct co_url *u = &t->url;
	const char *open = strchr(u->host, ':') ? "[" : "", *close = *open ? "]" : "";
	char *to = co_xasprintf("::%s%s%s:%d", open, u->host, close, u->port);
	char *host = co_xasprintf("%s%s%s:%d", open, u->host, close, u->port);

	t->substitute = co_xasprintf("%s://%s:%d%s%s%s", u->scheme, name, u->port, u->path, u->query ? "?" : "",
				     u->query ? u->query : "");
	t->connect_to = t->curl->slist_append(NULL, to);
	t->curl->easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->connect_to);
	t->curl->easy_setopt(t->easy, CURLOPT_URL, t->substitute);
	add_header(t, "Host", host);
	free(to);
	free(host);
}

static void set_tls(struct co_transfer *t)
{
	const struct co_http_tls *tls = t->request->tls;

	t->curl->easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (!tls)
		return;
	if (tls->ca_file)
		t->curl->easy_setopt(t->easy, CURLOPT_CAINFO, tls->ca_file);
	if (tls->ca_pem) {
		t->curl->easy_setopt(t->easy, CURLOPT_CAINFO, NULL);
		set_blob(t, CURLOPT_CAINFO_BLOB, tls->ca_pem);
	}
	if (tls->ca_file || tls->ca_pem)
		t->curl->easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
	if (tls->certificate)
		set_blob(t, CURLOPT_SSLCERT_BLOB, tls->certificate);
	if (tls->key)
		set_blob(t, CURLOPT_SSLKEY_BLOB, tls->key);
	t->curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, tls->insecure ? 0L : 1L);
	t->curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, tls->insecure ? 0L : 2L);
	if (tls->server_name)
		set_server_name(t, tls->server_name);
}

/* The name of whom it connects to, the server or its proxy, gets an address that is never used. */
static int set_dialer(struct co_transfer *t, struct co_err *err)
{
	struct co_url proxy = { NULL, NULL, 0, NULL, NULL };
	const struct co_url *to = &t->url;
	char *entry;

	if (!t->request->dialer)
		return CO_OK;
	if (t->request->proxy && co_url_parse(&proxy, t->request->proxy, err) < 0)
		return CO_ERR_INPUT;
	if (t->request->proxy)
		to = &proxy;
	entry = co_xasprintf("%s:%d:127.0.0.1", to->host, to->port);
	t->resolve = t->curl->slist_append(NULL, entry);
	t->curl->easy_setopt(t->easy, CURLOPT_RESOLVE, t->resolve);
	t->curl->easy_setopt(t->easy, CURLOPT_SOCKOPTFUNCTION, on_dialed);
	free(entry);
	co_url_clear(&proxy);
	return CO_OK;
}

/* libcurl looks at none of the user's files or variables. */
static void set_closed(struct co_transfer *t)
{
	const struct co_curl *curl = t->curl;
	const char *proxy = t->request->proxy;

	curl->easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl->easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl->easy_setopt(t->easy, CURLOPT_PROXY, proxy ? proxy : "");
	curl->easy_setopt(t->easy, CURLOPT_NOPROXY, "");
	curl->easy_setopt(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl->easy_setopt(t->easy, CURLOPT_PATH_AS_IS, 1L);
}

static void set_bounds(struct co_transfer *t, int64_t left)
{
	const struct co_http_request *r = t->request;
	const struct co_curl *curl = t->curl;

	curl->easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(r->connect_ms ? r->connect_ms : CONNECT_MS));
	if (left)
		curl->easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
	if (r->flags & CO_HTTP_ONCE) {
		curl->easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
		curl->easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
	}
	if (r->flags & CO_HTTP_COMPRESSED)
		curl->easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
	curl->easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
			  (long)(r->flags & CO_HTTP_2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
}

int co_transfer_set_up(struct co_transfer *t, int64_t left, struct co_err *err)
{
	const struct co_curl *curl = t->curl;

	curl->easy_setopt(t->easy, CURLOPT_URL, t->request->url);
	curl->easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->why);
	curl->easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl->easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl->easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl->easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	curl->easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl->easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
	set_closed(t);
	set_method(t);
	set_bounds(t, left);
	set_tls(t);
	if (set_dialer(t, err) < 0)
		return CO_ERR_INPUT;
	return set_headers(t, err);
}

void co_transfer_clear(struct co_transfer *t)
{
	t->curl->slist_free_all(t->headers);
	t->curl->slist_free_all(t->connect_to);
	t->curl->slist_free_all(t->resolve);
	free(t->substitute);
	co_url_clear(&t->url);
}
