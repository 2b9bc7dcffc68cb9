/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/child.h"

#include "sys/clock.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

/* A shell is the handiest program to have do odd things; the library itself uses none. */
#define SHELL(script) { "/bin/sh", "-c", script, NULL }

static int run(const char *const *argv, const char *input, struct co_buf *out, int *status, struct co_err *err)
{
	const struct co_child_run r = {
		.argv = argv,
		.input = input,
		.input_len = input ? strlen(input) : 0,
		.output_limit = 1000000,
		.timeout_ms = 20000,
		.quiet = 1,
	};

	return co_child_run(&r, out, status, err);
}

static void gives_output_and_status(void **state)
{
	const char *const argv[] = SHELL("echo out; echo err >&2; exit 7");
	struct co_buf out = CO_BUF_INIT;
	int status = -1;

	(void)state;
	co_buf_adds(&out, "before ");
	assert_int_equal(run(argv, NULL, &out, &status, NULL), CO_OK);
	assert_string_equal(co_buf_str(&out), "before out\n");
	assert_int_equal(status, 7);
	co_buf_clear(&out);
}

static void takes_input_of_any_size(void **state)
{
	const char *const argv[] = { "/bin/cat", NULL };
	struct co_buf out = CO_BUF_INIT;
	char *big = co_xcalloc(1, 500001);
	int status;

	(void)state;
	memset(big, 'i', 500000);
	assert_int_equal(run(argv, big, &out, &status, NULL), CO_OK); /* more than two pipes hold */
	assert_int_equal(out.len, 500000);
	assert_string_equal(out.data, big);
	assert_int_equal(status, 0);
	free(big);
	co_buf_clear(&out);
}

static void input_may_be_left_unread(void **state)
{
	const char *const argv[] = SHELL("exec <&-; echo done");
	struct co_buf out = CO_BUF_INIT;
	char *big = co_xcalloc(1, 500001);
	int status;

	(void)state;
	memset(big, 'i', 500000);
	assert_int_equal(run(argv, big, &out, &status, NULL), CO_OK);
	assert_string_equal(co_buf_str(&out), "done\n");
	free(big);
	co_buf_clear(&out);
}

static void a_signal_is_128_and_its_number(void **state)
{
	const char *const argv[] = SHELL("kill -TERM $$");
	struct co_buf out = CO_BUF_INIT;
	int status;

	(void)state;
	assert_int_equal(run(argv, NULL, &out, &status, NULL), CO_OK);
	assert_int_equal(status, 128 + SIGTERM);
	co_buf_clear(&out);
}

/* posix_spawn() tells of a failed start through memory, which a fork under valgrind does not share. */
static void needs_vfork(void)
{
	if (unit_quick())
		skip();
}

static void says_what_cannot_be_run(void **state)
{
	const char *const missing[] = { "/nonexistent/program", NULL }, *const directory[] = { "/tmp", NULL };
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int status = -1;

	(void)state;
	needs_vfork();
	assert_int_equal(run(missing, NULL, &out, &status, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "not-found");
	unit_assert_contains(err.message, "/nonexistent/program");
	assert_int_equal(run(directory, NULL, &out, &status, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "system");
	assert_int_equal(status, -1);
}

static void output_has_a_limit(void **state)
{
	const char *const argv[] = SHELL("while :; do echo more and more; done");
	const struct co_child_run r = { .argv = argv, .output_limit = 10000, .timeout_ms = 20000 };
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int status = -1;

	(void)state;
	co_buf_adds(&out, "x");
	assert_int_equal(co_child_run(&r, &out, &status, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "too-large");
	assert_string_equal(co_buf_str(&out), "x");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it was reaped */
	assert_int_equal(errno, ECHILD);
	co_buf_clear(&out);
}

/* Both while it holds its output open and after it closed it. */
static void time_has_a_limit(void **state)
{
	const char *const scripts[] = { "while :; do read -r x; done", "exec >&-; while :; do read -r x; done" };
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(scripts); i++) {
		const char *const argv[] = SHELL(scripts[i]);
		const struct co_child_run r = { .argv = argv, .output_limit = 100, .timeout_ms = 100 };
		struct co_buf out = CO_BUF_INIT;
		struct co_err err = CO_ERR_INIT;
		int64_t before = co_clock_ms();
		int status;

		assert_int_equal(co_child_run(&r, &out, &status, &err), CO_ERR_SYSTEM);
		assert_string_equal(err.id, "timeout");
		assert_true(co_clock_ms() - before >= 100);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		co_buf_clear(&out);
	}
}

static void has_only_the_environment_it_was_given(void **state)
{
	const char *const argv[] = { "/usr/bin/env", NULL }, *const env[] = { "A=1", "B=two words", NULL };
	const struct co_child_run with = { .argv = argv, .env = env, .output_limit = 1000, .timeout_ms = 20000 };
	struct co_buf out = CO_BUF_INIT;
	int status;

	(void)state;
	assert_int_equal(setenv("CLOUDOPS_SECRET", "leak", 1), 0);
	assert_int_equal(run(argv, NULL, &out, &status, NULL), CO_OK);
	assert_string_equal(co_buf_str(&out), "");
	assert_int_equal(co_child_run(&with, &out, &status, NULL), CO_OK);
	assert_string_equal(co_buf_str(&out), "A=1\nB=two words\n");
	co_buf_clear(&out);
}

static void has_only_the_standard_descriptors(void **state)
{
	const char *const argv[] = SHELL("for fd in /proc/self/fd/*; do echo ${fd##*/}; done");
	struct co_buf out = CO_BUF_INIT;
	int status, leak = open("/etc/passwd", O_RDONLY); /* without O_CLOEXEC */
	const char *line;

	(void)state;
	assert_true(leak >= 3 && dup2(leak, 77) == 77);
	assert_int_equal(run(argv, NULL, &out, &status, NULL), CO_OK);
	for (line = co_buf_str(&out); *line; line = strchr(line, '\n') + 1)
		if (atoi(line) > 3) /* 3 is the shell's own, of the directory */
			fail_msg("descriptor %d crossed into the child", atoi(line));
	close(leak);
	close(77);
	co_buf_clear(&out);
}

static void has_default_signals(void **state)
{
	const char *const argv[] = { "/bin/grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status", NULL };
	struct co_buf out = CO_BUF_INIT;
	unsigned long long blocked, ignored;
	sigset_t set, before;
	int status;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	assert_int_equal(run(argv, NULL, &out, &status, NULL), CO_OK);
	sigprocmask(SIG_SETMASK, &before, NULL);
	/* glibc ignores its own two, 32 and 33, in whatever it spawns. */
	assert_int_equal(sscanf(co_buf_str(&out), "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
	assert_int_equal(blocked, 0);
	assert_int_equal(ignored & 0x7fffffff, 0);
	co_buf_clear(&out);
}

static void reads_nothing_without_input(void **state)
{
	const char *const argv[] = { "/bin/cat", NULL };
	struct co_buf out = CO_BUF_INIT;
	int status = -1;

	(void)state;
	assert_int_equal(run(argv, NULL, &out, &status, NULL), CO_OK);
	assert_int_equal(out.len, 0);
	assert_int_equal(status, 0);
	co_buf_clear(&out);
}

static void a_conversation(void **state)
{
	const char *const argv[] = SHELL("while read -r word; do echo \"<$word>\"; done");
	struct co_child child = CO_CHILD_INIT;
	char answer[16] = "";
	pid_t pid;

	(void)state;
	assert_int_equal(co_child_start(&child, argv, NULL, NULL), CO_OK);
	assert_int_equal(write(child.to, "one\n", 4), 4);
	assert_int_equal(read(child.from, answer, sizeof(answer)), 6);
	assert_memory_equal(answer, "<one>\n", 6);
	assert_int_equal(write(child.to, "2\n", 2), 2);
	assert_int_equal(read(child.from, answer, sizeof(answer)), 4);
	pid = child.pid;
	co_child_end(&child);
	assert_int_equal(child.pid, -1);
	assert_int_equal(kill(pid, 0), -1);
	co_child_end(&child); /* again: nothing */
}

static void one_that_does_not_end_is_killed(void **state)
{
	const char *const argv[] = SHELL("trap '' TERM HUP PIPE; echo ready; while :; do :; done");
	struct co_child child = CO_CHILD_INIT;
	char answer[16];
	pid_t pid;

	(void)state;
	assert_int_equal(co_child_start(&child, argv, NULL, NULL), CO_OK);
	assert_int_equal(read(child.from, answer, sizeof(answer)), 6);
	pid = child.pid;
	co_child_end(&child);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void a_failed_start_leaves_nothing_open(void **state)
{
	const char *const argv[] = { "/nonexistent", NULL };
	struct co_child child = CO_CHILD_INIT;
	int before, after;

	(void)state;
	needs_vfork();
	before = dup(0);
	assert_int_equal(co_child_start(&child, argv, NULL, NULL), CO_ERR_SYSTEM);
	assert_int_equal(child.pid, -1);
	after = dup(0);
	assert_int_equal(after, before + 1);
	close(before);
	close(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_output_and_status),
		cmocka_unit_test(takes_input_of_any_size),
		cmocka_unit_test(input_may_be_left_unread),
		cmocka_unit_test(a_signal_is_128_and_its_number),
		cmocka_unit_test(says_what_cannot_be_run),
		cmocka_unit_test(output_has_a_limit),
		cmocka_unit_test(time_has_a_limit),
		cmocka_unit_test(has_only_the_environment_it_was_given),
		cmocka_unit_test(has_only_the_standard_descriptors),
		cmocka_unit_test(has_default_signals),
		cmocka_unit_test(reads_nothing_without_input),
		cmocka_unit_test(a_conversation),
		cmocka_unit_test(one_that_does_not_end_is_killed),
		cmocka_unit_test(a_failed_start_leaves_nothing_open),
	};

	signal(SIGPIPE, SIG_IGN); /* as in every tool */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
