/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask: command lines and log lines without the secrets that people put there.
 *
 * What is recognised: values of options, variables and headers whose name says
 * secret (password, token, api-key, ...), the password in a URL, the password
 * options of well-known clients (mysql -p, sshpass -p, redis-cli -a, curl -u),
 * and tokens that are known by their shape (AKIA..., ghp_..., a JWT, a private
 * key). Better one word too many than one secret shown; it cannot know a secret
 * that stands alone without a name or a shape.
 */
#ifndef CO_PROVIDER_LOCAL_MASK_H
#define CO_PROVIDER_LOCAL_MASK_H

#include "base/buf.h"

/* Arguments, each ended by NUL, as in /proc/PID/cmdline; appended with spaces between them. */
void co_mask_command(struct co_buf *out, const char *args, size_t len);

/* A line of text. */
void co_mask_line(struct co_buf *out, const char *text, size_t len);

#endif
