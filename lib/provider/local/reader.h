/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader: the process that reads this host for co-exec.
 *
 * co-exec is closed in by Landlock, and any Landlock domain closes /proc/PID/fd
 * and /proc/PID/io of all other processes. So a child is made before that: it
 * may read everything this user may read, run systemctl and journalctl, and
 * neither write a file nor open a network connection (seccomp). It serves
 * SLOTS readings at once, each over a socket pair of its own.
 */
#ifndef CO_PROVIDER_LOCAL_READER_H
#define CO_PROVIDER_LOCAL_READER_H

#include "exec/provider.h"

struct co_reader;

/* Forks: call it before the sandbox closes and before there are threads. */
int co_reader_start(struct co_reader **reader, struct co_err *err);

/* Ends the child, even one that still reads. It needs no signal, which co-exec's sandbox does not allow. */
void co_reader_stop(struct co_reader *reader);

/* As the provider's call(). Waits for a free slot when all are busy. */
int co_reader_call(struct co_reader *reader, const struct co_call *call, json_t **output, struct co_err *err);

#endif
