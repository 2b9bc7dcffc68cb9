/* SPDX-License-Identifier: Apache-2.0 */
/* Beside a change somebody is against it: it is taken back, forbidden, not agreed to, or what it would take is needed. */
#include "intent/change/change.h"

#include <string.h>

/* "did not" is trouble, too, and then no negation by itself. */
static int is_negation(const struct co_reading *r, size_t t)
{
	static const char *const words[] = { "not", "never", "no", "dont", "didnt", "doesnt", "shouldnt", "wont", "wouldnt", "cannot", "cant", NULL };

	return co_reading_covered(r, t, "negation") || co_says_any(r, t, words);
}

/* "I do not", "we should not do that", "it is not allowed": who speaks, a negation, and nothing that would be told of. */
static int takes_back(const struct co_reading *r, size_t first, size_t past)
{
	static const char *const speakers[] = { "i", "we", "you", "it", "this", "that", "they", "nobody", NULL };
	static const char *const empty[] = { "do", "does", "did", "done", "should", "must", "may", "shall", "can", "could", "would", "will", "be", "is", "was", "say", "said",
					     "ask", "asked", "mean", "meant", "agree", "agreed", "allow", "allowed", "approve", "approved", "permitted", "happen",
					     "go", "that", "this", "it", "so", "now", "yet", "any", "such", "a", "thing", "to", "at", "all", NULL };
	static const char *const banned[] = { "forbidden", "prohibited", "illegal", "disallowed", "unwanted", NULL };
	size_t t;
	int negated = 0;

	if (!co_says_any(r, first, speakers))
		return 0;
	for (t = first; t < past; t++) {
		if (co_says_any(r, t, banned) && t < first + 4)
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
	static const char *const consent[] = { "agree", "agreed", "agrees", "approve", "approved", "approves", "confirm", "confirmed", "asked", "signed", NULL };
	static const char *const dissent[] = { "disagree", "disagrees", "disagreed", "objects", "objected", "objection", "objections", "veto", "vetoed", "joke", "kidding", NULL };
	static const char *const lacks[] = { "wait", "waits", "waiting", "need", "needs", "without", "pending", "missing", "lacks", "lack", NULL };
	static const char *const leave[] = { "approval", "approvals", "permission", "consent", "sign-off", "green", NULL };
	int negated = 0;
	size_t t;

	for (t = first; t < past; t++)
		negated |= is_negation(r, t) || co_says(r, t, "nobody");
	if (co_reading_has_word(r, first, past, negated ? consent : dissent))
		return 1;
	return co_reading_has_word(r, first, past, lacks) && co_reading_has_word(r, first, past, leave);
}

/* "we want to keep the data", "somebody still uses it", beside what takes it away */
static int is_needed(const struct co_reading *r, size_t first, size_t past)
{
	static const char *const taking[] = { "delete", "stop", "disable", "revoke", "release", NULL };
	static const char *const keeps[] = { "keep", "retain", "preserve", NULL }, *const still[] = { "still", NULL };
	static const char *const uses[] = { "use", "uses", "used", "using", "need", "needs", "needed", "reads", "mounts", "wants", NULL };
	size_t t;

	if (!co_does_any(r, taking))
		return 0;
	for (t = first; t < past; t++)
		if (is_negation(r, t) || co_says(r, t, "nobody"))
			return 0;
	return (co_does(r, "delete") && co_reading_has_word(r, first, past, keeps)) || (co_reading_has_word(r, first, past, still) && co_reading_has_word(r, first, past, uses));
}

/* "we make a snapshot first" */
static int comes_first(const struct co_reading *r, size_t first, size_t past)
{
	static const char *const who[] = { "we", "i", "somebody", "someone", "they", "has", "must", NULL };
	static const char *const before[] = { "first", "before", "beforehand", NULL }, *const was[] = { "was", "were", "had", "did", "saw", "fine", NULL };

	return past > first + 2 && co_says_any(r, past - 1, before) && co_reading_has_word(r, first, past, who) && !co_reading_has_word(r, first, past, was);
}

/* "who does it", "is that safe" */
static int asks_back(const struct co_reading *r, size_t first, size_t past)
{
	static const char *const verbs[] = { "does", "do", "did", "will", "is", "was", "can", "could", "should", NULL };

	static const char *const told[] = { "that", "this", "it", NULL };

	if (first + 1 >= past)
		return 0;
	if (co_says(r, first, "is") || co_says(r, first, "does"))
		return co_says_any(r, first + 1, told);
	return co_says(r, first, "who") && co_says_any(r, first + 1, verbs);
}

int co_objection_is(const struct co_reading *r, size_t first, size_t past)
{
	size_t end = co_reading_part_end(r, first); /* "we wait | for the approval" */

	if (r->action->first < end && r->action->last >= first)
		return 0;
	return takes_back(r, first, past) || asks_back(r, first, past) || withholds(r, first, end) || is_needed(r, first, end) || comes_first(r, first, end);
}
