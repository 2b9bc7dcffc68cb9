/* SPDX-License-Identifier: Apache-2.0 */
/* Any pages come to an end and are merged; any expression is understood or refused. Input: choice, expression, LF, JSON list. */
#include "awsapi.h"

#include "provider/aws/jmespath.h"
#include "provider/aws/pages.h"

static void page(const struct co_aws_call *call, json_t *outputs)
{
	struct co_aws_page_limits limits = { 8, 100, 100000 };
	struct co_aws_pages *pages;
	struct co_err err = CO_ERR_INIT;
	json_t *output, *merged;
	size_t i = 0;
	int more = 1;

	if (!co_aws_paged(call))
		return;
	must(co_aws_pages_new(&pages, call, &limits, &err) == CO_OK);
	json_array_foreach(outputs, i, output) {
		must(json_is_object(co_aws_pages_with(pages)));
		more = co_aws_pages_add(pages, json_deep_copy(output), &err);
		if (more != 1)
			break;
	}
	must(i < 8);
	if (more < 0)
		fuzz_check_error(&err);
	merged = co_aws_pages_end(pages);
	must(json_is_object(merged));
	json_decref(merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *end = size > 1 ? memchr(text + 1, '\n', size - 1) : NULL;
	struct co_err err = CO_ERR_INIT;
	struct co_jmespath *expression;
	json_t *value;

	if (end) {
		*end = '\0';
		value = co_json_parse(end + 1, size - (size_t)(end + 1 - text), "input", &err);
		expression = co_jmespath_compile(text + 1, &err);
		if (!expression)
			fuzz_check_error(&err);
		if (expression && value)
			json_decref(co_jmespath_eval(expression, value));
		if (json_is_array(value)) {
			struct co_aws_call call = awsapi_call(data[0]);

			page(&call, value);
		}
		co_jmespath_free(expression);
		json_decref(value);
	}
	free(text);
	return 0;
}
