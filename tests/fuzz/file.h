/* SPDX-License-Identifier: Apache-2.0 */
/* Files for the fuzzers of what is read from files: in memory, and under the same names in every process where that can be. */
#ifndef CO_TESTS_FUZZ_FILE_H
#define CO_TESTS_FUZZ_FILE_H

#include "fuzz.h"

#include <sys/stat.h>
#include <unistd.h>

static char fuzz_directory[100];

static void fuzz_drop_directory(void)
{
	rmdir(fuzz_directory);
}

/* Makes fuzz_directory, at the first call. */
static void fuzz_make_directory(void)
{
	const char *name = strrchr(__BASE_FILE__, '/') + 1;
	int i;

	for (i = 0; !*fuzz_directory; i++) {
		must(i < 1000 && snprintf(fuzz_directory, sizeof(fuzz_directory), "/dev/shm/cloudops-fuzz-%s-%d", name, i) > 0);
		if (mkdir(fuzz_directory, 0700) < 0)
			*fuzz_directory = '\0';
		else
			atexit(fuzz_drop_directory);
	}
}

/* Where NAME lies in it; the caller frees, and unlinks what is written there. */
static inline char *fuzz_path(const char *name)
{
	fuzz_make_directory();
	return co_xasprintf("%s/%s", fuzz_directory, name);
}

/* A file that is its owner's alone. */
static inline void fuzz_write(const char *path, const void *data, size_t size)
{
	FILE *f = fopen(path, "w");

	must(f && fwrite(data, 1, size, f) == size && fclose(f) == 0 && chmod(path, 0600) == 0);
}

#endif
