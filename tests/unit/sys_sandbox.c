/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every act is tried twice: without a sandbox, where it must work, and inside
 * one, where the kernel must stop it. Each try is a process of its own.
 */
#include "sys/sandbox.h"

#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { HAPPENED = 40, STOPPED, NOT_ENTERED };

/* What became of work() in a child, inside the sandbox (NULL: none): an exit code, or 128 + signal. */
static int try(const struct co_sandbox *sandbox, int (*work)(const char *), const char *argument)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (sandbox && co_sandbox_enter(sandbox, NULL) < 0)
			_exit(NOT_ENTERED);
		_exit(work(argument));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Sanitizers are allowed more calls, and valgrind knows no seccomp. */
static void needs_the_real_thing(void)
{
#ifdef CO_SANITIZER
	skip();
#endif
	if (unit_quick())
		skip();
}

static int probe(const char *act)
{
	return co_sandbox_probe(act, NULL) == CO_OK ? HAPPENED : STOPPED;
}

static const char *const acts[] = { "socket", "listen", "exec", "write", "read", "list", "kill", "ptrace", "code" };

static void without_a_sandbox_all_of_it_works(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(acts); i++)
		if (try(NULL, probe, acts[i]) != HAPPENED)
			fail_msg("\"%s\" does not work even without a sandbox", acts[i]);
}

static void with_nothing_allowed_all_of_it_kills(void **state)
{
	static const struct co_sandbox nothing = { 0, NULL };
	size_t i;

	(void)state;
	needs_the_real_thing();
	assert_int_equal(try(&nothing, probe, "none"), HAPPENED);
	for (i = 0; i < CO_COUNT(acts); i++)
		if (try(&nothing, probe, acts[i]) != 128 + SIGSYS)
			fail_msg("\"%s\" was not killed", acts[i]);
}

/* What each group lets happen (h), stops (s) or kills (k), in the order of acts. No path is given. */
static const struct {
	unsigned allow;
	const char *outcome;
} groups[] = {
	{ CO_ALLOW_OPEN_READ, "kkkksskkk" },
	{ CO_ALLOW_OPEN_READ | CO_ALLOW_ALL_PATHS, "kkkkhhkkk" },
	{ CO_ALLOW_OPEN_WRITE | CO_ALLOW_OPEN_READ, "kkksss" "kkk" },
	{ CO_ALLOW_OPEN_WRITE | CO_ALLOW_ALL_PATHS, "kkkhhhkkk" },
	{ CO_ALLOW_EXEC | CO_ALLOW_OPEN_READ, "kkskssskh" },
	{ CO_ALLOW_EXEC | CO_ALLOW_OPEN_READ | CO_ALLOW_ALL_PATHS, "kkhkhhhkh" },
	{ CO_ALLOW_THREADS, "kkkkkkkkk" },
	{ CO_ALLOW_UNIX_SOCKET, "kkkkkkkkk" },
	{ CO_ALLOW_INET, "hskkkkkkk" },
	{ CO_ALLOW_HOST, "kkkkkkkkk" },
};

static void each_group_allows_its_own_and_no_more(void **state)
{
	size_t i, j;

	(void)state;
	needs_the_real_thing();
	for (i = 0; i < CO_COUNT(groups); i++) {
		const struct co_sandbox sandbox = { groups[i].allow, NULL };

		assert_int_equal(strlen(groups[i].outcome), CO_COUNT(acts));
		for (j = 0; j < CO_COUNT(acts); j++) {
			int got = try(&sandbox, probe, acts[j]);
			char letter = (char)(got == HAPPENED ? 'h' : got == STOPPED ? 's' : got == 128 + SIGSYS ? 'k' : '?');

			if (letter != groups[i].outcome[j])
				fail_msg("groups %#x, \"%s\": %c, not %c (%d)", groups[i].allow, acts[j], letter,
					 groups[i].outcome[j], got);
		}
	}
}

static char place[64];

static int can_open(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd < 0)
		return 0;
	close(fd);
	return 1;
}

/* Reads, writes and makes files beneath place as the argument says: "rwc", upper case for what must fail. */
static int use_files(const char *wanted)
{
	char inside[96], made[96];
	int ok;

	snprintf(inside, sizeof(inside), "%s/file", place);
	snprintf(made, sizeof(made), "%s/made", place);
	for (; *wanted; wanted++) {
		switch (*wanted) {
		case 'r': case 'R': ok = can_open(inside, O_RDONLY); break;
		case 'w': case 'W': ok = can_open(inside, O_WRONLY | O_TRUNC); break;
		case 'c': case 'C': ok = can_open(made, O_WRONLY | O_CREAT | O_EXCL) && unlink(made) == 0; break;
		default: ok = can_open("/etc/group", O_RDONLY); break; /* O */
		}
		if (ok != (*wanted >= 'a'))
			return *wanted;
	}
	return HAPPENED;
}

static int setup_place(void **state)
{
	char path[96];
	FILE *f;

	(void)state;
	strcpy(place, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(place));
	snprintf(path, sizeof(path), "%s/file", place);
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	return 0;
}

static int teardown_place(void **state)
{
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/file", place);
	unlink(path);
	rmdir(place);
	return 0;
}

static void paths_have_the_rights_of_their_row(void **state)
{
	const struct co_sandbox_path reading[] = { { place, CO_ALLOW_OPEN_READ },
						   { "/nonexistent", CO_ALLOW_OPEN_READ },
						   { NULL, 0 } };
	const struct co_sandbox_path writing[] = { { place, CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE }, { NULL, 0 } };
	const unsigned both = CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE;
	const struct co_sandbox reader = { both, reading }, writer = { both, writing };

	(void)state;
	needs_the_real_thing();
	assert_int_equal(try(NULL, use_files, "rwco"), HAPPENED);
	assert_int_equal(try(&reader, use_files, "rWCO"), HAPPENED);
	assert_int_equal(try(&writer, use_files, "rwcO"), HAPPENED);
}

/* A second sandbox narrows; one that would widen does not. */
static int seal_then_probe(const char *act)
{
	const struct co_sandbox sealed = { 0, NULL };

	return co_sandbox_enter(&sealed, NULL) < 0 ? NOT_ENTERED : probe(act);
}

static int widen_then_probe(const char *act)
{
	const struct co_sandbox wide = { CO_ALLOW_OPEN_READ | CO_ALLOW_INET | CO_ALLOW_EXEC, NULL };

	return co_sandbox_enter(&wide, NULL) < 0 ? NOT_ENTERED : probe(act);
}

static void a_second_one_only_takes_away(void **state)
{
	const struct co_sandbox reader = { CO_ALLOW_OPEN_READ | CO_ALLOW_ALL_PATHS, NULL };

	(void)state;
	needs_the_real_thing();
	assert_int_equal(try(&reader, probe, "read"), HAPPENED);
	assert_int_equal(try(&reader, seal_then_probe, "none"), HAPPENED);
	assert_int_equal(try(&reader, seal_then_probe, "read"), 128 + SIGSYS);
	assert_int_equal(try(&reader, widen_then_probe, "socket"), 128 + SIGSYS);
	assert_int_equal(try(&reader, widen_then_probe, "exec"), 128 + SIGSYS);
}

static void *answer(void *argument)
{
	return argument;
}

static int start_a_thread(const char *argument)
{
	pthread_t thread;
	void *got = NULL;

	(void)argument;
	if (pthread_create(&thread, NULL, answer, place) != 0)
		return STOPPED;
	pthread_join(thread, &got);
	return got == place ? HAPPENED : STOPPED;
}

static int fork_once(const char *argument)
{
	pid_t pid = fork();

	(void)argument;
	if (pid == 0)
		_exit(0);
	return pid < 0 ? STOPPED : HAPPENED;
}

static void threads_are_not_processes(void **state)
{
	const struct co_sandbox threads = { CO_ALLOW_THREADS, NULL }, nothing = { 0, NULL };

	(void)state;
	needs_the_real_thing();
	assert_int_equal(try(&threads, start_a_thread, NULL), HAPPENED);
	assert_int_equal(try(&threads, fork_once, NULL), 128 + SIGSYS);
	assert_int_equal(try(&nothing, start_a_thread, NULL), 128 + SIGSYS);
}

static int make_sockets(const char *wanted)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6, 16 /* AF_NETLINK */, 17 /* AF_PACKET */ };
	size_t i;

	for (i = 0; wanted[i]; i++) {
		int fd;

		if (wanted[i] == '-')
			continue;
		fd = socket(families[i], families[i] >= 16 ? SOCK_RAW : SOCK_STREAM, 0);
		if (fd < 0)
			return STOPPED;
		close(fd);
	}
	return HAPPENED;
}

static void each_kind_of_socket_has_its_group(void **state)
{
	const struct co_sandbox local = { CO_ALLOW_UNIX_SOCKET, NULL }, inet = { CO_ALLOW_INET, NULL };
	const struct co_sandbox host = { CO_ALLOW_HOST, NULL };

	(void)state;
	needs_the_real_thing();
	assert_int_equal(try(&local, make_sockets, "x----"), HAPPENED);
	assert_int_equal(try(&local, make_sockets, "-x---"), 128 + SIGSYS);
	assert_int_equal(try(&inet, make_sockets, "-xxx-"), HAPPENED);
	assert_int_equal(try(&inet, make_sockets, "x----"), STOPPED); /* softly: getaddrinfo() tries one */
	assert_int_equal(try(&inet, make_sockets, "----x"), 128 + SIGSYS);
	assert_int_equal(try(&host, make_sockets, "---x-"), HAPPENED);
	assert_int_equal(try(&host, make_sockets, "-x---"), 128 + SIGSYS);
}

static void an_unknown_act_is_wrong_usage(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_sandbox_probe("sokcet", &err), CO_ERR_USAGE);
	assert_string_equal(err.hint, "did you mean \"socket\"?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_sandbox_all_of_it_works),
		cmocka_unit_test(with_nothing_allowed_all_of_it_kills),
		cmocka_unit_test(each_group_allows_its_own_and_no_more),
		cmocka_unit_test_setup_teardown(paths_have_the_rights_of_their_row, setup_place, teardown_place),
		cmocka_unit_test(a_second_one_only_takes_away),
		cmocka_unit_test(threads_are_not_processes),
		cmocka_unit_test(each_kind_of_socket_has_its_group),
		cmocka_unit_test(an_unknown_act_is_wrong_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
