/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/sign.h"

#include "crypto/ed25519.h"
#include "crypto/sshagent.h"
#include "crypto/ssharmour.h"
#include "crypto/sshprivate.h"
#include "crypto/sshsig.h"
#include "crypto/sshwire.h"
#include "sys/atomicfile.h"
#include "sys/child.h"
#include "sys/file.h"
#include "sys/unixsocket.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PERSON_MS = 120 * 1000 }; /* for a passphrase, a confirmation or a touch */

static int is_public_name(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && strcmp(path + len - 4, ".pub") == 0;
}

static int read_public(struct co_sign_key *key, const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, CO_SSHKEY_BYTES, CO_FILE_TRUSTED, &text, err);

	if (rc == CO_OK) {
		rc = co_sshkey_parse(&key->public, co_buf_str(&text), text.len, err);
		if (rc < 0)
			co_err_at(err, path, 1, 0);
	}
	co_buf_clear(&text);
	return rc;
}

/* CO_ERR_NO when the file is a key that another program must use. */
static int read_private(struct co_sign_key *key, const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_buf_reserve(&text, CO_SSHPRIVATE_BYTES); /* so that it does not move and leave a copy */
	rc = co_file_read(path, CO_SSHPRIVATE_BYTES, CO_FILE_PRIVATE, &text, err);
	if (rc == CO_OK) {
		rc = co_sshprivate_parse(text.data, text.len, &key->seed, err);
		if (rc == CO_ERR_INPUT)
			co_err_at(err, path, 0, 0);
	}
	co_ssharmour_wipe(&text);
	if (rc == CO_OK)
		rc = co_sshkey_of_seed(&key->public, &key->seed, err);
	return rc;
}

static int no_key(const char *path, struct co_err *err)
{
	co_err_set(err, CO_ERR_NO, "no-key", "there is no key \"%s\", or its public half is missing", path);
	co_err_hint(err, "`cloudops init` makes a key of your own");
	return CO_ERR_NO;
}

/* A key that is not in the file, or not readable here, has its public half beside it. */
static int read_beside(struct co_sign_key *key, const char *path, struct co_err *err)
{
	char *beside = co_xasprintf("%s.pub", path);
	int rc = read_public(key, beside, err);

	if (rc < 0 && strcmp(err->id, "not-found") == 0)
		rc = no_key(path, err);
	free(beside);
	return rc;
}

int co_sign_open(struct co_sign_key *key, const char *path, struct co_err *err)
{
	struct co_sign_key opened = CO_SIGN_KEY_INIT;
	struct co_err unread = CO_ERR_INIT;
	int rc;

	if (is_public_name(path)) {
		rc = read_public(&opened, path, &unread);
		if (rc < 0 && strcmp(unread.id, "not-found") == 0)
			rc = no_key(path, &unread);
	} else {
		rc = read_private(&opened, path, &unread);
		if (rc == CO_ERR_NO)
			opened.file = co_xstrdup(path);
		if (rc == CO_ERR_NO || strcmp(unread.id, "not-found") == 0)
			rc = read_beside(&opened, path, &unread);
	}
	if (rc < 0) {
		co_sign_close(&opened);
		if (err)
			*err = unread;
		return rc;
	}
	*key = opened;
	return CO_OK;
}

void co_sign_close(struct co_sign_key *key)
{
	co_sshkey_clear(&key->public);
	co_secret_clear(&key->seed);
	free(key->file);
	*key = (struct co_sign_key)CO_SIGN_KEY_INIT;
}

static int talk(int fd, const struct co_buf *request, struct co_buf *signature, struct co_err *err)
{
	unsigned char head[4];
	struct co_wire w = { head, sizeof(head) };
	uint32_t len = 0;
	unsigned char *answer;
	int rc = co_fd_write(fd, request->data, request->len, "ssh-agent", err);

	if (rc == CO_OK)
		rc = co_unix_read(fd, head, sizeof(head), PERSON_MS, err);
	if (rc < 0)
		return rc;
	if (co_wire_u32(&w, &len) < 0 || len > CO_SSHAGENT_BYTES)
		return co_err_set(err, CO_ERR_SYSTEM, "bad-agent", "ssh-agent gave an answer of %u bytes", len);
	answer = co_xmalloc(len);
	rc = co_unix_read(fd, answer, len, PERSON_MS, err);
	if (rc == CO_OK)
		rc = co_sshagent_answer(answer, len, signature, err);
	free(answer);
	return rc;
}

/* CO_ERR_NO when the agent does not have the key, or is not there. */
static int sign_by_agent(const struct co_sign_key *key, const char *agent, const void *message, size_t len,
			 const char *namespace, struct co_buf *blob, struct co_err *err)
{
	struct co_buf preimage = CO_BUF_INIT, request = CO_BUF_INIT, signature = CO_BUF_INIT;
	int fd, rc;

	if (!agent || !*agent || co_unix_connect(agent, &fd, err) < 0)
		return co_err_set(err, CO_ERR_NO, "no-agent", "no ssh-agent is running");
	rc = co_sshsig_preimage(message, len, namespace, "sha512", &preimage, err);
	if (rc == CO_OK) {
		co_sshagent_ask(&key->public, preimage.data, preimage.len, &request);
		rc = talk(fd, &request, &signature, err);
	}
	if (rc == CO_OK)
		co_sshsig_wrap(&key->public, namespace, "sha512", signature.data, signature.len, blob);
	co_buf_clear(&signature);
	co_buf_clear(&request);
	co_buf_clear(&preimage);
	close(fd);
	return rc;
}

static const char *find_ssh_keygen(void)
{
	static const char *const places[] = { "/usr/bin/ssh-keygen", "/usr/local/bin/ssh-keygen",
					      "/opt/homebrew/bin/ssh-keygen" };
	size_t i;

	for (i = 0; i < CO_COUNT(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static int sign_by_ssh_keygen(const struct co_sign_key *key, const char *const *env, const void *message,
			      size_t len, const char *namespace, struct co_buf *blob, struct co_err *err)
{
	const char *program = find_ssh_keygen();
	const char *const argv[] = { program, "-q", "-Y", "sign", "-f", key->file, "-n", namespace, NULL };
	const struct co_child_run run = { .argv = argv,
					  .env = env,
					  .input = message,
					  .input_len = len,
					  .output_limit = CO_SSHSIG_BYTES,
					  .timeout_ms = PERSON_MS };
	struct co_buf text = CO_BUF_INIT;
	int status = 0, rc;

	if (!program) {
		co_err_set(err, CO_ERR_SYSTEM, "not-found", "ssh-keygen is not installed");
		return co_err_hint(err, "install openssh-client, or add the key to ssh-agent");
	}
	rc = co_child_run(&run, &text, &status, err);
	if (rc == CO_OK && status != 0)
		rc = co_err_set(err, CO_ERR_NO, "not-signed", "ssh-keygen did not sign with \"%s\"", key->file);
	if (rc == CO_OK)
		rc = co_sshsig_unarmour(co_buf_str(&text), text.len, blob, err);
	co_buf_clear(&text);
	return rc;
}

/* Whatever made it, a signature leaves here only if it is right and by the key that was asked for. */
static int check(const struct co_sign_key *key, const struct co_buf *blob, const void *message, size_t len,
		 const char *namespace, struct co_err *err)
{
	struct co_sshkey signer = CO_SSHKEY_INIT;
	int same, rc = co_sshsig_verify(blob->data, blob->len, message, len, namespace, &signer, err);

	if (rc < 0)
		return co_err_wrap(err, "the signature that was made is not usable"), rc;
	same = co_sshkey_equal(&signer, &key->public);
	co_sshkey_clear(&signer);
	return same ? CO_OK : co_err_set(err, CO_ERR_NO, "not-signed", "another key has signed than was asked to");
}

static int sign_elsewhere(const struct co_sign_key *key, const struct co_sign_helpers *helpers, const void *message,
			  size_t len, const char *namespace, struct co_buf *blob, struct co_err *err)
{
	int rc = sign_by_agent(key, helpers->agent, message, len, namespace, blob, err);

	if (rc == CO_OK)
		return rc;
	if (key->file)
		return sign_by_ssh_keygen(key, helpers->env, message, len, namespace, blob, err);
	if (rc == CO_ERR_NO) {
		co_err_set(err, CO_ERR_NO, "not-signed", "ssh-agent does not sign with this key");
		co_err_hint(err, "add the key by ssh-add, or name its private file");
	}
	return rc;
}

int co_sign(const struct co_sign_key *key, const struct co_sign_helpers *helpers, const void *message, size_t len,
	    const char *namespace, struct co_buf *blob, struct co_err *err)
{
	struct co_buf made = CO_BUF_INIT;
	int rc;

	if (key->seed.len)
		rc = co_sshsig_sign(&key->seed, message, len, namespace, &made, err);
	else
		rc = sign_elsewhere(key, helpers, message, len, namespace, &made, err);
	if (rc == CO_OK)
		rc = check(key, &made, message, len, namespace, err);
	if (rc == CO_OK)
		co_buf_add(blob, made.data, made.len);
	co_buf_clear(&made);
	return rc;
}

static int write_pair(const char *path, const char *comment, const struct co_secret *private,
		      const struct co_sshkey *public, struct co_err *err)
{
	char *public_path = co_xasprintf("%s.pub", path);
	struct co_buf line = CO_BUF_INIT;
	int rc = co_file_create(path, private->data, private->len, 0600, err);

	if (rc == CO_OK) {
		co_sshkey_write(public, &line);
		co_buf_addf(&line, " %s\n", comment);
		rc = co_file_replace(public_path, line.data, line.len, 0644, err);
	} else if (rc == CO_ERR_NO) {
		co_err_hint(err, "it is left as it is; its public half is what `ssh-keygen -y -f` prints");
	}
	co_buf_clear(&line);
	free(public_path);
	return rc;
}

static int make_parent(const char *path, struct co_err *err)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash && slash > path ? co_xmemdup(path, (size_t)(slash - path)) : NULL;
	int rc = directory ? co_dir_make(directory, err) : CO_OK;

	free(directory);
	return rc;
}

int co_sign_new(const char *path, const char *comment, unsigned char random[36], struct co_sshkey *public,
		struct co_err *err)
{
	struct co_secret seed = CO_SECRET_INIT, text = CO_SECRET_INIT;
	struct co_sshkey key = CO_SSHKEY_INIT;
	int rc;

	co_secret_set(&seed, random, CO_ED25519_SEED);
	rc = co_sshprivate_write(&seed, comment, random + CO_ED25519_SEED, &text, err);
	co_wipe(random, CO_ED25519_SEED + 4);
	if (rc == CO_OK)
		rc = co_sshkey_of_seed(&key, &seed, err);
	if (rc == CO_OK)
		rc = make_parent(path, err);
	if (rc == CO_OK)
		rc = write_pair(path, comment, &text, &key, err);
	co_secret_clear(&seed);
	co_secret_clear(&text);
	if (rc < 0)
		co_sshkey_clear(&key);
	else
		*public = key;
	return rc;
}
