/* SPDX-License-Identifier: Apache-2.0 */
/* Of a change, sizes: of a disk, of memory, of an instance, and how much of a processor. */
#include "intent/change/change.h"
#include "intent/change/quantity.h"

#include <stdio.h>

static const char memory[] = "memory mem ram";
static const char cores[] = "cpu cpus core cores vcpu vcpus millicores";

/* "80", "1.5": how many characters; 0 for none */
static size_t number_length(const char *s)
{
	size_t n = strspn(s, "0123456789"), fraction = s[n] == '.' ? strspn(s + n + 1, "0123456789") : 0;

	return n && fraction ? n + 1 + fraction : n;
}

/* "80Gi", "1.5Gi", "500M": a quantity as Kubernetes writes it */
static int is_size(const char *s)
{
	size_t digits = number_length(s);

	if (!digits || digits > 9 || !s[digits] || !strchr("KMGTkmgt", s[digits]) || strcmp(s + digits, "m") == 0)
		return 0; /* "750m" are thousandths */
	s += digits + 1;
	if (*s == 'i')
		s++;
	if (*s == 'B' || *s == 'b')
		s++;
	return !*s;
}

size_t co_quantity_size(const struct co_reading *r, size_t t, char *out, size_t room)
{
	static const char *const units[] = { "gi", "gb", "gib", "mi",	"mb",  "mib",  "g",
					     "ti", "tb", "tib", "gigs", "gig", "megs", NULL };
	size_t digits = number_length(r->s.tokens[t].text), i;

	if (is_size(r->s.tokens[t].name)) {
		snprintf(out, room, "%s", r->s.tokens[t].name);
		return strlen(out) < room - 1;
	}
	if (!digits || digits > 9 || r->s.tokens[t].text[digits] || t + 1 >= r->s.count)
		return 0;
	for (i = 0; units[i]; i++)
		if (co_says(r, t + 1, units[i])) {
			snprintf(out, room, "%s%.8s", r->s.tokens[t].text,
				 strstr(units[i], "gig")       ? "Gi" :
				 strcmp(units[i], "megs") == 0 ? "Mi" :
								 r->s.tokens[t + 1].name);
			return 2;
		}
	return 0;
}

/* "grow data-0 by 20Gi", "another 20Gi" */
static void take_step(struct co_reading *r, const char *size, size_t first, size_t last)
{
	char text[48];

	if (co_reading_covered(r, r->action->first, "less") || co_says_any(r, last + 1, "less smaller"))
		return;
	snprintf(text, sizeof(text), "+%s", size);
	co_quantity_text(r, "size", text, first, last);
}

/* "1Gi more", "by 512Mi", "add 1Gi": how much more is no limit to set. */
static int is_step(const struct co_reading *r, size_t t, size_t past)
{
	if (co_says(r, past, "on") && co_says(r, past + 1, "top"))
		return 1;
	return co_says(r, r->action->first, "add") || co_says_any(r, t - 1, "by another additional") ||
	       co_says_any(r, past, "more less additional extra");
}

/* "100Gi to 160Gi", "from 50Gi to 100Gi": what it is now */
static int is_former(const struct co_reading *r, size_t t, size_t past)
{
	char text[40];

	if (!is_to(r, past) || past + 1 >= r->s.count || (t > 0 && (is_to(r, t - 1) || co_says(r, t - 1, "by"))))
		return 0;
	return co_says(r, t - 1, "from") || co_quantity_size(r, past + 1, text, sizeof(text));
}

/* Of a disk, a claim, a database: "pvc X needs 200Gi" is no memory. */
static int is_of_storage(const struct co_reading *r)
{
	return co_reading_is_any(r, "kind", "persistentvolumeclaim persistentvolume volume database bucket");
}

/* "give web-shop 2Gi": of memory, or of disk? A deployment has no size. */
static int is_of_pods(const struct co_reading *r)
{
	return co_reading_knows(r, 0, r->s.count, CO_NAME_WORKLOAD) &&
	       (!co_reading_has(r, "kind") || co_reading_holds(r, "kind", "deployment") ||
		co_reading_holds(r, "kind", "pod") || co_reading_holds(r, "kind", "statefulset"));
}

/* "set the memory of lambda avatar-resize to 1024": of a function it is told in no other unit */
static size_t read_megabytes(const struct co_reading *r, size_t t, char *out, size_t room)
{
	const struct co_token *token = &r->s.tokens[t];

	if (!co_does(r, "set-resources") || !co_quantity_speaks(r, memory) ||
	    (!co_is_about(r, "function") && !co_reading_holds(r, "kind", "function")) || !is_to(r, t - 1) ||
	    !co_token_is_number(token) || token->len < 3 || token->len > 5 ||
	    (t + 1 < r->s.count && !co_reading_starts_part(r, t + 1) && !co_reading_covered(r, t + 1, "polite")))
		return 0;
	snprintf(out, room, "%sMB", token->text);
	return 1;
}

/* Memory is said, or added, or limits are set of what has no size of its own. */
static int is_of_memory(const struct co_reading *r)
{
	if (co_quantity_speaks(r, memory) || co_says(r, r->action->first, "add") ||
	    (is_of_pods(r) && co_quantity_speaks(r, cores)))
		return 1;
	return !is_of_storage(r) &&
	       (co_does(r, "set-resources") || co_quantity_speaks(r, "limit limits request requests"));
}

/* Memory, or else the size of a disk, a claim or an instance. */
void co_quantity_space(struct co_reading *r, size_t t)
{
	char text[40];
	size_t n = r->action ? co_quantity_size(r, t, text, sizeof(text)) : 0;

	if (!n)
		n = read_megabytes(r, t, text, sizeof(text));
	if (!n)
		return;
	if (is_former(r, t, t + n)) {
		co_reading_use(r, co_says(r, t - 1, "from") ? t - 1 : t, t + n - 1);
		return;
	}
	if (!co_reading_sets(r))
		return;
	if (is_of_memory(r)) {
		if (!is_step(r, t, t + n) && (co_quantity_speaks(r, memory) || !co_quantity_is_of_other(r, t)))
			co_quantity_text(r, "memory", text, t, t + n - 1);
	} else if (is_step(r, t, t + n)) {
		take_step(r, text, co_says(r, t - 1, "another") ? t - 1 : t, t + n - 1);
	} else if (!is_of_pods(r)) {
		co_quantity_text(r, "size", text, t, t + n - 1);
	}
}

/* "to t3.small", "to Standard_D4s_v3", and another form of a size behind "to" */
void co_quantity_class(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	int class = co_token_is_class(token), becomes = co_says_any(r, t - 1, "to type a an become it be");

	if (!r->action || token->inventory)
		return;
	if (class && is_to(r, t + 1) && t + 2 < r->s.count && co_token_is_class(&token[2]) &&
	    !(t > 0 && is_to(r, t - 1))) {
		co_reading_use(r, co_says(r, t - 1, "from") ? t - 1 : t, t); /* "from t3.large to t3.xlarge" */
		return;
	}
	if (!co_reading_sets(r))
		return;
	if (class && (becomes || co_does_any(r, "resize create"))) {
		if (co_says(r, t - 1, "type"))
			co_reading_use(r, t > 1 && co_says(r, t - 2, "of") ? t - 2 : t - 1, t);
		co_quantity_text(r, "size", token->name, t, t);
		return;
	}
	if (!becomes || co_token_is_figure(token) || !strpbrk(token->text, "0123456789") ||
	    !strpbrk(token->text, "._-") || strpbrk(token->text, ":/"))
		return;
	if (co_does(r, "resize") || (co_does(r, "modify") && co_is_about(r, "instance")))
		co_quantity_text(r, "size", token->name, t, t);
}

/* "half a core", "two cores" */
static int read_cpu_words(struct co_reading *r, size_t t)
{
	const struct co_match *number = co_match_at(&r->m, t, CO_WORD_UNIT);

	if (!co_reading_sets(r) || !number || strcmp(number->entry.class, "number") != 0 ||
	    number->last + 1 >= r->s.count || !co_says_any(r, number->last + 1, cores) ||
	    (r->s.tokens[t].flags & CO_TOKEN_USED) || co_says_any(r, number->last + 2, "limit request"))
		return 0; /* "a cpu limit of 2" */
	co_quantity_text(r, "cpu", strcmp(number->entry.name, "half") == 0 ? "500m" : number->entry.name, t,
			 number->last + 1);
	return 1;
}

/* "--limits=cpu=1,memory=1Gi" */
void co_quantity_assigned(struct co_reading *r, size_t t)
{
	static const struct {
		const char *key, *parameter;
	} keys[] = { { "cpu=", "cpu" }, { "memory=", "memory" } };
	const char *name = r->s.tokens[t].name, *at;
	size_t i;

	for (i = 0; co_does_any(r, "set-resources modify") && i < CO_COUNT(keys); i++)
		if ((at = strstr(name, keys[i].key)) && at[strlen(keys[i].key)] >= '0' &&
		    at[strlen(keys[i].key)] <= '9' && (at == name || at[-1] == '='))
			co_quantity_text(r, keys[i].parameter, at + strlen(keys[i].key), t, t);
}

/* "cpu to 2", "cpu limit 2", "cpu: 2" */
static int is_behind_cpu(const struct co_reading *r, size_t t)
{
	if (!co_does_any(r, "set-resources modify"))
		return 0;
	if (t > 0 && is_to(r, t - 1))
		return 1;
	t -= t > 1 && co_says(r, t - 1, "of");
	t -= t > 1 && co_says_any(r, t - 1, "limit limits request requests");
	return co_says(r, t - 1, "cpu");
}

/* "500m", "2 cpus" */
void co_quantity_cpu(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text, *unit;
	size_t digits = strspn(text, "0123456789."), last = t;
	char value[40];

	if (read_cpu_words(r, t))
		return;
	unit = text + digits;
	if (!co_reading_sets(r) || !digits || digits > 6 || (*unit && strcmp(unit, "m") != 0) ||
	    !co_quantity_speaks(r, cores))
		return;
	if (co_says(r, t - 1, "from") && is_to(r, t + 1)) {
		co_reading_use(r, t - 1, t);
		if (r->when.window_span.first + 1 >= t && r->when.window_span.last <= t + 2)
			r->when.has_window = 0; /* "from 1 to 2 cores" are no hours */
		return;
	}
	if (co_says_any(r, t + 1, cores) && !r->s.tokens[t + 1].before)
		last = t + 1;
	else if (!*unit && !is_behind_cpu(r, t))
		return;
	snprintf(value, sizeof(value), "%s%s", text, co_says(r, last, "millicores") ? "m" : "");
	co_quantity_text(r, "cpu", value, t, last);
}
