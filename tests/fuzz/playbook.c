/* SPDX-License-Identifier: Apache-2.0 */
/* A playbook that is taken keeps its promises: names, references, and an order of its steps. */
#include "fuzz.h"

#include "plan/needs.h"
#include "plan/param.h"
#include "plan/playbook.h"

static void check_steps(const struct co_playbook *playbook)
{
	size_t i, j;
	json_t *needs, *name;

	for (i = 0; i < playbook->steps.count; i++) {
		must(co_playbook_step(playbook, playbook->steps.items[i].id) == &playbook->steps.items[i]);
		needs = co_play_step_needs(&playbook->steps.items[i]);
		json_array_foreach(needs, j, name)
			must(co_playbook_step(playbook, json_string_value(name)));
		json_decref(needs);
	}
	must(co_play_check_order(playbook, NULL) == CO_OK);
}

static void check_params(const struct co_playbook *playbook)
{
	size_t i;

	for (i = 0; i < playbook->params.count; i++) {
		const struct co_param *param = &playbook->params.items[i];
		json_t *value = NULL;

		if (param->fallback)
			must(co_param_check_value(param, param->fallback, NULL) == CO_OK);
		if (co_param_from_text(param, playbook->title, &value, NULL) == CO_OK)
			must(co_param_check_value(param, value, NULL) == CO_OK);
		json_decref(value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_playbook playbook = { .name = NULL };
	struct co_err err = CO_ERR_INIT;
	char *text = fuzz_text(data, size);

	if (co_playbook_parse(&playbook, text, size, "input", NULL, NULL, &err) == CO_OK) {
		must(playbook.name && playbook.title && playbook.version > 0);
		must(playbook.steps.count || playbook.include.count);
		must(strlen(playbook.digest) == 71);
		check_steps(&playbook);
		check_params(&playbook);
	} else {
		fuzz_check_error(&err);
		must(!playbook.name);
		must(strcmp(err.file, "input") == 0 && err.line > 0);
	}
	co_playbook_clear(&playbook);
	free(text);
	return 0;
}
