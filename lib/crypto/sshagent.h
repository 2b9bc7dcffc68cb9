/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sshagent: what is said to ssh-agent, and what it answers
 * (draft-ietf-sshm-ssh-agent). The socket is the caller's.
 */
#ifndef CO_CRYPTO_SSHAGENT_H
#define CO_CRYPTO_SSHAGENT_H

#include "crypto/sshkey.h"

enum { CO_SSHAGENT_BYTES = 256 * 1024 }; /* most bytes of an answer, as OpenSSH has it */

/* Appends a request to sign data with key, with its length before it. RSA keys sign with SHA-512. */
void co_sshagent_ask(const struct co_sshkey *key, const void *data, size_t len, struct co_buf *request);

/*
 * The signature in wire form, appended, out of an answer without its length.
 * CO_ERR_NO "agent-refused" if the agent has no such key or its owner said no.
 */
int co_sshagent_answer(const void *answer, size_t len, struct co_buf *signature, struct co_err *err);

#endif
