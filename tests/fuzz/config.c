/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a configuration or an error that says where; one that was taken is complete. */
#include "fuzz.h"

#include "base/time.h"
#include "codec/yaml.h"
#include "config/config.h"

/* The whole input is the one file that CLOUDOPS_CONFIG names. It is borrowed for the time of a call. */
static const uint8_t *input;
static size_t input_size;

static int read_input(const char *path, size_t limit, unsigned trust, struct co_buf *out, struct co_err *err)
{
	(void)trust;
	if (strcmp(path, "/fuzz.yaml") != 0 || input_size > limit)
		return co_err_set(err, CO_ERR_INPUT, "not-found", "\"%s\" is not there", path);
	co_buf_add(out, input, input_size);
	return CO_OK;
}

/* What is read without JSON is what is read with it. */
static void must_be_the_same(const char *text, size_t len)
{
	struct co_config read = { 0 }, decoded = { 0 };

	if (co_shape_read(&co_config_shape, text, len, &read.memory, &read) == 0) {
		json_t *value = co_yaml_parse(text, len, "input", NULL), *one, *other;

		must(value &&
		     co_shape_decode_pool(&co_config_shape, value, &decoded.memory, &decoded, NULL) == CO_OK);
		one = co_shape_encode(&co_config_shape, &read);
		other = co_shape_encode(&co_config_shape, &decoded);
		must(json_equal(one, other));
		json_decref(value);
		json_decref(one);
		json_decref(other);
	}
	co_config_clear(&read);
	co_config_clear(&decoded);
}

static void must_be_complete(const struct co_config *c)
{
	int64_t ms;

	must(c->audit && c->audit->directory && c->policy && c->approval && c->limits && c->limits->model);
	must(co_duration_parse(&ms, c->limits->deadline) == 0 && ms > 0);
	must(co_duration_parse(&ms, c->limits->step_deadline) == 0 && ms > 0);
	must(co_duration_parse(&ms, c->limits->plan_expires) == 0 && ms > 0);
	must(co_duration_parse(&ms, c->approval->approve_within) == 0 && ms > 0);
	must(co_duration_parse(&ms, c->approval->execute_within) == 0 && ms > 0);
	must(c->limits->concurrency >= 1 && c->limits->concurrency <= 256);
	must(c->limits->changes >= 0 && c->limits->output_bytes >= 1024);
	must(json_array_size(c->sources) == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct co_config_env env = { .site_dir = "/nonexistent", .home = "/nonexistent",
					   .cloudops_config = "/fuzz.yaml", .program = "/opt/bin/x" };
	struct co_config config = { 0 };
	struct co_err err = CO_ERR_INIT;
	char *text = fuzz_text(data, size);

	must_be_the_same(text, size);
	free(text);
	input = data;
	input_size = size;
	if (co_config_load(&config, &env, read_input, &err) < 0) {
		fuzz_check_error(&err);
		must(strcmp(err.file, "/fuzz.yaml") == 0);
		must(!config.limits);
		return 0;
	}
	must_be_complete(&config);
	co_config_clear(&config);
	return 0;
}
