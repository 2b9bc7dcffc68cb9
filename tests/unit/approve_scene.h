/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that waits for two approvals, people with keys, and what they need to give theirs. */
#ifndef CO_TESTS_APPROVE_SCENE_H
#define CO_TESTS_APPROVE_SCENE_H

#include "approve/approve.h"
#include "approve/vote.h"
#include "base/time.h"
#include "crypto/sshsig.h"
#include "unit.h"

#define NOW "2026-11-23T06:30:00Z"

/* alice asks and executes; bob, carol and dan may sign; bob has a second key; erin is nobody. */
static const char *const people[] = { "alice@example.com", "bob@example.com", "carol@example.com",
				      "dan@example.com",   "bob@example.com", "erin@example.com" };
enum { ALICE, BOB, CAROL, DAN, BOB2, ERIN, PEOPLE };

struct scene {
	struct co_run run;
	struct co_config config;
	struct co_approval_config approval;
	struct co_signers signers;
	struct co_approve_facts facts;
	struct co_secret seeds[PEOPLE];
	struct co_approve_verdict verdict;
	char state[64];
};

static inline int64_t at(const char *time)
{
	int64_t seconds;

	assert_int_equal(co_time_parse(&seconds, time), 0);
	return seconds;
}

static inline void add_signer(struct scene *s, struct co_buf *file, int who)
{
	struct co_sshkey key = CO_SSHKEY_INIT;
	char bytes[32];

	memset(bytes, 'a' + who, sizeof(bytes));
	co_secret_set(&s->seeds[who], bytes, sizeof(bytes));
	if (who == ERIN)
		return;
	assert_int_equal(co_sshkey_of_seed(&key, &s->seeds[who], NULL), CO_OK);
	co_buf_addf(file, "%s namespaces=\"approval@cloudops\" ", people[who]);
	co_sshkey_write(&key, file);
	co_buf_addc(file, '\n');
	co_sshkey_clear(&key);
}

static inline int setup(void **state)
{
	struct scene *s = co_xcalloc(1, sizeof(*s));
	struct co_buf file = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	size_t len;
	char *text = unit_read("tests/golden/approve/change.json", &len);
	int i;

	if (co_run_decode(&s->run, co_json_parse(text, len, "change.json", &err), &err) < 0)
		fail_msg("%s", unit_error(&err));
	free(text);
	for (i = 0; i < PEOPLE; i++)
		add_signer(s, &file, i);
	if (co_signers_parse(&s->signers, file.data, file.len, "signers", &err) < 0)
		fail_msg("%s", unit_error(&err));
	co_buf_clear(&file);
	strcpy(s->state, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(s->state));
	s->approval.approve_within = co_xstrdup("24h");
	s->approval.execute_within = co_xstrdup("1h");
	s->approval.groups = json_pack("{s:[s,s]}", "sre", people[BOB], people[DAN]);
	s->config.approval = &s->approval;
	s->config.state_dir = s->state;
	s->facts = (struct co_approve_facts){ .run = &s->run,
					      .decision = s->run.decision,
					      .config = &s->config,
					      .signers = &s->signers,
					      .user = "alice",
					      .uid = 1000,
					      .host = "ops1",
					      .now = at(NOW) };
	*state = s;
	return 0;
}

static inline int teardown(void **state)
{
	struct scene *s = *state;
	char *remove = co_xasprintf("rm -rf '%s'", s->state);
	int i;

	assert_int_equal(system(remove), 0);
	free(remove);
	for (i = 0; i < PEOPLE; i++)
		co_secret_clear(&s->seeds[i]);
	co_signers_clear(&s->signers);
	co_approve_verdict_clear(&s->verdict);
	json_decref(s->approval.groups);
	free(s->approval.approve_within);
	free(s->approval.execute_within);
	co_run_clear(&s->run);
	free(s);
	return 0;
}

/* A statement as who would make it; the caller may change it before it is signed. */
static inline void state_it(struct scene *s, int who, int answer, struct co_statement *statement)
{
	const struct co_vote vote = { .answer = answer, .principal = people[who], .uid = 2000 + who, .host = "ops1" };
	struct co_err err = CO_ERR_INIT;

	if (co_vote_state(&vote, &s->facts, statement, &err) < 0)
		fail_msg("%s", unit_error(&err));
}

static inline void sign_text(struct scene *s, int who, const struct co_buf *bytes, const char *namespace)
{
	struct co_buf blob = CO_BUF_INIT;

	assert_int_equal(co_sshsig_sign(&s->seeds[who], bytes->data, bytes->len, namespace, &blob, NULL), CO_OK);
	co_vote_add(&s->run, bytes, &blob, people[who]);
	co_buf_clear(&blob);
}

static inline void sign(struct scene *s, int who, struct co_statement *statement)
{
	struct co_buf bytes = CO_BUF_INIT;

	assert_int_equal(co_statement_encode(statement, &bytes, NULL), CO_OK);
	sign_text(s, who, &bytes, CO_APPROVE_NAMESPACE);
	co_buf_clear(&bytes);
	co_shape_clear(&co_statement_shape, statement);
}

static inline void approve(struct scene *s, int who)
{
	struct co_statement statement;

	state_it(s, who, CO_ANSWER_APPROVE, &statement);
	sign(s, who, &statement);
}

static inline void replace(char **field, const char *text)
{
	free(*field);
	*field = co_xstrdup(text);
}

static inline int check(struct scene *s, struct co_err *err)
{
	co_approve_verdict_clear(&s->verdict);
	return co_approve_check(&s->facts, &s->verdict, err);
}

#endif
