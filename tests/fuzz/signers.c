/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is accepted as a signers file names its signers one by one. */
#include "fuzz.h"

#include "approve/signers.h"

static void check(const struct co_signer *s)
{
	size_t i;

	must(s->principals.count);
	for (i = 0; i < s->principals.count; i++)
		must(s->principals.items[i][0] && !strpbrk(s->principals.items[i], "*?!,"));
	for (i = 0; i < s->namespaces.count; i++)
		must(s->namespaces.items[i][0] && !strpbrk(s->namespaces.items[i], "*?!,"));
	must(s->key.blob && s->line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_signers signers = { .local = 0 };
	struct co_err err = CO_ERR_INIT;
	size_t i;

	if (co_signers_parse(&signers, (const char *)data, size, "signers", &err) < 0) {
		fuzz_check_error(&err);
		must(err.line > 0);
		must(!signers.list.items);
		return 0;
	}
	for (i = 0; i < signers.list.count; i++) {
		const struct co_signer *s = &signers.list.items[i];

		check(s);
		must(co_signers_has(&signers, s->principals.items[0], &s->key));
		must(co_signers_principal(&signers, &s->key));
	}
	co_signers_clear(&signers);
	return 0;
}
