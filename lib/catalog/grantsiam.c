/* SPDX-License-Identifier: Apache-2.0 */
/* Grants as an IAM policy. */
#include "catalog/grantsread.h"
#include "catalog/partition.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

/* What is filled in for {partition}, {region} and {account}; what is not known is any. */
struct place {
	char partition[16];
	const char *region;
	const char *account;
};

static void find_place(const struct co_grant *grant, const struct co_apis *apis, struct place *place)
{
	struct co_aws_partition partition;
	const char *region = co_grant_literal(grant->target, "region");
	const char *account = co_grant_literal(grant->target, "account");

	*place = (struct place){ "aws", region ? region : "*", account ? account : "*" };
	if (region && co_aws_partition(apis, region, &partition, NULL) == CO_OK)
		strcpy(place->partition, partition.name);
}

/* The member a template names: "{Bucket}"; "{QueueUrl/}" is what is after its last "/". */
struct slot {
	const char *before; /* the template up to it */
	size_t len;
	char *member;
	int last;
	const char *after;
};

/* Is the word between braces a member, which begins with what the place does not have? */
static int find_slot(const char *template, size_t len, struct slot *slot)
{
	static const char *const places[] = { "partition", "region", "account" };
	size_t at, i, n;

	for (at = 0; at < len; at++) {
		if (template[at] != '{')
			continue;
		n = strcspn(template + at + 1, "}");
		for (i = 0; i < CO_COUNT(places); i++)
			if (strlen(places[i]) == n && memcmp(template + at + 1, places[i], n) == 0)
				break;
		if (i < CO_COUNT(places))
			continue;
		slot->last = n && template[at + n] == '/';
		slot->before = template;
		slot->len = at;
		slot->member = co_xmemdup(template + at + 1, n - (size_t)slot->last);
		slot->after = template + at + n + 2;
		return 1;
	}
	return 0;
}

static void expand(struct co_buf *out, const char *text, size_t len, const struct place *place)
{
	const struct {
		const char *word;
		const char *value;
	} words[] = {
		{ "{partition}", place->partition },
		{ "{region}", place->region },
		{ "{account}", place->account },
	};
	size_t i, n;

	while (len) {
		for (i = 0; i < CO_COUNT(words); i++) {
			n = strlen(words[i].word);
			if (len >= n && memcmp(text, words[i].word, n) == 0)
				break;
		}
		if (i == CO_COUNT(words)) {
			co_buf_addc(out, *text);
			n = 1;
		} else {
			co_buf_adds(out, words[i].value);
		}
		text += n;
		len -= n;
	}
}

static int fill(const char *template, size_t len, const struct co_grant *grant, const struct place *place,
		const char *begun, json_t *arns);

/* One value in its slot: an ARN is the resource itself; what else has colons is a form that is not understood. */
static int fill_value(const struct slot *slot, size_t rest, const json_t *value, const struct co_grant *grant,
		      const struct place *place, const char *begun, json_t *arns)
{
	struct co_buf text = CO_BUF_INIT;
	const char *s = json_string_value(value);
	int good;

	if (!s || !*s || strstr(s, "${"))
		return 0;
	if (strncmp(s, "arn:", 4) == 0) { /* but that of an access point of S3, whose objects are named otherwise */
		co_set_in(arns, s);
		return strncmp(slot->before, "arn:{partition}:s3:", strlen("arn:{partition}:s3:")) != 0;
	}
	if (slot->last && strrchr(s, '/'))
		s = strrchr(s, '/') + 1;
	co_buf_adds(&text, begun);
	expand(&text, slot->before, slot->len, place);
	if ((!text.len && rest == 0) || (strchr(s, ':') && !strstr(co_buf_str(&text), ":s3:"))) {
		co_buf_clear(&text);
		return 0;
	}
	if (text.len && text.data[text.len - 1] == '/' && *s == '/')
		s++; /* "parameter/" and "/path/name" */
	co_buf_adds(&text, s);
	good = fill(slot->after, rest, grant, place, co_buf_str(&text), arns);
	co_buf_clear(&text);
	return good;
}

/* Appends what is left of the template to what is begun, for each of the values that the call names. */
static int fill(const char *template, size_t len, const struct co_grant *grant, const struct place *place,
		const char *begun, json_t *arns)
{
	struct slot slot;
	struct co_buf text = CO_BUF_INIT;
	json_t *value, *item;
	size_t i, rest;
	int good;

	if (!find_slot(template, len, &slot)) {
		co_buf_adds(&text, begun);
		expand(&text, template, len, place);
		co_set_in(arns, co_buf_str(&text));
		co_buf_clear(&text);
		return 1;
	}
	rest = len - (size_t)(slot.after - template);
	value = json_object_get(grant->with, slot.member);
	good = json_is_array(value) ? json_array_size(value) > 0 : fill_value(&slot, rest, value, grant, place, begun, arns);
	json_array_foreach(value, i, item)
		good = good && fill_value(&slot, rest, item, grant, place, begun, arns);
	free(slot.member);
	return good;
}

static int order_action(struct co_piece line, const void *sought)
{
	struct co_piece action = *(const struct co_piece *)sought;

	return *line.at == '#' ? 1 : co_piece_compare(action, co_word_first(line, ' '));
}

/* The lines of the action: those around the one that the search hits. */
static struct co_piece lines_of(struct co_piece table, struct co_piece action)
{
	struct co_piece line, near;
	const char *start, *end;

	if (!co_line_search(table, order_action, &action, &line))
		return (struct co_piece){ table.at, 0 };
	start = line.at;
	end = line.at + line.len;
	while (start > table.at) {
		near = co_line_around(table, (size_t)(start - table.at) - 1);
		if (order_action(near, &action) != 0)
			break;
		start = near.at;
	}
	while (end + 1 < table.at + table.len) {
		near = co_line_around(table, (size_t)(end - table.at) + 1);
		if (order_action(near, &action) != 0)
			break;
		end = near.at + near.len;
	}
	return (struct co_piece){ start, (size_t)(end - start) };
}

/* Adds the resources of one call; 0 when the action cannot be narrowed to them. */
static int add_resources(const struct co_grant *grant, const char *action, const struct co_apis *apis, json_t *arns)
{
	struct co_piece table, lines, line, word;
	struct place place;

	if (!grant->alone || !co_apis_file(apis, "resources", &table))
		return 0;
	lines = lines_of(table, (struct co_piece){ action, strlen(action) });
	if (!lines.len)
		return 0;
	find_place(grant, apis, &place);
	while (co_line_next(&lines, &line)) {
		co_word_next(&line, ' ', &word);
		if (!line.len || !fill(line.at, line.len, grant, &place, "", arns))
			return 0;
	}
	return 1;
}

static json_t *list(json_t *set)
{
	json_t *out = json_array();
	size_t count, i;
	const char **words = co_set_words(set, &count);

	for (i = 0; i < count; i++)
		json_array_append_new(out, json_string(words[i]));
	free(words);
	return out;
}

/* Groups the actions that are allowed on the same resources: the text of the list -> actions. */
static json_t *group(json_t *actions)
{
	json_t *groups = json_object(), *arns;
	const char *action;

	json_object_foreach(actions, action, arns) {
		struct co_buf key = CO_BUF_INIT;
		json_t *resources = json_object_get(arns, "*") ? NULL : list(arns);

		if (resources)
			co_json_write(&key, resources, CO_JSON_COMPACT);
		else
			co_buf_adds(&key, "\"*\"");
		co_set_in(co_set_in(groups, co_buf_str(&key)), action);
		json_decref(resources);
		co_buf_clear(&key);
	}
	return groups;
}

static json_t *policy_of(json_t *groups)
{
	json_t *statements = json_array();
	size_t count, i;
	const char **keys = co_set_words(groups, &count);

	for (i = 0; i < count; i++)
		json_array_append_new(statements,
				      json_pack("{s:s, s:o, s:o}", "Effect", "Allow", "Action",
						list(json_object_get(groups, keys[i])), "Resource",
						json_loads(keys[i], JSON_DECODE_ANY, NULL)));
	free(keys);
	return json_pack("{s:s, s:o}", "Version", "2012-10-17", "Statement", statements);
}

json_t *co_grants_iam(const struct co_grants *grants, const struct co_apis *apis, const char *account)
{
	static const char prefix[] = "aws:";
	json_t *actions = json_object(), *groups, *policy = NULL;
	size_t i;

	for (i = 0; i < grants->count; i++) {
		const struct co_grant *grant = &grants->items[i];
		const char *action = grant->permission + sizeof(prefix) - 1, *mine = co_json_str(grant->target, "account");
		json_t *arns;

		if (strncmp(grant->permission, prefix, sizeof(prefix) - 1) != 0 ||
		    (account && strcmp(mine ? mine : "", account) != 0))
			continue;
		arns = co_set_in(actions, action);
		if (!add_resources(grant, action, apis, arns))
			co_set_in(arns, "*");
	}
	groups = group(actions);
	if (json_object_size(groups))
		policy = policy_of(groups);
	json_decref(groups);
	json_decref(actions);
	return policy;
}
