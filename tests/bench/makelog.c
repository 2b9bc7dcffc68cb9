/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a well-formed log of one day: makelog DIRECTORY RECORDS. As co_audit_append() would, but unsynced. */
#include "audit/directory.h"
#include "audit/line.h"
#include "base/hex.h"
#include "base/time.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MIDNIGHT = 1795392000 /* 2026-11-23 */, DAY = 86400 };

/* About 680 bytes a line, every thirtieth a "policy.denied". */
static void make_body(struct co_buf *body, long n)
{
	struct co_err err = CO_ERR_INIT;
	char user[] = "alice", host[] = "ops1.example.com", run[48], digest[CO_DIGEST_LEN + 1];
	const struct co_audit_actor actor = { .user = user, .uid = 1000, .host = host };
	struct co_audit_event event = { .type = "step.result", .run = run, .step = "nodes", .what = "kubernetes list nodes",
					.why = "investigate high cpu on prod cluster", .result = n % 30 ? "done" : "denied",
					.cost = "0.0001", .ms = n % 1000 };
	json_t *record;

	snprintf(run, sizeof(run), "01JDBV4K6T5R9M3ZC8%08ld", n / 7);
	co_sha256_text(&n, sizeof(n), digest);
	event.detail = json_pack("{s:s, s:s, s:s, s:i, s:s}", "output", digest, "plan", digest, "target", "prod-eu", "attempts", 1,
				 "call", "GET /api/v1/nodes?limit=500 with a timeout of 30 seconds");
	record = co_audit_record_new(&event, &actor);
	if (co_audit_record_body(body, record, &err) < 0)
		abort();
	json_decref(record);
}

int main(int argc, char **argv)
{
	const long count = argc == 3 ? atol(argv[2]) : 0;
	struct co_buf text = CO_BUF_INIT, body = CO_BUF_INIT;
	struct co_audit_head head = { 0 };
	struct co_err err = CO_ERR_INIT;
	size_t start;
	int fd;

	if (count < 1 || chdir(argv[1]) < 0 || (fd = open("2026-11-23.jsonl", O_WRONLY | O_CREAT | O_EXCL, 0600)) < 0)
		return 2;
	memcpy(head.leaf, co_audit_no_leaf, sizeof(head.leaf));
	while (head.seq < count) {
		co_buf_reset(&body);
		make_body(&body, head.seq);
		start = text.len;
		head.seq++;
		co_audit_line_write(&text, head.seq, MIDNIGHT + head.seq * DAY / (count + 1), 0, &body, head.leaf);
		co_audit_leaf(text.data + start, text.len - start - 1, head.leaf);
		if (text.len < 1 << 20 && head.seq < count)
			continue;
		if (write(fd, text.data, text.len) != (ssize_t)text.len)
			return 4;
		co_buf_reset(&text);
	}
	co_buf_clear(&text);
	co_buf_clear(&body);
	close(fd);
	fd = open("head", O_RDWR | O_CREAT, 0600);
	return fd < 0 || co_audit_head_write(&head, fd, &err) < 0 || close(fd) < 0 ? 4 : 0;
}
