/* SPDX-License-Identifier: Apache-2.0 */
/* Beside a change somebody is against it: it is taken back, forbidden, not agreed to, or what it would take is needed. */
#include "intent/change/change.h"
#include "intent/request.h"

#include <string.h>

/* "did not" is trouble, too, and then no negation by itself. */
static int is_negation(const struct co_reading *r, size_t t)
{
	return co_reading_covered(r, t, "negation") ||
	       co_says_any(r, t, "not never no dont didnt doesnt shouldnt wont wouldnt cannot cant");
}

/* "I do not", "we should not do that", "it is not allowed": who speaks, a negation, and nothing that would be told of. */
static int takes_back(const struct co_reading *r, size_t first, size_t past)
{
	static const char empty[] =
		"do does did done should must may shall can could would will be is was say said ask asked mean meant agree "
		"agreed allow allowed approve approved permitted happen go that this it so now yet any such a thing to at all";
	size_t t;
	int negated = 0;

	if (!co_says_any(r, first, "i we you it this that they nobody"))
		return 0;
	for (t = first; t < past; t++) {
		if (co_says_any(r, t, "forbidden prohibited illegal disallowed unwanted") && t < first + 4)
			return 1;
		negated |= is_negation(r, t);
		if (t > first && !is_negation(r, t) && !co_says_any(r, t, empty) && !co_reading_covered(r, t, "polite"))
			return 0;
	}
	return negated && past > first + 1;
}

/* "QA has not agreed yet", "the owner objected", "it needs the approval of ops", "it was a joke"; not "nobody objected" */
static int withholds(const struct co_reading *r, size_t first, size_t past)
{
	static const char consent[] = "agree agreed agrees approve approved approves confirm confirmed asked signed";
	static const char dissent[] =
		"disagree disagrees disagreed objects objected objection objections veto vetoed joke kidding";
	int negated = 0;
	size_t t;

	for (t = first; t < past; t++)
		negated |= is_negation(r, t) || co_says(r, t, "nobody");
	if (co_reading_has_word(r, first, past, negated ? consent : dissent))
		return 1;
	return co_reading_has_word(r, first, past,
				   "wait waits waiting need needs without pending missing lacks lack") &&
	       co_reading_has_word(r, first, past, "approval approvals permission consent sign-off green");
}

/* "we want to keep the data", "somebody still uses it", beside what takes it away */
static int is_needed(const struct co_reading *r, size_t first, size_t past)
{
	size_t t;

	if (!co_does_any(r, "delete stop disable revoke release"))
		return 0;
	for (t = first; t < past; t++)
		if (is_negation(r, t) || co_says(r, t, "nobody"))
			return 0;
	return (co_does(r, "delete") && co_reading_has_word(r, first, past, "keep retain preserve")) ||
	       (co_reading_has_word(r, first, past, "still") &&
		co_reading_has_word(r, first, past, "use uses used using need needs needed reads mounts wants"));
}

/* "we make a snapshot first" */
static int comes_first(const struct co_reading *r, size_t first, size_t past)
{
	return past > first + 2 && co_says_any(r, past - 1, "first before beforehand") &&
	       co_reading_has_word(r, first, past, "we i somebody someone they has must") &&
	       !co_reading_has_word(r, first, past, "was were had did saw fine");
}

/* "who does it", "is that safe", "tell me what it would do" */
static int asks_back(const struct co_reading *r, size_t first, size_t past)
{
	if (first + 1 >= past)
		return 0;
	if (!co_constraint_holds(r, "dry-run") && co_reading_has_word(r, first, past, "what") &&
	    co_reading_has_word(r, first, past, "would"))
		return 1;
	if (co_says_any(r, first, "is does"))
		return co_says_any(r, first + 1, "that this it");
	return co_says(r, first, "who") && co_says_any(r, first + 1, "does do did will is was can could should");
}

int co_objection_is(const struct co_reading *r, size_t first, size_t past)
{
	size_t end = co_reading_part_end(r, first); /* "we wait | for the approval" */

	if (r->action->first < end && r->action->last >= first)
		return 0;
	return takes_back(r, first, past) || asks_back(r, first, past) || withholds(r, first, end) ||
	       is_needed(r, first, end) || comes_first(r, first, end);
}
