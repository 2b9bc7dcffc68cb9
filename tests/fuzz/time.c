/* SPDX-License-Identifier: Apache-2.0 */
/* A time that is taken is written as it was read; durations are not negative. */
#include "fuzz.h"

#include "base/id.h"
#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char again[CO_TIME_LEN + 1];
	int64_t seconds, ms;

	if (co_time_parse(&seconds, text) == 0) {
		co_time_format(again, seconds);
		must(strcmp(again, text) == 0);
	}
	if (co_duration_parse(&ms, text) == 0)
		must(ms >= 0);
	if (co_id_valid(text))
		must(strlen(text) == CO_ID_LEN);
	if (size >= sizeof(seconds)) { /* any number gives some text of the right length */
		memcpy(&seconds, data, sizeof(seconds));
		co_time_format(again, seconds / 4);
		must(strlen(again) == CO_TIME_LEN);
	}
	free(text);
	return 0;
}
