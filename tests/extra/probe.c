/* SPDX-License-Identifier: Apache-2.0 */
/* The acts of co_sandbox_probe() without a sandbox: what tests/pipeline/sandbox.sh compares the tools with. */
#include "sys/sandbox.h"

#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>

long syscall(long number, ...);
#endif

/* "landlock" tells whether the kernel has it: the tests skip what rests on it alone. */
static int has_landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
#else
	return 0;
#endif
}

int main(int argc, char **argv)
{
	struct co_err err = CO_ERR_INIT;

	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "landlock") == 0)
		return !has_landlock();
	if (co_sandbox_probe(argv[1], &err) == CO_OK)
		return 0;
	fprintf(stderr, "probe: %s\n", err.message);
	return -err.code;
}
