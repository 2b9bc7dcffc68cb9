/* SPDX-License-Identifier: Apache-2.0 */
/* audit/passage: what co-audit records of a run document that passes through it. */
#ifndef CO_AUDIT_PASSAGE_H
#define CO_AUDIT_PASSAGE_H

#include "audit/record.h"
#include "run/run.h"

/*
 * A record of type "run": verb and subject, the sentence, how it ended, cost and
 * time, and in detail: digests of the document and of the plan, playbook,
 * decision, approvals, findings by severity, the model that was asked, the error.
 * Large and foreign text is clipped. text: the document as one compact line
 * without LF. actor: who runs co-audit; the requester is added when another. A
 * new reference.
 */
json_t *co_audit_passage(const struct co_run *run, const struct co_buf *text, const struct co_audit_actor *actor);

#endif
