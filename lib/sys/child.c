/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* posix_spawn_file_actions_addclosefrom_np */
#endif
#include "sys/child.h"

#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 34)
#define HAVE_CLOSEFROM 1
#endif
#endif

enum { OURS, THEIRS }; /* the two ends of a pipe, whichever way it runs */

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int open_pipe(int ends[2], int we_write, struct co_err *err)
{
	int fds[2];

	if (pipe(fds) < 0)
		return co_err_sys(err, errno, "cannot make a pipe");
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	ends[OURS] = fds[we_write];
	ends[THEIRS] = fds[!we_write];
	return CO_OK;
}

/* Nothing but 0, 1 and 2 crosses into the child. Returns 0 or an errno. */
static int keep_ours(posix_spawn_file_actions_t *actions)
{
#ifdef HAVE_CLOSEFROM
	return posix_spawn_file_actions_addclosefrom_np(actions, 3);
#else
	int fd, most = (int)sysconf(_SC_OPEN_MAX);

	(void)actions;
	for (fd = 3; fd < most && fd < 4096; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return 0;
#endif
}

static void reset_signals(posix_spawnattr_t *attr)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGKILL);
	sigdelset(&set, SIGSTOP);
	posix_spawnattr_setsigdefault(attr, &set);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(attr, &set);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

/* in < 0: /dev/null. Returns 0 or an errno: each of these allocates, and one left out would mix up streams. */
static int set_descriptors(posix_spawn_file_actions_t *actions, int in, int out, int quiet)
{
	int rc;

	if (in >= 0)
		rc = posix_spawn_file_actions_adddup2(actions, in, 0);
	else
		rc = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(actions, out, 1);
	if (!rc && quiet)
		rc = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
	return rc ? rc : keep_ours(actions);
}

/* Returns 0 or an errno. */
static int spawn(pid_t *pid, const char *const *argv, const char *const *env, int in, int out, int quiet)
{
	static const char *const empty[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	reset_signals(&attr);
	rc = set_descriptors(&actions, in, out, quiet);
	/* posix_spawn() does not write to the strings; its type predates const. */
	if (!rc)
		rc = posix_spawn(pid, argv[0], &actions, &attr, (char *const *)(uintptr_t)argv,
				 (char *const *)(uintptr_t)(env ? env : empty));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return rc;
}

static int cannot_run(const char *program, int errnum, struct co_err *err)
{
	co_err_sys(err, errnum, "cannot run \"%s\"", program);
	if (errnum == ENOENT)
		co_err_id(err, "not-found");
	return CO_ERR_SYSTEM;
}

static int start(struct co_child *child, const char *const *argv, const char *const *env, int with_input,
		 int quiet, struct co_err *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	int rc, errnum;
	pid_t pid;

	if (with_input && (rc = open_pipe(in, 1, err)) < 0)
		return rc;
	rc = open_pipe(out, 0, err);
	if (rc == CO_OK) {
		errnum = spawn(&pid, argv, env, in[THEIRS], out[THEIRS], quiet);
		if (errnum)
			rc = cannot_run(argv[0], errnum, err);
	}
	close_one(&in[THEIRS]);
	close_one(&out[THEIRS]);
	if (rc < 0) {
		close_one(&in[OURS]);
		close_one(&out[OURS]);
		return rc;
	}
	*child = (struct co_child){ pid, in[OURS], out[OURS] };
	return CO_OK;
}

int co_child_start(struct co_child *child, const char *const *argv, const char *const *env, struct co_err *err)
{
	return start(child, argv, env, 1, 0, err);
}

static int exit_status(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/* Reaps it, waiting until the deadline; 0 when it had not ended by then. */
static int reap_by(pid_t pid, int64_t deadline, int *status)
{
	struct timespec pause = { 0, 100000 };

	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid)
			return 1;
		if (got < 0 && errno != EINTR) {
			*status = 0xff00; /* someone else reaped it (SIGCHLD ignored): its status is lost */
			return 1;
		}
		if (co_clock_ms() >= deadline)
			return 0;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 12800000)
			pause.tv_nsec *= 2;
	}
}

static void kill_and_reap(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

void co_child_end(struct co_child *child)
{
	enum { PATIENCE_MS = 1000 };
	int status;

	close_one(&child->to);
	close_one(&child->from);
	if (child->pid > 0 && !reap_by(child->pid, co_clock_ms() + PATIENCE_MS, &status))
		kill_and_reap(child->pid);
	child->pid = -1;
}

/* One conversation of co_child_run(). */
struct talk {
	const struct co_child_run *run;
	struct co_child child;
	struct co_buf *out;
	size_t start;	 /* of our output in out */
	size_t sent;	 /* of the input */
	int64_t deadline;
};

/* Gives it more input; a child that does not want it all is no error. */
static int give(struct talk *t, struct co_err *err)
{
	const char *input = t->run->input;
	ssize_t n = write(t->child.to, input + t->sent, t->run->input_len - t->sent);

	if (n < 0 && errno != EAGAIN && errno != EINTR && errno != EPIPE)
		return co_err_sys(err, errno, "cannot write to \"%s\"", t->run->argv[0]);
	if (n > 0)
		t->sent += (size_t)n;
	if (t->sent == t->run->input_len || (n < 0 && errno == EPIPE))
		close_one(&t->child.to);
	return CO_OK;
}

static int take(struct talk *t, struct co_err *err)
{
	enum { CHUNK = 16384 };
	ssize_t n = read(t->child.from, co_buf_reserve(t->out, CHUNK), CHUNK);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return CO_OK;
	if (n < 0)
		return co_err_sys(err, errno, "cannot read from \"%s\"", t->run->argv[0]);
	if (n == 0) {
		close_one(&t->child.from);
		return CO_OK;
	}
	t->out->len += (size_t)n;
	t->out->data[t->out->len] = '\0';
	if (t->out->len - t->start > t->run->output_limit)
		return co_err_set(err, CO_ERR_SYSTEM, "too-large", "\"%s\" wrote more than %zu bytes",
				  t->run->argv[0], t->run->output_limit);
	return CO_OK;
}

static int timed_out(const struct talk *t, struct co_err *err)
{
	return co_err_set(err, CO_ERR_SYSTEM, "timeout", "\"%s\" did not end within %d ms", t->run->argv[0],
			  t->run->timeout_ms);
}

static int converse(struct talk *t, struct co_err *err)
{
	int rc = CO_OK;

	while (rc == CO_OK && t->child.from >= 0) {
		struct pollfd fds[2] = { { t->child.from, POLLIN, 0 }, { t->child.to, POLLOUT, 0 } };
		int64_t left = t->deadline - co_clock_ms();

		if (left <= 0)
			return timed_out(t, err);
		if (poll(fds, 2, left > INT_MAX ? INT_MAX : (int)left) < 0 && errno != EINTR)
			return co_err_sys(err, errno, "cannot wait for \"%s\"", t->run->argv[0]);
		if (fds[0].revents)
			rc = take(t, err);
		if (rc == CO_OK && fds[1].revents && t->child.to >= 0)
			rc = give(t, err);
	}
	return rc;
}

int co_child_run(const struct co_child_run *run, struct co_buf *out, int *status, struct co_err *err)
{
	struct talk t = { .run = run, .out = out, .start = out->len };
	int rc, wait_status = 0;

	t.deadline = co_clock_ms() + run->timeout_ms;
	rc = start(&t.child, run->argv, run->env, run->input && run->input_len, run->quiet, err);
	if (rc < 0)
		return rc;
	if (t.child.to >= 0)
		fcntl(t.child.to, F_SETFL, O_NONBLOCK);
	rc = converse(&t, err);
	close_one(&t.child.to);
	close_one(&t.child.from);
	if (rc == CO_OK && !reap_by(t.child.pid, t.deadline, &wait_status))
		rc = timed_out(&t, err);
	if (rc == CO_OK) {
		*status = exit_status(wait_status);
		return CO_OK;
	}
	kill_and_reap(t.child.pid);
	out->len = t.start;
	if (out->data)
		out->data[t.start] = '\0';
	return rc;
}
