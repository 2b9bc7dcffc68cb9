/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/trouble.h"

#include <stdio.h>
#include <string.h>

/* Lists as botocore's standard mode has them (retries/standard.py). */
static const char *const throttled[] = {
	"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
	"ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
	"BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
	"EC2ThrottledException", NULL,
};
static const char *const transient[] = { "RequestTimeout", "RequestTimeoutException", NULL };
static const char *const expired[] = { "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired",
				       NULL };
static const char *const timed[] = { "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
				     "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", NULL };
static const char *const denied[] = {
	"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Client.UnauthorizedOperation", "AuthorizationError",
	"AuthorizationErrorException", "UnauthorizedAccess", "NotAuthorized", "NotAuthorizedException", "UnauthorizedException",
	"AccessDeniedFault", NULL,
};

static int is_one_of(const char *code, const char *const *codes)
{
	for (; *codes; codes++)
		if (strcmp(code, *codes) == 0)
			return 1;
	return 0;
}

/* A word of a list between spaces. */
static int is_word_of(const char *code, const char *list)
{
	size_t len = strlen(code);
	const char *at = list;

	while (len && (at = strstr(at, code)) != NULL) {
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return 1;
		at += len;
	}
	return 0;
}

enum co_aws_trouble co_aws_fault_trouble(const struct co_aws_fault *fault, const struct co_api *api)
{
	static const int statuses[] = { 500, 502, 503, 504 };
	size_t i;

	if (is_one_of(fault->code, throttled) || is_word_of(fault->code, api->throttle))
		return CO_AWS_THROTTLED;
	if (is_one_of(fault->code, expired))
		return CO_AWS_EXPIRED;
	if (is_one_of(fault->code, transient) || is_word_of(fault->code, api->retry))
		return CO_AWS_TRANSIENT;
	for (i = 0; i < CO_COUNT(statuses); i++)
		if (fault->status == statuses[i])
			return CO_AWS_TRANSIENT;
	return fault->status == 429 ? CO_AWS_THROTTLED : CO_AWS_FINAL;
}

int co_aws_fault_tells_time(const struct co_aws_fault *fault)
{
	return is_one_of(fault->code, timed);
}

int co_aws_fault_denies(const struct co_aws_fault *fault)
{
	return is_one_of(fault->code, denied);
}

/* The action that a message says is missing, else that of the operation. */
static void missing_action(const struct co_aws_fault *fault, const struct co_api *api,
			   const struct co_api_operation *operation, char *out, size_t size)
{
	static const char before[] = "not authorized to perform: ";
	const char *at = strstr(fault->message, before);

	if (at)
		at += sizeof(before) - 1;
	if (at && strchr(at, ':'))
		snprintf(out, size, "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:*"), at);
	else if (operation->iam)
		snprintf(out, size, "%s", operation->iam);
	else
		snprintf(out, size, "%s:%s", api->iam, operation->name);
}

int co_aws_fault_describe(const struct co_aws_fault *fault, const struct co_api *api,
			  const struct co_api_operation *operation, const char *region, struct co_err *err)
{
	const char *id = co_aws_fault_denies(fault)				 ? "access-denied"
			 : co_aws_fault_trouble(fault, api) == CO_AWS_THROTTLED ? "throttled"
										 : "remote-error";
	char action[160];

	co_err_set(err, CO_ERR_REMOTE, id, "%s %s in %s: %s: %s%s%s%s", api->service, operation->name, region, fault->code,
		   fault->message[0] ? fault->message : "no reason given", fault->request_id[0] ? " (request " : "",
		   fault->request_id, fault->request_id[0] ? ")" : "");
	if (strcmp(id, "access-denied") == 0) {
		missing_action(fault, api, operation, action, sizeof(action));
		co_err_hint(err, "allow %s", action);
	}
	return CO_ERR_REMOTE;
}
