/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What botocore changes in the parameters of single operations before they are encoded (its handlers for
 * "before-parameter-build"), and what it adds to the request after ("before-call", "request-created").
 */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"
#include "codec/json.h"
#include "crypto/sha256.h"
#include "crypto/weak.h"
#include "net/url.h"

/* ---- parameters; with is a copy, and values may be of any type yet */

struct change {
	struct co_aws_name name;
	int (*apply)(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err);
	const char *parameter;
};

static int bad(struct co_err *err, const char *parameter, const char *what)
{
	co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s", what);
	return co_err_under(err, parameter);
}

static int set_default(const struct co_aws_call *call, json_t *with, const char *parameter, const char *value)
{
	if (co_api_member(call->operation->input.shape, parameter) && !json_object_get(with, parameter))
		json_object_set_new(with, parameter, json_string(value));
	return CO_OK;
}

static int url_encoding(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	(void)err;
	return set_default(call, with, parameter, "url");
}

static int own_account(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	(void)err;
	return set_default(call, with, parameter, "-");
}

static int to_base64(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	json_t *value = json_object_get(with, parameter);
	struct co_buf text = CO_BUF_INIT;

	(void)call, (void)err;
	if (json_is_string(value)) {
		co_base64_encode(&text, json_string_value(value), json_string_length(value));
		json_object_set_new(with, parameter, json_string(co_buf_str(&text)));
		co_buf_clear(&text);
	}
	return CO_OK;
}

/* "/hostedzone/Z1" is "Z1": what one operation of Route 53 gives is what another takes. */
static int last_part(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	const char *value = json_string_value(json_object_get(with, parameter)), *slash = value ? strrchr(value, '/') : NULL;
	char *part = slash ? co_xstrdup(slash + 1) : NULL;

	(void)call, (void)err;
	if (part)
		json_object_set_new(with, parameter, json_string(part));
	free(part);
	return CO_OK;
}

/* A customer's key goes in base64, with its MD5, unless both are given. */
static int customer_key(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	json_t *key = json_object_get(with, parameter);
	char *digest_name = co_xasprintf("%sMD5", parameter);
	unsigned char digest[CO_MD5_LEN];
	struct co_buf text = CO_BUF_INIT;

	if (json_is_string(key) && !json_object_get(with, digest_name)) {
		co_md5(json_string_value(key), json_string_length(key), digest);
		to_base64(call, with, parameter, err);
		co_base64_encode(&text, digest, sizeof(digest));
		json_object_set_new(with, digest_name, json_string(text.data));
		co_buf_clear(&text);
	}
	free(digest_name);
	return CO_OK;
}

static int bucket_name(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	const char *bucket = json_string_value(json_object_get(with, parameter));

	(void)call;
	if (!bucket || strncmp(bucket, "arn:", 4) == 0)
		return CO_OK;
	if (!*bucket || strlen(bucket) > 255 || bucket[strspn(bucket, letters)] || !strcmp(bucket, ".") || !strcmp(bucket, ".."))
		return bad(err, parameter, "not the name of a bucket");
	return CO_OK;
}

/* {"Bucket", "Key", "VersionId"?}, or "bucket/key?versionId=id" of which only the first part is encoded. */
static int copy_source(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	json_t *source = json_object_get(with, parameter);
	const char *bucket = co_json_str(source, "Bucket"), *key = co_json_str(source, "Key");
	const char *version = co_json_str(source, "VersionId"), *given = json_string_value(source);
	struct co_buf plain = CO_BUF_INIT, out = CO_BUF_INIT;
	const char *mark;

	(void)call;
	if (json_is_object(source)) {
		if (!bucket || !key)
			return bad(err, parameter, "needs \"Bucket\" and \"Key\"");
		co_buf_addf(&plain, "%s%s/%s", bucket, strncmp(bucket, "arn:", 4) == 0 ? "/object" : "", key);
		co_url_encode(&out, plain.data, plain.len, "/");
		if (version)
			co_buf_addf(&out, "?versionId=%s", version);
	} else if (given) {
		mark = strstr(given, "?versionId=");
		if (mark && (!mark[11] || strpbrk(mark + 11, " \t\r\n")))
			mark = NULL;
		co_url_encode(&out, given, mark ? (size_t)(mark - given) : strlen(given), "/");
		co_buf_adds(&out, mark ? mark : "");
	} else {
		return CO_OK; /* the check says what is wrong with it */
	}
	json_object_set_new(with, parameter, json_string(co_buf_str(&out)));
	co_buf_clear(&plain);
	co_buf_clear(&out);
	return CO_OK;
}

static int ascii_only(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	const char *key, *c;
	json_t *each;

	(void)call;
	json_object_foreach(json_object_get(with, parameter), key, each) {
		for (c = json_string_value(each); c && *c; c++) {
			if ((unsigned char)*c >= 0x80)
				return bad(err, parameter, "metadata of S3 holds ASCII only");
		}
	}
	return CO_OK;
}

/* Another name that the CLI takes for a parameter: "alias original". */
static int alias(const struct co_aws_call *call, json_t *with, const char *parameter, struct co_err *err)
{
	size_t len = strcspn(parameter, " ");
	char *other = co_xmemdup(parameter, len);
	const char *original = parameter + len + 1;
	json_t *value = json_object_get(with, other);
	int rc = CO_OK;

	if (value && co_api_member(call->operation->input.shape, original)) {
		if (json_object_get(with, original))
			rc = bad(err, original, "is given twice, under two names");
		else
			json_object_set(with, original, value);
		json_object_del(with, other);
	}
	free(other);
	return rc;
}

static const struct change changes[] = {
	{ { "ec2", NULL }, alias, "Filters Filter" },
	{ { "ec2", "RunInstances" }, to_base64, "UserData" },
	{ { "autoscaling", "CreateLaunchConfiguration" }, to_base64, "UserData" },
	{ { "logs", "CreateExportTask" }, alias, "fromTime from" },
	{ { "cloudsearchdomain", "Search" }, alias, "returnFields return" },
	{ { "route53", NULL }, last_part, "HostedZoneId" },
	{ { "route53", NULL }, last_part, "HostedZoneIdMarker" },
	{ { "route53", NULL }, last_part, "DelegationSetId" },
	{ { "route53", "DeleteHostedZone" }, last_part, "Id" },
	{ { "route53", "DeleteReusableDelegationSet" }, last_part, "Id" },
	{ { "route53", "GetChange" }, last_part, "Id" },
	{ { "route53", "GetHostedZone" }, last_part, "Id" },
	{ { "route53", "GetReusableDelegationSet" }, last_part, "Id" },
	{ { "route53", "UpdateHostedZoneComment" }, last_part, "Id" },
	{ { "glacier", NULL }, own_account, "accountId" },
	{ { "s3", NULL }, bucket_name, "Bucket" },
	{ { "s3", "ListObjects" }, url_encoding, "EncodingType" },
	{ { "s3", "ListObjectsV2" }, url_encoding, "EncodingType" },
	{ { "s3", "ListObjectVersions" }, url_encoding, "EncodingType" },
	{ { "s3", "CopyObject" }, copy_source, "CopySource" },
	{ { "s3", "UploadPartCopy" }, copy_source, "CopySource" },
	{ { "s3", "CopyObject" }, ascii_only, "Metadata" },
	{ { "s3", "PutObject" }, ascii_only, "Metadata" },
	{ { "s3", "CreateMultipartUpload" }, ascii_only, "Metadata" },
	{ { "s3", "HeadObject" }, customer_key, "SSECustomerKey" },
	{ { "s3", "GetObject" }, customer_key, "SSECustomerKey" },
	{ { "s3", "PutObject" }, customer_key, "SSECustomerKey" },
	{ { "s3", "CopyObject" }, customer_key, "SSECustomerKey" },
	{ { "s3", "CreateMultipartUpload" }, customer_key, "SSECustomerKey" },
	{ { "s3", "UploadPart" }, customer_key, "SSECustomerKey" },
	{ { "s3", "UploadPartCopy" }, customer_key, "SSECustomerKey" },
	{ { "s3", "CompleteMultipartUpload" }, customer_key, "SSECustomerKey" },
	{ { "s3", "SelectObjectContent" }, customer_key, "SSECustomerKey" },
	{ { "s3", "CopyObject" }, customer_key, "CopySourceSSECustomerKey" },
	{ { "s3", "UploadPartCopy" }, customer_key, "CopySourceSSECustomerKey" },
};

/* 36 characters are the most that every service takes: of a longer token the first 32 hex digits stand as a UUID. */
static void add_tokens(const struct co_aws_call *call, json_t *with)
{
	const struct co_api_shape *shape = call->operation->input.shape;
	const char *t = call->token;
	size_t i;

	for (i = 0; t && i < shape->count; i++) {
		const char *name = shape->members[i].name;

		if (!(shape->members[i].flags & CO_API_TOKEN) || json_object_get(with, name))
			continue;
		if (strlen(t) > 36) {
			char *uuid = co_xasprintf("%.8s-%.4s-%.4s-%.4s-%.12s", t, t + 8, t + 12, t + 16, t + 20);

			json_object_set_new(with, name, json_string(uuid));
			free(uuid);
		} else {
			json_object_set_new(with, name, json_string(t));
		}
	}
}

/* Members of objects of the model that are null are as good as absent; in documents they are data. */
static void drop_nulls(const struct co_api_member *member, json_t *value)
{
	const struct co_api_shape *shape = member->shape;
	const char *key;
	json_t *each;
	size_t i;

	if (shape->type == CO_API_STRUCTURE && json_is_object(value)) {
		co_json_drop_nulls(value);
		for (i = 0; i < shape->count; i++)
			drop_nulls(&shape->members[i], json_object_get(value, shape->members[i].name));
	} else if (shape->type == CO_API_LIST) {
		json_array_foreach(value, i, each)
			drop_nulls(&shape->members[0], each);
	} else if (shape->type == CO_API_MAP) {
		json_object_foreach(value, key, each)
			drop_nulls(&shape->members[1], each);
	}
}

int co_aws_prepare(const struct co_aws_call *call, json_t **with, struct co_err *err)
{
	static const struct co_api_shape nothing = { CO_API_STRUCTURE, 0, 0, 0, NULL };
	struct co_api_member input = call->operation->input;
	json_t *copy = json_deep_copy(call->with);
	size_t i;
	int rc = CO_OK;

	if (input.shape) {
		drop_nulls(&input, copy);
		for (i = 0; i < CO_COUNT(changes) && rc == CO_OK && json_is_object(copy); i++) {
			if (co_aws_is(call, &changes[i].name))
				rc = changes[i].apply(call, copy, changes[i].parameter, err);
		}
		add_tokens(call, copy);
		if (call->operation->validation)
			set_default(call, copy, call->operation->validation, "ENABLED");
	} else {
		input.shape = &nothing;
	}
	if (rc == CO_OK)
		rc = co_api_check_value(&input, copy, 0, err);
	if (rc < 0)
		json_decref(copy);
	else
		*with = copy;
	return rc;
}

/* ---- the finished request */

/* The tree hash of the Glacier developer guide: SHA-256 of each MiB, then of pairs, until one is left. */
static void tree_hash(const char *data, size_t len, unsigned char out[CO_SHA256_LEN])
{
	enum { MIB = 1024 * 1024 };
	size_t count = len ? (len + MIB - 1) / MIB : 1, i;
	unsigned char *sums = co_xcalloc(count, CO_SHA256_LEN);

	for (i = 0; i < count; i++)
		co_sha256(data + i * MIB, len - i * MIB < MIB ? len - i * MIB : MIB, sums + i * CO_SHA256_LEN);
	while (count > 1) {
		for (i = 0; i + 1 < count; i += 2)
			co_sha256(sums + i * CO_SHA256_LEN, 2 * (size_t)CO_SHA256_LEN, sums + i / 2 * CO_SHA256_LEN);
		if (count % 2)
			memmove(sums + count / 2 * CO_SHA256_LEN, sums + (count - 1) * CO_SHA256_LEN, CO_SHA256_LEN);
		count = (count + 1) / 2;
	}
	memcpy(out, sums, CO_SHA256_LEN);
	free(sums);
}

static void add_glacier_checksums(struct co_aws_request *request)
{
	unsigned char sum[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1];

	co_sha256(co_buf_str(&request->body), request->body.len, sum);
	co_hex_encode(hex, sum, sizeof(sum));
	if (!co_aws_request_get(request, "x-amz-content-sha256"))
		co_aws_request_set(request, "x-amz-content-sha256", hex);
	tree_hash(co_buf_str(&request->body), request->body.len, sum);
	co_hex_encode(hex, sum, sizeof(sum));
	if (!co_aws_request_get(request, "x-amz-sha256-tree-hash"))
		co_aws_request_set(request, "x-amz-sha256-tree-hash", hex);
}

/* Line ends of keys must outlive the normalisation of XML. */
static void escape_line_ends(struct co_aws_request *request)
{
	struct co_buf out = CO_BUF_INIT;
	size_t i;

	for (i = 0; i < request->body.len; i++) {
		char c = request->body.data[i];

		if (c == '\r' || c == '\n')
			co_buf_adds(&out, c == '\r' ? "&#xD;" : "&#xA;");
		else
			co_buf_addc(&out, c);
	}
	co_buf_clear(&request->body);
	request->body = out;
}

static int has_checksum(const struct co_aws_request *request)
{
	static const char prefix[] = "x-amz-checksum-";
	size_t i, j;

	for (i = 0; i < request->header_count; i++) {
		const char *name = request->headers[i].name;

		for (j = 0; prefix[j] && tolower((unsigned char)name[j]) == prefix[j]; j++)
			;
		if (!prefix[j] && !name[j + strspn(name + j, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
			return 1;
	}
	return 0;
}

/* The sum of the body in base64, big-endian; 0, or -1 for an algorithm that is not known here. */
static int add_sum(struct co_buf *out, const char *algorithm, const struct co_buf *body)
{
	unsigned char sum[CO_SHA256_LEN];
	const char *data = co_buf_str(body);
	uint32_t crc;

	if (strcmp(algorithm, "crc32") == 0) {
		crc = co_crc32(data, body->len);
		sum[0] = (unsigned char)(crc >> 24), sum[1] = (unsigned char)(crc >> 16);
		sum[2] = (unsigned char)(crc >> 8), sum[3] = (unsigned char)crc;
		co_base64_encode(out, sum, 4);
	} else if (strcmp(algorithm, "sha1") == 0) {
		co_sha1(data, body->len, sum);
		co_base64_encode(out, sum, CO_SHA1_LEN);
	} else if (strcmp(algorithm, "sha256") == 0) {
		co_sha256(data, body->len, sum);
		co_base64_encode(out, sum, CO_SHA256_LEN);
	} else {
		return -1;
	}
	return 0;
}

static int add_checksum(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err)
{
	const struct co_api_operation *operation = call->operation;
	const char *asked = operation->algorithm ? co_json_str(with, operation->algorithm) : NULL;
	const struct co_api_member *member = operation->algorithm ? co_api_member(operation->input.shape, operation->algorithm) : NULL;
	struct co_buf header = CO_BUF_INIT, sum = CO_BUF_INIT;
	char *c;
	int rc = CO_OK;

	if (!(operation->checksum || operation->algorithm) || has_checksum(request))
		return CO_OK;
	co_buf_addf(&header, "x-amz-checksum-%s", asked ? asked : "crc32");
	for (c = header.data; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (add_sum(&sum, header.data + strlen("x-amz-checksum-"), &request->body) < 0) {
		rc = bad(err, operation->algorithm, "an algorithm that is not known here: CRC32, SHA1 and SHA256 are");
	} else {
		co_aws_request_set(request, header.data, sum.data);
		if (!asked && member && member->wire)
			co_aws_request_set(request, member->wire, "CRC32");
	}
	co_buf_clear(&header);
	co_buf_clear(&sum);
	return rc;
}

/* A search by GET with a query of any length is a POST of it. */
static void post_query(struct co_aws_request *request)
{
	if (!request->query)
		return;
	request->method = "POST";
	co_aws_request_set(request, "Content-Type", "application/x-www-form-urlencoded");
	co_buf_reset(&request->body);
	co_buf_adds(&request->body, request->query);
	free(request->query);
	request->query = NULL;
}

/* "arn:aws:cloudfront::ACCOUNT:...": each account has a host of its own. */
static void host_of_account(json_t *with, struct co_aws_request *request)
{
	const char *arn = co_json_str(with, "KvsARN");
	size_t i, len;

	for (i = 0; arn && i < 4; i++)
		arn = (arn = strchr(arn, ':')) ? arn + 1 : NULL;
	len = arn ? strspn(arn, "0123456789") : 0;
	if (len == 12 && !request->host_prefix)
		request->host_prefix = co_xasprintf("%.12s.", arn);
}

int co_aws_finish(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err)
{
	const char *service = call->api->service, *name = call->operation->name;

	if (strcmp(service, "s3") == 0 && (strcmp(name, "DeleteObjects") == 0 || strcmp(name, "PutBucketLifecycleConfiguration") == 0))
		escape_line_ends(request);
	if (strcmp(service, "glacier") == 0) {
		co_aws_request_set(request, "x-amz-glacier-version", call->api->version);
		if (strcmp(name, "UploadArchive") == 0 || strcmp(name, "UploadMultipartPart") == 0)
			add_glacier_checksums(request);
	}
	if (strcmp(service, "apigateway") == 0 && !co_aws_request_get(request, "Accept"))
		co_aws_request_set(request, "Accept", "application/json");
	if (strcmp(name, "DescribeEndpoints") == 0 && (strcmp(service, "dynamodb") == 0 || strncmp(service, "timestream-", 11) == 0))
		co_aws_request_set(request, "x-amz-api-version", call->api->version);
	if (strcmp(service, "cloudsearchdomain") == 0 && strcmp(name, "Search") == 0)
		post_query(request);
	if (strcmp(service, "cloudfront-keyvaluestore") == 0)
		host_of_account(with, request);
	if (strcmp(service, "machinelearning") == 0 && strcmp(name, "Predict") == 0)
		request->endpoint = co_xstrdup(co_json_str(with, "PredictEndpoint"));
	return add_checksum(call, with, request, err);
}
