/* SPDX-License-Identifier: Apache-2.0 */
/* exec/preview: --dry-run and --dry-run=server (see exec/exec.h). */
#include "exec/exec.h"
#include "exec/mask.h"
#include "sys/clock.h"

#include <stdlib.h>

/* The parameters with defaults, as a real run would send them; as planned when outputs are still missing. */
static json_t *with_of(const struct co_exec *exec, const struct co_step *step)
{
	const char *const call[3] = { step->call.items[0], step->call.items[1], step->call.items[2] };
	struct co_operation operation = { 0 };
	json_t *with = NULL;

	if (co_catalog_find(exec->catalog, call, &operation, NULL) == CO_OK)
		co_operation_check(&operation, step->with, &with, NULL);
	co_operation_clear(&operation);
	return with ? with : json_incref(step->with);
}

static int request_of(const struct co_exec *exec, const struct co_run *run, const struct co_step *step, int rehearse,
		      json_t **out, struct co_err *err)
{
	const struct co_binding *binding = co_providers_find(exec->providers, step->call.items[0]);
	json_t *with = with_of(exec, step);
	const struct co_call call = {
		.service = step->call.items[1],
		.operation = step->call.items[2],
		.target = step->target,
		.with = with,
		.run = run->id,
		.step = step->id,
		.rehearse = rehearse,
		.deadline = co_clock_ms() + exec->step_deadline_ms,
		.cancelled = exec->cancelled,
	};
	int rc;

	if (!binding)
		rc = co_err_set(err, CO_ERR_INPUT, "no-provider", "co-exec has no provider \"%s\"", step->call.items[0]);
	else if (rehearse && binding->provider->rehearses)
		rc = binding->provider->call(binding->state, &call, out, err);
	else
		rc = binding->provider->preview(binding->state, &call, out, err);
	json_decref(with);
	return rc;
}

static json_t *result_of(const struct co_step *step, int status, json_t *request, const struct co_err *why)
{
	struct co_step_result result = {
		.id = step->id,
		.status = status,
		.output = request,
		.error_code = why ? (char *)why->id : NULL,
		.error = why ? (char *)why->message : NULL,
	};

	return co_shape_encode(&co_step_result_shape, &result);
}

/* The first failure goes to err; the others stand with their steps. */
static json_t *results(const struct co_exec *exec, const struct co_run *run, int server, struct co_err *err)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < run->plan->steps.count; i++) {
		const struct co_step *step = &run->plan->steps.items[i];
		int rehearse = server && co_access_changes(step->access), rc;
		struct co_err why = CO_ERR_INIT;
		json_t *request = NULL, *masked;

		rc = request_of(exec, run, step, rehearse, &request, &why);
		if (rc < 0) {
			json_array_append_new(list, result_of(step, CO_STEP_FAILED, NULL, &why));
			co_err_wrap(&why, "step \"%s\"", step->id);
			if (!err->code)
				*err = why;
			continue;
		}
		masked = co_mask(request);
		json_array_append_new(list, result_of(step, CO_STEP_SKIPPED, masked, NULL));
		json_decref(masked);
		json_decref(request);
	}
	return list;
}

static int show(const struct co_exec *exec, struct co_run *run, int server, struct co_err *err)
{
	struct co_err first = CO_ERR_INIT;
	json_t *steps = results(exec, run, server, &first), *encoded;
	struct co_execution execution = {
		.status = first.code ? CO_STATUS_FAILED : CO_STATUS_DONE,
		.plan = (char *)exec->pass->digest,
		.dry_run = 1,
		.started = exec->now,
		.ended = exec->now,
		.cost_usd = (char *)"0.00",
	};

	encoded = co_shape_encode(&co_execution_shape, &execution);
	json_object_set_new(encoded, "steps", steps);
	co_run_set(run, "execution", encoded);
	if (first.code && err)
		*err = first;
	return first.code;
}

int co_exec_preview(const struct co_exec *exec, struct co_run *run, struct co_err *err)
{
	return show(exec, run, 0, err);
}

/* Reads are not sent, so it does not matter which of them are not allowed. */
static void pass_over(void *context, size_t step, const struct co_err *why)
{
	(void)context;
	(void)step;
	(void)why;
}

int co_exec_rehearse(const struct co_exec *exec, struct co_run *run, struct co_err *err)
{
	const struct co_review review = {
		.plan = run->plan,
		.deadline = co_clock_ms() + exec->step_deadline_ms,
		.cancelled = exec->cancelled,
		.refuse = pass_over,
	};
	int rc;

	co_providers_admit(exec->providers, run->plan, run->id);
	rc = co_providers_review(exec->providers, &review, err);
	return rc < 0 ? rc : show(exec, run, 1, err);
}
