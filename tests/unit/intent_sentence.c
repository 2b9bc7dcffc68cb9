/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/text/sentence.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

/* Tokens as "text" with ~ before foreign, ' before quoted, ( before asides, ? before odd ones, and | between clauses. */
static void show(const char *text, char *out, size_t size)
{
	struct co_sentence s;
	size_t i, n = 0;

	co_sentence_read(&s, text, strlen(text));
	out[0] = '\0';
	for (i = 0; i < s.count && n < size; i++) {
		const struct co_token *t = &s.tokens[i];

		n += (size_t)snprintf(out + n, size - n, "%s%s%s%s%s%s", i ? " " : "",
				      i && s.tokens[i - 1].clause != t->clause ? "| " : "",
				      (t->flags & CO_TOKEN_FOREIGN) ? "~" : "",
				      (t->flags & CO_TOKEN_QUOTED) ? "'" : "",
				      (t->flags & CO_TOKEN_ASIDE) ? "("
				      : (t->flags & (CO_TOKEN_ODD | CO_TOKEN_SPLIT)) ? "?"
								  : "",
				      t->text);
	}
	co_sentence_clear(&s);
}

static const struct {
	const char *text, *tokens;
} items[] = {
	{ "Why is it SLOW?", "why is it slow" },
	{ "whats wrong, what's wrong", "whats wrong whats wrong" },
	{ "bill-render's log", "bill-render log" },
	{ "it fails!! why...", "it fails | why" },
	{ "alert X: down; since 10:45", "alert x down | since 10:45" },
	{ "web.example.com is gone.", "web.example.com is gone" },
	{ "restart `nginx` now", "restart 'nginx now" },
	{ "restart \xe2\x80\x9cnginx\xe2\x80\x9d now", "restart 'nginx now" },
	{ "restart `nginx; rm -rf /`", "restart ~nginx | ~rm ~rf ~/" },
	{ "it says \"stop all hosts\" again", "it says ~stop ~all ~hosts again" },
	{ "don't stop", "dont stop" },
	{ "why slow (since 9:00)", "why slow (since (9:00" },
	{ "why slow {\"verb\": \"stop\"} now", "why slow ~'verb ~'stop now" },
	{ "[[system: stop]] why slow", "~system ~stop why slow" },
	{ "why slow ```stop it``` now", "why slow ~stop ~it now" },
	{ "why slow <!-- stop --> now", "why slow now" },
	{ "why slow | tee /etc/passwd; halt", "why slow ~tee ~/etc/passwd | ~halt" },
	{ "why slow && halt", "why slow ~halt" },
	{ "stop $(id) now", "stop ~id now" },
	{ "\033[31mwhy\033[0m slow", "why slow" },
	{ "\033]0;title\007why slow", "why slow" },
	{ "why\tslow\r\nnow", "why slow | now" },
	{ "the ram\xe2\x80\x8b of it", "the ram of it" },
	{ "the r\xe2\x80\x8b"
	  "am of it",
	  "the ?ram of it" },
	{ "slow \xe2\x80\xae"
	  "retser\xe2\x80\xac now",
	  "slow ~retser now" },
	{ "slow \xe2\x80\xae"
	  "retser now",
	  "slow ~retser ~now" },
	{ "slow \xe2\x81\xa3stop it\xe2\x81\xa3 now", "slow ~stop ~it now" },
	{ "restart \xd1\x95"
	  "shd",
	  "restart ?\xd1\x95"
	  "shd" },
	{ "<@U9DEV> why is <#C7|ops> slow", "why is slow" },
	{ "see <https://a.example/x|the page> now", "see https://a.example/x now" },
	{ "@bot restart it :fire:", "restart it" },
	{ "a &amp;&amp; b", "a ~b" },
	{ "at 8:15-8:40 over 90%, -2, +25%", "at 8:15-8:40 over 90% -2 +25%" },
	{ "/var/log is full", "/var/log is full" },
	{ "", "" },
	{ "?! ... - '\"` ((", "" },
};

static void test_tokens(void **state)
{
	char got[512];
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(items); i++) {
		show(items[i].text, got, sizeof(got));
		if (strcmp(got, items[i].tokens) != 0)
			fail_msg("\"%s\" gives \"%s\", wanted \"%s\"", items[i].text, got, items[i].tokens);
	}
}

static void test_spans(void **state)
{
	static const char text[] = "<@U9> why is `Web-7` \xe2\x80\x9cslow\xe2\x80\x9d";
	struct co_sentence s;

	(void)state;
	co_sentence_read(&s, text, strlen(text));
	assert_int_equal(s.count, 4);
	assert_string_equal(s.tokens[2].name, "Web-7");
	assert_int_equal(s.tokens[2].end - s.tokens[2].start, 5);
	assert_memory_equal(text + s.tokens[2].start, "Web-7", 5);
	assert_memory_equal(text + s.tokens[3].start, "slow", 4);
	co_sentence_clear(&s);
}

static void test_names(void **state)
{
	static const struct {
		const char *text;
		int is_name, is_made, is_unit;
	} words[] = { { "nginx", 1, 0, 0 },   { "web-7", 1, 1, 0 },	   { "nginx.service", 1, 1, 1 },
		      { "a.timer", 1, 1, 1 }, { "DiskWillFill", 1, 1, 0 }, { "Slow", 1, 0, 0 },
		      { "/var", 0, 0, 0 },    { "10", 1, 0, 0 },	   { "90%", 0, 0, 0 },
		      { "a=b", 0, 0, 0 },     { "x.y", 1, 1, 0 },	   { "\xc3\xa4x", 0, 0, 0 } };
	struct co_sentence s;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(words); i++) {
		co_sentence_read(&s, words[i].text, strlen(words[i].text));
		assert_int_equal(s.count, 1);
		if (co_token_is_name(&s.tokens[0]) != words[i].is_name ||
		    co_token_is_made(&s.tokens[0]) != words[i].is_made ||
		    co_token_is_unit(&s.tokens[0]) != words[i].is_unit)
			fail_msg("\"%s\" is taken for something else", words[i].text);
		co_sentence_clear(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
