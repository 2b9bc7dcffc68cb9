/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/exchange.h"

#include "base/escape.h"
#include "base/hex.h"
#include "codec/json.h"
#include "crypto/sha256.h"
#include "net/url.h"
#include "provider/aws/endpoint.h"
#include "provider/aws/trouble.h"
#include "provider/aws/sigv4.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEADERS = 100 };

/* One exchange under way. */
struct exchange {
	const struct co_aws_job *job;
	struct co_aws_call call;
	struct co_api_operation operation; /* with the URI that is left behind the endpoint's URL */
	struct co_aws_endpoint endpoint;
	struct co_aws_request request;
	struct co_http_response response;
	struct co_aws_fault *fault;
	char region[64]; /* where S3 said that the bucket is; "": the job's */
	char *key_id;	 /* that signed last */
	int attempts, spent; /* tries so far, and tokens that the last one cost */
	int refreshed, resynced, redirected;
	int doubtful; /* an earlier try may have been carried out */
};

/* ---- where to, and what */

static int has_token(const struct co_aws_job *job)
{
	const struct co_api_shape *input = job->operation->input.shape;
	size_t i;

	for (i = 0; job->token && input && i < input->count; i++)
		if (input->members[i].flags & CO_API_TOKEN)
			return 1;
	return 0;
}

/* "Elastic Load Balancing v2" as settings spell it: elastic_load_balancing_v2. */
static char *setting_name(const char *id)
{
	char *name = co_xstrdup(id), *p;

	for (p = name; *p; p++)
		*p = *p == ' ' || *p == '-' ? '_' : (char)tolower((unsigned char)*p);
	return name;
}

static enum co_aws_s3_style s3_style(const struct co_aws_job *job)
{
	const struct co_aws_config *config = &job->client->config;
	char *style = co_aws_section_inner(co_aws_config_section(config, "profile", job->profile), "s3", "addressing_style");
	enum co_aws_s3_style found = CO_AWS_S3_AUTO;

	if (style)
		found = strcmp(style, "path") == 0	 ? CO_AWS_S3_PATH
			: strcmp(style, "virtual") == 0 ? CO_AWS_S3_VIRTUAL
							 : CO_AWS_S3_AUTO;
	free(style);
	return found;
}

static int find_endpoint(const struct co_aws_job *job, const char *region, json_t *with,
			 struct co_aws_endpoint *endpoint, struct co_err *err)
{
	const struct co_aws_config *config = &job->client->config;
	char *name = setting_name(job->api->id), *override = NULL;
	int rc = co_aws_config_endpoint(config, job->profile, name, &override, err);
	const struct co_aws_reach reach = {
		.region = region,
		.override = override,
		.fips = co_aws_config_flag(config, job->profile, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
		.dualstack = co_aws_config_flag(config, job->profile, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
		.s3_style = s3_style(job),
	};

	free(name);
	if (rc == CO_OK)
		rc = co_aws_endpoint(&reach, job->api, job->operation, with, endpoint, err);
	free(override);
	return rc;
}

static void unprepare(struct exchange *x)
{
	co_aws_request_clear(&x->request);
	co_aws_endpoint_clear(&x->endpoint);
	x->request = (struct co_aws_request)CO_AWS_REQUEST_INIT;
	x->endpoint = (struct co_aws_endpoint){ NULL, NULL, NULL, NULL };
}

static int prepare(struct exchange *x, json_t *with, struct co_err *err)
{
	const struct co_aws_job *job = x->job;
	const char *region = x->region[0] ? x->region : job->region;
	int rc;

	unprepare(x);
	rc = find_endpoint(job, region, with, &x->endpoint, err);
	if (rc < 0)
		return rc;
	x->operation = *job->operation;
	x->operation.uri = x->endpoint.uri;
	x->call = (struct co_aws_call){ job->api, &x->operation, with, job->token, region };
	rc = co_aws_encode(&x->call, &x->request, err);
	if (rc == CO_OK && x->request.endpoint)
		rc = co_err_set(err, CO_ERR_INPUT, "not-supported", "%s %s goes to a host of its own", job->api->service,
				job->operation->name);
	return rc;
}

static char *url_of(const struct exchange *x)
{
	const struct co_aws_request *r = &x->request;

	return co_xasprintf("%s%s%s%s", x->endpoint.url, r->path, r->query ? "?" : "", r->query ? r->query : "");
}

/* As the Host header has it; the caller frees it. */
static char *host_of(const struct exchange *x)
{
	const char *host = strstr(x->endpoint.url, "://");

	host = host ? host + 3 : x->endpoint.url;
	return co_xmemdup(host, strcspn(host, "/"));
}

/* What the URL of the endpoint has behind the host goes before the request's path: both are signed. */
static char *path_of(const struct exchange *x)
{
	const char *host = strstr(x->endpoint.url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;

	return co_xasprintf("%s%s", path ? path : "", x->request.path);
}

/* ---- the signature */

/* Headers that are to be sent. */
struct headers {
	struct co_http_header items[HEADERS];
	size_t count;
};

static void add_header(struct headers *headers, const char *name, const char *value)
{
	if (headers->count < HEADERS)
		headers->items[headers->count++] = (struct co_http_header){ name, value };
}

static unsigned sign_flags(const struct exchange *x)
{
	return strncmp(x->endpoint.signing, "s3", 2) == 0 ? CO_SIGV4_S3 : 0;
}

static struct co_sigv4 signer_of(const struct exchange *x, const struct co_aws_credentials *by)
{
	return (struct co_sigv4){
		.access_key = by->key_id,
		.secret_key = (const char *)by->secret.data,
		.token = by->token.len ? (const char *)by->token.data : NULL,
		.region = x->endpoint.region,
		.service = x->endpoint.signing,
		.time = co_aws_client_now(x->job->client),
		.flags = sign_flags(x),
	};
}

static void payload_of(const struct exchange *x, char hex[2 * CO_SHA256_LEN + 1])
{
	unsigned char digest[CO_SHA256_LEN];

	if (x->request.unsigned_payload && strncmp(x->endpoint.url, "https:", 6) == 0) {
		snprintf(hex, 2 * CO_SHA256_LEN + 1, "%s", CO_SIGV4_UNSIGNED_PAYLOAD);
		return;
	}
	co_sha256(x->request.body.data ? x->request.body.data : "", x->request.body.len, digest);
	co_hex_encode(hex, digest, sizeof(digest));
}

/* A copy between regions holds the same request, signed in its URL for the other region. */
static int add_presigned(struct exchange *x, const struct co_aws_credentials *by, struct co_err *err)
{
	struct co_sigv4_signature signature = CO_SIGV4_SIGNATURE_INIT;
	struct co_aws_endpoint from = { NULL, NULL, NULL, NULL };
	struct co_buf query = CO_BUF_INIT;
	unsigned char digest[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1], *url;
	struct co_sigv4 signer;
	int rc;

	if (!x->request.presign_region)
		return CO_OK;
	rc = find_endpoint(x->job, x->request.presign_region, x->call.with, &from, err);
	if (rc < 0)
		return rc;
	signer = signer_of(x, by);
	signer.region = from.region;
	co_sha256("", 0, digest);
	co_hex_encode(hex, digest, sizeof(digest));
	co_aws_request_presign_query(&x->request, &query);
	{
		const char *host = strstr(from.url, "://");
		const struct co_http_header header = { "Host", host ? host + 3 : from.url };
		const struct co_sigv4_request request = { "GET", "/", co_buf_str(&query), &header, 1, hex };

		co_sigv4_presign(&signature, &signer, &request, 3600);
	}
	url = co_xasprintf("%s/?%s", from.url, co_buf_str(&signature.query));
	co_aws_request_add_presigned(&x->request, url);
	free(url);
	co_buf_clear(&query);
	co_sigv4_signature_clear(&signature);
	co_aws_endpoint_clear(&from);
	return CO_OK;
}

/* ---- one try */

static int send_headers(struct exchange *x, const struct headers *headers, struct co_err *err)
{
	const struct co_aws_job *job = x->job;
	char *url = url_of(x);
	const struct co_http_request request = {
		.method = x->request.method,
		.url = url,
		.headers = headers->items,
		.header_count = headers->count,
		.body = x->request.body.len ? x->request.body.data : NULL,
		.body_len = x->request.body.len,
		.tls = &job->client->tls,
		.flags = job->changes && !has_token(job) ? CO_HTTP_ONCE : 0,
		.limit = job->client->answer_limit,
		.deadline = job->deadline,
		.cancelled = job->cancelled,
	};
	int rc = co_http_send(job->client->http, &request, &x->response, err);

	free(url);
	return rc;
}

static int send_signed(struct exchange *x, struct headers *headers, const char *host,
		       const struct co_aws_credentials *by, struct co_err *err)
{
	struct co_sigv4_signature signature = CO_SIGV4_SIGNATURE_INIT;
	const struct co_sigv4 signer = signer_of(x, by);
	char payload[2 * CO_SHA256_LEN + 1], *path = path_of(x);
	struct co_sigv4_request request;
	size_t i, given = headers->count;
	int rc;

	payload_of(x, payload);
	add_header(headers, "Host", host);
	request = (struct co_sigv4_request){ x->request.method, path, x->request.query, headers->items, headers->count, payload };
	co_sigv4_sign(&signature, &signer, &request);
	headers->count = given; /* the client sets Host itself, to the same */
	for (i = 0; i < signature.header_count; i++)
		add_header(headers, signature.headers[i].name, signature.headers[i].value);
	rc = send_headers(x, headers, err);
	co_sigv4_signature_clear(&signature);
	free(path);
	return rc;
}

static int send_once(struct exchange *x, struct co_err *err)
{
	const struct co_aws_signer *signer = x->request.anonymous ? NULL : x->job->signer;
	const struct co_aws_credentials *by = NULL;
	struct headers headers = { .count = 0 };
	char *host = host_of(x);
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < x->request.header_count; i++)
		add_header(&headers, x->request.headers[i].name, x->request.headers[i].value);
	if (signer)
		rc = signer->get(signer->context, &by, err);
	if (rc == CO_OK && signer) {
		free(x->key_id);
		x->key_id = co_xstrdup(by->key_id);
		rc = add_presigned(x, by, err);
	}
	if (rc == CO_OK)
		rc = signer ? send_signed(x, &headers, host, by, err) : send_headers(x, &headers, err);
	free(host);
	return rc;
}

static int read_answer(struct exchange *x, json_t **output, struct co_err *err)
{
	struct co_http_header headers[HEADERS];
	struct co_aws_answer answer = { .status = x->response.status, .headers = headers };
	const char *at = NULL;

	while (answer.header_count < HEADERS &&
	       co_http_header_next(&x->response, &at, &headers[answer.header_count].name, &headers[answer.header_count].value))
		answer.header_count++;
	answer.body = co_buf_str(&x->response.body);
	answer.body_len = x->response.body.len;
	return co_aws_decode(&x->call, &answer, output, x->fault, err);
}

/* ---- what to make of it */

enum verdict { GIVE_UP, AT_ONCE, LATER, IN_DOUBT };

/* AWS's clock from the Date of its answer, against the middle of the exchange; true if ours is off by more than it can be. */
static int resync(struct exchange *x)
{
	enum { ENOUGH = 240 };
	const char *date = co_http_header_of(&x->response, "date");
	int64_t theirs = date ? co_http_date(date) : -1;
	int64_t ours = (x->response.sent_at + x->response.received_at) / 2 / 1000, known;

	if (theirs < 0)
		return 0;
	known = atomic_load(&x->job->client->skew);
	if (llabs((long long)(theirs - ours - known)) < ENOUGH)
		return 0;
	atomic_store(&x->job->client->skew, theirs - ours);
	return 1;
}

/* Where S3 says that the bucket is, if it says so and it is another place. */
static int redirect(struct exchange *x)
{
	const char *region = co_http_header_of(&x->response, "x-amz-bucket-region");

	if (!region && x->fault->region[0])
		region = x->fault->region;
	if (!region || strcmp(region, x->endpoint.region) == 0 || strlen(region) >= sizeof(x->region))
		return 0;
	strcpy(x->region, region);
	return 1;
}

/* Each of these is tried once, at once, and costs nothing. */
static int can_be_mended(struct exchange *x, const struct co_aws_signer *signer)
{
	enum co_aws_trouble trouble = co_aws_fault_trouble(x->fault, x->job->api);

	if (!x->resynced && co_aws_fault_tells_time(x->fault) && resync(x))
		return x->resynced = 1;
	if (trouble == CO_AWS_EXPIRED && !x->refreshed && signer && signer->expired && x->key_id) {
		signer->expired(signer->context, x->key_id);
		return x->refreshed = 1;
	}
	if (!x->redirected && sign_flags(x) && (x->fault->status == 301 || x->fault->status == 307 || x->fault->status == 400) &&
	    redirect(x))
		return x->redirected = 1;
	return 0;
}

static enum verdict judge_fault(struct exchange *x)
{
	enum co_aws_trouble trouble = co_aws_fault_trouble(x->fault, x->job->api);

	if (can_be_mended(x, x->job->signer))
		return AT_ONCE;
	if (trouble == CO_AWS_THROTTLED)
		return LATER; /* it was turned away, so it was not carried out */
	if (trouble != CO_AWS_TRANSIENT)
		return GIVE_UP;
	return x->job->changes && !has_token(x->job) ? IN_DOUBT : LATER;
}

static enum verdict judge_transport(const struct exchange *x, const struct co_err *err)
{
	static const char *const passing[] = { "unreachable", "timeout", "truncated", "tls", "bad-answer" };
	size_t i;

	if (x->job->changes && x->response.reached && !has_token(x->job))
		return IN_DOUBT;
	for (i = 0; err->code == CO_ERR_REMOTE && i < CO_COUNT(passing); i++)
		if (strcmp(err->id, passing[i]) == 0)
			return LATER;
	return GIVE_UP;
}

static enum verdict judge(struct exchange *x, const struct co_err *err)
{
	if (x->fault->code[0])
		return judge_fault(x);
	return judge_transport(x, err);
}

/* How often at most, the first time included. */
static int most_attempts(const struct co_aws_job *job)
{
	const char *text = co_aws_config_setting(&job->client->config, job->profile, "AWS_MAX_ATTEMPTS", "max_attempts");
	long n = text ? strtol(text, NULL, 10) : CO_RETRY_ATTEMPTS;

	return n < 1 ? CO_RETRY_ATTEMPTS : n > 10 ? 10 : (int)n;
}

/* Waits for the next try; false when there is none. */
static int may_try_again(struct exchange *x, const struct co_err *why)
{
	const struct co_aws_job *job = x->job;
	struct co_retry_bucket *bucket = co_aws_client_bucket(job->client, job->api->service, job->region);
	const char *after = co_http_header_of(&x->response, "retry-after");
	int cost = strcmp(why->id, "timeout") == 0 ? CO_RETRY_COST_TIMEOUT : CO_RETRY_COST;
	int64_t asked = after ? co_retry_after(after, co_aws_client_now(job->client)) : -1, ms;

	if (x->attempts >= most_attempts(job) || !co_retry_take(bucket, cost))
		return 0;
	x->spent = cost;
	ms = co_retry_delay(x->attempts, co_aws_client_random(job->client));
	return !co_retry_wait(asked > ms ? asked : ms, job->deadline, job->cancelled);
}

static int unknown_outcome(const struct exchange *x, struct co_err *err)
{
	char was[200];

	snprintf(was, sizeof(was), "%.190s", err->message);
	co_err_set(err, CO_ERR_UNKNOWN, "outcome-unknown", "%s %s was sent, and may have been carried out: %s",
		   x->job->api->service, x->job->operation->name, was);
	return co_err_hint(err, "look at the resource before anything is tried again");
}

/* The last try has failed. A change that may have happened, in this try or an earlier one, is no plain failure. */
static int finish(struct exchange *x, enum verdict verdict, struct co_err *err)
{
	int in_doubt = verdict == IN_DOUBT;

	if (x->fault->code[0])
		co_aws_fault_describe(x->fault, x->job->api, x->job->operation, x->job->region, err);
	else
		co_err_wrap(err, "%s %s in %s", x->job->api->service, x->job->operation->name, x->job->region);
	if (!x->fault->code[0] && x->response.reached && x->job->changes)
		in_doubt = 1;
	if (verdict == LATER && x->job->changes && co_aws_fault_trouble(x->fault, x->job->api) == CO_AWS_TRANSIENT)
		in_doubt = 1;
	return in_doubt || x->doubtful ? unknown_outcome(x, err) : err->code;
}

static void succeed(const struct exchange *x)
{
	const struct co_aws_job *job = x->job;

	co_retry_give(co_aws_client_bucket(job->client, job->api->service, job->region), x->spent ? x->spent : 1);
}

/* One try, and what it leads to: 1 for another one. */
static int try_once(struct exchange *x, json_t *with, json_t **output, int *rc, struct co_err *err)
{
	enum verdict verdict;

	memset(x->fault, 0, sizeof(*x->fault));
	x->attempts++;
	x->response.reached = 0;
	*rc = send_once(x, err);
	if (*rc == CO_OK)
		*rc = read_answer(x, output, err);
	if (*rc == CO_OK) {
		x->fault->status = (int)x->response.status;
		succeed(x);
		return 0;
	}
	if (*rc != CO_ERR_REMOTE && !x->response.reached)
		return 0; /* nothing was sent: the configuration, the parameters, or a cancel */
	verdict = judge(x, err);
	if (verdict == LATER && may_try_again(x, err)) {
		x->doubtful |= x->job->changes && x->response.reached &&
			       co_aws_fault_trouble(x->fault, x->job->api) != CO_AWS_THROTTLED;
		return 1;
	}
	if (verdict == AT_ONCE) {
		*rc = x->redirected ? prepare(x, with, err) : CO_OK;
		x->attempts--;
		return *rc == CO_OK;
	}
	*rc = finish(x, verdict, err);
	return 0;
}

int co_aws_exchange(const struct co_aws_job *job, json_t *with, json_t **output, struct co_aws_fault *fault,
		    struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	struct exchange x = {
		.job = job,
		.request = CO_AWS_REQUEST_INIT,
		.response = CO_HTTP_RESPONSE_INIT,
		.fault = fault,
	};
	int rc = co_aws_client_ready(job->client, &why);

	if (rc == CO_OK)
		rc = prepare(&x, with, &why);
	if (rc == CO_OK)
		while (try_once(&x, with, output, &rc, &why))
			;
	if (rc < 0 && err)
		*err = why;
	unprepare(&x);
	co_http_response_clear(&x.response);
	free(x.key_id);
	return rc;
}

/* ---- without sending */

static json_t *preview_body(const struct exchange *x)
{
	const struct co_buf *body = &x->request.body;

	return body->len ? co_json_string(body->data, body->len) : json_null();
}

int co_aws_exchange_preview(const struct co_aws_job *job, json_t *with, json_t **out, struct co_err *err)
{
	struct co_aws_fault fault;
	struct exchange x = { .job = job, .request = CO_AWS_REQUEST_INIT, .response = CO_HTTP_RESPONSE_INIT, .fault = &fault };
	int rc = prepare(&x, with, err);
	json_t *headers;
	char *url;
	size_t i;

	if (rc == CO_OK) {
		headers = json_object();
		for (i = 0; i < x.request.header_count; i++)
			json_object_set_new(headers, x.request.headers[i].name,
					    co_json_string(x.request.headers[i].value, strlen(x.request.headers[i].value)));
		url = url_of(&x);
		*out = json_pack("{s:s, s:s, s:o, s:o, s:o}", "method", x.request.method, "url", url, "headers", headers,
				 "body", preview_body(&x), "signed_for",
				 x.request.anonymous ? json_null()
						     : json_pack("{s:s, s:s}", "service", x.endpoint.signing, "region", x.endpoint.region));
		free(url);
	}
	unprepare(&x);
	return rc;
}

/* ---- on the way to credentials */

static int given(void *context, const struct co_aws_credentials **credentials, struct co_err *err)
{
	(void)err;
	*credentials = context;
	return CO_OK;
}

int co_aws_exchange_ask(void *context, const struct co_aws_ask *ask, json_t **output, struct co_err *err)
{
	struct co_aws_client *client = context;
	const struct co_aws_signer signer = { given, NULL, (void *)ask->credentials };
	struct co_aws_job job = {
		.client = client,
		.region = ask->region,
		.profile = ask->profile,
		.signer = ask->credentials ? &signer : NULL,
		.deadline = ask->deadline,
		.cancelled = ask->cancelled,
	};
	struct co_api_operation *operation = NULL;
	struct co_aws_fault fault;
	struct co_api *api = NULL;
	int rc = co_api_find(client->apis, ask->service, &api, err);

	if (rc == CO_OK)
		rc = co_api_operation(api, ask->operation, CO_API_INPUT | CO_API_OUTPUT, &operation, err);
	if (rc == CO_OK) {
		job.api = api;
		job.operation = operation;
		rc = co_aws_exchange(&job, ask->with, output, &fault, err);
	}
	co_api_operation_free(operation);
	co_api_free(api);
	return rc;
}
