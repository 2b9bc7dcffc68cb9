/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "provider/local/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/json.h"
#include "provider/local/reading.h"
#include "sys/clock.h"
#include "sys/sandbox.h"

enum {
	SLOTS = 8,
	LIFE = SLOTS, /* one line more: the child ends when its other end is closed, whatever its threads do */
	LINES,
	SLICE_MS = 50,
	GRACE_MS = 1000,		  /* after a cancel, for a reading to end by itself */
	MESSAGE_LIMIT = 64 * 1024 * 1024, /* as codec/json */
};

/* Lies in memory that both processes see. */
struct shared {
	atomic_int cancelled[SLOTS];
};

struct co_reader {
	pid_t pid;
	struct shared *shared;
	int fd[LINES]; /* -1: broken */
	int busy[SLOTS];
	pthread_mutex_t lock;
};

/* A message is its length in four bytes of this machine's order, then JSON. */
static int send_bytes(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int receive_bytes(int fd, void *data, size_t len)
{
	char *at = data;

	while (len > 0) {
		ssize_t n = recv(fd, at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int send_json(int fd, const json_t *value)
{
	struct co_buf b = CO_BUF_INIT;
	uint32_t len;
	int rc;

	co_json_write(&b, value, CO_JSON_COMPACT);
	len = (uint32_t)b.len;
	rc = b.len > MESSAGE_LIMIT || send_bytes(fd, &len, sizeof(len)) || send_bytes(fd, b.data, b.len) ? -1
													 : 0;
	co_buf_clear(&b);
	return rc;
}

static json_t *receive_json(int fd)
{
	struct co_buf b = CO_BUF_INIT;
	json_t *value = NULL;
	uint32_t len;

	if (receive_bytes(fd, &len, sizeof(len)) || len > MESSAGE_LIMIT)
		return NULL;
	co_buf_reserve(&b, len);
	if (receive_bytes(fd, b.data, len) == 0)
		value = co_json_parse(b.data, len, "reader", NULL);
	co_buf_clear(&b);
	return value;
}

/* ---- the child ---- */

struct server {
	const struct co_host *host;
	struct shared *shared;
	int slot, fd;
};

static json_t *answer_of(json_t *output, const struct co_err *err)
{
	json_t *answer = json_object();

	if (output) {
		json_object_set_new(answer, "output", output);
		return answer;
	}
	co_set_int(answer, "code", err->code);
	co_set_text(answer, "id", err->id);
	co_set_text(answer, "message", err->message);
	co_set_text(answer, "hint", err->hint);
	co_set_text(answer, "path", err->path);
	return answer;
}

static json_t *serve_one(const struct server *s, json_t *request)
{
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL;
	struct co_call call = {
		.service = co_json_str(request, "service"),
		.operation = co_json_str(request, "operation"),
		.target = json_object_get(request, "target"),
		.with = json_object_get(request, "with"),
		.deadline = json_integer_value(json_object_get(request, "deadline")),
		.cancelled = &s->shared->cancelled[s->slot],
	};

	if (call.service && call.operation)
		co_local_read(s->host, &call, &output, &err);
	else
		co_err_set(&err, CO_ERR_INPUT, "request", "the request names no operation");
	return answer_of(output, &err);
}

static void *serve(void *context)
{
	const struct server *s = context;
	json_t *request;

	while ((request = receive_json(s->fd)) != NULL) {
		json_t *answer = serve_one(s, request);
		int failed = send_json(s->fd, answer);

		json_decref(answer);
		json_decref(request);
		if (failed)
			break;
	}
	return NULL;
}

static int is_ours(int fd, const int ours[LINES])
{
	int i;

	for (i = 0; i < LINES; i++)
		if (ours[i] == fd)
			return 1;
	return 0;
}

/*
 * Output pipes of co-exec held here would keep its readers waiting after it
 * ended. Standard error goes to /dev/null as well: systemctl's complaints come
 * back as "unseen", and opening it later, for writing, is forbidden.
 */
static void close_others(const int ours[LINES])
{
	DIR *d = opendir("/proc/self/fd");
	int list[1024], n = 0, null;
	struct dirent *e;

	while (d && (e = readdir(d)) != NULL && n < (int)CO_COUNT(list))
		if (e->d_name[0] != '.' && !is_ours(atoi(e->d_name), ours) && atoi(e->d_name) != dirfd(d))
			list[n++] = atoi(e->d_name);
	if (d)
		closedir(d);
	while (n > 0)
		close(list[--n]);
	null = open("/dev/null", O_RDWR); /* 0, the lowest free one; then 1 and 2 */
	if (null == 0 && dup(null) == 1)
		(void)!dup(null);
}

static void default_signals(void)
{
	/* Ctrl-C goes to the whole foreground group; co-exec decides what it means, and tells by "cancelled". */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
}

static int child(struct shared *shared, const int fds[LINES])
{
	const struct co_sandbox sandbox = {
		CO_ALLOW_OPEN_READ | CO_ALLOW_EXEC | CO_ALLOW_THREADS | CO_ALLOW_UNIX_SOCKET | CO_ALLOW_HOST |
			CO_ALLOW_ALL_PATHS,
		NULL,
	};
	struct co_err err = CO_ERR_INIT;
	struct server servers[SLOTS];
	pthread_t thread;
	struct co_host host;
	int i;
	char c;

	close_others(fds);
	default_signals();
	if (co_host_open(&host, "/", &err) || co_sandbox_enter(&sandbox, &err))
		return 1;
	for (i = 0; i < SLOTS; i++) {
		servers[i] = (struct server){ &host, shared, i, fds[i] };
		if (pthread_create(&thread, NULL, serve, &servers[i]) == 0)
			pthread_detach(thread);
		else
			close(fds[i]);
	}
	while (read(fds[LIFE], &c, 1) < 0 && errno == EINTR)
		;
	return 0;
}

/* ---- the parent ---- */

static void close_all(int fds[LINES])
{
	int i;

	for (i = 0; i < LINES; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int make_pairs(int ours[LINES], int theirs[LINES])
{
	int i, pair[2];

	for (i = 0; i < LINES; i++)
		ours[i] = theirs[i] = -1;
	for (i = 0; i < LINES; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
			return -1;
		fcntl(pair[0], F_SETFD, FD_CLOEXEC);
		fcntl(pair[1], F_SETFD, FD_CLOEXEC);
		ours[i] = pair[0];
		theirs[i] = pair[1];
	}
	return 0;
}

int co_reader_start(struct co_reader **reader, struct co_err *err)
{
	struct co_reader *r = co_xcalloc(1, sizeof(*r));
	int theirs[LINES], failed = make_pairs(r->fd, theirs);

	r->shared = mmap(NULL, sizeof(*r->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	r->pid = failed || r->shared == MAP_FAILED ? -1 : fork();
	if (r->pid == 0) {
		close_all(r->fd);
		_exit(child(r->shared, theirs));
	}
	close_all(theirs);
	if (r->pid < 0) {
		int saved = errno;

		close_all(r->fd);
		if (r->shared != MAP_FAILED)
			munmap(r->shared, sizeof(*r->shared));
		free(r);
		return co_err_sys(err, saved, "cannot start the process that reads this host");
	}
	pthread_mutex_init(&r->lock, NULL);
	*reader = r;
	return CO_OK;
}

void co_reader_stop(struct co_reader *r)
{
	int waited;

	if (!r)
		return;
	close_all(r->fd);
	/* One that hangs in the kernel, on a dead file server, is left behind. */
	for (waited = 0; waited < GRACE_MS && waitpid(r->pid, NULL, WNOHANG) == 0; waited++)
		poll(NULL, 0, 1);
	munmap(r->shared, sizeof(*r->shared));
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* A free slot, -1 when all are busy, -2 when the child has gone. */
static int take_slot(struct co_reader *r)
{
	int i, slot = -2;

	pthread_mutex_lock(&r->lock);
	for (i = 0; i < SLOTS; i++) {
		if (r->fd[i] >= 0 && slot < 0)
			slot = r->busy[i] ? -1 : i;
	}
	if (slot >= 0)
		r->busy[slot] = 1;
	pthread_mutex_unlock(&r->lock);
	return slot;
}

static void give_slot(struct co_reader *r, int slot, int broken)
{
	pthread_mutex_lock(&r->lock);
	if (broken) {
		close(r->fd[slot]);
		r->fd[slot] = -1;
	}
	r->busy[slot] = 0;
	pthread_mutex_unlock(&r->lock);
}

static int stopped(const struct co_call *call, struct co_err *err)
{
	if (call->cancelled && atomic_load(call->cancelled))
		return co_err_set(err, CO_ERR_SYSTEM, "interrupted", "reading \"%s\" was interrupted",
				  call->operation);
	return co_err_set(err, CO_ERR_SYSTEM, "timeout", "reading \"%s\" ran out of time", call->operation);
}

static int gone(struct co_err *err)
{
	return co_err_set(err, CO_ERR_SYSTEM, "reader", "the process that reads this host has ended");
}

static json_t *request_of(const struct co_call *call)
{
	json_t *o = json_object();

	co_set_text(o, "service", call->service);
	co_set_text(o, "operation", call->operation);
	if (call->target)
		json_object_set(o, "target", call->target);
	if (call->with)
		json_object_set(o, "with", call->with);
	co_set_int(o, "deadline", call->deadline);
	return o;
}

/* Waits for the answer to begin; passes a cancel on, and gives up when the child does not heed it. */
static int await_answer(struct co_reader *r, int slot, const struct co_call *call)
{
	struct pollfd p = { r->fd[slot], POLLIN, 0 };
	int64_t give_up = 0;

	for (;;) {
		int n = poll(&p, 1, SLICE_MS);

		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		if (give_up && co_clock_ms() > give_up)
			return -1;
		if (!give_up && co_call_should_stop(call)) {
			/* The child knows the deadline, by the same clock; what it cannot know is a cancel. */
			if (call->cancelled && atomic_load(call->cancelled))
				atomic_store(&r->shared->cancelled[slot], 1);
			give_up = co_clock_ms() + GRACE_MS;
		}
	}
}

static int take_answer(json_t *answer, json_t **output, struct co_err *err)
{
	json_t *found = json_object_get(answer, "output");
	int code;

	if (found) {
		*output = json_incref(found);
		return CO_OK;
	}
	code = co_err_set(err, (int)json_integer_value(json_object_get(answer, "code")),
			  co_json_str(answer, "id"), "%s", co_json_str(answer, "message"));
	if (*co_json_str(answer, "hint"))
		co_err_hint(err, "%s", co_json_str(answer, "hint"));
	if (err)
		snprintf(err->path, sizeof(err->path), "%s", co_json_str(answer, "path"));
	return code;
}

int co_reader_call(struct co_reader *r, const struct co_call *call, json_t **output, struct co_err *err)
{
	json_t *request, *answer = NULL;
	int slot, failed, code;

	while ((slot = take_slot(r)) == -1) {
		if (co_call_should_stop(call))
			return stopped(call, err);
		poll(NULL, 0, SLICE_MS);
	}
	if (slot < 0)
		return gone(err);
	atomic_store(&r->shared->cancelled[slot], 0);
	request = request_of(call);
	failed = send_json(r->fd[slot], request) || await_answer(r, slot, call);
	if (!failed)
		answer = receive_json(r->fd[slot]);
	give_slot(r, slot, !answer);
	json_decref(request);
	if (!answer)
		return co_call_should_stop(call) ? stopped(call, err) : gone(err);
	code = take_answer(answer, output, err);
	json_decref(answer);
	return code;
}
