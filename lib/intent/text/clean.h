/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/clean: takes mark-up away and marks foreign words; the first half of
 * intent/sentence. Bytes keep their places, so that spans stay those of the text.
 */
#ifndef CO_INTENT_CLEAN_H
#define CO_INTENT_CLEAN_H

#include <stddef.h>

/* Letters and digits of ASCII, in any locale. */
static inline int co_is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Marks of a byte. */
enum {
	CO_MARK_FOREIGN = 1,
	CO_MARK_MESSAGE = 2, /* with FOREIGN */
	CO_MARK_QUOTED = 4,
	CO_MARK_ASIDE = 8,
};

#define CO_CLEAN_NOTHING '\001' /* stands where an invisible byte was: joins, does not part */

/* clean: a copy of text, changed in place; mark: len zero bytes. */
void co_clean(const char *text, size_t len, char *clean, unsigned char *mark);

#endif
