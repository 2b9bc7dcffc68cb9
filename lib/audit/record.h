/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/record: what a line of the audit log says (co-audit(5)).
 *
 * The keys always stand in the order of the struct below, so that a scan finds
 * seq and time at the start of a line and prev at its end without parsing it.
 */
#ifndef CO_AUDIT_RECORD_H
#define CO_AUDIT_RECORD_H

#include "codec/shape.h"

enum { CO_AUDIT_RECORD = 65535 }; /* most bytes of a line without its LF (C2SP tlog-tiles entry limit) */

/* The types of record there are. */
#define CO_AUDIT_EXEC_START "exec.start"	 /* co-exec passed its gate */
#define CO_AUDIT_STEP_INTENT "step.intent"	 /* a call is about to be made */
#define CO_AUDIT_STEP_RESULT "step.result"	 /* how it ended */
#define CO_AUDIT_EXEC_END "exec.end"
#define CO_AUDIT_APPROVAL "approval"		 /* co-approve signed a statement */
#define CO_AUDIT_APPROVAL_USED "approval.used"	 /* co-exec spent it */
#define CO_AUDIT_RUN "run"			 /* co-audit saw a document pass */
#define CO_AUDIT_REPAIR "repair"		 /* the log mended itself */

struct co_audit_actor {
	char *user;
	int64_t uid;
	char *host;
	char *on_behalf; /* who asked, when that is not the user */
};

struct co_audit_record {
	int64_t seq;   /* 1, 2, 3, ... over all days */
	int64_t time;  /* never before that of the record before it */
	int64_t clock; /* the writer's clock, only when it was over a minute behind the log */
	char *type;
	char *run;  /* ULID */
	char *step; /* step id */
	struct co_audit_actor *actor;
	char *what;   /* the act: "local read cpu" */
	char *why;    /* the sentence or goal it serves */
	char *result; /* "done", "failed", "denied", ... */
	char *cost;   /* US dollars, decimal string */
	int64_t ms;
	json_t *detail; /* object: the rest, large things by digest */
	char *prev;	/* leaf hash of the line before it */
};

/* Decodes a record as it stands in a line; encodes one without seq, time and prev. */
extern const struct co_shape co_audit_record_shape;

/*
 * A record to append, as JSON; the strings and the actor are borrowed and may be
 * NULL, but the type. ms < 0 leaves it out. detail is taken over and may be NULL.
 * Bytes that are not UTF-8 are written escaped. A new reference.
 */
struct co_audit_event {
	const char *type;
	const char *run;
	const char *step;
	const char *what;
	const char *why;
	const char *result;
	const char *cost;
	int64_t ms;
	json_t *detail;
};
json_t *co_audit_record_new(const struct co_audit_event *event, const struct co_audit_actor *actor);

/*
 * Appends the middle of a line to out: ,"type":...,"detail":{...} in fixed order.
 * The record must have none of seq, time, clock and prev, and no key that the
 * shape lacks: CO_ERR_INPUT. A detail that would make the line too long is
 * replaced by {"digest":...,"bytes":N} of its compact JSON; if the line is too
 * long even so: CO_ERR_INPUT with id "too-large".
 */
int co_audit_record_body(struct co_buf *out, json_t *record, struct co_err *err);

#endif
