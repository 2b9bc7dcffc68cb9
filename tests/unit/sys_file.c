/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/file.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char dir[64], file[96];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/file", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(file);
	rmdir(dir);
	return 0;
}

static void put(const char *text, size_t len, mode_t mode)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void reads_what_is_there(void **state)
{
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	put("a\0b\n", 4, 0644);
	co_buf_adds(&out, "before ");
	assert_int_equal(co_file_read(file, 4, 0, &out, NULL), CO_OK);
	assert_int_equal(out.len, 11);
	assert_memory_equal(out.data, "before a\0b\n", 12); /* terminated */
	co_buf_clear(&out);
	put("", 0, 0644);
	assert_int_equal(co_file_read(file, 4, 0, &out, NULL), CO_OK);
	assert_int_equal(out.len, 0);
	assert_int_equal(co_file_read("/proc/self/stat", 4096, 0, &out, NULL), CO_OK); /* says it has no bytes */
	assert_true(out.len > 20);
	co_buf_clear(&out);
}

static void reads_more_than_one_chunk(void **state)
{
	struct co_buf out = CO_BUF_INIT;
	char *text = co_xmalloc(100000);
	size_t i;

	(void)state;
	for (i = 0; i < 100000; i++)
		text[i] = (char)('a' + i % 23);
	put(text, 100000, 0600);
	assert_int_equal(co_file_read(file, 100000, 0, &out, NULL), CO_OK);
	assert_int_equal(out.len, 100000);
	assert_memory_equal(out.data, text, 100000);
	co_buf_clear(&out);
	free(text);
}

static void a_limit_holds_and_leaves_nothing(void **state)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	put("12345", 5, 0644);
	co_buf_adds(&out, "x");
	assert_int_equal(co_file_read(file, 4, 0, &out, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "too-large");
	unit_assert_contains(err.message, file);
	assert_string_equal(co_buf_str(&out), "x");
	assert_int_equal(co_file_read("/proc/self/status", 10, 0, &out, &err), CO_ERR_INPUT); /* found while reading */
	assert_string_equal(err.id, "too-large");
	assert_string_equal(co_buf_str(&out), "x");
	co_buf_clear(&out);
}

static void says_what_is_not_there(void **state)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_file_read(file, 4, 0, &out, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "not-found");
	unit_assert_contains(err.message, file);
	unit_assert_contains(err.message, "No such file");
}

static void only_regular_files(void **state)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_file_read(dir, 100, 0, &out, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "not-a-file");
	assert_int_equal(co_file_read("/dev/zero", 100, 0, &out, &err), CO_ERR_INPUT);
	assert_int_equal(mkfifo(file, 0600), 0); /* nobody writes: must not wait */
	assert_int_equal(co_file_read(file, 100, 0, &out, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "not-a-file");
}

static void private_files(void **state)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	char link[100];

	(void)state;
	put("key", 3, 0600);
	assert_int_equal(co_file_read(file, 10, CO_FILE_PRIVATE, &out, &err), CO_OK);
	put("key", 3, 0640);
	assert_int_equal(co_file_read(file, 10, CO_FILE_PRIVATE, &out, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "untrusted-file");
	unit_assert_contains(err.hint, "chmod 600");
	unit_assert_contains(err.hint, file);
	put("key", 3, 0600);
	snprintf(link, sizeof(link), "%s2", file);
	assert_int_equal(symlink(file, link), 0);
	assert_int_equal(co_file_read(link, 10, CO_FILE_PRIVATE, &out, &err), CO_ERR_INPUT);
	unit_assert_contains(err.message, "symbolic link");
	assert_int_equal(co_file_read(link, 10, CO_FILE_TRUSTED, &out, &err), CO_OK);
	unlink(link);
	co_buf_clear(&out);
}

static void trusted_files(void **state)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	put("x", 1, 0644);
	assert_int_equal(co_file_read(file, 10, CO_FILE_TRUSTED, &out, &err), CO_OK);
	put("x", 1, 0620);
	assert_int_equal(co_file_read(file, 10, CO_FILE_TRUSTED, &out, &err), CO_ERR_INPUT);
	put("x", 1, 0602);
	assert_int_equal(co_file_read(file, 10, CO_FILE_TRUSTED, &out, &err), CO_ERR_INPUT);
	unit_assert_contains(err.hint, "chmod go-w");
	if (geteuid() == 0) {
		put("x", 1, 0644);
		assert_int_equal(chown(file, 12345, (gid_t)-1), 0);
		assert_int_equal(co_file_read(file, 10, CO_FILE_TRUSTED, &out, &err), CO_ERR_INPUT);
		unit_assert_contains(err.message, "another user");
		assert_int_equal(co_file_read(file, 10, CO_FILE_PRIVATE, &out, &err), CO_ERR_INPUT);
	}
	co_buf_clear(&out);
}

static void maps(void **state)
{
	struct co_map map = { NULL, 0 };
	struct co_err err = CO_ERR_INIT;

	(void)state;
	put("mapped", 6, 0644);
	assert_int_equal(co_file_map(file, CO_FILE_TRUSTED, &map, NULL), CO_OK);
	assert_int_equal(map.len, 6);
	assert_memory_equal(map.data, "mapped", 6);
	co_file_unmap(&map);
	assert_null(map.data);
	put("", 0, 0644);
	assert_int_equal(co_file_map(file, 0, &map, NULL), CO_OK);
	assert_int_equal(map.len, 0);
	co_file_unmap(&map);
	put("x", 1, 0666);
	assert_int_equal(co_file_map(file, CO_FILE_TRUSTED, &map, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "untrusted-file");
}

static void interrupt(int signal)
{
	(void)signal;
}

/* A signal that interrupts, sent until the reader has all: the pipe is written slowly by a child. */
static void signals_do_not_cut_short(void **state)
{
	const struct sigaction action = { .sa_handler = interrupt }; /* without SA_RESTART */
	struct sigaction before;
	struct co_buf out = CO_BUF_INIT;
	int fds[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	pid = fork();
	if (pid == 0) {
		int i;

		close(fds[0]);
		for (i = 0; i < 50; i++) {
			kill(getppid(), SIGUSR1);
			if (write(fds[1], "0123456789", 10) != 10)
				_exit(1);
		}
		_exit(0);
	}
	close(fds[1]);
	assert_int_equal(co_fd_read(fds[0], 500, "the pipe", &out, NULL), CO_OK);
	assert_int_equal(out.len, 500);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fds[0]);
	sigaction(SIGUSR1, &before, NULL);
	co_buf_clear(&out);
}

static void writes_all_of_it(void **state)
{
	static char big[300000];
	struct co_buf out = CO_BUF_INIT;
	int fds[2], status;
	pid_t pid;

	(void)state;
	memset(big, 'w', sizeof(big));
	assert_int_equal(pipe(fds), 0);
	assert_true(fcntl(fds[1], F_SETFL, 0) == 0);
	pid = fork();
	if (pid == 0) { /* more than a pipe holds */
		close(fds[0]);
		_exit(co_fd_write(fds[1], big, sizeof(big), "the pipe", NULL) != CO_OK);
	}
	close(fds[1]);
	assert_int_equal(co_fd_read(fds[0], sizeof(big), "the pipe", &out, NULL), CO_OK);
	assert_int_equal(out.len, sizeof(big));
	assert_memory_equal(out.data, big, sizeof(big));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fds[0]);
	co_buf_clear(&out);
}

static void says_what_could_not_be_written(void **state)
{
	struct co_err err = CO_ERR_INIT;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(co_fd_write(fd, "x", 1, "the log", &err), CO_ERR_SYSTEM);
	unit_assert_contains(err.message, "cannot write to the log: No space left");
	close(fd);
	assert_int_equal(co_fd_write(fd, "", 0, "nothing", &err), CO_OK);
}

/* In a child: closes one of 0-2, guards, and reports whether its use fails. */
static int guarded(int closed)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		char c = 'x';

		close(closed);
		co_fd_guard_standard();
		if (open("/dev/null", O_RDONLY) <= 2)
			_exit(1); /* a file landed on a standard descriptor */
		if (closed == 0)
			_exit(read(0, &c, 1) == -1 && errno == EBADF ? 0 : 2);
		_exit(write(closed, &c, 1) == -1 && errno == EBADF ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void closed_descriptors_stay_useless(void **state)
{
	(void)state;
	assert_int_equal(guarded(0), 0);
	assert_int_equal(guarded(1), 0);
	assert_int_equal(guarded(2), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_what_is_there),
		TEST(reads_more_than_one_chunk),
		TEST(a_limit_holds_and_leaves_nothing),
		TEST(says_what_is_not_there),
		TEST(only_regular_files),
		TEST(private_files),
		TEST(trusted_files),
		TEST(maps),
		TEST(signals_do_not_cut_short),
		TEST(writes_all_of_it),
		TEST(says_what_could_not_be_written),
		TEST(closed_descriptors_stay_useless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
