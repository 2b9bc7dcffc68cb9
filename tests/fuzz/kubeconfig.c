/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a kubeconfig or an error that says where; every context of one is resolved or refused. */
#include "fuzz.h"

#include "provider/kubernetes/kubeconfig.h"

#include <strings.h>

static void check(const struct co_kubeconfig *config, const char *name)
{
	struct co_kube_access access = { .context = NULL };
	struct co_err err = CO_ERR_INIT;
	json_t *value;

	if (co_kubeconfig_access(config, name, &access, &err) < 0) {
		fuzz_check_error(&err);
		must(!access.context && !access.server);
		return;
	}
	must(access.context && access.server);
	must(strncasecmp(access.server, "https://", 8) == 0 || strncasecmp(access.server, "http://", 7) == 0);
	must(!access.insecure || (access.warnings.count && !access.ca && !access.ca_file));
	must(!access.plugin || (access.plugin->command && *access.plugin->command && !access.token));
	value = co_shape_encode(&co_kube_access_shape, &access);
	co_shape_clear(&co_kube_access_shape, &access);
	must(co_shape_decode(&co_kube_access_shape, value, &access, NULL) == CO_OK);
	json_decref(value);
	co_shape_clear(&co_kube_access_shape, &access);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_kubeconfig *config = co_kubeconfig_new();
	struct co_err err = CO_ERR_INIT;
	char *text = fuzz_text(data, size);
	const char **names;
	size_t count, i;

	if (co_kubeconfig_add(config, "/fuzz/config", text, size, &err) < 0) {
		fuzz_check_error(&err);
		must(strcmp(err.file, "/fuzz/config") == 0);
	} else {
		names = co_kubeconfig_contexts(config, &count);
		for (i = 0; i < count; i++)
			check(config, names[i]);
		free(names);
		check(config, NULL);
	}
	co_kubeconfig_free(config);
	free(text);
	return 0;
}
