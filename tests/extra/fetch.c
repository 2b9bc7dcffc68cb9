/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request by net/http, for tests/peers/http.sh:
 *   fetch [-i] [-2] [-z] [-s] [-n SERVER-NAME] [-a CA] [-c CERTIFICATE -k KEY] [-l LIMIT] URL
 * Prints "STATUS VERSION BYTES", then the first 100 bytes of the body; or the error's id and message.
 */
#include "net/http.h"
#include "sys/clock.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int count(void *context, const void *data, size_t len)
{
	(void)data;
	*(size_t *)context += len;
	return 0;
}

static char *text_of(const char *path)
{
	struct co_buf b = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_file_read(path, 1000000, 0, &b, &err) < 0) {
		fprintf(stderr, "fetch: %s\n", err.message);
		exit(2);
	}
	return co_buf_take(&b);
}

int main(int argc, char **argv)
{
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_http_tls tls = { .ca_file = NULL };
	struct co_http_request request = { .method = "GET", .tls = &tls, .deadline = co_clock_ms() + 60000 };
	struct co_err err = CO_ERR_INIT;
	struct co_http *http;
	size_t bytes = 0;
	int option, rc;

	while ((option = getopt(argc, argv, "i2zsn:a:c:k:l:")) != -1) {
		switch (option) {
		case 'i': tls.insecure = 1; break;
		case '2': request.flags |= CO_HTTP_2; break;
		case 'z': request.flags |= CO_HTTP_COMPRESSED; break;
		case 's': request.sink = count, request.context = &bytes; break;
		case 'n': tls.server_name = optarg; break;
		case 'a': tls.ca_pem = text_of(optarg); break;
		case 'c': tls.certificate = text_of(optarg); break;
		case 'k': tls.key = text_of(optarg); break;
		case 'l': request.limit = strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	}
	if (optind + 1 != argc || co_http_new(&http, "fetch", &err) < 0)
		return 2;
	request.url = argv[optind];
	rc = co_http_send(http, &request, &response, &err);
	if (rc == CO_OK)
		printf("%d %d %zu\n%.100s\n", response.status, response.version, bytes + response.body.len,
		       co_buf_str(&response.body));
	else
		printf("%s %s\n", err.id, err.message);
	co_http_response_clear(&response);
	co_http_free(http);
	free((char *)tls.ca_pem);
	free((char *)tls.certificate);
	free((char *)tls.key);
	return -rc;
}
