/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network: interfaces and their errors, who listens where, connections, what TCP had to send again.
 * proc_net(5); Documentation/networking/snmp_counter.rst for the counters.
 */
#include "provider/local/reading.h"

#include <stdlib.h>
#include <string.h>

#include "provider/local/proc.h"
#include "provider/local/sockets.h"
#include "provider/local/task.h"
#include "sys/clock.h"

enum { LISTENING_SHOWN = 300, HOLDERS_SHOWN = 10, NAMESPACES = 64 };

/* Columns of /proc/net/dev that are told. */
enum {
	RX_BYTES,
	RX_PACKETS,
	RX_ERRORS,
	RX_DROPPED,
	TX_BYTES = 8,
	TX_PACKETS,
	TX_ERRORS,
	TX_DROPPED,
	COLUMNS = 16
};

struct interface {
	char name[32];
	int64_t value[COLUMNS];
};

/* Counters of /proc/net/snmp and netstat: kernel's name, ours. */
static const struct {
	const char *group, *key, *name;
} counters[] = {
	{ "Tcp:", "OutSegs", "segments_out" },	       { "Tcp:", "RetransSegs", "retransmitted" },
	{ "Tcp:", "InErrs", "segments_bad" },	       { "Tcp:", "OutRsts", "resets_out" },
	{ "Tcp:", "AttemptFails", "connects_failed" }, { "TcpExt:", "ListenOverflows", "accept_overflows" },
	{ "TcpExt:", "ListenDrops", "accept_drops" },  { "TcpExt:", "TCPTimeouts", "timeouts" },
	{ "Udp:", "InErrors", "udp_in_errors" },       { "Udp:", "RcvbufErrors", "udp_buffer_errors" },
};
enum { COUNTERS = CO_COUNT(counters) };

struct sample {
	int64_t at_ms;
	struct interface *items;
	size_t count;
	int64_t counter[COUNTERS];
};

static void parse_interface(char *line, struct sample *s)
{
	char *colon = strchr(line, ':'), *at;
	struct interface *n;
	int i;

	if (!colon)
		return;
	*colon = '\0';
	n = co_grow(&s->items, &s->count, sizeof(*n));
	snprintf(n->name, sizeof(n->name), "%s", line + strspn(line, " "));
	at = colon + 1;
	for (i = 0; i < COLUMNS; i++)
		n->value[i] = strtoll(at, &at, 10);
}

/* Two lines a group: "Tcp: names", then "Tcp: values". */
static int64_t counter_in(const char *text, const char *group, const char *key)
{
	const char *names = strstr(text, group), *values, *n, *v;
	size_t len = strlen(key);

	/* "Tcp:" must start its line: "MPTcp:" is another group. */
	while (names && names != text && names[-1] != '\n')
		names = strstr(names + 1, group);
	values = names ? strchr(names, '\n') : NULL;
	if (!values || strncmp(values + 1, group, strlen(group)) != 0)
		return -1;
	n = strchr(names, ' ');
	v = strchr(values, ' ');
	while (n && v && n < values) {
		if (strncmp(n + 1, key, len) == 0 && (n[1 + len] == ' ' || n[1 + len] == '\n'))
			return strtoll(v + 1, NULL, 10);
		n = strchr(n + 1, ' ');
		v = strchr(v + 1, ' ');
	}
	return -1;
}

static void take_sample(const struct co_host *host, struct sample *s)
{
	struct co_buf snmp = CO_BUF_INIT, netstat = CO_BUF_INIT;
	char *cursor, *line;
	size_t i;

	memset(s, 0, sizeof(*s));
	s->at_ms = co_clock_ms();
	co_proc_read(host, &snmp, "proc/net/dev");
	cursor = snmp.data;
	while ((line = co_line(&cursor)) != NULL)
		parse_interface(line, s);
	co_proc_read(host, &snmp, "proc/net/snmp");
	co_proc_read(host, &netstat, "proc/net/netstat");
	for (i = 0; i < COUNTERS; i++)
		s->counter[i] =
			counter_in(co_buf_str(strcmp(counters[i].group, "TcpExt:") == 0 ? &netstat : &snmp),
				   counters[i].group, counters[i].key);
	co_buf_clear(&snmp);
	co_buf_clear(&netstat);
}

static void set_line(json_t *o, const char *key, const struct co_host *host, const char *interface,
		     const char *file)
{
	struct co_buf b = CO_BUF_INIT;
	int failed = co_proc_read(host, &b, "sys/class/net/%s/%s", interface, file);

	if (!failed && b.len > 1) {
		b.data[b.len - 1] = '\0';
		co_set_text(o, key, b.data);
	} else {
		json_object_set_new(o, key, json_null());
	}
	co_buf_clear(&b);
}

static json_t *interface_object(const struct co_host *host, const struct interface *a,
				const struct interface *b, double seconds)
{
	static const struct {
		int column;
		const char *total, *rate;
	} told[] = {
		{ RX_BYTES, NULL, "rx_bytes_per_second" },
		{ TX_BYTES, NULL, "tx_bytes_per_second" },
		{ RX_ERRORS, "rx_errors", "rx_errors_per_second" },
		{ TX_ERRORS, "tx_errors", "tx_errors_per_second" },
		{ RX_DROPPED, "rx_dropped", "rx_dropped_per_second" },
		{ TX_DROPPED, "tx_dropped", "tx_dropped_per_second" },
		{ RX_PACKETS, "rx_packets", NULL },
		{ TX_PACKETS, "tx_packets", NULL },
	};
	json_t *o = json_object();
	int64_t speed = co_proc_number(host, "sys/class/net/%s/speed", b->name);
	size_t i;

	co_set_text(o, "name", b->name);
	set_line(o, "state", host, b->name, "operstate");
	co_set_known(o, "mtu", co_proc_number(host, "sys/class/net/%s/mtu", b->name));
	co_set_known(o, "speed_mbit", speed > 0 ? speed : -1);
	for (i = 0; i < CO_COUNT(told); i++) {
		int c = told[i].column;

		if (told[i].total)
			co_set_int(o, told[i].total, b->value[c]);
		if (told[i].rate)
			co_set_real(o, told[i].rate,
				    seconds > 0 ? (double)(b->value[c] - a->value[c]) / seconds : 0);
	}
	return o;
}

static void report_interfaces(struct co_reading *r, const struct sample *a, const struct sample *b)
{
	double seconds = (double)(b->at_ms - a->at_ms) / 1000;
	json_t *list = json_array();
	size_t i, j;

	for (i = 0; i < b->count; i++)
		for (j = 0; j < a->count; j++)
			if (strcmp(a->items[j].name, b->items[i].name) == 0)
				json_array_append_new(
					list, interface_object(r->host, &a->items[j], &b->items[i], seconds));
	json_object_set_new(r->output, "interfaces", list);
	if (b->count == 0)
		co_unseen(r, "interfaces", "/proc/net/dev cannot be read");
}

static void report_counters(struct co_reading *r, const struct sample *a, const struct sample *b)
{
	json_t *total = json_object(), *recent = json_object();
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		co_set_known(total, counters[i].name, b->counter[i]);
		co_set_known(recent, counters[i].name,
			     b->counter[i] < 0 ? -1 : b->counter[i] - a->counter[i]);
	}
	co_set_real(total, "retransmitted_percent", co_percent((double)b->counter[1], (double)b->counter[0]));
	co_set_real(
		recent, "retransmitted_percent",
		co_percent((double)(b->counter[1] - a->counter[1]), (double)(b->counter[0] - a->counter[0])));
	json_object_set_new(r->output, "since_boot", total);
	json_object_set_new(r->output, "in_interval", recent);
}

static json_t *owner_object(struct co_reading *r, const struct co_owners *owners, const struct co_socket *s)
{
	struct co_task task;
	char room[32];
	json_t *o;

	if (s->pid && co_task_read(r->host, s->pid, &task) == 0)
		return co_task_object(r->host, owners, &task);
	o = json_object();
	json_object_set_new(o, "pid", json_null());
	json_object_set_new(o, "name", json_null());
	co_set_text(o, "owner", co_owner(owners, s->uid, room));
	co_set_int(o, "uid", s->uid);
	json_object_set_new(o, "unit", json_null());
	return o;
}

static int same_listener(const json_t *o, const struct co_socket *s)
{
	return json_integer_value(json_object_get(o, "port")) == s->port &&
	       json_integer_value(json_object_get(o, "pid")) == s->pid &&
	       strcmp(json_string_value(json_object_get(o, "protocol")), s->protocol) == 0 &&
	       strcmp(json_string_value(json_object_get(o, "address")), s->address) == 0;
}

/* Several sockets of one process on one address are one listener (SO_REUSEPORT). */
static void add_listener(struct co_reading *r, json_t *list, const struct co_owners *owners,
			 const struct co_socket *s)
{
	json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
		if (same_listener(o, s))
			return;
	if (json_array_size(list) >= LISTENING_SHOWN) {
		co_unseen(r, "all listeners", "only the first %d are shown", LISTENING_SHOWN);
		return;
	}
	o = owner_object(r, owners, s);
	co_set_text(o, "protocol", s->protocol);
	co_set_text(o, "address", s->address);
	co_set_int(o, "port", s->port);
	co_set_text(o, "scope", co_socket_scope(s->address));
	co_set_int(o, "waiting", s->state == CO_SOCKET_LISTEN ? s->queued : 0);
	json_array_append_new(list, o);
}

static void add_holder(struct co_reading *r, json_t *list, const struct co_owners *owners,
		       const struct co_socket *s)
{
	json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
		if (json_integer_value(json_object_get(o, "pid")) == s->pid) {
			co_set_int(o, "sockets", json_integer_value(json_object_get(o, "sockets")) + 1);
			return;
		}
	if (json_array_size(list) >= HOLDERS_SHOWN)
		return;
	o = owner_object(r, owners, s);
	co_set_int(o, "sockets", 1);
	json_array_append_new(list, o);
}

static void report_sockets(struct co_reading *r, const struct co_sockets *s)
{
	json_t *listening = json_array(), *holders = json_array(), *states = json_object();
	struct co_owners owners;
	size_t i;

	co_owners_read(r->host, &owners);
	for (i = 0; i < s->count; i++)
		if (s->items[i].state == CO_SOCKET_CLOSE_WAIT && s->items[i].protocol[0] == 't')
			add_holder(r, holders, &owners, &s->items[i]);
		else
			add_listener(r, listening, &owners, &s->items[i]);
	for (i = 1; i < CO_SOCKET_STATES; i++)
		if (i != CO_SOCKET_LISTEN)
			co_set_int(states, co_socket_state_names[i], s->states[i]);
	json_object_set_new(r->output, "listening", listening);
	json_object_set_new(r->output, "connections", states);
	json_object_set_new(r->output, "close_wait", holders);
	co_owners_clear(&owners);
}

static int read_sockets(struct co_reading *r)
{
	struct co_sockets s;
	size_t closed;
	int code = co_sockets_read(r, &s, &closed);

	if (!code) {
		report_sockets(r, &s);
		if (closed)
			co_unseen(r, "owners of some sockets",
				  "/proc/PID/fd of %zu processes is closed to this user", closed);
		if (s.missing)
			co_unseen(r, "sockets", "/proc/net/tcp or /proc/net/udp cannot be read");
		if (s.truncated)
			co_unseen(r, "all sockets", "there are too many; counts are of the first");
	}
	co_sockets_clear(&s);
	return code;
}

static void report_tracking(struct co_reading *r)
{
	int64_t count = co_proc_number(r->host, "proc/sys/net/netfilter/nf_conntrack_count");
	int64_t max = co_proc_number(r->host, "proc/sys/net/netfilter/nf_conntrack_max");
	json_t *o = NULL;

	if (count >= 0 && max > 0) {
		o = json_object();
		co_set_int(o, "count", count);
		co_set_int(o, "max", max);
		co_set_real(o, "used_percent", co_percent((double)count, (double)max));
	}
	json_object_set_new(r->output, "conntrack", o ? o : json_null());
}

static void report_resolvers(struct co_reading *r)
{
	struct co_buf b = CO_BUF_INIT;
	json_t *list = json_array();
	char *cursor, *line;

	if (co_proc_read(r->host, &b, "etc/resolv.conf") != 0)
		co_unseen(r, "name servers", "/etc/resolv.conf cannot be read");
	cursor = b.data;
	while ((line = co_line(&cursor)) != NULL)
		if (strncmp(line, "nameserver", 10) == 0 && (line[10] == ' ' || line[10] == '\t')) {
			char *at = line + 10 + strspn(line + 10, " \t");

			json_array_append_new(list, co_text(at, strcspn(at, " \t#")));
		}
	json_object_set_new(r->output, "resolvers", list);
	co_buf_clear(&b);
}

/* The line of /proc/net/route whose destination and mask are 0. */
static void report_route(struct co_reading *r)
{
	struct co_buf b = CO_BUF_INIT;
	char *cursor, *line, name[32];
	unsigned long destination, gateway, mask;
	json_t *o = NULL;

	co_proc_read(r->host, &b, "proc/net/route");
	cursor = b.data;
	while (!o && (line = co_line(&cursor)) != NULL)
		if (sscanf(line, "%31s %lx %lx %*x %*d %*d %*d %lx", name, &destination, &gateway, &mask) ==
			    4 &&
		    destination == 0 && mask == 0) {
			char text[32];

			o = json_object();
			snprintf(text, sizeof(text), "%lu.%lu.%lu.%lu", gateway & 255, gateway >> 8 & 255,
				 gateway >> 16 & 255, gateway >> 24 & 255);
			co_set_text(o, "interface", name);
			co_set_text(o, "gateway", text);
		}
	json_object_set_new(r->output, "default_route", o ? o : json_null());
	co_buf_clear(&b);
}

/* Containers have their own: their sockets are not in our /proc/net. */
static void count_namespaces(struct co_reading *r)
{
	char own[64] = "", known[NAMESPACES][64], link[64];
	size_t n, i, j, count = 0;
	pid_t *pids = co_pids(r->host, &n);

	co_proc_link(r->host, own, sizeof(own), "proc/self/ns/net");
	for (i = 0; i < n && count < NAMESPACES; i++) {
		if (co_proc_link(r->host, link, sizeof(link), "proc/%d/ns/net", (int)pids[i]) ||
		    strcmp(link, own) == 0)
			continue;
		for (j = 0; j < count && strcmp(known[j], link) != 0; j++)
			;
		if (j == count)
			memcpy(known[count++], link, sizeof(link));
	}
	free(pids);
	co_set_int(r->output, "other_namespaces", (int64_t)count);
	if (count)
		co_unseen(r, "sockets of other network namespaces", "%zu of them (containers) have their own",
			  count);
}

int co_local_network(struct co_reading *r)
{
	struct sample a, b;
	int64_t interval;
	int code = co_param_duration(r, "interval", 1000, 10, 60000, &interval);

	if (code)
		return code;
	take_sample(r->host, &a);
	code = co_reading_wait(r, interval);
	take_sample(r->host, &b);
	if (!code)
		code = read_sockets(r);
	if (!code) {
		co_set_int(r->output, "interval_ms", b.at_ms - a.at_ms);
		report_interfaces(r, &a, &b);
		report_counters(r, &a, &b);
		report_tracking(r);
		report_resolvers(r);
		report_route(r);
		count_namespaces(r);
		co_unseen(r, "firewall rules", "they are not read: a listener may be shielded by one");
	}
	free(a.items);
	free(b.items);
	return code;
}
