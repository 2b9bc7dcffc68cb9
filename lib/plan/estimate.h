/* SPDX-License-Identifier: Apache-2.0 */
/* plan/estimate: what a plan will take, and need, and do, said before it runs. */
#ifndef CO_PLAN_ESTIMATE_H
#define CO_PLAN_ESTIMATE_H

#include "catalog/catalog.h"
#include "run/plan.h"

/*
 * Fills estimate, permissions (sorted, each once) and explain (a sentence a
 * step) from the catalogue. seconds is the longest chain of steps that wait for
 * each other, at the catalogue's expected durations, in tenths, rounded up.
 */
int co_estimate_fill(struct co_plan *plan, int64_t targets, struct co_catalog *catalog, struct co_err *err);

#endif
