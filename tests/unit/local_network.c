/* SPDX-License-Identifier: Apache-2.0 */
#include "../../lib/provider/local/network.c"

#include "local.h"

static void rates_are_of_the_interval(void **state)
{
	struct local_test before, t;
	struct sample a, b;

	(void)state;
	local_open(&before, "tests/golden/local/container");
	local_open(&t, "tests/golden/local/later");
	take_sample(&before.host, &a);
	take_sample(&t.host, &b);
	a.at_ms = 1000;
	b.at_ms = 1500;
	report_interfaces(&t.reading, &a, &b);
	report_counters(&t.reading, &a, &b);
	assert_string_equal(local_text(&t, "/interfaces/1/name"), "eth0");
	local_is(&t, "/interfaces/1/rx_bytes_per_second", 2000000);
	local_is(&t, "/interfaces/1/rx_errors_per_second", 4);
	local_is(&t, "/interfaces/1/rx_dropped_per_second", 20);
	local_is(&t, "/interfaces/1/rx_errors", 9);
	local_is(&t, "/in_interval/segments_out", 1000);
	local_is(&t, "/in_interval/retransmitted_percent", 10);
	local_is(&t, "/in_interval/accept_overflows", 7);
	local_is(&t, "/since_boot/accept_overflows", 157);
	free(a.items);
	free(b.items);
	local_close(&before);
	local_close(&t);
}

static void counters_stand_under_their_names(void **state)
{
	const char text[] = "MPTcp: A OutSegs\nMPTcp: 1 2\nTcp: OutSegs Out OutSegsX\nTcp: 7 8 9\n";

	(void)state;
	assert_int_equal(counter_in(text, "Tcp:", "OutSegs"), 7);
	assert_int_equal(counter_in(text, "Tcp:", "Out"), 8);
	assert_int_equal(counter_in(text, "Tcp:", "OutSegsX"), 9);
	assert_int_equal(counter_in(text, "Tcp:", "None"), -1);
	assert_int_equal(counter_in(text, "Udp:", "OutSegs"), -1);
	assert_int_equal(counter_in("Tcp: A B\n", "Tcp:", "B"), -1);
	assert_int_equal(counter_in("Tcp: A B\nTcp: 1", "Tcp:", "B"), -1);
}

static void sockets_are_parsed(void **state)
{
	struct co_socket s;
	int any;

	(void)state;
	assert_int_equal(co_socket_parse("  sl  local_address rem_address   st", &s, &any), -1);
	assert_int_equal(co_socket_parse("", &s, &any), -1);
	assert_int_equal(co_socket_parse("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 "
					 "00000000  1000 0 77 1",
					 &s, &any),
			 0);
	assert_string_equal(s.address, "127.0.0.1");
	assert_int_equal(s.port, 8080);
	assert_int_equal(s.state, CO_SOCKET_LISTEN);
	assert_int_equal(s.queued, 5);
	assert_int_equal(s.inode, 77);
	assert_true(any);
	assert_int_equal(
		co_socket_parse("   0: B80D0120000000000000000001000000:0016 0000:0000 01 0:0 0:0 0 0 0 7 1",
				&s, &any),
		0);
	assert_string_equal(s.address, "2001:db8::1");
	assert_int_equal(co_socket_parse("   0: 0100:1F90 00000000:0000 0A 0:0 00:0 0 0 0 7 1", &s, &any),
			 -1);
	assert_string_equal(co_socket_scope("::ffff:127.0.0.1"), "loopback");
	assert_string_equal(co_socket_scope("127.0.0.53"), "loopback");
	assert_string_equal(co_socket_scope("::"), "any");
	assert_string_equal(co_socket_scope("10.0.0.1"), "address");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_of_the_interval),
		cmocka_unit_test(counters_stand_under_their_names),
		cmocka_unit_test(sockets_are_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
