/* SPDX-License-Identifier: Apache-2.0 */
/* intent/grammar: what each slot of a target and each parameter can hold, by its form alone. */
#ifndef CO_INTENT_GRAMMAR_H
#define CO_INTENT_GRAMMAR_H

#include <stddef.h>
#include <stdint.h>

enum co_slot {
	CO_SLOT_ENVIRONMENT = 1,
	CO_SLOT_PROVIDER,
	CO_SLOT_ACCOUNT,
	CO_SLOT_REGION,
	CO_SLOT_CLUSTER,
	CO_SLOT_CONTEXT,
	CO_SLOT_NAMESPACE,
	CO_SLOT_KIND,
	CO_SLOT_NAME,
	CO_SLOT_CONTAINER,
	CO_SLOT_SERVICE,
	CO_SLOT_NODE,
	CO_SLOT_HOST,
	CO_SLOT_URL,
};

enum co_parameter {
	CO_PARAMETER_REPLICAS = 1,
	CO_PARAMETER_PERCENT,
	CO_PARAMETER_PORT,
	CO_PARAMETER_COUNT,
	CO_PARAMETER_REVISION,
	CO_PARAMETER_IMAGE,
	CO_PARAMETER_SIZE,
	CO_PARAMETER_CPU,
	CO_PARAMETER_MEMORY,
	CO_PARAMETER_AGE,
	CO_PARAMETER_HORIZON,
	CO_PARAMETER_RETENTION,
	CO_PARAMETER_CIDR,
	CO_PARAMETER_TAG,
	CO_PARAMETER_VOLUME_TYPE,
	CO_PARAMETER_AMOUNT,
};

/* In the order of the enums; end with NULL. */
extern const char *const co_slot_names[];
extern const char *const co_parameter_names[];

enum { CO_IDENTIFIER_BYTES = 253 };

/* True if value has the form of an identifier of that slot. */
int co_grammar_slot(enum co_slot slot, const char *value);

/* How a parameter is written. */
enum co_parameter_form {
	CO_FORM_NUMBER,	   /* an integer */
	CO_FORM_RELATIVE,  /* "+2", "-50%" */
	CO_FORM_QUANTITY,  /* a number with its unit: "90d", "500m", "80Gi" */
	CO_FORM_LITERAL,   /* a text that only the person can give */
};

/* Its form, and the value of a number; -1 if value is none of this parameter. */
int co_grammar_parameter(enum co_parameter parameter, const char *value, int64_t *number);

/* True for the name of a setting, by its form: LOG_LEVEL, max_connections, concurrencyPolicy. */
int co_is_setting(const char *name, size_t len);

/* "10.1.0.0/16", "2001:db8::/32" */
int co_is_cidr(const char *text);

/* True for an IPv4 address: 52.10.20.30. */
int co_is_address(const char *text);

/* True for a size of instances, by its form: t3.small, db.r6g.xlarge, e2-standard-8, Standard_D4s_v5. */
int co_is_class(const char *name);

/* True for an id that a cloud made: hexadecimal behind a known prefix, or an account's digits. It can say nothing else. */
int co_grammar_is_cloud_id(const char *value);

#endif
