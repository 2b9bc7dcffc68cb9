/* SPDX-License-Identifier: Apache-2.0 */
/* model/prices: what is known of the providers' models: the default one, the variable of its key, and prices (models.yaml). */
#ifndef CO_MODEL_PRICES_H
#define CO_MODEL_PRICES_H

#include "config/config.h"

struct co_model_rate {
	int64_t input, output; /* millionths of a US dollar for a million tokens */
};

struct co_model_listing {
	char *model;	    /* the one to ask; NULL when there is no default */
	char *key_variable; /* NULL: no key is needed */
	char *effort;	    /* how hard the model is to think; NULL: its default */
	int priced;
	struct co_model_rate rate;
};

/*
 * Looks the configured provider and model up in the text of models.yaml; the configuration's
 * own price wins. CO_ERR_INPUT with file and line for a bad file.
 */
int co_model_look_up(const struct co_model_config *config, const char *yaml, size_t len, const char *file,
		     struct co_model_listing *listing, struct co_err *err);
void co_model_listing_clear(struct co_model_listing *listing);

/* Millionths of a dollar, rounded up. */
int64_t co_model_cost(const struct co_model_rate *rate, int64_t input_tokens, int64_t output_tokens);

/* At most so many tokens: a third of ASCII bytes, and every byte that is not. */
int64_t co_model_tokens(const char *text, size_t len);

#endif
