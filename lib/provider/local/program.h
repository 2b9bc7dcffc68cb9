/* SPDX-License-Identifier: Apache-2.0 */
/* program: the few programs a reading asks, found in fixed places, with a fixed environment. */
#ifndef CO_PROVIDER_LOCAL_PROGRAM_H
#define CO_PROVIDER_LOCAL_PROGRAM_H

#include "provider/local/reading.h"

/*
 * Runs argv (argv[0] is a name, looked for in /usr/bin and /bin) with the C
 * locale and no colours; output replaces out, standard error is the caller's. 0; or an error, which the caller
 * turns into "unseen". A non-zero exit status is an error with id "exit".
 */
int co_program_run(struct co_reading *r, const char *const *argv, struct co_buf *out, struct co_err *err);

#endif
