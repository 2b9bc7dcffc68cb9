/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/entry: one item of a kubeconfig's lists, and its members by type, for kubeconfig.c and user.c. */
#ifndef CO_PROVIDER_KUBERNETES_ENTRY_H
#define CO_PROVIDER_KUBERNETES_ENTRY_H

#include "provider/kubernetes/access.h"

struct co_kube_file {
	char *path;
	char *text;
	size_t len;
	json_t *value;
};

/* The three lists of a file, and what each calls the body of its items. */
enum { CO_KUBE_CLUSTERS, CO_KUBE_USERS, CO_KUBE_CONTEXTS, CO_KUBE_LISTS };
struct co_kube_list {
	const char *list, *body;
};
extern const struct co_kube_list co_kube_lists[CO_KUBE_LISTS];

/* One item of a list, where it stands. */
struct co_kube_entry {
	const struct co_kube_file *file;
	int list;
	size_t index;
	const char *name;
	json_t *body;
};

/* CO_ERR_INPUT "bad-kubeconfig" with the place that the JSON pointer names in the file. */
int co_kube_bad(const struct co_kube_file *file, struct co_err *err, const char *pointer, const char *why);

/* The same for a member of an entry; key NULL: for all of it. */
int co_kube_wrong(const struct co_kube_entry *e, const char *key, const char *why, struct co_err *err);

/* Copies; absent, null and "" leave *out as it is. */
int co_kube_take_string(const struct co_kube_entry *e, const char *key, char **out, struct co_err *err);
int co_kube_take_flag(const struct co_kube_entry *e, const char *key, int *out, struct co_err *err);
int co_kube_take_path(const struct co_kube_entry *e, const char *key, char **out, struct co_err *err);

/* PEM from the member that holds it in base64, else the path of the file that does. */
int co_kube_take_pem(const struct co_kube_entry *e, const char *data, const char *file, char **text, char **path,
		     struct co_err *err);

/* A list; key is for messages alone. */
int co_kube_take_strings(const struct co_kube_entry *e, const char *key, json_t *value, char ***items, size_t *count,
			 struct co_err *err);

/* All that a user's entry says; a plugin is told what the cluster's entry holds for it. */
int co_kube_take_user(const struct co_kube_entry *e, const struct co_kube_entry *cluster, struct co_kube_access *access,
		      struct co_err *err);

#endif
