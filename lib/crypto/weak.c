/* SPDX-License-Identifier: Apache-2.0 */
/* As in crypto/sha256: the low-level functions, which need no start-up. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/weak.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

_Static_assert((int)CO_MD5_LEN == MD5_DIGEST_LENGTH && (int)CO_SHA1_LEN == SHA_DIGEST_LENGTH, "RFC 1321, RFC 3174");

void co_md5(const void *data, size_t len, unsigned char out[CO_MD5_LEN])
{
	MD5_CTX c;

	MD5_Init(&c);
	MD5_Update(&c, data, len);
	MD5_Final(out, &c);
}

void co_sha1(const void *data, size_t len, unsigned char out[CO_SHA1_LEN])
{
	SHA_CTX c;

	SHA1_Init(&c);
	SHA1_Update(&c, data, len);
	SHA1_Final(out, &c);
}

/* Four bits at a time: a table of 16, as bodies are small. */
uint32_t co_crc32(const void *data, size_t len)
{
	static const uint32_t table[16] = { 0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
					    0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
					    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c };
	const unsigned char *byte = data, *end = byte + len;
	uint32_t crc = 0xffffffff;

	for (; byte < end; byte++) {
		crc ^= *byte;
		crc = (crc >> 4) ^ table[crc & 15];
		crc = (crc >> 4) ^ table[crc & 15];
	}
	return ~crc;
}
