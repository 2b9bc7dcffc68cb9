/* SPDX-License-Identifier: Apache-2.0 */
/* intent/names: what the inventory says a name is. */
#ifndef CO_INTENT_NAMES_H
#define CO_INTENT_NAMES_H

#include "config/config.h"

enum co_name_type {
	CO_NAME_ENVIRONMENT = 1, /* or an alias of it */
	CO_NAME_CONTEXT,
	CO_NAME_CLUSTER,
	CO_NAME_NAMESPACE,
	CO_NAME_NODE,
	CO_NAME_HOST,
	CO_NAME_ACCOUNT, /* AWS account, GCP project, Azure subscription */
	CO_NAME_URL,	 /* Prometheus or Alertmanager */
	CO_NAME_WORKLOAD,
};

/* Borrowed from the configuration. */
struct co_name {
	const char *text; /* as it is looked up */
	enum co_name_type type;
	const char *value;	 /* the inventory's own spelling: "prod" for "prd" */
	const char *environment; /* that it is in; NULL for namespaces and workloads */
	const char *provider;	 /* that has such a thing; NULL for environments */
	const char *kind;	 /* of a workload */
};

struct co_names;

/* config must outlive the result. NULL when the inventory is empty. */
struct co_names *co_names_new(const struct co_config *config);
void co_names_free(struct co_names *names);

/* The n-th thing that text (lower case) names; NULL past the last. names may be NULL. */
const struct co_name *co_names_find(const struct co_names *names, const char *text, size_t n);

/*
 * The one workload, host, node or context (or, if asked for, namespace) that text (lower case) nearly names: without its dashes ("basketapi",
 * "prod_eu"), or one letter off or two exchanged, for names of 7 letters and more; never another number. NULL
 * if there is none, or two.
 */
const struct co_name *co_names_nearest(const struct co_names *names, const char *text, int namespaces);

/* The workload of a pod's name ("web-shop-7f8c9d6b54-k2lpx", "item-index-0"); NULL if there is none. */
const struct co_name *co_names_owner(const struct co_names *names, const char *pod);

/* True if some environment has a provider other than hosts of its own. */
int co_names_has_platform(const struct co_names *names);

#endif
