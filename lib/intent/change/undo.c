/* SPDX-License-Identifier: Apache-2.0 */
/* "undo that", "we need it up again": what it is depends on what is told to have been done. Of a release it is a rollback, and of much else nothing. */
#include "intent/change/change.h"

#include <string.h>

static const struct {
	const char *done, *undone;
} inverses[] = {
	{ "cordoned", "uncordon" }, { "uncordoned", "cordon" }, { "drained", "uncordon" }, { "suspended", "resume" },
	{ "hibernated", "start" },  { "paused", "resume" },	{ "stopped", "start" },	   { "started", "stop" },
	{ "disabled", "enable" },   { "enabled", "disable" },	{ "scaled", "" },	   { "resized", "" },
	{ "deleted", "" },	    { "removed", "" },		{ "tagged", "" },	   { "opened", "" },
	{ "closed", "" },	    { "attached", "" },		{ "detached", "" },	   { "revoked", "" },
	{ "granted", "" },	    { "rotated", "" },		{ "encrypted", "" },	   { "created", "" },
	{ "terminated", "" },	    { "evicted", "" },		{ "restarted", "" },	   { "rebooted", "" },
	{ "resumed", "" },	    { "killed", "" },		{ "added", "" },	   { "silenced", "" },
};

/* "undo that", "take it back" */
static int is_asked(const struct co_reading *r)
{
	size_t t = r->action->first + 1;

	return co_does(r, "rollback") && co_says_any(r, r->action->first, "undo revert take rollback roll reverse") &&
	       (t >= r->s.count || co_reading_starts_part(r, t) || co_says_any(r, t, "it that this them those") ||
		co_reading_covered(r, t, "polite"));
}

/* "was stopped, we need it up again"; of what merely died, that is to be looked into */
int co_undo_starts_unstopped(const struct co_reading *r)
{
	size_t t;

	if (!co_does(r, "start") || r->action->weight != CO_PHRASE_STRONG ||
	    !co_says_any(r, r->action->first, "need want needs has must should"))
		return 0;
	for (t = 0; t < r->action->first; t++)
		if (co_says_any(r, t, "stopped off parked deallocated hibernated suspended halted") ||
		    (co_says(r, t - 1, "shut") && co_says(r, t, "down")))
			return 0;
	return 1;
}

const char *co_undo_action(const struct co_reading *r)
{
	const char *undone = NULL;
	size_t t, i;

	if (!is_asked(r))
		return NULL;
	for (t = 0; t < r->action->first; t++)
		for (i = 0; i < CO_COUNT(inverses); i++) {
			if (!co_says(r, t, inverses[i].done))
				continue;
			undone = undone && strcmp(undone, inverses[i].undone) != 0 ? "" : inverses[i].undone;
			break;
		}
	return undone;
}
