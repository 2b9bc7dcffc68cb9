/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/library.h"

#include "codec/yaml.h"
#include "plan/compile.h"
#include "plan/define.h"
#include "plan/index.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES = 10000 };

static const char suffix[] = ".yaml";

/* The keys at the top of a file; see co_entry. */
struct head {
	char *name;
	int64_t version;
	char *title;
	int changes;
	struct co_match *match;
};

static const struct co_field head_fields[] = {
	CO_ROW(struct head, "playbook", name, CO_FIELD_STR, CO_REQUIRED | CO_NONEMPTY, NULL, NULL, 0, 0),
	CO_INT(struct head, version, CO_REQUIRED, 1, 2147483647),
	CO_STR(struct head, title, CO_REQUIRED | CO_NONEMPTY),
	CO_BOOL(struct head, changes, 0),
	CO_OBJECT(struct head, match, 0, &co_match_shape),
	CO_END,
};

static const struct co_shape head_shape = { "playbook", sizeof(struct head), head_fields };

static void clear_entry(struct co_entry *entry)
{
	free(entry->name);
	free(entry->title);
	free(entry->file);
	if (entry->match)
		co_shape_clear(&co_match_shape, entry->match);
	free(entry->match);
	*entry = (struct co_entry){ .name = NULL };
}

void co_library_clear(struct co_library *library)
{
	size_t i;

	for (i = 0; i < library->entries.count; i++)
		clear_entry(&library->entries.items[i]);
	free(library->entries.items);
	*library = (struct co_library){ .entries = { NULL, 0 } };
}

/* The file's name without directory and suffix is what the playbook in it is called. */
static int check_name(const char *name, const char *file, struct co_err *err)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	size_t len = strlen(name);

	if (strncmp(name, base, len) == 0 && strcmp(base + len, suffix) == 0)
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "wrong-name", "playbook \"%s\" is in a file of another name", name);
	co_err_under(err, "playbook");
	return co_err_hint(err, "name the file %s.yaml", name), CO_ERR_INPUT;
}

static int decode_head(struct co_entry *entry, json_t *value, struct co_err *err)
{
	struct head head = { .name = NULL };

	if (co_shape_decode(&head_shape, value, &head, err) < 0)
		return CO_ERR_INPUT;
	if (check_name(head.name, entry->file, err) < 0) {
		co_shape_clear(&head_shape, &head);
		return CO_ERR_INPUT;
	}
	free(head.name);
	entry->title = head.title;
	entry->changes = head.changes;
	entry->match = head.match;
	return CO_OK;
}

static int read_text(const char *file, struct co_buf *text, struct co_err *err)
{
	int rc = co_file_read(file, CO_YAML_BYTES, CO_FILE_TRUSTED, text, err);

	/* A file that was listed and is gone is a bad library; one that cannot be read, a bad disk. */
	if (rc == CO_ERR_SYSTEM && err && strcmp(err->id, "not-found") == 0)
		rc = err->code = CO_ERR_INPUT;
	return rc;
}

static int read_head(struct co_entry *entry, struct co_err *err)
{
	static const char *const keys[] = { "playbook", "version", "title", "changes", CO_PLAYBOOK_LAST_KEY };
	struct co_buf text = CO_BUF_INIT;
	json_t *value = NULL;
	int rc = read_text(entry->file, &text, err);

	if (rc == CO_OK) {
		value = co_yaml_parse_keys(co_buf_str(&text), text.len, entry->file, keys, CO_COUNT(keys), err);
		rc = value ? decode_head(entry, value, err) : CO_ERR_INPUT;
	}
	if (value && rc < 0)
		co_yaml_blame(err, co_buf_str(&text), text.len, entry->file);
	json_decref(value);
	co_buf_clear(&text);
	return rc;
}

/* A walk over one directory and those right below it. */
struct walk {
	const char *dir;
	CO_LIST(char *) files; /* relative to dir */
};

static int is_playbook(const char *name)
{
	static const char *const others[] = { "vocabulary.yaml", "alerts.yaml", "models.yaml" };
	size_t len = strlen(name), i;

	for (i = 0; i < CO_COUNT(others); i++)
		if (strcmp(name, others[i]) == 0)
			return 0;
	return len > sizeof(suffix) - 1 && strcmp(name + len - (sizeof(suffix) - 1), suffix) == 0 && name[0] != '.';
}

static int is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "DIR/NAME", or NAME alone. */
static char *join(const char *dir, const char *name)
{
	size_t before = dir ? strlen(dir) : 0, len = strlen(name);
	char *path = co_xmalloc(before + len + 2);

	if (dir) {
		memcpy(path, dir, before);
		path[before++] = '/';
	}
	memcpy(path + before, name, len + 1);
	return path;
}

static int list(struct walk *w, const char *below, struct co_err *err);

static int list_entry(struct walk *w, const char *below, const char *name, struct co_err *err)
{
	char *full;
	int rc = CO_OK;

	if (is_playbook(name)) {
		if (w->files.count < FILES)
			*(char **)co_grow(&w->files.items, &w->files.count, sizeof(char *)) = join(below, name);
		return CO_OK;
	}
	if (below || name[0] == '.')
		return CO_OK;
	full = join(w->dir, name);
	if (is_directory(full))
		rc = list(w, name, err);
	free(full);
	return rc;
}

static int list(struct walk *w, const char *below, struct co_err *err)
{
	char *path = below ? join(w->dir, below) : co_xstrdup(w->dir);
	DIR *directory = opendir(path);
	const struct dirent *entry;
	int rc = CO_OK;

	if (!directory && errno != ENOENT)
		rc = co_err_sys(err, errno, "cannot read directory \"%s\"", path);
	for (errno = 0; directory && rc == CO_OK && (entry = readdir(directory)); errno = 0)
		rc = list_entry(w, below, entry->d_name, err);
	if (directory && rc == CO_OK && errno)
		rc = co_err_sys(err, errno, "cannot read directory \"%s\"", path);
	if (directory)
		closedir(directory);
	free(path);
	return rc;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_files(struct walk *w, struct co_err *err)
{
	int rc = list(w, NULL, err);

	if (w->files.count)
		qsort(w->files.items, w->files.count, sizeof(char *), compare_strings);
	return rc;
}

static void clear_walk(struct walk *w)
{
	size_t i;

	for (i = 0; i < w->files.count; i++)
		free(w->files.items[i]);
	free(w->files.items);
}

/* entry->file is below dir. */
static int read_entry(struct co_entry *entry, const char *dir, const struct co_index *index, struct co_err *err)
{
	struct stat st;

	if (stat(entry->file, &st) < 0)
		return co_err_sys(err, errno, "cannot read \"%s\"", entry->file);
	entry->size = st.st_size;
	entry->seconds = st.st_mtim.tv_sec;
	entry->nanoseconds = st.st_mtim.tv_nsec;
	if (index && co_index_find(index, entry->file + strlen(dir) + 1, entry))
		return CO_OK;
	return read_head(entry, err);
}

static const struct co_entry *find(const struct co_library *library, const char *name)
{
	size_t i;

	for (i = 0; i < library->entries.count; i++)
		if (strcmp(library->entries.items[i].name, name) == 0)
			return &library->entries.items[i];
	return NULL;
}

static int duplicate(const struct co_entry *entry, const struct co_entry *other, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "duplicate", "two files hold playbook \"%s\": %s and %s", entry->name,
		   other->file, entry->file);
	return co_err_hint(err, "remove one"), CO_ERR_INPUT;
}

/* The name of the playbook that a file must hold. */
static char *name_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;

	return co_xmemdup(base, strlen(base) - (sizeof(suffix) - 1));
}

static int add_dir(struct co_library *library, size_t dir, struct co_err *err)
{
	struct walk w = { .dir = library->dirs[dir].path };
	size_t i;
	int rc = list(&w, NULL, err);

	for (i = 0; i < w.files.count && rc == CO_OK; i++)
		*(struct co_entry *)co_grow(&library->entries.items, &library->entries.count, sizeof(struct co_entry)) =
			(struct co_entry){ .name = name_of(w.files.items[i]),
					   .file = join(library->dirs[dir].path, w.files.items[i]), .dir = dir };
	clear_walk(&w);
	return rc;
}

static int read_index(struct co_index *index, const struct co_library_dir *dir, struct co_err *err)
{
	char *path = join(dir->path, "playbooks.index");
	int rc = co_index_read(index, path, err);

	if (rc == CO_OK && !index->text && dir->index)
		rc = co_index_read(index, dir->index, err);
	free(path);
	return rc;
}

int co_library_heads(struct co_library *library, struct co_err *err)
{
	size_t d, i;
	int rc = CO_OK;

	for (d = 0; d < library->dir_count && !library->heads && rc == CO_OK; d++) {
		struct co_index index = { .text = NULL };

		rc = read_index(&index, &library->dirs[d], err);
		for (i = 0; i < library->entries.count && rc == CO_OK; i++)
			if (library->entries.items[i].dir == d && !library->entries.items[i].title)
				rc = read_entry(&library->entries.items[i], library->dirs[d].path, &index, err);
		co_index_clear(&index);
	}
	library->heads = rc == CO_OK;
	return rc;
}

/* By name; of one name those of earlier directories first, which win. */
static int compare_entries(const void *a, const void *b)
{
	const struct co_entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = (x->dir > y->dir) - (x->dir < y->dir);
	return order ? order : strcmp(x->file, y->file);
}

/* Keeps the first of each name, of sorted entries. */
static int drop_hidden(struct co_library *library, struct co_err *err)
{
	struct co_entry *all = library->entries.items;
	size_t i, kept = 0;
	int rc = CO_OK;

	for (i = 0; i < library->entries.count; i++) {
		struct co_entry *last = kept ? &all[kept - 1] : NULL;

		if (!last || strcmp(last->name, all[i].name) != 0) {
			all[kept++] = all[i];
			continue;
		}
		if (rc == CO_OK && last->dir == all[i].dir)
			rc = duplicate(&all[i], last, err);
		clear_entry(&all[i]);
	}
	library->entries.count = kept;
	return rc;
}

int co_library_open(struct co_library *library, const struct co_library_dir *dirs, size_t n, struct co_err *err)
{
	struct co_library opened = { .entries = { NULL, 0 }, .dirs = dirs, .dir_count = n };
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < n && rc == CO_OK; i++)
		rc = add_dir(&opened, i, err);
	if (opened.entries.count)
		qsort(opened.entries.items, opened.entries.count, sizeof(struct co_entry), compare_entries);
	if (rc == CO_OK)
		rc = drop_hidden(&opened, err);
	if (rc < 0)
		co_library_clear(&opened);
	else
		*library = opened;
	return rc;
}

int co_library_find(const struct co_library *library, const char *name, const struct co_entry **entry,
		    struct co_err *err)
{
	const struct co_entry *found = find(library, name);
	const char **names;
	size_t i;

	if (found) {
		*entry = found;
		return CO_OK;
	}
	names = co_xcalloc(library->entries.count + 1, sizeof(*names));
	for (i = 0; i < library->entries.count; i++)
		names[i] = library->entries.items[i].name;
	co_err_set(err, CO_ERR_NO, "no-playbook", "there is no playbook \"%s\"", name);
	co_err_hint(err, "co-plan --list shows them all");
	co_err_suggest(err, name, names, library->entries.count);
	free(names);
	return CO_ERR_NO;
}

/* A file and the definitions beside it, which are NULL when there are none. */
struct source {
	const char *file;
	struct co_buf text;
	char *definitions;
};

static int read_definitions(struct source *source, struct co_err *err)
{
	const char *slash = strrchr(source->file, '/');
	char *dir = slash ? co_xmemdup(source->file, (size_t)(slash - source->file)) : co_xstrdup(".");
	char *path = join(dir, CO_DEFINITIONS);
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc = co_file_read(path, CO_YAML_BYTES, CO_FILE_TRUSTED, &text, &why);

	if (rc == CO_OK)
		source->definitions = co_xstrdup(co_buf_str(&text));
	else if (strcmp(why.id, "not-found") == 0)
		rc = CO_OK;
	else if (err)
		*err = why;
	co_buf_clear(&text);
	free(path);
	free(dir);
	return rc;
}

static int read_source(struct source *source, const char *file, struct co_err *err)
{
	int rc;

	*source = (struct source){ .file = file, .text = CO_BUF_INIT };
	rc = read_text(file, &source->text, err);
	return rc < 0 ? rc : read_definitions(source, err);
}

static void clear_source(struct source *source)
{
	co_buf_clear(&source->text);
	free(source->definitions);
}

static int parse(const struct source *source, struct co_playbook *playbook, struct co_catalog *catalog,
		 struct co_err *err)
{
	const char *text = co_buf_str(&source->text);
	int rc = co_playbook_parse(playbook, text, source->text.len, source->file, source->definitions, catalog, err);

	if (rc == CO_OK && check_name(playbook->name, source->file, err) < 0) {
		co_yaml_blame(err, text, source->text.len, source->file);
		co_playbook_clear(playbook);
		rc = CO_ERR_INPUT;
	}
	return rc;
}

int co_library_load(const struct co_entry *entry, struct co_playbook *playbook, struct co_catalog *catalog,
		    struct co_err *err)
{
	struct source source;
	int rc = read_source(&source, entry->file, err);

	if (rc == CO_OK)
		rc = parse(&source, playbook, catalog, err);
	clear_source(&source);
	return rc;
}

int co_library_check(const char *file, struct co_catalog *catalog, const char *helper, struct co_err *err)
{
	struct co_playbook playbook = { .name = NULL };
	struct source source;
	int rc = read_source(&source, file, err);

	if (rc == CO_OK)
		rc = parse(&source, &playbook, catalog, err);
	if (rc == CO_OK)
		rc = co_playbook_compile(co_buf_str(&source.text), source.text.len, file, source.definitions, helper, err);
	co_playbook_clear(&playbook);
	clear_source(&source);
	return rc;
}

int co_library_index(const char *dir, struct co_buf *out, struct co_err *err)
{
	struct walk w = { .dir = dir };
	int rc = list_files(&w, err);
	size_t i;

	co_index_header(out);
	for (i = 0; i < w.files.count && rc == CO_OK; i++) {
		struct co_entry entry = { .name = name_of(w.files.items[i]), .file = join(dir, w.files.items[i]) };

		rc = read_entry(&entry, dir, NULL, err);
		if (rc == CO_OK)
			co_index_write(out, w.files.items[i], &entry);
		clear_entry(&entry);
	}
	clear_walk(&w);
	return rc;
}
