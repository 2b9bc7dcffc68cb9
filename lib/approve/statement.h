/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approve/statement: what an approver signs (co-approval(5)).
 *
 * The bytes that are signed are the RFC 8785 form of this object and nothing
 * else, so that there is one way to write each statement.
 */
#ifndef CO_APPROVE_STATEMENT_H
#define CO_APPROVE_STATEMENT_H

#include "codec/shape.h"

#define CO_STATEMENT_TYPE "cloudops-approval/1"

enum {
	CO_STATEMENT_BYTES = 16 * 1024,
	CO_UID_UNKNOWN = -1, /* of an approver who signs on another machine */
};

enum co_answer { CO_ANSWER_APPROVE = 1, CO_ANSWER_DENY };

struct co_statement_requester {
	char *by;
	int64_t uid;
	char *host;
};

struct co_statement_approver {
	char *principal;
	int64_t uid;
	char *host;
};

struct co_statement {
	char *type;
	int decision; /* enum co_answer */
	char *plan;   /* digest */
	char *policy; /* digest */
	struct co_statement_requester *requester;
	struct co_statement_approver *approver;
	char *nonce;
	int64_t issued;
	int64_t approve_by; /* an approval given later does not count */
	int64_t execute_by; /* nor one used later */
	char *audience;	    /* who may execute, and where: "USER@HOST" */
};

extern const struct co_shape co_statement_shape; /* clear with co_shape_clear() */
extern const char *const co_answer_names[];

/* Appends the bytes to sign. */
int co_statement_encode(const struct co_statement *statement, struct co_buf *out, struct co_err *err);

/* Reads them; CO_ERR_INPUT for anything else, also for the same object written in another form. */
int co_statement_decode(struct co_statement *statement, const char *bytes, size_t len, struct co_err *err);

#endif
