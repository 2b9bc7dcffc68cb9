/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/kept.h"

#include "base/hex.h"
#include "crypto/sha256.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT "served/1"

enum { GOOD_S = 6 * 3600, OLD_S = 7 * 24 * 3600, BYTES = 16 * 1024 * 1024 };

static void add(struct co_sha256 *s, const char *text)
{
	co_sha256_add(s, text ? text : "", text ? strlen(text) + 1 : 1);
}

char *co_kube_kept_path(const char *state, const struct co_kube_access *a)
{
	const char *const parts[] = { a->context, a->server, a->server_name, a->proxy, a->ca, a->as };
	unsigned char digest[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1];
	struct co_sha256 s;
	size_t i;

	co_sha256_init(&s);
	for (i = 0; i < CO_COUNT(parts); i++)
		add(&s, parts[i]);
	co_sha256_end(&s, digest);
	co_hex_encode(hex, digest, sizeof(digest));
	return co_xasprintf("%s/kubernetes/%s.json", state, hex);
}

json_t *co_kube_kept_read(const char *path, int64_t now, int64_t *since)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *kept = NULL, *served = NULL;
	const char *format;
	int64_t at;

	if (co_file_read(path, BYTES, CO_FILE_PRIVATE, &text, NULL) == CO_OK)
		kept = co_json_parse(text.data, text.len, path, NULL);
	co_buf_clear(&text);
	format = co_json_str(kept, "co");
	at = json_integer_value(json_object_get(kept, "since"));
	if (format && strcmp(format, FORMAT) == 0 && at <= now && now - at < GOOD_S)
		served = json_incref(json_object_get(kept, "served"));
	if (served)
		*since = at;
	json_decref(kept);
	return served;
}

/* Clusters that have gone, and what a crash left. */
static void tidy(const char *directory, int64_t now)
{
	DIR *d = opendir(directory);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d)) != NULL)
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && now - st.st_mtime > OLD_S)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

void co_kube_kept_write(const char *path, json_t *served, int64_t since, int64_t now)
{
	json_t *kept = json_pack("{s:s, s:I, s:o}", "co", FORMAT, "since", (json_int_t)since, "served", served);
	char *directory = co_xmemdup(path, (size_t)(strrchr(path, '/') - path));
	struct co_buf text = CO_BUF_INIT;

	co_json_write(&text, kept, CO_JSON_COMPACT);
	if (text.len <= BYTES && co_dir_make(directory, NULL) == CO_OK) {
		co_file_replace(path, text.data, text.len, 0600, NULL);
		tidy(directory, now);
	}
	co_buf_clear(&text);
	json_decref(kept);
	free(directory);
}
