/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog.h"

#include "catalog/names.h"
#include "catalog/parameter.h"
#include "run/plan.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER "# comment\n#\n"
#define CPU "read cpu\tlist\t1100\tlocal:read:cpu\tinterval=duration:1s\tSample the CPUs\n"
#define DISK "read disk\tread\t50\tlocal:read:disk\t!path=path top=integer:10\tRead the space\n"
#define STOP "stop unit\twrite\t900\tlocal:stop:unit,local:x\t-\tStop a unit\n"

struct place {
	char dir[64];
	char file[96];
	struct co_catalog *catalog;
	struct co_operation found;
	struct co_err err;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->file, sizeof(p->file), "%s/test.ops", p->dir);
	p->catalog = co_catalog_new(p->dir);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	co_catalog_free(p->catalog);
	co_operation_clear(&p->found);
	unlink(p->file);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void put(const struct place *p, const char *text)
{
	FILE *f = fopen(p->file, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(p->file, 0644), 0);
}

static int find(struct place *p, const char *provider, const char *service, const char *operation)
{
	const char *const call[] = { provider, service, operation };

	p->err = (struct co_err)CO_ERR_INIT;
	co_operation_clear(&p->found);
	return co_catalog_find(p->catalog, call, &p->found, &p->err);
}

static void finds_what_is_there(void **state)
{
	struct place *p = *state;

	put(p, HEADER CPU DISK STOP);
	assert_int_equal(find(p, "test", "read", "cpu"), CO_OK);
	assert_int_equal(p->found.access, CO_ACCESS_LIST);
	assert_int_equal(p->found.ms, 1100);
	assert_string_equal(p->found.permissions, "local:read:cpu");
	assert_string_equal(p->found.parameters, "interval=duration:1s");
	assert_string_equal(p->found.sentence, "Sample the CPUs");
	assert_int_equal(find(p, "test", "read", "disk"), CO_OK);
	assert_int_equal(p->found.access, CO_ACCESS_READ);
	assert_int_equal(find(p, "test", "stop", "unit"), CO_OK);
	assert_int_equal(p->found.access, CO_ACCESS_WRITE);
	assert_string_equal(p->found.permissions, "local:stop:unit,local:x");
}

static void the_last_line_may_lack_its_newline(void **state)
{
	struct place *p = *state;

	put(p, "a b\tread\t1\t-\t-\tX");
	assert_int_equal(find(p, "test", "a", "b"), CO_OK);
	assert_string_equal(p->found.sentence, "X");
	assert_int_equal(find(p, "test", "a", "a"), CO_ERR_INPUT);
	assert_int_equal(find(p, "test", "a", "c"), CO_ERR_INPUT);
}

static void finds_each_of_many(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;
	char name[16];
	int i;

	for (i = 0; i < 3000; i++) /* lines of very different lengths */
		co_buf_addf(&text, "op x%04d\tread\t%d\t-\t-\t%*s\n", i * 2, i, i % 97 + 1, "s");
	put(p, co_buf_str(&text));
	co_buf_clear(&text);
	assert_int_equal(co_catalog_check(p->file, &p->err), CO_OK);
	for (i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "x%04d", i);
		assert_int_equal(find(p, "test", "op", name), i % 2 ? CO_ERR_INPUT : CO_OK);
		if (i % 2 == 0)
			assert_int_equal(p->found.ms, i / 2);
	}
}

static void unknown_is_named_with_what_is_near(void **state)
{
	struct place *p = *state;

	put(p, HEADER CPU DISK STOP);
	assert_int_equal(find(p, "test", "read", "cpus"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-operation");
	assert_string_equal(p->err.hint, "did you mean \"read cpu\"?");
	assert_int_equal(find(p, "test", "read", ""), CO_ERR_INPUT);
	assert_int_equal(find(p, "test", "read cpu\tlist", ""), CO_ERR_INPUT);
	assert_int_equal(find(p, "tset", "read", "cpu"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-provider");
	assert_non_null(strstr(p->err.hint, "test"));
	assert_int_equal(find(p, "../test", "read", "cpu"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-provider");
	assert_int_equal(find(p, "", "read", "cpu"), CO_ERR_INPUT);
}

static void an_empty_file_knows_nothing(void **state)
{
	struct place *p = *state;

	put(p, "");
	assert_int_equal(find(p, "test", "read", "cpu"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-operation");
	assert_int_equal(co_catalog_check(p->file, &p->err), CO_ERR_INPUT);
}

static void what_others_can_write_is_refused(void **state)
{
	struct place *p = *state;

	put(p, HEADER CPU);
	assert_int_equal(chmod(p->file, 0666), 0);
	assert_int_equal(find(p, "test", "read", "cpu"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "untrusted-file");
}

/* A file that is wrong, and the line that must be named. */
static const struct {
	const char *text;
	unsigned line;
} bad[] = {
	{ CPU "read disk\tread\t50\t-\t-\n", 2 },		   /* five fields */
	{ CPU "read disk\tread\t50\t-\t-\tX\tY\n", 2 },		   /* seven */
	{ CPU CPU, 2 },						   /* twice */
	{ DISK CPU, 2 },					   /* out of order */
	{ HEADER CPU "# late\n" DISK, 4 },			   /* comment too late */
	{ CPU "\n" DISK, 2 },					   /* empty line */
	{ "read disk\tlook\t50\t-\t-\tX\n", 1 },		   /* access */
	{ "read disk\tread\t5x\t-\t-\tX\n", 1 },		   /* milliseconds */
	{ "read disk\tread\t\t-\t-\tX\n", 1 },			   /* none */
	{ "read disk\tread\t1234567890\t-\t-\tX\n", 1 },	   /* too many */
	{ "disk\tread\t1\t-\t-\tX\n", 1 },			   /* one word */
	{ "read  disk\tread\t1\t-\t-\tX\n", 1 },		   /* two spaces */
	{ "read disk\tread\t1\t\t-\tX\n", 1 },			   /* empty permissions */
	{ "read disk\tread\t1\t-\t-\t\n", 1 },			   /* empty sentence */
	{ "read disk\tread\t1\t-\ta=integr\tX\n", 1 },		   /* type */
	{ "read disk\tread\t1\t-\ta=integer:x\tX\n", 1 },	   /* default */
	{ "read disk\tread\t1\t-\ta=port:0\tX\n", 1 },		   /* default out of range */
	{ "read disk\tread\t1\t-\ta=boolean:yes\tX\n", 1 },	   /* no boolean */
	{ "read disk\tread\t1\t-\ta=path:x\tX\n", 1 },		   /* no path */
	{ "read disk\tread\t1\t-\ta=integers:1,b\tX\n", 1 },	   /* no integer */
	{ "read disk\tread\t1\t-\t!a=integer:1\tX\n", 1 },	   /* required with default */
	{ "read disk\tread\t1\t-\ta=integer a=string\tX\n", 1 },   /* twice */
	{ "read disk\tread\t1\t-\tinteger\tX\n", 1 },		   /* no name */
	{ CPU "read disk\tread\t1\t-\t-\tX", 0 },		   /* cut short */
};

static void a_check_names_the_line(void **state)
{
	struct place *p = *state;
	size_t i;

	put(p, HEADER CPU DISK STOP);
	assert_int_equal(co_catalog_check(p->file, &p->err), CO_OK);
	for (i = 0; i < CO_COUNT(bad); i++) {
		p->err = (struct co_err)CO_ERR_INIT;
		put(p, bad[i].text);
		if (co_catalog_check(p->file, &p->err) != CO_ERR_INPUT)
			fail_msg("accepted: %s", bad[i].text);
		assert_string_equal(p->err.id, "bad-catalog");
		assert_string_equal(p->err.file, p->file);
		if (p->err.line != bad[i].line)
			fail_msg("line %u, not %u: %s", p->err.line, bad[i].line, p->err.message);
	}
}

static void a_directory_that_is_none_is_an_error(void **state)
{
	struct place *p = *state;
	struct co_catalog *missing = co_catalog_new("/nonexistent"), *file;

	put(p, HEADER CPU);
	file = co_catalog_new(p->file);
	assert_int_equal(co_catalog_open_all(missing, &p->err), CO_OK); /* nothing is known, and nothing is permitted */
	assert_int_equal(co_catalog_open_all(file, &p->err), CO_ERR_SYSTEM);
	assert_non_null(strstr(p->err.message, p->file));
	co_catalog_free(missing);
	co_catalog_free(file);
}

static void a_broken_line_is_no_operation(void **state)
{
	struct place *p = *state;

	put(p, CPU "read disk\tlook\t50\t-\t-\tX\n");
	assert_int_equal(find(p, "test", "read", "disk"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "bad-catalog");
	assert_int_equal(p->err.line, 2);
	assert_int_equal(find(p, "test", "read", "cpu"), CO_OK);
}

/* Parameters as given, what comes out (NULL: refused), and what the error names. */
static const struct {
	const char *given;
	const char *wanted;
	const char *path;
	const char *word;
} calls[] = {
	{ "{\"path\":\"/a\"}",
	  "{\"path\":\"/a\",\"n\":10,\"d\":\"1s\",\"b\":true,\"list\":[\"x\",\"y\"],\"ids\":[1,2]}", "", "" },
	{ "{\"b\":false,\"path\":\"/a/b\",\"n\":-3,\"p\":443,\"o\":{\"k\":1},\"list\":[],\"ids\":[]}",
	  "{\"path\":\"/a/b\",\"n\":-3,\"d\":\"1s\",\"b\":false,\"p\":443,\"list\":[],\"ids\":[],\"o\":{\"k\":1}}", "", "" },
	{ "{\"path\":\"${ .x }\",\"n\":\"${ .n }\",\"b\":\"${ .b }\",\"ids\":[\"${ .i }\",3],\"list\":[],\"d\":\"5m\"}",
	  "{\"path\":\"${ .x }\",\"n\":\"${ .n }\",\"d\":\"5m\",\"b\":\"${ .b }\",\"list\":[],\"ids\":[\"${ .i }\",3]}", "", "" },
	{ "{}", NULL, "", "\"path\" is missing" },
	{ "{\"path\":\"/a\",\"pth\":1}", NULL, "/pth", "did you mean \"path\"?" },
	{ "{\"path\":\"a\"}", NULL, "/path", "is of type path" },
	{ "{\"path\":\"/a/../b\"}", NULL, "/path", "is of type path" },
	{ "{\"path\":\"/..\"}", NULL, "/path", "is of type path" },
	{ "{\"path\":3}", NULL, "/path", "is of type path" },
	{ "{\"path\":\"/a\",\"n\":\"3\"}", NULL, "/n", "is of type integer" },
	{ "{\"path\":\"/a\",\"n\":1.5}", NULL, "/n", "is of type integer" },
	{ "{\"path\":\"/a\",\"p\":0}", NULL, "/p", "is of type port" },
	{ "{\"path\":\"/a\",\"p\":65536}", NULL, "/p", "is of type port" },
	{ "{\"path\":\"/a\",\"d\":\"soon\"}", NULL, "/d", "is of type duration" },
	{ "{\"path\":\"/a\",\"b\":\"true\"}", NULL, "/b", "is of type boolean" },
	{ "{\"path\":\"/a\",\"list\":\"x\"}", NULL, "/list", "is of type strings" },
	{ "{\"path\":\"/a\",\"list\":[\"x\",null]}", NULL, "/list", "is of type strings" },
	{ "{\"path\":\"/a\",\"ids\":[\"x\"]}", NULL, "/ids", "is of type integers" },
	{ "{\"path\":\"/a\",\"o\":[]}", NULL, "/o", "is of type object" },
	{ "{\"path\":\"/a\",\"pc\":101}", NULL, "/pc", "is of type percent" },
	{ "[]", NULL, "", "a list" },
};

static void checks_and_fills_parameters(void **state)
{
	static char column[] = "!path=path n=integer:10 d=duration:1s b=boolean:true p=port list=strings:x,y "
			       "ids=integers:1,2 o=object pc=percent";
	const struct co_operation operation = { .parameters = column };
	size_t i;

	(void)state;
	assert_int_equal(co_parameters_check(column, NULL), CO_OK);
	for (i = 0; i < CO_COUNT(calls); i++) {
		json_t *given = json_loads(calls[i].given, 0, NULL), *with = NULL;
		struct co_err err = CO_ERR_INIT;
		int rc = co_operation_check(&operation, given, &with, &err);
		struct co_buf text = CO_BUF_INIT;

		assert_non_null(given);
		if (calls[i].wanted) {
			assert_int_equal(rc, CO_OK);
			co_json_write(&text, with, CO_JSON_COMPACT);
			assert_string_equal(co_buf_str(&text), calls[i].wanted);
		} else {
			if (rc != CO_ERR_INPUT)
				fail_msg("accepted: %s", calls[i].given);
			co_err_format(&err, &text);
			assert_string_equal(err.path, calls[i].path);
			if (!strstr(co_buf_str(&text), calls[i].word))
				fail_msg("%s: %s", calls[i].given, co_buf_str(&text));
			assert_null(with);
		}
		co_buf_clear(&text);
		json_decref(given);
		json_decref(with);
	}
}

static void none_are_needed_where_none_are_required(void **state)
{
	static char column[] = "-";
	const struct co_operation operation = { .parameters = column };
	json_t *with = NULL;

	(void)state;
	assert_int_equal(co_operation_check(&operation, NULL, &with, NULL), CO_OK);
	assert_int_equal(json_object_size(with), 0);
	json_decref(with);
}

/* The catalogues that are shipped. */
static void shipped_files_are_right(void **state)
{
	struct place *p = *state;
	glob_t files;
	size_t i;

	if (glob("lib/catalog/*.ops", 0, NULL, &files) != 0)
		skip();
	for (i = 0; i < files.gl_pathc; i++)
		if (co_catalog_check(files.gl_pathv[i], &p->err) < 0)
			fail_msg("%s:%u: %s", files.gl_pathv[i], p->err.line, p->err.message);
	globfree(&files);
}

/* Every way to say it, and what it comes to (NULL: it is unknown). */
static const struct {
	const char *text, *canonical, *version;
} names[] = {
	{ "pods", "pods", "" },
	{ "po", "pods", "" },
	{ "Pod", "pods", "" },
	{ "pods/log", "pods/log", "" },
	{ "pods.v1.", "pods", "v1" },
	{ "deploy", "deployments.apps", "" },
	{ "Deployment", "deployments.apps", "" },
	{ "deployments.apps", "deployments.apps", "" },
	{ "deploy.apps", "deployments.apps", "" },
	{ "deployments.v1.apps", "deployments.apps", "v1" },
	{ "deployments.v1beta1.extensions", "deployments.extensions", "v1beta1" },
	{ "deployments/scale", "deployments.apps/scale", "" },
	{ "events.events.k8s.io", "events.events.k8s.io", "" },
	{ "pods.metrics.k8s.io", "pods.metrics.k8s.io", "" },
	{ "podmetrics", "pods.metrics.k8s.io", "" },
	{ "widgets.example.com", "widgets.example.com", "" },
	{ "widgets.v2alpha1.example.com", "widgets.example.com", "v2alpha1" },
	{ "widgets.v2.", "widgets", "v2" },
	{ "things.v1x.example.com", "things.v1x.example.com", "" },
	{ "podz", NULL, NULL },
	{ "", NULL, NULL },
	{ "pods.", NULL, NULL },
	{ ".apps", NULL, NULL },
	{ "pods..apps", NULL, NULL },
	{ "pods.apps.", NULL, NULL },
	{ "pods/", NULL, NULL },
	{ "pods/log/x", NULL, NULL },
	{ "pods?x=1", NULL, NULL },
	{ "../secrets.x", NULL, NULL },
	{ "a b.c", NULL, NULL },
	{ "*", NULL, NULL },
	{ "-a.b", NULL, NULL },
};

static void a_thing_has_one_canonical_name(void **state)
{
	struct co_map map;
	size_t i;

	(void)state;
	if (co_file_map("lib/catalog/kubernetes.names", 0, &map, NULL) < 0)
		skip();
	assert_int_equal(co_names_check("lib/catalog/kubernetes.names", NULL), CO_OK);
	for (i = 0; i < CO_COUNT(names); i++) {
		struct co_buf text = CO_BUF_INIT;
		struct co_name name;
		int rc = co_name_parse(&name, &map, names[i].text);

		if (rc != (names[i].canonical ? 0 : -1))
			fail_msg("\"%s\": %d", names[i].text, rc);
		if (rc < 0)
			continue;
		co_name_write(&name, &text);
		assert_string_equal(co_buf_str(&text), names[i].canonical);
		assert_string_equal(name.version, names[i].version);
		co_buf_clear(&text);
		co_name_clear(&name);
	}
	co_file_unmap(&map);
}

/* Calls of the shipped catalogue: access level 0 is unknown. */
static const struct {
	const char *verb, *name;
	int access;
	const char *permissions;
} named[] = {
	{ "list", "deploy", CO_ACCESS_LIST, "kubernetes:list:deployments.apps" },
	{ "list", "widgets.example.com", CO_ACCESS_LIST, "kubernetes:list:widgets.example.com" },
	{ "get", "pods", CO_ACCESS_READ, "kubernetes:get:pods" },
	{ "get", "Secret", CO_ACCESS_LIST, "kubernetes:get:secrets" },
	{ "get", "secrets.v1.", CO_ACCESS_LIST, "kubernetes:get:secrets" },
	{ "reveal", "secrets", CO_ACCESS_SECRET, "kubernetes:get:secrets" },
	{ "reveal", "pods", 0, NULL },
	{ "patch", "deployments/scale", CO_ACCESS_WRITE,
	  "kubernetes:get:deployments.apps/scale,kubernetes:patch:deployments.apps/scale" },
	{ "patch", "clusterrole", CO_ACCESS_PERMISSIONS,
	  "kubernetes:get:clusterroles.rbac.authorization.k8s.io,kubernetes:patch:clusterroles.rbac.authorization.k8s.io" },
	{ "patch", "ClusterRole.v1.rbac.authorization.k8s.io", CO_ACCESS_PERMISSIONS,
	  "kubernetes:get:clusterroles.rbac.authorization.k8s.io,kubernetes:patch:clusterroles.rbac.authorization.k8s.io" },
	{ "create", "rolebindings.rbac.authorization.k8s.io", CO_ACCESS_PERMISSIONS,
	  "kubernetes:create:rolebindings.rbac.authorization.k8s.io" },
	{ "label", "pods", CO_ACCESS_TAGGING, "kubernetes:get:pods,kubernetes:patch:pods" },
	{ "create", "pods/exec", 0, NULL },
	{ "get", "nodes/proxy", 0, NULL },
	{ "create", "serviceaccounts/token", 0, NULL },
	{ "list", "podz", 0, NULL },
	{ "list", "*", 0, NULL },
	{ "frob", "pods", 0, NULL },
};

static void names_do_not_change_what_a_call_may_do(void **state)
{
	struct place *p = *state;
	struct co_catalog *catalog = co_catalog_new("lib/catalog");
	size_t i;

	if (access("lib/catalog/kubernetes.ops", R_OK) < 0)
		skip();
	assert_int_equal(chmod("lib/catalog/kubernetes.ops", 0644) | chmod("lib/catalog/kubernetes.names", 0644), 0);
	for (i = 0; i < CO_COUNT(named); i++) {
		const char *const call[] = { "kubernetes", named[i].verb, named[i].name };
		int rc = co_catalog_find(catalog, call, &p->found, &p->err);

		if (rc != (named[i].access ? CO_OK : CO_ERR_INPUT))
			fail_msg("%s %s: %d %s", call[1], call[2], rc, p->err.message);
		if (rc < 0)
			continue;
		assert_int_equal(p->found.access, named[i].access);
		assert_string_equal(p->found.permissions, named[i].permissions);
		assert_null(strchr(p->found.sentence, '*'));
		co_operation_clear(&p->found);
	}
	co_catalog_free(catalog);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_is_there),
		TEST(the_last_line_may_lack_its_newline),
		TEST(finds_each_of_many),
		TEST(unknown_is_named_with_what_is_near),
		TEST(an_empty_file_knows_nothing),
		TEST(what_others_can_write_is_refused),
		TEST(a_check_names_the_line),
		TEST(a_directory_that_is_none_is_an_error),
		TEST(a_broken_line_is_no_operation),
		TEST(checks_and_fills_parameters),
		TEST(none_are_needed_where_none_are_required),
		TEST(shipped_files_are_right),
		TEST(a_thing_has_one_canonical_name),
		TEST(names_do_not_change_what_a_call_may_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
