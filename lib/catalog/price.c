/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/price.h"

#include <string.h>

int64_t co_price_of(struct co_catalog *catalog, char *const *words, size_t count)
{
	struct co_operation operation = { 0 };
	struct co_err unknown = CO_ERR_INIT;
	int64_t price;

	if (count != 3 || co_catalog_find(catalog, (const char *const *)words, &operation, &unknown) < 0)
		return 0;
	price = operation.price;
	co_operation_clear(&operation);
	return price;
}

char *co_price_text(int64_t millionths)
{
	char *text = co_xasprintf("%lld.%06lld", (long long)(millionths / 1000000), (long long)(millionths % 1000000));
	char *dot = strchr(text, '.'), *end = text + strlen(text);

	while (end > dot + 3 && end[-1] == '0')
		*--end = '\0';
	return text;
}
