/* SPDX-License-Identifier: Apache-2.0 */
#include "net/reach.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static enum co_reach of_v4(uint32_t address)
{
	if (address >> 16 == 0xa9fe)
		return CO_REACH_METADATA;
	return address >> 24 == 127 ? CO_REACH_SELF : CO_REACH_ANY;
}

static enum co_reach of_v6(const struct in6_addr *address)
{
	static const unsigned char ec2[4] = { 0xfd, 0x00, 0x0e, 0xc2 };
	const unsigned char *b = address->s6_addr;

	if (IN6_IS_ADDR_V4MAPPED(address))
		return of_v4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15]);
	if (IN6_IS_ADDR_LINKLOCAL(address) || memcmp(b, ec2, sizeof(ec2)) == 0)
		return CO_REACH_METADATA;
	return IN6_IS_ADDR_LOOPBACK(address) ? CO_REACH_SELF : CO_REACH_ANY;
}

enum co_reach co_reach_of(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return of_v4(ntohl(v4.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&v6, address, sizeof(v6));
		return of_v6(&v6.sin6_addr);
	}
	return CO_REACH_ANY;
}
