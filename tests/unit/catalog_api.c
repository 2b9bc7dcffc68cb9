/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/api.h"

#include "run/plan.h"
#include "unit.h"

#include <sys/stat.h>

#define HEAD                                                                                      \
	"service toy\nid Toy\ntitle The Toy\nprotocol rest-xml\nversion 2020-01-01\nendpoint toys\n" \
	"signing toy\nsignature v4\niam toy\nfuture thing\nthrottle TooFast Slow\n\n"
#define OPERATIONS                                                                                       \
	"GetBox\tread\tmethod=GET\turi=/box/{Id}\tin=0\tout=1,xmlns=urn:x\tnew=thing\tdoc=Gives a box = thing.\n" \
	"ListBoxes\tlist\tiam=toy:ListBox,toy:See\tpage.in=A,B\tpage.out=C.D\tpage.more=E\tpage.limit=F\n"
#define SHAPES                                                                                   \
	"0\tstruct\t!Id:str,at=uri,secret,context=Bucket\tWhen:time,time=http,at=header,wire=X-When\n" \
	"1\tstruct,union\tInside:2,wire,flat\tSelf:1\tTags:3,new\n"                              \
	"2\tlist\t:1,wire=item\n"                                                               \
	"3\tmap\t:str,wire=k\t:any\n"

/* An index of one file around its text, on disk; opened. */
struct place {
	char path[64];
	struct co_apis *apis;
	struct co_api *api;
	struct co_api_operation *operation;
	struct co_err err;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));
	int fd;

	strcpy(p->path, "/tmp/cloudops-unit.XXXXXX");
	fd = mkstemp(p->path);
	assert_true(fd >= 0);
	close(fd);
	*state = p;
	return 0;
}

static void forget(struct place *p)
{
	co_api_operation_free(p->operation);
	co_api_free(p->api);
	co_apis_free(p->apis);
	p->operation = NULL;
	p->api = NULL;
	p->apis = NULL;
	p->err = (struct co_err)CO_ERR_INIT;
}

static int teardown(void **state)
{
	struct place *p = *state;

	forget(p);
	unlink(p->path);
	free(p);
	return 0;
}

static void put_text(struct place *p, const char *text)
{
	FILE *f = fopen(p->path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	forget(p);
}

static int put(struct place *p, const char *index, const char *text)
{
	FILE *f = fopen(p->path, "w");

	assert_non_null(f);
	fprintf(f, "%zu\n%s%s", strlen(index), index, text);
	fclose(f);
	forget(p);
	return co_apis_open(&p->apis, p->path, &p->err);
}

static int put_toy(struct place *p, const char *text)
{
	char index[64];

	snprintf(index, sizeof(index), "toy.api 0 %zu\n", strlen(text));
	return put(p, index, text);
}

static int find(struct place *p, const char *text, const char *name)
{
	int rc = put_toy(p, text);

	if (rc == CO_OK)
		rc = co_api_find(p->apis, "toy", &p->api, &p->err);
	if (rc == CO_OK)
		rc = co_api_operation(p->api, name, CO_API_INPUT | CO_API_OUTPUT, &p->operation, &p->err);
	return rc;
}

static void reads_a_service(void **state)
{
	struct place *p = *state;
	const struct co_api_operation *o;

	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "GetBox"), CO_OK);
	assert_string_equal(p->api->service, "toy");
	assert_string_equal(p->api->title, "The Toy");
	assert_int_equal(p->api->protocol, CO_API_REST_XML);
	assert_string_equal(p->api->throttle, "TooFast Slow");
	assert_string_equal(p->api->retry, "");
	assert_null(p->api->target);
	assert_false(p->api->query_compatible);
	o = p->operation;
	assert_int_equal(o->access, CO_ACCESS_READ);
	assert_string_equal(o->method, "GET");
	assert_string_equal(o->uri, "/box/{Id}");
	assert_string_equal(o->doc, "Gives a box = thing.");
	assert_int_equal(o->status, 200);
	assert_null(o->iam);
	assert_string_equal(o->output.xmlns, "urn:x");
	assert_int_equal(o->pages.input_token.count, 0);
}

static void reads_shapes(void **state)
{
	struct place *p = *state;
	const struct co_api_shape *in, *out;
	const struct co_api_member *m;

	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "GetBox"), CO_OK);
	in = p->operation->input.shape;
	out = p->operation->output.shape;
	assert_int_equal(in->count, 2);
	m = co_api_member(in, "Id");
	assert_int_equal(m->flags, CO_API_REQUIRED | CO_API_SECRET);
	assert_int_equal(m->place, CO_API_IN_URI);
	assert_string_equal(m->context, "Bucket");
	assert_null(m->wire);
	m = co_api_member(in, "When");
	assert_int_equal(m->shape->type, CO_API_TIMESTAMP);
	assert_int_equal(m->time, CO_API_TIME_HTTP);
	assert_string_equal(m->wire, "X-When");
	assert_null(co_api_member(in, "id"));

	assert_true(out->is_union);
	assert_ptr_equal(co_api_member(out, "Self")->shape, out);
	m = co_api_member(out, "Inside");
	assert_string_equal(m->wire, "inside");
	assert_int_equal(m->flags, CO_API_FLAT);
	assert_int_equal(m->shape->type, CO_API_LIST);
	assert_ptr_equal(m->shape->members[0].shape, out);
	assert_string_equal(m->shape->members[0].wire, "item");
	m = co_api_member(out, "Tags");
	assert_string_equal(m->shape->members[0].wire, "k");
	assert_int_equal(m->shape->members[1].shape->type, CO_API_ANY);
}

static void reads_pages(void **state)
{
	struct place *p = *state;
	const struct co_api_pages *pages;

	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "ListBoxes"), CO_OK);
	pages = &p->operation->pages;
	assert_int_equal(pages->input_token.count, 2);
	assert_string_equal(pages->input_token.items[1], "B");
	assert_string_equal(pages->output_token.items[0], "C.D");
	assert_string_equal(pages->more_results, "E");
	assert_string_equal(pages->limit_key, "F");
	assert_string_equal(p->operation->iam, "toy:ListBox,toy:See");
	assert_null(p->operation->input.shape);
	assert_int_equal(p->operation->access, CO_ACCESS_LIST);
}

static void reads_only_what_is_wanted(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "ListBoxes"), CO_OK);
	co_api_operation_free(p->operation);
	assert_int_equal(co_api_operation(p->api, "GetBox", CO_API_INPUT, &p->operation, NULL), CO_OK);
	assert_non_null(p->operation->input.shape);
	assert_null(p->operation->output.shape);
}

static void unknown_is_named_with_what_is_near(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "GetBoks"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-operation");
	assert_string_equal(p->err.hint, "did you mean \"GetBox\"?");
	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "list-boxes"), CO_ERR_INPUT);
	assert_string_equal(p->err.hint, "it is written \"ListBoxes\" here");
	assert_int_equal(find(p, HEAD OPERATIONS SHAPES, "0"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-operation");
	forget(p);
	assert_int_equal(put_toy(p, HEAD OPERATIONS SHAPES), CO_OK);
	assert_int_equal(co_api_find(p->apis, "Toy", &p->api, &p->err), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-service");
	assert_string_equal(p->err.hint, "it is written \"toy\" here");
	assert_int_equal(co_api_find(p->apis, "", &p->api, &p->err), CO_ERR_INPUT);
}

static void hostile_files_are_errors(void **state)
{
	static const struct {
		const char *shapes;
		const char *why;
	} cases[] = {
		{ "", "shape 0: is not there" },
		{ "0\tstruct\tA:1\n", "shape 1: is not there" },
		{ "0\tstruct\tA:999999999\n", "shape 0: a shape's number is too large" },
		{ "0\tstruct\tA:9999999999\n", "shape 0: unknown type" },
		{ "0\tstruct\tA\n", "shape 0: a member is NAME:TYPE" },
		{ "0\tstruct\tA:\n", "shape 0: unknown type" },
		{ "0\tstruct\t\n", "shape 0: a member is NAME:TYPE" },
		{ "0\tlist\n", "shape 0: not a struct" },
		{ "0\tlist\t:str\t:str\n", "shape 0: not a struct" },
		{ "0\tmap\t:str\n", "shape 0: not a struct" },
		{ "0\ttree\t:str\n", "shape 0: not a struct" },
		{ "0\n", "shape 0: no members" },
		{ "0\tstruct\tA:str,at=moon\n", "shape 0: unknown place" },
		{ "0\tstruct\tA:str,time=tea\n", "shape 0: unknown form of time" },
		{ "00\tstruct\n", "" },
		{ "0\tstruct\tA:str,,,wire=,wire,\n", "" },
	};
	struct place *p = *state;
	char text[1024];
	size_t i;

	for (i = 0; i < CO_COUNT(cases); i++) {
		int rc;

		snprintf(text, sizeof(text), "%sOp\tread\tin=0\n%s", HEAD, cases[i].shapes);
		rc = find(p, text, "Op");
		if (!*cases[i].why) {
			assert_int_equal(rc, CO_OK);
			continue;
		}
		assert_int_equal(rc, CO_ERR_INPUT);
		assert_string_equal(p->err.id, "bad-catalog");
		unit_assert_contains(unit_error(&p->err), cases[i].why);
		unit_assert_contains(unit_error(&p->err), p->path);
	}
	assert_int_equal(find(p, HEAD "Op\tsome\tin=0\n0\tstruct\n", "Op"), CO_ERR_INPUT);
	assert_int_equal(find(p, HEAD "Op\n", "Op"), CO_ERR_INPUT);
	assert_int_equal(find(p, HEAD "Op\tread\tstatus=x\n", "Op"), CO_ERR_INPUT);
	assert_int_equal(find(p, "service toy\n\nOp\tread\n", "Op"), CO_ERR_INPUT);
	unit_assert_contains(unit_error(&p->err), "toy.api, the head: incomplete");
}

static void a_bad_index_is_an_error(void **state)
{
	static const char *const bad[] = {
		"toy.api 0 9999999\n", "toy.api 9999999 1\n", "toy.api 1 -1\n", "toy.api 0\n", "toy.api\n", "toy.api 0 1 2\n",
		"toy.api 999999999999 1\n", "\n",
	};
	static const char *const lengths[] = { "", "\n", "x\n", "-1\n", "12\ntoy.api 0 1", "99999999999\n" };
	struct place *p = *state;
	struct co_piece text;
	size_t i;

	for (i = 0; i < CO_COUNT(lengths); i++) {
		put_text(p, lengths[i]);
		assert_int_equal(co_apis_open(&p->apis, p->path, &p->err), CO_ERR_INPUT);
		assert_string_equal(p->err.id, "bad-catalog");
	}
	for (i = 0; i < CO_COUNT(bad); i++) {
		assert_int_equal(put(p, bad[i], HEAD OPERATIONS SHAPES), CO_OK);
		assert_false(co_apis_file(p->apis, "toy.api", &text));
	}
	assert_int_equal(put_toy(p, HEAD), CO_OK);
	assert_int_equal(chmod(p->path, 0666), 0);
	forget(p);
	assert_int_equal(co_apis_open(&p->apis, p->path, &p->err), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "untrusted-file");
}

/* What is shipped: every operation of every service is read, with all its shapes. */
struct tally {
	struct place *place;
	size_t services, operations, inputs, outputs, paged;
};

static void count_operation(void *context, struct co_piece name)
{
	struct tally *tally = context;
	struct place *p = tally->place;
	char *word = co_xmemdup(name.at, name.len);

	if (co_api_operation(p->api, word, CO_API_INPUT | CO_API_OUTPUT, &p->operation, &p->err) < 0)
		fail_msg("%s", unit_error(&p->err));
	assert_string_equal(p->operation->name, word);
	tally->operations++;
	tally->inputs += p->operation->input.shape != NULL;
	tally->outputs += p->operation->output.shape != NULL;
	tally->paged += p->operation->pages.input_token.count > 0;
	co_api_operation_free(p->operation);
	p->operation = NULL;
	free(word);
}

static void count_service(void *context, struct co_piece name)
{
	struct tally *tally = context;
	struct place *p = tally->place;
	char *word = co_xmemdup(name.at, name.len);

	tally->services++;
	if (co_api_find(p->apis, word, &p->api, &p->err) < 0)
		fail_msg("%s", unit_error(&p->err));
	assert_string_equal(p->api->service, word);
	if (!unit_quick() || tally->services % 40 == 0)
		co_api_operations(p->api, count_operation, tally);
	co_api_free(p->api);
	p->api = NULL;
	free(word);
}

static void all_that_is_shipped_is_read(void **state)
{
	struct place *p = *state;
	struct tally tally = { .place = p };
	char *path = unit_program("catalog/aws.apis");

	if (co_apis_open(&p->apis, path, &p->err) < 0)
		fail_msg("%s", unit_error(&p->err));
	free(path);
	co_apis_services(p->apis, count_service, &tally);
	assert_int_equal(tally.services, 424);
	if (unit_quick())
		return;
	assert_int_equal(tally.operations, 18378);
	assert_int_equal(tally.inputs, 18301);
	assert_int_equal(tally.outputs, 16931);
	assert_int_equal(tally.paged, 3112);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_service),
		TEST(reads_shapes),
		TEST(reads_pages),
		TEST(reads_only_what_is_wanted),
		TEST(unknown_is_named_with_what_is_near),
		TEST(hostile_files_are_errors),
		TEST(a_bad_index_is_an_error),
		TEST(all_that_is_shipped_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
