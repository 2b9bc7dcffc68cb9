/* SPDX-License-Identifier: Apache-2.0 */
/* sys/clock: monotonic time for deadlines and durations. Wall time enters in tools/. */
#ifndef CO_SYS_CLOCK_H
#define CO_SYS_CLOCK_H

#include <stdint.h>

int64_t co_clock_ms(void); /* CLOCK_MONOTONIC */

#endif
