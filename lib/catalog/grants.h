/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog/grants: what a plan must be allowed, in the words of the platform that is to allow it.
 *
 * Least: the actions of the plan's own calls, verifications and undos, on the resources that
 * they name where the platform can narrow an action to them. The same plan gives the same bytes.
 */
#ifndef CO_CATALOG_GRANTS_H
#define CO_CATALOG_GRANTS_H

#include "catalog/api.h"
#include "catalog/catalog.h"
#include "run/plan.h"

/* One permission of one call. What is in the plan is borrowed. */
struct co_grant {
	char *permission; /* "aws:ec2:StopInstances" */
	int alone;	  /* the call needs no other: what it names is what this is about */
	int access;	  /* of the call */
	const char *service; /* second word of the call */
	json_t *target;
	json_t *with; /* NULL: none */
};

struct co_grants {
	struct co_grant *items;
	size_t count;
};

/* Errors are those of co_catalog_find(). */
int co_grants_of(struct co_grants *grants, const struct co_plan *plan, struct co_catalog *catalog, struct co_err *err);
/* Those of the calls to AWS alone, by its APIs; an operation that is unknown is passed over: it cannot be called either. */
void co_grants_of_aws(struct co_grants *grants, const struct co_plan *plan, const struct co_apis *apis);

void co_grants_clear(struct co_grants *grants);

/*
 * An IAM policy document for the calls to AWS in one account, in targets that name none (""),
 * or in all (NULL); a new reference, or NULL when there are none. An action is allowed on "*" unless all its calls name
 * what the table "resources" of apis (co-aws(5)) makes an ARN of.
 */
json_t *co_grants_iam(const struct co_grants *grants, const struct co_apis *apis, const char *account);

/*
 * Roles and cluster roles for the calls to Kubernetes, as a stream of YAML, for each context
 * that is named; role is their name. Nothing is appended when there are none.
 */
void co_grants_rbac(const struct co_grants *grants, const char *role, struct co_buf *out);

/*
 * For people: the two above, and for other providers a permission a line, each under a comment
 * with the provider's name where there are several. CO_ERR_INPUT when a catalogue is damaged.
 */
int co_grants_write(const struct co_grants *grants, const char *role, struct co_catalog *catalog, struct co_buf *out,
		    struct co_err *err);

#endif
