/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/inodes.h"

#include "base/mem.h"

int co_inodes_met(struct co_inodes *inodes, const struct stat *st)
{
	struct co_inode *new;
	size_t i;

	for (i = 0; i < inodes->count; i++)
		if (inodes->items[i].device == st->st_dev && inodes->items[i].number == st->st_ino)
			return 1;
	new = co_grow(&inodes->items, &inodes->count, sizeof(*new));
	*new = (struct co_inode){ st->st_dev, st->st_ino };
	return 0;
}
