/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/replay.h"

#include "codec/canon.h"
#include "codec/shape.h"
#include "crypto/sha256.h"
#include "exec/mask.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT "exchange/1"

enum { FILE_BYTES = CO_JSON_BYTES };

/* An error as it stands in a file: struct co_err without where it was. */
struct failure {
	int64_t code;
	char *id;
	char *message;
	char *hint;
};

struct exchange {
	char *format;
	char *step;
	CO_LIST(char *) call;
	json_t *target;
	json_t *with;
	int64_t n;
	int64_t ms;
	json_t *output;
	struct failure *error;
};

static const struct co_field failure_fields[] = {
	CO_INT(struct failure, code, CO_REQUIRED, CO_ERR_UNKNOWN, CO_ERR_NO),
	CO_STR(struct failure, id, CO_REQUIRED),
	CO_STR(struct failure, message, CO_REQUIRED),
	CO_STR(struct failure, hint, 0),
	CO_END,
};

static const struct co_shape failure_shape = { "failure", sizeof(struct failure), failure_fields };

static const struct co_field exchange_fields[] = {
	CO_ROW(struct exchange, "co", format, CO_FIELD_STR, CO_REQUIRED, NULL, NULL, 0, 0),
	CO_STR(struct exchange, step, CO_REQUIRED),
	CO_STRS(struct exchange, call, CO_REQUIRED),
	CO_JSON(struct exchange, target, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_JSON(struct exchange, with, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_INT(struct exchange, n, CO_REQUIRED, 0, INT32_MAX),
	CO_INT(struct exchange, ms, CO_REQUIRED, 0, CO_JSON_INT_MAX),
	CO_JSON(struct exchange, output, 0),
	CO_OBJECT(struct exchange, error, 0, &failure_shape),
	CO_END,
};

static const struct co_shape exchange_shape = { "exchange", sizeof(struct exchange), exchange_fields };

static const struct co_field times_fields[] = {
	CO_TIME(struct co_replay_times, started, CO_REQUIRED),
	CO_TIME(struct co_replay_times, ended, CO_REQUIRED),
	CO_END,
};

static const struct co_shape times_shape = { "recorded run", sizeof(struct co_replay_times), times_fields };

/* DIRECTORY/HEX.json, of the digest of what was asked; on the heap. */
static int exchange_path(const char *directory, json_t *asked, char **path, struct co_err *err)
{
	struct co_buf canonical = CO_BUF_INIT;
	char digest[CO_DIGEST_LEN + 1];
	int rc = co_canon_write(&canonical, asked, err);

	if (rc == CO_OK) {
		co_sha256_text(canonical.data, canonical.len, digest);
		*path = co_xasprintf("%s/%s.json", directory, strchr(digest, ':') + 1);
	}
	co_buf_clear(&canonical);
	return rc;
}

static json_t *asked_of(const struct co_departure *departure)
{
	const struct co_call *call = &departure->call;

	return json_pack("{s:s, s:[sss], s:O, s:o, s:i}", "step", call->step, "call", departure->provider,
			 call->service, call->operation, "target", call->target, "with", co_mask(call->with), "n",
			 (int)departure->nth);
}

static json_t *failure_of(const struct co_landing *landing)
{
	struct failure failure = {
		.code = landing->rc,
		.id = (char *)landing->err.id,
		.message = (char *)landing->err.message,
		.hint = landing->err.hint[0] ? (char *)landing->err.hint : NULL,
	};

	return co_shape_encode(&failure_shape, &failure);
}

int co_replay_keep(const char *directory, const struct co_departure *departure, const struct co_landing *landing,
		   struct co_err *err)
{
	json_t *exchange = asked_of(departure);
	struct co_buf text = CO_BUF_INIT;
	char *path = NULL;
	int rc = exchange_path(directory, exchange, &path, err);

	if (rc == CO_OK) {
		json_object_set_new(exchange, "co", json_string(FORMAT));
		json_object_set_new(exchange, "ms", json_integer(landing->ms));
		if (landing->output)
			json_object_set(exchange, "output", landing->output);
		if (landing->rc < 0)
			json_object_set_new(exchange, "error", failure_of(landing));
		co_json_write(&text, exchange, CO_JSON_COMPACT);
		co_buf_addc(&text, '\n');
		rc = co_file_replace(path, text.data, text.len, 0600, err);
	}
	co_buf_clear(&text);
	json_decref(exchange);
	free(path);
	return rc;
}

static int check(const struct exchange *exchange, struct co_err *err)
{
	if (strcmp(exchange->format, FORMAT) != 0)
		return co_err_set(err, CO_ERR_INPUT, "wrong-format", "format \"%s\" is not \"%s\"", exchange->format,
				  FORMAT);
	if (!exchange->output && !exchange->error)
		return co_err_set(err, CO_ERR_INPUT, "bad-exchange", "needs \"output\" or \"error\"");
	return CO_OK;
}

static void land(const struct exchange *exchange, struct co_landing *landing)
{
	const struct failure *failure = exchange->error;

	landing->ms = exchange->ms;
	landing->rc = CO_OK;
	landing->output = json_incref(exchange->output);
	if (!failure)
		return;
	landing->rc = co_err_set(&landing->err, (int)failure->code, failure->id, "%s", failure->message);
	if (failure->hint)
		co_err_hint(&landing->err, "%s", failure->hint);
}

/* The top level of a file's text decoded into the zeroed struct. */
static int decode(const struct co_shape *shape, const char *text, size_t len, const char *name, void *out,
		  struct co_err *err)
{
	json_t *value = co_json_parse(text, len, name, err);
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	rc = co_shape_decode(shape, value, out, err);
	json_decref(value);
	return rc < 0 ? (co_err_at(err, name, 0, 0), rc) : CO_OK;
}

int co_replay_decode(const char *text, size_t len, const char *name, struct co_landing *landing, struct co_err *err)
{
	struct exchange exchange = { 0 };
	int rc = decode(&exchange_shape, text, len, name, &exchange, err);

	if (rc < 0)
		return rc;
	rc = check(&exchange, err);
	if (rc == CO_OK)
		land(&exchange, landing);
	else
		co_err_at(err, name, 0, 0);
	co_shape_clear(&exchange_shape, &exchange);
	return rc;
}

static int read_exchange(const char *path, struct co_landing *landing, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, FILE_BYTES, 0, &text, err);

	if (rc == CO_OK)
		rc = co_replay_decode(text.data, text.len, path, landing, err);
	else if (err && strcmp(err->id, "not-found") == 0) {
		rc = co_err_set(err, CO_ERR_INPUT, "not-recorded", "this call is not in the recording");
		co_err_hint(err, "the recording is of another plan; make it again with --record");
	}
	co_buf_clear(&text);
	return rc;
}

void co_replay_find(const char *directory, const struct co_departure *departure, struct co_landing *landing)
{
	json_t *asked = asked_of(departure);
	struct co_err err = CO_ERR_INIT;
	char *path = NULL;
	int rc = exchange_path(directory, asked, &path, &err);

	if (rc == CO_OK)
		rc = read_exchange(path, landing, &err);
	if (rc < 0) {
		landing->rc = rc;
		landing->err = err;
		landing->ms = 0;
	}
	json_decref(asked);
	free(path);
}

static char *times_path(const char *directory, const char *plan)
{
	return co_xasprintf("%s/run-%s.json", directory, strchr(plan, ':') + 1);
}

int co_replay_keep_times(const char *directory, const char *plan, const struct co_replay_times *times,
			 struct co_err *err)
{
	json_t *value = co_shape_encode(&times_shape, times);
	char *path = times_path(directory, plan);
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_json_write(&text, value, CO_JSON_COMPACT);
	co_buf_addc(&text, '\n');
	rc = co_file_replace(path, text.data, text.len, 0600, err);
	co_buf_clear(&text);
	json_decref(value);
	free(path);
	return rc;
}

int co_replay_find_times(const char *directory, const char *plan, struct co_replay_times *times, struct co_err *err)
{
	char *path = times_path(directory, plan);
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, 4096, 0, &text, err);

	if (rc == CO_OK) {
		struct co_replay_times found = { 0, 0 };

		rc = decode(&times_shape, text.data, text.len, path, &found, err);
		if (rc == CO_OK)
			*times = found;
	} else if (err && strcmp(err->id, "not-found") == 0) {
		rc = co_err_set(err, CO_ERR_INPUT, "not-recorded", "\"%s\" holds no run of this plan", directory);
		co_err_hint(err, "record it first: co-exec --record %s", directory);
	}
	co_buf_clear(&text);
	free(path);
	return rc;
}
