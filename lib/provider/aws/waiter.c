/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/waiter.h"

#include <stdlib.h>
#include <string.h>

#include "provider/aws/jmespath.h"

enum matcher { PATH, PATH_ALL, PATH_ANY, STATUS, ERROR, MATCHERS };

static const char *const matchers[MATCHERS] = { "path", "pathAll", "pathAny", "status", "error" };
static const char *const states[] = { "retry", "success", "failure" };

struct acceptor {
	enum co_aws_wait state;
	enum matcher matcher;
	char *expected;
	struct co_jmespath *argument; /* of the path matchers */
};

struct co_aws_waiter {
	char *operation;
	unsigned delay, attempts;
	struct acceptor *acceptors;
	size_t count;
};

/* ---- reading */

static int bad(const struct co_api *api, struct co_piece line, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-catalog", "%s: a waiter that is not understood: \"%.*s\"", api->service,
			  (int)(line.len < 80 ? line.len : 80), line.at);
}

static int one_of(struct co_piece word, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (co_piece_is(word, names[i]))
			return (int)i;
	}
	return -1;
}

static int read_acceptor(struct co_aws_waiter *waiter, struct co_piece text, struct co_err *err)
{
	struct acceptor *acceptor = co_grow(&waiter->acceptors, &waiter->count, sizeof(*acceptor));
	struct co_piece state, matcher, expected;
	char *argument;
	int s, m;

	if (!co_word_next(&text, ',', &state) || !co_word_next(&text, ',', &matcher) || !co_word_next(&text, ',', &expected))
		return -1;
	s = one_of(state, states, CO_COUNT(states));
	m = one_of(matcher, matchers, MATCHERS);
	if (s < 0 || m < 0)
		return -1;
	acceptor->state = (enum co_aws_wait)s;
	acceptor->matcher = (enum matcher)m;
	acceptor->expected = co_xmemdup(expected.at, expected.len);
	if (m > PATH_ANY)
		return 0;
	argument = co_xmemdup(text.at, text.len);
	acceptor->argument = co_jmespath_compile(argument, err);
	free(argument);
	return acceptor->argument ? 0 : -1;
}

static int value_of(struct co_piece word, const char *key, struct co_piece *value)
{
	size_t len = strlen(key);

	if (word.len < len || memcmp(word.at, key, len) != 0)
		return 0;
	value->at = word.at + len;
	value->len = word.len - len;
	return 1;
}

static int read_waiter(const struct co_api *api, struct co_piece line, struct co_aws_waiter **out, struct co_err *err)
{
	struct co_aws_waiter *waiter = co_xcalloc(1, sizeof(*waiter));
	struct co_piece rest = line, word, value;
	int rc = 0;

	while (rc == 0 && co_word_next(&rest, '\t', &word)) {
		if (value_of(word, "operation=", &value))
			waiter->operation = co_xmemdup(value.at, value.len);
		else if (value_of(word, "delay=", &value))
			rc = co_piece_number(value, &waiter->delay);
		else if (value_of(word, "attempts=", &value))
			rc = co_piece_number(value, &waiter->attempts);
		else
			rc = read_acceptor(waiter, word, err);
	}
	if (rc < 0 || !waiter->operation) {
		co_aws_waiter_free(waiter);
		return bad(api, line, err);
	}
	*out = waiter;
	return CO_OK;
}

int co_aws_waiter_find(const struct co_api *api, const char *name, struct co_aws_waiter **waiter, struct co_err *err)
{
	struct co_piece rules;
	int rc = co_api_waiter(api, name, &rules, err);

	return rc < 0 ? rc : read_waiter(api, rules, waiter, err);
}

void co_aws_waiter_free(struct co_aws_waiter *waiter)
{
	size_t i;

	if (!waiter)
		return;
	for (i = 0; i < waiter->count; i++) {
		free(waiter->acceptors[i].expected);
		co_jmespath_free(waiter->acceptors[i].argument);
	}
	free(waiter->acceptors);
	free(waiter->operation);
	free(waiter);
}

const char *co_aws_waiter_operation(const struct co_aws_waiter *waiter)
{
	return waiter->operation;
}

unsigned co_aws_waiter_delay(const struct co_aws_waiter *waiter)
{
	return waiter->delay;
}

unsigned co_aws_waiter_attempts(const struct co_aws_waiter *waiter)
{
	return waiter->attempts;
}

/* ---- judging */

static int is(const json_t *value, const char *expected)
{
	char number[24];

	if (json_is_string(value))
		return strcmp(json_string_value(value), expected) == 0;
	if (json_is_boolean(value))
		return strcmp(json_is_true(value) ? "true" : "false", expected) == 0;
	snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return json_is_integer(value) && strcmp(number, expected) == 0;
}

static int matches_path(const struct acceptor *acceptor, json_t *output)
{
	json_t *value = co_jmespath_eval(acceptor->argument, output), *each;
	size_t i, same = 0, count = json_array_size(value);
	int yes;

	json_array_foreach(value, i, each)
		same += (size_t)is(each, acceptor->expected);
	if (acceptor->matcher == PATH)
		yes = is(value, acceptor->expected);
	else
		yes = acceptor->matcher == PATH_ALL ? count > 0 && same == count : same > 0;
	json_decref(value);
	return yes;
}

static int matches(const struct acceptor *acceptor, json_t *output, const struct co_aws_fault *fault, int status)
{
	char number[16];

	switch (acceptor->matcher) {
	case STATUS:
		snprintf(number, sizeof(number), "%d", status);
		return strcmp(number, acceptor->expected) == 0;
	case ERROR:
		if (strcmp(acceptor->expected, "true") == 0 || strcmp(acceptor->expected, "false") == 0)
			return !output == (acceptor->expected[0] == 't');
		return !output && fault && strcmp(fault->code, acceptor->expected) == 0;
	default:
		return output && matches_path(acceptor, output);
	}
}

enum co_aws_wait co_aws_waiter_judge(const struct co_aws_waiter *waiter, json_t *output, const struct co_aws_fault *fault,
				     int status)
{
	size_t i;

	for (i = 0; i < waiter->count; i++) {
		if (matches(&waiter->acceptors[i], output, fault, status))
			return waiter->acceptors[i].state;
	}
	return output ? CO_AWS_WAIT_RETRY : CO_AWS_WAIT_ERROR;
}
