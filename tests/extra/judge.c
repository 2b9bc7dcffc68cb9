/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge: what the decoders make of files, for tests in other languages.
 *   judge json|yaml|canon|run FILE...   a line a file: "ok<TAB>OUTPUT", or "refused<TAB>ID<TAB>MESSAGE"
 *   judge digest SECTION FILE           of a run document
 *   judge usage json|yaml|run FILE      the same as above, then milliseconds and peak KiB it took
 *   judge shapes                        the field tables of the run document as JSON
 */
#include "codec/canon.h"
#include "codec/yaml.h"
#include "run/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int read_all(const char *path, struct co_buf *text)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		perror(path);
		return -1;
	}
	do {
		n = fread(co_buf_reserve(text, 65536), 1, 65536, f);
		text->len += n;
	} while (n);
	fclose(f);
	return 0;
}

static int judge_run(json_t *doc, struct co_buf *out, struct co_err *err)
{
	struct co_run run;

	if (co_run_decode(&run, doc, err) < 0)
		return CO_ERR_INPUT;
	co_json_write(out, run.doc, CO_JSON_COMPACT);
	co_run_clear(&run);
	return CO_OK;
}

static int decode(const char *mode, const struct co_buf *text, const char *name, struct co_buf *out,
		  struct co_err *err)
{
	const char *bytes = co_buf_str(text);
	json_t *value = strcmp(mode, "yaml") == 0 ? co_yaml_parse(bytes, text->len, name, err) :
						    co_json_parse(bytes, text->len, name, err);
	int rc = CO_OK;

	if (!value)
		return CO_ERR_INPUT;
	if (strcmp(mode, "run") == 0)
		return judge_run(value, out, err);
	if (strcmp(mode, "canon") == 0)
		rc = co_canon_write(out, value, err);
	else
		co_json_write(out, value, CO_JSON_COMPACT);
	json_decref(value);
	return rc;
}

static int judge(const char *mode, const char *path)
{
	struct co_buf text = CO_BUF_INIT, out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc = read_all(path, &text);

	if (rc == 0) {
		if (decode(mode, &text, path, &out, &err) == CO_OK) {
			printf("ok\t%s\n", co_buf_str(&out));
		} else {
			co_err_format(&err, &out);
			printf("refused\t%s\t%s\n", err.id, co_buf_str(&out));
		}
	}
	fflush(stdout);
	co_buf_clear(&text);
	co_buf_clear(&out);
	return rc;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int usage(const char *mode, const char *path)
{
	int64_t start = now_us();
	int rc = judge(mode, path);
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	printf("%.1f\t%ld\n", (double)(now_us() - start) / 1000, used.ru_maxrss);
	return rc;
}

static int digest(const char *section, const char *path)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_run run = { 0 };
	char hex[CO_DIGEST_LEN + 1];
	int rc = read_all(path, &text);

	if (rc == 0) {
		json_t *doc = co_json_parse(co_buf_str(&text), text.len, path, &err);

		rc = doc ? co_run_decode(&run, doc, &err) : CO_ERR_INPUT;
		if (rc == 0)
			rc = co_run_digest(&run, section, hex, &err);
		puts(rc == 0 ? hex : err.message);
	}
	co_run_clear(&run);
	co_buf_clear(&text);
	return rc;
}

/* {"noun":"plan","fields":{KEY:{"type":"str",...}}}; shapes nest. */
static json_t *shape_of(const struct co_shape *shape);

static json_t *field_of(const struct co_field *f)
{
	static const char *const types[] = { "str",  "strs",   "int",  "bool", "time",
					     "enum", "object", "list", "map",  "json" };
	json_t *field = json_pack("{s:s, s:b, s:b, s:b, s:b}", "type", types[f->type], "required",
				  f->flags & CO_REQUIRED, "nonempty", f->flags & CO_NONEMPTY, "one_ok",
				  f->flags & CO_ONE_OK, "object_only", f->flags & CO_OBJECT_ONLY);
	size_t i;

	if (f->type == CO_FIELD_INT) {
		int free_range = !f->min && !f->max;

		json_object_set_new(field, "min", json_integer(free_range ? -CO_JSON_INT_MAX : f->min));
		json_object_set_new(field, "max", json_integer(free_range ? CO_JSON_INT_MAX : f->max));
	}
	if (f->names) {
		json_t *names = json_array();

		for (i = 0; f->names[i]; i++)
			json_array_append_new(names, json_string(f->names[i]));
		json_object_set_new(field, "names", names);
	}
	if (f->shape)
		json_object_set_new(field, "shape", shape_of(f->shape));
	return field;
}

static json_t *shape_of(const struct co_shape *shape)
{
	json_t *fields = json_object();
	const struct co_field *f;

	for (f = shape->fields; f->key; f++)
		json_object_set_new(fields, f->key, field_of(f));
	return json_pack("{s:s, s:o}", "noun", shape->noun, "fields", fields);
}

static int shapes(void)
{
	json_t *all = shape_of(&co_run_shape);

	json_dumpf(all, stdout, JSON_INDENT(1));
	puts("");
	json_decref(all);
	return 0;
}

int main(int argc, char **argv)
{
	int i, rc = 0;

	if (argc == 2 && strcmp(argv[1], "shapes") == 0)
		return shapes();
	if (argc == 4 && strcmp(argv[1], "digest") == 0)
		return digest(argv[2], argv[3]) ? 3 : 0;
	if (argc == 4 && strcmp(argv[1], "usage") == 0)
		return usage(argv[2], argv[3]) ? 4 : 0;
	for (i = 2; i < argc; i++)
		rc |= judge(argv[1], argv[i]);
	return rc ? 4 : 0;
}
