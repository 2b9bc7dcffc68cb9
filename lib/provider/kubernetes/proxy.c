/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/proxy.h"

#include "net/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* An address of 4 or 16 bytes; 0: it is none. */
static size_t address_of(const char *text, unsigned char out[16])
{
	if (inet_pton(AF_INET, text, out) == 1)
		return 4;
	return inet_pton(AF_INET6, text, out) == 1 ? 16 : 0;
}

static const char *variable(const char *const *environment, const char *name)
{
	const size_t len = strlen(name);

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=' && (*environment)[len + 1])
			return *environment + len + 1;
	return NULL;
}

static const char *either(const char *const *environment, const char *upper, const char *lower)
{
	const char *value = variable(environment, upper);

	return value ? value : variable(environment, lower);
}

/* "10.0.0.0/8" */
static int is_in_range(const char *host, const char *range)
{
	const char *slash = strchr(range, '/');
	char *first = slash ? co_xmemdup(range, (size_t)(slash - range)) : NULL;
	unsigned char a[16], b[16];
	const size_t len = first ? address_of(first, a) : 0;
	const size_t digits = slash ? strspn(slash + 1, "0123456789") : 0;
	const int bits = digits && digits <= 3 && !slash[1 + digits] ? atoi(slash + 1) : -1;
	int same = len && address_of(host, b) == len && bits >= 0 && (size_t)bits <= len * 8;

	free(first);
	if (!same)
		return 0;
	if (memcmp(a, b, (size_t)bits / 8) != 0)
		return 0;
	return bits % 8 == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - bits % 8) == 0;
}

/* Takes the port off "host:port" and "[v6]:port"; 0: there is none. */
static int take_port(char *entry)
{
	char *colon = strrchr(entry, ':'), *close = strrchr(entry, ']');
	int port = 0;

	if (colon && (close ? close < colon : strchr(entry, ':') == colon)) {
		port = atoi(colon + 1);
		*colon = '\0';
	}
	if (close) {
		*strrchr(entry, ']') = '\0';
		memmove(entry, entry + 1, strlen(entry));
	}
	return port;
}

static int is_domain(const char *host, const char *entry)
{
	const int below = *entry == '.' || strncmp(entry, "*.", 2) == 0;
	const char *domain = below ? strchr(entry, '.') + 1 : entry;
	const size_t len = strlen(host), more = strlen(domain);

	if (!more || len < more || strcmp(host + len - more, domain) != 0)
		return 0;
	return len == more ? !below : host[len - more - 1] == '.';
}

static int is_left_out(const struct co_url *url, char *entry)
{
	unsigned char a[16], b[16];
	int port;
	size_t len;

	if (strcmp(entry, "*") == 0 || is_in_range(url->host, entry))
		return 1;
	port = take_port(entry);
	if (port && port != url->port)
		return 0;
	len = address_of(entry, a);
	if (len)
		return address_of(url->host, b) == len && memcmp(a, b, len) == 0;
	return is_domain(url->host, entry);
}

static int needs_none(const struct co_url *url, const char *list)
{
	char *copy = co_xstrdup(list ? list : ""), *at, *entry, *rest = copy;
	int none = co_url_is_loopback(url->host);

	for (at = copy; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	while ((entry = strtok_r(rest, ", \t", &rest)) != NULL)
		none |= is_left_out(url, entry);
	free(copy);
	return none;
}

char *co_kube_proxy_of(const char *const *environment, const char *server)
{
	struct co_url url = { NULL, NULL, 0, NULL, NULL };
	const char *proxy = NULL;
	char *found = NULL;

	if (co_url_parse(&url, server, NULL) < 0)
		return NULL;
	if (strcmp(url.scheme, "https") == 0)
		proxy = either(environment, "HTTPS_PROXY", "https_proxy");
	else
		proxy = either(environment, "HTTP_PROXY", "http_proxy");
	if (proxy && !needs_none(&url, either(environment, "NO_PROXY", "no_proxy")))
		found = strstr(proxy, "://") ? co_xstrdup(proxy) : co_xasprintf("http://%s", proxy);
	co_url_clear(&url);
	return found;
}
