/* SPDX-License-Identifier: Apache-2.0 */
/* catalog/parameter: the parameters column of a catalogue: NAME=TYPE[:DEFAULT] ... */
#ifndef CO_CATALOG_PARAMETER_H
#define CO_CATALOG_PARAMETER_H

#include "base/err.h"

/* Is a column well-formed: known types, no name twice, defaults of their own type, none on a required one. */
int co_parameters_check(const char *column, struct co_err *err);

#endif
