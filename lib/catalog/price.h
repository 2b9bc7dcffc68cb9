/* SPDX-License-Identifier: Apache-2.0 */
/* catalog/price: what calls cost: Cost Explorer takes 0.01 USD for each request; most take nothing. */
#ifndef CO_CATALOG_PRICE_H
#define CO_CATALOG_PRICE_H

#include "catalog/catalog.h"

/* Millionths of a USD for one call of three words; 0 also for what is unknown. Further pages of a list cost again. */
int64_t co_price_of(struct co_catalog *catalog, char *const *words, size_t count);

/* "0.01", "0.0005": at least two places. On the heap. */
char *co_price_text(int64_t millionths);

#endif
