/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/param.h"

#include "base/escape.h"
#include "base/time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = { "string", "integer", "boolean", "duration", "percent", "port",
					  "path",   "name",    "k8s-name", "enum",    NULL };

/* What the name of a type means. */
struct type {
	int kind; /* enum co_param_type; 0: there is none such */
	int list;
};

static struct type find_type(const char *name)
{
	static const char suffix[] = "-list";
	size_t len = strlen(name), cut = sizeof(suffix) - 1;
	struct type type = { co_enum_value(type_names, name), 0 };
	char *base;

	if (type.kind || len <= cut || strcmp(name + len - cut, suffix) != 0)
		return type;
	base = co_xmemdup(name, len - cut);
	type.kind = co_enum_value(type_names, base);
	type.list = 1;
	free(base);
	return type;
}

static int is_number(int kind)
{
	return kind == CO_PARAM_INTEGER || kind == CO_PARAM_PERCENT || kind == CO_PARAM_PORT;
}

static int bad(struct co_err *err, const json_t *value, const char *wanted)
{
	struct co_buf text = CO_BUF_INIT;

	if (json_is_string(value))
		co_buf_adds(&text, json_string_value(value));
	else
		co_json_write(&text, value, CO_JSON_COMPACT);
	co_err_set(err, CO_ERR_INPUT, "bad-parameter", "\"%s\" is not %s", co_buf_str(&text), wanted);
	co_buf_clear(&text);
	return CO_ERR_INPUT;
}

static int check_number(int kind, const json_t *value, struct co_err *err)
{
	int64_t n = json_integer_value(value);

	if (!json_is_integer(value))
		return bad(err, value, "a whole number");
	if (kind == CO_PARAM_PERCENT && (n < 0 || n > 100))
		return bad(err, value, "a percentage from 0 to 100");
	if (kind == CO_PARAM_PORT && (n < 1 || n > 65535))
		return bad(err, value, "a port from 1 to 65535");
	return CO_OK;
}

static int only(const char *text, const char *more)
{
	for (; *text; text++) {
		char c = *text;

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(more, c)))
			return 0;
	}
	return 1;
}

static int is_name(const char *text)
{
	size_t len = strlen(text);

	return len >= 1 && len <= 256 && text[0] != '-' && only(text, "._-@:/");
}

/* RFC 1123 section 2.1: labels of letters, digits and inner hyphens; here lower case only. */
static int is_k8s_name(const char *text)
{
	size_t len = strlen(text), label;
	const char *p;

	if (len < 1 || len > 253)
		return 0;
	for (p = text; *p && !(*p >= 'A' && *p <= 'Z'); p++)
		;
	if (*p || !only(text, "-."))
		return 0;
	for (p = text;; p += label + 1) {
		label = strcspn(p, ".");
		if (!label || label > 63 || p[0] == '-' || p[label - 1] == '-')
			return 0;
		if (!p[label])
			return 1;
	}
}

static int is_path(const char *text)
{
	const char *p = text;
	uint32_t c;
	size_t left = strlen(text), n;

	if (text[0] != '/' || left > 4096)
		return 0;
	for (; left; p += n, left -= n) {
		n = co_utf8_next(p, left, &c);
		if (!n || c < 0x20 || c == 0x7f)
			return 0;
	}
	for (p = text; (p = strstr(p, "/..")); p += 3)
		if (!p[3] || p[3] == '/')
			return 0;
	return 1;
}

static int check_text(int kind, const char *text, const json_t *value, struct co_err *err)
{
	int64_t ms;

	switch (kind) {
	case CO_PARAM_DURATION:
		return co_duration_parse(&ms, text) < 0 ? bad(err, value, "a duration such as 90s or 15m") : CO_OK;
	case CO_PARAM_PATH:
		return is_path(text) ? CO_OK : bad(err, value, "an absolute path without \"..\"");
	case CO_PARAM_NAME:
		return is_name(text) ? CO_OK : bad(err, value, "a name of letters, digits and ._-@:/");
	case CO_PARAM_K8S_NAME:
		return is_k8s_name(text) ? CO_OK : bad(err, value, "a Kubernetes name (RFC 1123)");
	default:
		return CO_OK;
	}
}

static int check_enum(const struct co_param *param, const char *text, struct co_err *err)
{
	size_t i;

	for (i = 0; i < param->values.count; i++)
		if (strcmp(param->values.items[i], text) == 0)
			return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "bad-parameter", "unknown value \"%s\"", text);
	co_err_suggest(err, text, (const char *const *)param->values.items, param->values.count);
	return CO_ERR_INPUT;
}

static int check_bounds(const struct co_param *param, int64_t n, const char *what, struct co_err *err)
{
	if (param->min && n < json_integer_value(param->min))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s%lld is less than %lld", what, (long long)n,
				  (long long)json_integer_value(param->min));
	if (param->max && n > json_integer_value(param->max))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s%lld is more than %lld", what, (long long)n,
				  (long long)json_integer_value(param->max));
	return CO_OK;
}

static int check_one(const struct co_param *param, int kind, const json_t *value, struct co_err *err)
{
	if (is_number(kind))
		return check_number(kind, value, err);
	if (kind == CO_PARAM_BOOLEAN)
		return json_is_boolean(value) ? CO_OK : bad(err, value, "true or false");
	if (!json_is_string(value))
		return bad(err, value, "a string");
	if (kind == CO_PARAM_ENUM)
		return check_enum(param, json_string_value(value), err);
	return check_text(kind, json_string_value(value), value, err);
}

static int check_list(const struct co_param *param, int kind, const json_t *value, struct co_err *err)
{
	size_t i;
	json_t *item;

	if (!json_is_array(value))
		return bad(err, value, "a list");
	json_array_foreach(value, i, item)
		if (check_one(param, kind, item, err) < 0)
			return CO_ERR_INPUT;
	return check_bounds(param, (int64_t)json_array_size(value), "a length of ", err);
}

int co_param_check_value(const struct co_param *param, const json_t *value, struct co_err *err)
{
	struct type type = find_type(param->type);
	int rc;

	if (type.list)
		return check_list(param, type.kind, value, err);
	rc = check_one(param, type.kind, value, err);
	if (rc < 0)
		return rc;
	if (is_number(type.kind))
		return check_bounds(param, json_integer_value(value), "", err);
	if (json_is_string(value))
		return check_bounds(param, (int64_t)json_string_length(value), "a length of ", err);
	return CO_OK;
}

static int check_type(const struct co_param *param, struct co_err *err)
{
	struct type type = find_type(param->type);

	if (!type.kind) {
		co_err_set(err, CO_ERR_INPUT, "unknown-type", "unknown parameter type \"%s\"", param->type);
		co_err_suggest(err, param->type, type_names, CO_COUNT(type_names) - 1);
		return co_err_under(err, "type"), CO_ERR_INPUT;
	}
	if (type.kind == CO_PARAM_ENUM && !param->values.count)
		return co_err_set(err, CO_ERR_INPUT, "missing-key", "an enum has no \"values\"");
	if (type.kind != CO_PARAM_ENUM && param->values.count) {
		co_err_set(err, CO_ERR_INPUT, "unexpected-key", "\"values\" is for the type enum only");
		return co_err_under(err, "values"), CO_ERR_INPUT;
	}
	return CO_OK;
}

static int check_bound(const json_t *bound, const char *key, struct co_err *err)
{
	if (!bound || json_is_integer(bound))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "wrong-type", "expected an integer, found %s", co_json_type(bound));
	return co_err_under(err, key), CO_ERR_INPUT;
}

/* The slots of an intent that a plain path may begin with. */
static int check_from(const char *from, struct co_err *err)
{
	static const char *const roots[] = { "target", "parameters", "window",	  "compare",
					     "verb",   "action",     "subject", "constraints" };
	size_t len = strcspn(from, "."), i;
	char *root = co_xmemdup(from, len);

	for (i = 0; i < CO_COUNT(roots) && strcmp(roots[i], root) != 0; i++)
		;
	if (i == CO_COUNT(roots)) {
		co_err_set(err, CO_ERR_INPUT, "bad-path", "\"%s\" is no path into the intent", from);
		co_err_suggest(err, root, roots, CO_COUNT(roots));
	}
	free(root);
	if (i == CO_COUNT(roots))
		return co_err_under(err, "from"), CO_ERR_INPUT;
	if (!only(from, "._-") || strstr(from, "..") || from[strlen(from) - 1] == '.') {
		co_err_set(err, CO_ERR_INPUT, "bad-path", "\"%s\" is no plain path", from);
		return co_err_under(err, "from"), CO_ERR_INPUT;
	}
	return CO_OK;
}

int co_param_check(const struct co_param *param, struct co_err *err)
{
	if (check_type(param, err) < 0 || check_bound(param->min, "min", err) < 0 ||
	    check_bound(param->max, "max", err) < 0)
		return CO_ERR_INPUT;
	if (param->from && check_from(param->from, err) < 0)
		return CO_ERR_INPUT;
	if (param->fallback && co_param_check_value(param, param->fallback, err) < 0)
		return co_err_under(err, "default"), CO_ERR_INPUT;
	if (param->fallback && param->required)
		return co_err_set(err, CO_ERR_INPUT, "unexpected-key",
				  "a parameter with a default cannot be missing: leave out \"required\"");
	return CO_OK;
}

static json_t *one_from_text(int kind, const char *text)
{
	char *end;
	long long n;

	if (kind == CO_PARAM_BOOLEAN && strcmp(text, "true") == 0)
		return json_true();
	if (kind == CO_PARAM_BOOLEAN && strcmp(text, "false") == 0)
		return json_false();
	if (is_number(kind)) {
		errno = 0;
		n = strtoll(text, &end, 10);
		if (*text && !*end && !errno)
			return json_integer(n);
	}
	return json_string(text); /* NULL for invalid UTF-8 */
}

static json_t *list_from_text(int kind, const char *text)
{
	json_t *list = json_array();

	while (*text) {
		size_t len = strcspn(text, ",");
		char *item = co_xmemdup(text, len);

		json_array_append_new(list, one_from_text(kind, item));
		free(item);
		text += len + (text[len] == ',');
	}
	return list;
}

int co_param_from_text(const struct co_param *param, const char *text, json_t **value, struct co_err *err)
{
	struct type type = find_type(param->type);
	json_t *made;

	if (!co_utf8_valid(text, strlen(text)))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "the value is not valid UTF-8");
	made = type.list ? list_from_text(type.kind, text) : one_from_text(type.kind, text);
	if (co_param_check_value(param, made, err) < 0) {
		json_decref(made);
		return CO_ERR_INPUT;
	}
	*value = made;
	return CO_OK;
}
