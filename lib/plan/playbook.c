/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/playbook.h"

#include "codec/canon.h"
#include "codec/yaml.h"
#include "crypto/sha256.h"
#include "plan/check.h"
#include "plan/define.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct co_field match_fields[] = {
	CO_STRS(struct co_match, verb, CO_ONE_OK),
	CO_STRS(struct co_match, action, CO_ONE_OK),
	CO_STRS(struct co_match, subject, CO_ONE_OK),
	CO_STRS(struct co_match, provider, CO_ONE_OK),
	CO_STRS(struct co_match, kind, CO_ONE_OK),
	CO_END,
};

const struct co_shape co_match_shape = { "match", sizeof(struct co_match), match_fields };

static const struct co_field param_fields[] = {
	CO_STR(struct co_param, type, CO_REQUIRED),
	CO_ROW(struct co_param, "default", fallback, CO_FIELD_JSON, 0, NULL, NULL, 0, 0),
	CO_STR(struct co_param, from, CO_NONEMPTY),
	CO_JSON(struct co_param, min, 0),
	CO_JSON(struct co_param, max, 0),
	CO_BOOL(struct co_param, required, 0),
	CO_STRS(struct co_param, values, CO_NONEMPTY),
	CO_STR(struct co_param, help, 0),
	CO_END,
};

static const struct co_shape param_shape = { "parameter", sizeof(struct co_param), param_fields };

static const struct co_field verify_fields[] = {
	CO_STR(struct co_play_verify, call, CO_REQUIRED),
	CO_JSON(struct co_play_verify, with, CO_OBJECT_ONLY),
	CO_STR(struct co_play_verify, until, CO_NONEMPTY),
	CO_STR(struct co_play_verify, waiter, CO_NONEMPTY),
	CO_STR(struct co_play_verify, within, CO_REQUIRED),
	CO_END,
};

static const struct co_shape verify_shape = { "verify", sizeof(struct co_play_verify), verify_fields };

static const struct co_field undo_fields[] = {
	CO_STR(struct co_play_undo, call, 0),
	CO_JSON(struct co_play_undo, with, CO_OBJECT_ONLY),
	CO_STR(struct co_play_undo, none, CO_NONEMPTY),
	CO_END,
};

static const struct co_shape undo_shape = { "undo", sizeof(struct co_play_undo), undo_fields };

static const struct co_field step_fields[] = {
	CO_STR(struct co_play_step, id, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_play_step, call, CO_REQUIRED),
	CO_JSON(struct co_play_step, with, CO_OBJECT_ONLY),
	CO_STRS(struct co_play_step, absent, CO_ONE_OK),
	CO_BOOL(struct co_play_step, optional, 0),
	CO_STR(struct co_play_step, foreach, CO_NONEMPTY),
	CO_INT(struct co_play_step, limit, 0, 1, 1000),
	CO_STR(struct co_play_step, when, CO_NONEMPTY),
	CO_STRS(struct co_play_step, needs, CO_ONE_OK),
	CO_STRS(struct co_play_step, require, CO_ONE_OK),
	CO_STRS(struct co_play_step, no_downtime, CO_ONE_OK),
	CO_OBJECT(struct co_play_step, verify, 0, &verify_shape),
	CO_OBJECT(struct co_play_step, undo, 0, &undo_shape),
	CO_END,
};

static const struct co_shape step_shape = { "step", sizeof(struct co_play_step), step_fields };

/* The rule as its author writes it; what it sees as $steps is added when planning. */
static const struct co_field finding_fields[] = {
	CO_STR(struct co_rule, id, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_rule, each, CO_NONEMPTY),
	CO_STR(struct co_rule, when, CO_NONEMPTY),
	CO_STR(struct co_rule, severity, CO_REQUIRED),
	CO_STR(struct co_rule, title, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_rule, resource, 0),
	CO_STR(struct co_rule, because, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_rule, next, 0),
	CO_STRS(struct co_rule, evidence, CO_ONE_OK),
	CO_BOOL(struct co_rule, across, 0),
	CO_JSON(struct co_rule, fix, CO_OBJECT_ONLY),
	CO_END,
};

static const struct co_shape finding_shape = { "finding", sizeof(struct co_rule), finding_fields };

static const struct co_field line_fields[] = {
	CO_STR(struct co_line, text, CO_REQUIRED | CO_NONEMPTY),
	CO_STR(struct co_line, when, CO_NONEMPTY),
	CO_BOOL(struct co_line, across, 0),
	CO_END,
};

static const struct co_shape line_shape = { "summary line", sizeof(struct co_line), line_fields };

static const struct co_field playbook_fields[] = {
	CO_ROW(struct co_playbook, "playbook", name, CO_FIELD_STR, CO_REQUIRED, NULL, NULL, 0, 0),
	CO_INT(struct co_playbook, version, CO_REQUIRED, 1, 2147483647),
	CO_STR(struct co_playbook, title, CO_REQUIRED | CO_NONEMPTY),
	CO_BOOL(struct co_playbook, changes, 0),
	CO_OBJECT(struct co_playbook, match, 0, &co_match_shape),
	CO_MAP(struct co_playbook, params, 0, &param_shape),
	CO_STR(struct co_playbook, targets, 0),
	CO_STRS(struct co_playbook, include, CO_ONE_OK),
	CO_OBJECTS(struct co_playbook, steps, 0, &step_shape),
	CO_OBJECTS(struct co_playbook, findings, 0, &finding_shape),
	CO_JSON(struct co_playbook, summary, 0),
	CO_END,
};

const struct co_shape co_playbook_shape = { "playbook", sizeof(struct co_playbook), playbook_fields };

int co_summary_line(json_t *value, struct co_line *line, struct co_err *err)
{
	if (!json_is_string(value))
		return co_shape_decode(&line_shape, value, line, err);
	*line = (struct co_line){ .text = co_xstrdup(json_string_value(value)) };
	return CO_OK;
}

const struct co_play_step *co_playbook_step(const struct co_playbook *playbook, const char *id)
{
	size_t i;

	for (i = 0; i < playbook->steps.count; i++)
		if (strcmp(playbook->steps.items[i].id, id) == 0)
			return &playbook->steps.items[i];
	return NULL;
}

int co_call_parse(const char *text, char *words[3], struct co_err *err)
{
	const char *at[3], *p = text;
	size_t len[3], n = 0;

	for (;;) {
		while (*p == ' ')
			p++;
		if (!*p || n == 3)
			break;
		at[n] = p;
		len[n] = strcspn(p, " ");
		p += len[n++];
	}
	if (n != 3 || *p) {
		co_err_set(err, CO_ERR_INPUT, "bad-call", "call \"%s\" is not three words", text);
		co_err_hint(err, "write provider, verb or service, and operation: \"local read cpu\"");
		return CO_ERR_INPUT;
	}
	for (n = 0; n < 3; n++)
		words[n] = co_xmemdup(at[n], len[n]);
	return CO_OK;
}

static int digest(struct co_playbook *playbook, const json_t *value, struct co_err *err)
{
	struct co_buf canonical = CO_BUF_INIT;
	char text[CO_DIGEST_LEN + 1];
	int rc = co_canon_write(&canonical, value, err);

	if (rc == CO_OK) {
		co_sha256_text(canonical.data, canonical.len, text);
		playbook->digest = co_xstrdup(text);
	}
	co_buf_clear(&canonical);
	return rc;
}

/* So that a list of playbooks can be made from the heads of the files. */
static int check_head(json_t *value, struct co_err *err)
{
	static const char *const head[] = { "playbook", "version", "title", "changes" };
	const char *key;
	json_t *member;
	int ended = 0;
	size_t i;

	json_object_foreach(value, key, member) {
		ended |= strcmp(key, CO_PLAYBOOK_LAST_KEY) == 0;
		for (i = 0; ended && i < CO_COUNT(head); i++)
			if (strcmp(key, head[i]) == 0) {
				co_err_set(err, CO_ERR_INPUT, "wrong-order", "\"%s\" stands after \"%s\"", key,
					   CO_PLAYBOOK_LAST_KEY);
				co_err_hint(err, "move it to the top of the file");
				co_err_under(err, key);
				return CO_ERR_INPUT;
			}
	}
	return CO_OK;
}

static int decode(struct co_playbook *playbook, json_t *value, const char *name, struct co_catalog *catalog,
		  struct co_err *err)
{
	int rc = co_canon_check_exact(value, err);

	if (rc < 0)
		return co_err_hint(err, "write ratios and money as strings"), rc;
	rc = co_shape_decode(&co_playbook_shape, value, playbook, err);
	if (rc == CO_OK)
		rc = check_head(value, err);
	if (rc < 0)
		return rc;
	playbook->file = co_xstrdup(name);
	rc = co_playbook_check(playbook, catalog, err);
	if (rc == CO_OK)
		rc = digest(playbook, value, err);
	return rc;
}

int co_playbook_parse(struct co_playbook *playbook, const char *text, size_t len, const char *name,
		      const char *definitions, struct co_catalog *catalog, struct co_err *err)
{
	struct co_playbook decoded = { 0 };
	json_t *value = co_yaml_parse(text, len, name, err);
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	rc = definitions ? co_define(value, definitions, err) : CO_OK;
	if (rc == CO_OK)
		rc = decode(&decoded, value, name, catalog, err);
	json_decref(value);
	if (rc < 0) {
		co_playbook_clear(&decoded);
		co_yaml_blame(err, text, len, name);
		return rc;
	}
	*playbook = decoded;
	return CO_OK;
}

void co_playbook_clear(struct co_playbook *playbook)
{
	free(playbook->file);
	free(playbook->digest);
	co_shape_clear(&co_playbook_shape, playbook);
}
