/* SPDX-License-Identifier: Apache-2.0 */
/* "Without downtime", "look only", "but first show what it would do": what a request is bound to. */
#include "intent/change/change.h"
#include "intent/request.h"

#include <string.h>

int co_constraint_holds(const struct co_reading *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->constraints.count; i++)
		if (strcmp(r->constraints.items[i], name) == 0)
			return 1;
	return 0;
}

static void add_constraint(struct co_reading *r, const char *name, size_t first, size_t last)
{
	char **slot;

	co_reading_use(r, first, last);
	if (co_constraint_holds(r, name))
		return;
	slot = co_grow(&r->constraints.items, &r->constraints.count, sizeof(*slot));
	*slot = co_xstrdup(name);
	co_reading_because(r, "constraints", name, first, last);
}

/* "a read only account", "role read-only" */
static int is_adjective(const struct co_reading *r, const struct co_match *m)
{
	if (m->first == m->last && m->first > 0 && !r->s.tokens[m->first].before &&
	    co_says_any(r, m->first - 1, "role user policy group"))
		return 1;
	return m->first > 0 && m->last + 1 < r->s.count && co_says_any(r, m->first - 1, "a an the another") &&
	       !co_reading_starts_part(r, m->last + 1) && co_match_is(m, "read-only");
}

/* "but for now only show what it would do" */
static size_t lead_of(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->first;

	while (co_says_any(r, t - 1, "but first for now only just please strictly purely"))
		t--;
	return t;
}

/* "which of them could go without anybody noticing" asks for no change. */
static int is_of_no_change(const struct co_reading *r, const struct co_match *m)
{
	return co_match_is(m, "no-downtime") && r->s.count &&
	       (r->s.question || co_reading_covered(r, 0, "asking") || co_says_any(r, 0, "which what")) &&
	       !co_reading_covered(r, 0, "polite");
}

void co_constraint_read(struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_CONSTRAINT && co_reading_own(&r->m.items[i]) &&
		    !is_adjective(r, &r->m.items[i]) && !is_of_no_change(r, &r->m.items[i]))
			add_constraint(r, r->m.items[i].entry.name, lead_of(r, &r->m.items[i]), r->m.items[i].last);
	for (i = 0; i < r->s.count; i++)
		if (co_says_any(r, i, "dry-run=client dry-run=server") && co_shell_is_option(r, i))
			add_constraint(r, "dry-run", i, i);
}
