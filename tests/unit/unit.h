/* SPDX-License-Identifier: Apache-2.0 */
/* What several unit tests share. */
#ifndef CO_TESTS_UNIT_H
#define CO_TESTS_UNIT_H

#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* True where time costs much more, as under valgrind. */
static inline int unit_quick(void)
{
	return getenv("CLOUDOPS_TEST_QUICK") != NULL;
}

/* The folder of public test data, or the test is skipped. */
static inline const char *unit_vectors(void)
{
	const char *dir = getenv("VECTORS") ? getenv("VECTORS") : "../shared/vectors";

	if (access(dir, R_OK) < 0) {
		fprintf(stderr, "# no test data in %s\n", dir);
		skip();
	}
	return dir;
}

/* A program of the same build: the test itself is BUILD/tests/unit/NAME. */
static inline char *unit_program(const char *name)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int up;

	assert_true(len > 0);
	path[len] = '\0';
	for (up = 0; up < 3; up++)
		*strrchr(path, '/') = '\0';
	return co_xasprintf("%s/%s", path, name);
}

/* A whole file; the test fails when it cannot be read. */
static inline char *unit_read(const char *path, size_t *len)
{
	struct co_buf text = CO_BUF_INIT;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		fail_msg("cannot open %s", path);
	do {
		n = fread(co_buf_reserve(&text, 65536), 1, 65536, f);
		text.len += n;
	} while (n);
	fclose(f);
	*len = text.len;
	co_buf_addc(&text, '\0');
	return co_buf_take(&text);
}

/* The error as a person sees it; valid until the next call. */
static inline const char *unit_error(const struct co_err *err)
{
	static char text[1024];
	struct co_buf b = CO_BUF_INIT;

	co_err_format(err, &b);
	snprintf(text, sizeof(text), "%s", co_buf_str(&b));
	co_buf_clear(&b);
	return text;
}

#define unit_assert_contains(text, part)                                   \
	do {                                                               \
		if (!strstr(text, part))                                   \
			fail_msg("\"%s\" does not hold \"%s\"", text, part); \
	} while (0)

#endif
