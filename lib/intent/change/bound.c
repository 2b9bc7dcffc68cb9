/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a look, the figures that its members are told by: "pods that request over 4Gi", "instances of type
 * m5.large", "log groups that keep less than 14 days". Which of the parameters it is, the words beside it say.
 */
#include "intent/change/quantity.h"
#include "intent/grammar.h"
#include "intent/target/target.h"

#include <stdio.h>

static const char cores[] = "cpu cpus core cores vcpu vcpus millicores";

/* "over 4Gi", "a limit of 500m", "with 2Gi" */
static int is_bound(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (t == 0 || token->before)
		return 0;
	if (co_reading_covered(r, t - 1, "over"))
		return 1;
	if (t > 1 && co_token_is(&token[-1], "of") && co_reading_covered(r, t - 2, "over"))
		return 1;
	return co_token_is_any(&token[-1],
			       "limit limits request requests requesting size retention with only just of at =");
}

/* Is it memory that the size is of, and not a disk, a claim or a bucket? */
static int is_of_memory(const struct co_reading *r)
{
	static const char storage[] =
		"disk disks volume volumes pvc pvcs pv pvs claim claims storage image images logs bucket buckets snapshot "
		"snapshots backup backups";

	if (co_quantity_speaks(r, "memory mem ram heap rss limit limits request requests"))
		return 1;
	return co_reading_holds(r, "provider", "kubernetes") && !co_quantity_speaks(r, storage);
}

void co_bound_size(struct co_reading *r, size_t t)
{
	char text[40];
	size_t n = r->action || (r->s.tokens[t].flags & CO_TOKEN_VALUE) ? 0 :
									  co_quantity_size(r, t, text, sizeof(text));

	if (n && is_bound(r, t))
		co_quantity_text(r, is_of_memory(r) ? "memory" : "size", text, t, t + n - 1);
}

/* "over 2 cores", "a cpu limit of 500m" */
void co_bound_cpu(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text, *unit;
	size_t digits = strspn(text, "0123456789."), last = t;
	char value[40];

	unit = text + digits;
	if (r->action || !digits || digits > 6 || text[0] == '.' || (*unit && strcmp(unit, "m") != 0) ||
	    !co_quantity_speaks(r, cores) || !is_bound(r, t))
		return;
	if (co_says_any(r, t + 1, cores))
		last = t + 1;
	else if (!*unit)
		return;
	snprintf(value, sizeof(value), "%s%s", text, co_says(r, last, "millicores") ? "m" : "");
	co_quantity_text(r, "cpu", value, t, last);
}

/* "t3.micro instances", "of type m5.4xlarge" */
void co_bound_class(struct co_reading *r, size_t t)
{
	if (!r->action && co_token_is_class(&r->s.tokens[t]))
		co_quantity_text(r, "size", r->s.tokens[t].name, t, t);
}

void co_bound_image(struct co_reading *r, size_t t)
{
	if (!r->action && co_naming_is_image(r, t))
		co_quantity_text(r, "image", r->s.tokens[t].name, t, t);
}

/* "kept", "retention"; not "keeps crashing" */
static int speaks_of_keeping(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t + 1 < r->s.count; t++)
		if (co_says_any(r, t, "keep keeps keeping store stores storing retaining") &&
		    !co_ends_with_any(r->s.tokens[t + 1].text, "ing"))
			return 1;
	return co_quantity_speaks(r, "retention kept retained retain retains");
}

/* "keep less than 14 days", "a retention of 3 days" */
void co_bound_retention(struct co_reading *r, size_t t)
{
	char text[CO_AMOUNT_TEXT];
	struct co_entry unit;
	int64_t count;
	size_t n;

	if (r->action || t == 0 || !(is_bound(r, t) || co_says_any(r, t - 1, "for is")) || !speaks_of_keeping(r))
		return;
	n = co_amount_read(&r->s, &r->m, r->in->vocabulary, t, &count, &unit);
	if (!n || !co_amount_text(count, unit.name, text))
		return;
	co_quantity_text(r, "retention", text, t, t + n - 1);
	if (r->when.window_span.last < t + n)
		r->when.has_window = 0; /* it is no time to look at */
	if (r->when.horizon_span.last < t + n)
		*r->when.horizon = '\0';
	if (r->when.age_span.last < t + n)
		*r->when.age = '\0';
}
