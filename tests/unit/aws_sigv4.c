/* SPDX-License-Identifier: Apache-2.0 */
/* Every step of every case of the two official suites, and what they do not hold: S3's rules. */
#include "provider/aws/sigv4.h"

#include "base/hex.h"
#include "codec/json.h"
#include "unit.h"

#include <glob.h>
#include <strings.h>

enum { HEADERS = 16 };

/* A request as its bytes: the parts point into text, which is cut up. */
struct raw {
	char *text;
	const char *method, *path, *query, *body;
	struct co_http_header headers[HEADERS];
	size_t header_count;
	char payload[2 * CO_SHA256_LEN + 1];
};

/* A file of a case: its names begin with "CASE/" in one suite, with "CASE/CASE." in the other. */
static char *file(const char *prefix, const char *name, size_t *len)
{
	char *path = co_xasprintf("%s%s", prefix, name);
	char *text = unit_read(path, len);

	free(path);
	return text;
}

static void digest(char hex[2 * CO_SHA256_LEN + 1], const char *data, size_t len)
{
	unsigned char sum[CO_SHA256_LEN];

	co_sha256(data, len, sum);
	co_hex_encode(hex, sum, sizeof(sum));
}

/* The header lines up to an empty one; a line that begins with white space goes on with the one before. */
static char *parse_headers(struct raw *raw, char *line)
{
	while (*line && *line != '\n') {
		size_t len = strcspn(line, "\n");
		char *end = line + len, *colon;

		while (end[0] == '\n' && (end[1] == ' ' || end[1] == '\t'))
			end += 1 + strcspn(end + 1, "\n");
		colon = strchr(line, ':');
		assert_non_null(colon);
		assert_true(raw->header_count < HEADERS);
		*colon = '\0';
		raw->headers[raw->header_count].name = line;
		raw->headers[raw->header_count++].value = colon + 1;
		line = end;
		if (*end == '\n') {
			*end = '\0';
			line = end + 1;
		}
	}
	return *line ? line + 1 : line;
}

static void parse(struct raw *raw, char *text)
{
	char *target, *end, *query;

	memset(raw, 0, sizeof(*raw));
	raw->text = text;
	raw->method = text;
	target = strchr(text, ' ');
	*target++ = '\0';
	end = strstr(target, " HTTP/1.1\n");
	assert_non_null(end);
	*end = '\0';
	query = strchr(target, '?');
	if (query)
		*query++ = '\0';
	raw->path = target;
	raw->query = query;
	raw->body = parse_headers(raw, end + strlen(" HTTP/1.1\n"));
	digest(raw->payload, raw->body, strlen(raw->body));
}

/* Takes a header out of the request; its value, or NULL. */
static const char *take(struct raw *raw, const char *name)
{
	size_t i;

	for (i = 0; i < raw->header_count; i++) {
		if (strcasecmp(raw->headers[i].name, name) == 0) {
			const char *value = raw->headers[i].value;

			raw->header_count--;
			memmove(raw->headers + i, raw->headers + i + 1, (raw->header_count - i) * sizeof(*raw->headers));
			return value;
		}
	}
	return NULL;
}

static struct co_sigv4_request request_of(const struct raw *raw)
{
	return (struct co_sigv4_request){ raw->method, raw->path, raw->query, raw->headers, raw->header_count, raw->payload };
}

static void same(const char *prefix, const char *name, const char *got)
{
	size_t len;
	char *wanted = file(prefix, name, &len);

	while (len && wanted[len - 1] == '\n')
		wanted[--len] = '\0';
	if (strcmp(got, wanted) != 0)
		fail_msg("%s%s:\n%s\nwanted:\n%s", prefix, name, got, wanted);
	free(wanted);
}

static const char *header_of(const struct co_sigv4_signature *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->header_count; i++) {
		if (strcasecmp(s->headers[i].name, name) == 0)
			return s->headers[i].value;
	}
	return NULL;
}

/* ---- awslabs/aws-c-auth: by header and by query */

static void check_signed_request(const char *prefix, const struct co_sigv4_signature *got)
{
	size_t len, i;
	struct raw wanted;

	parse(&wanted, file(prefix, "header-signed-request.txt", &len));
	assert_string_equal(take(&wanted, "Authorization"), header_of(got, "Authorization"));
	for (i = 0; i + 1 < got->header_count; i++)
		assert_string_equal(take(&wanted, got->headers[i].name), got->headers[i].value);
	assert_null(take(&wanted, "X-Amz-Security-Token"));
	free(wanted.text);
}

static void check_by_header(const char *prefix, const struct co_sigv4 *signer, const struct raw *raw)
{
	struct co_sigv4_signature got = CO_SIGV4_SIGNATURE_INIT;
	struct co_sigv4_request request = request_of(raw);

	co_sigv4_sign(&got, signer, &request);
	same(prefix, "header-canonical-request.txt", got.canonical_request.data);
	same(prefix, "header-string-to-sign.txt", got.string_to_sign.data);
	same(prefix, "header-signature.txt", got.signature);
	check_signed_request(prefix, &got);
	co_sigv4_signature_clear(&got);
}

static void check_by_query(const char *prefix, const struct co_sigv4 *signer, const struct raw *raw, int expires)
{
	struct co_sigv4_signature got = CO_SIGV4_SIGNATURE_INIT;
	struct co_sigv4_request request = request_of(raw);
	struct co_buf canonical = CO_BUF_INIT, canonical_wanted = CO_BUF_INIT;
	struct raw wanted;
	size_t len;

	co_sigv4_presign(&got, signer, &request, expires);
	same(prefix, "query-canonical-request.txt", got.canonical_request.data);
	same(prefix, "query-string-to-sign.txt", got.string_to_sign.data);
	same(prefix, "query-signature.txt", got.signature);
	parse(&wanted, file(prefix, "query-signed-request.txt", &len));
	co_sigv4_canonical_query(&canonical, got.query.data);
	co_sigv4_canonical_query(&canonical_wanted, wanted.query);
	assert_string_equal(canonical.data, canonical_wanted.data);
	co_buf_clear(&canonical);
	co_buf_clear(&canonical_wanted);
	free(wanted.text);
	co_sigv4_signature_clear(&got);
}

static void check_case(const char *prefix)
{
	struct co_err err = CO_ERR_INIT;
	struct co_sigv4 signer = { 0 };
	struct raw raw;
	size_t len;
	char *text = file(prefix, "context.json", &len);
	json_t *context = co_json_parse(text, len, "context.json", &err);
	json_t *credentials = json_object_get(context, "credentials");

	assert_non_null(context);
	signer.access_key = co_json_str(credentials, "access_key_id");
	signer.secret_key = co_json_str(credentials, "secret_access_key");
	signer.token = co_json_str(credentials, "token");
	signer.region = co_json_str(context, "region");
	signer.service = co_json_str(context, "service");
	signer.time = INT64_C(1440938160); /* 2015-08-30T12:36:00Z */
	assert_string_equal(co_json_str(context, "timestamp"), "2015-08-30T12:36:00Z");
	if (!json_is_true(json_object_get(context, "normalize")))
		signer.flags |= CO_SIGV4_PATH_AS_IS;
	if (json_is_true(json_object_get(context, "omit_session_token")))
		signer.flags |= CO_SIGV4_TOKEN_AFTER;
	parse(&raw, file(prefix, "request.txt", &len));
	check_by_query(prefix, &signer, &raw, (int)json_integer_value(json_object_get(context, "expiration_in_seconds")));
	if (json_is_true(json_object_get(context, "sign_body")))
		signer.flags |= CO_SIGV4_SEND_DIGEST;
	check_by_header(prefix, &signer, &raw);
	free(raw.text);
	free(text);
	json_decref(context);
}

static void test_aws_c_auth(void **state)
{
	char *pattern = co_xasprintf("%s/aws-sigv4/aws-c-auth/tests/aws-signing-test-suite/v4/*/context.json", unit_vectors());
	glob_t found;
	size_t i;

	(void)state;
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		strrchr(found.gl_pathv[i], '/')[1] = '\0';
		check_case(found.gl_pathv[i]);
	}
	assert_int_equal(found.gl_pathc, 38);
	globfree(&found);
	free(pattern);
}

/* ---- botocore's copy of the older suite: CASE.req, .creq, .sts, .authz, .sreq */

static void check_old_case(const char *prefix)
{
	struct co_sigv4_signature got = CO_SIGV4_SIGNATURE_INIT;
	struct co_sigv4 signer = { "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL, "us-east-1", "service",
				   INT64_C(1440938160), 0 };
	struct co_sigv4_request request;
	struct raw raw, sent;
	size_t len;

	parse(&raw, file(prefix, "req", &len));
	parse(&sent, file(prefix, "sreq", &len));
	take(&raw, "X-Amz-Date");
	take(&raw, "X-Amz-Security-Token");
	signer.token = take(&sent, "X-Amz-Security-Token");
	if (strstr(prefix, "header-after"))
		signer.flags |= CO_SIGV4_TOKEN_AFTER;
	request = request_of(&raw);
	co_sigv4_sign(&got, &signer, &request);
	same(prefix, "creq", got.canonical_request.data);
	same(prefix, "sts", got.string_to_sign.data);
	same(prefix, "authz", got.authorization.data);
	co_sigv4_signature_clear(&got);
	free(raw.text);
	free(sent.text);
}

static void test_botocore(void **state)
{
	static const char *const depths[] = { "*/*.req", "*/*/*.req" };
	size_t i, d, count = 0;

	(void)state;
	for (d = 0; d < CO_COUNT(depths); d++) {
		char *pattern = co_xasprintf("%s/aws-sigv4/botocore/tests/unit/auth/aws4_testsuite/%s", unit_vectors(), depths[d]);
		glob_t found;

		assert_int_equal(glob(pattern, 0, NULL, &found), 0);
		for (i = 0; i < found.gl_pathc; i++, count++) {
			strrchr(found.gl_pathv[i], '.')[1] = '\0';
			check_old_case(found.gl_pathv[i]);
		}
		globfree(&found);
		free(pattern);
	}
	assert_int_equal(count, 34);
}

/* ---- what the suites do not hold */

static void path_is(const char *path, unsigned flags, const char *wanted)
{
	struct co_buf out = CO_BUF_INIT;

	co_sigv4_canonical_path(&out, path, flags);
	assert_string_equal(out.data, wanted);
	co_buf_clear(&out);
}

static void test_paths(void **state)
{
	(void)state;
	/* S3 signs what it receives, once encoded; every other service encodes it again. */
	path_is("/a//b/../c%20d%2Be", CO_SIGV4_S3, "/a//b/../c%20d%2Be");
	path_is("/a%3Ab", CO_SIGV4_S3, "/a%3Ab");
	path_is("/2017-03-31/tags/arn%3Aaws%3Alambda", 0, "/2017-03-31/tags/arn%253Aaws%253Alambda");
	path_is("/a/./b/..//c/", 0, "/a/c/");
	path_is("/../..", 0, "/");
	path_is("/a/.", 0, "/a");
	path_is("", 0, "/");
	path_is("", CO_SIGV4_S3, "/");
	path_is("/%zz%4", CO_SIGV4_S3, "/%25zz%254");
}

static void query_is(const char *query, const char *wanted)
{
	struct co_buf out = CO_BUF_INIT;

	co_sigv4_canonical_query(&out, query);
	assert_string_equal(co_buf_str(&out), wanted);
	co_buf_clear(&out);
}

static void test_queries(void **state)
{
	(void)state;
	query_is(NULL, "");
	query_is("policy", "policy=");
	query_is("b=2&a=2&a=1&a-b=0", "a=1&a=2&a-b=0&b=2");
	query_is("k=a/b:c=d&k=%c3%a9&&=x", "=x&k=%C3%A9&k=a%2Fb%3Ac%3Dd");
	query_is("p=a+b", "p=a%2Bb");
}

static void test_s3(void **state)
{
	/* The GET object example of the Amazon S3 API reference, "Signature calculations: header". */
	static const struct co_http_header headers[] = { { "Host", "examplebucket.s3.amazonaws.com" }, { "Range", "bytes=0-9" } };
	static const char empty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	struct co_sigv4 signer = { "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL, "us-east-1", "s3",
				   INT64_C(1369353600), CO_SIGV4_S3 };
	struct co_sigv4_request request = { "GET", "/test.txt", NULL, headers, 2, empty };
	struct co_sigv4_signature got = CO_SIGV4_SIGNATURE_INIT;

	(void)state;
	co_sigv4_sign(&got, &signer, &request);
	assert_string_equal(got.signature, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
	assert_string_equal(header_of(&got, "x-amz-content-sha256"), empty);
	co_sigv4_signature_clear(&got);

	/* The presigned GET of the same pages. */
	request.header_count = 1;
	request.payload = CO_SIGV4_UNSIGNED_PAYLOAD;
	co_sigv4_presign(&got, &signer, &request, 86400);
	assert_string_equal(got.signature, "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
	co_sigv4_signature_clear(&got);
}

static void test_unsigned_headers(void **state)
{
	static const struct co_http_header headers[] = { { "Host", "h" }, { "User-Agent", "x" }, { "Expect", "100-continue" },
							 { "Connection", "close" }, { "X-Amzn-Trace-Id", "t" }, { "Accept", "*" } };
	struct co_sigv4 signer = { "a", "b", "t", "r", "s", 0, 0 };
	struct co_sigv4_request request = { "GET", "/", "", headers, CO_COUNT(headers), CO_SIGV4_UNSIGNED_PAYLOAD };
	struct co_sigv4_signature got = CO_SIGV4_SIGNATURE_INIT;

	(void)state;
	co_sigv4_sign(&got, &signer, &request);
	assert_string_equal(got.signed_headers.data, "accept;host;x-amz-date;x-amz-security-token");
	assert_int_equal(got.header_count, 3);
	co_sigv4_signature_clear(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aws_c_auth), cmocka_unit_test(test_botocore),	cmocka_unit_test(test_paths),
		cmocka_unit_test(test_queries),	   cmocka_unit_test(test_s3),		cmocka_unit_test(test_unsigned_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
