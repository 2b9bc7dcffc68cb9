/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/prometheus/api.h"

#include "codec/json.h"
#include "unit.h"

#define NOW INT64_C(1763878739) /* 2025-11-23T06:18:59Z */

static json_t *json(const char *text)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_json_parse(text, strlen(text), "test", &err);

	if (!value)
		fail_msg("%s: %s", text, err.message);
	return value;
}

static void asks(const char *service, const char *operation, const char *with, const char *wanted)
{
	struct co_prometheus_request request = { .server = CO_PROMETHEUS };
	struct co_err err = CO_ERR_INIT;
	json_t *parameters = json(with);

	if (co_prometheus_encode(&request, service, operation, parameters, NOW, 0, &err) < 0)
		fail_msg("%s %s: %s", service, operation, err.message);
	assert_string_equal(request.method, "GET");
	assert_string_equal(co_buf_str(&request.path), wanted);
	assert_int_equal(request.form.len, 0);
	co_prometheus_request_clear(&request);
	json_decref(parameters);
}

static void refuses(const char *service, const char *operation, const char *with, const char *path)
{
	struct co_prometheus_request request = { .server = CO_PROMETHEUS };
	struct co_err err = CO_ERR_INIT;
	json_t *parameters = json(with);

	assert_int_equal(co_prometheus_encode(&request, service, operation, parameters, NOW, 0, &err), CO_ERR_INPUT);
	assert_string_equal(err.path, path);
	co_prometheus_request_clear(&request);
	json_decref(parameters);
}

static void requests_are_the_api_s(void **state)
{
	(void)state;
	asks("query", "instant", "{\"query\": \"up == 0\"}", "/api/v1/query?query=up%20%3D%3D%200");
	asks("query", "instant", "{\"query\": \"up\", \"time\": \"2025-11-23T06:00:00Z\"}",
	     "/api/v1/query?query=up&time=2025-11-23T06%3A00%3A00Z");
	asks("query", "range", "{\"query\": \"up\"}",
	     "/api/v1/query_range?query=up&start=2025-11-23T05%3A18%3A59Z&end=2025-11-23T06%3A18%3A59Z&step=15");
	asks("query", "range", "{\"query\": \"up\", \"last\": \"7d\"}",
	     "/api/v1/query_range?query=up&start=2025-11-16T06%3A18%3A59Z&end=2025-11-23T06%3A18%3A59Z&step=2420");
	asks("query", "range",
	     "{\"query\": \"up\", \"start\": \"2025-11-23T05:00:00Z\", \"end\": \"2025-11-23T05:30:00Z\", \"step\": \"5s\"}",
	     "/api/v1/query_range?query=up&start=2025-11-23T05%3A00%3A00Z&end=2025-11-23T05%3A30%3A00Z&step=5");
	asks("list", "alerts", "{}", "/api/v1/alerts");
	asks("list", "rules", "{\"type\": \"alert\"}", "/api/v1/rules?type=alert");
	asks("list", "targets", "{\"state\": \"active\"}", "/api/v1/targets?state=active");
	asks("list", "series", "{\"match\": [\"up\", \"{job=\\\"a b\\\"}\"]}",
	     "/api/v1/series?match%5B%5D=up&match%5B%5D=%7Bjob%3D%22a%20b%22%7D");
	asks("list", "labels", "{}", "/api/v1/labels");
	asks("list", "labels", "{\"name\": \"job\"}", "/api/v1/label/job/values");
	asks("list", "labels", "{\"name\": \"../admin\"}", "/api/v1/label/..%2Fadmin/values");
	asks("list", "metadata", "{\"metric\": \"up\", \"limit\": 5}", "/api/v1/metadata?metric=up&limit=5");
	asks("list", "alertmanager-alerts", "{\"silenced\": false, \"filter\": [\"severity=\\\"page\\\"\"]}",
	     "/api/v2/alerts?filter=severity%3D%22page%22&silenced=false");
	asks("list", "alertmanager-groups", "{}", "/api/v2/alerts/groups");
	asks("list", "alertmanager-silences", "{}", "/api/v2/silences");
}

static void wrong_parameters_are_named(void **state)
{
	(void)state;
	refuses("query", "range", "{\"query\": \"up\", \"start\": \"yesterday\"}", "/start");
	refuses("query", "range", "{\"query\": \"up\", \"end\": 5}", "/end");
	refuses("query", "range", "{\"query\": \"up\", \"step\": \"0s\"}", "/step");
	refuses("query", "range", "{\"query\": \"up\", \"last\": \"soon\"}", "/last");
	refuses("query", "range", "{\"query\": \"up\", \"start\": \"2025-11-23T05:00:00Z\", \"end\": \"2025-11-23T05:00:00Z\"}",
		"/start");
	refuses("query", "instant", "{\"query\": {\"a\": 1}}", "/query");
	refuses("list", "series", "{\"match\": [1]}", "/match");
	refuses("list", "secrets", "{}", "");
}

static void a_long_query_goes_into_a_form(void **state)
{
	struct co_prometheus_request request = { .server = CO_PROMETHEUS };
	char text[3000];
	json_t *with;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	with = json_pack("{s:s}", "query", text);
	assert_int_equal(co_prometheus_encode(&request, "query", "instant", with, NOW, 1500, NULL), CO_OK);
	assert_string_equal(request.method, "POST");
	assert_string_equal(co_buf_str(&request.path), "/api/v1/query");
	assert_memory_equal(request.form.data, "query=aaa", 9);
	assert_non_null(strstr(co_buf_str(&request.form), "a&timeout=1500ms"));
	co_prometheus_request_clear(&request);
	json_decref(with);
}

static void gives(const char *operation, const char *body, const char *wanted)
{
	const char *service = strcmp(operation, "instant") == 0 ? "query" : "list";
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL, *expected = json(wanted);

	if (co_prometheus_decode(service, operation, 200, body, strlen(body), &output, &err) < 0)
		fail_msg("%s: %s", body, err.message);
	if (!json_equal(output, expected))
		fail_msg("%s gave %s", body, json_dumps(output, 0));
	json_decref(output);
	json_decref(expected);
}

static void answers_are_objects(void **state)
{
	(void)state;
	gives("instant", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
	      "{\"resultType\":\"vector\",\"result\":[]}");
	gives("instant",
	      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]},\"warnings\":[\"store down\"],\"infos\":[]}",
	      "{\"resultType\":\"vector\",\"result\":[],\"warnings\":[\"store down\"]}");
	gives("series", "{\"status\":\"success\",\"data\":[{\"a\":\"b\"}]}", "{\"series\":[{\"a\":\"b\"}]}");
	gives("metadata", "{\"status\":\"success\",\"data\":{}}", "{\"metadata\":{}}");
	gives("alertmanager-silences", "[]", "{\"silences\":[]}");
}

static void fails(const char *operation, int status, const char *body, int code, const char *id)
{
	const char *service = strcmp(operation, "instant") == 0 ? "query" : "list";
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL;

	assert_int_equal(co_prometheus_decode(service, operation, status, body, strlen(body), &output, &err), code);
	if (strcmp(err.id, id) != 0)
		fail_msg("%s: \"%s\", wanted \"%s\"", body, err.id, id);
	assert_null(output);
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	fails("instant", 400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}", CO_ERR_INPUT, "bad-query");
	fails("instant", 422, "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}", CO_ERR_REMOTE,
	      "remote-error");
	fails("instant", 503, "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"}", CO_ERR_REMOTE,
	      "unavailable");
	fails("instant", 401, "Unauthorized\n", CO_ERR_REMOTE, "denied");
	fails("instant", 502, "<html>Bad Gateway</html>", CO_ERR_REMOTE, "unavailable");
	fails("instant", 429, "", CO_ERR_REMOTE, "unavailable");
	fails("instant", 302, "", CO_ERR_REMOTE, "remote-error");
	fails("instant", 200, "<html>log in</html>", CO_ERR_REMOTE, "bad-answer");
	fails("instant", 200, "", CO_ERR_REMOTE, "bad-answer");
	fails("instant", 200, "{}", CO_ERR_REMOTE, "remote-error");
	fails("instant", 200, "{\"status\":\"success\"}", CO_ERR_REMOTE, "bad-answer");
	fails("instant", 200, "{\"status\":\"success\",\"data\":[]}", CO_ERR_REMOTE, "bad-answer");
	fails("instant", 200, "[]", CO_ERR_REMOTE, "remote-error");
	fails("instant", 200, "{\"status\":\"success\",\"data\":{}", CO_ERR_REMOTE, "bad-answer");
	fails("alertmanager-alerts", 400, "\"bad matcher format: a\"", CO_ERR_REMOTE, "remote-error");
	fails("alertmanager-alerts", 200, "{}", CO_ERR_REMOTE, "bad-answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_the_api_s),	 cmocka_unit_test(wrong_parameters_are_named),
		cmocka_unit_test(a_long_query_goes_into_a_form), cmocka_unit_test(answers_are_objects),
		cmocka_unit_test(what_is_wrong_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
