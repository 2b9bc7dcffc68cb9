/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/sigv4.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/time.h"
#include "crypto/secret.h"
#include "net/url.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

struct pair {
	char *name;
	char *value;
};

struct pairs {
	struct pair *items;
	size_t count;
};

static void pairs_add(struct pairs *pairs, char *name, char *value)
{
	struct pair *pair = co_grow(&pairs->items, &pairs->count, sizeof(*pair));

	pair->name = name;
	pair->value = value;
}

static void pairs_clear(struct pairs *pairs)
{
	while (pairs->count) {
		pairs->count--;
		free(pairs->items[pairs->count].name);
		free(pairs->items[pairs->count].value);
	}
	free(pairs->items);
	pairs->items = NULL;
}

static int by_name_and_value(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

/* ---- the path */

/* RFC 3986 section 5.2.4, and empty segments go too. */
static void normalise(struct co_buf *out, const char *path)
{
	const char *start = path;
	size_t len;

	co_buf_addc(out, '/');
	for (; *path; path += len + (path[len] == '/')) {
		len = strcspn(path, "/");
		if (len == 0 || (len == 1 && path[0] == '.'))
			continue;
		if (len == 2 && memcmp(path, "..", 2) == 0) {
			while (out->len > 1 && out->data[--out->len - 1] != '/')
				;
			continue;
		}
		co_buf_add(out, path, len);
		co_buf_addc(out, '/');
	}
	if (out->len > 1 && path[-1] != '/' && path > start)
		out->len--;
}

void co_sigv4_canonical_path(struct co_buf *out, const char *path, unsigned flags)
{
	struct co_buf plain = CO_BUF_INIT;

	if (flags & CO_SIGV4_S3)
		co_url_decode(&plain, path, strlen(path));
	else if (flags & CO_SIGV4_PATH_AS_IS)
		co_buf_adds(&plain, path);
	else
		normalise(&plain, path);
	if (plain.len == 0)
		co_buf_addc(&plain, '/');
	co_url_encode(out, plain.data, plain.len, "/");
	co_buf_clear(&plain);
}

/* ---- the query */

/* One side of name=value, whatever way it was encoded, as the signature has it. */
static char *encoded_anew(const char *s, size_t len)
{
	struct co_buf plain = CO_BUF_INIT, out = CO_BUF_INIT;

	co_url_decode(&plain, s, len);
	co_url_encode(&out, co_buf_str(&plain), plain.len, "");
	co_buf_clear(&plain);
	return out.data ? co_buf_take(&out) : co_xstrdup("");
}

static void split_query(struct pairs *pairs, const char *query)
{
	size_t len;

	for (; *query; query += len + (query[len] == '&')) {
		size_t name = strcspn(query, "&=");

		len = strcspn(query, "&");
		if (len)
			pairs_add(pairs, encoded_anew(query, name),
				  encoded_anew(query + name + (name < len), len - name - (name < len)));
	}
}

void co_sigv4_canonical_query(struct co_buf *out, const char *query)
{
	struct pairs pairs = { NULL, 0 };
	size_t i;

	split_query(&pairs, query ? query : "");
	if (pairs.count)
		qsort(pairs.items, pairs.count, sizeof(*pairs.items), by_name_and_value);
	for (i = 0; i < pairs.count; i++)
		co_buf_addf(out, "%s%s=%s", i ? "&" : "", pairs.items[i].name, pairs.items[i].value);
	pairs_clear(&pairs);
}

/* ---- the headers */

/* What a proxy on the way may change or drop. */
static int is_signed(const char *name)
{
	static const char *const not[] = { "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id" };
	size_t i;

	for (i = 0; i < CO_COUNT(not); i++) {
		if (strcasecmp(name, not[i]) == 0)
			return 0;
	}
	return 1;
}

static char *lower(const char *s)
{
	char *copy = co_xstrdup(s), *c;

	for (c = copy; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	}
	return copy;
}

/* Without spaces at both ends; runs of them are one. */
static void add_trimmed(struct co_buf *out, const char *s)
{
	const char *white = " \t\r\n";
	size_t len;
	int first = 1;

	for (s += strspn(s, white); *s; s += strspn(s, white)) {
		if (!first)
			co_buf_addc(out, ' ');
		len = strcspn(s, white);
		co_buf_add(out, s, len);
		s += len;
		first = 0;
	}
}

/* Stable for headers of one name: their order is part of what is signed. */
static void sort_headers(struct pairs *pairs)
{
	size_t i, j;

	for (i = 1; i < pairs->count; i++) {
		struct pair moving = pairs->items[i];

		for (j = i; j > 0 && strcmp(pairs->items[j - 1].name, moving.name) > 0; j--)
			pairs->items[j] = pairs->items[j - 1];
		pairs->items[j] = moving;
	}
}

static void add_headers(struct co_buf *block, struct co_buf *names, const struct co_sigv4_request *request,
			const struct co_http_header *more, size_t more_count)
{
	struct pairs pairs = { NULL, 0 };
	size_t i;

	for (i = 0; i < request->header_count; i++) {
		if (is_signed(request->headers[i].name))
			pairs_add(&pairs, lower(request->headers[i].name), co_xstrdup(request->headers[i].value));
	}
	for (i = 0; i < more_count; i++)
		pairs_add(&pairs, lower(more[i].name), co_xstrdup(more[i].value));
	sort_headers(&pairs);
	for (i = 0; i < pairs.count; i++) {
		int again = i > 0 && strcmp(pairs.items[i - 1].name, pairs.items[i].name) == 0;

		if (again) {
			co_buf_addc(block, ',');
		} else {
			co_buf_addf(block, "%s%s:", i ? "\n" : "", pairs.items[i].name);
			co_buf_addf(names, "%s%s", i ? ";" : "", pairs.items[i].name);
		}
		add_trimmed(block, pairs.items[i].value);
	}
	if (pairs.count)
		co_buf_addc(block, '\n');
	pairs_clear(&pairs);
}

/* ---- the signature */

static void add_scope(struct co_buf *out, const struct co_sigv4 *signer, const char *date)
{
	co_buf_addf(out, "%.8s/%s/%s/aws4_request", date, signer->region, signer->service);
}

static void basic_date(char out[17], int64_t seconds)
{
	char extended[CO_TIME_LEN + 1];
	const char *from = extended;

	co_time_format(extended, seconds);
	for (; *from; from++) {
		if (*from != '-' && *from != ':')
			*out++ = *from;
	}
	*out = '\0';
}

void co_sigv4_signing_key(unsigned char key[CO_SHA256_LEN], const struct co_sigv4 *signer)
{
	char *first = co_xasprintf("AWS4%s", signer->secret_key);
	const char *const steps[] = { signer->region, signer->service, "aws4_request" };
	char date[17];
	size_t i;

	basic_date(date, signer->time);
	co_hmac_sha256(first, strlen(first), date, 8, key);
	for (i = 0; i < CO_COUNT(steps); i++)
		co_hmac_sha256(key, CO_SHA256_LEN, steps[i], strlen(steps[i]), key);
	co_wipe(first, strlen(first));
	free(first);
}

/* The canonical request, the string to sign and the signature; query and more are what signing adds to the request. */
static void compute(struct co_sigv4_signature *out, const struct co_sigv4 *signer, const struct co_sigv4_request *request,
		    const char *query, const struct co_http_header *more, size_t more_count)
{
	struct co_buf headers = CO_BUF_INIT, *creq = &out->canonical_request;
	unsigned char digest[CO_SHA256_LEN], key[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1];

	out->signed_headers.len = 0;
	add_headers(&headers, &out->signed_headers, request, more, more_count);
	co_buf_addf(creq, "%s\n", request->method);
	co_sigv4_canonical_path(creq, request->path, signer->flags);
	co_buf_addc(creq, '\n');
	co_sigv4_canonical_query(creq, query);
	co_buf_addf(creq, "\n%s\n%s\n%s", co_buf_str(&headers), co_buf_str(&out->signed_headers), request->payload);
	co_buf_clear(&headers);

	co_sha256(creq->data, creq->len, digest);
	co_hex_encode(hex, digest, sizeof(digest));
	co_buf_addf(&out->string_to_sign, ALGORITHM "\n%s\n", out->date);
	add_scope(&out->string_to_sign, signer, out->date);
	co_buf_addf(&out->string_to_sign, "\n%s", hex);

	co_sigv4_signing_key(key, signer);
	co_hmac_sha256(key, sizeof(key), out->string_to_sign.data, out->string_to_sign.len, digest);
	co_hex_encode(out->signature, digest, sizeof(digest));
	co_wipe(key, sizeof(key));
}

static void add(struct co_sigv4_signature *out, const char *name, const char *value)
{
	out->headers[out->header_count].name = name;
	out->headers[out->header_count++].value = value;
}

void co_sigv4_sign(struct co_sigv4_signature *out, const struct co_sigv4 *signer, const struct co_sigv4_request *request)
{
	int after = (signer->flags & CO_SIGV4_TOKEN_AFTER) != 0;

	basic_date(out->date, signer->time);
	add(out, "X-Amz-Date", out->date);
	if (signer->flags & (CO_SIGV4_S3 | CO_SIGV4_SEND_DIGEST))
		add(out, "X-Amz-Content-SHA256", request->payload);
	if (signer->token && !after)
		add(out, "X-Amz-Security-Token", signer->token);
	compute(out, signer, request, request->query, out->headers, out->header_count);
	if (signer->token && after)
		add(out, "X-Amz-Security-Token", signer->token);
	co_buf_addf(&out->authorization, ALGORITHM " Credential=%s/", signer->access_key);
	add_scope(&out->authorization, signer, out->date);
	co_buf_addf(&out->authorization, ", SignedHeaders=%s, Signature=%s", co_buf_str(&out->signed_headers), out->signature);
	add(out, "Authorization", out->authorization.data);
}

static void add_parameter(struct co_buf *query, const char *name, const char *value)
{
	co_buf_addf(query, "%s%s=", query->len ? "&" : "", name);
	co_url_encode(query, value, strlen(value), "");
}

void co_sigv4_presign(struct co_sigv4_signature *out, const struct co_sigv4 *signer, const struct co_sigv4_request *request,
		      int expires)
{
	struct co_buf text = CO_BUF_INIT, unused = CO_BUF_INIT;
	int after = (signer->flags & CO_SIGV4_TOKEN_AFTER) != 0;

	basic_date(out->date, signer->time);
	add_headers(&unused, &out->signed_headers, request, NULL, 0);
	co_buf_clear(&unused);
	co_buf_adds(&out->query, request->query ? request->query : "");
	add_parameter(&out->query, "X-Amz-Algorithm", ALGORITHM);
	co_buf_addf(&text, "%s/", signer->access_key);
	add_scope(&text, signer, out->date);
	add_parameter(&out->query, "X-Amz-Credential", text.data);
	add_parameter(&out->query, "X-Amz-Date", out->date);
	add_parameter(&out->query, "X-Amz-SignedHeaders", co_buf_str(&out->signed_headers));
	co_buf_reset(&text);
	co_buf_addf(&text, "%d", expires);
	add_parameter(&out->query, "X-Amz-Expires", text.data);
	co_buf_clear(&text);
	if (signer->token && !after)
		add_parameter(&out->query, "X-Amz-Security-Token", signer->token);
	compute(out, signer, request, out->query.data, NULL, 0);
	if (signer->token && after)
		add_parameter(&out->query, "X-Amz-Security-Token", signer->token);
	add_parameter(&out->query, "X-Amz-Signature", out->signature);
}

void co_sigv4_signature_clear(struct co_sigv4_signature *out)
{
	co_buf_clear(&out->signed_headers);
	co_buf_clear(&out->canonical_request);
	co_buf_clear(&out->string_to_sign);
	co_buf_clear(&out->authorization);
	co_buf_clear(&out->query);
	out->header_count = 0;
}
