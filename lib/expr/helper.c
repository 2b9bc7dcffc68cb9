/* SPDX-License-Identifier: Apache-2.0 */
#include "expr/helper.h"

#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	START_MS = 10000,
	COMPILE_MS = 10000,
	FRAME = 4096, /* of a reply, beside the result in it */
};

void co_helper_init(struct co_helper *h, const char *path, int timeout_ms, size_t output)
{
	*h = (struct co_helper){ .path = path, .timeout_ms = timeout_ms, .output = output, .child = CO_CHILD_INIT };
}

int co_helper_runs(const struct co_helper *h)
{
	return h->child.pid > 0;
}

void co_helper_stop(struct co_helper *h)
{
	if (co_helper_runs(h)) {
		kill(h->child.pid, SIGKILL); /* it may be in an endless loop; it has nothing to lose */
		co_child_end(&h->child);
	}
	h->child = (struct co_child)CO_CHILD_INIT;
	json_decref(h->sent);
	h->sent = NULL;
}

static int ended(struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "expression", "jq ended without a result");
	return co_err_hint(err, "the expression makes libjq 1.6 abort, or nests too deep");
}

static int timed_out(const struct co_helper *h, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "expression-limit", "the expression took longer than %d ms", h->timeout_ms);
	return CO_ERR_INPUT;
}

/* One exchange: what is left to send, and what came back. */
struct exchange {
	struct co_buf *request;
	size_t sent;
	struct co_buf reply;
	size_t most;
};

/* 1 when something moved or may yet, 0 at the end of the helper, -1 when the system failed. */
static int send_some(int fd, struct exchange *x)
{
	ssize_t n = write(fd, x->request->data + x->sent, x->request->len - x->sent);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 1 : errno == EPIPE ? 0 : -1;
	x->sent += (size_t)n;
	return 1;
}

static int receive_some(int fd, struct exchange *x)
{
	enum { PIECE = 65536 };
	ssize_t n = read(fd, co_buf_reserve(&x->reply, PIECE), PIECE);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 1 : -1;
	x->reply.len += (size_t)n;
	x->reply.data[x->reply.len] = '\0';
	return n > 0;
}

/* Sends and receives in turn as the pipes allow, to the end of a line. */
static int converse(const struct co_helper *h, struct exchange *x, int64_t deadline, struct co_err *err)
{
	for (;;) {
		int sending = x->sent < x->request->len;
		struct pollfd fds[] = { { h->child.from, POLLIN, 0 }, { sending ? h->child.to : -1, POLLOUT, 0 } };
		int64_t left = deadline - co_clock_ms();
		int n = left > 0 ? poll(fds, 2, (int)left) : 0, moved = 1;

		if (n < 0 && errno != EINTR)
			return co_err_sys(err, errno, "cannot talk to %s", h->path);
		if (n == 0)
			return timed_out(h, err);
		if (n < 0)
			continue;
		if (fds[0].revents)
			moved = receive_some(h->child.from, x);
		if (moved <= 0)
			return moved ? co_err_sys(err, errno, "cannot read from %s", h->path) : ended(err);
		if (x->reply.len && x->reply.data[x->reply.len - 1] == '\n')
			return CO_OK;
		if (x->reply.len > x->most)
			return co_err_set(err, CO_ERR_INPUT, "expression-limit", "the result is too large");
		if (fds[1].revents)
			moved = send_some(h->child.to, x);
		if (moved <= 0)
			return moved ? co_err_sys(err, errno, "cannot write to %s", h->path) : ended(err);
	}
}

/* Sends a line (none: only listens) and reads the line that answers it. A failure ends the helper. */
static int exchange(struct co_helper *h, struct co_buf *line, int timeout_ms, json_t **reply, struct co_err *err)
{
	struct exchange x = { .request = line, .reply = CO_BUF_INIT, .most = h->output + FRAME };
	int rc = converse(h, &x, co_clock_ms() + timeout_ms, err);

	if (rc == CO_OK) {
		*reply = co_json_parse(x.reply.data, x.reply.len, "co-expr", err);
		rc = *reply ? CO_OK : CO_ERR_INPUT;
	}
	if (rc < 0)
		co_helper_stop(h);
	co_buf_clear(&x.reply);
	return rc;
}

static int ask(struct co_helper *h, json_t *request, int timeout_ms, json_t **reply, struct co_err *err)
{
	struct co_buf line = CO_BUF_INIT;
	int rc;

	co_json_write(&line, request, CO_JSON_COMPACT);
	co_buf_addc(&line, '\n');
	rc = exchange(h, &line, timeout_ms, reply, err);
	co_buf_clear(&line);
	return rc;
}

/* Waits for its first line: from then on a failure is the expression's. */
static int greet(struct co_helper *h, struct co_err *err)
{
	struct co_buf nothing = CO_BUF_INIT;
	json_t *reply = NULL;
	const char *why;

	if (exchange(h, &nothing, START_MS, &reply, err) < 0) {
		co_err_set(err, CO_ERR_SYSTEM, "no-helper", "\"%s\" does not start", h->path);
		return co_err_hint(err, "is the program installed whole?");
	}
	why = co_json_str(reply, "error");
	if (why)
		co_err_set(err, CO_ERR_SYSTEM, "no-helper", "%s: %s", h->path, why);
	json_decref(reply);
	return why ? CO_ERR_SYSTEM : CO_OK;
}

/* A reply that is no result. "end" says that the helper cannot go on. */
static int failed(struct co_helper *h, json_t *reply, struct co_err *err)
{
	const char *limit = co_json_str(reply, "limit");
	const char *message = co_json_str(reply, "error");

	if (limit)
		co_err_set(err, CO_ERR_INPUT, "expression-limit", "%s", limit);
	else
		co_err_set(err, CO_ERR_INPUT, "expression", "%s", message ? message : "no result");
	if (json_is_true(json_object_get(reply, "end")))
		co_helper_stop(h);
	return CO_ERR_INPUT;
}

static int compile_failed(struct co_helper *h, json_t *reply, size_t *bad, struct co_err *err)
{
	json_t *number = json_object_get(reply, "bad");
	const char *message = co_json_str(reply, "error");

	co_helper_stop(h);
	if (bad)
		*bad = (size_t)json_integer_value(number);
	return co_err_set(err, CO_ERR_INPUT, "bad-expression", "jq: %s", message ? message : "does not compile");
}

static int launch(struct co_helper *h, struct co_err *err)
{
	const char *const argv[] = { h->path, NULL };
	int rc = co_child_start(&h->child, argv, NULL, err);

	if (rc < 0)
		return rc;
	h->sent = json_object();
	if (fcntl(h->child.to, F_SETFL, O_NONBLOCK) < 0 || fcntl(h->child.from, F_SETFL, O_NONBLOCK) < 0)
		rc = co_err_sys(err, errno, "cannot talk to \"%s\"", h->path);
	else
		rc = greet(h, err);
	if (rc < 0)
		co_helper_stop(h);
	return rc;
}

int co_helper_start(struct co_helper *h, json_t *programs, size_t *bad, struct co_err *err)
{
	json_t *request, *reply = NULL;
	int rc;

	co_helper_stop(h);
	rc = launch(h, err);
	if (rc < 0)
		return rc;
	request = json_pack("{s:O, s:I}", "programs", programs, "output", (json_int_t)h->output);
	rc = ask(h, request, COMPILE_MS, &reply, err);
	json_decref(request);
	if (rc == CO_OK && !json_is_true(json_object_get(reply, "ok")))
		rc = compile_failed(h, reply, bad, err);
	json_decref(reply);
	return rc;
}

/*
 * True if now is what was sent: the same value, or a container of the same
 * values. So a caller may add a step to $steps, but not change an output in place.
 */
static int unchanged(json_t *sent, json_t *now)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_typeof(sent) != json_typeof(now))
		return 0;
	if (json_is_object(now)) {
		if (json_object_size(sent) != json_object_size(now))
			return 0;
		json_object_foreach(now, key, member)
			if (json_object_get(sent, key) != member)
				return 0;
		return 1;
	}
	if (json_is_array(now)) {
		if (json_array_size(sent) != json_array_size(now))
			return 0;
		json_array_foreach(now, i, member)
			if (json_array_get(sent, i) != member)
				return 0;
		return 1;
	}
	return json_equal(sent, now);
}

/* The variables that the helper does not hold yet, as a new object; they are noted as sent. */
static json_t *news(struct co_helper *h, json_t *vars)
{
	json_t *put = json_object(), *value, *sent;
	const char *name;

	json_object_foreach(vars, name, value) {
		sent = json_object_get(h->sent, name);
		if (sent && unchanged(sent, value))
			continue;
		json_object_set(put, name, value);
		json_object_set_new(h->sent, name, json_copy(value));
	}
	return put;
}

int co_helper_eval(struct co_helper *h, size_t program, json_t *input, json_t *vars, json_t **outputs,
		   struct co_err *err)
{
	json_t *request = json_pack("{s:I, s:o}", "program", (json_int_t)program, "put", news(h, vars));
	json_t *reply = NULL, *out;
	int rc;

	if (input)
		json_object_set(request, "input", input);
	rc = ask(h, request, h->timeout_ms, &reply, err);
	json_decref(request);
	if (rc < 0)
		return rc;
	out = json_object_get(reply, "out");
	if (json_is_array(out))
		*outputs = json_incref(out);
	else
		rc = failed(h, reply, err);
	json_decref(reply);
	return rc;
}
