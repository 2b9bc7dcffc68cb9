/* SPDX-License-Identifier: Apache-2.0 */
/* exec/evidence: large outputs kept as files named by their digest, out of the document. */
#ifndef CO_EXEC_EVIDENCE_H
#define CO_EXEC_EVIDENCE_H

#include "codec/json.h"

enum { CO_EVIDENCE_BYTES = 16 * 1024 }; /* outputs up to this stay in the document */

/*
 * Writes an output that is larger to DIRECTORY/<hex>.json in RFC 8785 form, and sets *digest
 * to "sha256:<hex>" on the heap; leaves a smaller one alone and *digest NULL.
 */
int co_evidence_keep(const char *directory, json_t *output, char **digest, struct co_err *err);

#endif
