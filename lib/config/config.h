/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config/config: the configuration and the inventory (co-config(5)).
 *
 * /etc/cloudops/config.yaml, then $XDG_CONFIG_HOME/cloudops/config.yaml, then
 * $CLOUDOPS_CONFIG; objects are merged, later values win, lists are replaced.
 * Every file is checked on its own first, so that an error names its line, and
 * is refused when others could have written to it. Paths in a file may begin
 * with "~/"; relative ones are relative to the file. With no file at all,
 * everything has a default.
 */
#ifndef CO_CONFIG_CONFIG_H
#define CO_CONFIG_CONFIG_H

#include "codec/shape.h"

struct co_account { /* AWS */
	char *account;
	char *name;
	char *profile;
	char *role;
	CO_LIST(char *) regions;
};

struct co_project { /* GCP */
	char *project;
	CO_LIST(char *) regions;
};

struct co_subscription { /* Azure */
	char *subscription;
	CO_LIST(char *) regions;
};

struct co_context { /* Kubernetes */
	char *context;
	char *cluster;
	char *service_account; /* "NAMESPACE/NAME": runs act as it, by a token of their own */
	CO_LIST(char *) namespaces;
	CO_LIST(char *) nodes;
};

struct co_monitoring { /* Prometheus */
	char *url;
	char *alertmanager;
	char *token_file; /* 0600: a bearer token */
	char *token_env;  /* or the name of a variable that holds it */
	char *username;	  /* or a name and */
	char *password_file; /* its password, 0600 */
	char *ca_file;
	char *certificate_file; /* of the client, and */
	char *key_file;		/* its key, 0600 */
};

struct co_environment {
	char *name;
	CO_LIST(char *) aliases;
	CO_LIST(struct co_account) aws;
	CO_LIST(struct co_project) gcp;
	CO_LIST(struct co_subscription) azure;
	CO_LIST(struct co_context) kubernetes;
	CO_LIST(struct co_monitoring) prometheus;
	CO_LIST(char *) hosts;
};

struct co_workloads { /* of one kind */
	char *kind;
	CO_LIST(char *) names;
};

struct co_namespace {
	char *name;
	CO_LIST(struct co_workloads) kinds;
};

enum co_model_provider {
	CO_MODEL_ANTHROPIC = 1,
	CO_MODEL_OPENAI,
	CO_MODEL_GOOGLE,
	CO_MODEL_OLLAMA,
	CO_MODEL_COMPATIBLE, /* any endpoint that speaks OpenAI's protocol */
};

struct co_model_price { /* USD per million tokens, decimal */
	char *input;
	char *output;
};

struct co_model_config {
	int provider;		       /* enum co_model_provider; 0: no model is ever asked */
	char *model;		       /* default: the provider's cheap one */
	char *endpoint;		       /* https URL; default: the provider's own */
	char *api_key_env;	       /* name of the environment variable that holds the key */
	char *api_key_file;	       /* or a 0600 file */
	CO_LIST(char *) api_key_command; /* or a command that prints it */
	char *fallback;		       /* "rules" (default): the offline parser when the model fails; "none" */
	char *timeout;		       /* duration of one question, with its retries; default 30s */
	char *proxy;		       /* http URL; default: none */
	char *ca_file;		       /* PEM; default: the system's */
	char *api_version;	       /* of Azure OpenAI */
	struct co_model_price *price;  /* of a model that the shipped table does not know */
};

struct co_audit_config {
	char *directory; /* default: $XDG_STATE_HOME/cloudops/audit */
	char *origin;	 /* default: the host's name */
	char *key;	 /* file of the signing key */
};

struct co_policy_config {
	CO_LIST(char *) files; /* default: the built-in policy */
};

struct co_approval_config {
	char *signers;	       /* allowed_signers file; default: the local user's own key */
	char *key;	       /* private key to sign with; default: made by `cloudops init` */
	json_t *groups;	       /* name -> list of principals */
	char *approve_within;  /* duration; default 24h */
	char *execute_within;  /* duration; default 1h */
};

struct co_model_limits {
	int64_t tokens;	   /* of one request; default 4096 */
	char *usd_per_day; /* decimal; default "1.00" */
};

struct co_limits {
	int64_t concurrency;	   /* calls at once; default 8 */
	char *deadline;		   /* of a run; default 5m */
	char *step_deadline;	   /* of a call; default 60s */
	int64_t changes;	   /* most change steps in a plan; default 20 */
	int64_t output_bytes;	   /* of one step's output; default 16 MiB */
	char *plan_expires;	   /* default 1h */
	struct co_model_limits *model;
};

struct co_config {
	CO_LIST(struct co_environment) environments;
	CO_LIST(struct co_namespace) workloads;
	struct co_model_config *model; /* NULL when not configured; the others are always there */
	struct co_audit_config *audit;
	struct co_policy_config *policy;
	struct co_approval_config *approval;
	struct co_limits *limits;
	CO_LIST(char *) playbooks; /* directories to look in before co_config_path(c, "playbooks"), in order */

	struct co_pool memory; /* where all that is, and all that follows */

	/* Not in the file: where things are, from the caller's environment. */
	char *playbook_dir; /* the shipped playbooks */
	char *catalog_dir;  /* the shipped catalogues */
	char *state_dir;    /* $XDG_STATE_HOME/cloudops */
	char *config_dir;   /* $XDG_CONFIG_HOME/cloudops */
	char *helper_dir; /* co-expr, co-model */
	json_t *sources; /* list of the files that were read, in order */
};

/* What tools/ hands down: NULL members are absent. */
struct co_config_env {
	const char *home;
	const char *xdg_config_home;
	const char *xdg_state_home;
	const char *cloudops_config;	/* a file that must exist */
	const char *cloudops_playbooks; /* colon-separated directories */
	const char *cloudops_audit;	/* audit directory */
	const char *site_dir;		/* NULL: /etc/cloudops */
	const char *program;		/* this program's own path, to find its data beside it */
};

extern const struct co_shape co_config_shape;

/* read_file is co_file_read of sys/file.h, passed in because config may not include sys. */
typedef int co_config_reader(const char *path, size_t limit, unsigned trust, struct co_buf *out, struct co_err *err);

/*
 * Fills the zeroed struct; defaults are set for all that is absent. CO_ERR_INPUT
 * with file:line:column for a file that is wrong.
 */
int co_config_load(struct co_config *config, const struct co_config_env *env, co_config_reader *read_file,
		   struct co_err *err);
void co_config_clear(struct co_config *config);

/* The directory of the shipped "playbooks" or "catalog" files; NULL for another word. Borrowed. */
const char *co_config_path(const struct co_config *config, const char *what);

#endif
