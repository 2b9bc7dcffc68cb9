/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/outside/alert.h"

#include "base/time.h"
#include "intent/outside/checked.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 253, CONFIDENT = 90, UNSURE = 60, LEAD_SECONDS = 900 };

/* One alert while it is read. */
struct alert {
	const struct co_parser_input *input;
	const struct co_mappings *mappings;
	const struct co_alert_form *form;
	json_t *payload;
	json_t *value; /* the alert in it */
	const struct co_alert_rule *rule;
	struct co_checked *checked;
};

static const char *text_at(json_t *root, const char *pointer)
{
	return pointer ? json_string_value(co_json_at(root, pointer)) : NULL;
}

/* ---- which form, which alerts */

static int fits_sign(const struct co_alert_form *form, json_t *payload)
{
	const char *pointer;
	json_t *wanted;

	json_object_foreach(form->sign, pointer, wanted) {
		const char *text = text_at(payload, pointer);

		if (!text || strcmp(text, json_string_value(wanted)) != 0)
			return 0;
	}
	return 1;
}

static const struct co_alert_form *find_form(const struct co_mappings *mappings, const char *source, json_t *payload,
					     int *known)
{
	size_t i, k;

	for (i = 0; i < mappings->count; i++) {
		for (k = 0; k < mappings->items[i].sources.count; k++) {
			const struct co_alert_form *form = &mappings->items[i].sources.items[k];

			if (strcmp(form->source, source) != 0)
				continue;
			*known = 1;
			if (fits_sign(form, payload) && (!form->unwrap || text_at(payload, form->unwrap)))
				return form;
		}
	}
	return NULL;
}

static int is_among(char *const *items, size_t count, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (text && strcmp(items[i], text) == 0)
			return 1;
	return 0;
}

/* ---- what it is about */

/* The next word of a text, by what cannot be in a name. */
static const char *next_word(const char *text, char word[WORD_BYTES + 1])
{
	size_t len = 0;

	while (*text && !isalnum((unsigned char)*text))
		text++;
	while (isalnum((unsigned char)text[len]) || (text[len] && strchr("-_.", text[len])))
		len++;
	while (len && !isalnum((unsigned char)text[len - 1]))
		len--;
	if (!len)
		return NULL;
	*word = '\0';
	if (len <= WORD_BYTES)
		strncat(word, text, len);
	return text + len;
}

static void find_rule(struct alert *a, const char *source)
{
	const char *name = text_at(a->value, a->form->name), *words = text_at(a->value, a->form->words);
	char word[WORD_BYTES + 1];

	while (words && !name && (words = next_word(words, word)) != NULL)
		if (co_mapping_knows(a->mappings, word))
			name = word;
	a->rule = co_mapping_rule(a->mappings, source, name, text_at(a->value, a->form->metric),
				  text_at(a->value, a->form->namespace));
}

/* ---- where: each value passes, or is nothing */

/* The environment of what the inventory has there. */
static void add_environment(struct alert *a, enum co_slot slot, const char *value)
{
	static const enum co_name_type types[] = {
		[CO_SLOT_ACCOUNT] = CO_NAME_ACCOUNT, [CO_SLOT_CLUSTER] = CO_NAME_CLUSTER,
		[CO_SLOT_CONTEXT] = CO_NAME_CONTEXT, [CO_SLOT_NODE] = CO_NAME_NODE,
		[CO_SLOT_HOST] = CO_NAME_HOST,	     [CO_SLOT_URL] = CO_NAME_URL
	};
	const struct co_name *name;
	size_t n;

	for (n = 0; (size_t)slot < CO_COUNT(types) && types[slot] && (name = co_names_find(a->input->names, value, n));
	     n++)
		if (name->type == types[slot] && name->environment)
			co_checked_slot(a->checked, CO_SLOT_ENVIRONMENT, name->environment, NULL);
}

static int add_slot(struct alert *a, enum co_slot slot, const char *value)
{
	if (co_checked_slot(a->checked, slot, value, NULL) < 0)
		return 0;
	add_environment(a, slot, value);
	return 1;
}

/* "bastion-1:9100" is a place without its port, too. */
static int add_place(struct alert *a, enum co_slot slot, const char *value)
{
	char host[WORD_BYTES + 1] = "";
	size_t len = strcspn(value, ":");

	if (add_slot(a, slot, value))
		return 1;
	if ((slot != CO_SLOT_HOST && slot != CO_SLOT_NODE) || !value[len] || len > WORD_BYTES)
		return 0;
	strncat(host, value, len);
	return add_slot(a, slot, host);
}

static void add_label(struct alert *a, const char *label, const char *value)
{
	json_t *slots = NULL, *item;
	size_t i;

	for (i = 0; i < a->mappings->count && !slots; i++)
		slots = json_object_get(a->mappings->items[i].labels, label);
	json_array_foreach(slots, i, item) {
		const char *text = json_string_value(item), *slash = strchr(text, '/');
		char slot[32] = "";

		strncat(slot, text, slash ? (size_t)(slash - text) : sizeof(slot) - 1);
		if (!add_place(a, (enum co_slot)co_enum_value(co_slot_names, slot), value))
			continue;
		if (slash)
			co_checked_slot(a->checked, CO_SLOT_KIND, slash + 1, NULL);
		return;
	}
}

static void add_labels(struct alert *a)
{
	json_t *labels = a->form->labels ? co_json_at(a->value, a->form->labels) : NULL, *value;
	const char *label;
	size_t i;

	json_object_foreach(labels, label, value)
		if (json_is_string(value))
			add_label(a, label, json_string_value(value));
	json_array_foreach(labels, i, value)
		if (co_json_str(value, "name") && co_json_str(value, "value"))
			add_label(a, co_json_str(value, "name"), co_json_str(value, "value"));
}

static void add_slots(struct alert *a)
{
	const char *slot, *value;
	json_t *pointer;

	json_object_foreach(a->form->slots, slot, pointer) {
		value = text_at(a->value, json_string_value(pointer));
		if (value)
			add_slot(a, (enum co_slot)co_enum_value(co_slot_names, slot), value);
	}
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE */
static void add_arn(struct alert *a)
{
	static const enum co_slot slots[] = { 0, 0, 0, CO_SLOT_REGION, CO_SLOT_ACCOUNT };
	const char *arn = text_at(a->value, a->form->arn);
	size_t i, len;

	for (i = 0; arn && i < CO_COUNT(slots); i++, arn += len + 1) {
		char part[64] = "";

		len = strcspn(arn, ":");
		if (!arn[len] || len >= sizeof(part))
			return;
		strncat(part, arn, len);
		if (slots[i])
			add_slot(a, slots[i], part);
	}
}

/* Names of the inventory that stand in a title; plain words, as namespaces and environments often are, do not count. */
static void add_words(struct alert *a)
{
	static const enum co_slot slots[] = { CO_SLOT_NAME, CO_SLOT_HOST, CO_SLOT_NODE, CO_SLOT_CONTEXT };
	const char *words = text_at(a->value, a->form->words);
	char word[WORD_BYTES + 1];
	size_t i;

	while (words && (words = next_word(words, word)) != NULL)
		for (i = 0; i < CO_COUNT(slots) && strpbrk(word, "-0123456789"); i++)
			if (add_slot(a, slots[i], word))
				break;
}

/* The Alertmanager or Prometheus server that the inventory has at this address tells the environment. */
static void add_sender(struct alert *a)
{
	const char *url = text_at(a->payload, a->form->place);

	if (url)
		add_environment(a, CO_SLOT_URL, url);
}

/* ---- when */

/* "+01:00" or "+0100", in minutes. */
static int is_offset(const char *s, int *minutes)
{
	static const char *const forms[] = { "sdd:dd", "sdddd" };
	size_t i, k;

	for (i = 0; i < CO_COUNT(forms); i++) {
		const char *form = forms[i];

		for (k = 0; form[k] == 's' ? s[k] == '+' || s[k] == '-' :
			    form[k] == 'd' ? isdigit((unsigned char)s[k]) :
					     form[k] && s[k] == form[k];
		     k++)
			;
		if (form[k] || s[k])
			continue;
		*minutes = ((s[1] - '0') * 10 + s[2] - '0') * 60 + (s[k - 2] - '0') * 10 + s[k - 1] - '0';
		return *minutes <= 14 * 60;
	}
	return 0;
}

/* RFC 3339, also with a fraction and an offset with or without a colon; to whole seconds. */
static int parse_time(int64_t *seconds, const char *text)
{
	char head[CO_TIME_LEN + 1] = "";
	const char *rest;
	int minutes;

	if (!text || strlen(text) < 20)
		return -1;
	strncat(head, text, 19);
	if (co_time_parse(seconds, strcat(head, "Z")) < 0)
		return -1;
	rest = text + 19;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (strcmp(rest, "Z") == 0)
		return 0;
	if (!is_offset(rest, &minutes))
		return -1;
	*seconds -= (*rest == '-' ? -1 : 1) * minutes * 60;
	return 0;
}

static int64_t lead_of(const struct co_mappings *mappings)
{
	int64_t ms;
	size_t i;

	for (i = 0; i < mappings->count; i++)
		if (mappings->items[i].lead && co_duration_parse(&ms, mappings->items[i].lead) == 0)
			return ms / 1000;
	return LEAD_SECONDS;
}

static void add_window(struct alert *a)
{
	int64_t since;

	if (a->form->since && parse_time(&since, text_at(a->value, a->form->since)) == 0)
		co_checked_window(a->checked, since - lead_of(a->mappings), a->input->now, NULL);
}

/* ---- one alert, and all of them */

static int read_alert(struct alert *a, const char *source, struct co_intent *out, struct co_err *err)
{
	int rc;

	find_rule(a, source);
	rc = co_checked_verb(a->checked, "investigate", err);
	if (rc == CO_OK)
		rc = co_checked_subject(a->checked, a->rule ? a->rule->subject : "alert", err);
	if (rc < 0)
		return rc;
	if (a->rule && a->rule->provider)
		co_checked_slot(a->checked, CO_SLOT_PROVIDER, a->rule->provider, NULL);
	add_labels(a);
	add_slots(a);
	add_arn(a);
	add_words(a);
	add_sender(a);
	if (a->rule && a->rule->kind)
		co_checked_slot(a->checked, CO_SLOT_KIND, a->rule->kind, NULL);
	add_window(a);
	if (a->input->scope && co_checked_scope(a->checked, a->input->scope, err) < 0)
		return CO_ERR_NO;
	rc = co_checked_emit(a->checked, a->rule ? CONFIDENT : UNSURE, out, err);
	if (rc < 0)
		return rc;
	out->parser = co_xcalloc(1, sizeof(*out->parser));
	out->parser->kind = co_xstrdup("alert");
	out->parser->version = CO_ALERT_VERSION;
	out->parser->provider = co_xstrdup(source);
	return CO_OK;
}

static int is_same(const struct co_intent *a, const struct co_intent *b)
{
	return strcmp(a->subject, b->subject) == 0 && json_equal(a->target, b->target);
}

/* Takes the intent over: into one that means the same, or as one more. */
static void take_intent(struct co_alert_intents *out, struct co_intent *intent)
{
	struct co_intent *slot;
	size_t i;

	for (i = 0; i < out->count; i++) {
		if (!is_same(&out->items[i], intent))
			continue;
		if (out->items[i].window && intent->window && intent->window->since < out->items[i].window->since)
			out->items[i].window->since = intent->window->since;
		co_shape_clear(&co_intent_shape, intent);
		return;
	}
	slot = co_grow(&out->items, &out->count, sizeof(*slot));
	*slot = *intent;
}

static int take_alert(struct alert *a, const char *source, struct co_alert_intents *out, struct co_err *err)
{
	const char *status = text_at(a->value, a->form->status);
	struct co_intent intent = { 0 };
	int rc;

	if (is_among(a->form->resolved.items, a->form->resolved.count, status)) {
		out->resolved++;
		return CO_OK;
	}
	if (!is_among(a->form->firing.items, a->form->firing.count, status))
		return co_err_set(err, CO_ERR_INPUT, "bad-alert", "an alert of %s has no known status at %s", source,
				  a->form->status ? a->form->status : "/"),
		       CO_ERR_INPUT;
	out->firing++;
	a->checked = co_checked_new(a->input, NULL);
	rc = read_alert(a, source, &intent, err);
	co_checked_free(a->checked);
	if (rc == CO_OK)
		take_intent(out, &intent);
	return rc;
}

static int bad_payload(struct co_err *err, const char *source)
{
	co_err_set(err, CO_ERR_INPUT, "bad-alert", "the payload has not the form of one of %s", source);
	return co_err_hint(err, "see co-alerts(5) for the forms that are known"), CO_ERR_INPUT;
}

/* The payload that a text of this one holds, as a notification service wraps it. */
static int read_wrapped(const struct co_parser_input *input, const struct co_mappings *mappings, const char *source,
			const char *text, int depth, struct co_alert_intents *out, struct co_err *err);

static int read_payload(const struct co_parser_input *input, const struct co_mappings *mappings, const char *source,
			json_t *payload, int depth, struct co_alert_intents *out, struct co_err *err)
{
	int known = 0, rc = CO_OK;
	const struct co_alert_form *form = find_form(mappings, source, payload, &known);
	struct alert a = { input, mappings, form, payload, payload, NULL, NULL };
	json_t *list;
	size_t i;

	if (!known) {
		co_err_set(err, CO_ERR_USAGE, "unknown-source", "no mapping knows alerts from \"%s\"", source);
		return co_err_hint(err, "alertmanager, cloudwatch and pagerduty are shipped; see co-alerts(5)"),
		       CO_ERR_USAGE;
	}
	if (!form)
		return bad_payload(err, source);
	if (form->unwrap)
		return read_wrapped(input, mappings, source, text_at(payload, form->unwrap), depth, out, err);
	if (!form->each)
		return take_alert(&a, source, out, err);
	list = co_json_at(payload, form->each);
	if (!json_is_array(list))
		return bad_payload(err, source);
	if (json_array_size(list) > CO_ALERTS_MOST)
		return co_err_set(err, CO_ERR_INPUT, "bad-alert", "the payload has %zu alerts; at most %d are read",
				  json_array_size(list), CO_ALERTS_MOST),
		       CO_ERR_INPUT;
	json_array_foreach(list, i, a.value) {
		rc = take_alert(&a, source, out, err);
		if (rc < 0)
			break;
	}
	return rc;
}

static int read_wrapped(const struct co_parser_input *input, const struct co_mappings *mappings, const char *source,
			const char *text, int depth, struct co_alert_intents *out, struct co_err *err)
{
	json_t *inner = depth ? NULL : co_json_parse(text, strlen(text), "the wrapped payload", NULL);
	int rc = inner ? read_payload(input, mappings, source, inner, depth + 1, out, err) : bad_payload(err, source);

	json_decref(inner);
	return rc;
}

int co_alert_read(const struct co_parser_input *input, const struct co_mappings *mappings, const char *source,
		  json_t *payload, struct co_alert_intents *out, struct co_err *err)
{
	return read_payload(input, mappings, source, payload, 0, out, err);
}

void co_alert_intents_clear(struct co_alert_intents *out)
{
	size_t i;

	for (i = 0; i < out->count; i++)
		co_shape_clear(&co_intent_shape, &out->items[i]);
	free(out->items);
	*out = (struct co_alert_intents){ NULL, 0, 0, 0 };
}

char *co_alert_sentence(const char *source, const struct co_intent *intent)
{
	struct co_buf text = CO_BUF_INIT;
	const char *slot;
	json_t *value;

	co_buf_addf(&text, "%s: %s %s", source, co_enum_name(co_verb_names, intent->verb), intent->subject);
	json_object_foreach(intent->target, slot, value)
		if (json_is_string(value))
			co_buf_addf(&text, ", %s %s", slot, json_string_value(value));
	return co_buf_take(&text);
}

/* ---- the mapping's own examples */

static int is_as_wanted(const struct co_alert_example *e, const struct co_alert_intents *got)
{
	const struct co_intent *first = got->count ? &got->items[0] : NULL;

	if (!e->subject || !first)
		return !e->subject && !first;
	return strcmp(first->subject, e->subject) == 0 && (!e->target || json_equal(first->target, e->target));
}

int co_alert_check(const struct co_parser_input *input, const struct co_mappings *mappings, struct co_buf *out,
		   struct co_err *err)
{
	size_t i, k, run = 0, bad = 0;

	for (i = 0; i < mappings->count; i++) {
		/* A nearer mapping may well say something else. */
		const struct co_mappings own = { mappings->items + i, mappings->count - i };

		for (k = 0; k < mappings->items[i].examples.count; k++, run++) {
			const struct co_alert_example *e = &mappings->items[i].examples.items[k];
			struct co_alert_intents got = { NULL, 0, 0, 0 };
			struct co_err why = CO_ERR_INIT;

			if (co_alert_read(input, &own, e->source, e->payload, &got, &why) < 0 ||
			    !is_as_wanted(e, &got)) {
				bad++;
				co_buf_addf(out, "example %zu of %s: wanted %s, got %s%s%s\n", k + 1, e->source,
					    e->subject ? e->subject : "nothing",
					    got.count ? got.items[0].subject : "nothing", why.code ? ": " : "",
					    why.message);
			}
			co_alert_intents_clear(&got);
		}
	}
	co_buf_addf(out, "%zu examples of alerts, %zu of them wrong\n", run, bad);
	return bad ? (co_err_set(err, CO_ERR_INPUT, "alerts", "%zu examples of alerts are wrong", bad), CO_ERR_INPUT) :
		     CO_OK;
}
