/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "report/view.h"

static void add(json_t *object, const char *key, json_t *value)
{
	if (value)
		json_object_set_new_nocheck(object, key, value);
}

static json_t *section(const struct co_run *run, const char *key)
{
	return json_incref(json_object_get(run->doc, key));
}

static json_t *failed(const struct co_run *run)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; run->execution && i < run->execution->steps.count; i++) {
		const struct co_step_result *step = &run->execution->steps.items[i];

		if (co_view_failed(step))
			json_array_append_new(list, json_pack("{ss ss ss* so*}", "id", step->id, "status",
							      co_enum_name(co_step_status_names, step->status), "error",
							      step->error, "partial", step->partial ? json_true() : NULL));
	}
	return list;
}

json_t *co_report_json(const struct co_run *run)
{
	json_t *report = json_object();
	struct co_buf line = CO_BUF_INIT;

	add(report, "id", json_string_nocheck(run->id));
	add(report, "request", section(run, "request"));
	co_view_understood(run, &line);
	if (line.len)
		add(report, "understood", json_stringn_nocheck(line.data, line.len));
	add(report, "status", json_string_nocheck(co_view_state(run)));
	add(report, "findings", run->findings.count ? section(run, "findings") : json_array());
	add(report, "summary", section(run, "summary"));
	add(report, "failed", failed(run));
	add(report, "error", section(run, "error"));
	co_buf_clear(&line);
	return report;
}
