/* SPDX-License-Identifier: Apache-2.0 */
/* config/check: is what was read of a configuration file what co-config(5) says, beyond its shape. */
#ifndef CO_CONFIG_CHECK_H
#define CO_CONFIG_CHECK_H

#include "config/config.h"

/* CO_ERR_INPUT with err->path where it is not. */
int co_config_check(const struct co_config *config, struct co_err *err);

#endif
