/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/prompt.h"

#include "base/escape.h"
#include "base/time.h"
#include "sys/tty.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 3 };

static void foreign(struct co_buf *out, const char *text)
{
	if (text)
		co_escape(out, text, strlen(text));
}

/* "  goal       TEXT" */
static void label(struct co_buf *out, const char *name)
{
	co_buf_addf(out, "  %-10s ", name);
}

static void field(struct co_buf *out, const char *name, const char *text)
{
	label(out, name);
	foreign(out, text);
	co_buf_addc(out, '\n');
}

static void words(struct co_buf *out, char *const *items, size_t count, const char *between)
{
	size_t i;

	for (i = 0; i < count; i++) {
		co_buf_adds(out, i ? between : "");
		foreign(out, items[i]);
	}
}

static void words_field(struct co_buf *out, const char *name, char *const *items, size_t count)
{
	if (!count)
		return;
	label(out, name);
	words(out, items, count, ", ");
	co_buf_addc(out, '\n');
}

static void value(struct co_buf *out, const json_t *v)
{
	struct co_buf text = CO_BUF_INIT;

	co_json_write(&text, v, CO_JSON_COMPACT);
	co_escape(out, co_buf_str(&text), text.len);
	co_buf_clear(&text);
}

/* One "key = value" a line, under a heading. */
static void members(struct co_buf *out, const char *heading, json_t *object)
{
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v) {
		co_buf_addf(out, "       %-10s ", heading);
		foreign(out, key);
		co_buf_adds(out, " = ");
		value(out, v);
		co_buf_addc(out, '\n');
		heading = "";
	}
}

static void conditions(struct co_buf *out, const char *heading, char *const *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		co_buf_addf(out, "       %-10s ", i ? "" : heading);
		foreign(out, items[i]);
		co_buf_addc(out, '\n');
	}
}

static void condition(struct co_buf *out, const char *heading, char *text)
{
	conditions(out, heading, &text, text != NULL);
}

static void show_verify(struct co_buf *out, const struct co_verify *v)
{
	if (!v)
		return;
	co_buf_addf(out, "       %-10s ", "verify");
	words(out, v->call.items, v->call.count, " ");
	co_buf_adds(out, " until ");
	foreign(out, v->until);
	co_buf_adds(out, " within ");
	foreign(out, v->within);
	co_buf_addc(out, '\n');
	members(out, "", v->with);
}

static void show_undo(struct co_buf *out, const struct co_undo *u)
{
	if (!u)
		return;
	co_buf_addf(out, "       %-10s ", "undo");
	words(out, u->call.items, u->call.count, " ");
	if (u->none) {
		co_buf_adds(out, "none: ");
		foreign(out, u->none);
	}
	co_buf_addc(out, '\n');
	members(out, "", u->with);
}

static void show_step(struct co_buf *out, size_t number, const struct co_step *s)
{
	co_buf_addf(out, "  %2zu. ", number);
	words(out, s->call.items, s->call.count, " ");
	co_buf_addf(out, "  [%s]  ", co_enum_name(co_access_names, s->access));
	foreign(out, s->id);
	co_buf_adds(out, s->optional ? " (optional)\n" : "\n");
	members(out, "target", s->target);
	members(out, "with", s->with);
	condition(out, "for each", s->foreach);
	condition(out, "when", s->when);
	conditions(out, "require", s->require.items, s->require.count);
	conditions(out, "no downtime", s->no_downtime.items, s->no_downtime.count);
	show_verify(out, s->verify);
	show_undo(out, s->undo);
}

/* Steps of one sort, with the numbers they have in the plan. */
static void show_steps(struct co_buf *out, const struct co_plan *plan, int changes, const char *heading)
{
	size_t i;
	int any = 0;

	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *s = &plan->steps.items[i];

		if (!co_access_changes(s->access) != !changes)
			continue;
		if (!any++)
			co_buf_addf(out, "\n%s\n", heading);
		show_step(out, i + 1, s);
	}
}

static void show_request(struct co_buf *out, const struct co_request *r)
{
	char at[CO_TIME_LEN + 1];

	if (!r)
		return;
	co_time_format(at, r->at);
	field(out, "asked", r->text);
	label(out, "by");
	foreign(out, r->by);
	co_buf_addf(out, " (uid %lld) on ", (long long)r->uid);
	foreign(out, r->host);
	co_buf_addf(out, ", %s\n", at);
}

static void show_plan(struct co_buf *out, const struct co_plan *plan)
{
	const struct co_estimate *e = plan->estimate;
	char at[CO_TIME_LEN + 1];

	field(out, "goal", plan->goal);
	label(out, "playbook");
	foreign(out, plan->playbook->name);
	co_buf_addf(out, " version %lld\n", (long long)plan->playbook->version);
	words_field(out, "scope", plan->scope.items, plan->scope.count);
	words_field(out, "constraint", plan->constraints.items, plan->constraints.count);
	label(out, "estimate");
	co_buf_addf(out, "%lld change%s, %lld call%s, %lld target%s, ", (long long)e->changes, e->changes == 1 ? "" : "s",
		    (long long)e->calls, e->calls == 1 ? "" : "s", (long long)e->targets, e->targets == 1 ? "" : "s");
	foreign(out, e->seconds);
	co_buf_adds(out, " s, ");
	foreign(out, e->cost_usd);
	co_buf_adds(out, " USD\n");
	words_field(out, "permission", plan->permissions.items, plan->permissions.count);
	co_time_format(at, plan->expires_at);
	field(out, "expires", at);
}

static void show_reasons(struct co_buf *out, const struct co_decision *d)
{
	size_t i;

	for (i = 0; i < d->reasons.count; i++) {
		const struct co_reason *r = &d->reasons.items[i];

		label(out, i ? "" : "policy");
		foreign(out, r->rule);
		co_buf_adds(out, " (");
		foreign(out, r->at);
		co_buf_adds(out, r->message ? "): " : ")");
		foreign(out, r->message);
		co_buf_addc(out, '\n');
	}
}

static void show_votes(struct co_buf *out, const struct co_prompt *p)
{
	size_t i;

	label(out, "approvals");
	co_buf_addf(out, "%lld of %lld", (long long)p->verdict->counted,
		    (long long)p->facts->decision->approvals_required);
	for (i = 0; i < p->verdict->approvals.count; i++)
		if (p->verdict->approvals.items[i].counts) {
			co_buf_adds(out, ", ");
			foreign(out, p->verdict->approvals.items[i].by);
		}
	co_buf_addc(out, '\n');
	words_field(out, "approvers", p->facts->decision->approvers.items, p->facts->decision->approvers.count);
}

static void show_self(struct co_buf *out, const struct co_prompt *p)
{
	char *fingerprint = co_sshkey_fingerprint(p->key), until[CO_TIME_LEN + 1];

	co_time_format(until, p->statement->execute_by);
	co_buf_adds(out, "\n");
	field(out, "plan", p->statement->plan);
	label(out, "you");
	foreign(out, p->statement->approver->principal);
	co_buf_addf(out, ", with %s\n", fingerprint);
	label(out, "executes");
	foreign(out, p->statement->audience);
	co_buf_addf(out, ", once, until %s\n", until);
	free(fingerprint);
}

void co_prompt_text(const struct co_prompt *p, struct co_buf *out)
{
	const struct co_run *run = p->facts->run;

	co_buf_adds(out, "\nApproval is asked for this plan:\n\n");
	show_plan(out, run->plan);
	show_request(out, run->request);
	show_reasons(out, p->facts->decision);
	show_votes(out, p);
	show_steps(out, run->plan, 1, "It changes:");
	show_steps(out, run->plan, 0, "It reads:");
	show_self(out, p);
}

void co_prompt_code(const struct co_statement *statement, char code[CO_PROMPT_CODE + 1])
{
	const char *digits = strchr(statement->plan, ':');

	memcpy(code, digits + 1, CO_PROMPT_CODE);
	code[CO_PROMPT_CODE] = '\0';
}

static int ask(int tty, const char *question, const char *code, int *answer, struct co_err *err)
{
	char line[64];
	int rc, tries;

	for (tries = 0; tries < TRIES; tries++) {
		rc = co_tty_ask(tty, tries ? "That is neither the code nor \"no\": " : question, line, sizeof(line), 0, err);
		if (rc < 0)
			return rc;
		if (strcmp(line, code) == 0 || strcmp(line, "no") == 0) {
			*answer = line[0] == 'n' ? CO_ANSWER_DENY : CO_ANSWER_APPROVE;
			return CO_OK;
		}
	}
	return co_err_set(err, CO_ERR_NO, "no-answer", "no answer was given");
}

int co_prompt_ask(const struct co_prompt *prompt, int *answer, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	char code[CO_PROMPT_CODE + 1];
	int tty, rc = co_tty_open(&tty, err);

	if (rc < 0) {
		co_err_hint(err, "approve by `co-approve --sign KEY`, or at a terminal");
		return rc;
	}
	co_prompt_code(prompt->statement, code);
	co_prompt_text(prompt, &text);
	co_buf_addf(&text, "\nTo approve, type %s. To deny, type no.\n> ", code);
	rc = ask(tty, co_buf_str(&text), code, answer, err);
	if (rc == CO_ERR_NO)
		rc = co_err_set(err, CO_ERR_NO, "undecided", "nobody approved or denied the plan at the terminal");
	co_buf_clear(&text);
	close(tty);
	return rc;
}
