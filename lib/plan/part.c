/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/part.h"

#include <stdlib.h>
#include <string.h>

void co_parts_clear(struct co_parts *parts)
{
	size_t i;

	for (i = 0; i < parts->count; i++) {
		co_playbook_clear(&parts->items[i].playbook);
		json_decref(parts->items[i].params);
		json_decref(parts->items[i].targets);
		json_decref(parts->items[i].ids);
	}
	json_decref(parts->params);
	json_decref(parts->targets);
	json_decref(parts->scope);
	*parts = (struct co_parts){ .count = 0 };
}

static int is_loaded(const struct co_parts *parts, const char *name)
{
	size_t i;

	for (i = 0; i < parts->count; i++)
		if (strcmp(parts->items[i].playbook.name, name) == 0)
			return 1;
	return 0;
}

static int include_failed(const struct co_playbook *by, size_t index, const char *why, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "bad-include", "playbook \"%s\" includes \"%s\": %s", by->name,
		   by->include.items[index], why);
	co_err_at(err, by->file, 0, 0);
	co_err_under_index(err, index);
	co_err_under(err, "include");
	return CO_ERR_INPUT;
}

static int check_include(const struct co_parts *parts, const struct co_playbook *by, size_t index,
			 const struct co_playbook *playbook, struct co_err *err)
{
	const char *first = parts->items[0].playbook.targets;
	const char *other = playbook->targets;

	if (playbook->changes && !parts->items[0].playbook.changes)
		return include_failed(by, index, "it changes something, and this one does not say so", err);
	if (other && (!first || strcspn(first, ".") != strcspn(other, ".") ||
		      strncmp(first, other, strcspn(first, ".")) != 0))
		return include_failed(by, index, "its targets are another provider's", err);
	return CO_OK;
}

static int load_included(struct co_parts *parts, const struct co_planner *planner, size_t by, size_t index,
			 struct co_err *err)
{
	const char *name = parts->items[by].playbook.include.items[index];
	struct co_part *part = &parts->items[parts->count];
	const struct co_entry *entry;
	int rc;

	if (is_loaded(parts, name))
		return CO_OK;
	if (parts->count == CO_PLAN_PARTS)
		return include_failed(&parts->items[by].playbook, index, "there are too many", err);
	if (co_library_find(planner->playbooks, name, &entry, err) < 0)
		return include_failed(&parts->items[by].playbook, index, "there is none of this name", err);
	*part = (struct co_part){ .params = NULL };
	rc = co_library_load(entry, &part->playbook, planner->catalog, err);
	if (rc < 0)
		return rc;
	parts->count++;
	return check_include(parts, &parts->items[by].playbook, index, &part->playbook, err);
}

/* Breadth first: a playbook that two others include is there once. */
static int load_all(struct co_parts *parts, const struct co_planner *planner, const struct co_entry *entry,
		    struct co_err *err)
{
	size_t by, i;
	int rc = co_library_load(entry, &parts->items[0].playbook, planner->catalog, err);

	if (rc < 0)
		return rc;
	parts->count = 1;
	for (by = 0; by < parts->count; by++)
		for (i = 0; i < parts->items[by].playbook.include.count; i++) {
			rc = load_included(parts, planner, by, i, err);
			if (rc < 0)
				return rc;
		}
	return CO_OK;
}

/* Whether a parameter of the part has another value in the plan, or one where the part has none. */
static int differs(const struct co_part *part, const json_t *params)
{
	size_t i;

	for (i = 0; i < part->playbook.params.count; i++) {
		const char *name = part->playbook.params.items[i].name;
		const json_t *own = json_object_get(part->params, name), *other = json_object_get(params, name);

		if (own != other && !json_equal(own, other))
			return 1;
	}
	return 0;
}

static int bind(struct co_parts *parts, const struct co_planner *planner, json_t *intent, struct co_err *err)
{
	struct co_playbook *playbooks = co_xcalloc(parts->count, sizeof(*playbooks));
	json_t *value;
	const char *key;
	size_t i;
	int rc;

	for (i = 0; i < parts->count; i++)
		playbooks[i] = parts->items[i].playbook;
	rc = co_bind_check_given(&planner->given, playbooks, parts->count, err);
	free(playbooks);
	parts->params = json_object();
	for (i = 0; i < parts->count && rc == CO_OK; i++) {
		struct co_part *part = &parts->items[i];

		rc = co_bind(&part->playbook, &planner->given, i ? parts->items[0].params : NULL, intent, &part->params,
			     err);
		json_object_foreach(part->params, key, value)
			if (!json_object_get(parts->params, key))
				json_object_set(parts->params, key, value);
	}
	for (i = 0; i < parts->count && rc == CO_OK; i++)
		parts->items[i].own_params = differs(&parts->items[i], parts->params);
	return rc;
}

int co_parts_load(struct co_parts *parts, const struct co_planner *planner, const struct co_entry *entry,
		  json_t *intent, struct co_err *err)
{
	int rc;

	*parts = (struct co_parts){ .count = 0 };
	rc = load_all(parts, planner, entry, err);
	if (rc == CO_OK)
		rc = bind(parts, planner, intent, err);
	if (rc < 0)
		co_parts_clear(parts);
	return rc;
}

static int same_key(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *key_of(const struct co_parts *parts, size_t at)
{
	const char *key = parts->items[at].playbook.targets;

	return key ? key : parts->items[0].playbook.targets;
}

/* Scopes are sorted lists without duplicates. */
static void merge(json_t *into, const json_t *scope)
{
	const json_t *name;
	size_t i;

	json_array_foreach(scope, i, name)
		co_targets_add_scope(into, json_string_value(name));
}

static int find_targets(struct co_parts *parts, size_t at, const struct co_planner *planner, const struct co_run *run,
			struct co_err *err)
{
	const json_t *wanted = json_object_get(json_object_get(run->doc, "intent"), "target");
	json_t *scope = NULL;
	size_t i;
	int rc;

	for (i = 0; i < at; i++)
		if (same_key(key_of(parts, i), key_of(parts, at))) {
			parts->items[at].targets = json_incref(parts->items[i].targets);
			return CO_OK;
		}
	rc = co_targets_find(key_of(parts, at), wanted, run->request, planner->config, &planner->defaults,
			     &parts->items[at].targets, &scope, err);
	if (rc < 0)
		return rc;
	json_array_extend(parts->targets, parts->items[at].targets);
	merge(parts->scope, scope);
	json_decref(scope);
	return CO_OK;
}

int co_parts_find_targets(struct co_parts *parts, const struct co_planner *planner, const struct co_run *run,
			  struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	parts->targets = json_array();
	parts->scope = json_array();
	for (i = 0; i < parts->count && rc == CO_OK; i++)
		rc = find_targets(parts, i, planner, run, err);
	return rc;
}
