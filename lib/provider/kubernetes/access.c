/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/access.h"

static const struct co_field variable_fields[] = {
	CO_STR(struct co_kube_variable, name, CO_REQUIRED),
	CO_STR(struct co_kube_variable, value, CO_WRITTEN),
	CO_END,
};

static const struct co_shape variable_shape = { "variable", sizeof(struct co_kube_variable), variable_fields };

static const struct co_field plugin_fields[] = {
	CO_STR(struct co_kube_plugin, api_version, CO_REQUIRED),
	CO_STR(struct co_kube_plugin, command, CO_REQUIRED),
	CO_STRS(struct co_kube_plugin, args, 0),
	CO_OBJECTS(struct co_kube_plugin, env, 0, &variable_shape),
	CO_STR(struct co_kube_plugin, install_hint, 0),
	CO_BOOL(struct co_kube_plugin, wants_cluster, 0),
	CO_JSON(struct co_kube_plugin, config, 0),
	CO_END,
};

static const struct co_shape plugin_shape = { "plugin", sizeof(struct co_kube_plugin), plugin_fields };

static const struct co_field access_fields[] = {
	CO_STR(struct co_kube_access, context, 0),
	CO_STR(struct co_kube_access, namespace, 0),
	CO_STR(struct co_kube_access, server, CO_REQUIRED),
	CO_STR(struct co_kube_access, server_name, 0),
	CO_STR(struct co_kube_access, proxy, 0),
	CO_BOOL(struct co_kube_access, insecure, 0),
	CO_STR(struct co_kube_access, ca, 0),
	CO_STR(struct co_kube_access, certificate, 0),
	CO_STR(struct co_kube_access, key, 0),
	CO_STR(struct co_kube_access, token, 0),
	CO_STR(struct co_kube_access, username, 0),
	CO_STR(struct co_kube_access, password, 0),
	CO_STR(struct co_kube_access, as, 0),
	CO_STR(struct co_kube_access, as_uid, 0),
	CO_STRS(struct co_kube_access, as_groups, 0),
	CO_JSON(struct co_kube_access, as_extra, 0),
	CO_INT(struct co_kube_access, expires, 0, 0, 0),
	CO_STRS(struct co_kube_access, warnings, 0),
	CO_STR(struct co_kube_access, ca_file, 0),
	CO_STR(struct co_kube_access, certificate_file, 0),
	CO_STR(struct co_kube_access, key_file, 0),
	CO_STR(struct co_kube_access, token_file, 0),
	CO_OBJECT(struct co_kube_access, plugin, 0, &plugin_shape),
	CO_END,
};

const struct co_shape co_kube_access_shape = { "access", sizeof(struct co_kube_access), access_fields };
