/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "provider/local/proc.h"

enum { MOUNTS_LIMIT = 512 };

static const char *const remote_types[] = { "nfs",  "cifs", "smb", "ceph",   "glusterfs",
					    "fuse", "9p",   "afs", "lustre", "virtiofs" };
static const char *const data_types[] = {
	"ext",	"xfs", "btrfs",	   "zfs",      "f2fs", "overlay", "tmpfs", "vfat",  "exfat",
	"ntfs", "jfs", "reiserfs", "bcachefs", "aufs", "hfs",	  "ufs",   "minix", "nilfs",
};

static int begins(const char *const *list, size_t n, const char *type)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strncmp(type, list[i], strlen(list[i])) == 0)
			return 1;
	return 0;
}

static char *word(char **at)
{
	char *start = *at;

	if (!start)
		return NULL;
	*at = strchr(start, ' ');
	if (*at)
		*(*at)++ = '\0';
	return start;
}

/* Space, tab, newline and backslash stand as \040 and so on. */
static char *unescaped(const char *text)
{
	char *out = co_xstrdup(text), *to = out;

	for (; *text; text++)
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	*to = '\0';
	return out;
}

static struct co_mount *same_device(struct co_mounts *m, unsigned major, unsigned minor)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		if (m->items[i].major == major && m->items[i].minor == minor)
			return &m->items[i];
	return NULL;
}

static void clear_mount(struct co_mount *m)
{
	free(m->path);
	free(m->type);
	free(m->source);
}

/* 36 35 98:0 /root /path rw,noatime master:1 - ext3 /dev/root rw,errors=continue */
static void parse_line(char *line, struct co_mounts *mounts)
{
	char *tail = strstr(line, " - ");
	char *at = line, *device, *path, *options, *type, *source, *super;
	unsigned major, minor;
	struct co_mount *m;

	if (!tail)
		return;
	*tail = '\0';
	tail += 3;
	word(&at);
	word(&at);
	device = word(&at);
	word(&at);
	path = word(&at);
	options = word(&at);
	type = word(&tail);
	source = word(&tail);
	super = tail;
	if (!options || !source || sscanf(device, "%u:%u", &major, &minor) != 2)
		return;
	if (!begins(data_types, CO_COUNT(data_types), type) &&
	    !begins(remote_types, CO_COUNT(remote_types), type))
		return;
	m = same_device(mounts, major, minor);
	if (m && strlen(m->path) <= strlen(path))
		return;
	if (m)
		clear_mount(m);
	else if (mounts->count < MOUNTS_LIMIT)
		m = co_grow(&mounts->items, &mounts->count, sizeof(*m));
	else
		return;
	m->path = unescaped(path);
	m->type = co_xstrdup(type);
	m->source = unescaped(source);
	m->major = major;
	m->minor = minor;
	m->read_only = strncmp(options, "ro", 2) == 0 || (super && strncmp(super, "ro", 2) == 0);
	m->remote = begins(remote_types, CO_COUNT(remote_types), type);
}

int co_mounts_read(const struct co_host *host, struct co_mounts *mounts)
{
	struct co_buf b = CO_BUF_INIT;
	char *cursor, *line;
	int code = co_proc_read(host, &b, "proc/self/mountinfo");

	memset(mounts, 0, sizeof(*mounts));
	cursor = b.data;
	while (!code && (line = co_line(&cursor)) != NULL)
		parse_line(line, mounts);
	co_buf_clear(&b);
	return code;
}

void co_mounts_clear(struct co_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++)
		clear_mount(&mounts->items[i]);
	free(mounts->items);
	memset(mounts, 0, sizeof(*mounts));
}
