/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sshagent.h"

#include "crypto/sshwire.h"

#include <string.h>

enum {
	AGENT_FAILURE = 5,
	SIGN_REQUEST = 13,
	SIGN_RESPONSE = 14,
	RSA_SHA2_512 = 4, /* flag */
};

void co_sshagent_ask(const struct co_sshkey *key, const void *data, size_t len, struct co_buf *request)
{
	int rsa = strcmp(key->type, "ssh-rsa") == 0;

	co_wire_put_u32(request, (uint32_t)(1 + 4 + key->len + 4 + len + 4));
	co_buf_addc(request, SIGN_REQUEST);
	co_wire_put_string(request, key->blob, key->len);
	co_wire_put_string(request, data, len);
	co_wire_put_u32(request, rsa ? RSA_SHA2_512 : 0);
}

int co_sshagent_answer(const void *answer, size_t len, struct co_buf *signature, struct co_err *err)
{
	struct co_wire w = { answer, len }, bytes;
	unsigned char type;

	if (co_wire_byte(&w, &type) < 0)
		return co_err_set(err, CO_ERR_SYSTEM, "bad-agent", "ssh-agent gave an empty answer");
	if (type == AGENT_FAILURE)
		return co_err_set(err, CO_ERR_NO, "agent-refused", "ssh-agent does not sign with this key");
	if (type != SIGN_RESPONSE || co_wire_string(&w, &bytes) < 0 || w.left)
		return co_err_set(err, CO_ERR_SYSTEM, "bad-agent", "ssh-agent gave a malformed answer");
	co_buf_add(signature, bytes.at, bytes.left);
	return CO_OK;
}
