/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* DT_DIR */
#include "provider/local/usage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/local/proc.h"
#include "sys/clock.h"

enum { SHOWN = 5, PATH_ROOM = 4096, BLOCK = 512, LEAST = 65536 };

/* A child that holds this share (percent) of a directory stands for it. */
enum { MOST = 80 };

struct directory {
	size_t parent; /* index; the first one is its own */
	char *name;    /* of the first one: its path */
	int64_t bytes; /* own files, later all below */
	int64_t largest_child;
};

struct file {
	size_t directory;
	char *name;
	int64_t bytes, uid, modified;
};

struct walk {
	struct co_reading *r;
	struct directory *items; /* in the order found: parents before children */
	size_t count;
	struct file files[SHOWN]; /* largest first */
	dev_t device;
	int64_t entries, limit, until;
};

static int path_of(const struct walk *w, size_t i, char out[PATH_ROOM])
{
	const char *parts[256];
	size_t n = 0, at;

	for (; i != 0 && n < CO_COUNT(parts); i = w->items[i].parent)
		parts[n++] = w->items[i].name;
	if (i != 0)
		return -1;
	at = (size_t)snprintf(out, PATH_ROOM, "%s", w->items[0].name);
	if (at == 1 && n > 0)
		at = 0; /* "/": the separator comes with the next part */
	while (n > 0 && at < PATH_ROOM)
		at += (size_t)snprintf(out + at, PATH_ROOM - at, "/%s", parts[--n]);
	return at < PATH_ROOM ? 0 : -1;
}

static void keep_file(struct walk *w, size_t directory, const char *name, const struct stat *st)
{
	int64_t bytes = (int64_t)st->st_blocks * BLOCK;
	size_t i = SHOWN;

	while (i > 0 && bytes > w->files[i - 1].bytes)
		i--;
	if (i == SHOWN)
		return;
	free(w->files[SHOWN - 1].name);
	memmove(&w->files[i + 1], &w->files[i], (SHOWN - 1 - i) * sizeof(w->files[0]));
	w->files[i] = (struct file){ directory, co_xstrdup(name), bytes, st->st_uid, st->st_mtime };
}

static void look_at(struct walk *w, int dir, size_t directory, const char *name)
{
	struct stat st;
	struct directory *d;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || st.st_dev != w->device)
		return;
	w->items[directory].bytes += (int64_t)st.st_blocks * BLOCK /
				     (st.st_nlink > 1 && S_ISREG(st.st_mode) ? (int64_t)st.st_nlink : 1);
	if (S_ISDIR(st.st_mode)) {
		d = co_grow(&w->items, &w->count, sizeof(*d));
		d->parent = directory;
		d->name = co_xstrdup(name);
	} else if (S_ISREG(st.st_mode)) {
		keep_file(w, directory, name, &st);
	}
}

static int exhausted(const struct walk *w)
{
	return w->entries >= w->limit || co_clock_ms() >= w->until || co_call_should_stop(w->r->call);
}

static void list_directory(struct walk *w, size_t i)
{
	char path[PATH_ROOM];
	struct dirent *e;
	DIR *d;
	int fd;

	if (path_of(w, i, path))
		return;
	fd = openat(w->r->host->root, *path == '/' && path[1] ? path + 1 : ".",
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (!exhausted(w) && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			w->entries++;
			look_at(w, fd, i, e->d_name);
		}
	closedir(d);
}

static void add_up(struct walk *w)
{
	size_t i;

	for (i = w->count; i-- > 1;) {
		struct directory *d = &w->items[i], *parent = &w->items[d->parent];

		parent->bytes += d->bytes;
		if (d->bytes > parent->largest_child)
			parent->largest_child = d->bytes;
	}
}

static json_t *directories(const struct walk *w)
{
	json_t *list = json_array();
	size_t shown[SHOWN], n = 0, i, j;
	char path[PATH_ROOM];

	for (i = 1; i < w->count; i++) {
		const struct directory *d = &w->items[i];

		if (d->bytes < LEAST || d->bytes * MOST / 100 < d->largest_child)
			continue;
		for (j = n; j > 0 && d->bytes > w->items[shown[j - 1]].bytes; j--)
			if (j < SHOWN)
				shown[j] = shown[j - 1];
		if (j < SHOWN) {
			shown[j] = i;
			n += n < SHOWN;
		}
	}
	for (i = 0; i < n; i++)
		if (path_of(w, shown[i], path) == 0) {
			json_t *o = json_object();

			co_set_text(o, "path", path);
			co_set_int(o, "bytes", w->items[shown[i]].bytes);
			json_array_append_new(list, o);
		}
	return list;
}

static json_t *files(const struct walk *w)
{
	json_t *list = json_array();
	char dir[PATH_ROOM], path[2 * PATH_ROOM];
	size_t i;

	for (i = 0; i < SHOWN && w->files[i].name; i++)
		if (path_of(w, w->files[i].directory, dir) == 0) {
			json_t *o = json_object();

			snprintf(path, sizeof(path), "%s/%s", strcmp(dir, "/") == 0 ? "" : dir,
				 w->files[i].name);
			co_set_text(o, "path", path);
			co_set_int(o, "bytes", w->files[i].bytes);
			co_set_int(o, "owner_uid", w->files[i].uid);
			co_set_time(o, "modified", w->files[i].modified);
			json_array_append_new(list, o);
		}
	return list;
}

static void clear(struct walk *w)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		free(w->items[i].name);
	for (i = 0; i < SHOWN; i++)
		free(w->files[i].name);
	free(w->items);
}

json_t *co_usage(struct co_reading *r, const char *path, int64_t entries, int64_t ms)
{
	struct walk w = { r, NULL, 0, { { 0, NULL, 0, 0, 0 } }, 0, 0, entries, co_clock_ms() + ms };
	struct stat st;
	struct directory *top;
	json_t *o = NULL;
	size_t i;

	if (fstatat(r->host->root, path[1] ? path + 1 : ".", &st, 0))
		return NULL;
	w.device = st.st_dev;
	top = co_grow(&w.items, &w.count, sizeof(*top));
	top->name = co_xstrdup(path);
	for (i = 0; i < w.count && !exhausted(&w); i++)
		list_directory(&w, i);
	if (!co_call_should_stop(r->call)) {
		o = json_object();
		co_set_text(o, "path", path);
		co_set_bool(o, "complete", i == w.count && !exhausted(&w));
		co_set_int(o, "entries", w.entries);
		add_up(&w);
		co_set_int(o, "bytes", w.items[0].bytes);
		json_object_set_new(o, "directories", directories(&w));
		json_object_set_new(o, "files", files(&w));
	}
	clear(&w);
	return o;
}
