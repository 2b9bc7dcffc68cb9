/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/journal.h"

#include "codec/canon.h"
#include "exec/mask.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

const char *const co_role_names[] = { "step", "again", "verify", "undo", "lookup", NULL };

enum { WITH_BYTES = 8192 }; /* parameters above are kept by digest */

struct co_journal {
	struct co_audit_log *log;
	char *run;
	char *why;
	char *plan;
	struct co_audit_actor actor;
	int64_t now;
	int64_t begun;
	json_t *queue;
	struct co_err failure; /* of the sync that failed; then all do */
};

struct co_journal *co_journal_new(struct co_audit_log *log, const struct co_journal_origin *origin)
{
	struct co_journal *journal = co_xcalloc(1, sizeof(*journal));

	journal->log = log;
	journal->run = co_xstrdup(origin->run);
	journal->why = co_xstrdup(origin->why);
	journal->plan = co_xstrdup(origin->plan);
	journal->actor = (struct co_audit_actor){
		.user = co_xstrdup(origin->actor->user),
		.uid = origin->actor->uid,
		.host = co_xstrdup(origin->actor->host),
		.on_behalf = co_xstrdup(origin->actor->on_behalf),
	};
	journal->now = origin->now;
	journal->begun = co_clock_ms();
	journal->queue = json_array();
	return journal;
}

void co_journal_free(struct co_journal *journal)
{
	if (!journal)
		return;
	free(journal->run);
	free(journal->why);
	free(journal->plan);
	free(journal->actor.user);
	free(journal->actor.host);
	free(journal->actor.on_behalf);
	json_decref(journal->queue);
	free(journal);
}

static void queue(struct co_journal *journal, struct co_audit_event *event)
{
	event->run = journal->run;
	json_array_append_new(journal->queue, co_audit_record_new(event, &journal->actor));
}

/* The value masked, or {digest, bytes} of it when it is long. */
static json_t *kept(json_t *value)
{
	json_t *masked = co_mask(value);
	struct co_buf text = CO_BUF_INIT;
	char digest[CO_DIGEST_LEN + 1];

	co_json_write(&text, masked, CO_JSON_COMPACT);
	if (text.len > WITH_BYTES) {
		co_sha256_text(text.data, text.len, digest);
		json_decref(masked);
		masked = json_pack("{s:s, s:I}", "digest", digest, "bytes", (json_int_t)text.len);
	}
	co_buf_clear(&text);
	return masked;
}

static void set_some(json_t *detail, const char *key, json_t *value)
{
	if (value && (!json_is_object(value) || json_object_size(value)))
		json_object_set_new(detail, key, kept(value));
}

static char *words_of(const struct co_journal_call *call)
{
	return co_xasprintf("%s %s %s", call->words[0], call->words[1], call->words[2]);
}

void co_journal_start(struct co_journal *journal, const struct co_plan *plan, size_t approvals, int resumed)
{
	struct co_audit_event event = { .type = CO_AUDIT_EXEC_START, .ms = -1 };
	char *what;

	if (!journal)
		return;
	what = co_xasprintf("%s %lld", plan->playbook->name, (long long)plan->playbook->version);
	event.what = what;
	event.why = journal->why;
	event.detail = json_pack("{s:s, s:I}", "plan", journal->plan, "steps", (json_int_t)plan->steps.count);
	if (plan->changes)
		json_object_set_new(event.detail, "changes", json_true());
	if (approvals)
		json_object_set_new(event.detail, "approvals", json_integer((json_int_t)approvals));
	if (resumed)
		json_object_set_new(event.detail, "resumed", json_true());
	queue(journal, &event);
	free(what);
}

static void set_text(json_t *detail, const char *key, const char *text)
{
	if (text)
		json_object_set_new(detail, key, json_string(text));
}

void co_journal_approval(struct co_journal *journal, const char *by, const char *key, const char *statement)
{
	struct co_audit_event event = { .type = CO_AUDIT_APPROVAL_USED, .ms = -1, .result = "used" };

	if (!journal)
		return;
	event.detail = json_object();
	set_text(event.detail, "plan", journal->plan);
	set_text(event.detail, "by", by);
	set_text(event.detail, "key", key);
	set_text(event.detail, "statement", statement);
	queue(journal, &event);
}

void co_journal_intent(struct co_journal *journal, const struct co_journal_call *call)
{
	struct co_audit_event event = { .type = CO_AUDIT_STEP_INTENT, .ms = -1 };
	char *what;

	if (!journal)
		return;
	what = words_of(call);
	event.step = call->step;
	event.what = what;
	event.detail = json_object();
	if (call->role != CO_ROLE_STEP)
		json_object_set_new(event.detail, "role", json_string(co_role_names[call->role]));
	set_some(event.detail, "target", call->target);
	set_some(event.detail, "with", call->with);
	if (call->calls != 1)
		json_object_set_new(event.detail, "calls", json_integer((json_int_t)call->calls));
	if (call->token)
		json_object_set_new(event.detail, "token", json_string(call->token));
	set_some(event.detail, "undo", call->undo);
	if (!json_object_size(event.detail)) {
		json_decref(event.detail);
		event.detail = NULL;
	}
	queue(journal, &event);
	free(what);
}

static void add_digest(json_t *detail, json_t *output)
{
	struct co_buf canonical = CO_BUF_INIT;
	char digest[CO_DIGEST_LEN + 1];

	if (output && co_canon_write(&canonical, output, NULL) == CO_OK) {
		co_sha256_text(canonical.data, canonical.len, digest);
		json_object_set_new(detail, "output", json_string(digest));
	}
	co_buf_clear(&canonical);
}

void co_journal_result(struct co_journal *journal, const struct co_journal_call *call, const char *result, int64_t ms,
		       json_t *output, const struct co_err *why)
{
	struct co_audit_event event = { .type = CO_AUDIT_STEP_RESULT, .result = result, .ms = ms };
	char *what;

	if (!journal)
		return;
	what = words_of(call);
	event.step = call->step;
	event.what = what;
	event.detail = json_object();
	if (call->role != CO_ROLE_STEP)
		json_object_set_new(event.detail, "role", json_string(co_role_names[call->role]));
	if (call->token)
		json_object_set_new(event.detail, "token", json_string(call->token));
	add_digest(event.detail, output);
	if (why && why->code)
		json_object_set_new(event.detail, "error",
				    json_pack("{s:s, s:s}", "code", why->id, "message", why->message));
	if (!json_object_size(event.detail)) {
		json_decref(event.detail);
		event.detail = NULL;
	}
	queue(journal, &event);
	free(what);
}

void co_journal_end(struct co_journal *journal, const char *result, int64_t calls)
{
	struct co_audit_event event = { .type = CO_AUDIT_EXEC_END, .result = result };

	if (!journal)
		return;
	event.ms = co_clock_ms() - journal->begun;
	event.detail = json_pack("{s:s, s:I}", "plan", journal->plan, "calls", (json_int_t)calls);
	queue(journal, &event);
}

int co_journal_sync(struct co_journal *journal, struct co_err *err)
{
	size_t n, i;
	json_t **records;
	int64_t now;
	int rc;

	if (!journal)
		return CO_OK;
	if (journal->failure.code) {
		if (err)
			*err = journal->failure;
		return journal->failure.code;
	}
	n = json_array_size(journal->queue);
	if (!n)
		return CO_OK;
	records = co_xcalloc(n, sizeof(*records));
	for (i = 0; i < n; i++)
		records[i] = json_array_get(journal->queue, i);
	now = journal->now + (co_clock_ms() - journal->begun) / 1000;
	rc = co_audit_append(journal->log, records, n, now, &journal->failure);
	free(records);
	if (rc == CO_OK)
		return json_array_clear(journal->queue), CO_OK;
	if (rc != CO_ERR_SYSTEM)
		journal->failure.code = rc = CO_ERR_SYSTEM;
	co_err_wrap(&journal->failure, "the audit log cannot be written");
	co_err_hint(&journal->failure, "nothing is done that is not logged; mend the log and run the plan again");
	if (err)
		*err = journal->failure;
	return rc;
}

size_t co_journal_queued(const struct co_journal *journal)
{
	return journal ? json_array_size(journal->queue) : 0;
}
