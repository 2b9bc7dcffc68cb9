/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "provider/local/descriptors.h"
#include "provider/local/proc.h"

const char *const co_socket_state_names[CO_SOCKET_STATES] = {
	"",	 "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2",    "time_wait",
	"close", "close_wait",	"last_ack", "listen",	"closing",   "new_syn_recv",
};

enum { SOCKETS_LIMIT = 20000 };

/* "0100007F" or four such words: the bytes of the address in this machine's word order. */
static int parse_address(const char *hex, size_t len, char out[64])
{
	unsigned char bytes[16];
	size_t words = len / 8, i;

	if (len != 8 && len != 32)
		return -1;
	for (i = 0; i < words; i++) {
		char word[9] = "";
		uint32_t n;

		memcpy(word, hex + 8 * i, 8);
		n = (uint32_t)strtoul(word, NULL, 16);
		memcpy(bytes + 4 * i, &n, 4);
	}
	return inet_ntop(words == 1 ? AF_INET : AF_INET6, bytes, out, 64) ? 0 : -1;
}

/* "  0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 ..." */
int co_socket_parse(const char *line, struct co_socket *out, int *remote_any)
{
	char local[40], remote[40];
	unsigned port, remote_port, state, tx, rx;
	long long uid, inode;

	if (sscanf(line, " %*d: %39[0-9A-Fa-f]:%x %39[0-9A-Fa-f]:%x %x %x:%x %*x:%*x %*x %lld %*d %lld",
		   local, &port, remote, &remote_port, &state, &tx, &rx, &uid, &inode) != 9)
		return -1;
	memset(out, 0, sizeof(*out));
	if (parse_address(local, strlen(local), out->address))
		return -1;
	out->port = port;
	out->state = state;
	out->uid = uid;
	out->inode = inode;
	out->queued = rx;
	*remote_any = remote_port == 0;
	return 0;
}

const char *co_socket_scope(const char *address)
{
	if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0)
		return "any";
	if (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
	    strncmp(address, "::ffff:127.", 11) == 0)
		return "loopback";
	return "address";
}

static void take(struct co_sockets *s, const struct co_socket *socket, int udp, int remote_any)
{
	int listens = udp ? remote_any : socket->state == CO_SOCKET_LISTEN;

	if (!udp && !listens && socket->state < CO_SOCKET_STATES)
		s->states[socket->state]++;
	if (!listens && (udp || socket->state != CO_SOCKET_CLOSE_WAIT))
		return;
	if (s->count >= SOCKETS_LIMIT)
		s->truncated = 1;
	else
		*(struct co_socket *)co_grow(&s->items, &s->count, sizeof(*socket)) = *socket;
}

static void read_protocol(const struct co_host *host, struct co_sockets *s, const char *protocol)
{
	struct co_buf b = CO_BUF_INIT;
	struct co_socket socket;
	char *cursor, *line;
	int any, code = co_proc_read(host, &b, "proc/net/%s", protocol);

	if (code == EFBIG)
		s->truncated = 1;
	else if (code && protocol[3] != '6') /* there is no tcp6 without IPv6 */
		s->missing = 1;
	cursor = b.data;
	while ((line = co_line(&cursor)) != NULL)
		if (co_socket_parse(line, &socket, &any) == 0) {
			socket.protocol = protocol;
			take(s, &socket, protocol[0] == 'u', any);
		}
	co_buf_clear(&b);
}

static int by_inode(const void *x, const void *y)
{
	const struct co_socket *a = x, *b = y;

	return (a->inode > b->inode) - (a->inode < b->inode);
}

/* A socket that was inherited belongs to the first, mostly the parent. */
static void socket_seen(void *context, pid_t pid, const char *fd, const char *target)
{
	struct co_sockets *s = context;
	struct co_socket key, *found;

	(void)fd;
	if (strncmp(target, "socket:[", 8) != 0 || !s->items)
		return;
	key.inode = strtoll(target + 8, NULL, 10);
	found = bsearch(&key, s->items, s->count, sizeof(key), by_inode);
	if (found && !found->pid)
		found->pid = pid;
}

int co_sockets_read(struct co_reading *r, struct co_sockets *s, size_t *closed)
{
	static const char *const protocols[] = { "tcp", "tcp6", "udp", "udp6" };
	size_t i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < CO_COUNT(protocols); i++)
		read_protocol(r->host, s, protocols[i]);
	if (s->items)
		qsort(s->items, s->count, sizeof(*s->items), by_inode);
	return co_descriptors(r, socket_seen, s, closed);
}

void co_sockets_clear(struct co_sockets *s)
{
	free(s->items);
	memset(s, 0, sizeof(*s));
}
