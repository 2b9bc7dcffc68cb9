/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/weak: MD5, SHA-1 and CRC-32, because protocols ask for them as checksums. Never for security. */
#ifndef CO_CRYPTO_WEAK_H
#define CO_CRYPTO_WEAK_H

#include <stddef.h>
#include <stdint.h>

enum { CO_MD5_LEN = 16, CO_SHA1_LEN = 20 };

void co_md5(const void *data, size_t len, unsigned char out[CO_MD5_LEN]);   /* RFC 1321 */
void co_sha1(const void *data, size_t len, unsigned char out[CO_SHA1_LEN]); /* RFC 3174 */
uint32_t co_crc32(const void *data, size_t len);			    /* of IEEE 802.3 */

#endif
