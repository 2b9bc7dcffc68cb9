/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog.h"

#include "catalog/apiread.h"
#include "catalog/lines.h"
#include "catalog/names.h"
#include "catalog/parameter.h"
#include "codec/shape.h"
#include "run/plan.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FIELDS = 6 };
enum { NAME, ACCESS, MS, PERMISSIONS, PARAMETERS, SENTENCE };

struct file {
	char *provider;
	char *path;
	struct co_map map;
	struct co_map names; /* empty: the provider has none */
	size_t first; /* offset of the first line that is no comment */
	struct co_apis *apis; /* instead of a map: PROVIDER.apis */
};

struct co_catalog {
	char *directory;
	struct file *files;
	size_t count;
	int complete; /* all files are open: nothing more is looked for on disk */
};

static void close_file(struct file *file)
{
	free(file->provider);
	free(file->path);
	co_file_unmap(&file->map);
	co_file_unmap(&file->names);
	co_apis_free(file->apis);
}

struct co_catalog *co_catalog_new(const char *directory)
{
	struct co_catalog *catalog = co_xcalloc(1, sizeof(*catalog));

	catalog->directory = co_xstrdup(directory);
	return catalog;
}

void co_catalog_free(struct co_catalog *catalog)
{
	size_t i;

	if (!catalog)
		return;
	for (i = 0; i < catalog->count; i++)
		close_file(&catalog->files[i]);
	free(catalog->files);
	free(catalog->directory);
	free(catalog);
}

void co_operation_clear(struct co_operation *operation)
{
	free(operation->permissions);
	free(operation->parameters);
	free(operation->sentence);
	free(operation->name);
	co_api_free(operation->api);
	*operation = (struct co_operation){ 0 };
}

/* The line at offset, without its LF. */
static struct co_piece line_at(const struct co_map *map, size_t offset)
{
	const char *start = map->data + offset;
	const char *end = memchr(start, '\n', map->len - offset);

	return (struct co_piece){ start, end ? (size_t)(end - start) : map->len - offset };
}

static size_t skip_comments(const struct co_map *map)
{
	size_t at = 0;

	while (at < map->len && map->data[at] == '#')
		at += line_at(map, at).len + 1;
	return at < map->len ? at : map->len;
}

static unsigned line_number(const struct co_map *map, const char *at)
{
	const char *p = map->data;
	unsigned line = 1;

	while ((p = memchr(p, '\n', (size_t)(at - p)))) {
		line++;
		p++;
	}
	return line;
}

/*
 * The names of the files PROVIDER.ops and PROVIDER.apis in the directory; the caller frees them and
 * the array, also after a failure. No directory is no names.
 */
static int list_providers(const struct co_catalog *catalog, const char ***names, size_t *count, struct co_err *err)
{
	DIR *directory = opendir(catalog->directory);
	const struct dirent *entry;
	int failed = directory || errno == ENOENT ? 0 : errno;

	for (errno = 0; directory && (entry = readdir(directory)); errno = 0) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot && dot > entry->d_name && (strcmp(dot, ".ops") == 0 || strcmp(dot, ".apis") == 0))
			*(const char **)co_grow(names, count, sizeof(**names)) =
				co_xmemdup(entry->d_name, (size_t)(dot - entry->d_name));
	}
	if (directory) {
		failed = errno;
		closedir(directory);
	}
	return failed ? co_err_sys(err, failed, "cannot read the directory \"%s\"", catalog->directory) : CO_OK;
}

static void free_names(const char **names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)names[i]);
	free(names);
}

static int unknown_provider(const struct co_catalog *catalog, const char *provider, struct co_err *err)
{
	const char **names = NULL;
	size_t n = 0, i;

	co_err_set(err, CO_ERR_INPUT, "unknown-provider", "unknown provider \"%s\"", provider);
	if (!catalog->complete) {
		list_providers(catalog, &names, &n, NULL); /* only to suggest one */
		co_err_suggest(err, provider, names, n);
		free_names(names, n);
		return CO_ERR_INPUT;
	}
	names = co_xcalloc(catalog->count + 1, sizeof(*names));
	for (i = 0; i < catalog->count; i++)
		names[i] = catalog->files[i].provider;
	co_err_suggest(err, provider, names, catalog->count);
	free(names);
	return CO_ERR_INPUT;
}

/* A provider's name becomes a file's name, and it came from a document. */
static int is_plain(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len && len <= 64 && !name[len];
}

/* To ask is cheaper than an error that nobody wants to read. */
static int is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* PROVIDER.names, which few providers have. */
static int open_names(const struct co_catalog *catalog, const char *provider, struct co_map *names, struct co_err *err)
{
	char *path = co_xasprintf("%s/%s.names", catalog->directory, provider);
	int rc = is_there(path) ? co_file_map(path, CO_FILE_TRUSTED, names, err) : CO_OK;

	free(path);
	return rc;
}

/* PROVIDER.ops, else PROVIDER.apis. */
static int open_provider(const struct co_catalog *catalog, struct file *file, struct co_err *err)
{
	int rc;

	file->path = co_xasprintf("%s/%s.ops", catalog->directory, file->provider);
	if (is_there(file->path)) {
		rc = co_file_map(file->path, CO_FILE_TRUSTED, &file->map, err);
		if (rc == CO_OK)
			file->first = skip_comments(&file->map);
		return rc == CO_OK ? open_names(catalog, file->provider, &file->names, err) : rc;
	}
	free(file->path);
	file->path = co_xasprintf("%s/%s.apis", catalog->directory, file->provider);
	if (!is_there(file->path))
		return unknown_provider(catalog, file->provider, err);
	return co_apis_open(&file->apis, file->path, err);
}

static int open_file(struct co_catalog *catalog, const char *provider, const struct file **out,
		     struct co_err *err)
{
	struct file opened = { 0 }, *file;
	size_t i;
	int rc;

	for (i = 0; i < catalog->count; i++) {
		if (strcmp(catalog->files[i].provider, provider) == 0) {
			*out = &catalog->files[i];
			return CO_OK;
		}
	}
	if (!is_plain(provider) || catalog->complete)
		return unknown_provider(catalog, provider, err);
	opened.provider = co_xstrdup(provider);
	rc = open_provider(catalog, &opened, err);
	if (rc < 0) {
		close_file(&opened);
		return rc;
	}
	file = co_grow(&catalog->files, &catalog->count, sizeof(*file));
	*file = opened;
	*out = file;
	return CO_OK;
}

int co_catalog_open_all(struct co_catalog *catalog, struct co_err *err)
{
	const struct file *file;
	const char **names = NULL;
	size_t n = 0, i;
	int rc = list_providers(catalog, &names, &n, err);

	for (i = 0; i < n && rc == CO_OK; i++)
		if (is_plain(names[i]))
			rc = open_file(catalog, names[i], &file, err);
	free_names(names, n);
	catalog->complete = rc == CO_OK;
	return rc;
}

/* Splits a line at its tabs; 0, or -1 when there are not exactly six fields. */
static int split(struct co_piece line, struct co_piece fields[FIELDS])
{
	const char *end = line.at + line.len;
	int i;

	for (i = 0; i < FIELDS; i++) {
		const char *tab = memchr(line.at, '\t', (size_t)(end - line.at));

		if (!tab != (i == FIELDS - 1))
			return -1;
		fields[i].at = line.at;
		fields[i].len = (size_t)((tab ? tab : end) - line.at);
		line.at = tab ? tab + 1 : end;
	}
	return 0;
}

static int parse_access(struct co_piece field)
{
	char *name = co_xmemdup(field.at, field.len);
	int access = co_enum_value(co_access_names, name);

	free(name);
	return access;
}

static int bad_line(const char *path, const struct co_map *map, struct co_piece line, const char *why,
		    struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "bad-catalog", "%s", why);
	co_err_at(err, path, line_number(map, line.at), 0);
	return CO_ERR_INPUT;
}

static int parse_line(const char *path, const struct co_map *map, struct co_piece line, struct co_operation *out,
		      struct co_err *err)
{
	struct co_piece fields[FIELDS];
	int access;
	unsigned ms;

	if (split(line, fields) < 0)
		return bad_line(path, map, line, "an operation has six fields, divided by tabs", err);
	access = parse_access(fields[ACCESS]);
	if (!access)
		return bad_line(path, map, line, "unknown access level", err);
	if (co_piece_number(fields[MS], &ms) < 0)
		return bad_line(path, map, line, "the third field is a number of milliseconds", err);
	*out = (struct co_operation){
		.access = access,
		.ms = ms,
		.permissions = co_xmemdup(fields[PERMISSIONS].at, fields[PERMISSIONS].len),
		.parameters = co_xmemdup(fields[PARAMETERS].at, fields[PARAMETERS].len),
		.sentence = co_xmemdup(fields[SENTENCE].at, fields[SENTENCE].len),
	};
	return CO_OK;
}

static struct co_piece name_of(struct co_piece line)
{
	return co_word_first(line, '\t');
}

static int order_name(struct co_piece line, const void *sought)
{
	return co_piece_compare(*(const struct co_piece *)sought, name_of(line));
}

static int search(const struct file *file, struct co_piece name, struct co_piece *line)
{
	const struct co_piece lines = { file->map.data + file->first, file->map.len - file->first };

	return co_line_search(lines, order_name, &name, line);
}

static int unknown_operation(const struct file *file, const char *const call[3], const char *name,
			     struct co_err *err)
{
	const char **names = NULL;
	size_t n = 0, at, i;

	co_err_set(err, CO_ERR_INPUT, "unknown-operation", "unknown operation \"%s %s\" of provider \"%s\"", call[1],
		   call[2], call[0]);
	for (at = file->first; at < file->map.len;) {
		struct co_piece line = line_at(&file->map, at), found = name_of(line);

		*(const char **)co_grow(&names, &n, sizeof(*names)) = co_xmemdup(found.at, found.len);
		at += line.len + 1;
	}
	co_err_suggest(err, name, names, n);
	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)names[i]);
	free(names);
	return CO_ERR_INPUT;
}

static int unknown_name(const struct file *file, const char *word, struct co_err *err)
{
	size_t n = 0, i;
	char **words = co_names_list(&file->names, &n);

	co_err_set(err, CO_ERR_INPUT, "unknown-operation", "provider \"%s\" knows nothing by the name \"%s\"",
		   file->provider, word);
	co_err_hint(err, "what is not built in is named in full, with its group: widgets.example.com");
	co_err_suggest(err, word, (const char *const *)words, n);
	for (i = 0; i < n; i++)
		free(words[i]);
	free(words);
	return CO_ERR_INPUT;
}

/* In the text, "*" becomes what it stands for. */
static void fill_in(char **text, const char *what)
{
	struct co_buf out = CO_BUF_INIT;
	const char *p;

	for (p = *text; *p; p++)
		if (*p == '*')
			co_buf_adds(&out, what);
		else
			co_buf_addc(&out, *p);
	free(*text);
	*text = co_buf_take(&out);
}

/* "VERB NAME" by the name's canonical form, else "VERB *" or "VERB *" with the same part. */
static int find_named(const struct file *file, const char *const call[3], struct co_operation *out, struct co_err *err)
{
	struct co_buf exact = CO_BUF_INIT, any = CO_BUF_INIT, whole = CO_BUF_INIT;
	struct co_name name;
	struct co_piece line;
	int rc;

	if (co_name_parse(&name, &file->names, call[2]) < 0)
		return unknown_name(file, call[2], err);
	co_buf_addf(&exact, "%s ", call[1]);
	co_name_write(&name, &exact);
	co_buf_addf(&any, "%s *%s%s", call[1], *name.part ? "/" : "", name.part);
	if (search(file, (struct co_piece){ exact.data, exact.len }, &line) ||
	    search(file, (struct co_piece){ any.data, any.len }, &line))
		rc = parse_line(file->path, &file->map, line, out, err);
	else
		rc = unknown_operation(file, call, exact.data, err);
	if (rc == CO_OK) {
		co_buf_addf(&whole, "%s%s%s", name.plural, *name.group ? "." : "", name.group);
		fill_in(&out->permissions, whole.data);
		fill_in(&out->sentence, name.plural);
	}
	co_buf_clear(&exact);
	co_buf_clear(&any);
	co_buf_clear(&whole);
	co_name_clear(&name);
	return rc;
}

int co_catalog_find(struct co_catalog *catalog, const char *const call[3], struct co_operation *out,
		    struct co_err *err)
{
	const struct file *file;
	struct co_piece line;
	char *name;
	int rc = open_file(catalog, call[0], &file, err);

	if (rc < 0)
		return rc;
	if (file->apis)
		return co_api_call(file->apis, call, out, err);
	if (file->names.len)
		return find_named(file, call, out, err);
	name = co_xasprintf("%s %s", call[1], call[2]);
	if (search(file, (struct co_piece){ name, strlen(name) }, &line))
		rc = parse_line(file->path, &file->map, line, out, err);
	else
		rc = unknown_operation(file, call, name, err);
	free(name);
	return rc;
}

int co_catalog_apis(struct co_catalog *catalog, const char *provider, const struct co_apis **apis, struct co_err *err)
{
	const struct file *file;
	int rc = open_file(catalog, provider, &file, err);

	if (rc == CO_OK)
		*apis = file->apis;
	return rc;
}

/* Two words, one space, nothing that a call could not hold. */
static int is_name(struct co_piece name)
{
	const char *space = memchr(name.at, ' ', name.len);
	size_t i;

	if (!space || space == name.at || space + 1 == name.at + name.len)
		return 0;
	for (i = 0; i < name.len; i++)
		if (((unsigned char)name.at[i] <= ' ' && name.at + i != space) || name.at[i] == 0x7f)
			return 0;
	return 1;
}

static int check_line(const char *path, const struct co_map *map, struct co_piece before, struct co_piece line,
		      struct co_err *err)
{
	struct co_operation operation;
	struct co_err why = CO_ERR_INIT;
	int rc = parse_line(path, map, line, &operation, err);

	if (rc < 0)
		return rc;
	if (!is_name(name_of(line)))
		rc = bad_line(path, map, line, "a name is two words with one space between", err);
	else if (before.at && co_piece_compare(name_of(before), name_of(line)) >= 0)
		rc = bad_line(path, map, line, "out of order: names ascend in byte order, each once", err);
	else if (!*operation.permissions || !*operation.parameters || !*operation.sentence)
		rc = bad_line(path, map, line, "an empty field; write \"-\"", err);
	else if (co_parameters_check(operation.parameters, &why) < 0)
		rc = bad_line(path, map, line, why.message, err);
	co_operation_clear(&operation);
	return rc;
}

int co_catalog_check(const char *path, struct co_err *err)
{
	struct co_piece line, before = { NULL, 0 };
	struct co_map map;
	size_t at;
	int rc = co_file_map(path, 0, &map, err);

	if (rc < 0)
		return rc;
	for (at = skip_comments(&map); rc == CO_OK && at < map.len; at += line.len + 1) {
		line = line_at(&map, at);
		rc = check_line(path, &map, before, line, err);
		before = line;
	}
	if (rc == CO_OK && (!before.at || map.data[map.len - 1] != '\n')) {
		rc = co_err_set(err, CO_ERR_INPUT, "bad-catalog", "no operations, or the last line is cut short");
		co_err_at(err, path, 0, 0);
	}
	co_file_unmap(&map);
	return rc;
}
