/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/proc.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { READ_LIMIT = 8 * 1024 * 1024, PATH_LIMIT = 4096 };

static int format_path(char out[PATH_LIMIT], const char *format, va_list ap) CO_PRINTF(2, 0);

static int format_path(char out[PATH_LIMIT], const char *format, va_list ap)
{
	int n = vsnprintf(out, PATH_LIMIT, format, ap);

	return n < 0 || n >= PATH_LIMIT ? ENAMETOOLONG : 0;
}

static int read_all(int fd, struct co_buf *out)
{
	for (;;) {
		size_t room = 16384;
		char *to = co_buf_reserve(out, room);
		ssize_t n = read(fd, to, room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len > READ_LIMIT)
			return EFBIG;
	}
}

int co_proc_read(const struct co_host *host, struct co_buf *out, const char *path, ...)
{
	char name[PATH_LIMIT];
	va_list ap;
	int fd, code;

	co_buf_reset(out);
	va_start(ap, path);
	code = format_path(name, path, ap);
	va_end(ap);
	if (code)
		return code;
	/* O_NONBLOCK: a FIFO put where a file was expected must not hold the reading. */
	fd = openat(host->root, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno;
	code = read_all(fd, out);
	close(fd);
	co_buf_add(out, "", 0);
	return code;
}

int64_t co_proc_number(const struct co_host *host, const char *path, ...)
{
	char name[PATH_LIMIT];
	struct co_buf b = CO_BUF_INIT;
	int64_t value = -1;
	va_list ap;
	int code;

	va_start(ap, path);
	code = format_path(name, path, ap);
	va_end(ap);
	if (!code && co_proc_read(host, &b, "%s", name) == 0 && b.len > 0)
		value = strncmp(b.data, "max", 3) == 0 ? -2 : strtoll(b.data, NULL, 10);
	co_buf_clear(&b);
	return value;
}

int co_proc_link(const struct co_host *host, char *out, size_t size, const char *path, ...)
{
	char name[PATH_LIMIT];
	va_list ap;
	ssize_t n;
	int code;

	va_start(ap, path);
	code = format_path(name, path, ap);
	va_end(ap);
	if (code)
		return code;
	n = readlinkat(host->root, name, out, size - 1);
	if (n < 0)
		return errno;
	out[n] = '\0';
	return 0;
}

DIR *co_proc_dir(const struct co_host *host, const char *path, ...)
{
	char name[PATH_LIMIT];
	va_list ap;
	int fd, code;
	DIR *d;

	va_start(ap, path);
	code = format_path(name, path, ap);
	va_end(ap);
	if (code)
		return NULL;
	fd = openat(host->root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	d = fdopendir(fd);
	if (!d)
		close(fd);
	return d;
}

char *co_line(char **cursor)
{
	char *line = *cursor;
	char *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	if (end)
		*end++ = '\0';
	*cursor = end;
	return line;
}

int64_t co_key_number(const char *text, const char *key)
{
	size_t len = strlen(key);
	const char *at = text;

	while (at) {
		if (strncmp(at, key, len) == 0 && (at[len] == ' ' || at[len] == '\t'))
			return strtoll(at + len, NULL, 10);
		at = strchr(at, '\n');
		if (at)
			at++;
	}
	return -1;
}

const char *co_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

pid_t *co_pids(const struct co_host *host, size_t *count)
{
	DIR *d = co_proc_dir(host, "proc");
	struct dirent *e;
	pid_t *pids = NULL;

	*count = 0;
	while (d && (e = readdir(d)) != NULL)
		if (isdigit((unsigned char)e->d_name[0]))
			*(pid_t *)co_grow(&pids, count, sizeof(*pids)) = (pid_t)strtol(e->d_name, NULL, 10);
	if (d)
		closedir(d);
	if (pids)
		qsort(pids, *count, sizeof(*pids), by_number);
	return pids;
}

static json_t *pressure_line(const char *line)
{
	static const char *const keys[] = { "avg10", "avg60", "avg300" };
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < CO_COUNT(keys); i++) {
		char key[16];
		const char *at;

		snprintf(key, sizeof(key), "%s=", keys[i]);
		at = strstr(line, key);
		co_set_real(o, keys[i], at ? strtod(at + strlen(key), NULL) : 0);
	}
	return o;
}

json_t *co_pressure(const struct co_host *host, const char *path, ...)
{
	char name[PATH_LIMIT];
	struct co_buf b = CO_BUF_INIT;
	json_t *o = NULL;
	char *cursor, *line;
	va_list ap;
	int code;

	va_start(ap, path);
	code = format_path(name, path, ap);
	va_end(ap);
	/* With psi=0 the file is there and reading it gives EOPNOTSUPP. */
	if (!code && co_proc_read(host, &b, "%s", name) == 0 && strncmp(co_buf_str(&b), "some", 4) == 0) {
		o = json_object();
		cursor = b.data;
		while ((line = co_line(&cursor)) != NULL)
			if (strncmp(line, "some ", 5) == 0 || strncmp(line, "full ", 5) == 0) {
				line[4] = '\0';
				json_object_set_new(o, line, pressure_line(line + 5));
			}
	}
	co_buf_clear(&b);
	return o;
}

void co_set_pressure(struct co_reading *r, const char *name)
{
	json_t *o = co_pressure(r->host, "proc/pressure/%s", name);
	char what[64];

	json_object_set_new(r->output, "pressure", o ? o : json_null());
	snprintf(what, sizeof(what), "%s pressure", name);
	if (!o)
		co_unseen(r, what,
			  "/proc/pressure/%s is absent or switched off (kernel before 4.20, or psi=0)", name);
}

void co_uptime(const struct co_host *host, struct co_uptime *u)
{
	struct co_buf b = CO_BUF_INIT;
	struct timespec t;

	u->up = 0;
	u->now = 0;
	if (co_proc_read(host, &b, "proc/uptime") == 0)
		u->up = strtod(co_buf_str(&b), NULL);
	if (host->live && clock_gettime(CLOCK_REALTIME, &t) == 0)
		u->now = t.tv_sec;
	else if (co_proc_read(host, &b, "proc/stat") == 0)
		u->now = co_key_number(co_buf_str(&b), "btime") + (int64_t)u->up;
	co_buf_clear(&b);
}

/* The hierarchy that says most: v2, else systemd's own, else any. "/" says nothing. */
static const char *best_path(char *text)
{
	const char *best = "";
	char *cursor = text, *line;
	int rank = 0;

	while ((line = co_line(&cursor)) != NULL) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;
		int this_rank;

		if (!path || strcmp(path, ":/") == 0)
			continue;
		this_rank = strncmp(line, "0::", 3) == 0 ? 3 : strncmp(controllers, ":name=", 6) == 0 ? 2 : 1;
		if (this_rank > rank) {
			rank = this_rank;
			best = path + 1;
		}
	}
	return best;
}

static int is_unit(const char *name, size_t len)
{
	static const char *const suffixes[] = { ".service", ".scope", ".socket", ".mount", ".swap" };
	size_t i;

	for (i = 0; i < CO_COUNT(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && memcmp(name + len - n, suffixes[i], n) == 0)
			return 1;
	}
	return 0;
}

static void find_unit(const char *path, struct co_cgroup *out)
{
	const char *at = path;

	while (*at) {
		size_t len = strcspn(at, "/");

		if (is_unit(at, len) && len < sizeof(out->unit)) {
			memcpy(out->unit, at, len);
			out->unit[len] = '\0';
		}
		at += len + (at[len] == '/');
	}
}

static void find_container(const char *path, struct co_cgroup *out)
{
	const char *at = path;

	while (*at) {
		size_t len = strspn(at, "0123456789abcdef");

		if (len == 64) {
			memcpy(out->container, at, 64);
			out->container[64] = '\0';
		}
		at += len;
		if (*at)
			at++;
	}
}

void co_cgroup_parse(char *text, struct co_cgroup *out)
{
	const char *path = best_path(text);

	memset(out, 0, sizeof(*out));
	snprintf(out->path, sizeof(out->path), "%s", path);
	find_unit(out->path, out);
	find_container(out->path, out);
	if (*out->container && strstr(out->unit, out->container))
		*out->unit = '\0'; /* a scope that the container runtime made */
}

const char *co_cgroup_name(const char *dir)
{
	const char *name = dir + strlen("sys/fs/cgroup");

	return *name ? name : "/";
}

/* The path of a controller's line in /proc/self/cgroup; "0" is the v2 line. */
static int own_cgroup(const struct co_host *host, const char *controller, char *out, size_t size)
{
	struct co_buf b = CO_BUF_INIT;
	char *cursor, *line;
	int found = -1;

	if (co_proc_read(host, &b, "proc/self/cgroup") != 0)
		return -1;
	cursor = b.data;
	while (found < 0 && (line = co_line(&cursor)) != NULL) {
		char *list = strchr(line, ':');
		char *path = list ? strchr(list + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		if (*controller ? strstr(list + 1, controller) != NULL : strcmp(line, "0:") == 0) {
			snprintf(out, size, "%s", strcmp(path, "/") == 0 ? "" : path);
			found = 0;
		}
	}
	co_buf_clear(&b);
	return found;
}

static int is_dir(const struct co_host *host, const char *path)
{
	DIR *d = co_proc_dir(host, "%s", path);

	if (d)
		closedir(d);
	return d != NULL;
}

/* The own path may lead out of a container's view; then its mount shows its own group at the top. */
static int try_cgroup(const struct co_host *host, const char *mount, const char *own, char *out, size_t size)
{
	if ((size_t)snprintf(out, size, "%s%s", mount, own) < size && is_dir(host, out))
		return 0;
	snprintf(out, size, "%s", mount);
	return is_dir(host, out) ? 0 : -1;
}

static int has_controller(const struct co_host *host, const char *mount, const char *controller)
{
	struct co_buf b = CO_BUF_INIT;
	int found = co_proc_read(host, &b, "%s/cgroup.controllers", mount) == 0 &&
		    strstr(co_buf_str(&b), controller) != NULL;

	co_buf_clear(&b);
	return found;
}

int co_cgroup_dir(const struct co_host *host, const char *controller, char *out, size_t size, int *version)
{
	char own[PATH_LIMIT] = "";
	char mount[128] = "sys/fs/cgroup";

	if (has_controller(host, mount, controller)) {
		*version = 2;
		own_cgroup(host, "", own, sizeof(own));
		return try_cgroup(host, mount, own, out, size);
	}
	*version = 1;
	snprintf(mount, sizeof(mount), "sys/fs/cgroup/%s", controller);
	own_cgroup(host, controller, own, sizeof(own));
	return try_cgroup(host, mount, own, out, size);
}

/* Process 2 is the parent of kernel threads, and only the host's own process namespace shows it. */
static int sees_kernel_threads(const struct co_host *host, struct co_buf *b)
{
	return co_proc_read(host, b, "proc/2/stat") == 0 && strstr(co_buf_str(b), "(kthreadd)") != NULL;
}

const char *co_container_kind(const struct co_host *host)
{
	struct co_buf b = CO_BUF_INIT;
	const char *kind = NULL;
	static const char *const marks[][2] = {
		{ "kubepods", "kubernetes" },
		{ "docker", "docker" },
		{ "libpod", "podman" },
		{ "/lxc", "lxc" },
	};
	size_t i;

	if (sees_kernel_threads(host, &b)) {
		co_buf_clear(&b);
		return NULL; /* a disk made from a container image may still hold /.dockerenv */
	}
	if (co_proc_read(host, &b, ".dockerenv") == 0)
		kind = "docker";
	else if (co_proc_read(host, &b, "run/.containerenv") == 0)
		kind = "podman";
	else if (co_proc_read(host, &b, "run/systemd/container") == 0)
		kind = "container";
	for (i = 0; !kind && i < CO_COUNT(marks); i++)
		if (co_proc_read(host, &b, "proc/1/cgroup") == 0 && strstr(co_buf_str(&b), marks[i][0]))
			kind = marks[i][1];
	co_buf_clear(&b);
	return kind;
}
