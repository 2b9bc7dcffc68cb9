/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel, other programs and other people's files say about this host: any bytes. */
#include "fuzz.h"

#include "crypto/certificate.h"
#include "provider/local/mask.h"
#include "provider/local/proc.h"
#include "provider/local/sockets.h"
#include "provider/local/task.h"

static void mask(const char *text, size_t size)
{
	struct co_buf once = CO_BUF_INIT, twice = CO_BUF_INIT;

	co_mask_line(&once, text, size);
	co_mask_line(&twice, co_buf_str(&once), once.len);
	must(once.len <= 4 * 4096 + 16); /* bounded, whatever comes */
	co_buf_reset(&once);
	co_mask_command(&once, text, size);
	must(once.len <= 4 * 4096 + 16);
	co_buf_clear(&once);
	co_buf_clear(&twice);
}

static void certificates(const char *text, size_t size)
{
	struct co_certificates list;

	if (co_certificates_read(&list, text, size, 5))
		return;
	must(list.count <= 5 && list.count + list.bad > 0);
	co_certificates_clear(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct co_host host = { -1, 0, 4096, 100 };
	char *text = fuzz_text(data, size), *cursor = text, *line;
	json_t *shown = co_text(text, size);
	struct co_cgroup group;
	struct co_socket socket;
	struct co_task task;
	int any;

	must(shown && json_string_length(shown) <= 8 * 1000 + 3);
	json_decref(shown);
	mask(text, size);
	certificates(text, size);
	if (co_task_parse(text, &host, &task) == 0)
		must(strlen(task.name) < sizeof(task.name));
	if (co_socket_parse(text, &socket, &any) == 0)
		must(*socket.address && *co_socket_scope(socket.address));
	co_key_number(text, "key:");
	co_cgroup_parse(text, &group);
	must(strlen(group.container) == 0 || strlen(group.container) == 64);
	while ((line = co_line(&cursor)) != NULL)
		must(strchr(line, '\n') == NULL);
	free(text);
	return 0;
}
