/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/items: the items of a list, one by one as they arrive.
 *
 * A page of a list is never held whole: each item is parsed when its last byte is there,
 * pared down to what is wanted, and its text is dropped. Its managedFields go, as kubectl leaves
 * them out (a third of a pod is made of them), but for who and when if these are asked for.
 */
#ifndef CO_PROVIDER_KUBERNETES_ITEMS_H
#define CO_PROVIDER_KUBERNETES_ITEMS_H

#include "codec/json.h"

struct co_kube_items {
	json_t *items;	   /* list that grows; the caller's reference */
	json_t *only;	   /* list of paths ("metadata.name") to keep; NULL: all */
	int brief;	   /* without what is long and says little: see co_kube_brief() */
	size_t limit;	   /* most items */
	size_t room;	   /* bytes of items that may still be kept, as text */
	size_t page;	   /* bytes of this page that may still come */
	json_t *metadata;  /* of the list, once it was seen; owned */
	char *kind, *version; /* of the list, once they were seen; owned */
	struct co_err err; /* why feeding stopped; code 0: it did not, or enough is there */
	int full;	   /* the limit was reached, and there was more */

	/* Private. */
	struct co_buf text; /* what was not parsed yet */
	size_t scanned;
	struct co_json_scan scan;
	int inside; /* a value */
	enum { CO_ITEMS_START, CO_ITEMS_KEY, CO_ITEMS_COLON, CO_ITEMS_VALUE, CO_ITEMS_FIRST, CO_ITEMS_ITEM,
	       CO_ITEMS_NEXT_ITEM, CO_ITEMS_NEXT_KEY, CO_ITEMS_END } state;
	char *key;
};

/* A sink of net/http.h on a struct co_kube_items: non-zero when it wants no more. */
int co_kube_items_feed(void *items, const void *data, size_t len);

/* After the last byte: CO_ERR_REMOTE "bad-answer", "truncated" or "too-large"; else all items have kind and apiVersion. */
int co_kube_items_end(struct co_kube_items *items, size_t first, struct co_err *err);

/* Drops what was read of the page, so that it can be read again; not the items. */
void co_kube_items_clear(struct co_kube_items *items);

/* What is left of an object that is wanted whole: without managedFields, as kubectl shows it. only: as above; with
 * "metadata.managedFields" in it these stay, without fieldsV1. */
json_t *co_kube_pare(json_t *object, const json_t *only);

/*
 * Takes out of a pod what is long and which no question about its health is about: the environment, arguments and
 * commands of its containers, annotations, what the server itself fills in, and what is said twice.
 */
void co_kube_brief(json_t *object);

#endif
