/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a payload holds, it is refused, or gives intents to investigate whose every leaf is a name of the vocabulary or the
 * inventory, or an id that a cloud made. The first byte chooses the source, the rest is the payload.
 */
#include "world.h"

#include "intent/outside/alert.h"

static const struct co_mappings *mappings(void)
{
	static struct co_mappings all;
	char path[4096], file[4200];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (all.count)
		return &all;
	must(len > 0);
	path[len] = '\0';
	do {
		char *slash = strrchr(path, '/');

		must(slash && slash > path);
		*slash = '\0';
		snprintf(file, sizeof(file), "%s/playbooks/alerts.yaml", path);
	} while (access(file, R_OK) < 0);
	must(co_mapping_load(&all, file, world()->vocabulary, NULL) == CO_OK);
	return &all;
}

/* Hexadecimal behind a prefix, or twelve digits; told apart from the code that decides. */
static int is_cloud_id(const char *s)
{
	const char *dash = strchr(s, '-');

	if (strspn(s, "0123456789") == 12 && !s[12])
		return 1;
	return dash && dash > s && dash - s <= 6 && strspn(s, "abcdefghijklmnopqrstuvwxyz") == (size_t)(dash - s) &&
	       strspn(dash + 1, "0123456789abcdef") == strlen(dash + 1) && strlen(dash + 1) >= 8;
}

static void check_leaf(const char *slot, const char *value)
{
	static const struct {
		const char *slot;
		enum co_word_type type;
	} closed[] = { { "provider", CO_WORD_PLATFORM }, { "kind", CO_WORD_KIND }, { "region", CO_WORD_REGION }, { "service", CO_WORD_SERVICE } };
	size_t i;

	for (i = 0; i < CO_COUNT(closed); i++) {
		if (strcmp(slot, closed[i].slot) == 0) {
			must(is_entry(closed[i].type, value));
			return;
		}
	}
	must(strstr(inventory, value) || is_cloud_id(value));
	must(strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-") == strlen(value));
}

static void check_intent(const struct co_intent *intent)
{
	const char *slot;
	json_t *value, *item;
	size_t i;

	must(intent->verb == CO_VERB_INVESTIGATE && !intent->action);
	must(is_entry(CO_WORD_SUBJECT, intent->subject));
	must(!intent->constraints.count && !json_object_size(intent->parameters));
	must(!intent->window || (intent->window->since < intent->window->until && intent->window->until == world()->input.now));
	json_object_foreach(intent->target, slot, value) {
		if (json_is_string(value))
			check_leaf(slot, json_string_value(value));
		else
			json_array_foreach(value, i, item)
				check_leaf(slot, json_string_value(item));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sources[] = { "alertmanager", "cloudwatch", "pagerduty" };
	struct co_alert_intents found = { NULL, 0, 0, 0 };
	struct co_err err = CO_ERR_INIT;
	const char *source;
	json_t *payload;
	char *text;
	size_t i;

	if (!size)
		return 0;
	source = sources[data[0] % CO_COUNT(sources)];
	text = fuzz_text(data + 1, size - 1);
	payload = co_json_parse(text, size - 1, "payload", NULL);
	if (payload && co_alert_read(&world()->input, mappings(), source, payload, &found, &err) < 0)
		fuzz_check_error(&err);
	for (i = 0; i < found.count; i++)
		check_intent(&found.items[i]);
	co_alert_intents_clear(&found);
	json_decref(payload);
	free(text);
	return 0;
}
