/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prometheus/api: an operation as a request, and an answer as JSON. Nothing is sent here.
 *
 * Sources: the HTTP API v1 of Prometheus 2 (docs/querying/api.md), and Alertmanager's API v2
 * (api/v2/openapi.yaml). co-prometheus(5) says what each operation takes and returns.
 */
#ifndef CO_PROVIDER_PROMETHEUS_API_H
#define CO_PROVIDER_PROMETHEUS_API_H

#include "base/err.h"

#include <jansson.h>
#include <stdint.h>

enum co_prometheus_server { CO_PROMETHEUS, CO_ALERTMANAGER };

struct co_prometheus_request {
	enum co_prometheus_server server;
	const char *method;  /* "GET", or "POST" where the form is too long for a URL */
	struct co_buf path;  /* below the server's URL: "/api/v1/alerts", with its query */
	struct co_buf form;  /* body of a POST, application/x-www-form-urlencoded */
};

/*
 * Fills the zeroed request. now is wall clock in seconds, for ranges that end now; timeout_ms is what the server may
 * take for a query, 0 for its own bound. CO_ERR_INPUT with the path of the parameter.
 */
int co_prometheus_encode(struct co_prometheus_request *request, const char *service, const char *operation,
			 const json_t *with, int64_t now, int64_t timeout_ms, struct co_err *err);
void co_prometheus_request_clear(struct co_prometheus_request *request);

/*
 * What the server said. *output is a new reference: always an object, with "warnings" where the
 * answer may be partial. CO_ERR_INPUT "bad-query" with the server's own words; CO_ERR_REMOTE "denied", "unavailable"
 * (may be tried again), "remote-error", "bad-answer".
 */
int co_prometheus_decode(const char *service, const char *operation, int status, const char *body, size_t len,
			 json_t **output, struct co_err *err);

#endif
