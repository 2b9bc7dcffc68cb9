/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock: is the time right, and who keeps it so. adjtimex(2) without a mode only reads.
 */
#define _DEFAULT_SOURCE
#include "provider/local/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#include "provider/local/proc.h"
#include "provider/local/task.h"

/* Names as /proc/PID/stat cuts them, to 15 bytes. */
static const char *const daemons[] = { "chronyd", "ntpd",    "systemd-timesyn", "openntpd",
				       "ptp4l",	  "phc2sys", "ntpd-rs" };

static void read_kernel(struct co_reading *r)
{
	struct timex t;
	double unit;
	int state;

	memset(&t, 0, sizeof(t));
	state = r->host->live ? adjtimex(&t) : -1;
	if (state < 0) {
		json_object_set_new(r->output, "synchronized", json_null());
		co_unseen(r, "clock synchronisation", "adjtimex(2): %s",
			  r->host->live ? strerror(errno) : "not this host");
		return;
	}
	unit = t.status & STA_NANO ? 1e9 : 1e6;
	co_set_bool(r->output, "synchronized", !(t.status & STA_UNSYNC) && state != TIME_ERROR);
	json_object_set_new(r->output, "offset_seconds", json_real((double)t.offset / unit));
	json_object_set_new(r->output, "estimated_error_seconds", json_real((double)t.esterror / 1e6));
	json_object_set_new(r->output, "max_error_seconds", json_real((double)t.maxerror / 1e6));
	json_object_set_new(r->output, "frequency_ppm", json_real((double)t.freq / 65536));
	co_set_bool(r->output, "leap_pending", state == TIME_INS || state == TIME_DEL);
}

static int is_daemon(const char *name)
{
	size_t i;

	for (i = 0; i < CO_COUNT(daemons); i++)
		if (strcmp(name, daemons[i]) == 0)
			return 1;
	return 0;
}

static int read_daemons(struct co_reading *r)
{
	struct co_owners owners;
	json_t *list = json_array();
	size_t n, i;
	pid_t *pids = co_pids(r->host, &n);
	int code = CO_OK;

	co_owners_read(r->host, &owners);
	for (i = 0; i < n && !(code = co_reading_check(r)); i++) {
		struct co_task task;

		if (co_task_read(r->host, pids[i], &task) == 0 && is_daemon(task.name))
			json_array_append_new(list, co_task_object(r->host, &owners, &task));
	}
	json_object_set_new(r->output, "daemons", list);
	co_owners_clear(&owners);
	free(pids);
	return code;
}

/* Some virtual machines are kept in time by the hypervisor, without a daemon. */
static void read_source(struct co_reading *r)
{
	struct co_buf b = CO_BUF_INIT;

	if (co_proc_read(r->host, &b, "sys/devices/system/clocksource/clocksource0/current_clocksource") ==
		    0 &&
	    b.len > 1)
		b.data[b.len - 1] = '\0';
	co_set_text(r->output, "clocksource", b.len > 1 ? b.data : NULL);
	co_buf_clear(&b);
}

int co_local_clock(struct co_reading *r)
{
	struct co_uptime up;
	int64_t rtc = co_proc_number(r->host, "sys/class/rtc/rtc0/since_epoch");

	co_uptime(r->host, &up);
	co_set_time(r->output, "now", up.now);
	co_set_int(r->output, "up_seconds", (int64_t)up.up);
	read_kernel(r);
	read_source(r);
	if (rtc > 0)
		co_set_int(r->output, "hardware_clock_difference_seconds", rtc - up.now);
	else
		json_object_set_new(r->output, "hardware_clock_difference_seconds", json_null());
	if (co_container_kind(r->host))
		co_unseen(r, "time daemon of the host",
			  "this is a container: the clock is the host's, its daemon is not visible");
	return read_daemons(r);
}
