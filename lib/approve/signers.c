/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/signers.h"

#include "approve/approve.h"
#include "base/time.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static int bad_line(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-signers", "%s", why);
}

static void add_text(char ***items, size_t *count, const char *text, size_t len)
{
	*(char **)co_grow(items, count, sizeof(char *)) = co_xmemdup(text, len);
}

static int has_wildcard(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr("*?!", text[i]))
			return 1;
	return 0;
}

/* "a,b" into a list, each part literal and not empty. noun is for messages. */
static int split_list(const char *text, size_t len, const char *noun, char ***items, size_t *count,
		      struct co_err *err)
{
	const char *end = text + len;

	if (has_wildcard(text, len)) {
		co_err_set(err, CO_ERR_INPUT, "wildcard", "the %s \"%.*s\" holds a wildcard", noun, (int)len, text);
		return co_err_hint(err, "* ? and ! would let others in: name each one");
	}
	for (;;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		size_t part = (size_t)((comma ? comma : end) - text);

		if (!part)
			return co_err_set(err, CO_ERR_INPUT, "bad-signers", "an empty %s", noun);
		add_text(items, count, text, part);
		if (!comma)
			return CO_OK;
		text = comma + 1;
	}
}

static int bad_time(const char *text, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-time", "\"%s\" is not a time of the form 20261123061859Z", text);
}

/* YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, then Z or UTC, or nothing for local time: as ssh-keygen reads it. */
static int read_time(const char *text, int64_t *seconds, struct co_err *err)
{
	size_t len = strspn(text, "0123456789");
	const char *zone = text + len;
	char digits[15] = "00000000000000", form[CO_TIME_LEN + 1];
	struct tm tm = { 0 };

	if ((len != 8 && len != 12 && len != 14) || (*zone && strcasecmp(zone, "Z") != 0 && strcasecmp(zone, "UTC") != 0))
		return bad_time(text, err);
	memcpy(digits, text, len);
	snprintf(form, sizeof(form), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", digits, digits + 4, digits + 6, digits + 8,
		 digits + 10, digits + 12);
	if (co_time_parse(seconds, form) < 0)
		return bad_time(text, err);
	if (*zone)
		return CO_OK;
	sscanf(form, "%d-%d-%dT%d:%d:%dZ", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*seconds = (int64_t)mktime(&tm);
	return CO_OK;
}

/* A name="value" option; *at is left behind it. 1 if it was this one. value is unquoted, on the heap. */
static int option_value(const char **at, const char *name, char **value)
{
	struct co_buf text = CO_BUF_INIT;
	const char *p = *at;
	size_t len = strlen(name);

	if (strncasecmp(p, name, len) != 0 || p[len] != '=' || p[len + 1] != '"')
		return 0;
	for (p += len + 2; *p && *p != '"'; p++) {
		if (p[0] == '\\' && p[1] == '"')
			p++;
		co_buf_addc(&text, *p);
	}
	if (*p != '"') {
		co_buf_clear(&text);
		return 0;
	}
	*at = p + 1;
	*value = text.len ? co_buf_take(&text) : co_xstrdup("");
	return 1;
}

static int set_time(int64_t *to, const char *value, struct co_err *err)
{
	return *to ? bad_line(err, "the same option stands twice") : read_time(value, to, err);
}

static int read_option(struct co_signer *signer, const char **at, struct co_err *err)
{
	static const char authority[] = "cert-authority";
	char *value = NULL;
	int rc;

	if (option_value(at, "namespaces", &value))
		rc = signer->namespaces.count ? bad_line(err, "the same option stands twice") :
						split_list(value, strlen(value), "namespace", &signer->namespaces.items,
							   &signer->namespaces.count, err);
	else if (option_value(at, "valid-after", &value))
		rc = set_time(&signer->valid_after, value, err);
	else if (option_value(at, "valid-before", &value))
		rc = set_time(&signer->valid_before, value, err);
	else if (strncasecmp(*at, authority, sizeof(authority) - 1) == 0) {
		rc = co_err_set(err, CO_ERR_INPUT, "cert-authority", "certificate authorities are not supported");
		co_err_hint(err, "list each approver's own key");
	} else {
		rc = bad_line(err, "an unknown option, or a key of a type that is not supported");
		co_err_hint(err, "options are namespaces=\"...\", valid-after=\"...\", valid-before=\"...\"");
	}
	free(value);
	return rc;
}

/* Options up to the white space before the key; *at is left there. */
static int read_options(struct co_signer *signer, const char **at, struct co_err *err)
{
	int rc;

	for (;;) {
		rc = read_option(signer, at, err);
		if (rc < 0)
			return rc;
		if (**at == ' ' || **at == '\t')
			break;
		if (**at != ',')
			return bad_line(err, "options are parted by commas");
		(*at)++;
	}
	if (signer->valid_after && signer->valid_before && signer->valid_before <= signer->valid_after)
		return bad_line(err, "valid-before is not after valid-after");
	return CO_OK;
}

/* The first word, which may stand in double quotes. */
static int read_principals(struct co_signer *signer, const char **at, struct co_err *err)
{
	const char *start = *at, *end;

	if (*start == '"') {
		end = strchr(++start, '"');
		if (!end)
			return bad_line(err, "a quote is not closed");
		*at = end + 1;
	} else {
		end = *at = start + strcspn(start, " \t");
	}
	return split_list(start, (size_t)(end - start), "principal", &signer->principals.items,
			  &signer->principals.count, err);
}

static int is_key_type(const char *text)
{
	static const char *const starts[] = { "ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "webauthn-" };
	size_t i;

	for (i = 0; i < CO_COUNT(starts); i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return 1;
	return 0;
}

static int read_line(struct co_signer *signer, const char *line, struct co_err *err)
{
	int rc = read_principals(signer, &line, err);

	if (rc < 0)
		return rc;
	line += strspn(line, " \t");
	if (!is_key_type(line)) {
		rc = *line ? read_options(signer, &line, err) : bad_line(err, "no key behind the principals");
		if (rc < 0)
			return rc;
	}
	return co_sshkey_parse(&signer->key, line, strlen(line), err);
}

static void clear_texts(char **items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(items[i]);
	free(items);
}

void co_signers_clear(struct co_signers *signers)
{
	size_t i;

	for (i = 0; i < signers->list.count; i++) {
		struct co_signer *s = &signers->list.items[i];

		clear_texts(s->principals.items, s->principals.count);
		clear_texts(s->namespaces.items, s->namespaces.count);
		co_sshkey_clear(&s->key);
	}
	free(signers->list.items);
	free(signers->file);
	*signers = (struct co_signers){ 0 };
}

/* One line, without its end. */
static int add_line(struct co_signers *signers, const char *line, unsigned number, struct co_err *err)
{
	struct co_signer *signer;

	line += strspn(line, " \t");
	if (!*line || *line == '#' || *line == '\r')
		return CO_OK;
	signer = co_grow(&signers->list.items, &signers->list.count, sizeof(*signer));
	signer->line = number;
	return read_line(signer, line, err);
}

int co_signers_parse(struct co_signers *signers, const char *text, size_t len, const char *name,
		     struct co_err *err)
{
	struct co_signers read = { .file = co_xstrdup(name) };
	const char *at = text, *end = text + len;
	unsigned number = 0;
	int rc = CO_OK;

	while (rc == CO_OK && at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((lf ? lf : end) - at);
		char *line = co_xmemdup(at, n);

		number++;
		rc = memchr(at, '\0', n) ? bad_line(err, "a NUL byte") : add_line(&read, line, number, err);
		free(line);
		at += n + (lf != NULL);
	}
	if (rc < 0) {
		co_err_at(err, name, number, 0);
		co_signers_clear(&read);
		return rc;
	}
	*signers = read;
	return CO_OK;
}

char *co_signers_default_key(const struct co_config *config)
{
	if (config->approval && config->approval->key)
		return co_xstrdup(config->approval->key);
	return co_xasprintf("%s/approval_key", config->config_dir);
}

void co_signers_own(struct co_signers *signers, const struct co_sshkey *key, const char *principal)
{
	struct co_signer *signer = co_grow(&signers->list.items, &signers->list.count, sizeof(*signer));

	signers->local = 1;
	signer->line = 1;
	add_text(&signer->principals.items, &signer->principals.count, principal, strlen(principal));
	signer->key = (struct co_sshkey){ key->type, (unsigned char *)co_xmemdup(key->blob, key->len), key->len };
}

/* The local user's own key is the only signer where no file names others. */
static int load_own(struct co_signers *signers, const struct co_config *config, const char *user,
		    struct co_err *err)
{
	char *private = co_signers_default_key(config), *path = co_xasprintf("%s.pub", private);
	struct co_sshkey key = CO_SSHKEY_INIT;
	struct co_buf text = CO_BUF_INIT;
	struct co_err unread = CO_ERR_INIT;
	int rc = co_file_read(path, CO_SSHKEY_BYTES, CO_FILE_TRUSTED, &text, &unread);
	int missing = rc < 0 && strcmp(unread.id, "not-found") == 0;

	free(private);
	if (rc == CO_OK) {
		rc = co_sshkey_parse(&key, co_buf_str(&text), text.len, &unread);
		if (rc < 0)
			co_err_at(&unread, path, 1, 0);
	}
	co_buf_clear(&text);
	if (rc < 0 && !missing) {
		free(path);
		if (err)
			*err = unread;
		return rc;
	}
	*signers = (struct co_signers){ .file = path, .local = 1 };
	if (!missing)
		co_signers_own(signers, &key, user);
	co_sshkey_clear(&key);
	return CO_OK;
}

int co_signers_load(struct co_signers *signers, const struct co_config *config, const char *user,
		    struct co_err *err)
{
	const char *file = config->approval ? config->approval->signers : NULL;
	struct co_err unread = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;
	int rc;

	if (!file)
		return load_own(signers, config, user, err);
	rc = co_file_read(file, CO_SIGNERS_BYTES, CO_FILE_TRUSTED, &text, &unread);
	if (rc < 0 && strcmp(unread.id, "not-found") == 0) {
		rc = unread.code = CO_ERR_INPUT;
		co_err_hint(&unread, "configuration names it as approval.signers");
	}
	if (rc < 0 && err)
		*err = unread;
	if (rc == CO_OK)
		rc = co_signers_parse(signers, co_buf_str(&text), text.len, file, err);
	co_buf_clear(&text);
	return rc;
}

static int names(char *const *items, size_t count, const char *wanted)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(items[i], wanted) == 0)
			return 1;
	return 0;
}

static int line_is_for(const struct co_signer *s, const struct co_sshkey *key, const char *principal)
{
	return co_sshkey_equal(&s->key, key) && names(s->principals.items, s->principals.count, principal);
}

int co_signers_check(const struct co_signers *signers, const struct co_sshkey *key, const char *principal,
		     const char *namespace, int64_t at, struct co_err *err)
{
	int rc = co_err_set(err, CO_ERR_NO, "unknown-signer", "\"%s\" gives no such key to \"%s\"", signers->file,
			    principal);
	size_t i;

	for (i = 0; i < signers->list.count; i++) {
		const struct co_signer *s = &signers->list.items[i];

		if (!line_is_for(s, key, principal))
			continue;
		if (s->namespaces.count && !names(s->namespaces.items, s->namespaces.count, namespace))
			co_err_set(err, CO_ERR_NO, "wrong-namespace", "the key of \"%s\" may not sign for \"%s\"",
				   principal, namespace);
		else if (s->valid_after && at < s->valid_after)
			co_err_set(err, CO_ERR_NO, "expired-key", "the key of \"%s\" is not valid yet", principal);
		else if (s->valid_before && at > s->valid_before)
			co_err_set(err, CO_ERR_NO, "expired-key", "the key of \"%s\" is no longer valid", principal);
		else
			return CO_OK;
		co_err_at(err, signers->file, s->line, 0);
	}
	return rc;
}

const char *co_signers_principal(const struct co_signers *signers, const struct co_sshkey *key)
{
	size_t i;

	for (i = 0; i < signers->list.count; i++)
		if (co_sshkey_equal(&signers->list.items[i].key, key))
			return signers->list.items[i].principals.items[0];
	return NULL;
}

int co_signers_has(const struct co_signers *signers, const char *principal, const struct co_sshkey *key)
{
	size_t i;

	for (i = 0; i < signers->list.count; i++)
		if (line_is_for(&signers->list.items[i], key, principal))
			return 1;
	return 0;
}
