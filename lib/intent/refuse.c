/* SPDX-License-Identifier: Apache-2.0 */
/* Why a sentence is no request that can be answered: in a line, with the nearest reading and what is missing. */
#include "intent/request.h"

#include <string.h>

static const char *token_text(const struct co_reading *r, char *out, size_t size)
{
	size_t first = r->culprit ? r->culprit->first : r->culprit_token, last = r->culprit ? r->culprit->last : first,
	       len;

	if (last >= r->s.count)
		return "";
	len = r->s.tokens[last].end - r->s.tokens[first].start;
	len = len < size ? len : size - 1;
	memcpy(out, r->text + r->s.tokens[first].start, len);
	out[len] = '\0';
	return out;
}

/* What was understood so far, as the nearest reading. */
static void add_hint(const struct co_reading *r, struct co_err *err, const char *missing)
{
	struct co_buf near = CO_BUF_INIT;
	const char *name = co_reading_value(r, "name");

	if (r->action)
		co_buf_addf(&near, "remediate/%s", r->act.name);
	else if (r->verb)
		co_buf_adds(&near, co_enum_name(co_verb_names, r->verb));
	if (r->subject && *r->subject)
		co_buf_addf(&near, "%s%s", near.len ? " " : "", r->subject);
	if (name)
		co_buf_addf(&near, "%s%.64s", near.len ? " " : "", name);
	if (near.len)
		co_err_hint(err, "nearest reading: %s; %s", near.data, missing);
	else
		co_err_hint(err, "%s", missing);
	co_buf_clear(&near);
}

int co_reading_refuse(const struct co_reading *r, enum co_unclear why, struct co_err *err)
{
	char word[80] = "";
	const char *text = token_text(r, word, sizeof(word));

	switch (why) {
	case CO_UNCLEAR_PLATFORM:
		co_err_set(err, CO_ERR_NO, "unclear", "\"%s\" is no platform that is known here", text);
		add_hint(r, err, "name a host, cluster, cloud account or Prometheus server");
		break;
	case CO_UNCLEAR_NOT_OPS:
		co_err_set(err, CO_ERR_NO, "unclear", "\"%s\" asks for no look at a system and no change of one", text);
		add_hint(r, err, "ask why, what, which, or say what to change; see --examples");
		break;
	case CO_UNCLEAR_TIE:
		co_err_set(err, CO_ERR_NO, "unclear", "two requests in one: \"%s\" is another", text);
		add_hint(r, err, "ask for one thing at a time");
		break;
	case CO_UNCLEAR_TARGET:
		co_err_set(err, CO_ERR_NO, "unclear", "it is not said exactly what to change");
		add_hint(r, err,
			 "name the object with its kind, as in \"the NAME service\", and what it is to "
			 "become");
		break;
	case CO_UNCLEAR_WORDS:
		co_err_set(err, CO_ERR_NO, "unclear", "a change is asked for, but \"%s\" is not understood", text);
		add_hint(r, err, "say it in fewer words");
		break;
	case CO_UNCLEAR_PLACE:
		co_err_set(err, CO_ERR_NO, "unclear", "\"%s\" is nothing that is known here", text);
		add_hint(r, err, "add it to the environments of the configuration, or say \"on this host\"");
		break;
	case CO_UNCLEAR_SUBJECT:
	case CO_CLEAR:
	default:
		if (*text && !r->culprit && r->culprit_token)
			co_err_set(err, CO_ERR_NO, "unclear", "\"%s\" is nothing that is known here", text);
		else
			co_err_set(err, CO_ERR_NO, "unclear", "nothing that could be looked at is named");
		add_hint(r, err, "say what it is about: cpu, memory, disk, errors, cost ...; see --examples");
		break;
	}
	return CO_ERR_NO;
}
