/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/providers.h"

#include "sys/sandbox.h"

#include <stdlib.h>
#include <string.h>

struct co_providers {
	struct co_binding *bindings;
	size_t count;
	int opened;
	atomic_int references;
};

static struct co_providers *providers_new(int opened)
{
	struct co_providers *providers = co_xcalloc(1, sizeof(*providers));

	providers->opened = opened;
	atomic_init(&providers->references, 1);
	return providers;
}

static void bind(struct co_providers *providers, const struct co_provider *provider, void *state)
{
	struct co_binding *binding = co_grow(&providers->bindings, &providers->count, sizeof(*binding));

	binding->provider = provider;
	binding->state = state;
}

typedef int opener(void **state, const struct co_config *config, struct co_err *err);

static int make_all(struct co_providers **providers, const struct co_provider *const *table,
		    const struct co_config *config, int open, struct co_err *err)
{
	struct co_providers *made = providers_new(open);
	int rc;

	for (; *table; table++) {
		opener *make = open ? (*table)->open : (*table)->prepare;
		void *state = NULL;

		if (make && (rc = make(&state, config, err)) < 0) {
			co_providers_drop(made);
			return co_err_wrap(err, "provider %s", (*table)->name), rc;
		}
		bind(made, *table, state);
	}
	*providers = made;
	return CO_OK;
}

int co_providers_open(struct co_providers **providers, const struct co_provider *const *table,
		      const struct co_config *config, struct co_err *err)
{
	return make_all(providers, table, config, 1, err);
}

int co_providers_prepare(struct co_providers **providers, const struct co_provider *const *table,
			 const struct co_config *config, struct co_err *err)
{
	return make_all(providers, table, config, 0, err);
}

void co_providers_admit(const struct co_providers *providers, const struct co_plan *plan, const char *run)
{
	size_t i;

	for (i = 0; providers && providers->opened && i < providers->count; i++)
		if (providers->bindings[i].provider->admit)
			providers->bindings[i].provider->admit(providers->bindings[i].state, plan, run);
}

int co_providers_review(const struct co_providers *providers, const struct co_review *review, struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	for (i = 0; rc == CO_OK && providers && providers->opened && i < providers->count; i++)
		if (providers->bindings[i].provider->review)
			rc = providers->bindings[i].provider->review(providers->bindings[i].state, review, err);
	return rc;
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
		if ((providers->opened || binding->state) && binding->provider->close)
			binding->provider->close(binding->state);
	}
	free(providers->bindings);
	free(providers);
}

void co_providers_places(const struct co_providers *providers, co_providers_take *take, void *context)
{
	const struct co_sandbox_path *place;
	size_t i;

	for (i = 0; providers && i < providers->count; i++) {
		const struct co_binding *b = &providers->bindings[i];

		place = providers->opened && b->provider->places ? b->provider->places(b->state) : NULL;
		for (; place && place->path; place++)
			take(context, place);
	}
}

const struct co_binding *co_providers_find(const struct co_providers *providers, const char *name)
{
	size_t i;

	for (i = 0; providers && i < providers->count; i++)
		if (strcmp(providers->bindings[i].provider->name, name) == 0)
			return &providers->bindings[i];
	return NULL;
}
