/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of readings that compare two samples: the test includes the
 * reading's source, takes one sample of each of two trees, and reports on them.
 */
#ifndef CO_TESTS_UNIT_LOCAL_H
#define CO_TESTS_UNIT_LOCAL_H

#include "provider/local/reading.h"

#include "codec/json.h"
#include "sys/clock.h"
#include "unit.h"

struct local_test {
	struct co_host host;
	struct co_call call;
	struct co_reading reading;
	struct co_err err;
};

static inline void local_open(struct local_test *t, const char *tree)
{
	memset(t, 0, sizeof(*t));
	assert_int_equal(co_host_open(&t->host, tree, &t->err), CO_OK);
	t->call.service = "read";
	t->call.operation = "test";
	t->call.deadline = co_clock_ms() + 20000;
	t->reading = (struct co_reading){ &t->host, &t->call, json_object(), &t->err };
}

static inline void local_close(struct local_test *t)
{
	json_decref(t->reading.output);
	co_host_close(&t->host);
}

static inline double local_number(const struct local_test *t, const char *pointer)
{
	json_t *value = co_json_at(t->reading.output, pointer);

	if (!json_is_number(value))
		fail_msg("no number at %s", pointer);
	return json_number_value(value);
}

static inline const char *local_text(const struct local_test *t, const char *pointer)
{
	json_t *value = co_json_at(t->reading.output, pointer);

	if (!json_is_string(value))
		fail_msg("no string at %s", pointer);
	return json_string_value(value);
}

#define local_is(t, pointer, wanted)                                                                         \
	assert_true(local_number(t, pointer) > (wanted)-0.006 && local_number(t, pointer) < (wanted) + 0.006)

#endif
