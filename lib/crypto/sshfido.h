/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/sshfido: what a FIDO device signs when an SSH key in it signs (OpenSSH's PROTOCOL.u2f). */
#ifndef CO_CRYPTO_SSHFIDO_H
#define CO_CRYPTO_SSHFIDO_H

#include "base/err.h"
#include "crypto/sshwire.h"

/* The name of a signature that a browser got from the device (WebAuthn). */
#define CO_SSHFIDO_WEBAUTHN "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"

/*
 * Appends the bytes the device has signed for message. application is the
 * key's; rest is the signature after its algorithm and bytes: flags, counter, and for
 * webauthn the origin, the client data and the extensions. CO_ERR_INPUT if rest
 * is malformed; CO_ERR_NO "no-touch" if no person touched the device, "bad-signature"
 * if a browser was asked to sign something else.
 */
int co_sshfido_message(const struct co_wire *application, const void *message, size_t len, struct co_wire rest,
		       int webauthn, struct co_buf *out, struct co_err *err);

#endif
