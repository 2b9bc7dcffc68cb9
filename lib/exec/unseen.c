/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/unseen.h"

#include <string.h>

static const char *why_not(const struct co_slot *slot)
{
	return co_access_changes(slot->step->access) ? NULL : slot->result.error;
}

/* The same cause: the same words, or the same step on another target; and whatever waited for a step that failed. */
static int fails_like(const struct co_slot *slot, const struct co_slot *other)
{
	size_t base = strcspn(slot->step->id, "@");

	if (!why_not(slot) || !why_not(other) || strcmp(slot->result.error_code, other->result.error_code) != 0)
		return 0;
	return strcmp(slot->result.error_code, "needs") == 0 || strcmp(slot->result.error, other->result.error) == 0 ||
	       (strcspn(other->step->id, "@") == base && strncmp(slot->step->id, other->step->id, base) == 0);
}

static void add_name(struct co_buf *text, const struct co_slot *slot)
{
	const char *target = strchr(slot->step->id, '@');

	if (slot->partial || slot->beyond)
		co_buf_adds(text, slot->step->foreach ? "some of " : "the rest of ");
	co_buf_addf(text, "%.*s", (int)strcspn(slot->step->id, "@"), slot->step->id);
	if (target)
		co_buf_addf(text, " of %s", target + 1);
}

char *co_unseen_line(const struct co_state *state, size_t at)
{
	enum { NAMES = 3 };
	const struct co_slot *slot = &state->slots[at];
	char *const *call = slot->step->call.items;
	struct co_buf text = CO_BUF_INIT;
	size_t i, n = 1;

	if (!why_not(slot))
		return NULL;
	for (i = 0; i < at; i++)
		if (fails_like(&state->slots[i], slot))
			return NULL; /* it was told there */
	co_buf_adds(&text, "not seen: ");
	add_name(&text, slot);
	for (i = at + 1; i < state->count; i++) {
		if (!fails_like(slot, &state->slots[i]) || n++ >= NAMES)
			continue;
		co_buf_adds(&text, ", ");
		add_name(&text, &state->slots[i]);
	}
	if (n > NAMES)
		co_buf_addf(&text, " and %zu more", n - NAMES);
	if (n == 1 && json_object_size(slot->step->target) && !strstr(slot->result.error, call[2]))
		co_buf_addf(&text, " (%s %s %s)", call[0], call[1], call[2]);
	co_buf_addf(&text, ": %s", slot->result.error);
	return co_buf_take(&text);
}
