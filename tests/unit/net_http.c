/* SPDX-License-Identifier: Apache-2.0 */
/* net/http against a server that says, byte for byte, what a test wants; TLS is tests/peers/http.sh's. */
#define _DEFAULT_SOURCE
#include "net/http.h"

#include "sys/clock.h"
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

/* How the answer to every request of a connection goes. */
struct script {
	const char *answer;  /* sent as it stands; NULL: none */
	size_t repeat;	     /* of "filler", sent after it: a body without an end in sight */
	const char *filler;
	int drip;	     /* one byte of the answer every 20 ms */
	int hold;	     /* then the connection stays open */
};

struct server {
	int fd, port;
	const struct script *script;
	pthread_t thread;
	atomic_int connections, requests;
	struct co_buf seen; /* all that was received; read after the server ended */
};

static void send_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

static void answer(const struct script *script, int fd)
{
	size_t i, len = strlen(script->answer);

	if (!script->drip)
		send_all(fd, script->answer, len);
	for (i = 0; script->drip && i < len; i++) {
		send_all(fd, script->answer + i, 1);
		poll(NULL, 0, 20);
	}
	for (i = 0; i < script->repeat; i++) {
		ssize_t n = send(fd, script->filler, strlen(script->filler), MSG_NOSIGNAL);

		if (n <= 0)
			return;
	}
}

/* Reads whole requests: a head, and the body that its Content-Length says. 0 at the end. */
static int take_request(struct server *s, int fd)
{
	size_t start = s->seen.len, want = 0;
	char bytes[4096];
	const char *head, *length;
	ssize_t n;

	for (;;) {
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n <= 0)
			return 0;
		co_buf_add(&s->seen, bytes, (size_t)n);
		head = strstr(co_buf_str(&s->seen) + start, "\r\n\r\n");
		if (!head)
			continue;
		length = strstr(co_buf_str(&s->seen) + start, "Content-Length: ");
		want = length && length < head ? (size_t)atoi(length + 16) : 0;
		if (s->seen.len >= (size_t)(head + 4 - s->seen.data) + want)
			return 1;
	}
}

static void *run(void *context)
{
	struct server *s = context;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		atomic_fetch_add(&s->connections, 1);
		while (take_request(s, fd)) {
			atomic_fetch_add(&s->requests, 1);
			if (!s->script->answer)
				break;
			answer(s->script, fd);
			if (!s->script->hold)
				break;
		}
		close(fd);
	}
	return NULL;
}

static void start(struct server *s, const struct script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);

	memset(s, 0, sizeof(*s));
	s->script = script;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(s->fd, 64), 0);
	getsockname(s->fd, (struct sockaddr *)&address, &len);
	s->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

static void stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

/* One request to it, with a client of its own. */
struct talk {
	struct server server;
	struct co_http *http;
	struct co_http_request request;
	struct co_http_response response;
	struct co_err err;
	char url[128];
};

static void begin(struct talk *t, const struct script *script)
{
	memset(t, 0, sizeof(*t));
	start(&t->server, script);
	assert_int_equal(co_http_new(&t->http, "cloudops-test/1", &t->err), CO_OK);
	snprintf(t->url, sizeof(t->url), "http://127.0.0.1:%d/path?a=1", t->server.port);
	t->request.method = "GET";
	t->request.url = t->url;
	t->request.deadline = co_clock_ms() + 20000;
}

static int ask(struct talk *t)
{
	return co_http_send(t->http, &t->request, &t->response, &t->err);
}

static void end(struct talk *t)
{
	co_http_free(t->http);
	stop(&t->server);
	co_http_response_clear(&t->response);
	co_buf_clear(&t->server.seen);
}

static void fails(const struct script *script, const char *id, void (*change)(struct talk *t))
{
	struct talk t;

	begin(&t, script);
	if (change)
		change(&t);
	assert_int_equal(ask(&t), CO_ERR_REMOTE);
	if (strcmp(t.err.id, id) != 0)
		fail_msg("\"%s\": %s, wanted \"%s\"", t.err.id, t.err.message, id);
	unit_assert_contains(t.err.message, "127.0.0.1");
	assert_null(strstr(t.err.message, "a=1"));
	end(&t);
}

static void gives_the_whole_answer(void **state)
{
	static const struct script script = {
		.answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Twice: one\r\nx-twice: two\r\nEMPTY:\r\n"
			  "Padded: \t v \t\r\n\r\nhello"
	};
	const char *at = NULL, *name, *value;
	struct talk t;
	int n = 0;

	(void)state;
	begin(&t, &script);
	assert_int_equal(ask(&t), CO_OK);
	assert_int_equal(t.response.status, 200);
	assert_int_equal(t.response.version, 11);
	assert_true(t.response.reached);
	assert_string_equal(co_buf_str(&t.response.body), "hello");
	assert_string_equal(co_http_header_of(&t.response, "X-TWICE"), "one");
	assert_string_equal(co_http_header_of(&t.response, "empty"), "");
	assert_string_equal(co_http_header_of(&t.response, "padded"), "v");
	assert_null(co_http_header_of(&t.response, "absent"));
	while (co_http_header_next(&t.response, &at, &name, &value))
		n++;
	assert_int_equal(n, 5);
	assert_true(t.response.received_at >= t.response.sent_at);
	end(&t);
}

static void sends_what_it_was_given_and_no_more(void **state)
{
	static const struct script script = { .answer = "HTTP/1.1 204 No Content\r\n\r\n" };
	static const struct co_http_header headers[] = { { "X-One", "1" }, { "X-Empty", "" }, { "Host", "other.example" } };
	struct talk t;
	char *wanted;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	begin(&t, &script);
	t.request.method = "POST";
	t.request.headers = headers;
	t.request.header_count = CO_COUNT(headers);
	t.request.body = "b\0dy";
	t.request.body_len = 4;
	assert_int_equal(ask(&t), CO_OK);
	unsetenv("http_proxy");
	wanted = co_xasprintf("POST /path?a=1 HTTP/1.1\r\nUser-Agent: cloudops-test/1\r\nX-One: 1\r\nX-Empty:\r\n"
			      "Host: other.example\r\nContent-Length: 4\r\n\r\n");
	stop(&t.server);
	assert_int_equal(t.server.seen.len, strlen(wanted) + 4);
	/* The order of the header lines is libcurl's own. */
	unit_assert_contains(co_buf_str(&t.server.seen), "POST /path?a=1 HTTP/1.1\r\n");
	unit_assert_contains(co_buf_str(&t.server.seen), "\r\nHost: other.example\r\n");
	unit_assert_contains(co_buf_str(&t.server.seen), "\r\nX-Empty:\r\n");
	assert_memory_equal(t.server.seen.data + t.server.seen.len - 4, "b\0dy", 4);
	free(wanted);
	co_http_free(t.http);
	co_http_response_clear(&t.response);
	co_buf_clear(&t.server.seen);
}

static void leaves_the_path_alone(void **state)
{
	static const struct script script = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	struct talk t;

	(void)state;
	begin(&t, &script);
	snprintf(t.url, sizeof(t.url), "http://127.0.0.1:%d/a/../b//c%%2fd/./?x=%%zz+y", t.server.port);
	assert_int_equal(ask(&t), CO_OK);
	stop(&t.server);
	unit_assert_contains(co_buf_str(&t.server.seen), "GET /a/../b//c%2fd/./?x=%zz+y HTTP/1.1\r\n");
	co_http_free(t.http);
	co_http_response_clear(&t.response);
	co_buf_clear(&t.server.seen);
}

static void follows_no_redirect(void **state)
{
	static const struct script script = {
		.answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
	};
	struct talk t;

	(void)state;
	begin(&t, &script);
	assert_int_equal(ask(&t), CO_OK);
	assert_int_equal(t.response.status, 302);
	assert_string_equal(co_http_header_of(&t.response, "location"), "http://127.0.0.1:1/");
	assert_int_equal(atomic_load(&t.server.requests), 1);
	end(&t);
}

static void passes_over_answers_before_the_last(void **state)
{
	static const struct script script = {
		.answer = "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n"
			  "Content-Length: 4\r\n\r\nwait"
	};
	struct talk t;

	(void)state;
	begin(&t, &script);
	assert_int_equal(ask(&t), CO_OK);
	assert_int_equal(t.response.status, 429);
	assert_null(co_http_header_of(&t.response, "x-early"));
	assert_string_equal(co_http_header_of(&t.response, "retry-after"), "1");
	end(&t);
}

static void keeps_connections_but_not_for_what_goes_once(void **state)
{
	static const struct script script = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .hold = 1 };
	struct talk t;
	int i;

	(void)state;
	begin(&t, &script);
	for (i = 0; i < 5; i++)
		assert_int_equal(ask(&t), CO_OK);
	assert_int_equal(atomic_load(&t.server.connections), 1);
	t.request.flags = CO_HTTP_ONCE;
	co_http_free(t.http); /* the server serves one connection at a time */
	assert_int_equal(co_http_new(&t.http, "cloudops-test/1", &t.err), CO_OK);
	assert_int_equal(ask(&t), CO_OK);
	assert_int_equal(ask(&t), CO_OK);
	assert_int_equal(atomic_load(&t.server.connections), 3);
	end(&t);
}

static void small_limit(struct talk *t)
{
	t->request.limit = 1000;
}

static void bounds_what_comes(void **state)
{
	static const struct script long_body = { .answer = "HTTP/1.1 200 OK\r\n\r\n", .repeat = 1000, .filler = "0123456789" };
	static const struct script length = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
					      .repeat = 1000, .filler = "0123456789" };
	static const struct script headers = { .answer = "HTTP/1.1 200 OK\r\n", .repeat = 100000, .filler = "X-H: 0123456789\r\n" };

	(void)state;
	fails(&long_body, "too-large", small_limit);
	fails(&length, "too-large", small_limit);
	fails(&headers, "too-large", NULL);
}

static void half_a_second(struct talk *t)
{
	t->request.deadline = co_clock_ms() + 500;
}

static void not_long_idle(struct talk *t)
{
	t->request.idle_ms = 300;
}

static void bounds_the_time(void **state)
{
	static const struct script silent = { .answer = "", .hold = 1 };
	static const struct script drip = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789012345678901234567890",
					    .drip = 1, .hold = 1 };
	int64_t before = co_clock_ms();

	(void)state;
	fails(&silent, "timeout", half_a_second);
	fails(&silent, "timeout", not_long_idle);
	fails(&drip, "timeout", half_a_second);
	assert_true(co_clock_ms() - before < 15000);
}

static void says_what_ended_early(void **state)
{
	static const struct script nothing = { .answer = NULL };
	static const struct script half = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf" };
	static const struct script chunk = { .answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel" };
	static const struct script prose = { .answer = "220 smtp.example ESMTP\r\n" };
	static const struct script bad_chunk = { .answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" };

	(void)state;
	fails(&nothing, "truncated", NULL);
	fails(&half, "truncated", NULL);
	fails(&chunk, "truncated", NULL);
	fails(&prose, "bad-answer", NULL);
	fails(&bad_chunk, "truncated", NULL);
}

static void compressed(struct talk *t)
{
	t->request.flags = CO_HTTP_COMPRESSED;
}

static void says_what_is_garbled(void **state)
{
	static const struct script gzip = {
		.answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!"
	};

	(void)state;
	fails(&gzip, "bad-answer", compressed);
}

static void says_who_is_not_there(void **state)
{
	static const struct script script = { .answer = "" };
	struct talk t;

	(void)state;
	begin(&t, &script);
	snprintf(t.url, sizeof(t.url), "http://127.0.0.1:1/");
	assert_int_equal(ask(&t), CO_ERR_REMOTE);
	assert_string_equal(t.err.id, "unreachable");
	assert_false(t.response.reached);
	snprintf(t.url, sizeof(t.url), "http://no-such-host.invalid/");
	assert_int_equal(ask(&t), CO_ERR_REMOTE);
	assert_string_equal(t.err.id, "unreachable");
	snprintf(t.url, sizeof(t.url), "gopher://127.0.0.1/");
	assert_int_equal(ask(&t), CO_ERR_INPUT);
	end(&t);
}

static void refuses_headers_that_end_a_line(void **state)
{
	static const struct script script = { .answer = "" };
	static const struct co_http_header headers[] = {
		{ "X", "a\r\nEvil: 1" }, { "X", "a\nb" }, { "X Y", "a" }, { "X:", "a" }, { "", "a" }, { "X\r\nEvil", "a" },
	};
	struct talk t;
	size_t i;

	(void)state;
	begin(&t, &script);
	for (i = 0; i < CO_COUNT(headers); i++) {
		t.request.headers = &headers[i];
		t.request.header_count = 1;
		assert_int_equal(ask(&t), CO_ERR_INPUT);
		assert_string_equal(t.err.id, "bad-header");
	}
	assert_int_equal(atomic_load(&t.server.connections), 0);
	end(&t);
}

static void metadata_is_reached_on_purpose_or_not_at_all(void **state)
{
	static const struct script script = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
	static const char *const spellings[] = { "169.254.169.254", "0xa9fea9fe", "2852039166", "[::ffff:169.254.169.254]",
						 "169.254.43518", "[fe80::1]", "[fd00:ec2::254]" };
	struct talk t;
	size_t i;

	(void)state;
	begin(&t, &script);
	for (i = 0; i < CO_COUNT(spellings); i++) {
		snprintf(t.url, sizeof(t.url), "http://%s/", spellings[i]);
		assert_int_equal(ask(&t), CO_ERR_REMOTE);
		if (!strstr(t.err.message, "may not be reached"))
			fail_msg("%s: %s", spellings[i], t.err.message);
	}
	t.request.flags = CO_HTTP_METADATA;
	snprintf(t.url, sizeof(t.url), "http://127.0.0.1:%d/", t.server.port);
	assert_int_equal(ask(&t), CO_OK);
	snprintf(t.url, sizeof(t.url), "http://192.0.2.1/");
	assert_int_equal(ask(&t), CO_ERR_REMOTE);
	unit_assert_contains(t.err.message, "may not be reached");
	end(&t);
}

static void *cancel_later(void *cancelled)
{
	poll(NULL, 0, 100);
	atomic_store((atomic_int *)cancelled, 1);
	return NULL;
}

static void ends_when_it_is_cancelled(void **state)
{
	static const struct script silent = { .answer = "", .hold = 1 };
	int64_t before = co_clock_ms();
	atomic_int cancelled = 0;
	pthread_t thread;
	struct talk t;

	(void)state;
	begin(&t, &silent);
	t.request.cancelled = &cancelled;
	pthread_create(&thread, NULL, cancel_later, &cancelled);
	assert_int_equal(ask(&t), CO_ERR_SYSTEM);
	pthread_join(thread, NULL);
	assert_string_equal(t.err.id, "interrupted");
	assert_true(t.response.reached);
	assert_true(co_clock_ms() - before < 10000);
	end(&t);
}

static int count(void *context, const void *data, size_t len)
{
	size_t *sum = context;

	(void)data;
	*sum += len;
	return *sum > 500000;
}

static void gives_pieces_to_a_sink(void **state)
{
	static const struct script endless = { .answer = "HTTP/1.1 200 OK\r\n\r\n", .repeat = 1000000, .filler = "0123456789" };
	static const struct script refused = { .answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno" };
	struct talk t;
	size_t sum = 0;

	(void)state;
	begin(&t, &endless);
	t.request.sink = count;
	t.request.context = &sum;
	assert_int_equal(ask(&t), CO_OK);
	assert_true(sum > 500000);
	assert_int_equal(t.response.body.len, 0);
	end(&t);
	begin(&t, &refused);
	t.request.sink = count;
	assert_int_equal(ask(&t), CO_OK);
	assert_string_equal(co_buf_str(&t.response.body), "no");
	end(&t);
}

/* ---- many threads, one client */

struct crowd {
	struct talk talk;
	atomic_int good;
};

static void *one_of_many(void *context)
{
	struct crowd *crowd = context;
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	int i;

	for (i = 0; i < 20; i++)
		if (co_http_send(crowd->talk.http, &crowd->talk.request, &response, NULL) == CO_OK &&
		    strcmp(co_buf_str(&response.body), "ok") == 0)
			atomic_fetch_add(&crowd->good, 1);
	co_http_response_clear(&response);
	return NULL;
}

static void serves_many_threads(void **state)
{
	static const struct script script = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok" };
	pthread_t threads[16];
	struct crowd crowd;
	size_t i;

	(void)state;
	begin(&crowd.talk, &script);
	atomic_init(&crowd.good, 0);
	for (i = 0; i < CO_COUNT(threads); i++)
		pthread_create(&threads[i], NULL, one_of_many, &crowd);
	for (i = 0; i < CO_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.good), 320);
	end(&crowd.talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_whole_answer),
		cmocka_unit_test(sends_what_it_was_given_and_no_more),
		cmocka_unit_test(leaves_the_path_alone),
		cmocka_unit_test(follows_no_redirect),
		cmocka_unit_test(passes_over_answers_before_the_last),
		cmocka_unit_test(keeps_connections_but_not_for_what_goes_once),
		cmocka_unit_test(bounds_what_comes),
		cmocka_unit_test(bounds_the_time),
		cmocka_unit_test(says_what_ended_early),
		cmocka_unit_test(says_what_is_garbled),
		cmocka_unit_test(says_who_is_not_there),
		cmocka_unit_test(refuses_headers_that_end_a_line),
		cmocka_unit_test(metadata_is_reached_on_purpose_or_not_at_all),
		cmocka_unit_test(ends_when_it_is_cancelled),
		cmocka_unit_test(gives_pieces_to_a_sink),
		cmocka_unit_test(serves_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
