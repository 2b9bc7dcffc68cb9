/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/wire.h"

#include "codec/json.h"
#include "exec/mask.h"
#include "exec/replay.h"

#include <stdlib.h>
#include <string.h>

struct co_wire *co_wire_new(struct co_providers *providers, const char *replay, size_t output_bytes)
{
	struct co_wire *wire = co_xcalloc(1, sizeof(*wire));

	wire->providers = co_providers_hold(providers);
	wire->replay = co_xstrdup(replay);
	wire->output_bytes = output_bytes;
	return wire;
}

void co_wire_free(void *context)
{
	struct co_wire *wire = context;

	if (!wire)
		return;
	co_providers_drop(wire->providers);
	free(wire->replay);
	free(wire);
}

/* Replaces the output by a masked one, or drops it for its size. */
static int keep(const struct co_wire *wire, json_t **output, struct co_err *err)
{
	json_t *masked;

	if (co_json_size(*output) > wire->output_bytes) {
		json_decref(*output);
		*output = NULL;
		return co_err_set(err, CO_ERR_REMOTE, "too-large", "the answer is larger than %zu bytes",
				  wire->output_bytes);
	}
	masked = co_mask(*output);
	json_decref(*output);
	*output = masked;
	return CO_OK;
}

static void mask_error(struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;

	if (co_mask_text(&text, err->message, strlen(err->message))) {
		size_t len = text.len < sizeof(err->message) ? text.len : sizeof(err->message) - 1;

		memcpy(err->message, text.data, len);
		err->message[len] = '\0';
	}
	co_buf_clear(&text);
}

void co_wire_call(void *context, const struct co_departure *departure, struct co_landing *landing)
{
	const struct co_wire *wire = context;
	const struct co_binding *binding = departure->binding;

	if (wire->replay) {
		co_replay_find(wire->replay, departure, landing);
		return;
	}
	landing->rc = binding->provider->call(binding->state, &departure->call, &landing->output, &landing->err);
	if (landing->rc == CO_OK)
		landing->rc = keep(wire, &landing->output, &landing->err);
	else if (landing->output && (departure->call.token || keep(wire, &landing->output, NULL) < 0))
		co_landing_clear(landing);
	if (landing->rc < 0)
		mask_error(&landing->err);
}
