/* SPDX-License-Identifier: Apache-2.0 */
/* model/key: the key of a model API: from a variable, a private file or a command, before the sandbox closes. */
#ifndef CO_MODEL_KEY_H
#define CO_MODEL_KEY_H

#include "config/config.h"
#include "crypto/secret.h"

/* Where else a key may come from; what tools/ hands down. */
struct co_model_key_source {
	const char *variable; /* value of the variable that the configuration names, or the provider's own; NULL: not set */
	const char *name;     /* of that variable; NULL: this provider needs no key */
	const char *const *env; /* of the command; ends with NULL */
	const char *path;     /* directories to find it in, divided by colons */
};

/*
 * Empty when the provider needs none and none is configured. CO_ERR_INPUT "model-key" when
 * there is none, a file is not private, the command fails, or it has bytes that no key has.
 */
int co_model_key_read(struct co_secret *key, const struct co_model_config *config,
		      const struct co_model_key_source *source, struct co_err *err);

#endif
