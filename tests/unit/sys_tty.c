/* SPDX-License-Identifier: Apache-2.0 */
/* Each conversation runs in a child whose controlling terminal is a new pseudo-terminal; the test types. */
#define _GNU_SOURCE /* posix_openpt, ptsname, struct winsize */
#include "sys/tty.h"

#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

struct terminal {
	int master;
	pid_t pid;
	char seen[512];
	size_t len;
};

/* Runs work() with /dev/tty; it returns the exit code. */
static void start(struct terminal *t, int (*work)(void))
{
	*t = (struct terminal){ .master = posix_openpt(O_RDWR | O_NOCTTY) };
	assert_true(t->master >= 0);
	assert_int_equal(grantpt(t->master), 0);
	assert_int_equal(unlockpt(t->master), 0);
	t->pid = fork();
	if (t->pid == 0) {
		int fd;

		setsid();
		fd = open(ptsname(t->master), O_RDWR);
		if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0)
			_exit(99);
		close(t->master);
		_exit(work());
	}
}

/* Waits until the terminal shows text. */
static void await(struct terminal *t, const char *text)
{
	struct pollfd fd = { t->master, POLLIN, 0 };

	while (!memmem(t->seen, t->len, text, strlen(text))) {
		ssize_t n;

		if (poll(&fd, 1, 10000) != 1 || t->len == sizeof(t->seen))
			fail_msg("the terminal shows \"%.*s\"", (int)t->len, t->seen);
		n = read(t->master, t->seen + t->len, sizeof(t->seen) - t->len);
		if (n <= 0)
			fail_msg("the terminal is gone, and showed \"%.*s\"", (int)t->len, t->seen);
		t->len += (size_t)n;
	}
}

static void type(const struct terminal *t, const char *keys)
{
	assert_int_equal(write(t->master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static int end(struct terminal *t)
{
	int status;

	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	close(t->master);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Asks, shows the answer in angle brackets, and ends with the error's code. */
static int converse(int secret)
{
	char line[8] = "";
	struct co_err err = CO_ERR_INIT;
	struct termios t;
	int fd, rc;

	if (co_tty_open(&fd, &err) < 0)
		return 90;
	/* What was typed before the question must not answer it. */
	co_tty_show(fd, "before? ", &err);
	while (ioctl(fd, FIONREAD, &rc) == 0 && rc < 6)
		poll(NULL, 0, 1);
	rc = co_tty_ask(fd, "code? ", line, sizeof(line), secret, &err);
	if (tcgetattr(fd, &t) < 0 || !(t.c_lflag & ECHO) || !(t.c_lflag & ISIG))
		return 91;
	co_tty_show(fd, "<", &err);
	co_tty_show(fd, line, &err);
	co_tty_show(fd, ">", &err);
	if (rc < 0 && strcmp(err.id, "no-answer") != 0)
		return 92;
	return -rc;
}

static int ask(void)
{
	return converse(0);
}

static int ask_secret(void)
{
	return converse(1);
}

/* Types ahead, then waits for the question: what was typed before it is gone by then. */
static void reach_the_question(struct terminal *t)
{
	await(t, "before? ");
	type(t, "ahead\n");
	await(t, "code? ");
}

static void a_question_is_answered(void **state)
{
	struct terminal t;

	(void)state;
	start(&t, ask);
	reach_the_question(&t);
	type(&t, "yes\n");
	await(&t, "<yes>");
	assert_int_equal(end(&t), 0);
}

static void a_long_line_is_cut(void **state)
{
	struct terminal t;

	(void)state;
	start(&t, ask);
	reach_the_question(&t);
	type(&t, "0123456789\n");
	await(&t, "<0123456>");
	assert_int_equal(end(&t), 0);
}

static void end_of_file_is_no_answer(void **state)
{
	struct terminal t;

	(void)state;
	start(&t, ask);
	reach_the_question(&t);
	type(&t, "\x04");
	await(&t, "<>");
	assert_int_equal(end(&t), -CO_ERR_NO);
}

static int echo_is_off(const struct terminal *t)
{
	struct termios now;
	int slave = open(ptsname(t->master), O_RDWR | O_NOCTTY), off;

	assert_true(slave >= 0);
	off = tcgetattr(slave, &now) == 0 && !(now.c_lflag & ECHO);
	close(slave);
	return off;
}

static void a_secret_is_not_shown(void **state)
{
	struct terminal t;

	(void)state;
	start(&t, ask_secret);
	reach_the_question(&t);
	while (!echo_is_off(&t))
		poll(NULL, 0, 1);
	t.len = 0;
	type(&t, "hunter\n");
	await(&t, "<hunter>");
	assert_null(memmem(t.seen, (size_t)((char *)memchr(t.seen, '<', t.len) - t.seen), "hunter", 6));
	assert_int_equal(end(&t), 0);
}

static void a_signal_waits_until_the_echo_is_back(void **state)
{
	struct terminal t;

	(void)state;
	start(&t, ask_secret);
	reach_the_question(&t);
	while (!echo_is_off(&t))
		poll(NULL, 0, 1);
	kill(t.pid, SIGTERM);
	type(&t, "\x03"); /* Ctrl-C ends the question */
	assert_int_equal(end(&t), 128 + SIGTERM);
}

static void ctrl_c_is_no_answer_to_a_secret(void **state)
{
	struct terminal t;

	(void)state;
	start(&t, ask_secret);
	reach_the_question(&t);
	while (!echo_is_off(&t))
		poll(NULL, 0, 1);
	type(&t, "hun\x03");
	await(&t, "<>");
	assert_int_equal(end(&t), -CO_ERR_NO);
}

static void without_a_terminal(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct co_err err = CO_ERR_INIT;
		int fd;

		setsid();
		_exit(co_tty_open(&fd, &err) == CO_ERR_NO && strcmp(err.id, "no-terminal") == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void widths(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 132 };
	int master = posix_openpt(O_RDWR | O_NOCTTY), file = open("/dev/null", O_RDONLY);

	(void)state;
	assert_true(master >= 0 && file >= 0);
	assert_int_equal(co_tty_is(file), 0);
	assert_int_equal(co_tty_width(file), 80);
	assert_int_equal(co_tty_width(-1), 80);
	assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
	assert_int_equal(co_tty_width(master), 132);
	size.ws_col = 0;
	assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
	assert_int_equal(co_tty_width(master), 80);
	close(master);
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(end_of_file_is_no_answer),
		cmocka_unit_test(a_secret_is_not_shown),
		cmocka_unit_test(a_signal_waits_until_the_echo_is_back),
		cmocka_unit_test(ctrl_c_is_no_answer_to_a_secret),
		cmocka_unit_test(without_a_terminal),
		cmocka_unit_test(widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
