/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/text/clean.h"

#include "base/escape.h"
#include "intent/text/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct text {
	char *c;
	unsigned char *mark;
	size_t len;
};

static void blank(struct text *t, size_t from, size_t to, char with)
{
	if (to > t->len)
		to = t->len;
	if (from < to)
		memset(t->c + from, with, to - from);
}

static void set_mark(struct text *t, size_t from, size_t to, unsigned char mark)
{
	for (; from < to && from < t->len; from++)
		t->mark[from] |= mark;
}

/* The offset of what, at or after from; len if it is not there. */
static size_t find(const struct text *t, size_t from, const char *what)
{
	size_t n = strlen(what);
	const char *at;

	for (; from + n <= t->len && (at = memchr(t->c + from, *what, t->len - from - n + 1)); from++) {
		from = (size_t)(at - t->c);
		if (memcmp(at, what, n) == 0)
			return from;
	}
	return t->len;
}

static int is_space(char c)
{
	return c == ' ' || c == '\n';
}

/* ---- characters beyond ASCII that only mean something for the layout */

enum odd { PLAIN, JOIN, SPACE, QUOTE, APOSTROPHE, DASH, TURN, TURN_OVER, TURN_BACK, BRACKET };

static enum odd kind_of(uint32_t c)
{
	if (c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	    c == 0x205f || c == 0x3000 || c == 0x85 || c == 0x2026)
		return SPACE;
	if (c == 0x2018 || c == 0x2019 || c == 0x201b || c == 0x2032)
		return APOSTROPHE;
	if (c == 0x201c || c == 0x201d || c == 0xab || c == 0xbb)
		return QUOTE;
	if (c >= 0x2010 && c <= 0x2015)
		return DASH;
	if (c == 0x202e)
		return TURN_OVER;
	if (c == 0x202a || c == 0x202b || c == 0x202d || (c >= 0x2066 && c <= 0x2068))
		return TURN;
	if (c == 0x202c || c == 0x2069)
		return TURN_BACK;
	if (c == 0x2063)
		return BRACKET;
	if (c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	    (c >= 0x2060 && c <= 0x206f) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
	    (c >= 0xe0000 && c <= 0xe0fff) || (c >= 0x80 && c < 0xa0))
		return JOIN;
	return PLAIN;
}

/* Writes what an odd character stands for, and fills the rest of its bytes. */
static void replace(struct text *t, size_t at, size_t n, char with)
{
	blank(t, at, at + n, CO_CLEAN_NOTHING);
	t->c[at] = with;
}

/* Nobody types what ends a line there; what follows is not the person's. */
static void end_request(struct text *t, size_t at)
{
	t->c[at] = '\n';
	if (at > 0)
		set_mark(t, at, t->len, CO_MARK_FOREIGN);
}

/* One word: an embedding or isolate around it turns no letter. */
static int is_word(const struct text *t, size_t from, size_t to)
{
	while (from < to && is_space(t->c[from]))
		from++;
	while (from < to && !is_space(t->c[from]))
		from++;
	while (from < to && is_space(t->c[from]))
		from++;
	return from == to;
}

/* Text between a change of direction and its end, or between two invisible separators, is not what a reader sees. */
static void strip_invisible(struct text *t)
{
	size_t i, n, turned = t->len, bracket = t->len;
	uint32_t c;
	int over = 0;

	for (i = 0; i < t->len; i += n) {
		n = co_utf8_next(t->c + i, t->len - i, &c);
		if (!n)
			n = 1;
		if (n == 1)
			continue;
		switch (kind_of(c)) {
		case SPACE:
			blank(t, i, i + n, ' ');
			if (c == 0x2028 || c == 0x2029 || c == 0x85)
				end_request(t, i);
			break;
		case QUOTE:
			replace(t, i, n, '"');
			break;
		case APOSTROPHE:
			replace(t, i, n, '\'');
			break;
		case DASH:
			replace(t, i, n, n == 3 && c >= 0x2013 ? ' ' : '-');
			break;
		case JOIN:
			blank(t, i, i + n, CO_CLEAN_NOTHING);
			break;
		case TURN:
		case TURN_OVER:
			blank(t, i, i + n, ' ');
			if (turned == t->len)
				turned = i;
			over |= c == 0x202e;
			break;
		case TURN_BACK:
			blank(t, i, i + n, ' ');
			if (over || !is_word(t, turned, i))
				set_mark(t, turned, i, CO_MARK_FOREIGN);
			turned = t->len;
			over = 0;
			break;
		case BRACKET:
			blank(t, i, i + n, ' ');
			set_mark(t, bracket, i, CO_MARK_FOREIGN);
			bracket = bracket == t->len ? i : t->len;
			break;
		case PLAIN:
			break;
		}
	}
	set_mark(t, turned, t->len, CO_MARK_FOREIGN);
	set_mark(t, bracket, t->len, CO_MARK_FOREIGN);
}

/* ---- Slack: <@U1>, <#C1|name>, <!here>, <url|label>, :emoji:, @bot, &lt; */

/* True for the tags of mere layout, given with their ">". */
static int is_layout(const char *tag)
{
	static const char *const layout[] = { "b>", "i>", "u>", "em>", "strong>", "code>", "tt>", "p>", "pre>", "br>" };
	size_t i;

	for (i = 0; i < CO_COUNT(layout); i++)
		if (strncmp(tag, layout[i], strlen(layout[i])) == 0)
			return 1;
	return 0;
}

/* Past a closing tag that nothing stands before, the tag of an element that is closed; else the end. */
static size_t next_element(const struct text *t, size_t at, size_t past)
{
	size_t next = find(t, past, "<");

	while (at > 0 && t->c[at - 1] == ' ')
		at--;
	return at == 0 && next < t->len && t->c[next + 1] != '/' && find(t, next, "</") < t->len ? next : t->len;
}

/* A tag: <b>, </system>. What it holds, and all after a stray closing one, is mark-up of somebody else. */
static void strip_tag(struct text *t, size_t at, size_t end)
{
	char close[40] = "</";
	size_t n = 0, past;

	if (t->c[at + 1] == '/') {
		if (!is_layout(t->c + at + 2))
			set_mark(t, end, next_element(t, at, end), CO_MARK_FOREIGN);
		blank(t, at, end + 1, ' ');
		return;
	}
	while ((co_is_alnum(t->c[at + 1 + n]) || t->c[at + 1 + n] == '_' || t->c[at + 1 + n] == '-') && n < 32)
		n++;
	memcpy(close + 2, t->c + at + 1, n);
	close[2 + n] = '>';
	past = find(t, end, close);
	if (past == t->len && at > 0 && !is_layout(close + 2) && end > at + 2 && t->c[end - 1] != '/')
		set_mark(t, end, t->len, CO_MARK_FOREIGN);
	if (past < t->len && !is_layout(close + 2)) {
		set_mark(t, end, past, CO_MARK_FOREIGN);
		blank(t, past, past + n + 3, ' ');
	}
	blank(t, at, end + 1, ' ');
}

static void strip_slack_link(struct text *t, size_t at)
{
	size_t end = find(t, at, ">"), bar = find(t, at, "|");
	char first = at + 1 < t->len ? t->c[at + 1] : 0;

	if (end == t->len)
		return;
	if (first == '@' || first == '#' || first == '!') {
		blank(t, at, end + 1, ' ');
	} else if (end - at > 7 && (memcmp(t->c + at + 1, "http", 4) == 0 || memcmp(t->c + at + 1, "mailto", 6) == 0)) {
		t->c[at] = ' ';
		blank(t, bar < end ? bar : end, end + 1, ' ');
	} else if (co_is_alnum(first) || first == '/') {
		strip_tag(t, at, end);
	}
}

static size_t emoji(const struct text *t, size_t at)
{
	size_t i = at + 1;

	while (i < t->len && (co_is_alnum(t->c[i]) || t->c[i] == '_' || t->c[i] == '-' || t->c[i] == '+'))
		i++;
	if (i < t->len && t->c[i] == ':' && i > at + 2 && !(t->c[at + 1] >= '0' && t->c[at + 1] <= '9') &&
	    (i + 1 == t->len || !co_is_alnum(t->c[i + 1])))
		return i + 1;
	return at;
}

/* "&#x20;": the character, if it can be read; else it ends the request. */
static void strip_number_entities(struct text *t)
{
	size_t at, i;

	for (at = find(t, 0, "&#"); at < t->len; at = find(t, at + 1, "&#")) {
		int hex = at + 2 < t->len && (t->c[at + 2] | 32) == 'x';
		unsigned long c = 0;

		for (i = at + 2 + (size_t)hex; i < t->len && i < at + 12 && t->c[i] != ';'; i++)
			;
		if (i >= t->len || t->c[i] != ';')
			continue;
		c = strtoul(t->c + at + 2 + hex, NULL, hex ? 16 : 10);
		replace(t, at, i + 1 - at, c >= 0x20 && c < 0x7f ? (char)c : ' ');
		if (c < 0x20 || c == 0x85 || c == 0x2028 || c == 0x2029)
			end_request(t, at);
	}
}

/* "> do this": a line of somebody else's mail */
static void strip_quoted_lines(struct text *t)
{
	size_t i, end;

	for (i = 0; i + 1 < t->len; i++) {
		if (t->c[i] != '>' || (i > 0 && t->c[i - 1] != '\n'))
			continue;
		end = find(t, i, "\n");
		if (end < t->len)
			set_mark(t, i, end, CO_MARK_FOREIGN);
	}
}

/* Line ends written out, "\\n" and "%0a", and lines of nothing but dashes end the request. */
static void strip_written_ends(struct text *t)
{
	static const char *const ends[] = {
		"\\n", "\\r", "%0a", "%0d", "%0A", "%0D", "\n---", "\n===", "\n###", "\n***"
	};
	size_t i, at;

	for (i = 0; i < CO_COUNT(ends); i++) {
		for (at = find(t, 0, ends[i]); at < t->len; at = find(t, at + 1, ends[i]))
			if (at > 0 && !t->mark[at] && (*ends[i] == '\n' || !co_is_alnum(t->c[at - 1])))
				break;
		if (at < t->len) {
			set_mark(t, at, t->len, CO_MARK_FOREIGN);
			t->c[at] = '\n';
		}
	}
}

static void strip_entities(struct text *t)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' }, { "&#39;", '\'' } };
	size_t i, at;

	for (i = 0; i < CO_COUNT(entities); i++)
		for (at = find(t, 0, entities[i].entity); at < t->len; at = find(t, at + 1, entities[i].entity))
			replace(t, at, strlen(entities[i].entity), entities[i].c);
}

static void strip_slack(struct text *t)
{
	size_t i, end;

	for (i = 0; i < t->len; i++) {
		int starts = i == 0 || !co_is_alnum(t->c[i - 1]);

		if (t->c[i] == '<' && i > 0 && i + 2 < t->len && t->c[i + 1] == '<' && co_is_alnum(t->c[i + 2]))
			set_mark(t, i, t->len, CO_MARK_FOREIGN); /* "<<END>>" */
		if (t->c[i] == '<')
			strip_slack_link(t, i);
		else if (t->c[i] == ':' && starts && (end = emoji(t, i)) > i)
			blank(t, i, end, ' ');
		else if (t->c[i] == '@' && (i == 0 || is_space(t->c[i - 1])))
			for (; i < t->len && !is_space(t->c[i]); i++)
				t->c[i] = ' ';
	}
}

/* ---- quotes, code, brackets */

/* One identifier in quotes is a name; anything else in quotes is a message. */
static void mark_quoted(struct text *t, size_t open, size_t from, size_t to, size_t close)
{
	size_t i;
	int name = from < to;

	for (i = from; i < to; i++) {
		char c = t->c[i];

		if (!co_is_alnum(c) && !strchr("-_./:@%+", c) && c != CO_CLEAN_NOTHING && (unsigned char)c < 0x80)
			name = 0;
	}
	set_mark(t, from, to, name ? CO_MARK_QUOTED : CO_MARK_FOREIGN | CO_MARK_MESSAGE);
	blank(t, open, from, ' ');
	blank(t, to, close, ' ');
}

static int closes(const struct text *t, size_t at)
{
	return at + 1 >= t->len || !co_is_alnum(t->c[at + 1]);
}

static size_t end_of_quote(const struct text *t, size_t at)
{
	size_t i;

	for (i = at + 1; i < t->len && t->c[i] != '\n'; i++)
		if (t->c[i] == t->c[at] && (t->c[at] != '\'' || closes(t, i)))
			return i;
	return t->len;
}

static void strip_code(struct text *t)
{
	size_t at, end;

	for (at = find(t, 0, "```"); at < t->len; at = find(t, end, "```")) {
		end = find(t, at + 3, "```");
		set_mark(t, at, end, CO_MARK_FOREIGN);
		end = end < t->len ? end + 3 : end;
		blank(t, at, at + 3, ' ');
		blank(t, end - 3, end, ' ');
	}
	for (at = find(t, 0, "<!--"); at < t->len; at = find(t, end, "<!--")) {
		end = find(t, at, "-->");
		blank(t, at, end + 3, ' ');
	}
}

static void strip_quotes(struct text *t)
{
	size_t i, end;

	for (i = 0; i < t->len; i++) {
		char c = t->c[i];

		if ((c != '"' && c != '`' && c != '\'') || (t->mark[i] & CO_MARK_FOREIGN))
			continue;
		if (c == '\'' && i > 0 && co_is_alnum(t->c[i - 1]))
			continue;
		end = end_of_quote(t, i);
		if (end == t->len)
			continue;
		mark_quoted(t, i, i + 1, end, end + 1);
		i = end;
	}
}

static size_t end_of_bracket(const struct text *t, size_t at)
{
	static const char open[] = "({[", close[] = ")}]";
	char end = close[strchr(open, t->c[at]) - open];
	size_t i, depth = 0;

	for (i = at; i < t->len; i++) {
		if (t->c[i] == t->c[at])
			depth++;
		else if (t->c[i] == end && --depth == 0)
			return i;
	}
	return t->len;
}

/* Of "[INST] ... [/INST]", the last bracket; the end of the text if it is no such pair. */
static size_t end_of_pair(const struct text *t, size_t at)
{
	size_t close = find(t, at, "[/");

	return close < t->len ? find(t, close, "]") : t->len;
}

/* Braces and double brackets hold data, never a request; round brackets an aside. */
static void strip_brackets(struct text *t)
{
	size_t i, end;

	for (i = 0; i < t->len; i++) {
		char c = t->c[i];
		int data;

		if (c != '(' && c != '{' && c != '[')
			continue;
		if (t->mark[i] & (CO_MARK_FOREIGN | CO_MARK_QUOTED))
			continue;
		end = c == '[' ? end_of_pair(t, i) : t->len;
		if (end == t->len)
			end = end_of_bracket(t, i);
		data = c != '(' || (i > 0 && t->c[i - 1] == '$');
		if (end == t->len && !data)
			continue;
		set_mark(t, i, end, data ? CO_MARK_FOREIGN : CO_MARK_ASIDE);
		for (size_t k = i; data && k < end; k++)
			t->mark[k] &= (unsigned char)~CO_MARK_MESSAGE;
		t->c[i] = data ? ' ' : '(';
		if (end < t->len)
			t->c[end] = ' ';
		if (data && c == '[' && end + 1 < t->len && t->c[end + 1] == '(') {
			size_t link = end + 1;

			end = end_of_bracket(t, link);
			set_mark(t, link, end, CO_MARK_FOREIGN);
			blank(t, link, link + 1, ' ');
			blank(t, end, end + 1, ' ');
		}
		if (data)
			i = end;
	}
}

/* "memory -> 2Gi" */
static void strip_arrows(struct text *t)
{
	size_t i;

	for (i = 1; i + 3 < t->len; i++)
		if (t->c[i - 1] == ' ' && (t->c[i] == '-' || t->c[i] == '=') && t->c[i + 1] == '>' &&
		    t->c[i + 2] == ' ')
			memcpy(t->c + i, "to", 2);
}

/* True if the operator stands at an offset; invisible bytes inside do not part it. */
static int operator_at(const struct text *t, size_t at, const char *operator)
{
	for (; *operator; operator++, at++) {
		while (at < t->len && t->c[at] == CO_CLEAN_NOTHING)
			at++;
		if (at >= t->len || t->c[at] != *operator)
			return 0;
	}
	return 1;
}

/* What follows a pipe, && or a redirection is a command line, not a request. */
static void strip_shell(struct text *t)
{
	static const char *const operators[] = { "&&", "|", "$(", ">>", " // ", " /* " };
	size_t at, i;

	for (at = 0; at < t->len; at++) {
		if ((t->mark[at] & CO_MARK_FOREIGN) || t->c[at] == CO_CLEAN_NOTHING)
			continue;
		for (i = 0; i < CO_COUNT(operators); i++) {
			if (t->c[at] == *operators[i] && operator_at(t, at, operators[i])) {
				set_mark(t, at, t->len, CO_MARK_FOREIGN);
				return;
			}
		}
	}
}

/* "\"}],": the end of data that never began; what follows is not the request. */
static void strip_data_ends(struct text *t)
{
	static const char *const ends[] = { "\"}", "\"]", "}]", "]}" };
	size_t i, at;

	for (i = 0; i < CO_COUNT(ends); i++) {
		at = find(t, 0, ends[i]);
		if (at < t->len && at > 0 && find(t, 0, "{") > at && find(t, 0, "[") > at)
			set_mark(t, at, t->len, CO_MARK_FOREIGN);
	}
}

/* Nothing but words and what ends them: most sentences. */
static int is_plain(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!co_is_alnum(text[i]) && (!text[i] || !strchr(" -_,.;?!", text[i])))
			return 0;
	return 1;
}

void co_clean(const char *text, size_t len, char *clean, unsigned char *mark)
{
	struct text t = { clean, mark, len };

	memcpy(clean, text, len);
	if (is_plain(text, len))
		return;
	co_terminal_strip(clean, mark, len, CO_MARK_FOREIGN);
	strip_entities(&t);
	strip_number_entities(&t);
	strip_quoted_lines(&t);
	strip_invisible(&t);
	strip_code(&t);
	strip_slack(&t);
	strip_data_ends(&t);
	strip_quotes(&t);
	strip_brackets(&t);
	strip_written_ends(&t);
	strip_arrows(&t);
	strip_shell(&t);
}
