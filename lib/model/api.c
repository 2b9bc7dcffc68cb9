/* SPDX-License-Identifier: Apache-2.0 */
#include "model/api.h"

const struct co_model_api *co_model_api_of(const struct co_model_config *config)
{
	switch (config->provider) {
	case CO_MODEL_ANTHROPIC:
		return &co_model_anthropic;
	case CO_MODEL_OPENAI:
		return &co_model_openai;
	case CO_MODEL_GOOGLE:
		return &co_model_google;
	case CO_MODEL_OLLAMA:
		return &co_model_ollama;
	default:
		return config->api_version ? &co_model_azure : &co_model_compatible;
	}
}

int co_model_refused(struct co_err *err, const char *why)
{
	co_err_set(err, CO_ERR_REMOTE, "model-refused", "the model refused to answer: %.64s", why);
	return co_err_hint(err, "say it in other words, or use --parser rules"), CO_ERR_REMOTE;
}

int co_model_truncated(struct co_err *err)
{
	co_err_set(err, CO_ERR_REMOTE, "model-truncated", "the answer of the model ends in the middle");
	return co_err_hint(err, "a longer limits.model.tokens leaves more room for it"), CO_ERR_REMOTE;
}

int co_model_no_text(struct co_err *err, const char *expected)
{
	return co_err_set(err, CO_ERR_REMOTE, "model-answer", "the answer of the endpoint holds no %s", expected);
}

int64_t co_model_count(json_t *body, const char *pointer)
{
	enum { MOST = 100000000 };
	json_int_t n = json_integer_value(co_json_at(body, pointer));

	return n < 0 || n > MOST ? 0 : n;
}
