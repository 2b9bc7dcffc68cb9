/* SPDX-License-Identifier: Apache-2.0 */
/* The process that reads: several readings at once, errors with all their parts, cancelling, and its end. */
#include "provider/local/local.h"

#include "codec/json.h"
#include "sys/clock.h"
#include "unit.h"

#include <pthread.h>
#include <signal.h>

enum { CALLS = 12 };

struct job {
	void *state;
	struct co_call call;
	json_t *output;
	struct co_err err;
	int code;
};

static void *run(void *context)
{
	struct job *j = context;

	j->code = co_provider_local.call(j->state, &j->call, &j->output, &j->err);
	return NULL;
}

static void prepare(struct job *j, void *state, const char *operation, json_t *with)
{
	memset(j, 0, sizeof(*j));
	j->state = state;
	j->call.service = "read";
	j->call.operation = operation;
	j->call.with = with;
	j->call.deadline = co_clock_ms() + 20000;
}

static void *open_provider(void)
{
	struct co_err err = CO_ERR_INIT;
	void *state = NULL;

	if (co_provider_local.open(&state, NULL, &err))
		fail_msg("%s", unit_error(&err));
	return state;
}

/* More calls than the reader has room for: each gets its own answer. */
static void many_at_once(void **unused)
{
	static const char *const names[] = { "time", "memory", "units" };
	void *state = open_provider();
	struct job jobs[CALLS];
	pthread_t threads[CALLS];
	int i;

	(void)unused;
	for (i = 0; i < CALLS; i++) {
		prepare(&jobs[i], state, names[i % 3],
			i % 3 == 1 ? json_pack("{s:s}", "interval", "100ms") : json_object());
		assert_int_equal(pthread_create(&threads[i], NULL, run, &jobs[i]), 0);
	}
	for (i = 0; i < CALLS; i++) {
		pthread_join(threads[i], NULL);
		if (jobs[i].code)
			fail_msg("%s", unit_error(&jobs[i].err));
		assert_non_null(json_object_get(jobs[i].output, i % 3 == 0   ? "up_seconds"
								: i % 3 == 1 ? "total_bytes"
									     : "failed"));
		json_decref(jobs[i].output);
		json_decref(jobs[i].call.with);
	}
	co_provider_local.close(state);
}

static void errors_cross_whole(void **unused)
{
	void *state = open_provider();
	struct job j;

	(void)unused;
	prepare(&j, state, "cpu", json_pack("{s:i}", "interval", 5));
	run(&j);
	assert_int_equal(j.code, CO_ERR_INPUT);
	assert_string_equal(j.err.id, "parameter");
	assert_string_equal(j.err.path, "/with/interval");
	json_decref(j.call.with);
	prepare(&j, state, "disks", NULL);
	run(&j);
	assert_int_equal(j.code, CO_ERR_INPUT);
	unit_assert_contains(j.err.hint, "did you mean \"disk\"");
	co_provider_local.close(state);
}

static void cancel_is_heeded(void **unused)
{
	void *state = open_provider();
	atomic_int cancelled = 0;
	pthread_t thread;
	struct job j;
	int64_t start;

	(void)unused;
	prepare(&j, state, "cpu", json_pack("{s:s}", "interval", "30s"));
	j.call.deadline = co_clock_ms() + 60000;
	j.call.cancelled = &cancelled;
	assert_int_equal(pthread_create(&thread, NULL, run, &j), 0);
	start = co_clock_ms();
	atomic_store(&cancelled, 1);
	pthread_join(thread, NULL);
	assert_int_equal(j.code, CO_ERR_SYSTEM);
	assert_string_equal(j.err.id, "interrupted");
	assert_true(co_clock_ms() - start < 10000);
	/* The slot serves again. */
	atomic_store(&cancelled, 0);
	json_object_set_new(j.call.with, "interval", json_string("10ms"));
	run(&j);
	assert_int_equal(j.code, CO_OK);
	json_decref(j.output);
	json_decref(j.call.with);
	co_provider_local.close(state);
}

static void deadline_is_kept(void **unused)
{
	void *state = open_provider();
	struct job j;
	int64_t start = co_clock_ms();

	(void)unused;
	prepare(&j, state, "cpu", json_pack("{s:s}", "interval", "30s"));
	j.call.deadline = start + 100;
	run(&j);
	assert_int_equal(j.code, CO_ERR_SYSTEM);
	assert_string_equal(j.err.id, "timeout");
	assert_true(co_clock_ms() - start < 10000);
	json_decref(j.call.with);
	co_provider_local.close(state);
}

static void preview_says_what_would_be_read(void **unused)
{
	struct co_err err = CO_ERR_INIT;
	struct job j;
	json_t *request = NULL;

	(void)unused;
	prepare(&j, NULL, "units", NULL);
	assert_int_equal(co_provider_local.preview(NULL, &j.call, &request, &err), CO_OK);
	assert_string_equal(json_string_value(co_json_at(request, "/runs/0")), "systemctl");
	json_decref(request);
	prepare(&j, NULL, "nothing", NULL);
	assert_int_equal(co_provider_local.preview(NULL, &j.call, &request, &err), CO_ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(errors_cross_whole),
		cmocka_unit_test(cancel_is_heeded),
		cmocka_unit_test(deadline_is_kept),
		cmocka_unit_test(preview_says_what_would_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
