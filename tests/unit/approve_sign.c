/* SPDX-License-Identifier: Apache-2.0 */
/* An agent that answers whatever it likes; and the keys that co-approve makes and opens. */
#include "approve/sign.h"

#include "crypto/ed25519.h"
#include "crypto/sshsig.h"
#include "crypto/sshwire.h"
#include "unit.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#define NAMESPACE "approval@cloudops"

struct scene {
	char dir[64];
	char *socket;
	char *public; /* file of the key's public half */
	struct co_secret seed;
	struct co_secret other;
	struct co_sign_key key;
};

static char *in(const struct scene *s, const char *name)
{
	return co_xasprintf("%s/%s", s->dir, name);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static int setup(void **state)
{
	struct scene *s = co_xcalloc(1, sizeof(*s));
	struct co_sshkey public = CO_SSHKEY_INIT;
	struct co_buf line = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	strcpy(s->dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	s->socket = in(s, "agent");
	s->public = in(s, "key.pub");
	co_secret_set(&s->seed, "0123456789abcdef0123456789abcdef", 32);
	co_secret_set(&s->other, "fedcba9876543210fedcba9876543210", 32);
	assert_int_equal(co_sshkey_of_seed(&public, &s->seed, &err), CO_OK);
	co_sshkey_write(&public, &line);
	write_file(s->public, line.data, 0644);
	if (co_sign_open(&s->key, s->public, &err) < 0)
		fail_msg("%s", unit_error(&err));
	co_buf_clear(&line);
	co_sshkey_clear(&public);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	char *remove = co_xasprintf("rm -rf '%s'", s->dir);

	assert_int_equal(system(remove), 0);
	free(remove);
	free(s->socket);
	free(s->public);
	co_secret_clear(&s->seed);
	co_secret_clear(&s->other);
	co_sign_close(&s->key);
	free(s);
	return 0;
}

/* Reads the request, gives the answer, and goes. */
static void serve_once(int listener, const struct co_buf *answer)
{
	int fd = accept(listener, NULL, NULL);
	char bytes[4096];
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));

	if (n > 0 && answer->len && write(fd, answer->data, answer->len) < 0)
		_exit(1);
	_exit(n > 0 ? 0 : 1);
}

static pid_t start_agent(const struct scene *s, const struct co_buf *answer)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	assert_true(listener >= 0 && strlen(s->socket) < sizeof(address.sun_path));
	strcpy(address.sun_path, s->socket);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		serve_once(listener, answer);
	close(listener);
	return pid;
}

static int sign_with_agent(struct scene *s, const struct co_buf *answer, struct co_err *err)
{
	const struct co_sign_helpers helpers = { s->socket, NULL };
	struct co_buf blob = CO_BUF_INIT;
	pid_t agent = start_agent(s, answer);
	int status, rc = co_sign(&s->key, &helpers, "message", 7, NAMESPACE, &blob, err);

	assert_int_equal(waitpid(agent, &status, 0), agent);
	assert_int_equal(status, 0);
	assert_int_equal(rc == CO_OK, blob.len > 0);
	co_buf_clear(&blob);
	return rc;
}

/* A whole answer: length, type, signature by seed over what the agent should sign for message. */
static void make_answer(const struct co_secret *seed, const char *message, struct co_buf *answer)
{
	unsigned char raw[CO_ED25519_SIGNATURE];
	struct co_buf preimage = CO_BUF_INIT, signature = CO_BUF_INIT;

	assert_int_equal(co_sshsig_preimage(message, strlen(message), NAMESPACE, "sha512", &preimage, NULL), CO_OK);
	assert_int_equal(co_ed25519_sign(seed, preimage.data, preimage.len, raw, NULL), CO_OK);
	co_wire_put_text(&signature, "ssh-ed25519");
	co_wire_put_string(&signature, raw, sizeof(raw));
	co_wire_put_u32(answer, (uint32_t)(1 + 4 + signature.len));
	co_buf_addc(answer, 14);
	co_wire_put_string(answer, signature.data, signature.len);
	co_buf_clear(&signature);
	co_buf_clear(&preimage);
}

static void an_honest_agent(void **state)
{
	struct co_buf answer = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct scene *s = *state;

	make_answer(&s->seed, "message", &answer);
	if (sign_with_agent(s, &answer, &err) < 0)
		fail_msg("%s", unit_error(&err));
	co_buf_clear(&answer);
}

static void one_that_signs_with_another_key(void **state)
{
	struct co_buf answer = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct scene *s = *state;

	make_answer(&s->other, "message", &answer);
	assert_int_equal(sign_with_agent(s, &answer, &err), CO_ERR_NO);
	unit_assert_contains(err.message, "not usable");
	co_buf_clear(&answer);
}

static void one_that_signs_something_else(void **state)
{
	struct co_buf answer = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct scene *s = *state;

	make_answer(&s->seed, "another message", &answer);
	assert_int_equal(sign_with_agent(s, &answer, &err), CO_ERR_NO);
	co_buf_clear(&answer);
}

static void ones_that_talk_nonsense(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int code;
	} answers[] = {
		{ "", 0, CO_ERR_SYSTEM },				/* hangs up */
		{ "\0\0", 2, CO_ERR_SYSTEM },				/* in the middle of the length */
		{ "\0\0\0\0", 4, CO_ERR_SYSTEM },			/* an empty answer */
		{ "\0\0\0\1\5", 5, CO_ERR_NO },				/* no such key */
		{ "\0\0\0\1\16", 5, CO_ERR_SYSTEM },			/* signed, without a signature */
		{ "\0\0\0\12\16\0\0", 7, CO_ERR_SYSTEM },		/* shorter than it says */
		{ "\0\0\0\5\16\377\377\377\377", 9, CO_ERR_SYSTEM },	/* a string longer than all */
		{ "\377\377\377\377\16", 5, CO_ERR_SYSTEM },		/* 4 GiB */
		{ "\0\0\0\5\16\0\0\0\0", 9, CO_ERR_INPUT },		/* an empty signature */
		{ "\0\0\0\1c", 5, CO_ERR_SYSTEM },			/* another type */
	};
	struct scene *s = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(answers); i++) {
		struct co_err err = CO_ERR_INIT;
		struct co_buf answer = CO_BUF_INIT;

		co_buf_add(&answer, answers[i].bytes, answers[i].len);
		if (sign_with_agent(s, &answer, &err) != answers[i].code)
			fail_msg("answer %zu: %d %s", i, err.code, unit_error(&err));
		unlink(s->socket);
		co_buf_clear(&answer);
	}
}

static void nobody(void **state)
{
	const struct co_sign_helpers helpers[] = { { NULL, NULL }, { "", NULL }, { "/nowhere", NULL } };
	struct scene *s = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(helpers); i++) {
		struct co_err err = CO_ERR_INIT;
		struct co_buf blob = CO_BUF_INIT;

		assert_int_equal(co_sign(&s->key, &helpers[i], "message", 7, NAMESPACE, &blob, &err), CO_ERR_NO);
		assert_string_equal(err.id, "not-signed");
		assert_int_equal(blob.len, 0);
	}
}

static void a_new_key(void **state)
{
	unsigned char random[36];
	struct co_sshkey public = CO_SSHKEY_INIT;
	struct co_sign_key key = CO_SIGN_KEY_INIT;
	const struct co_sign_helpers none = { NULL, NULL };
	struct co_buf blob = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct scene *s = *state;
	char *path = in(s, "deep/er/key");
	struct stat st;
	size_t i;

	memset(random, 7, sizeof(random));
	if (co_sign_new(path, "me@here", random, &public, &err) < 0)
		fail_msg("%s", unit_error(&err));
	for (i = 0; i < sizeof(random); i++)
		assert_int_equal(random[i], 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	if (co_sign_open(&key, path, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_true(co_sshkey_equal(&key.public, &public));
	assert_int_equal(co_sign(&key, &none, "message", 7, NAMESPACE, &blob, &err), CO_OK);
	memset(random, 8, sizeof(random));
	co_sshkey_clear(&public);
	assert_int_equal(co_sign_new(path, "me@here", random, &public, &err), CO_ERR_NO);
	assert_string_equal(err.id, "exists");
	assert_null(public.blob);
	co_sign_close(&key);
	co_buf_clear(&blob);
	free(path);
}

static void keys_that_are_not_opened(void **state)
{
	struct co_sign_key key = CO_SIGN_KEY_INIT;
	struct co_err err = CO_ERR_INIT;
	struct scene *s = *state;
	char *path = in(s, "bad"), *public = in(s, "bad.pub");

	assert_int_equal(co_sign_open(&key, path, &err), CO_ERR_NO);
	assert_string_equal(err.id, "no-key");
	write_file(path, "nonsense", 0600);
	assert_int_equal(co_sign_open(&key, path, &err), CO_ERR_INPUT);
	assert_string_equal(err.file, path);
	write_file(path, "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", 0600);
	assert_int_equal(co_sign_open(&key, path, &err), CO_ERR_NO); /* another program's, without a public half */
	assert_string_equal(err.id, "no-key");
	write_file(path, "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", 0640);
	assert_int_equal(co_sign_open(&key, path, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "untrusted-file");
	write_file(public, "ssh-ed25519 AAAA", 0644);
	assert_int_equal(co_sign_open(&key, public, &err), CO_ERR_INPUT);
	assert_null(key.public.blob);
	free(path);
	free(public);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(an_honest_agent),
		TEST(one_that_signs_with_another_key),
		TEST(one_that_signs_something_else),
		TEST(ones_that_talk_nonsense),
		TEST(nobody),
		TEST(a_new_key),
		TEST(keys_that_are_not_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
