/* SPDX-License-Identifier: Apache-2.0 */
#include "model/budget.h"

#include "sys/lockfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "20782 000000000001500\n": one write of a fixed size, within one block of any disk. */
enum { DAY_DIGITS = 6, AMOUNT_DIGITS = 15, RECORD = DAY_DIGITS + 1 + AMOUNT_DIGITS + 1, LOCK_MS = 5000, SECONDS_A_DAY = 86400 };

int co_budget_open(struct co_budget *budget, const char *path, int64_t limit, struct co_err *err)
{
	budget->limit = limit;
	return co_lock_open(path, &budget->fd, err);
}

void co_budget_close(struct co_budget *budget)
{
	if (budget->fd >= 0)
		close(budget->fd);
	budget->fd = -1;
}

static int damaged(struct co_err *err)
{
	co_err_set(err, CO_ERR_SYSTEM, "model-budget", "the record of what models cost today is damaged");
	return co_err_hint(err, "remove model-budget from the state directory; the day's count starts anew"), CO_ERR_SYSTEM;
}

/* An empty file is a day on which nothing was spent. */
static int read_record(int fd, struct co_budget_reserve *spent, struct co_err *err)
{
	char text[RECORD + 1] = "";
	ssize_t n = pread(fd, text, RECORD, 0);

	*spent = (struct co_budget_reserve){ 0, 0 };
	if (n < 0)
		return co_err_sys(err, errno, "cannot read what models cost today");
	if (n == 0)
		return CO_OK;
	if (n != RECORD || strspn(text, "0123456789") != DAY_DIGITS || text[DAY_DIGITS] != ' ' ||
	    strspn(text + DAY_DIGITS + 1, "0123456789") != AMOUNT_DIGITS || text[RECORD - 1] != '\n')
		return damaged(err);
	spent->day = strtoll(text, NULL, 10);
	spent->amount = strtoll(text + DAY_DIGITS + 1, NULL, 10);
	return CO_OK;
}

static int write_record(int fd, const struct co_budget_reserve *spent, struct co_err *err)
{
	char text[RECORD + 32];

	snprintf(text, sizeof(text), "%0*lld %0*lld\n", DAY_DIGITS, (long long)spent->day, AMOUNT_DIGITS,
		 (long long)spent->amount);
	if (pwrite(fd, text, RECORD, 0) != RECORD || fdatasync(fd) < 0)
		return co_err_sys(err, errno, "cannot record what the model costs");
	return CO_OK;
}

static int add(const struct co_budget *budget, struct co_budget_reserve *spent, const struct co_budget_reserve *more,
	       struct co_err *err)
{
	char limit[CO_BUDGET_TEXT];

	if (spent->day < more->day)
		*spent = (struct co_budget_reserve){ more->day, 0 };
	if (spent->amount + more->amount > budget->limit) {
		co_budget_format(limit, budget->limit);
		co_err_set(err, CO_ERR_NO, "model-budget", "models may cost %s US dollars a day, and that is used up", limit);
		return co_err_hint(err, "see limits.model.usd_per_day in co-config(5), or use --parser rules"), CO_ERR_NO;
	}
	spent->amount += more->amount;
	return CO_OK;
}

int co_budget_reserve(const struct co_budget *budget, int64_t now, int64_t amount, struct co_budget_reserve *reserve,
		      struct co_err *err)
{
	const struct co_budget_reserve more = { now / SECONDS_A_DAY, amount };
	struct co_budget_reserve spent;
	int rc = co_lock_take(budget->fd, LOCK_MS, err);

	if (rc < 0)
		return rc;
	rc = read_record(budget->fd, &spent, err);
	if (rc == CO_OK)
		rc = add(budget, &spent, &more, err);
	if (rc == CO_OK)
		rc = write_record(budget->fd, &spent, err);
	co_lock_drop(budget->fd);
	if (rc == CO_OK)
		*reserve = more;
	return rc;
}

/* On another day the reserve is in a count that is over. */
int co_budget_settle(const struct co_budget *budget, const struct co_budget_reserve *reserve, int64_t cost,
		     struct co_err *err)
{
	struct co_budget_reserve spent;
	int rc = co_lock_take(budget->fd, LOCK_MS, err);

	if (rc < 0)
		return rc;
	rc = read_record(budget->fd, &spent, err);
	if (rc == CO_OK && spent.day == reserve->day) {
		spent.amount += cost - reserve->amount;
		if (spent.amount < 0)
			spent.amount = 0;
		rc = write_record(budget->fd, &spent, err);
	}
	co_lock_drop(budget->fd);
	return rc;
}

int64_t co_budget_parse(const char *s)
{
	size_t whole = strspn(s, "0123456789"), part = 0, i;
	int64_t amount;

	if (!whole || whole > 9)
		return -1;
	amount = strtoll(s, NULL, 10) * 1000000;
	if (s[whole] == '.') {
		part = strspn(s + whole + 1, "0123456789");
		if (!part || part > 6 || s[whole + 1 + part])
			return -1;
	} else if (s[whole]) {
		return -1;
	}
	for (i = 0; i < 6; i++) {
		static const int64_t unit[] = { 100000, 10000, 1000, 100, 10, 1 };

		if (i < part)
			amount += (s[whole + 1 + i] - '0') * unit[i];
	}
	return amount;
}

void co_budget_format(char out[CO_BUDGET_TEXT], int64_t amount)
{
	snprintf(out, CO_BUDGET_TEXT, "%lld.%06lld", (long long)(amount / 1000000), (long long)(amount % 1000000));
}
