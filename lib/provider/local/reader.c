/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/reader.h"

#include <stdlib.h>

#include "codec/json.h"
#include "provider/local/reading.h"
#include "provider/servant.h"
#include "sys/sandbox.h"

struct co_reader {
	struct co_servant *servant;
	struct co_host host; /* opened in the child */
};

static int begin(void *context, struct co_err *err)
{
	struct co_reader *r = context;

	return co_host_open(&r->host, "/", err);
}

static int serve(void *context, json_t *request, int64_t deadline, const atomic_int *cancelled, json_t **output,
		 struct co_err *err)
{
	const struct co_reader *r = context;
	const struct co_call call = {
		.service = co_json_str(request, "service"),
		.operation = co_json_str(request, "operation"),
		.target = json_object_get(request, "target"),
		.with = json_object_get(request, "with"),
		.deadline = deadline,
		.cancelled = cancelled,
	};

	if (!call.service || !call.operation)
		return co_err_set(err, CO_ERR_INPUT, "request", "the request names no operation");
	return co_local_read(&r->host, &call, output, err);
}

int co_reader_start(struct co_reader **reader, struct co_err *err)
{
	static const struct co_sandbox sandbox = {
		CO_ALLOW_OPEN_READ | CO_ALLOW_EXEC | CO_ALLOW_THREADS | CO_ALLOW_UNIX_SOCKET | CO_ALLOW_HOST |
			CO_ALLOW_ALL_PATHS,
		NULL,
	};
	struct co_reader *r = co_xcalloc(1, sizeof(*r));
	const struct co_servant_role role = { "the process that reads this host", begin, &sandbox, serve, r };
	int rc = co_servant_start(&r->servant, &role, err);

	if (rc < 0)
		free(r);
	else
		*reader = r;
	return rc;
}

void co_reader_stop(struct co_reader *r)
{
	if (!r)
		return;
	co_servant_stop(r->servant);
	free(r);
}

static json_t *request_of(const struct co_call *call)
{
	json_t *o = json_object();

	co_set_text(o, "service", call->service);
	co_set_text(o, "operation", call->operation);
	if (call->target)
		json_object_set(o, "target", call->target);
	if (call->with)
		json_object_set(o, "with", call->with);
	return o;
}

int co_reader_call(struct co_reader *r, const struct co_call *call, json_t **output, struct co_err *err)
{
	json_t *request = request_of(call);
	int rc = co_servant_ask(r->servant, request, call->deadline, call->cancelled, output, err);

	json_decref(request);
	return rc;
}
