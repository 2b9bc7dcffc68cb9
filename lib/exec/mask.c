/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mask.h"

#include <ctype.h>
#include <string.h>

struct word {
	const char *text;
	size_t len;
};

#define WORD(text) { text, sizeof(text) - 1 }

/* Ends of member names, lower case without - and _. */
static const struct word secret_names[] = {
	WORD("password"),     WORD("passwd"),	       WORD("passphrase"),	 WORD("secret"),       WORD("secretkey"),
	WORD("accesstoken"),  WORD("secretaccesskey"), WORD("authtoken"),	 WORD("sessiontoken"), WORD("refreshtoken"),
	WORD("idtoken"),      WORD("bearertoken"),     WORD("apikey"),		 WORD("privatekey"),   WORD("clientsecret"),
	WORD("authorization"), WORD("connectionstring"), WORD("sharedaccesskey"),
};

/* Words before a value in free text: "password=x", "--token x". */
static const struct word secret_words[] = {
	WORD("password"), WORD("passwd"), WORD("secret"),     WORD("token"),	   WORD("api_key"),
	WORD("api-key"),  WORD("apikey"), WORD("access_key"), WORD("private_key"), WORD("pwd"),
};

/* Tokens known by how they begin, and how many more characters they need to be one. */
static const struct prefix {
	struct word head;
	size_t least;
} prefixes[] = {
	{ WORD("AKIA"), 16 },  { WORD("ASIA"), 16 },  { WORD("ghp_"), 20 },  { WORD("gho_"), 20 }, { WORD("ghs_"), 20 },
	{ WORD("xoxb-"), 10 }, { WORD("xoxp-"), 10 }, { WORD("sk-"), 20 },   { WORD("glpat-"), 16 }, { WORD("AIza"), 30 },
	{ WORD("eyJ"), 30 },   { WORD("github_pat_"), 20 }, { WORD("hvs."), 20 },
};
enum { SHORTEST = 15 }; /* of the tokens above */

/* What a character may begin; most begin nothing. */
enum { A_TOKEN = 1, A_WORD = 2, A_KEY = 4, A_URL = 8 };
static const unsigned char beginnings[256] = {
	['A'] = A_TOKEN | A_WORD, ['g'] = A_TOKEN, ['x'] = A_TOKEN, ['e'] = A_TOKEN, ['h'] = A_TOKEN, ['s'] = A_TOKEN | A_WORD,
	['S'] = A_WORD, ['a'] = A_WORD, ['p'] = A_WORD, ['P'] = A_WORD, ['t'] = A_WORD, ['T'] = A_WORD, ['b'] = A_WORD, ['B'] = A_WORD,
	['-'] = A_KEY, [':'] = A_URL,
};

static int is_token(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '=';
}

static size_t token_length(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && is_token(*p))
		p++;
	return (size_t)(p - s);
}

static int starts(const char *s, const char *end, const char *word)
{
	for (; *word; s++, word++)
		if (s == end || tolower((unsigned char)*s) != *word)
			return 0;
	return 1;
}

/* The length of a token with a known beginning at s; 0 for none. */
static size_t known_token(const char *s, const char *end)
{
	size_t i, n;

	for (i = 0; i < CO_COUNT(prefixes); i++) {
		const struct word *head = &prefixes[i].head;

		if (*s != *head->text || (size_t)(end - s) < head->len || memcmp(s, head->text, head->len) != 0)
			continue;
		n = token_length(s, end);
		if (n >= head->len + prefixes[i].least)
			return n;
	}
	return 0;
}

/* The length of a PEM private key at s, to its end line or the end of the text. */
static size_t private_key(const char *s, const char *end)
{
	static const char tail[] = "PRIVATE KEY-----";
	const char *p, *line = memchr(s, '\n', (size_t)(end - s));
	int ends = 0;

	if (!starts(s, end, "-----begin "))
		return 0;
	for (p = s; p < (line ? line : end); p++)
		if (starts(p, end, "private key"))
			break;
	if (p == (line ? line : end))
		return 0;
	for (; p < end; p++) {
		if ((size_t)(end - p) < sizeof(tail) - 1 || memcmp(p, tail, sizeof(tail) - 1) != 0)
			continue;
		if (ends++)
			return (size_t)(p - s) + sizeof(tail) - 1;
	}
	return (size_t)(end - s);
}

static int is_value(char c)
{
	return c > ' ' && c != '"' && c != '\'' && c != ',' && c != ';' && c != '&' && c != '}' && c != ')';
}

/* At a word like password: the length of it and what joins it to its value; 0 when no value follows. */
static size_t value_after_word(const char *s, const char *end, int option)
{
	size_t i;

	for (i = 0; i < CO_COUNT(secret_words); i++) {
		const char *p;

		if (!starts(s, end, secret_words[i].text))
			continue;
		p = s + secret_words[i].len;
		if (p == end)
			continue;
		if (*p == '"' && p + 1 < end)
			p++;
		if (*p != '=' && *p != ':' && !(option && *p == ' '))
			continue;
		for (p++; p < end && (*p == ' ' || *p == '"' || *p == '\''); p++)
			;
		return p < end && is_value(*p) ? (size_t)(p - s) : 0;
	}
	return starts(s, end, "bearer ") && end - s > 7 ? 7 : 0;
}

/* "arn:aws:secretsmanager:...:secret:NAME": the word stands for a kind of thing, and a name follows. */
static int is_in_arn(const char *text, const char *s)
{
	while (s > text && is_value(s[-1]))
		s--;
	return strncmp(s, "arn:", 4) == 0;
}

/* At "://": the length of what stands before the password of user:password@host; 0 without one. */
static size_t url_password(const char *s, const char *end, size_t *secret)
{
	const char *p, *colon = NULL;

	if (!starts(s, end, "://"))
		return 0;
	for (p = s + 3; p < end && is_value(*p) && *p != '/'; p++) {
		if (*p == ':' && !colon)
			colon = p;
		if (*p == '@') {
			*secret = colon ? (size_t)(p - colon) - 1 : 0;
			return *secret ? (size_t)(colon - s) + 1 : 0;
		}
	}
	return 0;
}

static size_t value_length(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && is_value(*p))
		p++;
	return (size_t)(p - s);
}

/* What is kept at s before a secret that is one of those, and the secret's length; 0 when none begins here. */
static size_t secret_at(const char *text, const char *s, const char *end, unsigned char may, size_t *kept)
{
	size_t secret = 0;

	*kept = 0;
	if (may & A_KEY)
		return private_key(s, end);
	if (may & A_URL)
		return (*kept = url_password(s, end, &secret)) ? secret : 0;
	if (may & A_TOKEN && (s == text || !isalnum((unsigned char)s[-1])) && (secret = known_token(s, end)))
		return secret;
	if (may & A_WORD)
		*kept = value_after_word(s, end, s - text >= 2 && s[-1] == '-' && s[-2] == '-');
	if (*kept && s[*kept - 1] == ':' && is_in_arn(text, s))
		*kept = 0;
	return *kept ? value_length(s + *kept, end) : 0;
}

/* All but a token has one of these: "password=", "--token x", "https://", "BEGIN PRIVATE KEY". */
static int has_joint(const char *s, size_t len)
{
	return memchr(s, '=', len) || memchr(s, ':', len) || memchr(s, ' ', len);
}

/* Moves *s to where the next secret of the text is, or to the end. Its length. */
static size_t find(const char *text, const char **s, const char *end, size_t *kept)
{
	const unsigned char all = has_joint(*s, (size_t)(end - *s)) ? 0xff : A_TOKEN;
	size_t secret;

	for (; *s < end; ++*s) {
		const unsigned char may = beginnings[(unsigned char)**s] & all;

		if (may && (secret = secret_at(text, *s, end, may, kept)))
			return secret;
	}
	return 0;
}

static int holds_secret(const char *text, size_t len)
{
	const char *s = text;
	size_t kept;

	return (len >= SHORTEST || has_joint(text, len)) && find(text, &s, text + len, &kept);
}

size_t co_mask_text(struct co_buf *out, const char *text, size_t len)
{
	const char *from = text, *s = text, *end = text + len;
	size_t kept, secret, found = 0;

	for (; (secret = find(text, &s, end, &kept)); from = s) {
		co_buf_add(out, from, (size_t)(s - from) + kept);
		co_buf_adds(out, CO_MASK);
		s += kept + secret;
		found++;
	}
	co_buf_add(out, from, (size_t)(end - from));
	return found;
}

static int is_secret_name(const char *name)
{
	char plain[64];
	size_t i, n = 0;

	for (; *name && n < sizeof(plain) - 1; name++)
		if (*name != '-' && *name != '_')
			plain[n++] = (char)tolower((unsigned char)*name);
	plain[n] = '\0';
	if (strcmp(plain, "token") == 0)
		return 1;
	for (i = 0; i < CO_COUNT(secret_names); i++) {
		const struct word *tail = &secret_names[i];

		if (n >= tail->len && plain[n - 1] == tail->text[tail->len - 1] && memcmp(plain + n - tail->len, tail->text, tail->len) == 0)
			return 1;
	}
	return 0;
}

/* Which strings of a value are secret: as they look, or all of them. */
enum depth { LOOKS, ALL };

static json_t *mask(json_t *value, enum depth depth);

static json_t *mask_string(json_t *value, enum depth depth)
{
	struct co_buf text = CO_BUF_INIT;
	const size_t len = json_string_length(value);
	json_t *masked;

	if (depth == ALL)
		return len ? json_string(CO_MASK) : json_incref(value);
	if (!holds_secret(json_string_value(value), len))
		return json_incref(value);
	co_mask_text(&text, json_string_value(value), len);
	masked = json_stringn_nocheck(text.data, text.len);
	co_buf_clear(&text);
	return masked;
}

static json_t *mask_array(json_t *value, enum depth depth)
{
	json_t *item, *masked, *copy = NULL;
	size_t i;

	json_array_foreach(value, i, item) {
		masked = mask(item, depth);
		if (masked != item && !copy)
			copy = json_copy(value);
		if (masked != item)
			json_array_set(copy, i, masked);
		json_decref(masked);
	}
	return copy ? copy : json_incref(value);
}

static enum depth depth_of(const char *key, json_t *item, int is_secret, enum depth depth)
{
	if (is_secret && (strcmp(key, "data") == 0 || strcmp(key, "stringData") == 0))
		return ALL;
	if (json_is_string(item) && is_secret_name(key))
		return ALL;
	return depth;
}

static json_t *mask_object(json_t *value, enum depth depth)
{
	const char *key, *kind = json_string_value(json_object_get(value, "kind"));
	int is_secret = kind && strcmp(kind, "Secret") == 0;
	json_t *item, *masked, *copy = NULL;

	json_object_foreach(value, key, item) {
		masked = mask(item, depth_of(key, item, is_secret, depth));
		if (masked != item && !copy)
			copy = json_copy(value);
		if (masked != item)
			json_object_set_nocheck(copy, key, masked);
		json_decref(masked);
	}
	return copy ? copy : json_incref(value);
}

static json_t *mask(json_t *value, enum depth depth)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return mask_string(value, depth);
	case JSON_ARRAY:
		return mask_array(value, depth);
	case JSON_OBJECT:
		return mask_object(value, depth);
	default:
		return json_incref(value);
	}
}

json_t *co_mask(json_t *value)
{
	return mask(value, LOOKS);
}
