/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/headers.h"

#include "base/base64.h"
#include "crypto/secret.h"

#include <stdlib.h>
#include <string.h>

void co_kube_headers_add(struct co_kube_headers *h, const char *name, const char *value)
{
	if (value && h->count < CO_KUBE_HEADERS)
		h->items[h->count++] = (struct co_http_header){ name, value };
}

static const char *own(struct co_kube_headers *h, char *text)
{
	if (h->owned_count < CO_KUBE_HEADERS)
		return h->owned[h->owned_count++] = text;
	free(text);
	return NULL;
}

void co_kube_headers_clear(struct co_kube_headers *h)
{
	size_t i;

	for (i = 0; i < h->owned_count; i++) {
		co_wipe(h->owned[i], strlen(h->owned[i]));
		free(h->owned[i]);
	}
}

static char *basic(const struct co_kube_access *a)
{
	char *pair = co_xasprintf("%s:%s", a->username, a->password);
	struct co_buf text = CO_BUF_INIT;

	co_buf_adds(&text, "Basic ");
	co_base64_encode(&text, pair, strlen(pair));
	co_wipe(pair, strlen(pair));
	free(pair);
	return co_buf_take(&text);
}

/* Impersonate-Extra-NAME: what may not stand in a header's name is percent-encoded. */
static void add_extra(struct co_kube_headers *h, json_t *extra)
{
	const char *key;
	json_t *values, *value;
	size_t i;

	json_object_foreach(extra, key, values) {
		struct co_buf name = CO_BUF_INIT;
		const char *p, *owned;

		co_buf_adds(&name, "Impersonate-Extra-");
		for (p = key; *p; p++)
			if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._", *p))
				co_buf_addc(&name, *p);
			else
				co_buf_addf(&name, "%%%02X", (unsigned)(unsigned char)*p);
		owned = own(h, co_buf_take(&name));
		json_array_foreach(values, i, value)
			if (owned)
				co_kube_headers_add(h, owned, json_string_value(value));
	}
}

void co_kube_headers_identity(struct co_kube_headers *h, const struct co_kube_access *a, const char *token)
{
	size_t i;

	if (token || a->token)
		co_kube_headers_add(h, "Authorization", own(h, co_xasprintf("Bearer %s", token ? token : a->token)));
	else if (a->username)
		co_kube_headers_add(h, "Authorization", own(h, basic(a)));
	if (token)
		return; /* it is its own identity */
	co_kube_headers_add(h, "Impersonate-User", a->as);
	co_kube_headers_add(h, "Impersonate-Uid", a->as_uid);
	for (i = 0; i < a->as_groups.count; i++)
		co_kube_headers_add(h, "Impersonate-Group", a->as_groups.items[i]);
	add_extra(h, a->as_extra);
}
