/* SPDX-License-Identifier: Apache-2.0 */
/* A document that is taken encodes to one that is taken, with the same views. */
#include "fuzz.h"

#include "run/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_err err = CO_ERR_INIT;
	struct co_run run, again;
	json_t *doc = co_json_parse((const char *)data, size, "input", &err), *once, *twice;
	char digest[CO_DIGEST_LEN + 1];

	if (!doc)
		return 0;
	if (co_run_decode(&run, doc, &err) < 0) {
		fuzz_check_error(&err);
		return 0;
	}
	if (run.plan)
		must(co_run_digest(&run, "plan", digest, &err) == CO_OK);
	once = co_shape_encode(&co_run_shape, &run);
	must(co_run_decode(&again, json_deep_copy(once), &err) == CO_OK);
	twice = co_shape_encode(&co_run_shape, &again);
	must(json_equal(once, twice));
	json_decref(once);
	json_decref(twice);
	co_run_clear(&again);
	co_run_clear(&run);
	return 0;
}
