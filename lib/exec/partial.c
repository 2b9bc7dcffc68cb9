/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/partial.h"

#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

void co_partial_keep(struct co_slot *slot, const struct co_landing *landing)
{
	if (!landing->output)
		return;
	if (!slot->pieces)
		slot->pieces = json_array();
	while (json_array_size(slot->pieces) <= landing->item)
		json_array_append_new(slot->pieces, json_null());
	json_array_set(slot->pieces, landing->item, landing->output);
}

int co_partial_is(const struct co_slot *slot)
{
	return slot->failed || slot->landed < json_array_size(slot->withs);
}

void co_partial_end(struct co_slot *slot)
{
	size_t i, calls = json_array_size(slot->withs), some = 0;
	json_t *all = json_array();

	for (i = 0; i < calls && co_partial_is(slot); i++) {
		json_t *item = json_array_get(slot->answers, i);

		if (!item || json_is_null(item))
			item = json_array_get(slot->pieces, i);
		some += item && !json_is_null(item);
		json_array_append_new(all, item ? json_incref(item) : json_null());
	}
	if (some)
		slot->partial = json_incref(slot->step->foreach ? all : json_array_get(all, 0));
	json_decref(all);
}

/* The end of an ARN says enough. */
static const char *short_name(const char *name)
{
	int colons;

	for (colons = strncmp(name, "arn:", 4) == 0 ? 0 : 5; colons < 5 && strchr(name, ':'); colons++)
		name = strchr(name, ':') + 1;
	return name;
}

/* In what the parameters of a call differ from those of another; NULL if in no text. */
static const char *name_of(const struct co_slot *slot, size_t item)
{
	json_t *with = json_array_get(slot->withs, item), *other = json_array_get(slot->withs, item ? 0 : 1), *value;
	const char *key;

	json_object_foreach(with, key, value)
		if (json_is_string(value) && !json_equal(value, json_object_get(other, key)))
			return short_name(json_string_value(value));
	return NULL;
}

static size_t add_names(const struct co_slot *slot, struct co_buf *names)
{
	enum { NAMES = 3, LENGTH = 80 };
	size_t i, n = 0;

	for (i = 0; i < json_array_size(slot->withs) && n < NAMES; i++) {
		json_t *answer = json_array_get(slot->answers, i);
		const char *name = name_of(slot, i);

		if ((!answer || json_is_null(answer)) && name)
			co_buf_addf(names, "%s%.*s", n++ ? ", " : "", (int)LENGTH, name);
	}
	return n;
}

void co_partial_blame(const struct co_slot *slot, struct co_err *err)
{
	size_t calls = json_array_size(slot->withs), missing = slot->failed + calls - slot->landed, n;
	struct co_buf names = CO_BUF_INIT;

	if (!slot->step->foreach || !err->code || missing == calls)
		return;
	n = add_names(slot, &names);
	co_err_wrap(err, "%zu of %zu items failed%s%s%s%s, the first with", missing, calls, n ? " (" : "", co_buf_str(&names),
		    n && n < missing ? ", ..." : "", n ? ")" : "");
	co_buf_clear(&names);
}
