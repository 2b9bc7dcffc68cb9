/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/outside/asker.h"

#include "sys/clock.h"
#include "sys/file.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static const struct co_field question_fields[] = {
	CO_STR(struct co_asker_question, system, CO_REQUIRED),
	CO_STR(struct co_asker_question, text, CO_REQUIRED),
	CO_STR(struct co_asker_question, name, CO_REQUIRED | CO_NONEMPTY),
	CO_JSON(struct co_asker_question, schema, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_END,
};
const struct co_shape co_asker_question_shape = { "question", sizeof(struct co_asker_question), question_fields };

static const struct co_field trouble_fields[] = {
	CO_STR(struct co_asker_trouble, code, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_asker_trouble, message, CO_REQUIRED),
	CO_STR(struct co_asker_trouble, hint, 0),
	CO_INT(struct co_asker_trouble, exit, CO_REQUIRED, 1, 5),
	CO_END,
};
static const struct co_shape trouble_shape = { "error", sizeof(struct co_asker_trouble), trouble_fields };

static const struct co_field reply_fields[] = {
	CO_STR(struct co_asker_reply, text, 0),
	CO_STR(struct co_asker_reply, provider, 0),
	CO_STR(struct co_asker_reply, model, 0),
	CO_INT(struct co_asker_reply, input_tokens, 0, 0, 1000000000),
	CO_INT(struct co_asker_reply, output_tokens, 0, 0, 1000000000),
	CO_STR(struct co_asker_reply, cost_usd, 0),
	CO_OBJECT(struct co_asker_reply, error, 0, &trouble_shape),
	CO_END,
};
const struct co_shape co_asker_reply_shape = { "reply", sizeof(struct co_asker_reply), reply_fields };

int co_asker_start(struct co_asker *asker, const char *program, const char *const *env, int64_t timeout,
		   struct co_err *err)
{
	const char *const argv[] = { program, NULL };

	asker->timeout = timeout;
	return co_child_start(&asker->child, argv, env, err);
}

static int gone(struct co_err *err)
{
	return co_err_set(err, CO_ERR_REMOTE, "model-down", "co-model has ended without an answer");
}

/* Appends what comes until the end of a line. */
static int read_line(struct co_asker *h, struct co_err *err)
{
	enum { CHUNK = 65536, MARGIN_MS = 5000 };
	const int64_t deadline = co_clock_ms() + h->timeout + MARGIN_MS;

	while (!h->line.len || h->line.data[h->line.len - 1] != '\n') {
		struct pollfd wait = { h->child.from, POLLIN, 0 };
		int64_t left = deadline - co_clock_ms();
		ssize_t n;

		if (left <= 0)
			return co_err_set(err, CO_ERR_REMOTE, "model-slow", "co-model did not answer in time");
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		n = read(h->child.from, co_buf_reserve(&h->line, CHUNK), CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return gone(err);
		h->line.len += (size_t)n;
		if (h->line.len > CO_ASKER_LINE)
			return co_err_set(err, CO_ERR_REMOTE, "model-answer", "the answer of co-model is too long");
	}
	return CO_OK;
}

static int decode(const struct co_buf *line, struct co_asker_reply *reply, struct co_err *err)
{
	json_t *value = co_json_parse(co_buf_str(line), line->len, "co-model", err);
	int rc = value ? co_shape_decode(&co_asker_reply_shape, value, reply, err) : CO_ERR_INPUT;

	json_decref(value);
	if (rc < 0)
		return co_err_wrap(err, "co-model"), rc;
	if (!reply->error && !reply->text)
		return co_err_set(err, CO_ERR_REMOTE, "model-answer", "co-model gave neither an answer nor an error");
	if (reply->error) {
		co_err_set(err, -(int)reply->error->exit, reply->error->code, "%s", reply->error->message);
		if (reply->error->hint)
			co_err_hint(err, "%s", reply->error->hint);
		return -(int)reply->error->exit;
	}
	return CO_OK;
}

int co_asker_ask(struct co_asker *h, const struct co_asker_question *question, struct co_asker_reply *reply,
		 struct co_err *err)
{
	json_t *value = co_shape_encode(&co_asker_question_shape, question);
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_json_write(&text, value, CO_JSON_COMPACT);
	co_buf_addc(&text, '\n');
	json_decref(value);
	co_buf_reset(&h->line);
	rc = h->child.to < 0 ? gone(err) : co_fd_write(h->child.to, text.data, text.len, "co-model", err);
	co_buf_clear(&text);
	if (rc == CO_ERR_SYSTEM)
		rc = gone(err);
	if (rc == CO_OK)
		rc = read_line(h, err);
	if (rc < 0) {
		co_asker_leave(h); /* what comes later would answer another question */
		return rc;
	}
	return decode(&h->line, reply, err);
}

void co_asker_leave(struct co_asker *h)
{
	if (h->child.to >= 0)
		close(h->child.to);
	if (h->child.from >= 0)
		close(h->child.from);
	h->child.to = h->child.from = -1;
	co_buf_clear(&h->line);
}
