/* SPDX-License-Identifier: Apache-2.0 */
/* run/request: who asked what, when and how. */
#ifndef CO_RUN_REQUEST_H
#define CO_RUN_REQUEST_H

#include "codec/shape.h"

enum co_via { CO_VIA_TTY = 1, CO_VIA_PIPE, CO_VIA_ALERT };

struct co_request {
	char *text; /* the sentence as typed, valid UTF-8 */
	char *by;   /* user name */
	int64_t uid;
	char *host;
	int64_t at;
	int via;     /* enum co_via */
	char *trace; /* W3C traceparent; NULL if none */
};

extern const struct co_shape co_request_shape;

#endif
