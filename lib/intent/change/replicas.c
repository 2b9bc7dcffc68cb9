/* SPDX-License-Identifier: Apache-2.0 */
/* How many replicas: "to 5", "5 replicas", "by 2", "by 25%", "two more", "double". */
#include "intent/change/change.h"
#include "intent/change/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "pods" in "pods of web-shop", too; not in "pod disruption budget" */
static int is_replicas(const struct co_reading *r, size_t t)
{
	if (co_says(r, t, "pod") && co_says_any(r, t + 1, "disruption autoscaler security"))
		return 0;
	return co_reading_covered(r, t, "replicas") || co_says_any(r, t, "pod pods instances");
}

static int replicas_follow(const struct co_reading *r, size_t t, size_t *last, int *more)
{
	size_t i, reach = t;

	for (i = t + 1;
	     i < r->s.count && i <= t + 3 && !(r->s.tokens[i].before && strchr(",:(", r->s.tokens[i].before)); i++) {
		if (i == t + 1 && r->s.tokens[i].inventory && is_replicas(r, i + 1))
			continue; /* "5 settlement-runner replicas" */
		if (co_reading_covered(r, i, "more"))
			*more = 1;
		if (co_says_any(r, i, "less fewer"))
			*more = -1;
		if (is_replicas(r, i)) {
			*last = i + (co_reading_covered_by(r, i + 1, "more less") != 0);
			*more = !*more && co_reading_covered(r, i + 1, "more") ? 1 : *more;
			*more = co_says_any(r, i + 1, "less fewer") ? -1 : *more;
			return 1;
		}
		if (!co_reading_covered(r, i, "more") && !*more && !co_reading_covered(r, i, "filler"))
			break;
		reach = i;
	}
	if (*more)
		*last = reach;
	return *more != 0;
}

static int is_less(const struct co_reading *r)
{
	size_t t;

	for (t = r->action->first; t + 1 < r->s.count && t <= r->action->last; t++)
		if (co_says_any(r, t, "in out") && co_says(r, t + 1, "by"))
			return co_says(r, t, "in"); /* "scaled in by 2" */
	for (t = r->action->first; t < r->s.count && t <= r->action->last + 3; t++)
		if (co_says_any(r, t, "down up"))
			return co_says(r, t, "down");
	return co_reading_covered(r, r->action->first, "less");
}

static void set_relative(struct co_reading *r, int less, const char *number, int digits, const char *unit, size_t first,
			 size_t last)
{
	char text[32];

	snprintf(text, sizeof(text), "%c%.*s%s", less ? '-' : '+', digits, number, unit);
	co_quantity_text(r, "replicas", text, first, last);
}

/* "x3", "3x": by how much more, in per cent */
static const char *times(const char *text)
{
	static const char *const more[] = { "100", "200", "300", "400" };
	char digit = text[0] == 'x' ? text[1] : text[0];

	if (strlen(text) != 2 || (text[0] != 'x' && text[1] != 'x') || digit < '2' || digit > '5')
		return NULL;
	return more[digit - '2'];
}

static void read_factor(struct co_reading *r, size_t t)
{
	static const struct {
		const char *word;
		const char *change;
	} factors[] = { { "double", "+100%" },
			{ "triple", "+200%" },
			{ "quadruple", "+300%" },
			{ "halve", "-50%" },
			{ "twice", "+100%" } };
	size_t i;

	for (i = 0; i < CO_COUNT(factors); i++)
		if (co_says(r, t, factors[i].word))
			co_quantity_text(r, "replicas", factors[i].change, t, t);
	if (co_says(r, t, "another") && co_reading_covered(r, t + 1, "replicas"))
		co_quantity_text(r, "replicas", "+1", t, t + 1);
	if (co_does(r, "scale") && times(r->s.tokens[t].text))
		set_relative(r, 0, times(r->s.tokens[t].text), 3, "%", t, t);
	if (co_says(r, t, "half") && co_says(r, t + 1, "as") && co_says(r, t + 2, "many"))
		co_quantity_text(r, "replicas", "-50%", t, t + 2);
	if (co_does(r, "scale") && co_says(r, t, "half") && t == r->action->first &&
	    co_says_any(r, t + 1, "of is are would will"))
		co_quantity_text(r, "replicas", "-50%", t, r->action->last); /* "half of them is enough" */
	if (t > 0 && co_says(r, t, "half") && co_says_any(r, t - 1, "by in"))
		co_quantity_text(r, "replicas", is_less(r) ? "-50%" : "+50%", t - 1, t);
}

/* "by 2", "by 25%", "by one pod" */
static void read_step(struct co_reading *r, size_t t, const char *number)
{
	const struct co_match *unit = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_UNIT) : NULL;
	size_t digits = strspn(number, "0123456789"), last = t;
	int share = number[digits] == '%', more = 0;

	if (unit && co_match_is(unit, "percent"))
		share = 1, last = t + 1;
	else
		replicas_follow(r, t, &last, &more);
	set_relative(r, is_less(r), number, (int)digits, share ? "%" : "", t - 1, last);
}

/* "50% more replicas", "20 % fewer pods" */
static int read_share(struct co_reading *r, size_t t, const char *number, size_t digits)
{
	const struct co_match *unit = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_UNIT) : NULL;
	size_t last = t + (!number[digits] && ((unit && co_match_is(unit, "percent")) || co_says(r, t + 1, "%")));
	int more = 0;

	if ((!number[digits] && last == t) || !replicas_follow(r, last, &last, &more) || !more)
		return 0;
	set_relative(r, more < 0, number, (int)digits, "%", t, last);
	return 1;
}

/* "cut 2 pods from web-shop" */
static int is_taken_off(const struct co_reading *r, size_t last)
{
	return co_says_any(r, last + 1, "from off") && is_less(r);
}

/* "the replicas of item-search 7" */
static int is_count_of(const struct co_reading *r, size_t t)
{
	return t > 2 && r->s.tokens[t - 1].inventory && co_says_any(r, t - 2, "of for") &&
	       co_reading_covered(r, t - 3, "replicas");
}

/* "set hpa promo-engine min 4", "the asg web-fleet to min 3": a bound of what scales by itself */
static int is_bound(const struct co_reading *r, size_t t)
{
	if (t > 1 && co_does(r, "scale") && co_says(r, t - 1, "count") && co_says(r, t - 2, "desired"))
		return 1; /* "ecs service pdf-merge desired count 6" */
	return t > 0 && co_is_about(r, "autoscaling") && co_says_any(r, t - 1, "min max minimum maximum") &&
	       !r->s.tokens[t].before;
}

/* "put product-cache at 5" */
static int is_put_at(const struct co_reading *r, size_t t)
{
	if (!co_does(r, "scale") || t != r->action->last + 1 || !co_says(r, t - 1, "at"))
		return 0;
	return t + 1 == r->s.count || co_reading_starts_part(r, t + 1) || is_replicas(r, t + 1) ||
	       co_reading_covered(r, t + 1, "polite") ||
	       (t + 2 < r->s.count && r->s.tokens[t + 2].inventory); /* not "at 5 pm" */
}

/* "a bit more memory", "200 GB", "14 days" */
static int is_of_resource(const struct co_reading *r, size_t t)
{
	size_t i;

	struct co_entry unit;
	int64_t count;

	if (co_says_any(r, t + 1, "gi gb gib mi mb mib ti tb tib gigs gig megs"))
		return 1; /* "to 200 GB" */
	if (co_amount_read(&r->s, &r->m, r->in->vocabulary, t, &count, &unit) && strcmp(unit.class, "time") == 0)
		return 1; /* "to 14 days" */
	for (i = t + 1; i < r->s.count && i < t + 5; i++) {
		if (r->s.tokens[i].before || co_reading_covered(r, i, "replicas"))
			return 0;
		if (co_says_any(r, i, "memory ram mem cpu cpus space disk storage time power"))
			return 1;
	}
	return 0;
}

/* "set the log level of web-shop to 7": what is set is told, and it is no number of replicas */
int co_quantity_is_of_other(const struct co_reading *r, size_t t)
{
	static const char counted[] =
		"the a number count capacity size desired ceiling floor max min maximum minimum upper lower bound cap limit "
		"limits its our total replica replicas down up";
	size_t of = r->action->last + 1, i;

	while (of < t && !(co_says_any(r, of, "of for") && of > r->action->last + 1))
		of++;
	for (i = r->action->last + 1; of < t && i < of; i++)
		if (!co_says_any(r, i, counted) && !is_replicas(r, i) && !co_match_at(&r->m, i, CO_WORD_KIND) &&
		    !(r->s.tokens[i].flags & (CO_TOKEN_NAME | CO_TOKEN_FACT)) && !co_reading_covered(r, i, "polite") &&
		    r->s.tokens[i].before != '~')
			return 1;
	return 0;
}

/* "upgrade web-shop to 7": a version */
static int is_newer(const struct co_reading *r)
{
	return co_says_any(r, r->action->first, "upgrade downgrade update switch");
}

void co_quantity_replicas(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text, *number = text;
	const struct co_match *word = co_match_at(&r->m, t, CO_WORD_UNIT);
	size_t digits, last = t;
	int more = 0, follow;

	if (!co_reading_sets(r) || (co_does(r, "set-resources") && !co_says(r, r->action->last - 1, "instead")) ||
	    is_of_resource(r, t))
		return;
	read_factor(r, t);
	if (t > 0 && co_does(r, "scale") && is_to(r, t - 1) && co_says_any(r, t, "nothing none"))
		co_quantity_number(r, "replicas", 0, t - 1, t);
	if (strncmp(text, "replicas=", 9) == 0)
		number = text + 9;
	else if (word && strcmp(word->entry.class, "number") == 0 && (t > 0 || r->action->first < 3))
		number = word->entry.name, last = word->last;
	digits = strspn(number, "0123456789");
	if (!digits || digits > 4 || (number[digits] && strcmp(number + digits, "%") != 0) ||
	    (t == 0 && number == text && r->action->first > 2))
		return;
	if (co_says(r, t - 1, "by")) {
		read_step(r, t, number);
		return;
	}
	if (read_share(r, t, number, digits))
		return;
	follow = replicas_follow(r, last, &last, &more);
	if (!follow && (co_does(r, "set-image") || co_quantity_is_of_other(r, t) || is_newer(r)))
		return;
	if (number[digits] || co_says(r, t + 1, "percent"))
		return;
	if (co_says(r, t - 1, "replicas") && co_shell_is_option(r, t - 1)) {
		co_quantity_number(r, "replicas", strtol(number, NULL, 10), t - 1, t);
		return;
	}
	if (t > 0 && co_does(r, "scale") && r->s.tokens[t - 1].inventory && is_to(r, t + 1) &&
	    r->text[r->s.tokens[t + 1].start] != 't') {
		co_reading_use(r, t, t); /* "web-shop 3 -> 5 pods" */
		return;
	}
	if (co_says(r, t - 1, "from") && is_to(r, t + 1)) {
		co_reading_use(r, t - 1, t);
		if (r->when.window_span.last <= t + 2)
			r->when.has_window = 0; /* "from 4 to 8" are no hours */
	} else if (is_bound(r, t)) {
		co_reading_use(r, t - (t > 1 && is_to(r, t - 2) ? 2 : 1), t - 1);
		co_quantity_number(r, "replicas", strtol(number, NULL, 10), t - 1, t);
	} else if (is_put_at(r, t)) {
		co_quantity_number(r, "replicas", strtol(number, NULL, 10), t - 1, last);
	} else if (t > 0 && (is_to(r, t - 1) || co_says(r, t - 1, "as")) &&
		   (follow || co_does(r, "scale") || co_reading_knows(r, 0, r->s.count, CO_NAME_WORKLOAD))) {
		co_quantity_number(r, "replicas", strtol(number, NULL, 10), t - 1, last);
	} else if (follow && (more || co_reading_covered(r, r->action->first, "more") ||
			      co_says_any(r, r->action->first, "take minus") || is_taken_off(r, last) ||
			      co_says(r, r->action->first, "remove"))) {
		set_relative(r, more < 0 || (!more && is_less(r)), number, (int)digits, "", t, last);
	} else if (co_says_any(r, t, "a an")) {
		return; /* "give web-shop a pod": one, or one more? */
	} else if (follow || number == text + 9 || is_count_of(r, t)) {
		co_quantity_number(r, "replicas", strtol(number, NULL, 10), t, last);
	}
}
