/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/playbook: one playbook file, read and checked (co-playbook(5)).
 *
 * What can be wrong with a file is found here, before anything is planned:
 * keys, types, references between steps, calls against the catalogue, and the
 * rules for changes. Errors name file:line:column.
 */
#ifndef CO_PLAN_PLAYBOOK_H
#define CO_PLAN_PLAYBOOK_H

#include "catalog/catalog.h"
#include "run/plan.h"

enum {
	CO_PLAYBOOK_STEPS = 200,    /* most steps of one file */
	CO_PLAYBOOK_FINDINGS = 200, /* most finding rules of one file */
};

/* With it the head of a file ends: "playbook", "version", "title" and "changes" stand before it. */
#define CO_PLAYBOOK_LAST_KEY "match"

/* What an intent must say for the playbook to be meant. An empty list asks for nothing. */
struct co_match {
	CO_LIST(char *) verb;
	CO_LIST(char *) action;
	CO_LIST(char *) subject; /* earlier is the better match */
	CO_LIST(char *) provider;
	CO_LIST(char *) kind;
};

struct co_param {
	char *name;
	char *type;	  /* see plan/param.h */
	json_t *fallback; /* key "default" */
	char *from;	/* plain path into the intent: "target.namespace" */
	json_t *min;	/* integers: the value; strings and lists: the length */
	json_t *max;
	int required;
	CO_LIST(char *) values; /* of an enum */
	char *help;
};

struct co_play_verify {
	char *call;
	json_t *with;
	char *until;
	char *waiter; /* of the provider; instead of until */
	char *within;
};

struct co_play_undo {
	char *call;
	json_t *with;
	char *none; /* instead: why it cannot be undone */
};

struct co_play_step {
	char *id;
	char *call; /* three words */
	json_t *with;
	CO_LIST(char *) absent;
	int optional;
	char *foreach;
	int64_t limit; /* of foreach; 0: none */
	char *when;
	CO_LIST(char *) needs;
	CO_LIST(char *) require;
	CO_LIST(char *) no_downtime;
	struct co_play_verify *verify;
	struct co_play_undo *undo;
};

struct co_playbook {
	char *name; /* key "playbook" */
	int64_t version;
	char *title;
	int changes;
	struct co_match *match; /* NULL: only by name */
	CO_LIST(struct co_param) params;
	char *targets; /* "aws.regions"; NULL: this host */
	CO_LIST(char *) include;
	CO_LIST(struct co_play_step) steps;
	CO_LIST(struct co_rule) findings;
	json_t *summary; /* list of strings and {text, when} */

	/* Not keys of the file. */
	char *file;
	char *digest;
};

extern const struct co_shape co_playbook_shape;
extern const struct co_shape co_match_shape;

/*
 * Parses and checks one file's text into the zeroed struct. definitions is what its
 * expressions may use (plan/define.h), or NULL. catalog may be NULL: then calls are
 * not looked up. name stands for the file in errors.
 */
int co_playbook_parse(struct co_playbook *playbook, const char *text, size_t len, const char *name,
		      const char *definitions, struct co_catalog *catalog, struct co_err *err);
void co_playbook_clear(struct co_playbook *playbook);

/* The step with this id, borrowed; NULL if there is none. */
const struct co_play_step *co_playbook_step(const struct co_playbook *playbook, const char *id);

/* Cuts "local read cpu" into its three words, each a new string. CO_ERR_INPUT for anything else. */
int co_call_parse(const char *text, char *words[3], struct co_err *err);

/* One element of "summary": a string, or {text, when}. The caller clears line with co_shape_clear(). */
int co_summary_line(json_t *value, struct co_line *line, struct co_err *err);

#endif
