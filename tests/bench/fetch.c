/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least that the pages of tests/peers/aws/faulty.py can cost a program of this kind:
 *   fetch URL LISTS bytes|xml|json
 * Reads LISTS lists to their ends at once, over one connection each, by libcurl alone in one thread: only the bytes; parsed by expat
 * too; or made into values of jansson, which are printed at the end. It signs nothing, checks nothing and masks nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "codec/json.h"
#include "net/curl.h"

enum { LISTS = 64, DEPTH = 16 };
enum mode { BYTES, XML, JSON };

struct list {
	CURL *easy;
	struct co_buf body;
	char asks[128];
	json_t *vpcs;
};

static void die(const char *what)
{
	fprintf(stderr, "fetch: %s\n", what);
	exit(1);
}

static size_t on_body(char *data, size_t size, size_t n, void *context)
{
	struct list *list = context;

	co_buf_add(&list->body, data, size * n);
	return size * n;
}

static void ask(const struct co_curl *curl, CURLM *multi, struct list *list, const char *token)
{
	snprintf(list->asks, sizeof(list->asks), "Action=DescribeVpcs&Version=2016-11-15%s%.20s", token ? "&NextToken=" : "", token ? token : "");
	co_buf_reset(&list->body);
	curl->easy_setopt(list->easy, CURLOPT_POSTFIELDS, list->asks);
	curl->multi_add_handle(multi, list->easy);
}

/* ---- what is made of a page */

struct reader {
	json_t *vpcs, *item; /* item: the one that is being read */
	struct co_buf text;
	char name[64];
};

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
	struct reader *r = context;

	(void)attributes;
	if (strcmp(name, "item") == 0)
		r->item = json_object();
	snprintf(r->name, sizeof(r->name), "%s", name);
	co_buf_reset(&r->text);
}

static void XMLCALL on_text(void *context, const char *text, int len)
{
	co_buf_add(&((struct reader *)context)->text, text, (size_t)len);
}

static void XMLCALL on_end(void *context, const char *name)
{
	struct reader *r = context;

	if (strcmp(name, "item") == 0) {
		json_array_append_new(r->vpcs, r->item);
		r->item = NULL;
	} else if (r->item) {
		json_object_set_new(r->item, r->name, json_stringn(co_buf_str(&r->text), r->text.len));
	}
}

static void read_page(struct list *list, enum mode mode)
{
	struct reader r = { .vpcs = list->vpcs };
	XML_Parser parser;

	if (mode == BYTES)
		return;
	parser = XML_ParserCreate(NULL);
	XML_SetUserData(parser, &r);
	if (mode == JSON) {
		XML_SetElementHandler(parser, on_start, on_end);
		XML_SetCharacterDataHandler(parser, on_text);
	}
	if (XML_Parse(parser, list->body.data, (int)list->body.len, 1) != XML_STATUS_OK)
		die("a page is no XML");
	XML_ParserFree(parser);
	co_buf_clear(&r.text);
}

/* ---- */

static size_t fetch_all(const struct co_curl *curl, CURLM *multi, enum mode mode)
{
	int running = 1, left;
	size_t pages = 0;
	CURLMsg *message;

	while (running) {
		curl->multi_perform(multi, &running);
		while ((message = curl->multi_info_read(multi, &left))) {
			struct list *list;
			const char *token;

			if (message->msg != CURLMSG_DONE || message->data.result != CURLE_OK)
				die("a page did not come");
			curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &list);
			curl->multi_remove_handle(multi, list->easy);
			read_page(list, mode);
			pages++;
			token = strstr(co_buf_str(&list->body), "<nextToken>");
			if (token) {
				char number[21] = "";

				sscanf(token, "<nextToken>%20[0-9]", number);
				ask(curl, multi, list, number);
				running = 1;
			}
		}
		if (running)
			curl->multi_poll(multi, NULL, 0, 1000, NULL);
	}
	return pages;
}

int main(int argc, char **argv)
{
	const enum mode mode = argc < 4 ? BYTES : strcmp(argv[3], "json") == 0 ? JSON : strcmp(argv[3], "xml") == 0 ? XML : BYTES;
	const int count = argc < 4 ? 0 : atoi(argv[2]);
	static struct list lists[LISTS];
	struct co_curl curl;
	json_t *all = json_array();
	CURLM *multi;
	size_t pages;
	int i;

	if (count < 1 || count > LISTS || co_curl_load(&curl, NULL) < 0)
		die("fetch URL LISTS bytes|xml|json");
	multi = curl.multi_init();
	for (i = 0; i < count; i++) {
		lists[i].easy = curl.easy_init();
		lists[i].vpcs = json_array();
		json_array_append_new(all, lists[i].vpcs);
		curl.easy_setopt(lists[i].easy, CURLOPT_URL, argv[1]);
		curl.easy_setopt(lists[i].easy, CURLOPT_PRIVATE, &lists[i]);
		curl.easy_setopt(lists[i].easy, CURLOPT_WRITEFUNCTION, on_body);
		curl.easy_setopt(lists[i].easy, CURLOPT_WRITEDATA, &lists[i]);
		ask(&curl, multi, &lists[i], NULL);
	}
	pages = fetch_all(&curl, multi, mode);
	if (mode == JSON)
		json_dumpf(all, stdout, JSON_COMPACT);
	else
		printf("%zu\n", pages);
	return 0;
}
