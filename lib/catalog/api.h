/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog/api: the operations of a cloud's services as data: what each takes
 * and gives, and how that travels (co-aws(5) has the form of the files).
 *
 * All services of a provider are in one mapped file, <datadir>/catalog/aws.apis,
 * made of lib/catalog/aws/ by scripts/pack-apis: the length of the index on a line, the index,
 * lines "NAME OFFSET LENGTH", and the files. Nothing is read but the lines of what is
 * asked for. What is opened or found here never changes, so that threads may
 * share it; it borrows from the struct it was found in, which must outlive it.
 */
#ifndef CO_CATALOG_API_H
#define CO_CATALOG_API_H

#include "base/err.h"
#include "catalog/lines.h"

#include <jansson.h>
#include <stdint.h>

struct co_apis; /* one mapped file */

/* As the file says what a call may do, one that others could have written to is refused. */
int co_apis_open(struct co_apis **apis, const char *path, struct co_err *err);
void co_apis_free(struct co_apis *apis);

/* One file of it by name ("ec2.api", "endpoints"); 1, or 0 when there is none. */
int co_apis_file(const struct co_apis *apis, const char *name, struct co_piece *text);

enum co_api_protocol { CO_API_JSON = 1, CO_API_REST_JSON, CO_API_REST_XML, CO_API_QUERY, CO_API_EC2 };

/* One service. Strings are never NULL unless it says so. */
struct co_api {
	const struct co_apis *apis;
	char *service;	/* "elbv2": as botocore, the CLI and a call name it */
	char *id;	/* "Elastic Load Balancing v2" */
	char *title;	/* "Elastic Load Balancing" */
	int protocol;	/* enum co_api_protocol: the one botocore would use */
	char *version;	/* "2015-12-01" */
	char *endpoint; /* endpoint prefix: first part of the host name */
	char *signing;	/* name of the service in a signature's scope */
	char *signature; /* "v4", "s3v4", "s3", "v2", "bearer" */
	char *target;	/* of X-Amz-Target, before ".Operation"; NULL */
	char *json;	/* "1.0" or "1.1"; NULL */
	char *xmlns;	/* NULL */
	char *iam;	/* prefix of its IAM actions */
	char *retry;	/* error codes worth another try, between spaces; "" */
	char *throttle; /* those that mean: too fast */
	unsigned price; /* of a request, in millionths of a USD; 0: none, or not by the request */
	int query_compatible; /* json that answers with the error codes of query, in x-amzn-query-error */
	struct co_piece lines; /* of the file, after its head */
};

/*
 * Finds a service. CO_ERR_INPUT with id "unknown-service" and "did you mean",
 * or "bad-catalog". The caller frees it.
 */
int co_api_find(const struct co_apis *apis, const char *service, struct co_api **api, struct co_err *err);
void co_api_free(struct co_api *api);

enum co_api_type {
	CO_API_STRUCTURE = 1, /* members: in the model's order */
	CO_API_LIST,	      /* members: one, the element, with name "" */
	CO_API_MAP,	      /* members: key and value, with name "" */
	CO_API_STRING,
	CO_API_INTEGER,
	CO_API_LONG,
	CO_API_FLOAT,
	CO_API_DOUBLE,
	CO_API_BOOLEAN,
	CO_API_BLOB,
	CO_API_TIMESTAMP,
	CO_API_ANY, /* a document: any JSON value */
};

/* Where a member of an input or output travels. */
enum co_api_place {
	CO_API_IN_BODY,
	CO_API_IN_URI,
	CO_API_IN_QUERY,   /* of the URL; a map: each of its members */
	CO_API_IN_HEADER,
	CO_API_IN_HEADERS, /* a map: all headers whose names begin with wire */
	CO_API_IN_STATUS,  /* of the response */
};

enum co_api_time { CO_API_TIME_OF_PROTOCOL, CO_API_TIME_ISO, CO_API_TIME_UNIX, CO_API_TIME_HTTP };

/* Flags of a member. */
enum {
	CO_API_REQUIRED = 1,
	CO_API_PAYLOAD = 2,	/* it alone is the body */
	CO_API_FLAT = 4,	/* a list or map without an element around it */
	CO_API_ATTRIBUTE = 8,	/* of the XML element */
	CO_API_STREAM = 16,	/* a blob of any length */
	CO_API_JSON_VALUE = 32, /* a string that holds JSON, in a header in base64 */
	CO_API_TOKEN = 64,	/* idempotency token: made up when it is not given */
	CO_API_HOST = 128,	/* goes into the host prefix too */
	CO_API_SECRET = 256,	/* never to be logged */
	CO_API_EVENT_PAYLOAD = 512,
	CO_API_EVENT_HEADER = 1024,
};

struct co_api_shape;

/* A place for a value: a member, an element, a whole input. The shape's own traits are merged under its own. */
struct co_api_member {
	const char *name;
	const char *wire;      /* locationName; NULL: none is given. For XML flat lists it counts whether there is one */
	const char *queryname; /* name in ec2 requests; NULL */
	const char *xmlns;     /* NULL */
	const char *xmlprefix; /* "xsi"; NULL */
	const char *context;   /* parameter of the endpoint's rules: "Bucket"; NULL */
	unsigned flags;
	enum co_api_place place;
	enum co_api_time time;
	const struct co_api_shape *shape;
};

/* Shapes may hold themselves. */
struct co_api_shape {
	enum co_api_type type;
	int is_union;	     /* exactly one member is given */
	int is_event_stream; /* not an answer that can be read whole */
	size_t count;
	struct co_api_member *members;
};

struct co_api_words {
	const char **items;
	size_t count;
};

/* How the pages of a list are asked for; all are JMESPath expressions but token names and limit. */
struct co_api_pages {
	struct co_api_words input_token; /* none: it has no pages */
	struct co_api_words output_token;
	struct co_api_words result_key;
	struct co_api_words keep;  /* non-aggregate keys: of the first page */
	const char *limit_key;	   /* NULL */
	const char *more_results;  /* NULL */
};

struct co_api_operation {
	const char *name;
	int access;	  /* enum co_access of run/plan.h */
	const char *iam;  /* IAM actions it needs, "ec2:RunInstances,iam:PassRole"; NULL: PREFIX:NAME of the service */
	const char *doc;  /* what it does, one sentence; "" */
	const char *method;
	const char *uri;  /* "/{Bucket}/{Key+}?x-id=GetObject" */
	int status;	  /* of success */
	const char *wrapper; /* element around a query result; NULL */
	const char *host;    /* host prefix: "{AccountId}."; NULL */
	const char *algorithm;	/* the member that names a checksum algorithm; NULL */
	const char *validation; /* the member that asks for checksums of the response; NULL */
	struct co_api_words contexts; /* "NAME=true": fixed parameters of the endpoint's rules */
	int checksum;	/* a checksum of the body must be sent */
	int unsigned_body;
	int anonymous;	/* not signed */
	int deprecated;
	struct co_api_pages pages;
	struct co_api_member input;  /* shape NULL: it takes nothing */
	struct co_api_member output; /* shape NULL: it gives nothing */
	void *owned;
};

/* Which shapes are wanted; without, those pointers are NULL. */
enum { CO_API_INPUT = 1, CO_API_OUTPUT = 2 };

/*
 * Finds an operation, with all shapes it needs. CO_ERR_INPUT with id
 * "unknown-operation" and "did you mean" (also for the CLI's spelling), or
 * "bad-catalog". The caller frees it.
 */
int co_api_operation(const struct co_api *api, const char *name, unsigned wanted, struct co_api_operation **operation,
		     struct co_err *err);
void co_api_operation_free(struct co_api_operation *operation);

/*
 * Is that a value of the member? templates: "${...}" stands for what is filled in later, and fits anything. CO_ERR_INPUT
 * "wrong-type", "unknown-parameter" (and "did you mean") or "missing-parameter"; err->path is relative to the value.
 */
int co_api_check_value(const struct co_api_member *member, const json_t *value, int templates, struct co_err *err);

/* An instant of a parameter: seconds since the epoch as number or text, or ISO 8601. 0, or -1. */
struct co_api_instant {
	int64_t seconds;
	int micros;
};
int co_api_instant_parse(struct co_api_instant *instant, const json_t *value);

/*
 * The rules of a waiter, by the model's name ("InstanceRunning") or the CLI's ("instance-running"): words between tabs,
 * "operation=DescribeInstances", "delay=15" seconds, "attempts=40", and STATE,MATCHER,EXPECTED[,ARGUMENT] in order.
 * CO_ERR_INPUT "unknown-waiter", with those that there are.
 */
int co_api_waiter(const struct co_api *api, const char *name, struct co_piece *rules, struct co_err *err);

/* The member of that name; NULL. */
const struct co_api_member *co_api_member(const struct co_api_shape *shape, const char *name);

/* Calls each() with the name of every operation, or of every service, in order. */
void co_api_operations(const struct co_api *api, void (*each)(void *context, struct co_piece name), void *context);
void co_apis_services(const struct co_apis *apis, void (*each)(void *context, struct co_piece name), void *context);

#endif
