/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/needs.h"

#include "expr/expr.h"

#include <string.h>

static void add_steps(json_t *needs, const char *text, int program)
{
	json_t *steps, *name;
	size_t i;

	if (!text || (!program && !co_expr_has(text)))
		return;
	steps = co_expr_steps(text, program);
	json_array_foreach(steps, i, name)
		json_object_set(needs, json_string_value(name), name);
	json_decref(steps);
}

static void add_steps_of_value(json_t *needs, json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		add_steps(needs, json_string_value(value), 0);
	json_array_foreach(value, i, item)
		add_steps_of_value(needs, item);
	json_object_foreach(value, key, item)
		add_steps_of_value(needs, item);
}

json_t *co_play_step_needs(const struct co_play_step *step)
{
	json_t *set = json_object(), *list = json_array(), *name;
	const char *key;
	size_t i;

	for (i = 0; i < step->needs.count; i++)
		json_object_set_new(set, step->needs.items[i], json_string(step->needs.items[i]));
	add_steps(set, step->foreach, 1);
	add_steps(set, step->when, 0);
	add_steps_of_value(set, step->with);
	for (i = 0; i < step->require.count; i++)
		add_steps(set, step->require.items[i], 0);
	for (i = 0; i < step->no_downtime.count; i++)
		add_steps(set, step->no_downtime.items[i], 0);
	json_object_foreach(set, key, name)
		json_array_append(list, name);
	json_decref(set);
	return list;
}

/* A walk through the graph of needs, depth first. */
struct walk {
	const struct co_playbook *playbook;
	struct co_err *err;
	char done[CO_PLAYBOOK_STEPS];
	size_t way[CO_PLAYBOOK_STEPS]; /* the steps from where it began to here */
	size_t length;
};

static int cycle(const struct walk *w, size_t from)
{
	struct co_buf text = CO_BUF_INIT;
	size_t i;

	for (i = from; i < w->length; i++)
		co_buf_addf(&text, "%s -> ", w->playbook->steps.items[w->way[i]].id);
	co_err_set(w->err, CO_ERR_INPUT, "cycle", "steps need each other: %s%s", co_buf_str(&text),
		   w->playbook->steps.items[w->way[from]].id);
	co_buf_clear(&text);
	return CO_ERR_INPUT;
}

static int walk(struct walk *w, size_t at);

static int walk_to(struct walk *w, size_t from, const char *name)
{
	const struct co_play_step *step = co_playbook_step(w->playbook, name);

	if (step)
		return walk(w, (size_t)(step - w->playbook->steps.items));
	/* "*": every other name was checked before. */
	co_err_set(w->err, CO_ERR_INPUT, "unnamed-step", "step \"%s\" reads $steps as a whole",
		   w->playbook->steps.items[from].id);
	co_err_hint(w->err, "name what it needs: $steps.NAME");
	return CO_ERR_INPUT;
}

static int walk(struct walk *w, size_t at)
{
	json_t *needs, *name;
	size_t i;
	int rc = CO_OK;

	if (w->done[at])
		return CO_OK;
	for (i = 0; i < w->length; i++)
		if (w->way[i] == at)
			return cycle(w, i);
	w->way[w->length++] = at;
	needs = co_play_step_needs(&w->playbook->steps.items[at]);
	json_array_foreach(needs, i, name)
		if (rc == CO_OK)
			rc = walk_to(w, at, json_string_value(name));
	json_decref(needs);
	w->length--;
	w->done[at] = 1;
	return rc;
}

int co_play_check_order(const struct co_playbook *playbook, struct co_err *err)
{
	struct walk w = { .playbook = playbook, .err = err };
	size_t i;

	for (i = 0; i < playbook->steps.count; i++)
		if (walk(&w, i) < 0) {
			co_err_under_index(err, i);
			co_err_under(err, "steps");
			return CO_ERR_INPUT;
		}
	return CO_OK;
}
