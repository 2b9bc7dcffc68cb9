/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/signers.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The keys of the seeds "aaa..." and "bbb...". */
static char line_a[128], line_b[128];
static struct co_sshkey key_a, key_b;

static void make_key(char letter, char line[128], struct co_sshkey *key)
{
	struct co_secret seed = CO_SECRET_INIT;
	struct co_buf text = CO_BUF_INIT;
	char bytes[32];

	memset(bytes, letter, sizeof(bytes));
	co_secret_set(&seed, bytes, sizeof(bytes));
	assert_int_equal(co_sshkey_of_seed(key, &seed, NULL), CO_OK);
	co_sshkey_write(key, &text);
	assert_true(text.len < 128);
	strcpy(line, text.data);
	co_buf_clear(&text);
	co_secret_clear(&seed);
}

static int setup(void **state)
{
	(void)state;
	make_key('a', line_a, &key_a);
	make_key('b', line_b, &key_b);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	co_sshkey_clear(&key_a);
	co_sshkey_clear(&key_b);
	return 0;
}

static int parse(struct co_signers *signers, const char *before, const char *after, struct co_err *err)
{
	char *text = co_xasprintf("# comment\n\n%s%s%s", before, line_a, after);
	int rc = co_signers_parse(signers, text, strlen(text), "signers", err);

	free(text);
	return rc;
}

static int64_t at(const char *time)
{
	int64_t seconds;

	assert_int_equal(co_time_parse(&seconds, time), 0);
	return seconds;
}

static void accepted_lines(void **state)
{
	static const struct {
		const char *before, *after;
	} lines[] = {
		{ "alice ", "" },
		{ "alice ", " a comment\n" },
		{ "  alice\t", "\r\n" },
		{ "\"alice\" ", "\n" },
		{ "bob,alice,carol ", "\n# more\n" },
		{ "alice namespaces=\"approval@cloudops\" ", "\n" },
		{ "alice NAMESPACES=\"file,approval@cloudops\" ", "\n" },
		{ "alice valid-after=\"20260101\" ", "\n" },
		{ "alice valid-before=\"20270101000000Z\",namespaces=\"approval@cloudops\" ", "\n" },
	};
	struct co_signers signers;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(lines); i++) {
		if (parse(&signers, lines[i].before, lines[i].after, &err) < 0)
			fail_msg("%s: %s", lines[i].before, err.message);
		assert_int_equal(signers.list.count, 1);
		assert_int_equal(co_signers_check(&signers, &key_a, "alice", "approval@cloudops", at("2026-11-23T06:00:00Z"), &err),
				 CO_OK);
		co_signers_clear(&signers);
	}
}

static void refused_lines(void **state)
{
	static const struct {
		const char *before, *after, *id;
	} lines[] = {
		{ "* ", "", "wildcard" },
		{ "*@example.com ", "", "wildcard" },
		{ "alice,!bob ", "", "wildcard" },
		{ "al?ce ", "", "wildcard" },
		{ "alice,,bob ", "", "bad-signers" },
		{ ",alice ", "", "bad-signers" },
		{ "alice, ", "", "bad-signers" },
		{ "\"alice ", "", "bad-signers" },
		{ "", "", "bad-signers" }, /* the type is taken for a principal */
		{ "alice cert-authority ", "", "cert-authority" },
		{ "alice CERT-AUTHORITY,namespaces=\"x\" ", "", "cert-authority" },
		{ "alice namespaces=\"*\" ", "", "wildcard" },
		{ "alice namespaces=approval@cloudops ", "", "bad-signers" },
		{ "alice namespaces=\"approval@cloudops ", "", "bad-signers" },
		{ "alice namespaces=\"a\",namespaces=\"b\" ", "", "bad-signers" },
		{ "alice no-touch-required ", "", "bad-signers" },
		{ "alice valid-after=\"2026\" ", "", "bad-time" },
		{ "alice valid-after=\"20261301\" ", "", "bad-time" },
		{ "alice valid-after=\"20260101Q\" ", "", "bad-time" },
		{ "alice valid-after=\"20270101\",valid-before=\"20260101\" ", "", "bad-signers" },
		{ "alice\nbob ", "", "bad-signers" },
	};
	struct co_signers signers;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(lines); i++) {
		if (parse(&signers, lines[i].before, lines[i].after, &err) != CO_ERR_INPUT)
			fail_msg("accepted: %s", lines[i].before);
		if (strcmp(err.id, lines[i].id) != 0)
			fail_msg("%s: %s instead of %s", lines[i].before, err.id, lines[i].id);
		assert_string_equal(err.file, "signers");
		assert_int_equal(err.line, 3);
	}
}

static void damaged_keys(void **state)
{
	static const char *const keys[] = {
		"alice ssh-ed25519",
		"alice ssh-ed25519 !!!!",
		"alice ssh-ed25519 AAAA",
		"alice ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIEFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB", /* Ed25519 within */
		"alice ssh-dss AAAAB3NzaC1kc3MAAAAA",
		"alice ssh-ed25519-cert-v01@openssh.com AAAA",
	};
	struct co_signers signers;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(keys); i++) {
		assert_int_equal(co_signers_parse(&signers, keys[i], strlen(keys[i]), "signers", &err), CO_ERR_INPUT);
		assert_int_equal(err.line, 1);
	}
	assert_int_equal(co_signers_parse(&signers, "alice\0", 6, "signers", &err), CO_ERR_INPUT);
}

static int check(const struct co_signers *signers, const struct co_sshkey *key, const char *principal,
		 const char *namespace, const char *time, struct co_err *err)
{
	return co_signers_check(signers, key, principal, namespace, at(time), err);
}

static void who_may_sign(void **state)
{
	struct co_signers signers;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(parse(&signers, "alice,al namespaces=\"one,two\",valid-after=\"20260601Z\",valid-before=\"20260701Z\" ",
			       "", &err),
			 CO_OK);
	assert_int_equal(check(&signers, &key_a, "al", "two", "2026-06-15T00:00:00Z", &err), CO_OK);
	assert_int_equal(check(&signers, &key_b, "alice", "two", "2026-06-15T00:00:00Z", &err), CO_ERR_NO);
	assert_string_equal(err.id, "unknown-signer");
	assert_int_equal(check(&signers, &key_a, "bob", "two", "2026-06-15T00:00:00Z", &err), CO_ERR_NO);
	assert_string_equal(err.id, "unknown-signer");
	assert_int_equal(check(&signers, &key_a, "ALICE", "two", "2026-06-15T00:00:00Z", &err), CO_ERR_NO);
	assert_int_equal(check(&signers, &key_a, "alice", "three", "2026-06-15T00:00:00Z", &err), CO_ERR_NO);
	assert_string_equal(err.id, "wrong-namespace");
	assert_int_equal(check(&signers, &key_a, "alice", "one", "2026-05-31T23:59:59Z", &err), CO_ERR_NO);
	assert_string_equal(err.id, "expired-key");
	assert_int_equal(check(&signers, &key_a, "alice", "one", "2026-06-01T00:00:00Z", &err), CO_OK);
	assert_int_equal(check(&signers, &key_a, "alice", "one", "2026-07-01T00:00:00Z", &err), CO_OK);
	assert_int_equal(check(&signers, &key_a, "alice", "one", "2026-07-01T00:00:01Z", &err), CO_ERR_NO);
	assert_string_equal(err.id, "expired-key");
	assert_int_equal(err.line, 3);
	assert_string_equal(co_signers_principal(&signers, &key_a), "alice");
	assert_null(co_signers_principal(&signers, &key_b));
	assert_true(co_signers_has(&signers, "al", &key_a));
	assert_false(co_signers_has(&signers, "al", &key_b));
	co_signers_clear(&signers);
}

/* A key that stands twice: the line that fits decides. */
static void two_lines_of_one_key(void **state)
{
	char *text = co_xasprintf("alice valid-before=\"20200101Z\" %s\nalice %s\nbob %s\n", line_a, line_a, line_b);
	struct co_signers signers;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_signers_parse(&signers, text, strlen(text), "signers", &err), CO_OK);
	assert_int_equal(check(&signers, &key_a, "alice", "any", "2026-06-15T00:00:00Z", &err), CO_OK);
	assert_int_equal(check(&signers, &key_a, "bob", "any", "2026-06-15T00:00:00Z", &err), CO_ERR_NO);
	co_signers_clear(&signers);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted_lines),
		cmocka_unit_test(refused_lines),
		cmocka_unit_test(damaged_keys),
		cmocka_unit_test(who_may_sign),
		cmocka_unit_test(two_lines_of_one_key),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
