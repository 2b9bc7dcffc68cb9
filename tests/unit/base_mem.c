/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include "unit.h"

#include <sys/resource.h>
#include <sys/wait.h>

static void test_copies(void **state)
{
	char *s = co_xasprintf("%d-%s", 7, "x"), *t = co_xstrdup(s), *u = co_xmemdup("a\0b", 3);

	(void)state;
	assert_string_equal(s, "7-x");
	assert_string_equal(t, s);
	assert_memory_equal(u, "a\0b", 4);
	assert_null(co_xstrdup(NULL));
	free(s);
	free(t);
	free(u);
	s = co_xmemdup(NULL, 0);
	assert_string_equal(s, "");
	free(s);
	s = co_xcalloc(0, 0);
	assert_non_null(s);
	free(s);
}

static void test_grow(void **state)
{
	struct pair {
		size_t a, b;
	} *items = NULL;
	size_t count = 0, i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		struct pair *p = co_grow(&items, &count, sizeof(*p));

		assert_ptr_equal(p, &items[i]);
		assert_int_equal(p->a + p->b, 0);
		p->a = i;
		p->b = ~i;
	}
	assert_int_equal(count, 1000);
	for (i = 0; i < count; i++)
		assert_true(items[i].a == i && items[i].b == ~i);
	free(items);
}

/* Out of memory, and a size that overflows, end the process with exit code 4. */
static int exit_code(void (*act)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		fclose(stderr);
		act();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void overflow(void)
{
	free(co_xrealloc(NULL, SIZE_MAX / 2, 4));
}

static void exhaust(void)
{
	const struct rlimit little = { 64 * 1024 * 1024, 64 * 1024 * 1024 };

	setrlimit(RLIMIT_AS, &little);
	free(co_xmalloc((size_t)1 << 32));
}

static void test_failure(void **state)
{
	(void)state;
	if (unit_quick())
		skip();
	assert_int_equal(exit_code(overflow), 4);
#ifndef CO_SANITIZER
	assert_int_equal(exit_code(exhaust), 4);
#else
	(void)exhaust;
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
