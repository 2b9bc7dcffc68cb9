/* SPDX-License-Identifier: Apache-2.0 */
/* A template's parts, put together, are the template; plain paths are evaluated without harm. */
#include "fuzz.h"

#include "expr/expr.h"
#include "expr/path.h"
#include "expr/scan.h"

static void same_text(const struct co_template *t, const char *text)
{
	struct co_buf joined = CO_BUF_INIT;
	size_t i;

	for (i = 0; i < t->count; i++)
		co_buf_addf(&joined, t->parts[i].is_program ? "${%s}" : "%s", t->parts[i].text);
	must(strcmp(co_buf_str(&joined), text) == 0);
	co_buf_clear(&joined);
}

static void try_paths(const struct co_template *t, json_t *vars)
{
	struct co_err err = CO_ERR_INIT;
	json_t *out;
	size_t i;

	for (i = 0; i < t->count; i++) {
		if (!t->parts[i].is_program || !co_path_is_plain(t->parts[i].text))
			continue;
		if (co_path_eval(t->parts[i].text, vars, vars, &out, &err) == CO_OK) {
			json_decref(out);
		} else {
			fuzz_check_error(&err);
			must(strcmp(err.id, "needs-jq") != 0);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_err err = CO_ERR_INIT;
	struct co_template t;
	char *text = fuzz_text(data, size);
	json_t *vars = json_pack("{s:{s:[i,n]}, s:{s:s}, s:i}", "params", "a", 1, "target", "name", "x", "now", 5);
	unsigned mask;

	if (co_template_parse(&t, text, NULL, &err) == CO_OK) {
		same_text(&t, text);
		try_paths(&t, vars);
		must(co_expr_has(text) == (t.count > 1 || t.parts[0].is_program));
		co_template_clear(&t);
	} else {
		fuzz_check_error(&err);
	}
	json_decref(co_expr_steps(text, 0));
	json_decref(co_expr_steps(text, 1));
	co_expr_variables(text, 1, &mask, NULL);
	json_decref(vars);
	free(text);
	return 0;
}
