/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a catalogue or an error; in one that is right, each operation is found, and takes its own defaults. */
#include "file.h"

#include "catalog/catalog.h"

static void find_each(char *text)
{
	struct co_catalog *catalog = co_catalog_new(fuzz_directory);
	char *line, *rest = text;

	while ((line = strtok_r(rest, "\n", &rest))) {
		char *space = strchr(line, ' '), *tab = strchr(line, '\t');
		struct co_operation operation = { 0 };
		json_t *with = NULL;

		if (*line == '#')
			continue;
		must(space && tab && space < tab);
		*space = *tab = '\0';
		must(co_catalog_find(catalog, (const char *const[]){ "fuzz", line, space + 1 }, &operation, NULL) == CO_OK);
		if (co_operation_check(&operation, NULL, &with, NULL) == CO_OK)
			must(json_is_object(with));
		json_decref(with);
		co_operation_clear(&operation);
	}
	co_catalog_free(catalog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_err err = CO_ERR_INIT;
	char *path = fuzz_path("fuzz.ops"), *text = fuzz_text(data, size);

	fuzz_write(path, data, size);
	if (co_catalog_check(path, &err) < 0)
		fuzz_check_error(&err);
	else if (strlen(text) == size)
		find_each(text);
	unlink(path);
	free(path);
	free(text);
	return 0;
}
