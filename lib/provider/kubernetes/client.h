/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/client: requests to API servers, each with its credential, tried again
 * where that is safe, and answered with a result or an error that says the server's reason.
 */
#ifndef CO_PROVIDER_KUBERNETES_CLIENT_H
#define CO_PROVIDER_KUBERNETES_CLIENT_H

#include "catalog/names.h"
#include "exec/provider.h"
#include "net/http.h"
#include "provider/kubernetes/access.h"
#include "provider/servant.h"

struct co_config;
struct co_kube;	     /* of one run: all clusters */
struct co_kube_link; /* of one context: its credential and what it serves; lasts as long as the run */

/*
 * Takes the servant over, which answers as co_kube_keeper_serve(). names and config are borrowed. Where
 * config gives a context a service account, its calls are made with a token of that, which the user's
 * credential asks for (TokenRequest) and which ends after ten minutes.
 */
struct co_kube *co_kube_new(struct co_servant *servant, const struct co_map *names, const struct co_config *config);
void co_kube_free(struct co_kube *kube);

/* One call of the executor, on its way. Start with co_kube_begin(). */
struct co_kube_call {
	struct co_kube *kube;
	struct co_kube_link *link;
	const struct co_call *call;
	json_t *warnings; /* list: what the server and the kubeconfig warn of, each once */
	int kept;	  /* the last resource that was found may be from an earlier run */
};

/* Finds the context of call->target. CO_ERR_SYSTEM "no-libcurl", or what the keeper says. */
int co_kube_begin(struct co_kube *kube, const struct co_call *call, struct co_kube_call *c, struct co_err *err);
void co_kube_end(struct co_kube_call *c);

/* The context's name, and its own namespace ("default" when it has none). Borrowed. */
const char *co_kube_context(const struct co_kube_call *c);
const char *co_kube_namespace(const struct co_kube_call *c);

const struct co_map *co_kube_name_map(const struct co_kube *kube);

#define CO_KUBE_JSON "application/json"
#define CO_KUBE_METADATA_LIST "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
#define CO_KUBE_METADATA "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"

struct co_kube_request {
	const char *method; /* "GET" */
	const char *path;   /* path and query behind the server's URL, encoded */
	const char *accept; /* NULL: CO_KUBE_JSON */
	const char *type;   /* of the body; NULL: CO_KUBE_JSON */
	const char *body;   /* NULL: none */
	size_t body_len;
	int changes;	    /* has an effect: is not sent again when it may have arrived */
	int as_user;	    /* by the user's own credential, whatever the service account */
	size_t limit;	    /* bytes of the answer; 0: 64 MiB */
	int64_t deadline;   /* 0: the call's */
	int idle_ms;	    /* longest silence; 0: 30 s */

	/* Instead of collecting the body; restart is called before an attempt that follows another. */
	int (*sink)(void *context, const void *data, size_t len);
	void (*restart)(void *context);
	void *context;
};

/*
 * Sends it. Success is a 2xx. The response must be cleared by the caller, also after a failure. CO_ERR_NO "conflict",
 * "already-exists", "disruption-budget"; CO_ERR_INPUT "invalid"; CO_ERR_REMOTE "unauthorized", "forbidden",
 * "not-found", "expired", "throttled", "server-error", and those of net/http.h; CO_ERR_UNKNOWN
 * "outcome-unknown" for a change that may have happened.
 */
int co_kube_send(struct co_kube_call *c, const struct co_kube_request *request, struct co_http_response *response,
		 struct co_err *err);

/* The same, and the answer is one JSON value, a new reference. */
int co_kube_ask(struct co_kube_call *c, const struct co_kube_request *request, json_t **answer, struct co_err *err);

/* Adds a warning, once. */
void co_kube_warn(struct co_kube_call *c, const char *text);

/* ---- what discovery keeps with the link; see discovery.h */
struct co_kube_served;
struct co_kube_served *co_kube_served_of(struct co_kube_call *c);

/* The file it is kept in from run to run (kept.h); NULL: it is not. */
const char *co_kube_kept_of(const struct co_kube_call *c);

#endif
