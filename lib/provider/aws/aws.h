/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws: any operation of any AWS service, by its model: "aws ec2 DescribeInstances" (co-aws(5)). */
#ifndef CO_PROVIDER_AWS_H
#define CO_PROVIDER_AWS_H

#include "exec/provider.h"

extern const struct co_provider co_provider_aws;

#endif
