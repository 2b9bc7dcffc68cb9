/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog/catalog: what every operation is, from data files (co-catalog(5)).
 *
 * A file a provider, <datadir>/catalog/PROVIDER.ops: one operation a line, sorted
 * by name in byte order, tab-separated, found by binary search in a mapping of the file:
 *
 *   read cpu	list	1100	local:read:cpu	interval=duration:1s	Sample the CPUs
 *
 * name (the second and third word of a call), access level, expected milliseconds,
 * permissions (comma-separated, or "-"), parameters (space-separated
 * NAME=TYPE[:DEFAULT], "!" before a required name, or "-"), and a sentence for
 * people. Where there is a file PROVIDER.names (catalog/names.h), the third word of a call
 * is looked up by its canonical name, and "*" is any name: in the permissions and the
 * sentence it stands for the one that was called. Lines that begin with # are comments and stand before all others. An
 * operation that is not there is unknown, and unknown is never permitted. As the
 * file says what a call may do, one that others could have written to is refused.
 *
 * A provider whose services have an API as data has a file PROVIDER.apis instead
 * (catalog/api.h, co-aws(5)): every operation of every service is known by it, and
 * its permissions are "PROVIDER:" and the actions it needs.
 */
#ifndef CO_CATALOG_CATALOG_H
#define CO_CATALOG_CATALOG_H

#include "base/err.h"
#include "codec/json.h"

#include <stdint.h>

struct co_api;
struct co_apis;

struct co_operation {
	int access; /* enum co_access of run/plan.h */
	int64_t ms;
	int64_t price; /* millionths of a USD for each call */
	char *permissions; /* as in the file */
	char *parameters;
	char *sentence;
	struct co_api *api; /* instead of parameters: the service, and */
	char *name;	    /* the operation whose input they are */
};

struct co_catalog; /* opens provider files when they are first asked for */

struct co_catalog *co_catalog_new(const char *directory);
void co_catalog_free(struct co_catalog *catalog);

/* Maps the files of all providers, so that a sandbox without files can be entered: later finds open nothing. */
int co_catalog_open_all(struct co_catalog *catalog, struct co_err *err);

/*
 * Looks up a call of three words. CO_ERR_INPUT with id "unknown-operation",
 * "unknown-service" or "unknown-provider" (and "did you mean"), or "bad-catalog" with the file and
 * line. The result is owned by the caller, and borrows from the catalogue.
 */
int co_catalog_find(struct co_catalog *catalog, const char *const call[3], struct co_operation *out,
		    struct co_err *err);
void co_operation_clear(struct co_operation *operation);

/* The APIs of a provider, borrowed; NULL when it has none. As co_catalog_find(). */
int co_catalog_apis(struct co_catalog *catalog, const char *provider, const struct co_apis **apis, struct co_err *err);

/* Checks every line of a whole file, and their order: what the tests hold shipped catalogues against. */
int co_catalog_check(const char *path, struct co_err *err);

/*
 * Checks a call's parameters: unknown names, missing ones, wrong types; fills
 * in defaults. With an API, at any depth by its shapes. Else, types: string integer boolean duration percent (0 to 100) port
 * (1 to 65535) path (absolute, without "..") strings integers object objects; lists have
 * their defaults comma-separated, objects have none. Strings that hold "${" are
 * not checked yet. given may be NULL for none. *with is a new reference; on
 * failure err->path names the parameter.
 */
int co_operation_check(const struct co_operation *operation, json_t *given, json_t **with, struct co_err *err);

/* Whether the provider has a waiter of that name that calls this operation; CO_ERR_INPUT "unknown-waiter". */
int co_operation_waiter(const struct co_operation *operation, const char *name, struct co_err *err);

#endif
