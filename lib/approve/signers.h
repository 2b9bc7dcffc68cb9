/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approve/signers: whose keys may approve (ssh-keygen(1), ALLOWED SIGNERS).
 *
 * Stricter than ssh-keygen: one bad line refuses the file, and so do
 * principals or namespaces with * ? or ! (ssh-keygen takes "*" as anybody) and
 * certificate authorities.
 */
#ifndef CO_APPROVE_SIGNERS_H
#define CO_APPROVE_SIGNERS_H

#include "codec/shape.h"
#include "config/config.h"
#include "crypto/sshkey.h"

enum { CO_SIGNERS_BYTES = 1024 * 1024 };

struct co_signer {
	CO_LIST(char *) principals;
	CO_LIST(char *) namespaces; /* none: any */
	int64_t valid_after;	    /* 0: not limited */
	int64_t valid_before;
	struct co_sshkey key;
	unsigned line;
};

struct co_signers {
	CO_LIST(struct co_signer) list;
	char *file;
	int local; /* no file is configured: the list is the local user's own key, if there is one */
};

/*
 * Reads what configuration names: approval.signers, or without it the public
 * half of approval.key (default <config_dir>/approval_key) with principal user.
 * The file must not be writable by others. Times without Z are local, as ssh-keygen has it.
 */
int co_signers_load(struct co_signers *signers, const struct co_config *config, const char *user,
		    struct co_err *err);

/* From the text of an allowed_signers file; name is for messages. */
int co_signers_parse(struct co_signers *signers, const char *text, size_t len, const char *name,
		     struct co_err *err);
void co_signers_clear(struct co_signers *signers);

/* Adds a key of the local user's own. */
void co_signers_own(struct co_signers *signers, const struct co_sshkey *key, const char *principal);

/*
 * CO_OK if the file gives this principal this key for the namespace at time at;
 * else CO_ERR_NO: "unknown-signer", "wrong-namespace" or "expired-key".
 */
int co_signers_check(const struct co_signers *signers, const struct co_sshkey *key, const char *principal,
		     const char *namespace, int64_t at, struct co_err *err);

/* The first principal that has this key; NULL if none. Lent. */
const char *co_signers_principal(const struct co_signers *signers, const struct co_sshkey *key);

/* True if one of this principal's lines has this key. */
int co_signers_has(const struct co_signers *signers, const char *principal, const struct co_sshkey *key);

/* The private key that approves by default: approval.key, or <config_dir>/approval_key. The caller frees it. */
char *co_signers_default_key(const struct co_config *config);

#endif
