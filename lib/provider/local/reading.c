/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/time.h"
#include "codec/json.h"
#include "sys/clock.h"

enum { TEXT_LIMIT = 1000, SLICE_MS = 50 };

const struct co_local_operation co_local_operations[] = {
	{ "certificates", co_local_certificates, "files below the given paths", "", "paths entries" },
	{ "cpu", co_local_cpu,
	  "/proc/stat, /proc/loadavg, /proc/pressure/cpu, /proc/self/cgroup, /sys/fs/cgroup", "", "interval" },
	{ "disk", co_local_disk, "/proc/self/mountinfo, /proc/PID/fd, directories of full file systems", "",
	  "interval largest_above entries paths" },
	{ "io", co_local_io, "/proc/diskstats, /proc/pressure/io, /proc/self/mountinfo, /proc/PID/io", "",
	  "interval top" },
	{ "kernel-log", co_local_kernel_log, "/dev/kmsg", "journalctl", "since" },
	{ "memory", co_local_memory,
	  "/proc/meminfo, /proc/vmstat, /proc/pressure/memory, /proc/self/cgroup, /sys/fs/cgroup", "",
	  "interval" },
	{ "network", co_local_network, "/proc/net, /proc/PID/fd, /sys/class/net, /etc/resolv.conf", "",
	  "interval" },
	{ "processes", co_local_processes,
	  "/proc/PID/{stat,status,cmdline,cgroup,smaps_rollup,wchan}, /etc/passwd", "", "interval top" },
	{ "time", co_local_clock, "adjtimex(2), /proc/PID/stat, /sys/devices/system/clocksource", "", "" },
	{ "units", co_local_units, "/run/systemd/system", "systemctl, journalctl", "scope lines" },
	{ NULL, NULL, NULL, NULL, NULL },
};

int co_host_open(struct co_host *host, const char *root, struct co_err *err)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return co_err_sys(err, errno, "cannot open \"%s\"", root);
	host->root = fd;
	host->live = strcmp(root, "/") == 0;
	host->page = host->live ? sysconf(_SC_PAGESIZE) : 4096;
	host->ticks = host->live ? sysconf(_SC_CLK_TCK) : 100;
	return CO_OK;
}

void co_host_close(struct co_host *host)
{
	close(host->root);
	host->root = -1;
}

static const struct co_local_operation *find_operation(const char *name)
{
	const struct co_local_operation *o;

	for (o = co_local_operations; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

static int unknown_operation(const char *name, struct co_err *err)
{
	const char *names[32];
	size_t n = 0;

	for (; co_local_operations[n].name; n++)
		names[n] = co_local_operations[n].name;
	co_err_set(err, CO_ERR_INPUT, "unknown-operation", "unknown operation \"local read %s\"", name);
	return co_err_suggest(err, name, names, n);
}

static int listed(const char *words, const char *word)
{
	size_t len = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return 1;
		at += len;
	}
	return 0;
}

static int check_parameters(const struct co_local_operation *o, json_t *with, struct co_err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(with, key, value)
		if (!listed(o->parameters, key)) {
			co_err_set(err, CO_ERR_INPUT, "unknown-parameter",
				   "unknown parameter \"%s\" of \"local read %s\"", key, o->name);
			return co_err_hint(err, "it takes: %s", *o->parameters ? o->parameters : "none");
		}
	return CO_OK;
}

static void unseen_last(json_t *output)
{
	json_t *list = json_incref(json_object_get(output, "unseen"));

	json_object_del(output, "unseen");
	json_object_set_new(output, "unseen", list ? list : json_array());
}

int co_local_read(const struct co_host *host, const struct co_call *call, json_t **output, struct co_err *err)
{
	struct co_reading r = { host, call, NULL, err };
	const struct co_local_operation *o;
	int code;

	if (strcmp(call->service, "read") != 0)
		return co_err_set(err, CO_ERR_INPUT, "unknown-operation",
				  "unknown service \"%s\" of \"local\"", call->service);
	o = find_operation(call->operation);
	if (!o)
		return unknown_operation(call->operation, err);
	code = check_parameters(o, call->with, err);
	if (code)
		return code;
	r.output = json_object();
	code = co_reading_check(&r);
	if (!code)
		code = o->read(&r);
	if (code) {
		json_decref(r.output);
		return code;
	}
	unseen_last(r.output);
	*output = r.output;
	return CO_OK;
}

void co_unseen(struct co_reading *r, const char *what, const char *why, ...)
{
	json_t *list = json_object_get(r->output, "unseen");
	struct co_buf text = CO_BUF_INIT;
	json_t *item;
	size_t i;
	va_list ap;

	if (!list) {
		list = json_array();
		json_object_set_new(r->output, "unseen", list);
	}
	json_array_foreach(list, i, item)
		if (strcmp(co_json_str(item, "what"), what) == 0)
			return;
	va_start(ap, why);
	co_buf_vaddf(&text, why, ap);
	va_end(ap);
	item = json_object();
	co_set_text(item, "what", what);
	co_set_text(item, "why", co_buf_str(&text));
	json_array_append_new(list, item);
	co_buf_clear(&text);
}

int co_reading_check(struct co_reading *r)
{
	if (!co_call_should_stop(r->call))
		return CO_OK;
	if (r->call->cancelled && atomic_load(r->call->cancelled))
		return co_err_set(r->err, CO_ERR_SYSTEM, "interrupted", "reading \"%s\" was interrupted",
				  r->call->operation);
	return co_err_set(r->err, CO_ERR_SYSTEM, "timeout", "reading \"%s\" ran out of time",
			  r->call->operation);
}

int co_reading_wait(struct co_reading *r, int64_t ms)
{
	int64_t until = co_clock_ms() + ms;
	int64_t left;

	while ((left = until - co_clock_ms()) > 0) {
		int code = co_reading_check(r);

		if (code)
			return code;
		poll(NULL, 0, left < SLICE_MS ? (int)left : SLICE_MS);
	}
	return co_reading_check(r);
}

static int bad_parameter(struct co_reading *r, const char *name, const char *wanted)
{
	co_err_set(r->err, CO_ERR_INPUT, "parameter", "parameter \"%s\" must be %s", name, wanted);
	co_err_under(r->err, name);
	return co_err_under(r->err, "with");
}

int co_param_integer(struct co_reading *r, const char *name, int64_t fallback, int64_t min, int64_t max,
		     int64_t *value)
{
	json_t *given = json_object_get(r->call->with, name);
	char wanted[80];

	*value = given ? json_integer_value(given) : fallback;
	if ((!given || json_is_integer(given)) && *value >= min && *value <= max)
		return CO_OK;
	snprintf(wanted, sizeof(wanted), "a whole number from %lld to %lld", (long long)min, (long long)max);
	return bad_parameter(r, name, wanted);
}

int co_param_duration(struct co_reading *r, const char *name, int64_t fallback, int64_t min, int64_t max,
		      int64_t *ms)
{
	json_t *given = json_object_get(r->call->with, name);
	char wanted[80];

	*ms = fallback;
	if (!given)
		return CO_OK;
	if (json_is_string(given) && co_duration_parse(ms, json_string_value(given)) == 0 && *ms >= min &&
	    *ms <= max)
		return CO_OK;
	snprintf(wanted, sizeof(wanted), "a duration from %lldms to %llds, like \"1s\"", (long long)min,
		 (long long)max / 1000);
	return bad_parameter(r, name, wanted);
}

int co_param_strings(struct co_reading *r, const char *name, json_t **list)
{
	json_t *item;
	size_t i;

	*list = json_object_get(r->call->with, name);
	if (!*list)
		return CO_OK;
	if (!json_is_array(*list))
		return bad_parameter(r, name, "a list of strings");
	json_array_foreach(*list, i, item)
		if (!json_is_string(item))
			return bad_parameter(r, name, "a list of strings");
	return CO_OK;
}

void co_set_int(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

void co_set_known(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, value < 0 ? json_null() : json_integer(value));
}

/* To two places, without libm: loading it would cost every start more than the rest of a dry run. */
static double rounded(double value)
{
	if (!isfinite(value))
		return 0;
	if (value > 1e15 || value < -1e15)
		return value;
	return (double)(int64_t)(value * 100 + (value < 0 ? -0.5 : 0.5)) / 100;
}

void co_set_real(json_t *object, const char *key, double value)
{
	json_object_set_new(object, key, json_real(rounded(value)));
}

void co_set_bool(json_t *object, const char *key, int value)
{
	json_object_set_new(object, key, json_boolean(value));
}

void co_set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, text ? co_text(text, strlen(text)) : json_null());
}

void co_set_time(json_t *object, const char *key, int64_t seconds)
{
	char text[CO_TIME_LEN + 1];

	if (seconds <= 0) {
		json_object_set_new(object, key, json_null());
		return;
	}
	co_time_format(text, seconds);
	json_object_set_new(object, key, json_string(text));
}

double co_percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

json_t *co_text(const char *bytes, size_t len)
{
	struct co_buf b = CO_BUF_INIT;
	size_t n = len;
	json_t *text;

	if (n > TEXT_LIMIT)
		for (n = TEXT_LIMIT; n > TEXT_LIMIT - 4 && ((unsigned char)bytes[n] & 0xC0) == 0x80; n--)
			;
	co_escape(&b, bytes, n);
	if (n < len)
		co_buf_adds(&b, "...");
	text = json_stringn(co_buf_str(&b), b.len);
	co_buf_clear(&b);
	return text;
}
