/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificates: when the certificates in files end. Files are found by the
 * endings people give them; a file with many certificates is a trust store
 * and is only counted. Private keys are never decoded.
 */
#include "provider/local/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/certificate.h"
#include "provider/local/inodes.h"
#include "provider/local/proc.h"

enum { FILE_LIMIT = 1024 * 1024, DEPTH = 8, SHOWN = 500, STORE = 20, DAY = 86400 };

static const char *const usual_places[] = {
	"/etc/letsencrypt/live",
	"/etc/ssl/private",
	"/etc/ssl/localcerts",
	"/etc/pki/tls/certs",
	"/etc/nginx",
	"/etc/apache2",
	"/etc/httpd",
	"/etc/haproxy",
	"/etc/postfix",
	"/etc/dovecot",
	"/etc/exim4",
	"/etc/mysql",
	"/etc/postgresql",
	"/etc/redis",
	"/etc/rabbitmq",
	"/etc/openvpn",
	"/etc/ipsec.d",
	"/etc/docker",
	"/etc/kubernetes/pki",
	"/var/lib/kubelet/pki",
	"/etc/etcd",
	"/etc/vault",
	"/etc/consul",
	"/etc/traefik",
	"/etc/caddy",
	"/var/lib/caddy",
	"/etc/ldap",
	"/etc/cockpit/ws-certs.d",
};
static const char *const endings[] = { ".pem", ".crt", ".cer", ".cert", ".der", ".chain", ".bundle" };

struct search {
	struct co_reading *r;
	json_t *list;
	int64_t now, entries, limit;
	int64_t files, stores, bad, closed;
	struct co_inodes met;
};

static int has_ending(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot && i < CO_COUNT(endings); i++)
		if (strcasecmp(dot, endings[i]) == 0)
			return 1;
	return 0;
}

static json_t *object(const struct search *s, const char *path, const struct co_certificate *c)
{
	json_t *o = json_object();
	int64_t left = c->not_after - s->now;

	co_set_text(o, "path", path);
	co_set_text(o, "subject", c->subject);
	co_set_text(o, "issuer", c->issuer);
	co_set_text(o, "names", c->names);
	co_set_text(o, "serial", c->serial);
	co_set_text(o, "key", c->key);
	co_set_text(o, "signature", c->signature);
	co_set_time(o, "not_before", c->not_before);
	co_set_time(o, "not_after", c->not_after);
	co_set_int(o, "days_left", left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY));
	co_set_int(o, "seconds_left", left);
	co_set_bool(o, "expired", left < 0);
	co_set_bool(o, "not_yet", c->not_before > s->now);
	co_set_bool(o, "ca", c->ca);
	co_set_bool(o, "self_signed", c->self_signed);
	return o;
}

static void take(struct search *s, const char *path, const struct co_buf *b)
{
	struct co_certificates found;
	size_t i;

	if (co_certificates_read(&found, b->data, b->len, STORE + 1) == 0) {
		s->files++;
		s->bad += (int64_t)found.bad;
		s->stores += found.count > STORE;
		for (i = 0; found.count <= STORE && i < found.count && json_array_size(s->list) < SHOWN; i++)
			json_array_append_new(s->list, object(s, path, &found.items[i]));
	}
	co_certificates_clear(&found);
}

static void read_file(struct search *s, const char *path)
{
	struct co_buf b = CO_BUF_INIT;
	struct stat st;

	/* A symbolic link is followed: that is how live certificates are usually named. */
	if (fstatat(s->r->host->root, path + 1, &st, 0) || !S_ISREG(st.st_mode) || st.st_size > FILE_LIMIT ||
	    co_inodes_met(&s->met, &st))
		return;
	if (co_proc_read(s->r->host, &b, "%s", path + 1) == 0 && b.len > 0)
		take(s, path, &b);
	else
		s->closed++;
	if (b.data)
		memset(b.data, 0, b.len); /* it may have held a key, too */
	co_buf_clear(&b);
}

static int walk(struct search *s, const char *path, int depth)
{
	DIR *d = depth < DEPTH ? co_proc_dir(s->r->host, "%s", path + 1) : NULL;
	struct dirent *e;
	int code = CO_OK;

	if (!d)
		s->closed += errno == EACCES;
	while (d && !code && s->entries < s->limit && (e = readdir(d)) != NULL) {
		char child[4096];
		struct stat st;

		if (e->d_name[0] == '.' ||
		    (size_t)snprintf(child, sizeof(child), "%s/%s", path, e->d_name) >= sizeof(child))
			continue;
		s->entries++;
		code = co_reading_check(s->r);
		if (code || fstatat(s->r->host->root, child + 1, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISDIR(st.st_mode))
			code = walk(s, child, depth + 1);
		else if (has_ending(e->d_name))
			read_file(s, child);
	}
	if (d)
		closedir(d);
	return code;
}

static int look(struct search *s, const char *path, json_t *missing)
{
	char trimmed[4096];
	struct stat st;
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	snprintf(trimmed, sizeof(trimmed), "%.*s", (int)(n < sizeof(trimmed) ? n : sizeof(trimmed) - 1),
		 path);
	if (n < 2 || *path != '/' || fstatat(s->r->host->root, trimmed + 1, &st, 0)) {
		if (missing)
			json_array_append_new(missing, co_text(path, strlen(path)));
		return CO_OK;
	}
	if (S_ISDIR(st.st_mode))
		return walk(s, trimmed, 0);
	read_file(s, trimmed);
	return CO_OK;
}

static void tell_limits(struct search *s)
{
	if (s->closed)
		co_unseen(s->r, "some files and directories", "%lld may not be read by this user",
			  (long long)s->closed);
	if (s->entries >= s->limit)
		co_unseen(s->r, "all files", "only the first %lld directory entries were looked at",
			  (long long)s->limit);
	if (s->bad)
		co_unseen(s->r, "some certificates", "%lld blocks named CERTIFICATE could not be decoded",
			  (long long)s->bad);
	if (json_array_size(s->list) >= SHOWN)
		co_unseen(s->r, "all certificates", "only the first %d are shown", SHOWN);
}

int co_local_certificates(struct co_reading *r)
{
	struct search s = { r, json_array(), 0, 0, 0, 0, 0, 0, 0, { NULL, 0 } };
	json_t *paths, *path, *missing = json_array();
	struct co_uptime up;
	size_t i;
	int code = co_param_strings(r, "paths", &paths);

	json_object_set_new(r->output, "certificates", s.list);
	json_object_set_new(r->output, "missing", missing);
	if (!code)
		code = co_param_integer(r, "entries", 20000, 1, 1000000, &s.limit);
	co_uptime(r->host, &up);
	s.now = up.now;
	json_array_foreach(paths, i, path)
		if (!code)
			code = look(&s, json_string_value(path), missing);
	for (i = 0; !json_array_size(paths) && !code && i < CO_COUNT(usual_places); i++)
		code = look(&s, usual_places[i], NULL);
	co_set_time(r->output, "now", s.now);
	co_set_int(r->output, "files", s.files);
	co_set_int(r->output, "trust_stores", s.stores);
	co_set_int(r->output, "entries", s.entries);
	if (!code)
		tell_limits(&s);
	free(s.met.items);
	return code;
}
