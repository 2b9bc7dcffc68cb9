/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include "sys/atomicfile.h"

#include <stdlib.h>
#include <string.h>

enum {
	READ = CO_ALLOW_OPEN_READ,
	WRITE = CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE,
	RUN = CO_ALLOW_EXEC,
};

/* Kinds of places; see add_places(). */
enum {
	DATA = 1,      /* playbooks and catalogues */
	CONFIG = 2,    /* the user's configuration directory, keys and signers named in it */
	STATE = 4,     /* approvals used, the audit log */
	TERMINAL = 8,
	HELPERS = 16,  /* co-expr, and what a dynamic program needs to start */
	SSH_KEYGEN = 32,
	NETWORK = 64, /* names, and whom TLS trusts */
};

static const struct {
	const char *tool;
	unsigned allow;
	unsigned places;
} table[] = {
	{ "co-intent", 0, 0 },
	{ "co-model", CO_ALLOW_CONNECTED, 0 }, /* its connections come from a process that was started before */
	{ "co-plan", READ | RUN, DATA | HELPERS },
	{ "co-policy", 0, 0 },
	{ "co-approve", WRITE | RUN | CO_ALLOW_UNIX_SOCKET, CONFIG | STATE | TERMINAL | HELPERS | SSH_KEYGEN },
	/* What reads this host is a process that was started before, in a sandbox of its own. */
	{ "co-exec", WRITE | RUN | CO_ALLOW_THREADS | CO_ALLOW_INET, DATA | STATE | HELPERS | NETWORK },
	{ "co-audit", WRITE, 0 }, /* the log's directory, which it names itself; a query gets no right to write there */
	{ "co-report", 0, 0 },
};

/* A list of rows that ends with an empty one. */
struct list {
	struct co_sandbox_path *items;
	size_t count;
};

static void add(struct list *list, const char *path, unsigned rights)
{
	struct co_sandbox_path *row;

	if (!path)
		return;
	row = co_grow(&list->items, &list->count, sizeof(*row));
	*row = (struct co_sandbox_path){ path, rights };
}

static void add_data(struct list *list, const struct co_config *config)
{
	size_t i;

	add(list, config->playbook_dir, READ);
	add(list, config->catalog_dir, READ);
	for (i = 0; i < config->playbooks.count; i++)
		add(list, config->playbooks.items[i], READ);
}

static int add_state(struct list *list, const struct co_config *config, struct co_err *err)
{
	int rc = co_dir_make(config->state_dir, err);

	if (rc == CO_OK)
		rc = co_dir_make(config->audit->directory, err);
	add(list, config->state_dir, WRITE);
	add(list, config->audit->directory, WRITE);
	return rc;
}

/* The loaders of the systems we know; a program is started through its own. */
static void add_helpers(struct list *list, const struct co_config *config)
{
	static const char *const loaders[] = {
		"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-linux-riscv64-lp64d.so.1",
		"/lib64/ld64.so.2",	       "/lib/ld64.so.1",	     "/lib/ld-musl-x86_64.so.1",
		"/lib/ld-musl-aarch64.so.1",   "/libexec/ld-elf.so.1",	     "/usr/libexec/ld.so",
	};
	static const char *const libraries[] = {
		"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ld.so.preload",
	};
	size_t i;

	add(list, config->helper_dir, RUN);
	for (i = 0; i < CO_COUNT(loaders); i++)
		add(list, loaders[i], RUN);
	for (i = 0; i < CO_COUNT(libraries); i++)
		add(list, libraries[i], READ);
}

static void add_ssh_keygen(struct list *list)
{
	static const char *const files[] = { "/etc/passwd", "/etc/nsswitch.conf", "/etc/localtime", "/etc/ssl/openssl.cnf",
					     "/usr/share/zoneinfo", "/proc/sys/crypto" };
	size_t i;

	add(list, "/usr/bin/ssh-keygen", RUN);
	add(list, "/usr/local/bin/ssh-keygen", RUN);
	for (i = 0; i < CO_COUNT(files); i++)
		add(list, files[i], READ);
}

static void add_network(struct list *list)
{
	static const char *const files[] = {
		"/etc/resolv.conf", "/run/systemd/resolve", "/etc/hosts",      "/etc/nsswitch.conf",		"/etc/host.conf",
		"/etc/gai.conf",    "/etc/ssl",		    "/etc/pki",	       "/etc/ca-certificates",	"/usr/share/ca-certificates",
		"/usr/share/pki",   "/usr/local/share/ca-certificates",
	};
	size_t i;

	for (i = 0; i < CO_COUNT(files); i++)
		add(list, files[i], READ);
}

static int add_places(struct list *list, unsigned places, const struct co_config *config, struct co_err *err)
{
	int rc = CO_OK;

	if (places & DATA)
		add_data(list, config);
	if (places & CONFIG) {
		add(list, config->config_dir, READ);
		add(list, config->approval->signers, READ);
		add(list, config->approval->key, READ);
	}
	if (places & STATE)
		rc = add_state(list, config, err);
	if (places & TERMINAL)
		add(list, "/dev/tty", WRITE);
	if (places & (HELPERS | SSH_KEYGEN)) {
		add(list, "/dev/null", WRITE);
		add_helpers(list, config);
	}
	if (places & SSH_KEYGEN)
		add_ssh_keygen(list);
	if (places & NETWORK)
		add_network(list);
	return rc;
}

int tool_confine(struct tool *tool, const struct co_sandbox_path *own)
{
	struct co_sandbox sandbox = { 0, NULL };
	struct co_err err = CO_ERR_INIT;
	struct list list = { NULL, 0 };
	unsigned places = 0;
	int code;
	size_t i;

	for (i = 0; i < CO_COUNT(table); i++) {
		if (strcmp(table[i].tool, tool->usage->tool) == 0) {
			sandbox.allow = table[i].allow;
			places = table[i].places;
		}
	}
	if (add_places(&list, places, &tool->config, &err) < 0) {
		free(list.items);
		return tool_fail(tool, &err);
	}
	for (; own && own->path; own++)
		add(&list, own->path, own->rights);
	co_grow(&list.items, &list.count, sizeof(*list.items)); /* the row that ends it */
	sandbox.paths = list.items;
	code = tool_sandbox(tool, &sandbox);
	free(list.items);
	return code;
}
