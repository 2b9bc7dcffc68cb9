/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is typed, the result is a refusal, or an intent whose every leaf is a name of the
 * vocabulary or the inventory, a bounded number, or stands in the sentence.
 */
#include "world.h"

#include "base/escape.h"

static int is_value_of(const char *value)
{
	static const char *const made[] = { "instance", "volume", "security-group", "snapshot",
					    "aws",	"local",  "kubernetes",
					    "gp2",	"gp3",	  "io1", "io2", "st1", "sc1" };
	enum co_word_type type;
	size_t i;

	if (strstr(inventory, value))
		return 1;
	for (type = CO_WORD_VERB; type < CO_WORD_TYPES; type++)
		if (is_entry(type, value))
			return 1;
	for (i = 0; i < CO_COUNT(made); i++)
		if (strcmp(made[i], value) == 0)
			return 1;
	return 0;
}

static void check_leaf(const char *value, const char *text)
{
	const char *p;

	must(*value || !*value);
	for (p = value; *p; p++)
		must(*p > 0x20 && *p < 0x7f);
	must(strstr(text, value) || is_value_of(value) || strcmp(value, "this-very-host") == 0);
}

static void check_target(json_t *target, const char *text)
{
	static const char *const slots[] = { "environment", "provider",	 "account", "region", "cluster",
					     "context",	    "namespace", "kind",    "name",   "container",
					     "service",	    "node",	 "host",    "url" };
	const char *slot;
	json_t *value, *item;
	size_t i;

	json_object_foreach(target, slot, value)
	{
		for (i = 0; i < CO_COUNT(slots) && strcmp(slot, slots[i]) != 0; i++)
			;
		must(i < CO_COUNT(slots));
		if (json_is_string(value))
			check_leaf(json_string_value(value), text);
		else
			json_array_foreach(value, i, item) check_leaf(json_string_value(item), text);
	}
}

/* "+2", "-50%", "90d", "500 USD": what is written anew; all else stands in the sentence. */
static int is_written(const char *value)
{
	size_t n = strspn(value, "+-") <= 1 ? strspn(value, "+-") : 0;
	size_t digits = strspn(value + n, "0123456789");

	n += digits;
	return digits && digits < 13 && strlen(value + n) <= 6 &&
	       strspn(value + n, "%abcdefghijklmnopqrstuvwxyzBDEGIKMPRSTU ") == strlen(value + n);
}

static void check_parameters(json_t *parameters, const char *text)
{
	const char *name, *p;
	json_t *value;

	json_object_foreach(parameters, name, value)
	{
		if (json_is_integer(value)) {
			must(json_integer_value(value) >= 0 && json_integer_value(value) <= 1000000000);
			continue;
		}
		must(json_string_length(value) > 0 && json_string_length(value) < 254);
		for (p = json_string_value(value); *p; p++)
			must(*p >= 0x20 && *p < 0x7f);
		must(is_written(json_string_value(value)) || strstr(text, json_string_value(value)) ||
		     is_value_of(json_string_value(value)));
	}
}

static void check_intent(const struct co_intent *intent, const char *text)
{
	size_t i;

	must(intent->verb >= CO_VERB_INVESTIGATE && intent->verb <= CO_VERB_REMEDIATE);
	must((intent->verb == CO_VERB_REMEDIATE) == (intent->action != NULL));
	must(!intent->action || is_entry(CO_WORD_ACTION, intent->action));
	must(is_entry(CO_WORD_SUBJECT, intent->subject));
	must(intent->confidence >= 0 && intent->confidence <= 100);
	must(!intent->window || intent->window->since < intent->window->until);
	must(!intent->window || intent->window->until <= world()->input.now);
	for (i = 0; i < intent->constraints.count; i++)
		must(is_entry(CO_WORD_CONSTRAINT, intent->constraints.items[i]));
	check_target(intent->target, text);
	check_parameters(intent->parameters, text);
	for (i = 0; i < intent->because.count; i++) {
		const struct co_because *b = &intent->because.items[i];
		int64_t start = json_integer_value(json_array_get(b->at, 0)),
			end = json_integer_value(json_array_get(b->at, 1));

		must(start >= 0 && start < end && (size_t)end <= strlen(text));
		must(strlen(b->text) == (size_t)(end - start) &&
		     memcmp(text + start, b->text, (size_t)(end - start)) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct co_err err = CO_ERR_INIT;
	struct co_intent intent = { 0 };
	struct co_buf shown = CO_BUF_INIT;

	if (co_parse(&world()->input, text, size, &intent, &err) < 0) {
		fuzz_check_error(&err);
	} else {
		check_intent(&intent, text);
		co_parse_explain(&intent, text, &shown);
		must(co_utf8_valid(shown.data, shown.len) && !strchr(shown.data, '\033'));
	}
	co_buf_clear(&shown);
	co_shape_clear(&co_intent_shape, &intent);
	free(text);
	return 0;
}
