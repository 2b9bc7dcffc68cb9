/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzzers share: each is one function, fed by libFuzzer, that aborts when a property fails. */
#ifndef CO_TESTS_FUZZ_H
#define CO_TESTS_FUZZ_H

#include "codec/json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(condition)                                                            \
	do {                                                                       \
		if (!(condition)) {                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                   \
		}                                                                  \
	} while (0)

/* jansson would choose how its tables lie, and with it what is compared: the same inputs are to give the same run. */
static void __attribute__((constructor)) fuzz_steady(void)
{
	json_object_seed(1);
}

/* The input as a string. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	return co_xmemdup(data, size);
}

/* An error that was reported must be showable: set, one line, valid. */
static inline void fuzz_check_error(const struct co_err *err)
{
	must(err->code < 0);
	must(err->id[0]);
	must(!strpbrk(err->message, "\n\r\033"));
}

#endif
