/* SPDX-License-Identifier: Apache-2.0 */
#include "model/budget.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/wait.h>

enum { DAY = 86400, NOON = 20000 * DAY + 43200 };

static int setup(void **state)
{
	char *path = co_xstrdup("/tmp/cloudops-budget.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	*state = path;
	return 0;
}

static int teardown(void **state)
{
	unlink(*state);
	free(*state);
	return 0;
}

static struct co_budget open_it(const char *path, int64_t limit)
{
	struct co_budget b = { -1, 0 };

	assert_int_equal(co_budget_open(&b, path, limit, NULL), CO_OK);
	return b;
}

static void reserves_up_to_the_limit_and_corrects(void **state)
{
	struct co_budget b = open_it(*state, 1000);
	struct co_budget_reserve first, second;
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_budget_reserve(&b, NOON, 600, &first, &err), CO_OK);
	assert_int_equal(co_budget_reserve(&b, NOON, 500, &second, &err), CO_ERR_NO);
	assert_string_equal(err.id, "model-budget");
	unit_assert_contains(err.message, "0.001000 US dollars a day");
	assert_int_equal(co_budget_settle(&b, &first, 100, &err), CO_OK);
	assert_int_equal(co_budget_reserve(&b, NOON, 900, &second, &err), CO_OK);
	assert_int_equal(co_budget_reserve(&b, NOON, 1, &first, &err), CO_ERR_NO);
	co_budget_close(&b);
	b = open_it(*state, 1000); /* another process */
	assert_int_equal(co_budget_reserve(&b, NOON, 1, &first, &err), CO_ERR_NO);
	co_budget_close(&b);
}

static void a_new_day_starts_anew(void **state)
{
	struct co_budget b = open_it(*state, 1000);
	struct co_budget_reserve old, fresh;

	assert_int_equal(co_budget_reserve(&b, NOON, 1000, &old, NULL), CO_OK);
	assert_int_equal(co_budget_reserve(&b, NOON + DAY, 1000, &fresh, NULL), CO_OK);
	assert_int_equal(co_budget_settle(&b, &old, 0, NULL), CO_OK); /* gives nothing back to the new day */
	assert_int_equal(co_budget_reserve(&b, NOON + DAY, 1, &fresh, NULL), CO_ERR_NO);
	assert_int_equal(co_budget_reserve(&b, NOON, 1, &old, NULL), CO_ERR_NO); /* nor does a clock set back */
	co_budget_close(&b);
}

static void a_damaged_file_spends_nothing(void **state)
{
	static const char *const bad[] = { "x", "020000 00000000000010\n", "020000 -00000000000010\n", "020000x000000000000010\n" };
	struct co_budget b = open_it(*state, 1000);
	struct co_budget_reserve r;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	for (i = 0; i < CO_COUNT(bad); i++) {
		assert_int_equal(ftruncate(b.fd, 0), 0);
		assert_int_equal(pwrite(b.fd, bad[i], strlen(bad[i]), 0), (ssize_t)strlen(bad[i]));
		assert_int_equal(co_budget_reserve(&b, NOON, 1, &r, &err), CO_ERR_SYSTEM);
		assert_string_equal(err.id, "model-budget");
	}
	co_budget_close(&b);
}

/* Many processes at once never spend more than there is. */
static void is_kept_by_many_at_once(void **state)
{
	enum { PROCESSES = 8, TRIES = 50, LIMIT = 200 };
	int i, k, status, won = 0;
	pid_t pids[PROCESSES];

	for (i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct co_budget b = { -1, 0 };
			struct co_budget_reserve r;
			int mine = 0;

			co_budget_open(&b, *state, LIMIT, NULL);
			for (k = 0; k < TRIES; k++)
				mine += co_budget_reserve(&b, NOON, 1, &r, NULL) == CO_OK;
			_exit(mine);
		}
	}
	for (i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		won += WEXITSTATUS(status);
	}
	assert_int_equal(won, LIMIT);
}

static void amounts(void **state)
{
	static const struct {
		const char *text;
		int64_t amount;
	} rows[] = { { "0", 0 }, { "1", 1000000 }, { "1.5", 1500000 }, { "0.000001", 1 }, { "999999999", 999999999000000 },
		     { "", -1 }, { "-1", -1 }, { "1.", -1 }, { "1.0000001", -1 }, { "1,5", -1 }, { ".5", -1 }, { "1e3", -1 } };
	char text[CO_BUDGET_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(rows); i++)
		assert_int_equal(co_budget_parse(rows[i].text), rows[i].amount);
	co_budget_format(text, 1500001);
	assert_string_equal(text, "1.500001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reserves_up_to_the_limit_and_corrects, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_day_starts_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_file_spends_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(is_kept_by_many_at_once, setup, teardown),
		cmocka_unit_test(amounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
