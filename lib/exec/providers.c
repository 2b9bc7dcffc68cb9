/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/providers.h"

#include <stdlib.h>
#include <string.h>

struct co_providers {
	struct co_binding *bindings;
	size_t count;
	atomic_int references;
};

int co_providers_open(struct co_providers **providers, const struct co_provider *const *table,
		      const struct co_config *config, struct co_err *err)
{
	struct co_providers *opened = co_xcalloc(1, sizeof(*opened));
	int rc;

	atomic_init(&opened->references, 1);
	for (; *table; table++) {
		struct co_binding *binding;
		void *state = NULL;

		if (config && (*table)->open && (rc = (*table)->open(&state, config, err)) < 0) {
			co_providers_drop(opened);
			return co_err_wrap(err, "provider %s", (*table)->name), rc;
		}
		binding = co_grow(&opened->bindings, &opened->count, sizeof(*binding));
		binding->provider = *table;
		binding->state = state;
	}
	*providers = opened;
	return CO_OK;
}

struct co_providers *co_providers_hold(struct co_providers *providers)
{
	if (providers)
		atomic_fetch_add(&providers->references, 1);
	return providers;
}

void co_providers_drop(struct co_providers *providers)
{
	const struct co_binding *binding;
	size_t i;

	if (!providers || atomic_fetch_sub(&providers->references, 1) > 1)
		return;
	for (i = 0; i < providers->count; i++) {
		binding = &providers->bindings[i];
		if (binding->provider->close && binding->state)
			binding->provider->close(binding->state);
	}
	free(providers->bindings);
	free(providers);
}

const struct co_binding *co_providers_find(const struct co_providers *providers, const char *name)
{
	size_t i;

	for (i = 0; providers && i < providers->count; i++)
		if (strcmp(providers->bindings[i].provider->name, name) == 0)
			return &providers->bindings[i];
	return NULL;
}
