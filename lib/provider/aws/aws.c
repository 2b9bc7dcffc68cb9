/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/aws.h"

#include "codec/json.h"
#include "config/config.h"
#include "provider/aws/exchange.h"
#include "provider/aws/trouble.h"
#include "provider/aws/pages.h"
#include "provider/aws/session.h"
#include "provider/aws/waiter.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

enum {
	PAGES = 10000, /* of one call; a list without an end must end somewhere */
	PAGES_BYTES = 256 * 1024 * 1024, /* of them all, as values */
	BOUND = 10,    /* calls at once to one service */
};

struct state {
	struct co_aws_client *client;
	struct co_aws_scopes *scopes;
};

/* ---- one run */

static void aws_close(void *context)
{
	struct state *state = context;

	if (!state)
		return;
	co_aws_client_close(state->client);
	co_aws_scopes_free(state->scopes);
	free(state);
}

static int make_state(void **out, const struct co_config *config, int calls, struct co_err *err)
{
	struct state *state = co_xcalloc(1, sizeof(*state));
	char *apis = co_xasprintf("%s/aws.apis", co_config_path(config, "catalog"));
	int rc = co_aws_client_open(&state->client, apis, environ, calls, err);

	free(apis);
	state->scopes = co_aws_scopes_new();
	if (rc < 0)
		aws_close(state);
	else
		*out = state;
	return rc;
}

static int aws_open(void **state, const struct co_config *config, struct co_err *err)
{
	return make_state(state, config, 1, err);
}

static int aws_prepare(void **state, const struct co_config *config, struct co_err *err)
{
	return make_state(state, config, 0, err);
}

static void aws_admit(void *context, const struct co_plan *plan, const char *run)
{
	struct state *state = context;

	if (state->client->apis)
		co_aws_scopes_admit(state->scopes, state->client->apis, plan, run);
}

/* ---- one call */

/* What it asks for, found in the models. */
struct work {
	struct state *state;
	const struct co_call *call;
	struct co_api *api;
	struct co_api_operation *operation;
	struct co_aws_session session;
	struct co_aws_job job;
	json_t *with;
};

static void drop_work(struct work *work)
{
	co_aws_session_end(&work->session);
	co_api_operation_free(work->operation);
	co_api_free(work->api);
	json_decref(work->with);
}

/* The target's region, else the configured one. Of an account's global services any will do. */
static const char *region_of(const struct state *state, const struct co_call *call)
{
	const char *region = co_json_str(call->target, "region"), *profile = co_json_str(call->target, "profile");
	const char *named = co_aws_config_profile(&state->client->config);

	if (!region)
		region = co_aws_config_region(&state->client->config, profile ? profile : named ? named : "default");
	return region ? region : "us-east-1";
}

static int can_rehearse(const struct work *work)
{
	return work->operation->input.shape && co_api_member(work->operation->input.shape, "DryRun");
}

static int make_with(struct work *work, struct co_err *err)
{
	work->with = work->call->with ? json_copy(work->call->with) : json_object();
	if (!work->call->rehearse)
		return CO_OK;
	if (!can_rehearse(work))
		return co_err_set(err, CO_ERR_NO, "cannot-rehearse", "%s %s cannot be tried without effect", work->api->service,
				  work->operation->name);
	json_object_set_new(work->with, "DryRun", json_true());
	return CO_OK;
}

static int find_work(struct work *work, struct state *state, const struct co_call *call, struct co_err *err)
{
	const char *profile = co_json_str(call->target, "profile"), *named, *region;
	int rc = co_aws_client_readable(state->client, err);

	*work = (struct work){ .state = state, .call = call };
	if (rc == CO_OK)
		rc = co_api_find(state->client->apis, call->service, &work->api, err);
	if (rc == CO_OK)
		rc = co_api_operation(work->api, call->operation, CO_API_INPUT | CO_API_OUTPUT, &work->operation, err);
	if (rc == CO_OK)
		rc = make_with(work, err);
	if (rc < 0)
		return rc;
	region = region_of(state, call);
	named = co_aws_config_profile(&state->client->config);
	co_aws_session_start(&work->session, state->client, state->scopes, call, region);
	work->job = (struct co_aws_job){
		.client = state->client,
		.api = work->api,
		.operation = work->operation,
		.region = region,
		.profile = profile ? profile : named ? named : "default",
		.token = call->token,
		.changes = call->token != NULL,
		.signer = work->operation->anonymous ? NULL : &work->session.signer,
		.deadline = call->deadline,
		.cancelled = call->cancelled,
	};
	return CO_OK;
}

/* When a page cannot be had, those before it are the output of the failure. */
static int call_pages(struct work *work, const struct co_aws_call *first, json_t **output, struct co_err *err)
{
	static const struct co_aws_page_limits limits = { PAGES, 0, PAGES_BYTES };
	struct co_aws_pages *pages = NULL;
	struct co_aws_fault fault;
	size_t read = 0;
	int rc = co_aws_pages_new(&pages, first, &limits, err), more = 1;

	if (rc < 0)
		return rc;
	while (rc == CO_OK && more == 1) {
		json_t *page = NULL;

		rc = co_aws_exchange(&work->job, co_aws_pages_with(pages), &page, &fault, err);
		if (rc < 0 && read)
			co_err_wrap(err, "page %zu", read + 1);
		if (rc == CO_OK)
			more = co_aws_pages_add(pages, page, err);
		read += rc == CO_OK;
	}
	if (rc == CO_OK && more < 0)
		rc = more;
	if (rc == CO_OK && co_aws_pages_cut(pages))
		rc = co_err_set(err, CO_ERR_REMOTE, "too-large", "%s %s has more than %d pages, or %d MiB of them",
				work->api->service, work->operation->name, (int)PAGES, PAGES_BYTES / 1024 / 1024);
	if (read)
		*output = co_aws_pages_end(pages);
	else
		co_aws_pages_free(pages);
	return rc;
}

/* AWS says of a rehearsal in an error that it would have succeeded. */
static int call_once(struct work *work, json_t **output, struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	struct co_aws_fault fault;
	int rc = co_aws_exchange(&work->job, work->with, output, &fault, &why);

	if (rc < 0 && work->call->rehearse && strcmp(fault.code, "DryRunOperation") == 0) {
		*output = json_pack("{s:s}", "rehearsal", "would succeed");
		return CO_OK;
	}
	if (rc < 0 && err)
		*err = why;
	return rc;
}

/* A call whose answer, or failure, is judged: one page, as the CLI's waiters take it. */
static int call_waiter(struct work *work, json_t **output, struct co_err *err)
{
	static const char *const states[] = { "retry", "success", "failure" };
	struct co_aws_waiter *waiter = NULL;
	struct co_aws_fault fault;
	enum co_aws_wait state;
	json_t *answer = NULL;
	int rc = co_aws_waiter_find(work->api, work->call->waiter, &waiter, err);

	if (rc < 0)
		return rc;
	rc = co_aws_exchange(&work->job, work->with, &answer, &fault, err);
	if (rc == CO_OK || fault.code[0]) {
		state = co_aws_waiter_judge(waiter, answer, &fault, fault.status);
		if (state != CO_AWS_WAIT_ERROR) {
			rc = CO_OK;
			*output = json_pack("{s:s, s:i, s:i}", "state", states[state], "delay", (int)co_aws_waiter_delay(waiter),
					    "attempts", (int)co_aws_waiter_attempts(waiter));
		}
	}
	json_decref(answer);
	co_aws_waiter_free(waiter);
	return rc;
}

static int aws_call(void *context, const struct co_call *call, json_t **output, struct co_err *err)
{
	struct work work;
	int rc = find_work(&work, context, call, err);

	if (rc == CO_OK) {
		const struct co_aws_call first = { work.api, work.operation, work.with, call->token, work.job.region };

		rc = call->waiter				  ? call_waiter(&work, output, err)
		     : !call->token && co_aws_paged(&first) ? call_pages(&work, &first, output, err)
							      : call_once(&work, output, err);
	}
	drop_work(&work);
	return rc;
}

static int aws_preview(void *context, const struct co_call *call, json_t **request, struct co_err *err)
{
	struct work work;
	int rc = find_work(&work, context, call, err);

	if (rc == CO_OK)
		rc = co_aws_exchange_preview(&work.job, work.with, request, err);
	drop_work(&work);
	return rc;
}

/*
 * With an idempotency token AWS answers a second request as the first one, so it may be sent again. Whether any other
 * change was made cannot be told from the request.
 */
static int aws_lookup(void *context, const struct co_call *call, json_t **output, struct co_err *err)
{
	struct work work;
	int rc = find_work(&work, context, call, err);
	size_t i;

	(void)output;
	if (rc == CO_OK) {
		rc = co_err_set(err, CO_ERR_UNKNOWN, "outcome-unknown", "%s %s leaves no mark by which it could be found again",
				call->service, call->operation);
		for (i = 0; work.operation->input.shape && i < work.operation->input.shape->count; i++)
			if (work.operation->input.shape->members[i].flags & CO_API_TOKEN)
				rc = CO_ERR_NO;
	}
	drop_work(&work);
	return rc;
}

const struct co_provider co_provider_aws = {
	.name = "aws",
	.open = aws_open,
	.prepare = aws_prepare,
	.close = aws_close,
	.admit = aws_admit,
	.call = aws_call,
	.preview = aws_preview,
	.lookup = aws_lookup,
	.bound = BOUND,
	.rehearses = 1,
};
