/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/access: how one cluster is reached, and as whom.
 *
 * Made from a kubeconfig or from a pod's service account; a plain document, because
 * it crosses from the process that reads files and runs plugins to the one that connects.
 */
#ifndef CO_PROVIDER_KUBERNETES_ACCESS_H
#define CO_PROVIDER_KUBERNETES_ACCESS_H

#include "codec/shape.h"

struct co_kube_variable {
	char *name;
	char *value;
};

/* A program that prints a credential (client.authentication.k8s.io). */
struct co_kube_plugin {
	char *api_version;
	char *command; /* absolute, or a bare name for $PATH */
	CO_LIST(char *) args;
	CO_LIST(struct co_kube_variable) env;
	char *install_hint;
	int wants_cluster; /* is told of the cluster in KUBERNETES_EXEC_INFO */
	json_t *config;	   /* of the cluster's extension for it; NULL: none */
};

struct co_kube_access {
	char *context;
	char *namespace; /* NULL: none given */
	char *server;	 /* URL, without "/" at its end */
	char *server_name;
	char *proxy;
	int insecure;
	char *ca; /* PEM; NULL: the system's */
	char *certificate, *key;
	char *token;
	char *username, *password;
	char *as, *as_uid;
	CO_LIST(char *) as_groups;
	json_t *as_extra;     /* object of lists of strings */
	int64_t expires;      /* when the credential ends; 0: unknown */
	CO_LIST(char *) warnings;

	/* Where the rest is to be had; gone once it was. */
	char *ca_file, *certificate_file, *key_file, *token_file;
	struct co_kube_plugin *plugin;
};

extern const struct co_shape co_kube_access_shape;

#endif
