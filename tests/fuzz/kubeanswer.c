/* SPDX-License-Identifier: Apache-2.0 */
/* What a server or a plugin answers: any bytes are taken over or refused. The first byte says as what. */
#include "fuzz.h"

#include "provider/kubernetes/items.h"
#include "provider/kubernetes/plugin.h"
#include "provider/kubernetes/served.h"
#include "provider/kubernetes/status.h"

/* In pieces or at once, a list is the same, or as wrong. */
static void check_list(const char *text, size_t len, size_t size)
{
	struct co_kube_items whole = { .items = json_array(), .limit = 100, .room = 1 << 20, .page = 1 << 20 }, parts = { .items = json_array(), .limit = 100, .room = 1 << 20, .page = 1 << 20 };
	struct co_err err = CO_ERR_INIT;
	size_t at;
	int rc;

	co_kube_items_feed(&whole, text, len);
	for (at = 0; at < len && !co_kube_items_feed(&parts, text + at, len - at < size ? len - at : size); at += size)
		;
	rc = co_kube_items_end(&whole, 0, &err);
	must(rc == co_kube_items_end(&parts, 0, NULL));
	if (rc < 0)
		fuzz_check_error(&err);
	else
		must(json_equal(whole.items, parts.items));
	co_kube_items_clear(&whole);
	co_kube_items_clear(&parts);
	json_decref(whole.items);
	json_decref(parts.items);
}

static void check_discovery(json_t *answer)
{
	static const struct co_map none = { "", 0 };
	struct co_kube_served *served = co_kube_served_new();
	struct co_kube_resource r;
	struct co_name name;

	co_kube_served_take_groups(served, answer);
	co_kube_served_take_list(served, "apps", "v1", answer);
	co_kube_served_restore(served, answer, 1);
	must(co_name_parse(&name, &none, "deployments.apps/scale") == 0);
	if (co_kube_served_find(served, &name, "v1", &r)) {
		must(r.plural && r.kind && strcmp(r.group, "apps") == 0);
		co_kube_resource_can(&r, "list");
		co_kube_resource_clear(&r);
	}
	co_name_clear(&name);
	co_kube_served_free(served);
}

static void check_plugin(const char *text, size_t len)
{
	struct co_kube_access access = { .context = co_xstrdup("c"), .server = co_xstrdup("https://s") };
	struct co_err err = CO_ERR_INIT;

	access.plugin = co_xcalloc(1, sizeof(*access.plugin));
	access.plugin->command = co_xstrdup("/p");
	access.plugin->api_version = co_xstrdup("client.authentication.k8s.io/v1");
	if (co_kube_plugin_take(&access, text, len, &err) < 0) {
		fuzz_check_error(&err);
		must(!access.token && !access.certificate);
	} else {
		must((access.token && !strpbrk(access.token, "\r\n")) || (access.certificate && access.key));
	}
	co_shape_clear(&co_kube_access_shape, &access);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct co_err err = CO_ERR_INIT;
	json_t *value;

	if (size < 2)
		return 0;
	size--;
	switch (data[0] % 4) {
	case 0:
		check_list(text, size, 1 + data[0] / 4);
		break;
	case 1:
		value = co_json_parse(text, size, "fuzz", NULL);
		check_discovery(value);
		json_decref(value);
		break;
	case 2:
		must(co_kube_refused(400 + data[0] / 2, text, size, "c", &err) < 0);
		fuzz_check_error(&err);
		co_kube_is_certain(500, text, size);
		break;
	default:
		check_plugin(text, size);
	}
	return 0;
}
