/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/ssharmour: OpenSSH's text form of bytes: base64 between a BEGIN and an END line. */
#ifndef CO_CRYPTO_SSHARMOUR_H
#define CO_CRYPTO_SSHARMOUR_H

#include "base/err.h"

#define CO_ARMOUR_SIGNATURE "SSH SIGNATURE"
#define CO_ARMOUR_PRIVATE_KEY "OPENSSH PRIVATE KEY"

/*
 * Appends the bytes; text behind the END line is not looked at. noun is what it is,
 * for messages: "the signature". CO_ERR_INPUT id "bad-armour". No copy is left in freed memory.
 */
int co_ssharmour_decode(const char *text, size_t len, const char *label, const char *noun, struct co_buf *out,
			struct co_err *err);

/* Appends the text, 70 columns wide as ssh-keygen has it. */
void co_ssharmour_encode(const void *data, size_t len, const char *label, struct co_buf *out);

/* Wipes and frees a buffer that held a secret. */
void co_ssharmour_wipe(struct co_buf *b);

#endif
