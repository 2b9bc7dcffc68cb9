/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run/run: the run document, the one JSON object that travels the pipe (co-run(5)).
 *
 * Each stage adds its own section and changes no other. The JSON value is the
 * document; the structs beside it are decoded views of its sections. To change
 * a section, encode it and hand it to co_run_set().
 */
#ifndef CO_RUN_RUN_H
#define CO_RUN_RUN_H

#include "run/approval.h"
#include "run/decision.h"
#include "run/execution.h"
#include "run/finding.h"
#include "run/intent.h"
#include "run/plan.h"
#include "run/request.h"

#include "crypto/sha256.h"

#define CO_RUN_FORMAT "run/1"

/* Why a stage said "no": a struct co_err as it stands in a document. */
struct co_run_error {
	char *stage;
	char *code;
	char *message;
	char *hint;
	char *path;
};

struct co_summary {
	CO_LIST(char *) text; /* "memory: 62% of 15.6 GiB in use" */
	json_t *counts;	      /* findings by severity */
};

struct co_run {
	json_t *doc; /* the whole document, if it was read from one; owned */
	char *id;    /* ULID */
	struct co_request *request;
	struct co_intent *intent;
	struct co_plan *plan;
	struct co_decision *decision;
	CO_LIST(struct co_approval) approvals;
	struct co_execution *execution;
	CO_LIST(struct co_finding) findings;
	struct co_summary *summary;
	struct co_run_error *error;
	json_t *ext;
	char *format;
};

extern const struct co_shape co_run_shape;
extern const struct co_shape co_summary_shape;
extern const struct co_shape co_run_error_shape;

/*
 * Decodes and checks a whole document; doc is taken over on success and
 * failure alike. Checked beyond types: the format, a well-formed id, no real
 * numbers and no integer beyond 2^53-1 in intent, plan and decision.
 */
int co_run_decode(struct co_run *run, json_t *doc, struct co_err *err);
void co_run_clear(struct co_run *run);

/* Puts a section (value is taken over) into the document. The decoded view is not changed. */
void co_run_set(struct co_run *run, const char *section, json_t *value);

/* Fills the section "error" from err, in the view, and in the document if there is one. */
void co_run_set_error(struct co_run *run, const char *stage, const struct co_err *err);

/*
 * "sha256:" + hex of SHA-256 over the RFC 8785 form of a section ("plan").
 * CO_ERR_INPUT if the section is absent or not canonicalisable.
 */
int co_run_digest(const struct co_run *run, const char *section, char out[CO_DIGEST_LEN + 1],
		  struct co_err *err);

#endif
