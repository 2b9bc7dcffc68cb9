/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/param: the types of playbook parameters, and their values.
 */
#ifndef CO_PLAN_PARAM_H
#define CO_PLAN_PARAM_H

#include "plan/playbook.h"

enum co_param_type {
	CO_PARAM_STRING = 1,
	CO_PARAM_INTEGER,
	CO_PARAM_BOOLEAN,
	CO_PARAM_DURATION, /* "90s", "15m"; kept as text */
	CO_PARAM_PERCENT,  /* 0 to 100 */
	CO_PARAM_PORT,	   /* 1 to 65535 */
	CO_PARAM_PATH,	   /* absolute, without ".." */
	CO_PARAM_NAME,	   /* of anything: letters, digits and . _ - @ : / */
	CO_PARAM_K8S_NAME, /* RFC 1123 subdomain */
	CO_PARAM_ENUM,	   /* one of values */
};

/* Checks the declaration itself: type, bounds, values, default, from. err->path is relative to it. */
int co_param_check(const struct co_param *param, struct co_err *err);

/* Checks a value against type and bounds; CO_ERR_INPUT with id "bad-parameter". */
int co_param_check_value(const struct co_param *param, const json_t *value, struct co_err *err);

/* A value from the text of --param NAME=TEXT: a list is separated by commas. Checked. *value is a new reference. */
int co_param_from_text(const struct co_param *param, const char *text, json_t **value, struct co_err *err);

#endif
