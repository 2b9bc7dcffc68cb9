/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/local.h"

#include <string.h>

#include "provider/local/reader.h"
#include "provider/local/reading.h"

static int local_open(void **state, const struct co_config *config, struct co_err *err)
{
	struct co_reader *reader = NULL;
	int code = co_reader_start(&reader, err);

	(void)config;
	if (!code)
		*state = reader;
	return code;
}

static void local_close(void *state)
{
	co_reader_stop(state);
}

static int local_call(void *state, const struct co_call *call, json_t **output, struct co_err *err)
{
	return co_reader_call(state, call, output, err);
}

/* "a, b" as a list; "" is an empty one. */
static json_t *parts(const char *text)
{
	json_t *list = json_array();

	while (*text) {
		const char *end = strstr(text, ", ");
		size_t n = end ? (size_t)(end - text) : strlen(text);

		json_array_append_new(list, json_stringn(text, n));
		text += n + (end ? 2 : 0);
	}
	return list;
}

static int local_preview(void *state, const struct co_call *call, json_t **request, struct co_err *err)
{
	const struct co_local_operation *o;
	json_t *preview;

	(void)state;
	for (o = co_local_operations; o->name && strcmp(o->name, call->operation) != 0; o++)
		;
	if (!o->name)
		return co_err_set(err, CO_ERR_INPUT, "unknown-operation",
				  "unknown operation \"local read %s\"", call->operation);
	preview = json_object();
	co_set_text(preview, "operation", o->name);
	json_object_set_new(preview, "reads", parts(o->files));
	json_object_set_new(preview, "runs", parts(o->programs));
	if (call->with)
		json_object_set(preview, "with", call->with);
	*request = preview;
	return CO_OK;
}

const struct co_provider co_provider_local = {
	.name = "local",
	.open = local_open,
	.close = local_close,
	.call = local_call,
	.preview = local_preview,
};
