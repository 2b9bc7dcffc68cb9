/* SPDX-License-Identifier: Apache-2.0 */
/* Where S3 and S3 control take a bucket, an access point or an account into the host. */
#include "net/url.h"
#include "provider/aws/endpointread.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* "arn:PARTITION:SERVICE:REGION:ACCOUNT:TYPE/NAME...", the last parts split at ":" and "/". */
enum { ARN, PARTITION, SERVICE, REGION, ACCOUNT, TYPE, NAME, SUBTYPE, SUBNAME, ARN_PARTS };

struct arn {
	char *text; /* that the parts are in */
	const char *parts[ARN_PARTS];
	size_t count;
};

static void parse_arn(struct arn *arn, const char *text)
{
	char *at = arn->text = co_xstrdup(text);

	for (arn->count = 0; arn->count < ARN_PARTS; arn->count++) {
		char *end = at + strcspn(at, arn->count < TYPE ? ":" : ":/");

		arn->parts[arn->count] = at;
		if (!*end) {
			arn->count++;
			break;
		}
		*end = '\0';
		at = end + 1;
	}
}

static int no_such(struct co_err *err, const char *bucket, const char *why)
{
	co_err_set(err, CO_ERR_INPUT, "no-endpoint", "\"%s\": %s", bucket, why);
	return co_err_under(err, "Bucket"), CO_ERR_INPUT;
}

static int not_supported(struct co_err *err, const char *bucket, const char *what)
{
	co_err_set(err, CO_ERR_INPUT, "not-supported", "\"%s\": %s", bucket, what);
	return co_err_under(err, "Bucket"), CO_ERR_INPUT;
}

/* May it go before the host's name? Four numbers between dots may not, nor dots where a certificate would not fit them. */
static int is_hostable(const char *bucket, int dots)
{
	const char *at = bucket;
	size_t i, len, parts = 0, numbers = 0;

	for (i = 0; bucket[i]; i++)
		if (isupper((unsigned char)bucket[i]))
			return 0;
	if (i < 3)
		return 0;
	for (;; at += len + 1) {
		len = strcspn(at, ".");
		if (!co_is_host_label(at, len))
			return 0;
		parts++;
		numbers += strspn(at, "0123456789") == len;
		if (!at[len])
			break;
	}
	return (dots || parts == 1) && !(parts == 4 && numbers == 4);
}

static void replace(char **string, char *with)
{
	free(*string);
	*string = with;
}

/* The host of an access point: NAME-ACCOUNT.KIND[-fips][.dualstack].REGION.SUFFIX; outpost goes between, or is NULL. */
static char *access_point_url(const struct co_aws_lookup *request, const struct arn *arn, const char *kind,
			      const char *name, const char *outpost, const char *url)
{
	const struct co_aws_reach *reach = request->reach;
	char *label = co_xasprintf("%s-%s%s%s", name, arn->parts[ACCOUNT], outpost ? "." : "", outpost ? outpost : "");
	char *whole;

	if (reach->override)
		whole = co_aws_url_with(url, label, NULL);
	else
		whole = co_xasprintf("https://%s.%s%s%s.%s.%s", label, kind, reach->fips ? "-fips" : "",
				     reach->dualstack ? ".dualstack" : "", arn->parts[REGION],
				     request->partition.suffix);
	free(label);
	return whole;
}

static const char *check_access_point(const struct co_aws_lookup *request, const struct arn *arn, const char *name)
{
	const struct co_aws_reach *reach = request->reach;
	struct co_aws_partition partition;

	if (reach->s3_style == CO_AWS_S3_PATH)
		return "an access point goes into the host, and addressing is by path";
	if (co_aws_context_is(request, "DisableAccessPoints=true"))
		return "this operation takes no access points";
	if (reach->s3_accelerate)
		return "acceleration takes no access points";
	if (co_aws_partition(request->api->apis, arn->parts[REGION], &partition, NULL) < 0)
		return "no region";
	if (strcmp(partition.name, request->partition.name) != 0)
		return "it is of another partition than the region asked for";
	if (reach->s3_own_region && strcmp(arn->parts[REGION], reach->region) != 0)
		return "it is of another region than the one asked for";
	if (!co_is_host_label(arn->parts[ACCOUNT], strlen(arn->parts[ACCOUNT])) || !co_is_host_label(name, strlen(name)))
		return "the account or the name cannot be a part of a host name";
	return NULL;
}

/* What the forms of ARN have in common: the name is at a place, the kind of host follows from the service. */
static int use_access_point(const struct co_aws_lookup *request, const struct arn *arn, const char *bucket,
			    struct co_aws_endpoint *endpoint, struct co_err *err)
{
	int outposts = strcmp(arn->parts[SERVICE], "s3-outposts") == 0;
	int lambda = strcmp(arn->parts[SERVICE], "s3-object-lambda") == 0;
	const char *name = outposts ? arn->parts[SUBNAME] : arn->parts[NAME];
	const char *outpost = outposts ? arn->parts[NAME] : NULL;
	const char *why = check_access_point(request, arn, name);

	if (!why && outposts && (request->reach->dualstack || request->reach->fips))
		why = "outposts have no FIPS or dual-stack endpoints";
	if (!why && lambda && request->reach->dualstack)
		why = "object Lambda has no dual-stack endpoints";
	if (!why && outposts && !co_is_host_label(outpost, strlen(outpost)))
		why = "the outpost cannot be a part of a host name";
	if (why)
		return no_such(err, bucket, why);
	replace(&endpoint->url, access_point_url(request, arn,
						 outposts ? "s3-outposts" : lambda ? "s3-object-lambda" : "s3-accesspoint",
						 name, outpost, endpoint->url));
	replace(&endpoint->region, co_xstrdup(arn->parts[REGION]));
	replace(&endpoint->signing, co_xstrdup(arn->parts[SERVICE]));
	return CO_OK;
}

static int use_arn(const struct co_aws_lookup *request, const char *bucket, struct co_aws_endpoint *endpoint,
		   struct co_err *err)
{
	struct arn arn;
	int point, outpost, rc;

	parse_arn(&arn, bucket);
	point = arn.count == NAME + 1 && strcmp(arn.parts[TYPE], "accesspoint") == 0 &&
		(strcmp(arn.parts[SERVICE], "s3") == 0 || strcmp(arn.parts[SERVICE], "s3-object-lambda") == 0);
	outpost = arn.count == SUBNAME + 1 && strcmp(arn.parts[SERVICE], "s3-outposts") == 0 &&
		  strcmp(arn.parts[TYPE], "outpost") == 0 && strcmp(arn.parts[SUBTYPE], "accesspoint") == 0;
	if (point && !*arn.parts[REGION])
		rc = not_supported(err, bucket, "access points of many regions need signatures that are not made here");
	else if (point || outpost)
		rc = use_access_point(request, &arn, bucket, endpoint, err);
	else
		rc = no_such(err, bucket, "an ARN here is of an access point");
	free(arn.text);
	return rc;
}

static int use_acceleration(const struct co_aws_lookup *request, const char *bucket, struct co_aws_endpoint *endpoint,
			    struct co_err *err)
{
	if (!is_hostable(bucket, 0))
		return no_such(err, bucket, "acceleration needs a name without dots");
	if (request->reach->fips || strcmp(request->partition.name, "aws-cn") == 0)
		return no_such(err, bucket, "acceleration has no FIPS endpoints, and none in China");
	replace(&endpoint->url, co_xasprintf("https://%s.s3-accelerate.%s%s", bucket,
					     request->reach->dualstack ? "dualstack." : "", request->partition.suffix));
	return CO_OK;
}

/* Is the host of the URL an address? */
static int is_address(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	size_t len = strcspn(host, ":/");

	return *host == '[' || strspn(host, "0123456789.") == len;
}

static int use_bucket(const struct co_aws_lookup *request, const char *bucket, struct co_aws_endpoint *endpoint,
		      struct co_err *err)
{
	const struct co_aws_reach *reach = request->reach;
	/* As botocore: an endpoint of one's own is taken to know paths. */
	int by_path = reach->s3_style == CO_AWS_S3_PATH || (reach->s3_style == CO_AWS_S3_AUTO && reach->override);
	struct co_buf path = CO_BUF_INIT;

	if (reach->s3_accelerate && !reach->override)
		return use_acceleration(request, bucket, endpoint, err);
	if (!by_path && is_hostable(bucket, strncmp(endpoint->url, "http:", 5) == 0) && !is_address(endpoint->url)) {
		replace(&endpoint->url, co_aws_url_with(endpoint->url, bucket, NULL));
		return CO_OK;
	}
	co_url_encode(&path, bucket, strlen(bucket), "");
	replace(&endpoint->url, co_aws_url_with(endpoint->url, NULL, co_buf_str(&path)));
	co_buf_clear(&path);
	return CO_OK;
}

/* The bucket is in the URL now; "/{Bucket}/{Key+}" is "/{Key+}" of it. */
static void drop_bucket(struct co_aws_endpoint *endpoint)
{
	static const char bucket[] = "/{Bucket}";
	size_t len = sizeof(bucket) - 1;
	const char *rest = endpoint->uri + len;

	if (strncmp(endpoint->uri, bucket, len) == 0)
		replace(&endpoint->uri, co_xasprintf("%s%s", *rest == '/' ? "" : "/", rest));
}

static int is_directory_bucket(const char *bucket)
{
	static const char suffix[] = "--x-s3";
	size_t len = strlen(bucket);

	return len >= sizeof(suffix) && strcmp(bucket + len - (sizeof(suffix) - 1), suffix) == 0;
}

int co_aws_endpoint_s3(const struct co_aws_lookup *request, struct co_aws_endpoint *endpoint, struct co_err *err)
{
	const char *bucket = co_aws_context(request, "Bucket");
	int rc;

	if (co_aws_context_is(request, "UseObjectLambdaEndpoint=true") ||
	    (!bucket && co_aws_context_is(request, "UseS3ExpressControlEndpoint=true")))
		return not_supported(err, request->operation->name, "it has an endpoint and signatures of its own");
	if (!bucket)
		return CO_OK;
	if (!*bucket)
		return no_such(err, bucket, "empty");
	if (is_directory_bucket(bucket))
		return not_supported(err, bucket, "directory buckets need sessions that are not made here");
	rc = strncmp(bucket, "arn:", 4) == 0 ? use_arn(request, bucket, endpoint, err)
					     : use_bucket(request, bucket, endpoint, err);
	if (rc == CO_OK)
		drop_bucket(endpoint);
	return rc;
}

/* True for a host that no name can stand before. */
static int is_fixed(const struct co_aws_reach *reach)
{
	struct co_url url;
	int fixed;

	if (!reach->override || co_url_parse(&url, reach->override, NULL) < 0)
		return 0;
	fixed = co_url_is_loopback(url.host);
	co_url_clear(&url);
	return fixed || is_address(reach->override);
}

int co_aws_endpoint_s3control(const struct co_aws_lookup *request, struct co_aws_endpoint *endpoint, struct co_err *err)
{
	const char *account = co_aws_context(request, "AccountId"), *outpost = co_aws_context(request, "OutpostId");
	const char *names[] = { co_aws_context(request, "Bucket"), co_aws_context(request, "AccessPointName") };
	size_t i;

	for (i = 0; i < CO_COUNT(names); i++)
		if (names[i] && strncmp(names[i], "arn:", 4) == 0)
			return not_supported(err, names[i], "ARNs of outposts are not");
	if (outpost || co_aws_context_is(request, "UseS3ExpressControlEndpoint=true"))
		return not_supported(err, request->operation->name, "outposts and directory buckets have endpoints of their own");
	if (!co_aws_context_is(request, "RequiresAccountId=true"))
		return CO_OK;
	if (!account || !co_is_host_label(account, strlen(account))) {
		co_err_set(err, CO_ERR_INPUT, "no-endpoint", "an account id is needed for the host");
		return co_err_under(err, "AccountId"), CO_ERR_INPUT;
	}
	if (!is_fixed(request->reach) && !request->reach->keep_host)
		replace(&endpoint->url, co_aws_url_with(endpoint->url, account, NULL));
	return CO_OK;
}
