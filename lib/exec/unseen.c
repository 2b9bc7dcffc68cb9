/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/unseen.h"

#include <string.h>

static const char *why_not(const struct co_slot *slot)
{
	return co_access_changes(slot->step->access) ? NULL : slot->result.error;
}

/* The same step on another target, that failed for the same reason. */
static int fails_like(const struct co_slot *slot, const struct co_slot *other)
{
	size_t base = strcspn(slot->step->id, "@");

	return why_not(other) && strcspn(other->step->id, "@") == base &&
	       strncmp(slot->step->id, other->step->id, base) == 0 &&
	       strcmp(slot->result.error_code, other->result.error_code) == 0;
}

char *co_unseen_line(const struct co_state *state, size_t at)
{
	const struct co_slot *slot = &state->slots[at];
	const char *target = strchr(slot->step->id, '@');
	char *const *call = slot->step->call.items;
	struct co_buf text = CO_BUF_INIT;
	size_t i, more = 0;

	if (!why_not(slot))
		return NULL;
	for (i = 0; i < at; i++)
		if (fails_like(slot, &state->slots[i]))
			return NULL; /* it was told there */
	for (i = at + 1; i < state->count; i++)
		more += fails_like(slot, &state->slots[i]) != 0;
	co_buf_addf(&text, "not seen: %.*s", (int)strcspn(slot->step->id, "@"), slot->step->id);
	if (target)
		co_buf_addf(&text, " of %s", target + 1);
	if (more)
		co_buf_addf(&text, " and %zu more", more);
	if (json_object_size(slot->step->target))
		co_buf_addf(&text, " (%s %s %s)", call[0], call[1], call[2]);
	co_buf_addf(&text, ": %s", slot->result.error);
	return co_buf_take(&text);
}
