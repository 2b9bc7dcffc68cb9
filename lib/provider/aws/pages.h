/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/pages: the pages of a list as one output, as the aws CLI merges them.
 *
 *	co_aws_pages_new(&pages, call, &limits, err);
 *	do {
 *		send(co_aws_pages_with(pages)) -> output
 *		more = co_aws_pages_add(pages, output, err);
 *	} while (more == 1);
 *	output = co_aws_pages_end(pages);
 */
#ifndef CO_PROVIDER_AWS_PAGES_H
#define CO_PROVIDER_AWS_PAGES_H

#include "provider/aws/protocol.h"

struct co_aws_pages;

/* Zero: no limit. Pages that would go over one are asked for no more. */
struct co_aws_page_limits {
	size_t pages;
	size_t items; /* of the first result key */
	size_t bytes; /* of memory that the merged output takes, nearly */
};

/*
 * Whether the operation is paged, and the call asks for no page of its own: as with the CLI, a token or a page size among
 * the parameters gives exactly that page.
 */
int co_aws_paged(const struct co_aws_call *call);

/* call is borrowed and must be co_aws_paged(). CO_ERR_INPUT "bad-expression" when the model is not understood. */
int co_aws_pages_new(struct co_aws_pages **pages, const struct co_aws_call *call, const struct co_aws_page_limits *limits,
		     struct co_err *err);
void co_aws_pages_free(struct co_aws_pages *pages);

/* The parameters of the next page. Borrowed, until the next call. */
json_t *co_aws_pages_with(struct co_aws_pages *pages);

/*
 * Takes over the output of a page. 1: there is another one; 0: this was the last, or a limit is reached. CO_ERR_REMOTE
 * "repeated-page": the service gave the token of the page that it had just sent.
 */
int co_aws_pages_add(struct co_aws_pages *pages, json_t *output, struct co_err *err);

/* True when there was more than a limit let through. */
int co_aws_pages_cut(const struct co_aws_pages *pages);

/* All pages as one: a new reference; pages is freed. */
json_t *co_aws_pages_end(struct co_aws_pages *pages);

#endif
