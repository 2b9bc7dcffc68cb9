/* SPDX-License-Identifier: Apache-2.0 */
/* run/approval: a signed statement about one plan (co-approval(5)). */
#ifndef CO_RUN_APPROVAL_H
#define CO_RUN_APPROVAL_H

#include "codec/shape.h"

struct co_approval {
	char *statement; /* base64 of the JCS bytes that were signed */
	char *signature; /* base64 of the SSHSIG blob (without armour) */
	char *by;	 /* principal; a hint: the signers file decides */
};

extern const struct co_shape co_approval_shape;

#endif
