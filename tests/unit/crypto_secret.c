/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void holds_and_terminates(void **state)
{
	struct co_secret s = CO_SECRET_INIT;

	(void)state;
	co_secret_set(&s, "hunter2", 7);
	assert_int_equal(s.len, 7);
	assert_string_equal((char *)s.data, "hunter2");
	co_secret_set(&s, s.data + 1, 3); /* from within itself */
	assert_memory_equal(s.data, "unt\0\0\0\0", 8); /* nothing of the longer one is left */
	co_secret_set(&s, NULL, 0);
	assert_int_equal(s.len, 0);
	assert_string_equal((char *)s.data, "");
	co_secret_clear(&s);
	assert_null(s.data);
	co_secret_clear(&s);
}

static void wiping(void **state)
{
	char text[] = "hunter2";

	(void)state;
	co_wipe(text, sizeof(text));
	assert_memory_equal(text, "\0\0\0\0\0\0\0\0", sizeof(text));
	co_wipe(NULL, 0);
}

/* The kernel's own word for MADV_DONTDUMP is "dd" in VmFlags (proc_pid_smaps(5)). */
static void kept_out_of_core_dumps(void **state)
{
	struct co_secret s = CO_SECRET_INIT;
	FILE *maps = fopen("/proc/self/smaps", "r");
	char line[512];
	int inside = 0, flagged = 0;

	(void)state;
	if (!maps)
		skip();
	co_secret_set(&s, "hunter2", 7);
	while (fgets(line, sizeof(line), maps)) {
		uintptr_t from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (uintptr_t)s.data >= from && (uintptr_t)s.data < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			flagged = strstr(line, " dd") != NULL;
	}
	fclose(maps);
	co_secret_clear(&s);
	assert_true(flagged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_and_terminates),
		cmocka_unit_test(wiping),
		cmocka_unit_test(kept_out_of_core_dumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
