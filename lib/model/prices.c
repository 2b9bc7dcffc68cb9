/* SPDX-License-Identifier: Apache-2.0 */
#include "model/prices.h"

#include "codec/yaml.h"
#include "model/budget.h"

#include <stdlib.h>
#include <string.h>

struct price {
	char *model;
	char *input;
	char *output;
	char *effort;
};

struct provider {
	char *name;
	char *model; /* default */
	char *key;
	int free;
	CO_LIST(struct price) prices;
};

struct table {
	int64_t models; /* version of the format */
	CO_LIST(struct provider) providers;
};

static const struct co_field price_fields[] = {
	CO_STR(struct price, input, CO_REQUIRED),
	CO_STR(struct price, output, CO_REQUIRED),
	CO_STR(struct price, effort, CO_NONEMPTY),
	CO_END,
};
static const struct co_shape price_shape = { "price", sizeof(struct price), price_fields };

static const struct co_field provider_fields[] = {
	CO_STR(struct provider, model, CO_NONEMPTY),
	CO_STR(struct provider, key, CO_NONEMPTY),
	CO_BOOL(struct provider, free, 0),
	CO_MAP(struct provider, prices, 0, &price_shape),
	CO_END,
};
static const struct co_shape provider_shape = { "provider", sizeof(struct provider), provider_fields };

static const struct co_field table_fields[] = {
	CO_INT(struct table, models, CO_REQUIRED, 1, 1),
	CO_MAP(struct table, providers, CO_REQUIRED, &provider_shape),
	CO_END,
};
static const struct co_shape table_shape = { "table of models", sizeof(struct table), table_fields };

static int read_table(struct table *table, const char *yaml, size_t len, const char *file, struct co_err *err)
{
	json_t *value = co_yaml_parse(yaml, len, file, err);
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	rc = co_shape_decode(&table_shape, value, table, err);
	json_decref(value);
	return rc < 0 ? co_yaml_blame(err, yaml, len, file) : CO_OK;
}

/* "-20251001" or "-2026-03-17": the same model at a date. */
static int is_date(const char *s)
{
	static const char *const forms[] = { "-dddddddd", "-dddd-dd-dd" };
	size_t i, k;

	for (i = 0; i < CO_COUNT(forms); i++) {
		for (k = 0; forms[i][k] == 'd' ? s[k] >= '0' && s[k] <= '9' : forms[i][k] && s[k] == forms[i][k]; k++)
			;
		if (!forms[i][k] && !s[k])
			return 1;
	}
	return 0;
}

static const struct price *find_price(const struct provider *p, const char *model)
{
	size_t i, len;

	for (i = 0; i < p->prices.count; i++) {
		len = strlen(p->prices.items[i].model);
		if (strncmp(model, p->prices.items[i].model, len) == 0 && (!model[len] || is_date(model + len)))
			return &p->prices.items[i];
	}
	return NULL;
}

static int set_rate(struct co_model_listing *l, const char *input, const char *output, const char *file, struct co_err *err)
{
	l->rate = (struct co_model_rate){ co_budget_parse(input), co_budget_parse(output) };
	l->priced = 1;
	if (l->rate.input >= 0 && l->rate.output >= 0)
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "bad-amount", "the price of \"%s\" is not an amount of money", l->model);
	return co_err_at(err, file, 0, 0), CO_ERR_INPUT;
}

static int fill(struct co_model_listing *l, const struct co_model_config *config, const struct provider *known,
		const char *file, struct co_err *err)
{
	const char *model = config->model ? config->model : known ? known->model : NULL;
	const char *key = config->api_key_env ? config->api_key_env : known ? known->key : NULL;
	const struct price *price = known && model ? find_price(known, model) : NULL;

	l->model = co_xstrdup(model);
	l->key_variable = co_xstrdup(key);
	l->effort = price ? co_xstrdup(price->effort) : NULL;
	if (config->price)
		return set_rate(l, config->price->input, config->price->output, file, err);
	l->priced = known && known->free;
	return price ? set_rate(l, price->input, price->output, file, err) : CO_OK;
}

int co_model_look_up(const struct co_model_config *config, const char *yaml, size_t len, const char *file,
		     struct co_model_listing *listing, struct co_err *err)
{
	static const char *const names[] = { "anthropic", "openai", "google", "ollama", "compatible" };
	struct co_model_listing found = { 0 };
	const struct provider *known = NULL;
	struct table table = { 0 };
	int rc = read_table(&table, yaml, len, file, err);
	size_t i;

	if (rc < 0)
		return rc;
	for (i = 0; i < table.providers.count; i++)
		if (strcmp(table.providers.items[i].name, names[config->provider - 1]) == 0)
			known = &table.providers.items[i];
	rc = fill(&found, config, known, file, err);
	if (rc == CO_OK)
		*listing = found;
	else
		co_model_listing_clear(&found);
	co_shape_clear(&table_shape, &table);
	return rc;
}

void co_model_listing_clear(struct co_model_listing *listing)
{
	free(listing->model);
	free(listing->key_variable);
	free(listing->effort);
	*listing = (struct co_model_listing){ 0 };
}

static int64_t part(int64_t rate, int64_t tokens)
{
	return (rate * tokens + 999999) / 1000000;
}

int64_t co_model_cost(const struct co_model_rate *rate, int64_t input_tokens, int64_t output_tokens)
{
	return part(rate->input, input_tokens) + part(rate->output, output_tokens);
}

int64_t co_model_tokens(const char *text, size_t len)
{
	size_t i, ascii = 0;

	for (i = 0; i < len; i++)
		ascii += (unsigned char)text[i] < 0x80;
	return (int64_t)((ascii + 2) / 3 + (len - ascii));
}
