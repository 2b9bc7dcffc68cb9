/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are an answer of Prometheus or an error that can be shown; what is taken is an object. */
#include "fuzz.h"

#include "provider/prometheus/api.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const operations[][2] = { { "query", "instant" }, { "list", "series" }, { "list", "alertmanager-alerts" } };
	static const int statuses[] = { 200, 200, 200, 400, 401, 422, 500, 503 };
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL;
	char *body;

	if (size < 2)
		return 0;
	body = fuzz_text(data + 2, size - 2);
	if (co_prometheus_decode(operations[data[0] % 3][0], operations[data[0] % 3][1], statuses[data[1] % 8], body, size - 2, &output,
				 &err) < 0)
		fuzz_check_error(&err);
	else
		must(json_is_object(output));
	json_decref(output);
	free(body);
	return 0;
}
