/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sshfido.h"

#include "base/base64.h"
#include "crypto/sha256.h"

#include <string.h>

enum { TOUCHED = 0x01, ATTESTED = 0x40, EXTENDED = 0x80 }; /* WebAuthn, authenticator data flags */

struct assertion {
	unsigned char flags;
	uint32_t counter;
	struct co_wire origin, client_data, extensions;
};

static int read_assertion(struct co_wire rest, int webauthn, struct assertion *a)
{
	if (co_wire_byte(&rest, &a->flags) < 0 || co_wire_u32(&rest, &a->counter) < 0)
		return -1;
	if (webauthn && (co_wire_string(&rest, &a->origin) < 0 || co_wire_string(&rest, &a->client_data) < 0 ||
			 co_wire_string(&rest, &a->extensions) < 0))
		return -1;
	return rest.left ? -1 : 0;
}

/* Base 64 in the alphabet of RFC 4648 section 5, without padding. */
static void add_base64url(struct co_buf *out, const void *data, size_t len)
{
	size_t i = out->len;

	co_base64_encode(out, data, len);
	for (; i < out->len; i++) {
		if (out->data[i] == '+')
			out->data[i] = '-';
		else if (out->data[i] == '/')
			out->data[i] = '_';
	}
	while (out->len && out->data[out->len - 1] == '=')
		out->data[--out->len] = '\0';
}

/* The browser's JSON must begin with our message as its challenge; what follows the origin is its own. */
static int client_data_is_for(const struct assertion *a, const void *message, size_t len)
{
	struct co_buf start = CO_BUF_INIT;
	int same;

	if (memchr(a->origin.at, '"', a->origin.left) || memchr(a->origin.at, '\0', a->origin.left))
		return 0;
	if (a->flags & ATTESTED || !(a->flags & EXTENDED) != (a->extensions.left == 0))
		return 0;
	co_buf_adds(&start, "{\"type\":\"webauthn.get\",\"challenge\":\"");
	add_base64url(&start, message, len);
	co_buf_adds(&start, "\",\"origin\":\"");
	co_buf_add(&start, a->origin.at, a->origin.left);
	co_buf_adds(&start, "\"");
	same = a->client_data.left >= start.len && memcmp(a->client_data.at, start.data, start.len) == 0;
	co_buf_clear(&start);
	return same;
}

static void add_digest(struct co_buf *out, const void *data, size_t len)
{
	unsigned char digest[CO_SHA256_LEN];

	co_sha256(data, len, digest);
	co_buf_add(out, digest, sizeof(digest));
}

int co_sshfido_message(const struct co_wire *application, const void *message, size_t len, struct co_wire rest,
		       int webauthn, struct co_buf *out, struct co_err *err)
{
	struct assertion a = { 0 };

	if (read_assertion(rest, webauthn, &a) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-signature", "the FIDO part of the signature is malformed");
	if (webauthn && !client_data_is_for(&a, message, len))
		return co_err_set(err, CO_ERR_NO, "bad-signature", "the browser signed something else");
	if (!(a.flags & TOUCHED)) {
		co_err_set(err, CO_ERR_NO, "no-touch", "the FIDO device signed without a touch");
		return co_err_hint(err, "use a key that was made without \"no-touch-required\"");
	}
	add_digest(out, application->at, application->left);
	co_buf_add(out, &a.flags, 1);
	co_wire_put_u32(out, a.counter);
	if (webauthn) {
		co_buf_add(out, a.extensions.at, a.extensions.left);
		add_digest(out, a.client_data.at, a.client_data.left);
	} else {
		add_digest(out, message, len);
	}
	return CO_OK;
}
