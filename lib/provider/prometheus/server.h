/* SPDX-License-Identifier: Apache-2.0 */
/* prometheus/server: the servers of the inventory, with what shows them who we are. */
#ifndef CO_PROVIDER_PROMETHEUS_SERVER_H
#define CO_PROVIDER_PROMETHEUS_SERVER_H

#include "config/config.h"
#include "crypto/secret.h"
#include "net/http.h"
#include "provider/prometheus/api.h"

struct co_prometheus_site {
	const char *environment;
	const struct co_monitoring *monitoring;
	struct co_secret authorization; /* value of that header; empty: none */
	struct co_secret key;		/* PEM */
	struct co_buf certificate;	/* PEM */
	struct co_http_tls tls;		/* of the two above */
	struct co_err unready;		/* why its files could not be read: told to each call */
};

struct co_prometheus_sites {
	CO_LIST(struct co_prometheus_site) list;
};

/* Reads the files and variables that the inventory names. config is borrowed as long as the sites are. */
void co_prometheus_sites_open(struct co_prometheus_sites *sites, const struct co_config *config);
void co_prometheus_sites_close(struct co_prometheus_sites *sites);

/*
 * The server that a call's target means: by its url, else by its environment. An url that is not in the
 * inventory has a site without secrets. *base is borrowed from the target or the inventory. CO_ERR_INPUT "no-server".
 */
int co_prometheus_find(const struct co_prometheus_sites *sites, const json_t *target, enum co_prometheus_server server,
		       const struct co_prometheus_site **site, const char **base, struct co_err *err);

#endif
