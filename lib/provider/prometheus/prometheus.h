/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/prometheus: queries to Prometheus and Alertmanager. Operations are "prometheus query X" and
 * "prometheus list X"; co-prometheus(5) documents what each takes and returns. Nothing is changed.
 */
#ifndef CO_PROVIDER_PROMETHEUS_PROMETHEUS_H
#define CO_PROVIDER_PROMETHEUS_PROMETHEUS_H

#include "exec/provider.h"

extern const struct co_provider co_provider_prometheus;

#endif
