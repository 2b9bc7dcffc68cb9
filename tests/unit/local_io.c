/* SPDX-License-Identifier: Apache-2.0 */
#include "../../lib/provider/local/io.c"

#include "local.h"

static void rates_are_of_the_interval(void **state)
{
	struct local_test before, t;
	struct sample a, b;

	(void)state;
	local_open(&before, "tests/golden/local/container");
	local_open(&t, "tests/golden/local/later");
	assert_int_equal(take_sample(&before.reading, &a), CO_OK);
	assert_int_equal(take_sample(&t.reading, &b), CO_OK);
	a.at_ms = 1000;
	b.at_ms = 2000;
	report_devices(&t.reading, &a, &b);
	report_users(&t.reading, &a, &b, 5);
	assert_string_equal(local_text(&t, "/devices/0/device"), "vda");
	assert_string_equal(local_text(&t, "/devices/0/mounts/0"), "/");
	local_is(&t, "/devices/0/busy_percent", 80);
	local_is(&t, "/devices/0/reads_per_second", 100);
	local_is(&t, "/devices/0/read_bytes_per_second", 2048 * 512);
	local_is(&t, "/devices/0/read_latency_ms", 10);
	local_is(&t, "/devices/0/write_latency_ms", 100);
	local_is(&t, "/devices/0/queue", 8);
	local_is(&t, "/processes/0/pid", 42);
	local_is(&t, "/processes/0/read_bytes_per_second", 1048576);
	local_is(&t, "/processes/0/write_bytes_per_second", 2097152);
	local_is(&t, "/processes/0/waiting_percent", 25);
	assert_int_equal(json_array_size(json_object_get(t.reading.output, "devices")),
			 1); /* loop0 never moved */
	clear_sample(&a);
	clear_sample(&b);
	local_close(&before);
	local_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(rates_are_of_the_interval) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
