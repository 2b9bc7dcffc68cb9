/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/identity.h"

#include <pthread.h>
#include <stdatomic.h>

#include "unit.h"

enum { NOW = 1000000, THREADS = 8 };

struct source {
	atomic_int searches;
	int64_t expires;
	int fails;
};

static int search(void *context, struct co_aws_credentials *found, struct co_err *err)
{
	struct source *source = context;
	int n = atomic_fetch_add(&source->searches, 1);
	char id[16];

	if (source->fails)
		return co_err_set(err, CO_ERR_REMOTE, "no-credentials", "none today");
	snprintf(id, sizeof(id), "key-%d", n);
	co_aws_credentials_set(found, "env", id, "secret", n ? "token" : NULL);
	found->expires = source->expires;
	return CO_OK;
}

static void assert_key(struct co_aws_identities *identities, struct source *source, int64_t now, const char *key)
{
	struct co_aws_credentials got = CO_AWS_CREDENTIALS_INIT;
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_aws_identity_get(identities, "a", now, search, source, &got, &err), CO_OK);
	assert_string_equal(got.key_id, key);
	co_aws_credentials_clear(&got);
}

static void test_found_once(void **state)
{
	struct co_aws_identities *identities = co_aws_identities_new();
	struct source source = { 0, 0, 0 };

	(void)state;
	assert_key(identities, &source, NOW, "key-0");
	assert_key(identities, &source, NOW + 1000000, "key-0");
	co_aws_identity_expire(identities, "a", "another");
	assert_key(identities, &source, NOW, "key-0");
	co_aws_identity_expire(identities, "a", "key-0");
	assert_key(identities, &source, NOW, "key-1");
	co_aws_identities_free(identities);
}

static void test_renewed_in_time(void **state)
{
	struct co_aws_identities *identities = co_aws_identities_new();
	struct source source = { 0, NOW + 3600, 0 };

	(void)state;
	assert_key(identities, &source, NOW, "key-0");
	assert_key(identities, &source, NOW + 2600, "key-0");
	source.expires = NOW + 7200;
	assert_key(identities, &source, NOW + 2800, "key-1");
	co_aws_identities_free(identities);
}

/* A plan's own session lives 900 seconds: it must not be renewed for every call. */
static void test_short_life(void **state)
{
	struct co_aws_identities *identities = co_aws_identities_new();
	struct source source = { 0, NOW + 900, 0 };

	(void)state;
	assert_key(identities, &source, NOW, "key-0");
	assert_key(identities, &source, NOW + 400, "key-0");
	assert_int_equal(atomic_load(&source.searches), 1);
	co_aws_identities_free(identities);
}

static void test_failure(void **state)
{
	struct co_aws_identities *identities = co_aws_identities_new();
	struct co_aws_credentials got = CO_AWS_CREDENTIALS_INIT;
	struct source source = { 0, NOW + 3600, 1 };
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_aws_identity_get(identities, "a", NOW, search, &source, &got, &err), CO_ERR_REMOTE);
	assert_string_equal(err.message, "none today");
	assert_null(got.key_id);
	source.fails = 0;
	assert_key(identities, &source, NOW, "key-1");
	source.fails = 1; /* the old one is good as long as it lasts, and is not asked for again at once */
	assert_key(identities, &source, NOW + 3200, "key-1");
	assert_int_equal(co_aws_identity_get(identities, "a", NOW + 3600, search, &source, &got, &err), CO_ERR_REMOTE);
	co_aws_credentials_clear(&got);
	co_aws_identities_free(identities);
}

struct crowd {
	struct co_aws_identities *identities;
	struct source source;
};

static void *one_of_many(void *context)
{
	struct crowd *crowd = context;
	int i;

	for (i = 0; i < 100; i++)
		assert_key(crowd->identities, &crowd->source, NOW, "key-0");
	return NULL;
}

static void test_one_search_for_all(void **state)
{
	struct crowd crowd = { co_aws_identities_new(), { 0, NOW + 3600, 0 } };
	pthread_t threads[THREADS];
	int i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_of_many, &crowd), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd.source.searches), 1);
	co_aws_identities_free(crowd.identities);
}

static void assert_time(const char *text, int64_t wanted)
{
	int64_t seconds = 0;

	assert_int_equal(co_aws_expiry_parse(&seconds, text), 0);
	assert_int_equal(seconds, wanted);
}

static void test_times(void **state)
{
	static const char *const bad[] = { "", "2026-11-26", "2026-11-26T10:00:00X", "2026-13-26T10:00:00Z", "2026-11-26T10:00:00+1",
					   "2026-11-26T10:00:00+99:00", "2026-11-26T10:00:00+01:00x" };
	int64_t seconds;
	size_t i;

	(void)state;
	assert_time("2026-11-26T10:00:00Z", 1795687200);
	assert_time("2026-11-26 10:00:00UTC", 1795687200);
	assert_time("2026-11-26T10:00:00.123456+00:00", 1795687200);
	assert_time("2026-11-26T12:30:00+02:30", 1795687200);
	assert_time("2026-11-26T03:00:00-0700", 1795687200);
	assert_time("2026-11-26T10:00:00", 1795687200);
	for (i = 0; i < CO_COUNT(bad); i++)
		assert_int_equal(co_aws_expiry_parse(&seconds, bad[i]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found_once), cmocka_unit_test(test_renewed_in_time),
		cmocka_unit_test(test_short_life), cmocka_unit_test(test_failure),
		cmocka_unit_test(test_one_search_for_all), cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
