/* SPDX-License-Identifier: Apache-2.0 */
/* exec/providers: the providers of a process, opened; their state stays as long as any call may use it. */
#ifndef CO_EXEC_PROVIDERS_H
#define CO_EXEC_PROVIDERS_H

#include "exec/provider.h"

#include <stddef.h>

struct co_binding {
	const struct co_provider *provider;
	void *state;
};

struct co_providers;

/* Opens each of a table that ends with NULL. The first that fails decides; what was opened is closed again. */
int co_providers_open(struct co_providers **providers, const struct co_provider *const *table,
		      const struct co_config *config, struct co_err *err);

/* The same table with nothing opened: only preview() may be called. */
int co_providers_prepare(struct co_providers **providers, const struct co_provider *const *table,
			 const struct co_config *config, struct co_err *err);

/* Tells each that was opened what a run will ask for. NULL is fine. */
void co_providers_admit(const struct co_providers *providers, const struct co_plan *plan, const char *run);

/* Asks each whether the far side would allow the plan; the first that does not decides. */
int co_providers_review(const struct co_providers *providers, const struct co_review *review, struct co_err *err);

/* Counted, also across threads: the last drop closes them. */
struct co_providers *co_providers_hold(struct co_providers *providers);
void co_providers_drop(struct co_providers *providers);

/* Gives each place that an opened provider must reach while the sandbox is closed to take(). */
typedef void co_providers_take(void *context, const struct co_sandbox_path *place);
void co_providers_places(const struct co_providers *providers, co_providers_take *take, void *context);

/* By the first word of a call; NULL if there is none of that name. */
const struct co_binding *co_providers_find(const struct co_providers *providers, const char *name);

#endif
