/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approve/sign: signatures by the keys people already have.
 *
 * An unencrypted Ed25519 file signs in this process. For any other key ssh-agent
 * is asked, and then ssh-keygen, which asks for a passphrase or a touch itself.
 */
#ifndef CO_APPROVE_SIGN_H
#define CO_APPROVE_SIGN_H

#include "crypto/secret.h"
#include "crypto/sshkey.h"

struct co_sign_key {
	struct co_sshkey public;
	struct co_secret seed; /* of a key that signs in this process; else empty */
	char *file;	       /* the private key's file, for ssh-keygen; NULL if there is none */
};

#define CO_SIGN_KEY_INIT { CO_SSHKEY_INIT, CO_SECRET_INIT, NULL }

/* How others are reached. */
struct co_sign_helpers {
	const char *agent;	      /* $SSH_AUTH_SOCK; NULL: no agent */
	const char *const *env;	      /* of ssh-keygen; ends with NULL */
};

/*
 * Opens the key at path: a private key file, or a public one (PATH.pub) whose
 * private half the agent holds. CO_ERR_NO "no-key" when neither is there;
 * CO_ERR_INPUT for one that is damaged or that others may read.
 */
int co_sign_open(struct co_sign_key *key, const char *path, struct co_err *err);
void co_sign_close(struct co_sign_key *key);

/*
 * Appends the SSHSIG blob over message, which has been verified. CO_ERR_NO
 * "not-signed" when the key's owner, or whatever holds it, said no.
 */
int co_sign(const struct co_sign_key *key, const struct co_sign_helpers *helpers, const void *message, size_t len,
	    const char *namespace, struct co_buf *blob, struct co_err *err);

/*
 * Makes a new Ed25519 key: path (mode 0600) and path.pub, as ssh-keygen reads
 * them. random: 36 random bytes, wiped here. CO_ERR_NO "exists" when path is there.
 */
int co_sign_new(const char *path, const char *comment, unsigned char random[36], struct co_sshkey *public,
		struct co_err *err);

#endif
