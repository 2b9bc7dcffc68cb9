/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/passage.h"

#include "base/escape.h"

#include <stdlib.h>
#include <string.h>

enum { CLIP = 1000 }; /* most bytes of a text in a record */

/* A copy of at most CLIP bytes, whole characters only; NULL for NULL. */
static char *clip(const char *text)
{
	size_t len = 0, n;
	uint32_t code;

	if (!text)
		return NULL;
	while (text[len] && (n = co_utf8_next(text + len, strnlen(text + len, 4), &code)) && len + n <= CLIP)
		len += n;
	return co_xmemdup(text, len);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	char *clipped = clip(text);

	if (clipped)
		json_object_set_new(object, key, json_string(clipped));
	free(clipped);
}

static void set_count(json_t *object, const char *key, int64_t n)
{
	if (n)
		json_object_set_new(object, key, json_integer(n));
}

static void set_document(json_t *detail, const struct co_buf *text)
{
	char digest[CO_DIGEST_LEN + 1];

	co_sha256_text(text->data, text->len, digest);
	json_object_set_new(detail, "document", json_string(digest));
}

static void set_plan(json_t *detail, const struct co_run *run)
{
	char digest[CO_DIGEST_LEN + 1];

	if (!run->plan)
		return;
	if (co_run_digest(run, "plan", digest, NULL) == CO_OK)
		json_object_set_new(detail, "plan", json_string(digest));
	set_text(detail, "playbook", run->plan->playbook ? run->plan->playbook->name : NULL);
	if (run->plan->changes)
		json_object_set_new(detail, "changes", json_true());
}

static void set_findings(json_t *detail, const struct co_run *run)
{
	json_t *counts = json_object();
	size_t i;

	for (i = 0; i < run->findings.count; i++) {
		const char *name = co_enum_name(co_severity_names, run->findings.items[i].severity);

		json_object_set_new(counts, name, json_integer(json_integer_value(json_object_get(counts, name)) + 1));
	}
	if (json_object_size(counts))
		json_object_set(detail, "findings", counts);
	json_decref(counts);
}

static void set_model(json_t *detail, const struct co_run *run)
{
	const struct co_parser *parser = run->intent ? run->intent->parser : NULL;
	json_t *model;

	if (!parser || !parser->model)
		return;
	model = json_object();
	set_text(model, "provider", parser->provider);
	set_text(model, "model", parser->model);
	set_count(model, "input_tokens", parser->input_tokens);
	set_count(model, "output_tokens", parser->output_tokens);
	set_text(model, "cost", parser->cost_usd);
	json_object_set_new(detail, "model", model);
}

static void set_error(json_t *detail, const struct co_run_error *error)
{
	json_t *value;

	if (!error)
		return;
	value = json_object();
	set_text(value, "stage", error->stage);
	set_text(value, "code", error->code);
	set_text(value, "message", error->message);
	json_object_set_new(detail, "error", value);
}

/* The last word that was said on the run. */
static const char *result(const struct co_run *run)
{
	if (run->execution && run->execution->status)
		return co_enum_name(co_status_names, run->execution->status);
	if (run->error)
		return "error";
	if (run->decision)
		return co_enum_name(co_effect_names, run->decision->effect);
	return run->plan ? "planned" : run->intent ? "understood" : "requested";
}

static char *what(const struct co_run *run)
{
	const struct co_intent *intent = run->intent;
	char *text, *clipped;

	if (!intent)
		return NULL;
	text = co_xasprintf("%s%s%s%s%s", co_enum_name(co_verb_names, intent->verb), intent->action ? " " : "",
			    intent->action ? intent->action : "", intent->subject ? " " : "",
			    intent->subject ? intent->subject : "");
	clipped = clip(text);
	free(text);
	return clipped;
}

json_t *co_audit_passage(const struct co_run *run, const struct co_buf *text, const struct co_audit_actor *actor)
{
	char *by = clip(run->request ? run->request->by : NULL), *act = what(run);
	char *why = clip(run->request ? run->request->text : NULL), *cost = NULL;
	struct co_audit_actor who = *actor;
	struct co_audit_event event = { .type = CO_AUDIT_RUN, .run = run->id, .what = act, .why = why, .ms = -1 };
	json_t *record, *detail = json_object();

	if (by && (!who.user || strcmp(by, who.user) != 0))
		who.on_behalf = by;
	if (run->execution) {
		event.cost = cost = clip(run->execution->cost_usd);
		if (run->execution->ended >= run->execution->started && run->execution->ended)
			event.ms = (run->execution->ended - run->execution->started) * 1000;
	}
	event.result = result(run);
	set_document(detail, text);
	set_plan(detail, run);
	if (run->decision)
		set_text(detail, "decision", co_enum_name(co_effect_names, run->decision->effect));
	set_count(detail, "approvals", (int64_t)run->approvals.count);
	set_findings(detail, run);
	set_model(detail, run);
	set_error(detail, run->error);
	event.detail = detail;
	record = co_audit_record_new(&event, &who);
	free(by);
	free(act);
	free(why);
	free(cost);
	return record;
}
