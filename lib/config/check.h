/* SPDX-License-Identifier: Apache-2.0 */
/* config/check: is one configuration file, as a value, what co-config(5) says. */
#ifndef CO_CONFIG_CHECK_H
#define CO_CONFIG_CHECK_H

#include "codec/json.h"

/* CO_ERR_INPUT with err->path where it is not. */
int co_config_check(json_t *file, struct co_err *err);

#endif
