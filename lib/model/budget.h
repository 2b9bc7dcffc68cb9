/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/budget: what models may cost in a day, over all processes of a user.
 *
 * One record in a locked file: the day (UTC) and what was spent. The most that a question can
 * cost is reserved, and on disk, before it is asked, and corrected when the bill is known; a
 * process that dies in between has spent it all.
 */
#ifndef CO_MODEL_BUDGET_H
#define CO_MODEL_BUDGET_H

#include "base/err.h"

#include <stdint.h>

/* Money is in millionths of a US dollar. */
struct co_budget {
	int fd;
	int64_t limit; /* of a day */
};

struct co_budget_reserve {
	int64_t day; /* since the epoch */
	int64_t amount;
};

/* Opens the file, making it; reserve and settle then need no right to open anything. */
int co_budget_open(struct co_budget *budget, const char *path, int64_t limit, struct co_err *err);
void co_budget_close(struct co_budget *budget);

/* now is in seconds. CO_ERR_NO "model-budget" when the day's limit would be passed; CO_ERR_SYSTEM for a damaged file. */
int co_budget_reserve(const struct co_budget *budget, int64_t now, int64_t amount, struct co_budget_reserve *reserve,
		      struct co_err *err);
int co_budget_settle(const struct co_budget *budget, const struct co_budget_reserve *reserve, int64_t spent,
		     struct co_err *err);

/* "1.50" in millionths; -1 if it is no amount. And back: six digits after the point. */
int64_t co_budget_parse(const char *decimal);
enum { CO_BUDGET_TEXT = 32 };
void co_budget_format(char out[CO_BUDGET_TEXT], int64_t amount);

#endif
