/* SPDX-License-Identifier: Apache-2.0 */
/* descriptors: what every process holds open, from /proc/PID/fd. */
#ifndef CO_PROVIDER_LOCAL_DESCRIPTORS_H
#define CO_PROVIDER_LOCAL_DESCRIPTORS_H

#include "provider/local/reading.h"

#include <sys/types.h>

/* target: "/path", "/path (deleted)", "socket:[12345]". */
typedef void co_descriptor_seen(void *context, pid_t pid, const char *fd, const char *target);

/*
 * Calls seen for every descriptor of every process. *closed counts the
 * processes whose descriptors may not be looked at. 0 or the error of a call
 * that should stop.
 */
int co_descriptors(struct co_reading *r, co_descriptor_seen *seen, void *context, size_t *closed);

#endif
