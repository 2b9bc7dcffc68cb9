/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/mask.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MASK "***"

enum { LOOKED_AT = 4096 }; /* bytes of a command or a line; more than is ever shown */

/* Parts of names whose values are secret. "auth" and "pass" count only as whole words. */
static const char *const secret_parts[] = {
	"password",   "passwd",	   "passphrase", "secret",	  "token",	"apikey",      "api-key",
	"api_key",    "accesskey", "access-key", "access_key",	  "privatekey", "private-key", "private_key",
	"credential", "pwd",	   "cookie",	 "authorization", "signature",
};
static const char *const secret_words[] = { "pass", "auth",   "passin", "passout", "sig",
					    "jwt",  "bearer", "key",	"pin" };

/* Options of clients that take a password under a name that does not say so. */
static const struct client {
	const char *program; /* prefix of its base name */
	const char *option;
	int attached;	/* 1: -pVALUE only; 0: -p VALUE or -pVALUE */
	int user_first; /* the value is USER:PASSWORD */
} clients[] = {
	{ "mysql", "-p", 1, 0 },     { "mariadb", "-p", 1, 0 },	      { "sshpass", "-p", 0, 0 },
	{ "redis-cli", "-a", 0, 0 }, { "curl", "-u", 0, 1 },	      { "curl", "--user", 0, 1 },
	{ "curl", "-b", 0, 0 },	     { "wget", "--http-user", 0, 1 }, { "login", "-p", 0, 0 },
	{ "ldap", "-w", 0, 0 },	     { "mongo", "-p", 0, 0 },	      { "smbclient", "-U", 0, 1 },
	{ "ipmitool", "-P", 0, 0 },  { "snmp", "-A", 0, 0 },	      { "snmp", "-X", 0, 0 },
	{ "7z", "-p", 1, 0 },	     { "zip", "-P", 0, 0 },	      { "unzip", "-P", 0, 0 },
	{ "xfreerdp", "/p:", 1, 0 }, { "sqlcmd", "-P", 0, 0 },	      { "rabbitmqadmin", "-p", 0, 0 },
};

/* Tokens known by how they begin, and how many token characters must follow. */
static const struct shape {
	const char *prefix;
	size_t more;
} shapes[] = {
	{ "AKIA", 16 },	    { "ASIA", 16 },  { "ghp_", 20 },	    { "gho_", 20 },   { "ghs_", 20 },
	{ "ghu_", 20 },	    { "ghr_", 20 },  { "github_pat_", 20 }, { "glpat-", 16 }, { "xoxb-", 10 },
	{ "xoxp-", 10 },    { "xoxa-", 10 }, { "xapp-", 10 },	    { "sk-", 20 },    { "sk_live_", 10 },
	{ "rk_live_", 10 }, { "AIza", 30 },  { "ya29.", 20 },	    { "eyJ", 20 },    { "hvs.", 20 },
	{ "npm_", 30 },	    { "pypi-", 30 }, { "dop_v1_", 30 },	    { "SG.", 30 },
};

static int contains(const char *text, size_t len, const char *part)
{
	size_t n = strlen(part), i;

	for (i = 0; n <= len && i <= len - n; i++)
		if (strncasecmp(text + i, part, n) == 0)
			return 1;
	return 0;
}

/* The word stands alone between the punctuation of a name: "db.auth", "--auth". */
static int has_word(const char *name, size_t len, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; n <= len && i <= len - n; i++)
		if (strncasecmp(name + i, word, n) == 0 && (i == 0 || !isalnum((unsigned char)name[i - 1])) &&
		    (i + n == len || !isalnum((unsigned char)name[i + n])))
			return 1;
	return 0;
}

static int is_secret_name(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < CO_COUNT(secret_parts); i++)
		if (contains(name, len, secret_parts[i]))
			return 1;
	for (i = 0; i < CO_COUNT(secret_words); i++)
		if (has_word(name, len, secret_words[i]))
			return 1;
	return 0;
}

static int is_token_char(char c)
{
	return isalnum((unsigned char)c) || strchr("_-.+/=", c) != NULL;
}

/* The length of a token known by its shape at text, or 0. */
static size_t token_here(const char *text, size_t len)
{
	size_t i, n, end;

	for (i = 0; i < CO_COUNT(shapes); i++) {
		n = strlen(shapes[i].prefix);
		if (len < n + shapes[i].more || memcmp(text, shapes[i].prefix, n) != 0)
			continue;
		for (end = n; end < len && text[end] && is_token_char(text[end]); end++)
			;
		if (end >= n + shapes[i].more)
			return end;
	}
	return 0;
}

/* "://user:password@": the length up to and with the colon, the secret's length in *secret; or 0. */
static size_t url_password(const char *text, size_t len, size_t *secret)
{
	size_t i, colon = 0, at = 0;

	if (len < 6 || memcmp(text, "://", 3) != 0)
		return 0;
	/* The last @ before the path ends the password: an unescaped @ may stand in it. */
	for (i = 3; i < len && !strchr(" \t/?#\"'", text[i]); i++) {
		if (text[i] == ':' && !colon)
			colon = i;
		if (text[i] == '@')
			at = i;
	}
	if (!colon || at <= colon + 1)
		return 0;
	*secret = at - colon - 1;
	return colon + 1;
}

static int is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* How long the value at text is: a quoted string, or up to white space or a separator. */
static size_t value_length(const char *text, size_t len, int whole)
{
	size_t i = 0;

	if (whole)
		return len;
	if (len && (*text == '"' || *text == '\'')) {
		for (i = 1; i < len && text[i] != *text; i++)
			;
		return i < len ? i + 1 : len;
	}
	while (i < len && !strchr(" \t&;,\"'", text[i]))
		i++;
	return i;
}

static size_t skip_scheme(const char *text, size_t len)
{
	static const char *const schemes[] = { "Bearer ", "Basic ", "Token ", "Digest ",
					       "AWS4-HMAC-SHA256 " };
	size_t i;

	for (i = 0; i < CO_COUNT(schemes); i++) {
		size_t n = strlen(schemes[i]);

		if (len > n && strncasecmp(text, schemes[i], n) == 0)
			return n;
	}
	return 0;
}

/*
 * NAME=VALUE, NAME: VALUE at text with a secret name: masks it and returns how
 * much was taken; 0 if it is not that. whole: the value goes to the end.
 */
static size_t mask_pair(struct co_buf *out, const char *text, size_t len, int whole)
{
	size_t name = 0, at, value;
	int header;

	while (name < len && is_name_char(text[name]))
		name++;
	at = name;
	if (at < len && (text[at] == '"' || text[at] == '\''))
		at++; /* JSON: "password": "x" */
	if (!name || at + 1 >= len || (text[at] != '=' && text[at] != ':') || !is_secret_name(text, name))
		return 0;
	if (text[at] == ':' && text[at + 1] == '/')
		return 0; /* a URL whose scheme sounds secret */
	header = text[at++] == ':';
	while (at < len && text[at] == ' ')
		at++;
	if (header)
		at += skip_scheme(text + at, len - at);
	value = value_length(text + at, len - at, whole && (!header || at == name + 1));
	if (header && whole)
		value = len - at;
	if (!value)
		return 0;
	co_buf_add(out, text, at);
	co_buf_adds(out, MASK);
	return at + value;
}

static size_t mask_shape(struct co_buf *out, const char *text, size_t len)
{
	size_t secret, n = token_here(text, len);

	if (n) {
		co_buf_adds(out, MASK);
		return n;
	}
	n = url_password(text, len, &secret);
	if (n) {
		co_buf_add(out, text, n);
		co_buf_adds(out, MASK);
		return n + secret;
	}
	n = skip_scheme(text, len);
	if (n > 6 && strncasecmp(text, "Token ", 6) != 0) { /* "Bearer x" without its header */
		co_buf_add(out, text, n);
		co_buf_adds(out, MASK);
		return n + value_length(text + n, len - n, 0);
	}
	if (len > 11 && memcmp(text, "-----BEGIN ", 11) == 0 && contains(text, len, "PRIVATE KEY")) {
		co_buf_adds(out, MASK);
		return len;
	}
	return 0;
}

/* Text in which any word may be or name a secret. whole: a pair at its start owns all of it. */
static void mask_text(struct co_buf *out, const char *text, size_t len, int whole)
{
	size_t i = 0;

	while (i < len) {
		int word = i == 0 || !is_name_char(text[i - 1]);
		size_t n = 0;

		if (word || text[i] == ':')
			n = mask_shape(out, text + i, len - i);
		if (!n && word)
			n = mask_pair(out, text + i, len - i, whole && i == 0);
		if (!n) {
			co_buf_addc(out, text[i]);
			n = 1;
		}
		i += n;
	}
}

void co_mask_line(struct co_buf *out, const char *text, size_t len)
{
	mask_text(out, text, len < LOOKED_AT ? len : LOOKED_AT, 0);
}

/* Which clients a command line has named so far: behind sudo, timeout or a shell, it is not its first word. */
struct named {
	unsigned char client[CO_COUNT(clients)];
};

static void note_client(struct named *named, const char *word)
{
	const char *slash = strrchr(word, '/');
	const char *program = slash ? slash + 1 : word;
	size_t i;

	for (i = 0; i < CO_COUNT(clients); i++)
		if (strncmp(program, clients[i].program, strlen(clients[i].program)) == 0)
			named->client[i] = 1;
}

static const struct client *client_option(const struct named *named, const char *word)
{
	size_t i;

	for (i = 0; i < CO_COUNT(clients); i++)
		if (named->client[i] && strncmp(word, clients[i].option, strlen(clients[i].option)) == 0)
			return &clients[i];
	return NULL;
}

static void mask_value(struct co_buf *out, const char *value, int user_first)
{
	const char *colon = user_first ? strpbrk(value, ":%") : NULL;

	if (user_first && !colon) {
		co_buf_adds(out, value);
		return;
	}
	if (colon)
		co_buf_add(out, value, (size_t)(colon - value) + 1);
	co_buf_adds(out, MASK);
}

/* An option that names a secret and leaves its value to the next argument. */
static int takes_secret(const char *arg)
{
	return arg[0] == '-' && !strpbrk(arg, "= :") && strlen(arg) > 3 && is_secret_name(arg, strlen(arg)) &&
	       !contains(arg, strlen(arg), "-file");
}

enum next { NOTHING, SECRET, USER_AND_SECRET }; /* what the next word is */

/* A word that is a client's password option; -1 if it is none. */
static int mask_option(struct co_buf *out, const struct named *named, const char *word)
{
	const struct client *c = client_option(named, word);
	size_t n = c ? strlen(c->option) : 0;

	if (!c || (word[n] && (word[1] == '-' || isspace((unsigned char)word[n]))))
		return -1;
	co_buf_add(out, word, n);
	if (word[n])
		mask_value(out, word + n, c->user_first);
	return word[n] || c->attached ? NOTHING : c->user_first ? USER_AND_SECRET : SECRET;
}

/* The text of a command, as `sh -c` takes it; pairs and shapes in it are masked already. */
static void mask_script(struct co_buf *out, char *text)
{
	struct named named = { { 0 } };
	enum next next = NOTHING;

	while (*text) {
		size_t space = strspn(text, " \t\n"), n = strcspn(text + space, " \t\n");
		char *word = text + space, kept = word[n];
		int found = -1;

		co_buf_add(out, text, space);
		word[n] = '\0';
		if (n && next && *word != '-')
			mask_value(out, word, next == USER_AND_SECRET);
		else if (n && (found = mask_option(out, &named, word)) < 0)
			co_buf_add(out, word, n);
		next = found < 0 ? NOTHING : (enum next)found;
		note_client(&named, word);
		word[n] = kept;
		text = word + n;
	}
}

static enum next mask_argument(struct co_buf *out, const struct named *named, const char *arg)
{
	struct co_buf text = CO_BUF_INIT;
	int found = mask_option(out, named, arg);

	if (found >= 0)
		return (enum next)found;
	mask_text(&text, arg, strlen(arg), 1);
	if (text.len && strpbrk(text.data, " \t\n"))
		mask_script(out, text.data);
	else
		co_buf_add(out, text.data, text.len);
	co_buf_clear(&text);
	return takes_secret(arg) ? SECRET : NOTHING;
}

void co_mask_command(struct co_buf *out, const char *args, size_t len)
{
	struct named named = { { 0 } };
	enum next next = NOTHING;
	size_t at = 0;

	if (len > LOOKED_AT)
		len = LOOKED_AT;
	while (at < len) {
		size_t n = strnlen(args + at, len - at);
		char *arg = co_xmemdup(args + at, n);

		if (at)
			co_buf_addc(out, ' ');
		if (next && *arg != '-')
			mask_value(out, arg, next == USER_AND_SECRET);
		next = next && *arg != '-' ? NOTHING : mask_argument(out, &named, arg);
		note_client(&named, arg);
		memset(arg, 0, n);
		free(arg);
		at += n + 1;
	}
}
