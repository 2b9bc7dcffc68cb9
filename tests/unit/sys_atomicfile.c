/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/atomicfile.h"

#include "sys/file.h"
#include "sys/lockfile.h"
#include "unit.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static char dir[64], file[96];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/file", dir);
	return 0;
}

static int entries(void)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static int teardown(void **state)
{
	int left;

	(void)state;
	unlink(file);
	left = entries(); /* whatever happened, no temporary file stays */
	rmdir(dir);
	return left;
}

static void holds(const char *wanted, mode_t mode)
{
	struct stat st;
	size_t len;
	char *text = unit_read(file, &len);

	assert_string_equal(text, wanted);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, mode);
	free(text);
}

static void replaces(void **state)
{
	(void)state;
	assert_int_equal(co_file_replace(file, "one", 3, 0640, NULL), CO_OK);
	holds("one", 0640);
	assert_int_equal(co_file_replace(file, "three", 5, 0600, NULL), CO_OK);
	holds("three", 0600);
	assert_int_equal(co_file_replace(file, "", 0, 0600, NULL), CO_OK);
	holds("", 0600);
	assert_int_equal(entries(), 1);
}

static void creates_once(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_file_create(file, "first", 5, 0600, &err), CO_OK);
	assert_int_equal(co_file_create(file, "second", 6, 0600, &err), CO_ERR_NO);
	assert_string_equal(err.id, "exists");
	unit_assert_contains(err.message, file);
	holds("first", 0600);
	assert_int_equal(entries(), 1);
}

/* Of many that create at the same time exactly one succeeds. */
static void creates_once_among_many(void **state)
{
	enum { MANY = 16 };
	int i, status, won = 0, lost = 0;

	(void)state;
	for (i = 0; i < MANY; i++)
		if (fork() == 0)
			_exit(-co_file_create(file, "mine", 4, 0600, NULL));
	for (i = 0; i < MANY; i++) {
		assert_true(wait(&status) > 0);
		won += WIFEXITED(status) && WEXITSTATUS(status) == 0;
		lost += WIFEXITED(status) && WEXITSTATUS(status) == -CO_ERR_NO;
	}
	assert_int_equal(won, 1);
	assert_int_equal(lost, MANY - 1);
	holds("mine", 0600);
	assert_int_equal(entries(), 1);
}

static void a_failed_write_changes_nothing(void **state)
{
	struct rlimit before, small = { 100, 100 };
	struct co_err err = CO_ERR_INIT;
	char *big = co_xcalloc(1, 10000);
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(co_file_replace(file, "old", 3, 0600, NULL), CO_OK);
	pid = fork();
	if (pid == 0) { /* the disk is full after 100 bytes */
		signal(SIGXFSZ, SIG_IGN);
		if (getrlimit(RLIMIT_FSIZE, &before) < 0 || setrlimit(RLIMIT_FSIZE, &small) < 0)
			_exit(99);
		if (co_file_replace(file, big, 10000, 0600, &err) != CO_ERR_SYSTEM || !strstr(err.message, file))
			_exit(1);
		if (co_file_create("/nonexistent/file", "x", 1, 0600, &err) != CO_ERR_SYSTEM)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(big);
	holds("old", 0600);
	assert_int_equal(entries(), 1);
}

/* Killed at any moment, the file is the old one or the new one. */
static void a_kill_never_tears(void **state)
{
	enum { SIZE = 200000 };
	char *old = co_xmalloc(SIZE), *new = co_xmalloc(SIZE), *text;
	int round, rounds = unit_quick() ? 3 : 40, status;
	struct co_buf leftovers = CO_BUF_INIT;
	size_t len;

	(void)state;
	memset(old, 'o', SIZE);
	memset(new, 'n', SIZE);
	assert_int_equal(co_file_replace(file, old, SIZE, 0600, NULL), CO_OK);
	for (round = 0; round < rounds; round++) {
		pid_t pid = fork();
		struct timespec pause = { 0, round * 50000L };

		if (pid == 0) {
			for (;;) {
				co_file_replace(file, new, SIZE, 0600, NULL);
				co_file_replace(file, old, SIZE, 0600, NULL);
			}
		}
		nanosleep(&pause, NULL); /* the moment of the kill is what varies */
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		text = unit_read(file, &len);
		assert_int_equal(len, SIZE);
		assert_true(memcmp(text, old, SIZE) == 0 || memcmp(text, new, SIZE) == 0);
		free(text);
	}
	co_buf_addf(&leftovers, "rm -f '%s'.*", file); /* a killed process cannot remove its temporary file */
	assert_int_equal(system(co_buf_str(&leftovers)), 0);
	co_buf_clear(&leftovers);
	free(old);
	free(new);
}

static void makes_directories(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char deep[128], part[128];
	struct stat st;

	(void)state;
	snprintf(deep, sizeof(deep), "%s/a/b/c", dir);
	assert_int_equal(co_dir_make(deep, &err), CO_OK);
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(co_dir_make(deep, &err), CO_OK); /* again */
	assert_int_equal(co_file_replace(file, "x", 1, 0600, NULL), CO_OK);
	snprintf(part, sizeof(part), "%s/below", file);
	assert_int_equal(co_dir_make(part, &err), CO_ERR_SYSTEM); /* beneath a file */
	unit_assert_contains(err.message, "Not a directory");
	assert_int_equal(co_dir_make(file, &err), CO_ERR_SYSTEM); /* a file */
	rmdir(deep);
	*strrchr(deep, '/') = '\0';
	rmdir(deep);
	*strrchr(deep, '/') = '\0';
	rmdir(deep);
}

static void one_holds_a_lock_at_a_time(void **state)
{
	struct co_err err = CO_ERR_INIT;
	int mine, theirs;

	(void)state;
	assert_int_equal(co_lock_open(file, &mine, &err), CO_OK);
	assert_int_equal(co_lock_open(file, &theirs, &err), CO_OK);
	assert_int_equal(co_lock_take(mine, 0, &err), CO_OK);
	assert_int_equal(co_lock_take(theirs, 0, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "locked");
	assert_int_equal(co_lock_take(theirs, 20, &err), CO_ERR_SYSTEM);
	co_lock_drop(mine);
	assert_int_equal(co_lock_take(theirs, 0, &err), CO_OK);
	co_lock_drop(theirs);
	close(mine);
	close(theirs);
}

static void a_lock_is_waited_for_and_ends_with_its_holder(void **state)
{
	int mine, status, ready[2];
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		int fd;

		if (co_lock_open(file, &fd, NULL) < 0 || co_lock_take(fd, -1, NULL) < 0)
			_exit(1);
		if (write(ready[1], "x", 1) != 1)
			_exit(2);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(co_lock_open(file, &mine, NULL), CO_OK);
	assert_int_equal(co_lock_take(mine, 0, NULL), CO_ERR_SYSTEM);
	kill(pid, SIGKILL);
	assert_int_equal(co_lock_take(mine, 10000, NULL), CO_OK); /* released by the kernel */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(mine);
	close(ready[0]);
	close(ready[1]);
}

static void a_lock_is_no_symbolic_link(void **state)
{
	struct co_err err = CO_ERR_INIT;
	int fd = -7;

	(void)state;
	assert_int_equal(symlink("/etc/passwd", file), 0);
	assert_int_equal(co_lock_open(file, &fd, &err), CO_ERR_SYSTEM);
	assert_int_equal(fd, -7);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(replaces),
		TEST(creates_once),
		TEST(creates_once_among_many),
		TEST(a_failed_write_changes_nothing),
		TEST(a_kill_never_tears),
		TEST(makes_directories),
		TEST(one_holds_a_lock_at_a_time),
		TEST(a_lock_is_waited_for_and_ends_with_its_holder),
		TEST(a_lock_is_no_symbolic_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
