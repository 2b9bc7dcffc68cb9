/* SPDX-License-Identifier: Apache-2.0 */
/* Every reading on small trees in place of this host: exact outputs, and what is refused. */
#include "provider/local/reading.h"

#include "codec/json.h"
#include "sys/clock.h"
#include "unit.h"

#include <sys/stat.h>

static const char *const trees[] = { "container", "plain" };

static json_t *load(const char *path)
{
	struct co_err err = CO_ERR_INIT;
	size_t len;
	char *text = unit_read(path, &len);
	json_t *value = co_json_parse(text, len, path, &err);

	if (!value)
		fail_msg("%s", unit_error(&err));
	free(text);
	return value;
}

static json_t *parameters(const char *operation)
{
	if (strcmp(operation, "certificates") == 0)
		return json_pack("{s:[s]}", "paths", "/pki");
	if (strcmp(operation, "kernel-log") == 0 || strcmp(operation, "units") == 0 ||
	    strcmp(operation, "time") == 0)
		return json_object();
	return json_pack("{s:s}", "interval", "10ms");
}

static int call_with(const char *root, const char *operation, json_t *with, json_t **output,
		     struct co_err *err)
{
	struct co_host host;
	struct co_call call = {
		.service = "read", .operation = operation, .with = with, .deadline = co_clock_ms() + 20000
	};
	int code;

	assert_int_equal(co_host_open(&host, root, err), CO_OK);
	code = co_local_read(&host, &call, output, err);
	co_host_close(&host);
	return code;
}

static void check(const char *tree, const char *operation)
{
	struct co_err err = CO_ERR_INIT;
	struct co_buf got = CO_BUF_INIT;
	json_t *with = parameters(operation), *output = NULL, *wanted;
	char root[128], path[256];

	snprintf(root, sizeof(root), "tests/golden/local/%s", tree);
	snprintf(path, sizeof(path), "%s/%s.json", root, operation);
	if (call_with(root, operation, with, &output, &err))
		fail_msg("%s %s: %s", tree, operation, unit_error(&err));
	json_object_del(output, "interval_ms"); /* the one that differs from run to run */
	wanted = load(path);
	co_json_write(&got, output, CO_JSON_PRETTY);
	if (!json_equal(output, wanted))
		fail_msg("%s is not what came out:\n%s", path, co_buf_str(&got));
	/* Whatever was in the files, it must survive the strict reader. */
	json_decref(wanted);
	wanted = co_json_parse(got.data, got.len, "output", &err);
	assert_non_null(wanted);
	json_decref(wanted);
	json_decref(output);
	json_decref(with);
	co_buf_clear(&got);
}

static void trees_give_their_outputs(void **state)
{
	const struct co_local_operation *o;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(trees); i++)
		for (o = co_local_operations; o->name; o++)
			check(trees[i], o->name);
}

/* An empty tree: an error that says what is missing, or an output that says it is unseen; never a crash. */
static void empty_tree_is_told(void **state)
{
	char root[] = "/tmp/cloudops-unit.XXXXXX";
	const struct co_local_operation *o;

	(void)state;
	assert_non_null(mkdtemp(root));
	for (o = co_local_operations; o->name; o++) {
		struct co_err err = CO_ERR_INIT;
		json_t *with = parameters(o->name), *output = NULL;
		int code = call_with(root, o->name, with, &output, &err);

		if (code)
			assert_true(code == CO_ERR_SYSTEM && *err.message);
		else
			assert_true(json_array_size(json_object_get(output, "unseen")) > 0 ||
				    json_array_size(json_object_get(output, "missing")) > 0);
		json_decref(output);
		json_decref(with);
	}
	rmdir(root);
}

static void refused(const char *operation, json_t *with, const char *part)
{
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL;

	assert_int_equal(call_with("tests/golden/local/plain", operation, with, &output, &err), CO_ERR_INPUT);
	assert_null(output);
	unit_assert_contains(unit_error(&err), part);
	json_decref(with);
}

static void bad_parameters_are_refused(void **state)
{
	(void)state;
	refused("cpus", json_object(), "did you mean \"cpu\"?");
	refused("cpu", json_pack("{s:s}", "intervall", "1s"), "unknown parameter \"intervall\"");
	refused("cpu", json_pack("{s:s}", "interval", "1"), "must be a duration");
	refused("cpu", json_pack("{s:s}", "interval", "2m"), "must be a duration");
	refused("cpu", json_pack("{s:i}", "interval", 1), "/with/interval");
	refused("processes", json_pack("{s:i}", "top", 0), "from 1 to 100");
	refused("processes", json_pack("{s:s}", "top", "5"), "from 1 to 100");
	refused("certificates", json_pack("{s:s}", "paths", "/x"), "a list of strings");
	refused("certificates", json_pack("{s:[i]}", "paths", 1), "a list of strings");
	refused("units", json_pack("{s:s}", "scope", "all"), "\"system\" or \"user\"");
	refused("units", json_pack("{s:i}", "scope", 1), "\"system\" or \"user\"");
	refused("time", json_pack("{s:s}", "interval", "1s"), "it takes: none");
}

static void stops_when_told(void **state)
{
	struct co_err err = CO_ERR_INIT;
	atomic_int cancelled = 1;
	json_t *with = json_pack("{s:s}", "interval", "30s"), *output = NULL;
	struct co_call call = {
		.service = "read", .operation = "cpu", .with = with, .cancelled = &cancelled
	};
	struct co_host host;
	int64_t start = co_clock_ms();

	(void)state;
	assert_int_equal(co_host_open(&host, "tests/golden/local/plain", &err), CO_OK);
	call.deadline = start + 60000;
	assert_int_equal(co_local_read(&host, &call, &output, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "interrupted");
	atomic_store(&cancelled, 0);
	call.deadline = start + 120;
	assert_int_equal(co_local_read(&host, &call, &output, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "timeout");
	assert_true(co_clock_ms() - start < 10000);
	assert_null(output);
	json_decref(with);
	co_host_close(&host);
}

static void foreign_bytes_become_text(void **state)
{
	char longer[3000];
	json_t *text = co_text("a\xff\n\x1b[31m\0b", 10);

	(void)state;
	assert_string_equal(json_string_value(text), "a\\xff\\x0a\\x1b[31m\\x00b");
	json_decref(text);
	memset(longer, 'x', sizeof(longer));
	memcpy(longer + 998, "\xc3\xa9\xc3\xa9", 4); /* the cut must not fall into a character */
	text = co_text(longer, sizeof(longer));
	assert_non_null(text);
	assert_true(json_string_length(text) < 1010);
	assert_string_equal(json_string_value(text) + json_string_length(text) - 3, "...");
	json_decref(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_give_their_outputs),   cmocka_unit_test(empty_tree_is_told),
		cmocka_unit_test(bad_parameters_are_refused), cmocka_unit_test(stops_when_told),
		cmocka_unit_test(foreign_bytes_become_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
