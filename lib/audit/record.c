/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/record.h"

#include "base/escape.h"
#include "crypto/sha256.h"

#include <string.h>

/* What seq, time, clock and prev and the punctuation around them take at most. */
enum { FRAME = 256 };

static const struct co_field actor_fields[] = {
	CO_STR(struct co_audit_actor, user, 0),
	CO_INT(struct co_audit_actor, uid, CO_WRITTEN, 0, 0),
	CO_STR(struct co_audit_actor, host, 0),
	CO_STR(struct co_audit_actor, on_behalf, 0),
	CO_END,
};

static const struct co_shape actor_shape = { "actor", sizeof(struct co_audit_actor), actor_fields };

static const struct co_field record_fields[] = {
	CO_INT(struct co_audit_record, seq, 0, 1, CO_JSON_INT_MAX),
	CO_TIME(struct co_audit_record, time, 0),
	CO_TIME(struct co_audit_record, clock, 0),
	CO_STR(struct co_audit_record, type, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_audit_record, run, 0),
	CO_STR(struct co_audit_record, step, 0),
	CO_OBJECT(struct co_audit_record, actor, 0, &actor_shape),
	CO_STR(struct co_audit_record, what, 0),
	CO_STR(struct co_audit_record, why, 0),
	CO_STR(struct co_audit_record, result, 0),
	CO_STR(struct co_audit_record, cost, 0),
	CO_INT(struct co_audit_record, ms, 0, 0, CO_JSON_INT_MAX),
	CO_JSON(struct co_audit_record, detail, CO_OBJECT_ONLY),
	CO_STR(struct co_audit_record, prev, 0),
	CO_END,
};

const struct co_shape co_audit_record_shape = { "record", sizeof(struct co_audit_record), record_fields };

static void set_text(json_t *object, const char *key, const char *text)
{
	struct co_buf clean = CO_BUF_INIT;
	size_t len;

	if (!text)
		return;
	len = strlen(text);
	if (!co_utf8_valid(text, len)) {
		co_escape(&clean, text, len);
		text = co_buf_str(&clean);
	}
	json_object_set_new(object, key, json_string(text));
	co_buf_clear(&clean);
}

static json_t *actor_object(const struct co_audit_actor *actor)
{
	json_t *object = json_object();

	set_text(object, "user", actor->user);
	json_object_set_new(object, "uid", json_integer(actor->uid));
	set_text(object, "host", actor->host);
	set_text(object, "on_behalf", actor->on_behalf);
	return object;
}

json_t *co_audit_record_new(const struct co_audit_event *event, const struct co_audit_actor *actor)
{
	json_t *record = json_object();

	set_text(record, "type", event->type);
	set_text(record, "run", event->run);
	set_text(record, "step", event->step);
	if (actor)
		json_object_set_new(record, "actor", actor_object(actor));
	set_text(record, "what", event->what);
	set_text(record, "why", event->why);
	set_text(record, "result", event->result);
	set_text(record, "cost", event->cost);
	if (event->ms >= 0)
		json_object_set_new(record, "ms", json_integer(event->ms));
	if (event->detail)
		json_object_set_new(record, "detail", event->detail);
	return record;
}

/* Refuses what would not decode, or is the log's own to set. */
static int check(json_t *record, struct co_err *err)
{
	static const char *const own[] = { "seq", "time", "clock", "prev" };
	struct co_audit_record decoded = { 0 };
	size_t i;

	for (i = 0; i < CO_COUNT(own); i++)
		if (json_object_get(record, own[i]))
			return co_err_set(err, CO_ERR_INPUT, "bad-record", "a new record must not have \"%s\"",
					  own[i]);
	if (co_shape_decode(&co_audit_record_shape, record, &decoded, err) < 0) {
		co_err_wrap(err, "audit record");
		return CO_ERR_INPUT;
	}
	co_shape_clear(&co_audit_record_shape, &decoded);
	return CO_OK;
}

static void add_member(struct co_buf *out, const char *key, const json_t *value)
{
	co_buf_addf(out, ",\"%s\":", key);
	co_json_write(out, value, CO_JSON_COMPACT);
}

static void add_detail(struct co_buf *out, const json_t *detail, size_t room)
{
	struct co_buf text = CO_BUF_INIT;
	char digest[CO_DIGEST_LEN + 1];

	co_json_write(&text, detail, CO_JSON_COMPACT);
	if (text.len + sizeof(",\"detail\":") <= room) {
		co_buf_addf(out, ",\"detail\":%s", co_buf_str(&text));
	} else {
		co_sha256_text(text.data, text.len, digest);
		co_buf_addf(out, ",\"detail\":{\"digest\":\"%s\",\"bytes\":%zu}", digest, text.len);
	}
	co_buf_clear(&text);
}

int co_audit_record_body(struct co_buf *out, json_t *record, struct co_err *err)
{
	const json_t *detail = json_object_get(record, "detail");
	const size_t start = out->len, most = CO_AUDIT_RECORD - FRAME;
	const struct co_field *f;
	const json_t *value;
	int rc = check(record, err);

	if (rc < 0)
		return rc;
	for (f = record_fields; f->key; f++)
		if ((value = json_object_get(record, f->key)) && value != detail)
			add_member(out, f->key, value);
	if (detail)
		add_detail(out, detail, out->len - start < most ? most - (out->len - start) : 0);
	if (out->len - start <= most)
		return CO_OK;
	out->len = start;
	out->data[start] = '\0';
	return co_err_set(err, CO_ERR_INPUT, "too-large", "a record of over %d bytes", CO_AUDIT_RECORD);
}
