/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "provider/servant.h"

#include "codec/json.h"
#include "sys/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SLOTS = 8,
	LIFE = SLOTS, /* one line more: the child ends when its other end is closed, whatever its threads do */
	LINES,
	SLICE_MS = 50,
	GRACE_MS = 1000,		  /* after a cancel, for an answer to end by itself */
	MESSAGE_LIMIT = 64 * 1024 * 1024, /* as codec/json */
};

/* Lies in memory that both processes see. */
struct shared {
	atomic_int cancelled[SLOTS];
};

struct co_servant {
	const char *what;
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
		value = co_json_parse(b.data, len, "servant", NULL);
	co_buf_clear(&b);
	return value;
}

/* ---- the child ---- */

struct server {
	const struct co_servant_role *role;
	struct shared *shared;
	int slot, fd;
};

static json_t *answer_of(json_t *output, const struct co_err *err)
{
	if (output)
		return json_pack("{s:o}", "output", output);
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "code", err->code, "id", err->id, "message",
			 err->message, "hint", err->hint, "path", err->path, "file", err->file, "line", (int)err->line,
			 "column", (int)err->column);
}

static json_t *serve_one(const struct server *s, json_t *message)
{
	const struct co_servant_role *role = s->role;
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL;

	role->serve(role->context, json_object_get(message, "request"),
		    json_integer_value(json_object_get(message, "deadline")), &s->shared->cancelled[s->slot], &output, &err);
	return answer_of(output, &err);
}

static void *serve(void *context)
{
	const struct server *s = context;
	json_t *message;

	while ((message = receive_json(s->fd)) != NULL) {
		json_t *answer = serve_one(s, message);
		int failed = send_json(s->fd, answer);

		json_decref(answer);
		json_decref(message);
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

static int child(const struct co_servant_role *role, struct shared *shared, const int fds[LINES])
{
	struct co_err err = CO_ERR_INIT;
	struct server servers[SLOTS];
	pthread_t thread;
	int i;
	char c;

	close_others(fds);
	default_signals();
	if ((role->begin && role->begin(role->context, &err)) || (role->sandbox && co_sandbox_enter(role->sandbox, &err)))
		return 1;
	for (i = 0; i < SLOTS; i++) {
		servers[i] = (struct server){ role, shared, i, fds[i] };
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

int co_servant_start(struct co_servant **servant, const struct co_servant_role *role, struct co_err *err)
{
	struct co_servant *s = co_xcalloc(1, sizeof(*s));
	int theirs[LINES], failed = make_pairs(s->fd, theirs);

	s->what = role->what;
	s->shared = mmap(NULL, sizeof(*s->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	s->pid = failed || s->shared == MAP_FAILED ? -1 : fork();
	if (s->pid == 0) {
		close_all(s->fd);
		_exit(child(role, s->shared, theirs));
	}
	close_all(theirs);
	if (s->pid < 0) {
		int saved = errno;

		close_all(s->fd);
		if (s->shared != MAP_FAILED)
			munmap(s->shared, sizeof(*s->shared));
		free(s);
		return co_err_sys(err, saved, "cannot start %s", role->what);
	}
	pthread_mutex_init(&s->lock, NULL);
	*servant = s;
	return CO_OK;
}

void co_servant_stop(struct co_servant *s)
{
	int waited;

	if (!s)
		return;
	close_all(s->fd);
	/* One that hangs in the kernel, on a dead file server, is left behind. */
	for (waited = 0; waited < GRACE_MS && waitpid(s->pid, NULL, WNOHANG) == 0; waited++)
		poll(NULL, 0, 1);
	munmap(s->shared, sizeof(*s->shared));
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* A free slot, -1 when all are busy, -2 when the child has gone. */
static int take_slot(struct co_servant *s)
{
	int i, slot = -2;

	pthread_mutex_lock(&s->lock);
	for (i = 0; i < SLOTS; i++) {
		if (s->fd[i] >= 0 && slot < 0)
			slot = s->busy[i] ? -1 : i;
	}
	if (slot >= 0)
		s->busy[slot] = 1;
	pthread_mutex_unlock(&s->lock);
	return slot;
}

static void give_slot(struct co_servant *s, int slot, int broken)
{
	pthread_mutex_lock(&s->lock);
	if (broken) {
		close(s->fd[slot]);
		s->fd[slot] = -1;
	}
	s->busy[slot] = 0;
	pthread_mutex_unlock(&s->lock);
}

/* What an asker waits for. */
struct wait {
	int64_t deadline;
	const atomic_int *cancelled;
};

static int is_cancelled(const struct wait *w)
{
	return w->cancelled && atomic_load(w->cancelled);
}

static int is_over(const struct wait *w)
{
	return is_cancelled(w) || co_clock_ms() >= w->deadline;
}

static int stopped(const struct co_servant *s, const struct wait *w, struct co_err *err)
{
	if (is_cancelled(w))
		return co_err_set(err, CO_ERR_SYSTEM, "interrupted", "%s was interrupted", s->what);
	return co_err_set(err, CO_ERR_SYSTEM, "timeout", "%s ran out of time", s->what);
}

static int gone(const struct co_servant *s, struct co_err *err)
{
	return co_err_set(err, CO_ERR_SYSTEM, "servant", "%s has ended", s->what);
}

/* Waits for the answer to begin; passes a cancel on, and gives up when the child does not heed it. */
static int await_answer(struct co_servant *s, int slot, const struct wait *w)
{
	struct pollfd p = { s->fd[slot], POLLIN, 0 };
	int64_t give_up = 0;

	for (;;) {
		int n = poll(&p, 1, SLICE_MS);

		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		if (give_up && co_clock_ms() > give_up)
			return -1;
		if (!give_up && is_over(w)) {
			/* The child knows the deadline, by the same clock; what it cannot know is a cancel. */
			if (is_cancelled(w))
				atomic_store(&s->shared->cancelled[slot], 1);
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
	if (*co_json_str(answer, "file"))
		co_err_at(err, co_json_str(answer, "file"), (unsigned)json_integer_value(json_object_get(answer, "line")),
			  (unsigned)json_integer_value(json_object_get(answer, "column")));
	if (err)
		snprintf(err->path, sizeof(err->path), "%s", co_json_str(answer, "path"));
	return code;
}

int co_servant_ask(struct co_servant *s, json_t *request, int64_t deadline, const atomic_int *cancelled,
		   json_t **output, struct co_err *err)
{
	const struct wait w = { deadline, cancelled };
	json_t *message, *answer = NULL;
	int slot, failed, code;

	while ((slot = take_slot(s)) == -1) {
		if (is_over(&w))
			return stopped(s, &w, err);
		poll(NULL, 0, SLICE_MS);
	}
	if (slot < 0)
		return gone(s, err);
	atomic_store(&s->shared->cancelled[slot], 0);
	message = json_pack("{s:O, s:I}", "request", request, "deadline", (json_int_t)deadline);
	failed = send_json(s->fd[slot], message) || await_answer(s, slot, &w);
	if (!failed)
		answer = receive_json(s->fd[slot]);
	give_slot(s, slot, !answer);
	json_decref(message);
	if (!answer)
		return is_over(&w) ? stopped(s, &w, err) : gone(s, err);
	code = take_answer(answer, output, err);
	json_decref(answer);
	return code;
}
