/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/provider.h"

#include "sys/clock.h"

int co_call_should_stop(const struct co_call *call)
{
	return (call->cancelled && atomic_load(call->cancelled)) || co_clock_ms() >= call->deadline;
}
