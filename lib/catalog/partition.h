/* SPDX-License-Identifier: Apache-2.0 */
/* catalog/partition: which part of AWS a region is in, by the table of endpoints (co-aws(5)). */
#ifndef CO_CATALOG_PARTITION_H
#define CO_CATALOG_PARTITION_H

#include "catalog/api.h"

/* The partition of a region: "aws", "aws-cn". CO_ERR_INPUT "bad-region" for what cannot be one. */
struct co_aws_partition {
	char name[16];
	char suffix[32];
	char dual[40];
	char region[32]; /* where its global services are signed for */
};
int co_aws_partition(const struct co_apis *apis, const char *region, struct co_aws_partition *partition,
		     struct co_err *err);

/* Is it one label of a host name: 1 to 63 letters, digits and inner "-"? */
int co_is_host_label(const char *s, size_t len);

#endif
