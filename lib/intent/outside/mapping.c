/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/outside/mapping.h"

#include "base/time.h"
#include "codec/yaml.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

static const struct co_field form_fields[] = {
	CO_STR(struct co_alert_form, source, CO_REQUIRED | CO_NONEMPTY),
	CO_JSON(struct co_alert_form, sign, CO_OBJECT_ONLY),
	CO_STR(struct co_alert_form, unwrap, CO_NONEMPTY),
	CO_STR(struct co_alert_form, each, CO_NONEMPTY),
	CO_STR(struct co_alert_form, status, CO_NONEMPTY),
	CO_STRS(struct co_alert_form, firing, CO_ONE_OK),
	CO_STRS(struct co_alert_form, resolved, CO_ONE_OK),
	CO_STR(struct co_alert_form, name, CO_NONEMPTY),
	CO_STR(struct co_alert_form, words, CO_NONEMPTY),
	CO_STR(struct co_alert_form, metric, CO_NONEMPTY),
	CO_STR(struct co_alert_form, namespace, CO_NONEMPTY),
	CO_STR(struct co_alert_form, since, CO_NONEMPTY),
	CO_STR(struct co_alert_form, until, CO_NONEMPTY),
	CO_STR(struct co_alert_form, labels, CO_NONEMPTY),
	CO_JSON(struct co_alert_form, slots, CO_OBJECT_ONLY),
	CO_STR(struct co_alert_form, arn, CO_NONEMPTY),
	CO_STR(struct co_alert_form, place, CO_NONEMPTY),
	CO_END,
};
static const struct co_shape form_shape = { "source", sizeof(struct co_alert_form), form_fields };

static const struct co_field rule_fields[] = {
	CO_STRS(struct co_alert_rule, source, CO_ONE_OK),   CO_STRS(struct co_alert_rule, name, CO_ONE_OK),
	CO_STRS(struct co_alert_rule, metric, CO_ONE_OK),   CO_STRS(struct co_alert_rule, namespace, CO_ONE_OK),
	CO_STR(struct co_alert_rule, subject, CO_REQUIRED), CO_STR(struct co_alert_rule, provider, CO_NONEMPTY),
	CO_STR(struct co_alert_rule, kind, CO_NONEMPTY),    CO_END,
};
static const struct co_shape rule_shape = { "rule", sizeof(struct co_alert_rule), rule_fields };

static const struct co_field example_fields[] = {
	CO_STR(struct co_alert_example, source, CO_REQUIRED),
	CO_JSON(struct co_alert_example, payload, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_STR(struct co_alert_example, subject, 0),
	CO_JSON(struct co_alert_example, target, CO_OBJECT_ONLY),
	CO_END,
};
static const struct co_shape example_shape = { "example", sizeof(struct co_alert_example), example_fields };

static const struct co_field mapping_fields[] = {
	CO_INT(struct co_mapping, alerts, CO_REQUIRED, 1, 1),
	CO_STR(struct co_mapping, lead, CO_NONEMPTY),
	CO_OBJECTS(struct co_mapping, sources, 0, &form_shape),
	CO_OBJECTS(struct co_mapping, rules, 0, &rule_shape),
	CO_JSON(struct co_mapping, labels, CO_OBJECT_ONLY),
	CO_OBJECTS(struct co_mapping, examples, 0, &example_shape),
	CO_END,
};
static const struct co_shape mapping_shape = { "mapping of alerts", sizeof(struct co_mapping), mapping_fields };

/* ---- is it sound? */

static int refuse(struct co_err *err, const char *what, const char *word)
{
	return co_err_set(err, CO_ERR_INPUT, "alerts", "\"%s\" is no %s", word, what), CO_ERR_INPUT;
}

static int check_entry(const struct co_vocabulary *v, enum co_word_type type, const char *what, const char *name,
		       struct co_err *err)
{
	struct co_entry entry;

	if (!name || co_vocabulary_find(v, type, name, &entry) == 0)
		return CO_OK;
	return refuse(err, what, name), co_err_under(err, what), CO_ERR_INPUT;
}

static int check_rules(const struct co_mapping *m, const struct co_vocabulary *v, struct co_err *err)
{
	size_t i;

	for (i = 0; i < m->rules.count; i++) {
		const struct co_alert_rule *r = &m->rules.items[i];

		if (check_entry(v, CO_WORD_SUBJECT, "subject", r->subject, err) < 0 ||
		    check_entry(v, CO_WORD_PLATFORM, "provider", r->provider, err) < 0 ||
		    check_entry(v, CO_WORD_KIND, "kind", r->kind, err) < 0)
			return co_err_under_index(err, i), co_err_under(err, "rules"), CO_ERR_INPUT;
	}
	return CO_OK;
}

/* "name" or "name/deployment" */
static int check_slot(const char *text, const struct co_vocabulary *v, struct co_err *err)
{
	const char *slash = strchr(text, '/');
	char slot[32] = "";

	strncat(slot, text, slash && slash - text < 31 ? (size_t)(slash - text) : sizeof(slot) - 1);
	if (!co_enum_value(co_slot_names, slot))
		return refuse(err, "slot", text);
	return slash ? check_entry(v, CO_WORD_KIND, "kind", slash + 1, err) : CO_OK;
}

static int check_labels(const struct co_mapping *m, const struct co_vocabulary *v, struct co_err *err)
{
	const char *label;
	json_t *list, *item;
	size_t i;

	json_object_foreach(m->labels, label, list) {
		if (!json_is_array(list))
			return refuse(err, "list of slots", label), co_err_under(err, label),
			       co_err_under(err, "labels"), CO_ERR_INPUT;
		json_array_foreach(list, i, item)
			if (check_slot(json_is_string(item) ? json_string_value(item) : "", v, err) < 0)
				return co_err_under_index(err, i), co_err_under(err, label),
				       co_err_under(err, "labels"), CO_ERR_INPUT;
	}
	return CO_OK;
}

static int check_texts(const json_t *object, int slots, struct co_err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
		if (!json_is_string(value) || (slots && !co_enum_value(co_slot_names, key)))
			return refuse(err, slots ? "slot with a JSON pointer" : "JSON pointer with a text", key),
			       CO_ERR_INPUT;
	return CO_OK;
}

static int check_sources(const struct co_mapping *m, struct co_err *err)
{
	size_t i;

	for (i = 0; i < m->sources.count; i++)
		if (check_texts(m->sources.items[i].sign, 0, err) < 0 ||
		    check_texts(m->sources.items[i].slots, 1, err) < 0)
			return co_err_under_index(err, i), co_err_under(err, "sources"), CO_ERR_INPUT;
	return CO_OK;
}

static int check_lead(const struct co_mapping *m, struct co_err *err)
{
	int64_t ms;

	if (!m->lead || (co_duration_parse(&ms, m->lead) == 0 && ms <= INT64_C(7) * 86400 * 1000))
		return CO_OK;
	return refuse(err, "duration of at most 7d", m->lead), co_err_under(err, "lead"), CO_ERR_INPUT;
}

static int decode(struct co_mapping *m, const char *text, size_t len, const char *path, const struct co_vocabulary *v,
		  struct co_err *err)
{
	json_t *value = co_yaml_parse(text, len, path, err);
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	rc = co_shape_decode(&mapping_shape, value, m, err);
	json_decref(value);
	if (rc == CO_OK && (check_lead(m, err) < 0 || check_sources(m, err) < 0 || check_rules(m, v, err) < 0 ||
			    check_labels(m, v, err) < 0)) {
		co_shape_clear(&mapping_shape, m);
		rc = CO_ERR_INPUT;
	}
	if (rc < 0)
		co_yaml_blame(err, text, len, path);
	return rc;
}

int co_mapping_load(struct co_mappings *mappings, const char *path, const struct co_vocabulary *vocabulary,
		    struct co_err *err)
{
	struct co_mapping read = { 0 }, *slot;
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, CO_YAML_BYTES, CO_FILE_TRUSTED, &text, err);

	if (rc == CO_OK)
		rc = decode(&read, co_buf_str(&text), text.len, path, vocabulary, err);
	co_buf_clear(&text);
	if (rc < 0)
		return rc;
	slot = co_grow(&mappings->items, &mappings->count, sizeof(*slot));
	*slot = read;
	return CO_OK;
}

void co_mappings_clear(struct co_mappings *mappings)
{
	size_t i;

	for (i = 0; i < mappings->count; i++)
		co_shape_clear(&mapping_shape, &mappings->items[i]);
	free(mappings->items);
	*mappings = (struct co_mappings){ NULL, 0 };
}

/* ---- rules */

static int fits_one(const char *pattern, const char *text)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return strncmp(pattern, text, len - 1) == 0;
	return strcmp(pattern, text) == 0;
}

static int fits(char *const *items, size_t count, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (text && fits_one(items[i], text))
			return 1;
	return !count;
}

const struct co_alert_rule *co_mapping_rule(const struct co_mappings *mappings, const char *source, const char *name,
					    const char *metric, const char *metric_namespace)
{
	size_t i, k;

	for (i = 0; i < mappings->count; i++) {
		for (k = 0; k < mappings->items[i].rules.count; k++) {
			const struct co_alert_rule *r = &mappings->items[i].rules.items[k];

			if (fits(r->source.items, r->source.count, source) &&
			    fits(r->name.items, r->name.count, name) &&
			    fits(r->metric.items, r->metric.count, metric) &&
			    fits(r->namespace.items, r->namespace.count, metric_namespace))
				return r;
		}
	}
	return NULL;
}

int co_mapping_knows(const struct co_mappings *mappings, const char *name)
{
	size_t i, k, n;

	for (i = 0; i < mappings->count; i++)
		for (k = 0; k < mappings->items[i].rules.count; k++)
			for (n = 0; n < mappings->items[i].rules.items[k].name.count; n++)
				if (strcmp(mappings->items[i].rules.items[k].name.items[n], name) == 0)
					return 1;
	return 0;
}
