/* SPDX-License-Identifier: Apache-2.0 */
/* sockets: TCP and UDP sockets of this network namespace, from /proc/net, and who owns them. */
#ifndef CO_PROVIDER_LOCAL_SOCKETS_H
#define CO_PROVIDER_LOCAL_SOCKETS_H

#include "provider/local/reading.h"

#include <sys/types.h>

/* Numbers of include/net/tcp_states.h, as the "st" column has them. */
enum co_socket_state {
	CO_SOCKET_ESTABLISHED = 1,
	CO_SOCKET_CLOSE_WAIT = 8,
	CO_SOCKET_LISTEN = 10,
	CO_SOCKET_STATES = 13,
};
extern const char *const co_socket_state_names[CO_SOCKET_STATES];

struct co_socket {
	const char *protocol; /* "tcp", "tcp6", "udp", "udp6" */
	char address[64];     /* local, as inet_ntop writes it */
	unsigned port;
	unsigned state;
	int64_t uid;
	int64_t inode;
	int64_t queued; /* bytes waiting to be read; of a listener: connections to be accepted */
	pid_t pid;	/* 0: not known */
};

struct co_sockets {
	struct co_socket *items; /* listeners (UDP: bound, unconnected) and those in CLOSE_WAIT */
	size_t count;
	int64_t states[CO_SOCKET_STATES]; /* of TCP sockets but listeners */
	int truncated;
	int missing; /* a file could not be read */
};

/* Reads the sockets, then finds their processes. *closed: see co_descriptors(). */
int co_sockets_read(struct co_reading *r, struct co_sockets *s, size_t *closed);
void co_sockets_clear(struct co_sockets *s);

/* One line of /proc/net/tcp and its like; 0 or -1 (the heading). remote_any: not connected. */
int co_socket_parse(const char *line, struct co_socket *out, int *remote_any);

/* "any" for 0.0.0.0 and ::, "loopback", or "address". */
const char *co_socket_scope(const char *address);

#endif
