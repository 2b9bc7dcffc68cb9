/* SPDX-License-Identifier: Apache-2.0 */
/* net/reach: what an address leads to, judged by its bytes and not by its spelling. Private to lib/net. */
#ifndef CO_NET_REACH_H
#define CO_NET_REACH_H

#include <sys/socket.h>

enum co_reach {
	CO_REACH_ANY,
	CO_REACH_METADATA, /* link-local (RFC 3927, RFC 4291 section 2.5.6), fd00:ec2::/32: where credentials are handed out */
	CO_REACH_SELF,	   /* loopback */
};

enum co_reach co_reach_of(const struct sockaddr *address);

#endif
