/* SPDX-License-Identifier: Apache-2.0 */
#include "net/url.h"

#include "base/hex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int is_unreserved(unsigned char c)
{
	return c < 0x80 && (isalnum(c) || (c && strchr("-._~", c)));
}

void co_url_encode(struct co_buf *out, const char *s, size_t len, const char *keep)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (is_unreserved(c) || (c && keep && strchr(keep, c))) {
			co_buf_addc(out, (char)c);
			continue;
		}
		co_buf_addc(out, '%');
		co_buf_addc(out, digits[c >> 4]);
		co_buf_addc(out, digits[c & 15]);
	}
}

void co_url_decode(struct co_buf *out, const char *s, size_t len)
{
	char pair[3] = "", c;
	size_t i;

	for (i = 0; i < len; i++) {
		c = s[i];
		if (c == '%' && len - i > 2) {
			memcpy(pair, s + i + 1, 2);
			if (co_hex_decode(&c, 1, pair) == 0)
				i += 2;
		}
		co_buf_addc(out, c);
	}
}

void co_url_query(struct co_buf *out, const char *name, const char *value)
{
	co_buf_addc(out, memchr(co_buf_str(out), '?', out->len) ? '&' : '?');
	co_url_encode(out, name, strlen(name), NULL);
	co_buf_addc(out, '=');
	if (value)
		co_url_encode(out, value, strlen(value), NULL);
}

static int bad(struct co_err *err, const char *text, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-url", "\"%s\" is not an http or https URL: %s", text, why);
}

static char *lower(const char *s, size_t len)
{
	char *copy = co_xmemdup(s, len), *c;

	for (c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* "host", "host:port", "[v6]:port" */
static const char *parse_authority(struct co_url *url, const char *s, size_t len)
{
	const char *end = s + len, *host = s, *host_end, *port;

	if (memchr(s, '@', len))
		return "it holds a user name";
	if (len && *s == '[') {
		host++;
		host_end = memchr(s, ']', len);
		port = host_end ? host_end + 1 : end;
	} else {
		host_end = memchr(s, ':', len);
		port = host_end = host_end ? host_end : end;
	}
	if (!host_end || host_end == host)
		return "it names no host";
	if (port < end) {
		size_t digits = strspn(port + 1, "0123456789");

		if (*port != ':' || !digits || digits > 5 || port + 1 + digits != end)
			return "its port is no number";
		url->port = atoi(port + 1);
		if (url->port < 1 || url->port > 65535)
			return "its port is out of range";
	}
	url->host = lower(host, (size_t)(host_end - host));
	return NULL;
}

static const char *parse(struct co_url *url, const char *text)
{
	const char *s = text, *why;
	size_t len;

	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s == 0x7f || *s == '\\')
			return "it holds white space or control characters";
	len = strcspn(text, ":");
	if (strncmp(text + len, "://", 3) != 0)
		return "it names no scheme";
	url->scheme = lower(text, len);
	if (strcmp(url->scheme, "https") != 0 && strcmp(url->scheme, "http") != 0)
		return "it has another scheme";
	url->port = strcmp(url->scheme, "https") == 0 ? 443 : 80;
	s = text + len + 3;
	len = strcspn(s, "/?#");
	why = parse_authority(url, s, len);
	if (why)
		return why;
	s += len;
	len = strcspn(s, "?#");
	url->path = len ? co_xmemdup(s, len) : co_xstrdup("/");
	s += len;
	if (*s == '?')
		url->query = co_xmemdup(s + 1, strcspn(s + 1, "#"));
	return NULL;
}

int co_url_parse(struct co_url *url, const char *text, struct co_err *err)
{
	struct co_url parsed = { NULL, NULL, 0, NULL, NULL };
	const char *why = parse(&parsed, text);

	if (why) {
		co_url_clear(&parsed);
		return bad(err, text, why);
	}
	*url = parsed;
	return CO_OK;
}

void co_url_clear(struct co_url *url)
{
	free(url->scheme);
	free(url->host);
	free(url->path);
	free(url->query);
	memset(url, 0, sizeof(*url));
}

int co_url_is_loopback(const char *host)
{
	size_t len = strspn(host, "0123456789.");

	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (strncmp(host, "127.", 4) == 0 && !host[len]);
}
