/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is typed, the result is a refusal, or an intent whose every leaf is a name of the
 * vocabulary or the inventory, a bounded number, or stands in the sentence.
 */
#include "fuzz.h"

#include "base/escape.h"
#include "codec/yaml.h"
#include "intent/parse.h"
#include "sys/file.h"

#include <unistd.h>

static const char inventory[] =
	"environments:\n"
	"  prod:\n"
	"    aliases: [production]\n"
	"    aws: [{account: '111122223333', name: oak-prod, regions: [eu-central-1]}]\n"
	"    kubernetes: [{context: prod-a, cluster: oak, namespaces: [billing], nodes: [oak-1]}]\n"
	"    hosts: [gw-7]\n"
	"workloads:\n"
	"  billing: {deployment: [invoice-api]}\n";

/* The vocabulary lies in the tree that this program was built in. */
static struct co_vocabulary *load(void)
{
	struct co_vocabulary *v = co_vocabulary_new();
	struct co_err err = CO_ERR_INIT;
	char path[4096], file[4200];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	must(len > 0);
	path[len] = '\0';
	do {
		char *slash = strrchr(path, '/');

		must(slash && slash > path);
		*slash = '\0';
		snprintf(file, sizeof(file), "%s/playbooks/vocabulary.yaml", path);
	} while (access(file, R_OK) < 0);
	must(co_vocabulary_load(v, file, NULL, &err) == CO_OK);
	return v;
}

static int64_t utc(void *context, int64_t at)
{
	(void)context;
	(void)at;
	return 3600;
}

struct world {
	struct co_vocabulary *vocabulary;
	struct co_config config;
	struct co_names *names;
	struct co_zone zone;
	struct co_parser_input input;
};

static const struct world *world(void)
{
	static struct world w;
	json_t *value;

	if (w.vocabulary)
		return &w;
	w.vocabulary = load();
	value = co_yaml_parse(inventory, sizeof(inventory) - 1, "inventory", NULL);
	must(value && co_shape_decode(&co_config_shape, value, &w.config, NULL) == CO_OK);
	json_decref(value);
	w.names = co_names_new(&w.config);
	w.zone = (struct co_zone){ utc, NULL };
	w.input = (struct co_parser_input){ .vocabulary = w.vocabulary,
					     .names = w.names,
					     .zone = &w.zone,
					     .now = 1795508939,
					     .host = "this-very-host" };
	return &w;
}

static int is_entry(enum co_word_type type, const char *name)
{
	struct co_entry found;

	return co_vocabulary_find(world()->vocabulary, type, name, &found) == 0;
}

static int is_value_of(const char *value)
{
	static const char *const made[] = { "instance", "volume", "security-group", "snapshot",
					    "aws",	"local",  "kubernetes" };
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

static void check_parameters(json_t *parameters)
{
	const char *name;
	json_t *value;

	json_object_foreach(parameters, name, value)
	{
		if (json_is_integer(value)) {
			must(json_integer_value(value) >= 0 && json_integer_value(value) <= 1000000000);
			continue;
		}
		must(json_string_length(value) > 0 && json_string_length(value) < 32);
		must(strspn(json_string_value(value), "0123456789abcdefghijklmnopqrstuvwxyzKMGTBPi") ==
		     json_string_length(value));
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
	check_parameters(intent->parameters);
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
