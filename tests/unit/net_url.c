/* SPDX-License-Identifier: Apache-2.0 */
#include "net/url.h"

#include "unit.h"

static void encode(const char *s, const char *keep, const char *wanted)
{
	struct co_buf b = CO_BUF_INIT;

	co_url_encode(&b, s, strlen(s), keep);
	assert_string_equal(co_buf_str(&b), wanted);
	co_buf_clear(&b);
}

static void encodes_all_but_the_unreserved(void **state)
{
	struct co_buf b = CO_BUF_INIT;

	(void)state;
	encode("AZaz09-._~", NULL, "AZaz09-._~");
	encode("a b/c?d=e&f+g%h", NULL, "a%20b%2Fc%3Fd%3De%26f%2Bg%25h");
	encode("a b/c", "/", "a%20b/c");
	encode("\xc3\xa9\xff", NULL, "%C3%A9%FF");
	encode("", NULL, "");
	co_url_encode(&b, "a\0b", 3, "/");
	assert_string_equal(co_buf_str(&b), "a%00b");
	co_buf_clear(&b);
}

static void decode(const char *s, const char *wanted)
{
	struct co_buf b = CO_BUF_INIT;

	co_url_decode(&b, s, strlen(s));
	assert_string_equal(co_buf_str(&b), wanted);
	co_buf_clear(&b);
}

static void decodes_what_is_encoded(void **state)
{
	(void)state;
	decode("a%20b%2fc%2F", "a b/c/");
	decode("a+b", "a+b");
	decode("100%", "100%");
	decode("%4", "%4");
	decode("%zz%41", "%zzA");
	decode("", "");
}

static void builds_queries(void **state)
{
	struct co_buf b = CO_BUF_INIT;

	(void)state;
	co_buf_adds(&b, "/api");
	co_url_query(&b, "a b", "1&2");
	co_url_query(&b, "limit", NULL);
	assert_string_equal(co_buf_str(&b), "/api?a%20b=1%262&limit=");
	co_buf_clear(&b);
}

static void parse(const char *text, const char *scheme, const char *host, int port, const char *path, const char *query)
{
	struct co_err err = CO_ERR_INIT;
	struct co_url u;

	if (co_url_parse(&u, text, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	assert_string_equal(u.scheme, scheme);
	assert_string_equal(u.host, host);
	assert_int_equal(u.port, port);
	assert_string_equal(u.path, path);
	if (query)
		assert_string_equal(u.query, query);
	else
		assert_null(u.query);
	co_url_clear(&u);
}

static void takes_urls_apart(void **state)
{
	(void)state;
	parse("https://Example.COM", "https", "example.com", 443, "/", NULL);
	parse("HTTP://a:8080/x/../y?q=1&r#part", "http", "a", 8080, "/x/../y", "q=1&r");
	parse("https://[2001:DB8::1]:6443/api", "https", "2001:db8::1", 6443, "/api", NULL);
	parse("http://[::1]", "http", "::1", 80, "/", NULL);
	parse("https://h?only=query", "https", "h", 443, "/", "only=query");
	parse("https://h/%2F%zz", "https", "h", 443, "/%2F%zz", NULL);
}

static void refuses_what_is_no_url(void **state)
{
	static const char *const texts[] = {
		"", "h", "ftp://h/", "https:/h", "https://", "https:///path", "https://u@h/", "https://u:p@h/", "https://h:/",
		"https://h:0/", "https://h:65536/", "https://h:1234567/", "https://h:80x/", "https://[::1", "https://[]/",
		"https://[::1]x/", "https://h/a b", "https://h/a\nb", "https://h\\@evil/", "https://h/\x7f", "://h", "file:///etc/passwd",
	};
	struct co_err err;
	struct co_url u;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(texts); i++) {
		memset(&err, 0, sizeof(err));
		if (co_url_parse(&u, texts[i], &err) != CO_ERR_INPUT)
			fail_msg("\"%s\" was taken", texts[i]);
		assert_string_equal(err.id, "bad-url");
	}
}

static void knows_this_machine(void **state)
{
	(void)state;
	assert_true(co_url_is_loopback("localhost"));
	assert_true(co_url_is_loopback("LocalHost"));
	assert_true(co_url_is_loopback("127.0.0.1"));
	assert_true(co_url_is_loopback("127.9.9.9"));
	assert_true(co_url_is_loopback("::1"));
	assert_false(co_url_is_loopback("127.0.0.1.evil.com"));
	assert_false(co_url_is_loopback("localhost.evil.com"));
	assert_false(co_url_is_loopback("10.0.0.1"));
	assert_false(co_url_is_loopback(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_all_but_the_unreserved), cmocka_unit_test(decodes_what_is_encoded),
		cmocka_unit_test(builds_queries),		  cmocka_unit_test(takes_urls_apart),
		cmocka_unit_test(refuses_what_is_no_url),	  cmocka_unit_test(knows_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
