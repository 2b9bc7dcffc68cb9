/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws/wire: what the parts of the protocols share; not for others. */
#ifndef CO_PROVIDER_AWS_WIRE_H
#define CO_PROVIDER_AWS_WIRE_H

#include "codec/xml.h"
#include "provider/aws/protocol.h"

/* The member that is the body, NULL if there is none; whether it is the body as it stands: bytes, or text. */
const struct co_api_member *co_aws_payload_of(const struct co_api_shape *shape);
int co_aws_is_raw(const struct co_api_member *payload);

/* ---- requests */

/* A name of service and operation, as tables of exceptions have them; operation NULL: all of the service. */
struct co_aws_name {
	const char *service;
	const char *operation;
};
int co_aws_is(const struct co_aws_call *call, const struct co_aws_name *name);

/* The parameters as they are to be encoded: checked, and changed as botocore changes them. A new reference. */
int co_aws_prepare(const struct co_aws_call *call, json_t **with, struct co_err *err);

/* The body, and for the rest protocols path and query. with is what co_aws_prepare() gave; all of it is valid. */
void co_aws_encode_query(const struct co_aws_call *call, json_t *with, struct co_aws_request *request);
void co_aws_encode_json(const struct co_aws_call *call, json_t *with, struct co_aws_request *request);
int co_aws_encode_rest(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err);

/* A value as an XML element of that name. */
void co_aws_xml_of(struct co_buf *out, const struct co_api_member *member, const char *name, json_t *value);

/* What botocore changes in a finished request: checksums, and exceptions for single services. */
int co_aws_finish(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err);

/* A scalar as text. format is used where the member says none. */
void co_aws_scalar(struct co_buf *out, const struct co_api_member *member, const json_t *value, enum co_api_time format);

/* An instant, as a parameter is written. */
void co_aws_time_add(struct co_buf *out, const struct co_api_instant *time, enum co_api_time format);

/* ---- answers */

const char *co_aws_header(const struct co_aws_answer *answer, const char *name);

/*
 * A value of a body, by its shape: a new reference. text_numbers: rest-json turns numbers and booleans that are text, or
 * of another kind, into what the model says.
 */
int co_aws_decode_json(const struct co_api_member *member, json_t *value, int text_numbers, json_t **output, struct co_err *err);
int co_aws_decode_xml(const struct co_api_member *member, const struct co_xml_element *element, json_t **output,
		      struct co_err *err);
int co_aws_decode_rest(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t **output, struct co_err *err);

/* What stands for a union whose member the model does not know yet, as botocore shows it. */
json_t *co_aws_unknown_member(const char *name);

/* One scalar of the text of an element or a header. */
int co_aws_decode_text(const struct co_api_member *member, const char *text, size_t len, json_t **output, struct co_err *err);

/* The body as JSON, {} when it is empty: more patient than co_json_parse() with what a log may hold: NUL and half a
 * surrogate pair become U+FFFD. A new reference. */
json_t *co_aws_parse_json(const char *body, size_t len, struct co_err *err);

/* Whether the answer tells of a failure: by its status, or as S3 does it in the body of a success. */
int co_aws_is_refusal(const struct co_aws_call *call, const struct co_aws_answer *answer);

/* Fills the fault of an answer that is one, and err. Returns err->code. */
int co_aws_refusal(const struct co_aws_call *call, const struct co_aws_answer *answer, struct co_aws_fault *fault,
		   struct co_err *err);

/* What botocore changes in the outputs of single operations (its handlers for "after-call"). */
void co_aws_revise(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output);

/* CO_ERR_REMOTE "bad-answer". */
int co_aws_bad_answer(struct co_err *err, const char *fmt, ...) CO_PRINTF(2, 3);

#endif
