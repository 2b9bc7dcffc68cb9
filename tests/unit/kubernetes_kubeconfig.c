/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/kubeconfig.h"
#include "provider/kubernetes/proxy.h"

#include "unit.h"

#include <sys/stat.h>

/* PEM in base64, as kubeconfigs hold it. */
#define PEM "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="
#define PEM_TEXT "-----BEGIN CERTIFICATE-----\n"

static struct co_kubeconfig *config;
static struct co_kube_access got;
static struct co_err err;

static int setup(void **state)
{
	(void)state;
	config = co_kubeconfig_new();
	got = (struct co_kube_access){ .context = NULL };
	err = (struct co_err)CO_ERR_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	co_shape_clear(&co_kube_access_shape, &got);
	co_kubeconfig_free(config);
	return 0;
}

static void add(const char *path, const char *text)
{
	if (co_kubeconfig_add(config, path, text, strlen(text), &err) < 0)
		fail_msg("%s", unit_error(&err));
}

static void take(const char *context)
{
	co_shape_clear(&co_kube_access_shape, &got);
	if (co_kubeconfig_access(config, context, &got, &err) < 0)
		fail_msg("%s", unit_error(&err));
}

static const char plain[] = "apiVersion: v1\n"
			    "kind: Config\n"
			    "current-context: dev\n"
			    "preferences: {}\n"
			    "clusters:\n"
			    "- name: one\n"
			    "  cluster:\n"
			    "    server: https://one.example:6443/\n"
			    "    certificate-authority: pki/ca.crt\n"
			    "    tls-server-name: kubernetes\n"
			    "    proxy-url: http://proxy.example:3128\n"
			    "users:\n"
			    "- name: me\n"
			    "  user:\n"
			    "    client-certificate-data: " PEM "\n"
			    "    client-key: /keys/me.key\n"
			    "    as: root\n"
			    "    as-uid: u1\n"
			    "    as-groups: [a, b]\n"
			    "    as-user-extra: {scopes: [view]}\n"
			    "contexts:\n"
			    "- name: dev\n"
			    "  context: {cluster: one, user: me, namespace: web}\n"
			    "- name: anonymous\n"
			    "  context: {cluster: one}\n";

static void a_context_is_resolved(void **state)
{
	(void)state;
	add("/home/me/.kube/config", plain);
	take(NULL);
	assert_string_equal(got.context, "dev");
	assert_string_equal(got.namespace, "web");
	assert_string_equal(got.server, "https://one.example:6443");
	assert_string_equal(got.ca_file, "/home/me/.kube/pki/ca.crt");
	assert_string_equal(got.server_name, "kubernetes");
	assert_string_equal(got.proxy, "http://proxy.example:3128");
	assert_string_equal(got.certificate, PEM_TEXT);
	assert_string_equal(got.key_file, "/keys/me.key");
	assert_string_equal(got.as, "root");
	assert_string_equal(got.as_uid, "u1");
	assert_int_equal(got.as_groups.count, 2);
	assert_string_equal(co_json_str(got.as_extra, "x") ? "" : "none", "none");
	assert_int_equal(got.warnings.count, 0);
	take("anonymous");
	assert_null(got.certificate);
	assert_null(got.namespace);
}

static void it_survives_the_way_to_another_process(void **state)
{
	struct co_kube_access again = { .context = NULL };
	json_t *value;

	(void)state;
	add("/k", plain);
	take("dev");
	value = co_shape_encode(&co_kube_access_shape, &got);
	assert_int_equal(co_shape_decode(&co_kube_access_shape, value, &again, &err), CO_OK);
	assert_string_equal(again.certificate, PEM_TEXT);
	assert_string_equal(json_string_value(json_array_get(json_object_get(again.as_extra, "scopes"), 0)), "view");
	co_shape_clear(&co_kube_access_shape, &again);
	json_decref(value);
}

static void the_first_entry_counts_whole(void **state)
{
	size_t count;
	const char **names;

	(void)state;
	add("/a", "contexts: [{name: x, context: {cluster: c, user: u}}]\n"
		  "clusters: [{name: c, cluster: {server: 'https://first', insecure-skip-tls-verify: true}}]\n");
	add("/b", "current-context: y\n"
		  "contexts: [{name: x, context: {cluster: other}}, {name: y, context: {cluster: c}}]\n"
		  "clusters: [{name: c, cluster: {server: 'https://second', proxy-url: 'http://p'}}]\n"
		  "users: [{name: u, user: {token: secret}}]\n");
	assert_string_equal(co_kubeconfig_current(config), "y");
	take("x");
	assert_string_equal(got.server, "https://first");
	assert_null(got.proxy);
	assert_string_equal(got.token, "secret");
	assert_int_equal(got.insecure, 1);
	assert_int_equal(got.warnings.count, 1);
	unit_assert_contains(got.warnings.items[0], "\"/a\"");
	names = co_kubeconfig_contexts(config, &count);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "x");
	assert_string_equal(names[1], "y");
	free(names);
}

static void a_plugin_is_read_whole(void **state)
{
	(void)state;
	add("/d/k",
	    "contexts: [{name: x, context: {cluster: c, user: u}}]\n"
	    "clusters:\n- name: c\n  cluster:\n    server: https://s\n    extensions:\n"
	    "    - name: client.authentication.k8s.io/exec\n      extension: {audience: a}\n"
	    "users:\n- name: u\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n"
	    "      command: bin/get\n      args: [token, '--x']\n      env: [{name: A, value: b}]\n"
	    "      provideClusterInfo: true\n      interactiveMode: IfAvailable\n      installHint: get it\n");
	take("x");
	assert_string_equal(got.plugin->command, "/d/bin/get");
	assert_int_equal(got.plugin->args.count, 2);
	assert_string_equal(got.plugin->env.items[0].value, "b");
	assert_int_equal(got.plugin->wants_cluster, 1);
	assert_string_equal(co_json_str(got.plugin->config, "audience"), "a");
	assert_string_equal(got.plugin->install_hint, "get it");
}

/* Of one user, cluster and context with what is under test in them. */
#define FILE_OF(cluster, user)                                        \
	"contexts: [{name: x, context: {cluster: c, user: u}}]\n"     \
	"clusters:\n- name: c\n  cluster: {" cluster "}\n"            \
	"users:\n- name: u\n  user: {" user "}\n"
#define CLUSTER(c) FILE_OF(c, "")
#define USER(u) FILE_OF("server: 'https://s'", u)
#define EXEC(e) USER("exec: {" e "}")
#define V1 "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never"

/* Everything that can be broken, and what is said of it. */
static const struct {
	const char *text, *error;
} broken[] = {
	{ "a: [", "/k:2:1: " },
	{ "- 1\n", "/k:1:1: a kubeconfig is a mapping" },
	{ "kind: Pod\n", "/k:1:1: this is no kubeconfig: its kind is not Config" },
	{ "current-context: 7\n", "/k:1:1: the name of a context is a string" },
	{ "users: 7\n", "/k:1:1: this must be a list" },
	{ "users:\n- user: {}\n", "/k:2:3: an entry needs a name" },
	{ "users:\n- name: u\n  user: 5\n", "/k:2:3: an entry holds an object" },
	{ "clusters: []\n", "there is no context \"x\" in the kubeconfig" },
	{ "contexts: [{name: xx}]\n", "there is no context \"x\" in the kubeconfig; did you mean \"xx\"?" },
	{ "contexts: [{name: x}]\n", "context \"x\": it names no cluster" },
	{ "contexts: [{name: x, context: {cluster: 4}}]\n", "/k:1:32: context \"x\": this must be a string" },
	{ "contexts: [{name: x, context: {cluster: q}}]\n", "/k:1:32: context \"x\": there is no such cluster" },
	{ "contexts: [{name: x, context: {cluster: c, user: q}}]\nclusters: [{name: c}]\n", "there is no such user" },
	{ CLUSTER(""), "/k:4:3: cluster \"c\": there is no server" },
	{ CLUSTER("server: 10.0.0.1"), "/k:4:13: cluster \"c\": this is no URL: it begins with https://" },
	{ CLUSTER("server: 'ftp://x'"), "this is no URL of a server" },
	{ CLUSTER("server: 'https://u:p@x'"), "this is no URL of a server" },
	{ CLUSTER("server: 'https://s/?x'"), "the URL of a server has no query" },
	{ CLUSTER("server: 'http://10.0.0.1'"), "only this host is reached by http" },
	{ CLUSTER("server: 'https://s', insecure-skip-tls-verify: 'yes'"), "this must be true or false" },
	{ CLUSTER("server: 'https://s', insecure-skip-tls-verify: true, certificate-authority: x"),
	  "a certificate authority is given too" },
	{ CLUSTER("server: 'https://s', certificate-authority-data: '%%%'"), "/k:4:34: cluster \"c\": this is not base64" },
	{ CLUSTER("server: 'https://s', certificate-authority-data: Zm9v"), "this is base64, but not of PEM" },
	{ USER("token: 12345"), "/k:7:10: user \"u\": this must be a string; put it in quotes" },
	{ USER("client-certificate: x"), "there is a client certificate, but no client key" },
	{ USER("client-key: x"), "there is a client key, but no client certificate" },
	{ USER("username: x"), "username and password belong together" },
	{ USER("auth-provider: {name: gcp}"), "use the cloud's exec plugin instead" },
	{ USER("as-groups: [x]"), "\"as\" is missing" },
	{ USER("as: x, as-groups: [7]"), "this must be a list of strings" },
	{ USER("as: x, as-user-extra: {a: b}"), "each value must be a list of strings" },
	{ USER("exec: 1"), "user \"u\": this must be a mapping" },
	{ EXEC("command: x"), "apiVersion is not client.authentication.k8s.io/v1 or /v1beta1" },
	{ EXEC("apiVersion: client.authentication.k8s.io/v1alpha1, command: x"), "bring the plugin up to date" },
	{ EXEC("apiVersion: client.authentication.k8s.io/v1, command: x"), "interactiveMode is missing" },
	{ EXEC("apiVersion: client.authentication.k8s.io/v1beta1, interactiveMode: Always, command: x"),
	  "a plugin that always asks questions cannot be run here" },
	{ EXEC(V1), "there is no command" },
	{ EXEC(V1 ", command: x, args: [1]"), "this must be a list of strings" },
	{ EXEC(V1 ", command: x, env: [{value: v}]"), "each has a name and a value" },
	{ USER("token: t, exec: {" V1 ", command: x}"), "there is a plugin and another credential" },
};

static void what_is_broken_is_said_with_its_place(void **state)
{
	size_t i;

	for (i = 0; i < CO_COUNT(broken); i++) {
		const char *text = broken[i].text;
		int rc;

		teardown(state);
		setup(state);
		rc = co_kubeconfig_add(config, "/k", text, strlen(text), &err);
		if (rc == CO_OK)
			rc = co_kubeconfig_access(config, "x", &got, &err);
		assert_int_equal(rc, CO_ERR_INPUT);
		assert_null(got.context);
		unit_assert_contains(unit_error(&err), broken[i].error);
	}
}

static void a_broken_entry_hurts_no_other_context(void **state)
{
	(void)state;
	add("/k", "contexts: [{name: x, context: {cluster: c}}, {name: y, context: {cluster: d}}]\n"
		  "clusters: [{name: c, cluster: {server: 7}}, {name: d, cluster: {server: 'https://d'}}]\n");
	assert_int_equal(co_kubeconfig_access(config, "x", &got, &err), CO_ERR_INPUT);
	take("y");
	assert_string_equal(got.server, "https://d");
}

static void put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static void files_of_a_list_are_loaded(void **state)
{
	char directory[] = "/tmp/cloudops-unit.XXXXXX", path[64], list[256];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/k", directory);
	snprintf(list, sizeof(list), "%s/none::%s", directory, path);
	assert_int_equal(co_kubeconfig_load(config, list, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "no-kubeconfig");
	put(path, plain, 0600);
	assert_int_equal(co_kubeconfig_load(config, list, &err), CO_OK);
	take(NULL);
	put(path, plain, 0666);
	assert_int_equal(co_kubeconfig_load(config, list, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "untrusted-file");
	unlink(path);
	rmdir(directory);
}

/* ---- the proxy of the environment: as kubectl 1.32 with the same variables */

static const struct {
	const char *https, *none, *server, *proxy;
} proxies[] = {
	{ "p:1", NULL, "https://a.b.c", "http://p:1" },
	{ "socks5://p:1", NULL, "https://a.b.c", "socks5://p:1" },
	{ NULL, NULL, "https://a.b.c", NULL },
	{ "p:1", NULL, "http://a.b.c", NULL },
	{ "p:1", "*", "https://a.b.c", NULL },
	{ "p:1", "c", "https://a.b.c", NULL },
	{ "p:1", ".c", "https://a.b.c", NULL },
	{ "p:1", "b.c", "https://a.b.c", NULL },
	{ "p:1", "*.b.c", "https://a.b.c", NULL },
	{ "p:1", "a.b.c", "https://a.b.c", NULL },
	{ "p:1", "A.B.C", "https://a.b.c", NULL },
	{ "p:1", ".a.b.c", "https://a.b.c", "http://p:1" },
	{ "p:1", "*.a.b.c", "https://a.b.c", "http://p:1" },
	{ "p:1", "xa.b.c", "https://a.b.c", "http://p:1" },
	{ "p:1", "b", "https://a.bb", "http://p:1" },
	{ "p:1", "x, y , a.b.c:443", "https://a.b.c", NULL },
	{ "p:1", "a.b.c:444", "https://a.b.c", "http://p:1" },
	{ "p:1", "10.0.0.0/8", "https://10.1.2.3:6443", NULL },
	{ "p:1", "10.0.0.0/15", "https://10.1.2.3:6443", NULL },
	{ "p:1", "10.0.0.0/16", "https://10.1.2.3:6443", "http://p:1" },
	{ "p:1", "10.0.0.0/33,10.0.0/8,/8,10.1.2.3/", "https://10.1.2.3:6443", "http://p:1" },
	{ "p:1", "10.1.2.3", "https://10.1.2.3:6443", NULL },
	{ "p:1", "10.1.2.3:6443", "https://10.1.2.3:6443", NULL },
	{ "p:1", "10.1.2.3:6444", "https://10.1.2.3:6443", "http://p:1" },
	{ "p:1", "2001:db8::1", "https://[2001:db8::1]:6443", NULL },
	{ "p:1", "[2001:db8::1]:6443", "https://[2001:db8::1]:6443", NULL },
	{ "p:1", "2001:db8::/32", "https://[2001:db8::1]:6443", NULL },
	{ "p:1", "2001:db9::/32", "https://[2001:db8::1]:6443", "http://p:1" },
	{ "p:1", ",. ,.,]:,[:1", "https://a.b.c", "http://p:1" },
	{ "p:1", NULL, "https://127.0.0.1:6443", NULL },
	{ "p:1", NULL, "https://localhost", NULL },
	{ "p:1", NULL, "nonsense", NULL },
};

static void the_environment_says_a_proxy(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(proxies); i++) {
		char *https = co_xasprintf("HTTPS_PROXY=%s", proxies[i].https ? proxies[i].https : "");
		char *none = co_xasprintf("no_proxy=%s", proxies[i].none ? proxies[i].none : "");
		const char *const environment[] = { "HTTPS_PROXYX=q", https, none, NULL };
		char *proxy = co_kube_proxy_of(environment, proxies[i].server);

		if (strcmp(proxy ? proxy : "", proxies[i].proxy ? proxies[i].proxy : "") != 0)
			fail_msg("%s with %s: %s", proxies[i].server, none, proxy ? proxy : "none");
		free(proxy);
		free(https);
		free(none);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_context_is_resolved, setup, teardown),
		cmocka_unit_test_setup_teardown(it_survives_the_way_to_another_process, setup, teardown),
		cmocka_unit_test_setup_teardown(the_first_entry_counts_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(a_plugin_is_read_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_broken_is_said_with_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broken_entry_hurts_no_other_context, setup, teardown),
		cmocka_unit_test_setup_teardown(files_of_a_list_are_loaded, setup, teardown),
		cmocka_unit_test(the_environment_says_a_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
