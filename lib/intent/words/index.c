/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/words/index.h"

#include "intent/votes/votes.h"
#include "intent/words/vocabulary.h"
#include "sys/file.h"

#include <string.h>
#include <sys/stat.h>

struct co_index_source co_index_source_of(const char *text, size_t len, int64_t mtime)
{
	struct co_index_source source = { .size = (int64_t)len, .mtime = mtime };

	co_sha256(text, len, source.digest);
	return source;
}

static int is_table_of_votes(const char *path)
{
	static const char end[] = ".votes";
	size_t len = strlen(path);

	return len >= sizeof(end) && strcmp(path + len + 1 - sizeof(end), end) == 0;
}

const char *co_index_name(const char *path)
{
	return is_table_of_votes(path) ? "votes.index" : "vocabulary.index";
}

int co_index_make(const char *path, struct co_buf *out, struct co_err *err)
{
	enum { VOCABULARY = 1024 * 1024 };
	const int is_votes = is_table_of_votes(path);
	struct stat st = { .st_mtime = 0 };
	struct co_buf text = CO_BUF_INIT;
	int rc = co_file_read(path, is_votes ? CO_VOTES_BYTES : VOCABULARY, 0, &text, err);

	if (rc == CO_OK) {
		const struct co_vocabulary_source source = { path, co_buf_str(&text), text.len,
							     stat(path, &st) == 0 ? st.st_mtime : 0 };

		rc = is_votes ? co_votes_compile(source.text, source.len, source.mtime, out, err) :
				co_vocabulary_compile(&source, out, err);
	}
	co_buf_clear(&text);
	return rc;
}

static int same_digest(const struct co_index_source *source, const char *path)
{
	unsigned char digest[CO_SHA256_LEN];
	struct co_err ignored = CO_ERR_INIT;
	struct co_map text;

	if (co_file_map(path, CO_FILE_TRUSTED, &text, &ignored) < 0)
		return 0;
	co_sha256(text.data, text.len, digest);
	co_file_unmap(&text);
	return memcmp(digest, source->digest, sizeof(digest)) == 0;
}

uint32_t co_index_hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

int co_index_fits(size_t len, uint32_t offset, uint32_t count, size_t size)
{
	return offset % 4 == 0 && offset <= len && count <= (len - offset) / size;
}

int co_index_is_current(const struct co_index_source *source, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && source->size == st.st_size &&
	       (source->mtime == st.st_mtime || same_digest(source, path));
}
