/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of an operation, from their lines. */
#include "catalog/apiread.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	struct co_api_shape shape;
} scalars[] = {
	{ "str", { CO_API_STRING, 0, 0, 0, NULL } },	{ "int", { CO_API_INTEGER, 0, 0, 0, NULL } },
	{ "bool", { CO_API_BOOLEAN, 0, 0, 0, NULL } },	{ "time", { CO_API_TIMESTAMP, 0, 0, 0, NULL } },
	{ "long", { CO_API_LONG, 0, 0, 0, NULL } },	{ "double", { CO_API_DOUBLE, 0, 0, 0, NULL } },
	{ "float", { CO_API_FLOAT, 0, 0, 0, NULL } },	{ "blob", { CO_API_BLOB, 0, 0, 0, NULL } },
	{ "any", { CO_API_ANY, 0, 0, 0, NULL } },
};

static const struct {
	const char *name;
	unsigned flag;
} flags[] = {
	{ "payload", CO_API_PAYLOAD },
	{ "flat", CO_API_FLAT },
	{ "attribute", CO_API_ATTRIBUTE },
	{ "stream", CO_API_STREAM },
	{ "json", CO_API_JSON_VALUE },
	{ "token", CO_API_TOKEN },
	{ "host", CO_API_HOST },
	{ "secret", CO_API_SECRET },
	{ "eventpayload", CO_API_EVENT_PAYLOAD },
	{ "eventheader", CO_API_EVENT_HEADER },
};

/* Cuts off what is before the separator; text is moved past it, to its end when there is none. */
static char *cut(char **text, char separator)
{
	char *start = *text, *end = strchr(start, separator);

	*text = end ? end + 1 : start + strlen(start);
	if (end)
		*end = '\0';
	return start;
}

/* The place of a word in a list that ends with NULL; -1. */
static int place_of(const char *word, const char *const *words)
{
	int i;

	for (i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

/* The shape of that number, to be filled in later; NULL when no file could have so many. */
static struct co_api_shape *shape_at(struct co_shapes *shapes, unsigned number)
{
	if (number >= shapes->api->lines.len)
		return NULL;
	if (number >= shapes->count) {
		size_t count = number + 64 > 2 * shapes->count ? number + 64 : 2 * shapes->count;

		shapes->items = co_xrealloc(shapes->items, count, sizeof(struct co_api_shape *));
		memset(shapes->items + shapes->count, 0, (count - shapes->count) * sizeof(struct co_api_shape *));
		shapes->count = count;
	}
	if (!shapes->items[number]) {
		shapes->items[number] = co_xcalloc(1, sizeof(struct co_api_shape));
		*(unsigned *)co_grow(&shapes->order, &shapes->asked, sizeof(unsigned)) = number;
	}
	return shapes->items[number];
}

static const char *refer_shape(struct co_shapes *shapes, struct co_api_member *member, const char *type)
{
	unsigned number;
	size_t i;

	if (co_piece_number((struct co_piece){ type, strlen(type) }, &number) == 0) {
		member->shape = shape_at(shapes, number);
		return member->shape ? NULL : "a shape's number is too large";
	}
	for (i = 0; i < CO_COUNT(scalars) && !member->shape; i++)
		if (strcmp(type, scalars[i].name) == 0)
			member->shape = &scalars[i].shape;
	return member->shape ? NULL : "unknown type";
}

static const char *read_flag(struct co_api_member *member, const char *word)
{
	size_t i;

	for (i = 0; i < CO_COUNT(flags); i++)
		if (strcmp(word, flags[i].name) == 0)
			member->flags |= flags[i].flag;
	return NULL; /* an unknown one is for later readers */
}

static const char *read_trait(struct co_api_member *member, char *word)
{
	static const char *const places[] = { "body", "uri", "query", "header", "headers", "status", NULL };
	static const char *const times[] = { "", "iso", "unix", "http", NULL };
	const struct {
		const char *key;
		const char **member;
	} rows[] = {
		{ "wire", &member->wire },	     { "queryname", &member->queryname }, { "xmlns", &member->xmlns },
		{ "xmlprefix", &member->xmlprefix }, { "context", &member->context },
	};
	char *value = word;
	int place;
	size_t i;

	cut(&value, '=');
	for (i = 0; i < CO_COUNT(rows); i++) {
		if (strcmp(word, rows[i].key) != 0)
			continue;
		*rows[i].member = value;
		return NULL;
	}
	if (strcmp(word, "at") == 0) {
		place = place_of(value, places);
		member->place = place < 0 ? CO_API_IN_BODY : (enum co_api_place)place;
		return place < 0 ? "unknown place" : NULL;
	}
	if (strcmp(word, "time") == 0) {
		place = place_of(value, times);
		member->time = place < 0 ? CO_API_TIME_OF_PROTOCOL : (enum co_api_time)place;
		return place < 0 ? "unknown form of time" : NULL;
	}
	return read_flag(member, word);
}

const char *co_shapes_refer(struct co_shapes *shapes, struct co_api_member *member, char *text, char *room)
{
	const char *why = refer_shape(shapes, member, cut(&text, ','));

	while (*text && !why) {
		char *word = cut(&text, ',');

		if (strcmp(word, "wire") == 0) { /* the name with a small first letter */
			strcpy(room, member->name);
			*room = (char)tolower((unsigned char)*room);
			member->wire = room;
		} else {
			why = read_trait(member, word);
		}
	}
	return why;
}

/* "!Name:12,wire=name"; the name of an element is "". */
static const char *read_member(struct co_shapes *shapes, struct co_api_member *member, char *word, char *room)
{
	if (*word == '!') {
		member->flags = CO_API_REQUIRED;
		word++;
	}
	if (!strchr(word, ':'))
		return "a member is NAME:TYPE";
	member->name = cut(&word, ':');
	return co_shapes_refer(shapes, member, word, room);
}

/* "struct,union" and so on; members are those that are there. */
static const char *read_kind(struct co_api_shape *shape, char *word)
{
	const char *kind = cut(&word, ',');

	if (strcmp(kind, "struct") == 0)
		shape->type = CO_API_STRUCTURE;
	else if (strcmp(kind, "list") == 0 && shape->count == 1)
		shape->type = CO_API_LIST;
	else if (strcmp(kind, "map") == 0 && shape->count == 2)
		shape->type = CO_API_MAP;
	else
		return "not a struct with members, a list of one or a map of two";
	while (*word) {
		kind = cut(&word, ',');
		shape->is_union |= strcmp(kind, "union") == 0;
		shape->is_event_stream |= strcmp(kind, "eventstream") == 0;
	}
	return NULL;
}

static size_t count_tabs(struct co_piece line)
{
	size_t i, n = 0;

	for (i = 0; i < line.len; i++)
		n += line.at[i] == '\t';
	return n;
}

/* One block holds the members, the line cut into words, and room for names derived from others. */
static const char *read_shape(struct co_shapes *shapes, struct co_api_shape *shape, struct co_piece line)
{
	const char *why;
	size_t i, count = count_tabs(line);
	char *text, *room;

	if (memchr(line.at, '\0', line.len))
		return "a NUL byte";
	if (!count)
		return "no members";
	shape->count = count - 1;
	shape->members = co_xcalloc(1, shape->count * sizeof(*shape->members) + 2 * line.len + 2);
	text = (char *)(shape->members + shape->count);
	room = text + line.len + 1;
	memcpy(text, line.at, line.len);
	cut(&text, '\t');
	why = read_kind(shape, cut(&text, '\t'));
	for (i = 0; i < shape->count && !why; i++) {
		why = read_member(shapes, &shape->members[i], cut(&text, '\t'), room);
		room += strlen(room) + (*room != '\0');
	}
	return why;
}

int co_shapes_fill(struct co_shapes *shapes, struct co_err *err)
{
	static const char *const none = "is not there";
	size_t i;

	for (i = 0; i < shapes->asked; i++) {
		unsigned number = shapes->order[i];
		struct co_piece line;
		const char *why = none;
		char where[32];

		if (co_api_shape_line(shapes->api, number, &line))
			why = read_shape(shapes, shapes->items[number], line);
		if (!why)
			continue;
		snprintf(where, sizeof(where), "shape %u", number);
		return co_api_bad(shapes->api->apis, shapes->api->service, where, why, err);
	}
	return CO_OK;
}

void co_shapes_clear(struct co_shapes *shapes)
{
	size_t i;

	for (i = 0; i < shapes->asked; i++) {
		free(shapes->items[shapes->order[i]]->members);
		free(shapes->items[shapes->order[i]]);
	}
	free(shapes->items);
	free(shapes->order);
}

const struct co_api_member *co_api_member(const struct co_api_shape *shape, const char *name)
{
	size_t i;

	for (i = 0; i < shape->count; i++)
		if (strcmp(shape->members[i].name, name) == 0)
			return &shape->members[i];
	return NULL;
}
