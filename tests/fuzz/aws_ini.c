/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is accepted as a shared file of AWS has each section and each name once, and its words can be split. */
#include "fuzz.h"

#include "provider/aws/ini.h"
#include "provider/aws/words.h"

static void check(const struct co_aws_ini *ini, const struct co_aws_section *section)
{
	struct co_aws_words words = { NULL, 0 };
	size_t i;

	must(co_aws_ini_section(ini, section->name) == section);
	for (i = 0; i < section->count; i++) {
		const struct co_aws_entry *entry = &section->entries[i];

		must(entry->name[0] && entry->line);
		must(co_aws_section_get(section, entry->name) == entry->value);
		free(co_aws_section_inner(section, entry->name, "endpoint_url"));
		if (co_aws_words_split(&words, entry->value, NULL) == 0)
			must(!words.items[words.count]);
		co_aws_words_clear(&words);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_aws_ini ini = { NULL, 0 };
	struct co_err err = CO_ERR_INIT;
	size_t i;

	if (co_aws_ini_parse(&ini, (const char *)data, size, "config", &err) < 0) {
		fuzz_check_error(&err);
		must(!ini.sections);
		return 0;
	}
	for (i = 0; i < ini.count; i++)
		check(&ini, &ini.sections[i]);
	co_aws_ini_clear(&ini);
	return 0;
}
