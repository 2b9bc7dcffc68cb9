/* SPDX-License-Identifier: Apache-2.0 */
/* A second command that is no second request: it says the same again, or in what way. */
#include "intent/change/change.h"

#include <string.h>

/* "..., set it", "..., change that": of a value that is asked for already. */
static int is_mere_setting(const struct co_reading *r, const struct co_match *m)
{
	const char *needs = r->act.needs;
	size_t next = m->last + 1;

	if (!co_match_is(m, "modify") || m->words != 1 || !*needs || strcmp(needs, "node") == 0 ||
	    (strcmp(needs, "name") == 0 && !co_reading_sets(r)))
		return 0;
	return next == r->s.count || (co_says_any(r, next, "it that this them accordingly") &&
				      (next + 1 == r->s.count || co_reading_starts_part(r, next + 1) ||
				       co_reading_covered(r, next + 1, "polite")));
}

/* "enable and start auditd": now, and whenever its host starts. */
static int is_both(const struct co_reading *r, const struct co_match *m)
{
	const char *a = r->act.name, *b = m->entry.name;
	size_t next = m->last + 1;

	if (!((strcmp(a, "enable") == 0 && strcmp(b, "start") == 0) ||
	      (strcmp(a, "start") == 0 && strcmp(b, "enable") == 0)) ||
	    !co_reading_covered(r, m->first - 1, "and") || next >= r->s.count)
		return 0;
	return m->first == r->action->last + 2 || (co_says_any(r, next, "it that them") && next + 1 == r->s.count);
}

/* "put it back, uncordon it": the same thing said again. */
int co_again_is_said(const struct co_reading *r, const struct co_match *m)
{
	size_t next = m->last + 1;

	if (is_mere_setting(r, m))
		return 1;
	if (co_match_is(m, "fix") && r->action->weight == CO_PHRASE_STRONG && co_says_any(r, m->last, "that it"))
		return 1; /* "it should not be public, fix that" */
	if (strcmp(m->entry.name, r->act.name) != 0)
		return 0;
	if (next + 1 < r->s.count && co_says_any(r, next, "that this the a") &&
	    (co_match_at(&r->m, next + 1, CO_WORD_KIND) || co_says(r, next + 1, "rule")) &&
	    (next + 2 == r->s.count || co_reading_starts_part(r, next + 2) ||
	     co_reading_covered(r, next + 2, "polite")))
		return 1; /* "suspend that cronjob" */
	if (m->last > m->first && co_says(r, m->first + 1, "its"))
		return 1; /* "it should get more air, raise its memory limit to 3Gi" */
	return next == r->s.count || co_says_any(r, next, "it them everything") ||
	       (next + 1 == r->s.count && co_reading_covered(r, next, "polite"));
}

/* "out of rotation, no new pods there": of two ways to say it, the one that says what happens to the pods. */
int co_again_explains(const struct co_reading *r, const struct co_match *m)
{
	if (is_both(r, m))
		return 1;
	return strcmp(r->action->entry.name, "drain") == 0 && co_match_is(m, "cordon") &&
	       r->action->last > r->action->first && co_says(r, r->action->last - 1, "of") &&
	       !co_says(r, m->first, "cordon");
}
