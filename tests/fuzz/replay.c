/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes in a recording give an answer, a failure that was recorded, or an error; nothing else. */
#include "fuzz.h"

#include "exec/mask.h"
#include "exec/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_landing landing = { .ms = -1 };
	struct co_err err = CO_ERR_INIT;
	json_t *masked, *again;
	int rc = co_replay_decode((const char *)data, size, "input", &landing, &err);

	if (rc < 0) {
		fuzz_check_error(&err);
		must(!landing.output && landing.ms == -1);
		return 0;
	}
	must(landing.ms >= 0);
	must((landing.rc == CO_OK) == (landing.output != NULL));
	if (landing.rc < 0)
		fuzz_check_error(&landing.err);
	if (landing.output) { /* what was masked has nothing more to mask */
		masked = co_mask(landing.output);
		again = co_mask(masked);
		must(json_equal(masked, again));
		json_decref(again);
		json_decref(masked);
	}
	co_landing_clear(&landing);
	return 0;
}
