/* SPDX-License-Identifier: Apache-2.0 */
/* What servers answer, taken over: lists in pieces, discovery of both kinds, refusals, what plugins print. */
#include "provider/kubernetes/change.h"
#include "provider/kubernetes/credential.h"
#include "provider/kubernetes/items.h"
#include "provider/kubernetes/plugin.h"
#include "provider/kubernetes/rights.h"
#include "provider/kubernetes/served.h"
#include "provider/kubernetes/status.h"

#include "unit.h"

static json_t *parsed(const char *text)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_json_parse(text, strlen(text), "test", &err);

	if (!value)
		fail_msg("%s: %s", text, err.message);
	return value;
}

static void assert_json(const json_t *got, const char *wanted)
{
	json_t *value = parsed(wanted);

	if (!json_equal(got, value))
		fail_msg("%s, not %s", json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY), wanted);
	json_decref(value);
}

/* ---- lists */

static const char list[] = " {\"kind\":\"PodList\", \"x\": 5 ,\"y\":null,\"apiVersion\":\"v1\",\"metadata\":{\"continue\":\"a]}\"},"
			   "\"items\":[ {\"metadata\":{\"name\":\"a\\\"]}\",\"managedFields\":[1]},\"s\":{\"t\":[1,{}]}}"
			   ",{\"kind\":\"Own\",\"metadata\":{\"name\":\"b\"}} ] , \"z\":[\"items\"]}\n";

static void a_list_is_the_same_in_pieces_of_any_size(void **state)
{
	const size_t len = strlen(list);
	size_t size, at;

	(void)state;
	for (size = 1; size <= len; size++) {
		struct co_kube_items it = { .items = json_array(), .limit = 10, .room = 4096, .page = 4096 };
		struct co_err err = CO_ERR_INIT;

		for (at = 0; at < len; at += size)
			assert_int_equal(co_kube_items_feed(&it, list + at, len - at < size ? len - at : size), 0);
		assert_int_equal(co_kube_items_end(&it, 0, &err), CO_OK);
		assert_json(it.items, "[{\"metadata\":{\"name\":\"a\\\"]}\"},\"s\":{\"t\":[1,{}]},\"kind\":\"Pod\",\"apiVersion\":\"v1\"},"
				      "{\"kind\":\"Own\",\"metadata\":{\"name\":\"b\"}}]");
		assert_string_equal(co_json_str(it.metadata, "continue"), "a]}");
		assert_true(it.text.cap < 4096);
		co_kube_items_clear(&it);
		json_decref(it.items);
	}
}

static void a_list_that_is_cut_short_is_none(void **state)
{
	const size_t len = strlen(list) - 2;
	size_t cut;

	(void)state;
	for (cut = 0; cut < len; cut++) {
		struct co_kube_items it = { .items = json_array(), .limit = 10, .room = 4096, .page = 4096 };
		struct co_err err = CO_ERR_INIT;

		co_kube_items_feed(&it, list, cut);
		assert_int_equal(co_kube_items_end(&it, 0, &err), CO_ERR_REMOTE);
		assert_string_equal(err.id, "truncated");
		co_kube_items_clear(&it);
		json_decref(it.items);
	}
}

static const struct {
	const char *text, *id; /* NULL: it is a list, of no items */
} lists[] = {
	{ "{\"items\":null}", NULL },
	{ "{\"items\":[]}", NULL },
	{ "{\"kind\":\"List\"}", NULL },
	{ "[]", "bad-answer" },
	{ "<html>", "bad-answer" },
	{ "{\"items\":[nonsense,1]}", "bad-answer" },
	{ "{\"items\":[{\"a\":}]}", "bad-answer" },
	{ "{items:[]}", "bad-answer" },
	{ "{\"items\":[1 2]}", "bad-answer" },
	{ "{\"items\" []}", "bad-answer" },
	{ "{\"a\":tru}", "bad-answer" },
	{ "{\"items\":[]}}", "bad-answer" },
	{ "{\"items\":[]} {}", "bad-answer" },
};

static void what_is_no_list_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(lists); i++) {
		struct co_kube_items it = { .items = json_array(), .limit = 10, .room = 4096, .page = 4096 };
		struct co_err err = CO_ERR_INIT;
		int rc;

		co_kube_items_feed(&it, lists[i].text, strlen(lists[i].text));
		rc = co_kube_items_end(&it, 0, &err);
		if (rc != (lists[i].id ? CO_ERR_REMOTE : CO_OK))
			fail_msg("%s: %d %s", lists[i].text, rc, err.message);
		if (lists[i].id)
			assert_string_equal(err.id, lists[i].id);
		co_kube_items_clear(&it);
		json_decref(it.items);
	}
}

static void no_more_is_kept_than_is_wanted(void **state)
{
	json_t *only = parsed("[\"metadata.name\",\"s.t\",\"s.none\",\"kind\",\"metadata\"]"), *object;
	struct co_kube_items it = { .items = json_array(), .only = only, .limit = 1, .room = 4096, .page = 4096 };

	(void)state;
	assert_int_equal(co_kube_items_feed(&it, list, strlen(list)), 1);
	assert_true(it.full);
	assert_int_equal(co_kube_items_end(&it, 0, NULL), CO_OK);
	assert_json(it.items, "[{\"metadata\":{\"name\":\"a\\\"]}\"},\"s\":{\"t\":[1,{}]},\"kind\":\"Pod\"}]");
	co_kube_items_clear(&it);
	json_decref(it.items);
	json_decref(only);
	only = parsed("[\"a.b\",\"a.c.d\",\"e\"]");
	object = co_kube_pare(parsed("{\"a\":{\"b\":1,\"c\":{\"d\":2,\"x\":3},\"y\":4},\"e\":[5],\"f\":6}"), only);
	assert_json(object, "{\"a\":{\"b\":1,\"c\":{\"d\":2}},\"e\":[5]}");
	json_decref(object);
	json_decref(only);
	only = parsed("[\"metadata.managedFields\"]");
	object = co_kube_pare(parsed("{\"metadata\":{\"name\":\"a\",\"managedFields\":[{\"manager\":\"m\",\"time\":\"t\",\"fieldsV1\":{\"f:a\":{}}},7]}}"), only);
	assert_json(object, "{\"metadata\":{\"managedFields\":[{\"manager\":\"m\",\"time\":\"t\"},7]}}");
	json_decref(object);
	json_decref(only);
}

/* ---- discovery */

static const char aggregated[] =
	"{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{\"name\":\"apps\"},\"versions\":[{\"version\":\"v1\","
	"\"freshness\":\"Current\",\"resources\":[{\"resource\":\"deployments\",\"responseKind\":{\"kind\":\"Deployment\"},"
	"\"scope\":\"Namespaced\",\"singularResource\":\"deployment\",\"shortNames\":[\"deploy\"],\"verbs\":[\"list\",\"get\"],"
	"\"subresources\":[{\"subresource\":\"scale\",\"verbs\":[\"patch\"]}]}]},{\"version\":\"v1beta1\",\"resources\":[]}]}]}";
static const char groups[] = "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"apps\",\"versions\":[{\"version\":\"v1beta1\"},"
			     "{\"version\":\"v1\"}],\"preferredVersion\":{\"version\":\"v1\"}}]}";
static const char resources[] = "{\"kind\":\"APIResourceList\",\"resources\":[{\"name\":\"deployments\",\"singularName\":\"\","
				"\"namespaced\":true,\"kind\":\"Deployment\",\"verbs\":[\"list\",\"get\"],\"shortNames\":[\"deploy\"]},"
				"{\"name\":\"deployments/scale\",\"namespaced\":true,\"kind\":\"Scale\",\"verbs\":[\"patch\"]}]}";

static void check_deployments(const struct co_kube_served *served)
{
	static const char *const words[] = { "deployments.apps", "deployment.apps", "deploy.apps", "deployments.apps/scale" };
	static const struct co_map none = { "", 0 };
	struct co_buf path = CO_BUF_INIT;
	struct co_kube_resource r;
	struct co_name name;
	size_t i;

	for (i = 0; i < CO_COUNT(words); i++) {
		assert_int_equal(co_name_parse(&name, &none, words[i]), 0);
		assert_int_equal(co_kube_served_find(served, &name, "v1", &r), 1);
		assert_string_equal(r.plural, "deployments");
		assert_string_equal(r.kind, "Deployment");
		assert_true(r.namespaced);
		assert_int_equal(r.by_plural, i == 0 || i == 3);
		assert_int_equal(co_kube_resource_can(&r, "list"), i < 3);
		assert_int_equal(co_kube_resource_can(&r, "patch"), i == 3);
		assert_int_equal(co_kube_path(&r, "a-b", "x:y", &path, NULL), CO_OK);
		assert_string_equal(co_buf_str(&path), i == 3 ? "/apis/apps/v1/namespaces/a-b/deployments/x:y/scale"
							       : "/apis/apps/v1/namespaces/a-b/deployments/x:y");
		co_buf_clear(&path);
		co_kube_resource_clear(&r);
		co_name_clear(&name);
	}
	assert_int_equal(co_name_parse(&name, &none, "deployments.apps/status"), 0);
	assert_int_equal(co_kube_served_find(served, &name, "v1", &r), 0);
	assert_int_equal(co_kube_served_find(served, &name, "v2", &r), 0);
	co_name_clear(&name);
}

static void discovery_is_the_same_by_both_ways(void **state)
{
	struct co_kube_served *served = co_kube_served_new();
	json_t *value = parsed(aggregated);

	(void)state;
	assert_int_equal(co_kube_served_take_groups(served, value), 0);
	json_decref(value);
	check_deployments(served);
	co_kube_served_free(served);
	served = co_kube_served_new();
	value = parsed(groups);
	assert_int_equal(co_kube_served_take_groups(served, value), 0);
	assert_int_equal(co_kube_served_take_list(served, "apps", "v1", value), -1);
	json_decref(value);
	value = parsed(resources);
	assert_int_equal(co_kube_served_take_groups(served, value), -1);
	assert_int_equal(co_kube_served_take_list(served, "apps", "v1", value), 0);
	json_decref(value);
	check_deployments(served);
	co_kube_served_free(served);
}

static const char *const no_discoveries[] = {
	"{}", "{\"groups\":{}}", "{\"groups\":[],\"lists\":{}}", "{\"groups\":{\"apps\":\"v1\"},\"lists\":{}}",
	"{\"groups\":{\"apps\":[1]},\"lists\":{}}", "{\"groups\":{},\"lists\":{\"apps/v1\":[[]]}}",
	"{\"groups\":{},\"lists\":{\"apps/v1\":{}}}", "[]", "null",
};

static void what_was_kept_is_taken_over_or_nothing(void **state)
{
	struct co_kube_served *served = co_kube_served_new(), *again = co_kube_served_new();
	json_t *value = parsed(aggregated), *kept;
	size_t i;

	(void)state;
	assert_null(co_kube_served_keep(served));
	assert_int_equal(co_kube_served_take_groups(served, value), 0);
	json_decref(value);
	kept = co_kube_served_keep(served);
	assert_int_equal(co_kube_served_restore(again, kept, 5), 0);
	json_decref(kept);
	assert_int_equal(again->since, 5);
	check_deployments(again);
	assert_null(co_kube_served_keep(again));
	for (i = 0; i < CO_COUNT(no_discoveries); i++) {
		value = parsed(no_discoveries[i]);
		if (co_kube_served_restore(again, value, 7) != -1)
			fail_msg("%s", no_discoveries[i]);
		json_decref(value);
	}
	check_deployments(again);
	co_kube_served_clear_groups(again);
	kept = co_kube_served_keep(again);
	assert_json(kept, "{\"groups\":{},\"lists\":{}}");
	json_decref(kept);
	co_kube_served_free(again);
	co_kube_served_free(served);
}

static void a_name_leads_nowhere_else(void **state)
{
	static const char *const names[] = { "", ".", "..", "a/b", "a%2fb", "a?b", "a#b", "a b", "a\nb" };
	static char apps[] = "apps", v1[] = "v1", plural[] = "x", empty[] = "";
	const struct co_kube_resource r = { .group = apps, .version = v1, .plural = plural, .part = empty, .namespaced = 1 };
	struct co_buf path = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(names); i++) {
		assert_int_equal(co_kube_path(&r, "ns", names[i], &path, &err), CO_ERR_INPUT);
		assert_string_equal(err.id, "bad-name");
		assert_string_equal(err.path, "/with/name");
		assert_int_equal(co_kube_path(&r, names[i], "x", &path, &err), CO_ERR_INPUT);
		assert_string_equal(err.path, "/with/namespace");
	}
	assert_int_equal(co_kube_path(&r, "Ns", "x", &path, &err), CO_ERR_INPUT);
	assert_int_equal(path.len, 0);
	assert_int_equal(co_kube_path(&r, "ns", "\xc3\xa4", &path, &err), CO_OK);
	assert_string_equal(co_buf_str(&path), "/apis/apps/v1/namespaces/ns/x/%C3%A4");
	co_buf_clear(&path);
}

/* ---- refusals: HTTP status, body, what it means */

static const struct {
	int status;
	const char *body;
	int code;
	const char *id, *part;
} refusals[] = {
	{ 403, "{\"kind\":\"Status\",\"reason\":\"Forbidden\",\"code\":403,\"message\":\"pods is forbidden\"}", CO_ERR_REMOTE,
	  "forbidden", "\"c\" answers 403 Forbidden: pods is forbidden" },
	{ 401, "{\"kind\":\"Status\",\"reason\":\"Unauthorized\",\"message\":\"Unauthorized\"}", CO_ERR_REMOTE, "unauthorized", "" },
	{ 404, "404 page not found\n", CO_ERR_REMOTE, "not-found", ": 404 page not found" },
	{ 409, "{\"kind\":\"Status\",\"reason\":\"AlreadyExists\"}", CO_ERR_NO, "already-exists", "no reason given" },
	{ 409, "{\"kind\":\"Status\",\"reason\":\"Conflict\",\"message\":\"m\"}", CO_ERR_NO, "conflict", "" },
	{ 409, "{\"kind\":\"Status\",\"reason\":\"Conflict\",\"message\":\"m\",\"details\":{\"causes\":[{\"reason\":"
	       "\"FieldManagerConflict\",\"message\":\"conflict with x\",\"field\":\".a\"}]}}", CO_ERR_NO, "conflict",
	  "m; .a: conflict with x" },
	{ 422, "{\"kind\":\"Status\",\"reason\":\"Invalid\",\"message\":\"m\"}", CO_ERR_INPUT, "invalid", "" },
	{ 422, "{\"kind\":\"Status\",\"reason\":\"Invalid\",\"message\":\"m\",\"details\":{\"causes\":[{\"field\":\"metadata.uid\"}]}}",
	  CO_ERR_NO, "conflict", "" },
	{ 410, "{\"kind\":\"Status\",\"reason\":\"Expired\",\"message\":\"m\"}", CO_ERR_REMOTE, "expired", "" },
	{ 429, "Too many requests, please try again later.", CO_ERR_REMOTE, "throttled", ": Too many requests" },
	{ 429, "{\"kind\":\"Status\",\"reason\":\"TooManyRequests\",\"message\":\"m\",\"details\":{\"causes\":[{\"reason\":"
	       "\"DisruptionBudget\",\"message\":\"needs 5\"}]}}", CO_ERR_NO, "disruption-budget", "m; needs 5" },
	{ 500, "Internal Server Error: \"/api\"\n", CO_ERR_REMOTE, "server-error", ": Internal Server Error" },
	{ 502, "<html>\n", CO_ERR_REMOTE, "server-error", "no reason given" },
	{ 504, "{\"kind\":\"Status\",\"reason\":\"Timeout\",\"message\":\"m\"}", CO_ERR_REMOTE, "server-error", "" },
	{ 503, "{\"kind\":\"Pod\",\"reason\":\"Conflict\"}", CO_ERR_REMOTE, "server-error", "" },
	{ 415, "{", CO_ERR_INPUT, "invalid", "" },
	{ 418, "", CO_ERR_REMOTE, "server-error", "" },
};

static void a_refusal_is_told_with_its_reason(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(refusals); i++) {
		struct co_err err = CO_ERR_INIT;
		int rc = co_kube_refused(refusals[i].status, refusals[i].body, strlen(refusals[i].body), "c", &err);

		if (rc != refusals[i].code || strcmp(err.id, refusals[i].id) != 0)
			fail_msg("%s: %d %s", refusals[i].body, rc, err.id);
		unit_assert_contains(err.message, refusals[i].part);
	}
}

static void only_some_failures_are_certain(void **state)
{
	static const char webhook[] = "{\"kind\":\"Status\",\"message\":\"Internal error occurred: failed calling webhook \\\"x\\\"\"}";

	(void)state;
	assert_true(co_kube_is_certain(409, "", 0));
	assert_true(co_kube_is_certain(500, webhook, strlen(webhook)));
	assert_false(co_kube_is_certain(500, "{}", 2));
	assert_false(co_kube_is_certain(504, "failed calling webhook", 22));
}

/* ---- plugins and times */

#define ANSWER(version, status) "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" version "\",\"status\":{" status "}}"
#define V1 "client.authentication.k8s.io/v1"

static const struct {
	const char *text, *error; /* NULL: it is good */
} answers[] = {
	{ ANSWER(V1, "\"token\":\"t\""), NULL },
	{ ANSWER(V1, "\"clientCertificateData\":\"c\",\"clientKeyData\":\"k\",\"expirationTimestamp\":\"2026-01-01T00:00:00Z\""), NULL },
	{ "token", "printed no JSON" },
	{ "{}", "printed no ExecCredential" },
	{ ANSWER(V1 "beta1", "\"token\":\"t\""), "another apiVersion" },
	{ ANSWER(V1, ""), "neither a token nor a certificate" },
	{ ANSWER(V1, "\"token\":\"\""), "neither a token nor a certificate" },
	{ ANSWER(V1, "\"clientCertificateData\":\"c\""), "a certificate without its key" },
	{ ANSWER(V1, "\"token\":\"a\\nb\""), "a line end in it" },
	{ ANSWER(V1, "\"token\":\"t\",\"expirationTimestamp\":\"soon\""), "is no time" },
};

static void a_plugin_is_held_to_its_protocol(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(answers); i++) {
		struct co_kube_access access = { .context = co_xstrdup("c"), .server = co_xstrdup("https://s") };
		struct co_err err = CO_ERR_INIT;
		int rc;

		access.plugin = co_xcalloc(1, sizeof(*access.plugin));
		access.plugin->command = co_xstrdup("/p");
		access.plugin->api_version = co_xstrdup(V1);
		rc = co_kube_plugin_take(&access, answers[i].text, strlen(answers[i].text), &err);
		assert_int_equal(rc, answers[i].error ? CO_ERR_REMOTE : CO_OK);
		if (answers[i].error) {
			assert_string_equal(err.id, "plugin");
			unit_assert_contains(err.message, answers[i].error);
			assert_null(access.token);
		} else {
			assert_true(access.token || (access.certificate && access.key && access.expires));
		}
		co_shape_clear(&co_kube_access_shape, &access);
	}
}

static void times_have_fractions_and_offsets(void **state)
{
	(void)state;
	assert_int_equal(co_kube_time("1970-01-02T00:00:00Z"), 86400);
	assert_int_equal(co_kube_time("1970-01-02T00:00:00.123456Z"), 86400);
	assert_int_equal(co_kube_time("1970-01-02T02:30:00+02:30"), 86400);
	assert_int_equal(co_kube_time("1970-01-01T23:00:00.5-01:00"), 86400);
	assert_int_equal(co_kube_time("1970-01-02T00:00:00"), 0);
	assert_int_equal(co_kube_time("1970-01-02T00:00:00+1"), 0);
	assert_int_equal(co_kube_time("tomorrow, at about noon"), 0);
	assert_int_equal(co_kube_time(""), 0);
}

/* ---- after a crash: an object, a patch, whether it is in there */

static const struct {
	const char *object, *patch;
	int holds;
} patches[] = {
	{ "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"b\":1}}", 1 },
	{ "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2}}", 0 },
	{ "{\"a\":1}", "{\"b\":null}", 1 },
	{ "{\"a\":1}", "{\"a\":null}", 0 },
	{ "{\"c\":[{\"name\":\"x\",\"image\":\"1\",\"more\":2},{\"name\":\"y\"}]}", "{\"c\":[{\"name\":\"x\",\"image\":\"1\"}]}", 1 },
	{ "{\"c\":[{\"name\":\"x\",\"image\":\"2\"}]}", "{\"c\":[{\"name\":\"x\",\"image\":\"1\"}]}", 0 },
	{ "{\"c\":[1,2]}", "{\"c\":[1]}", 0 },
	{ "{\"c\":[]}", "{\"c\":[]}", 1 },
	{ "{\"c\":[1]}", "{\"c\":[]}", 0 },
	{ "{}", "{\"a\":{}}", 0 },
};

static void what_a_patch_says_is_found_again(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(patches); i++) {
		json_t *object = parsed(patches[i].object), *patch = parsed(patches[i].patch);

		if (co_kube_holds(object, patch) != patches[i].holds)
			fail_msg("%s in %s", patches[i].patch, patches[i].object);
		json_decref(object);
		json_decref(patch);
	}
}

/* ---- brief: a pod as a server gives it, of two containers; 5,000 must go into an output of 16 MiB */

#define CONTAINER(name)                                                                                                  \
	"{'name':'" name "','image':'registry.example.com/team/" name ":1.2.3','args':['--log','info'],'command':['/bin/x']," \
	"'env':[{'name':'A','value':'b'}],'envFrom':[{'configMapRef':{'name':'c'}}],'resources':{'requests':{'cpu':'100m',"  \
	"'memory':'128Mi'},'limits':{'memory':'256Mi'}},'ports':[{'name':'http','containerPort':8080,'protocol':'TCP'}],"    \
	"'readinessProbe':{'httpGet':{'path':'/ready','port':8080,'scheme':'HTTP'},'timeoutSeconds':1,'periodSeconds':10,"   \
	"'successThreshold':1,'failureThreshold':3},'livenessProbe':{'httpGet':{'path':'/live','port':8080,'scheme':'HTTP'}," \
	"'timeoutSeconds':1,'periodSeconds':10,'successThreshold':1,'failureThreshold':3},'volumeMounts':[{'name':'tmp',"    \
	"'mountPath':'/tmp'}],'terminationMessagePath':'/dev/termination-log','terminationMessagePolicy':'File',"            \
	"'imagePullPolicy':'IfNotPresent','securityContext':{'runAsNonRoot':true}}"
#define STATUS(name)                                                                                                     \
	"{'name':'" name "','state':{'running':{'startedAt':'2026-11-26T09:48:52Z'}},'lastState':{},'ready':true,"            \
	"'restartCount':0,'image':'registry.example.com/team/" name ":1.2.3','imageID':'registry.example.com/team/" name      \
	"@sha256:0123456789abcdef','containerID':'containerd://0123456789abcdef','started':true}"
#define CONDITION(type)                                                                                                  \
	"{'type':'" type "','status':'True','lastProbeTime':null,'lastTransitionTime':'2026-11-26T09:48:52Z'}"

static const char pod[] =
	"{'metadata':{'name':'web-00001-5644d7d69d-t56fm','generateName':'web-00001-5644d7d69d-','namespace':'shop','uid':"
	"'ef887adb-c9af-4f63-8a1d-7fe2f86fa68a','resourceVersion':'123456','creationTimestamp':'2026-11-26T09:49:28Z','labels':"
	"{'app':'web','pod-template-hash':'5644d7d69d'},'annotations':{'example.com/checksum':'0123456789abcdef'},"
	"'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web-00001-5644d7d69d','uid':'09ddd596','controller':"
	"true,'blockOwnerDeletion':true}]},'spec':{'volumes':[{'name':'tmp','emptyDir':{}},{'name':'kube-api-access','projected':"
	"{'sources':[{'serviceAccountToken':{'path':'token'}}]}}],'containers':[" CONTAINER("main") "," CONTAINER("side") "],"
	"'restartPolicy':'Always','dnsPolicy':'ClusterFirst','serviceAccountName':'default','serviceAccount':'default','nodeName':"
	"'n1','tolerations':[{'key':'x','operator':'Exists'}],'preemptionPolicy':'PreemptLowerPriority'},'status':{'phase':'Running',"
	"'conditions':[" CONDITION("Initialized") "," CONDITION("Ready") "," CONDITION("ContainersReady") "," CONDITION("PodScheduled")
	"],'hostIP':'10.0.0.1','podIP':'10.1.0.9','podIPs':[{'ip':'10.1.0.9'}],'startTime':'2026-11-26T09:49:28Z',"
	"'containerStatuses':[" STATUS("main") "," STATUS("side") "],'qosClass':'Burstable'},'kind':'Pod','apiVersion':'v1'}";

static void a_brief_pod_keeps_what_is_asked_about(void **state)
{
	static const char *const gone[] = { "annotations", "generateName", "\"args\"", "\"command\"", "\"env\"", "envFrom", "projected",
					    "tolerations", "lastProbeTime", "imageID", "containerID", "podIPs", "qosClass",
					    "terminationMessage", "blockOwnerDeletion" };
	static const char *const kept[] = { "\"name\":\"side\"", "readinessProbe", "livenessProbe", "resources", "runAsNonRoot", "volumeMounts",
					    "emptyDir", "kube-api-access", "restartCount", "lastTransitionTime", "pod-template-hash",
					    "\"controller\":true", "imagePullPolicy", "nodeName" };
	char *text = co_xstrdup(pod), *c, *shown;
	json_t *object;
	size_t i;

	(void)state;
	for (c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	object = parsed(text);
	co_kube_brief(object);
	shown = json_dumps(object, JSON_COMPACT);
	for (i = 0; i < CO_COUNT(gone); i++)
		if (strstr(shown, gone[i]))
			fail_msg("%s is there: %s", gone[i], shown);
	for (i = 0; i < CO_COUNT(kept); i++)
		unit_assert_contains(shown, kept[i]);
	assert_true(strlen(shown) * 5000 < 16 * 1024 * 1024);
	free(shown);
	json_decref(object);
	object = parsed("{\"metadata\":[1,{\"annotations\":2}],\"spec\":\"x\",\"status\":null}");
	co_kube_brief(object);
	assert_json(object, "{\"metadata\":[1,{}],\"spec\":\"x\",\"status\":null}");
	json_decref(object);
	free(text);
}

/* ---- rights: rules, verb, group, resource, name, whether they give it */

static const struct {
	const char *rule, *verb, *group, *resource, *name;
	int unnamed, gives;
} rules[] = {
	{ "'verbs':['list'],'apiGroups':[''],'resources':['pods']", "list", "", "pods", "", 0, 1 },
	{ "'verbs':['list'],'apiGroups':[''],'resources':['pods']", "get", "", "pods", "", 0, 0 },
	{ "'verbs':['list'],'apiGroups':['apps'],'resources':['pods']", "list", "", "pods", "", 0, 0 },
	{ "'verbs':['*'],'apiGroups':['*'],'resources':['*']", "delete", "x.y", "z/w", "n", 0, 1 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['pods']", "get", "", "pods/log", "", 0, 0 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['pods/*']", "get", "", "pods/log", "", 0, 0 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['*/log']", "get", "", "pods/log", "", 0, 1 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']", "get", "", "pods", "a", 0, 1 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']", "get", "", "pods", "b", 0, 0 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']", "get", "", "pods", "", 0, 0 },
	{ "'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['a']", "get", "", "pods", "", 1, 1 },
	{ "'verbs':'list','apiGroups':[1],'resources':{}", "list", "", "pods", "", 0, 0 },
};

static void rules_are_read_as_the_server_does(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(rules); i++) {
		char *text = co_xasprintf("{'resourceRules':[{%s}]}", rules[i].rule), *c;
		const struct co_kube_right right = {
			.verb = (char *)rules[i].verb, .group = (char *)rules[i].group, .resource = (char *)rules[i].resource,
			.namespace = (char *)"", .name = (char *)rules[i].name, .unnamed = rules[i].unnamed,
		};
		json_t *status;

		for (c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		status = parsed(text);
		if (co_kube_rules_give(status, &right) != rules[i].gives)
			fail_msg("%s: %s %s", rules[i].rule, rules[i].verb, rules[i].resource);
		json_decref(status);
		free(text);
	}
	assert_false(co_kube_rules_give(NULL, &(struct co_kube_right){ .verb = (char *)"get" }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_the_same_in_pieces_of_any_size),
		cmocka_unit_test(a_list_that_is_cut_short_is_none),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(no_more_is_kept_than_is_wanted),
		cmocka_unit_test(discovery_is_the_same_by_both_ways),
		cmocka_unit_test(what_was_kept_is_taken_over_or_nothing),
		cmocka_unit_test(a_name_leads_nowhere_else),
		cmocka_unit_test(a_refusal_is_told_with_its_reason),
		cmocka_unit_test(only_some_failures_are_certain),
		cmocka_unit_test(a_plugin_is_held_to_its_protocol),
		cmocka_unit_test(times_have_fractions_and_offsets),
		cmocka_unit_test(what_a_patch_says_is_found_again),
		cmocka_unit_test(a_brief_pod_keeps_what_is_asked_about),
		cmocka_unit_test(rules_are_read_as_the_server_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
