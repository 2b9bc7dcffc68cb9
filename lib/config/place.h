/* SPDX-License-Identifier: Apache-2.0 */
/* config/place: where things are: data beside the program, state under the user's directories. */
#ifndef CO_CONFIG_PLACE_H
#define CO_CONFIG_PLACE_H

#include "config/config.h"

/*
 * Fills the directories of config from the environment and the program's own
 * path: the source tree when the program is in its build directory, else
 * <prefix>/share and <prefix>/libexec of the <prefix>/bin or <prefix>/libexec/cloudops it is in.
 */
void co_config_place(struct co_config *config, const struct co_config_env *env);

/* Makes the paths that were read of the file at path absolute: "~/" by home, others by the file's own directory. */
void co_config_place_paths(struct co_config *config, const char *path, const char *home);

/* True if there is surely nothing at path; one that cannot be looked at may be there. */
int co_config_place_missing(const char *path);

/* DIRECTORY/NAME, in a pool or on the heap. */
char *co_config_place_join(struct co_pool *pool, const char *directory, const char *name);

#endif
