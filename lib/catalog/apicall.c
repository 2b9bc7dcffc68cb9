/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue's answers from APIs: what an operation is. */
#include "catalog/apiread.h"

#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

/* What to expect of a call over the internet, for estimates: no model says it. */
enum { READ_MS = 300, CHANGE_MS = 1000 };

/* "aws:ec2:RunInstances,aws:iam:PassRole" */
static char *permissions(const char *provider, const struct co_api *api, const struct co_api_operation *operation)
{
	struct co_buf out = CO_BUF_INIT;
	const char *actions = operation->iam;

	if (!actions)
		return co_xasprintf("%s:%s:%s", provider, api->iam, operation->name);
	while (*actions) {
		size_t len = strcspn(actions, ",");

		co_buf_addf(&out, "%s%s:%.*s", out.len ? "," : "", provider, (int)len, actions);
		actions += len + (actions[len] == ',');
	}
	return co_buf_take(&out);
}

int co_api_call(const struct co_apis *apis, const char *const call[3], struct co_operation *out, struct co_err *err)
{
	struct co_api *api;
	struct co_api_operation *operation;
	int rc = co_api_find(apis, call[1], &api, err);

	if (rc < 0)
		return rc;
	rc = co_api_operation(api, call[2], 0, &operation, err);
	if (rc < 0) {
		co_api_free(api);
		return rc;
	}
	*out = (struct co_operation){
		.access = operation->access,
		.ms = co_access_changes(operation->access) ? CHANGE_MS : READ_MS,
		.price = api->price,
		.permissions = permissions(call[0], api, operation),
		.parameters = co_xstrdup("-"),
		.sentence = *operation->doc ? co_xstrdup(operation->doc)
					    : co_xasprintf("%s of %s.", operation->name, api->title),
		.api = api,
		.name = co_xstrdup(operation->name),
	};
	co_api_operation_free(operation);
	return CO_OK;
}
