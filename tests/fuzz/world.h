/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary that is shipped, and a small inventory, for the fuzzers of what is understood. */
#ifndef CO_TESTS_WORLD_H
#define CO_TESTS_WORLD_H

#include "fuzz.h"

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
static struct co_vocabulary *load(struct co_votes *votes)
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
	snprintf(file, sizeof(file), "%s/playbooks/vocabulary.votes", path);
	must(co_votes_open(votes, file, NULL, &err) == CO_OK);
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
	struct co_votes votes;
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
	w.vocabulary = load(&w.votes);
	value = co_yaml_parse(inventory, sizeof(inventory) - 1, "inventory", NULL);
	must(value && co_shape_decode(&co_config_shape, value, &w.config, NULL) == CO_OK);
	json_decref(value);
	w.names = co_names_new(&w.config);
	w.zone = (struct co_zone){ utc, NULL };
	w.input = (struct co_parser_input){ .vocabulary = w.vocabulary,
					     .votes = &w.votes,
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

#endif
