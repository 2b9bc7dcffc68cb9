/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/reading: one sentence while it is being understood; shared by request.c (verb),
 * command.c (action), constraint.c, topic.c (subject), target.c and quantity.c (slots,
 * parameters), change.c (is a change clear), put together by parse.c.
 */
#ifndef CO_INTENT_READING_H
#define CO_INTENT_READING_H

#include "intent/match.h"
#include "intent/parse.h"

enum { CO_READING_NAMES = 8 };

/* Why there is no intent. */
enum co_unclear {
	CO_CLEAR,
	CO_UNCLEAR_PLATFORM, /* a platform we do not know */
	CO_UNCLEAR_NOT_OPS,  /* chat, knowledge, how-to */
	CO_UNCLEAR_TIE,	     /* two requests */
	CO_UNCLEAR_SUBJECT,  /* nothing that can be named */
	CO_UNCLEAR_TARGET,   /* a change without an object */
	CO_UNCLEAR_WORDS,    /* a change with words that were not understood */
	CO_UNCLEAR_PLACE,    /* a look at this host, for want of another, with words that may name one */
};

/* What is taken for no change: nothing; what asks without a verb; anything. */
enum co_look { CO_LOOK_OPEN, CO_LOOK_WEAKLY, CO_LOOK_ONLY };

struct co_reading {
	const struct co_parser_input *in;
	const char *text;
	struct co_sentence s;
	struct co_matches m;
	struct co_when when;

	int verb; /* enum co_verb */
	const struct co_match *verb_from; /* NULL: by default */
	const struct co_match *action;	  /* NULL unless remediate */
	struct co_entry act;		  /* of the action, or what its parameters make of it */
	const char *subject;
	struct co_span subject_span;
	int vague;	  /* the subject is mere health: "odd", "does not work": none without a target */
	int margin;	  /* of the subject over the next best */
	int doubt;	  /* of a hundred readings with such votes, so many have another verb or subject; see ballot.c */
	int from_message; /* the subject is told by a quoted message */
	int worded;	  /* the name is a word like any other */
	int guessed;	  /* something is said of the target, in words that are not known: health, for want of a better */

	json_t *target, *parameters;
	size_t second_value; /* token of another value for a parameter of a change; 0 if there is none */
	size_t taken_back;   /* token of "sorry, I meant", where it is not plain what is put right; 0 if there is none */
	enum co_look look;
	int bare; /* what is only told behind a change is left out */
	int setting; /* a change of a setting was read: "set LOG_LEVEL to debug" */
	int assumed; /* target holds a provider that nobody said */
	CO_LIST(char *) constraints;
	CO_LIST(struct co_because) because;

	enum co_unclear objection; /* of a change, why there is none; of a look, a reason against it that votes may overrule */
	struct co_match objector; /* outlives the phrases, which are looked for again when the sentence is cut */
	const struct co_match *culprit; /* for the message; NULL if none */
	size_t culprit_token;
};

/* Says why not; returns CO_ERR_NO. */
int co_reading_refuse(const struct co_reading *r, enum co_unclear why, struct co_err *err);

/* The sentence as tokens, names and phrases. Errors as co_parse(). close() frees what is left of it. */
int co_reading_open(struct co_reading *r, const struct co_parser_input *input, const char *text, size_t len,
		    struct co_err *err);
void co_reading_close(struct co_reading *r);

/* After co_request_read(): is there a command to change something, and nothing beside it that hides, delays or quotes it? */
enum co_unclear co_reading_command(struct co_reading *r);

/* Each returns CO_CLEAR or why not; they run in this order. */
enum co_unclear co_request_read(struct co_reading *r); /* foreign clauses marked; is it a request at all? calls the next: */
enum co_unclear co_command_read(struct co_reading *r); /* action, constraints */
void co_constraint_read(struct co_reading *r);
int co_constraint_holds(const struct co_reading *r, const char *name);
enum co_unclear co_topic_read(struct co_reading *r);   /* subject */
enum co_unclear co_target_read(struct co_reading *r);  /* slots */
enum co_unclear co_quantity_read(struct co_reading *r); /* parameters */
void co_target_read_services(struct co_reading *r); /* cloud products whose cost is asked for; again, where votes say that it is cost */
enum co_unclear co_request_settle(struct co_reading *r); /* the verb, once the subject is known */
enum co_unclear co_change_check(struct co_reading *r);	 /* of a change: its object, parameters and words */

/* All that the phrases of the vocabulary say, but for whether a change is clear. A look that names no subject has "". */
enum co_unclear co_reading_phrases(struct co_reading *r);

/* True if phrases explain every word of a look, and nothing rivals them. */
int co_reading_is_plain(const struct co_reading *r);

/* Calls each with what they say of verb and subject, and with what they object, as features of intent/votes.h. */
void co_ballot_phrases(const struct co_reading *r, co_vote_feature_fn *each, void *context);

/* Of a look: verb and subject by phrases and votes together. */
enum co_unclear co_ballot_look(struct co_reading *r);

/* Of a plain one: they are what its phrases say, but where votes are far from it. */
void co_ballot_plain(struct co_reading *r);

/* Of a clear change: the same of its subject; it is refused if votes take it for none. */
enum co_unclear co_ballot_change(struct co_reading *r);

/* Of a change that is not clear: do votes take it for a look? */
int co_ballot_is_look(const struct co_reading *r);

/* True for a strong phrase of an action that asks for it where it stands: "needs a restart". */
int co_asking_is_command(const struct co_reading *r, const struct co_match *m);

/* True for a change that must, or has to, be done. */
int co_asking_is_demand(const struct co_reading *r);

/* True for one that has no verb: "back to revision 41". Before it may only stand bare words: names, kinds, places, numbers. */
int co_asking_is_elliptic(const struct co_reading *r, const struct co_match *m);
int co_asking_is_bare(const struct co_reading *r, size_t t);

/* A command line ("kubectl -n geo ..."), its plain words before the command, the same with options, and the option of what is applied. */
int co_shell_is_line(const struct co_reading *r);
int co_shell_is_word(const struct co_reading *r, size_t t);
int co_shell_is_head(const struct co_reading *r, size_t t);
int co_shell_is_file(const struct co_reading *r, size_t t);

/* "az group delete -n X": does it not say what X is? */
int co_shell_lacks_kind(const struct co_reading *r);

/* Of a change, what the options of its command line give. */
void co_shell_read(struct co_reading *r);

/* The same of its patch; the kind of the object is known. */
void co_shell_patch(struct co_reading *r);

/* True for a word that was typed with a dash before it. */
int co_shell_is_option(const struct co_reading *r, size_t t);

/* True for a part behind a change that weighs a time: "sunday is best", "it is planned for monday". */
int co_delay_is(const struct co_reading *r, size_t first, size_t past);

/* Of a change, the token of a time that it is put off to; count of tokens if there is none. */
size_t co_delay_find(const struct co_reading *r);

/* "suspend it until monday": what holds something back is done now, whenever it ends. */
int co_delay_ends_hold(const struct co_reading *r);

/* Of another command behind the action: does it ask the same again, or say what is meant by the first? */
int co_again_is_said(const struct co_reading *r, const struct co_match *m);
int co_again_explains(const struct co_reading *r, const struct co_match *m);

/* Of a change: a word that changes nothing in what is asked. */
int co_talk_is_small(const struct co_reading *r, size_t t);

/* "the auditors want data-class=pii on X": somebody who is no thing stands before the wish. */
int co_talk_has_wisher(const struct co_reading *r, size_t wish);

/* Of a change: words that gave nothing, and are no talk. */
enum co_unclear co_talk_check(struct co_reading *r);

/* True for the start of what may be talk: a part, or a reason. co_talk_end() is the token past it. */
int co_talk_starts(const struct co_reading *r, size_t t);
size_t co_talk_end(const struct co_reading *r, size_t first);

/* Of a change: nothing was taken from a comment that belongs to another thing. */
enum co_unclear co_parts_check(struct co_reading *r);

/* "nobody tests on staging-1, halve web-shop there" */
int co_talk_says_there(const struct co_reading *r);

/* A subject and its verb, and none of the words that turn a request: "the canary throws 500s". */
int co_talk_is_statement(const struct co_reading *r, size_t first, size_t past);

/* The same, and nothing in it, names of the inventory apart, turns, delays, forbids or takes back. */
int co_talk_is(const struct co_reading *r, size_t first, size_t past);

/* True for a part that is against the change, or wants another thing done first. */
int co_objection_is(const struct co_reading *r, size_t first, size_t past);

/* The first token that somebody else may have written, a quoted message aside: no command behind it is taken; count of tokens if there is none. */
size_t co_reading_first_foreign(const struct co_reading *r);

/* Of a change: cuts off what is only told behind the request; true if there was any. Matches must be looked for again. */
int co_told_cut(struct co_reading *r);

/* "at green", "the HPA ceiling": what of the object is set, no name. */
int co_talk_is_aspect(const struct co_reading *r, size_t t);

/* "for black friday" */
int co_talk_is_occasion(const struct co_reading *r, size_t t);

/* "I cordoned worker-eu-2 by mistake, undo that": the action that puts back what is told; "" if none does, NULL if nothing of the kind is asked, or nothing is told. */
const char *co_undo_action(const struct co_reading *r);

int co_undo_starts_unstopped(const struct co_reading *r);

/* "kill what listens on port 8080": a process of a host that is known by its port alone. */
int co_change_is_by_port(const struct co_reading *r);

/* "create a network policy in ledger": there is none yet, and it needs no name. */
int co_change_is_new(const struct co_reading *r);

/* True for a cron job, said or by its name. */
int co_change_runs_by_time(const struct co_reading *r);

/* "time for a new one": of keys and secrets it is a rotation, and of other things than certificates nothing. */
int co_change_is_new_one(const struct co_reading *r);

/* Of a change: is it something of what is named, and not that itself? Does it only empty a thing? */
int co_whole_is_none(const struct co_reading *r);
int co_whole_empties(const struct co_reading *r);

/* "see https://..." */
int co_reading_refers(const struct co_reading *r, const struct co_match *m);

/* True if that parameter is given. */
int co_reading_given(const struct co_reading *r, const char *name);

/* Of a change: what its parameters make of the action; and its subject, if no word says it. */
void co_change_refine(struct co_reading *r);

/* True for a change that sets a value: "scale", "set", "resize" ... */
int co_reading_sets(const struct co_reading *r);

/* True if something is told of a thing, in whatever words: "worker-eu-4 drops packets", "reco-trainer has not run". */
int co_reading_states(const struct co_reading *r);

/* 2 for a list by what its members are like: "pods with ...", "buckets where ..."; 1 for one that may tell of trouble: "pods that ..."; else 0. */
int co_reading_lists(const struct co_reading *r);

/* True for "the most", "top", "slowest". */
int co_reading_ranks(const struct co_reading *r);

/* True for the start of a part of the sentence: after a comma, a colon, a bracket, or of a clause. */
int co_reading_starts_part(const struct co_reading *r, size_t t);

/* Where the part starts that a token stands in, and the token past it. */
size_t co_reading_part_start(const struct co_reading *r, size_t t);
size_t co_reading_part_end(const struct co_reading *r, size_t t);

/* True for a verb or an action that is a command where it stands. */
int co_reading_is_command(const struct co_reading *r, const struct co_match *m);

/* True if a phrase of the signal, in the person's own words, reaches over the token. */
int co_reading_covered(const struct co_reading *r, size_t t, const char *signal);

/* The same for any of the signals, up to a NULL. */
int co_reading_covered_by(const struct co_reading *r, size_t t, const char *const *signals);

/* True if somebody else's message is quoted. */
int co_reading_quotes(const struct co_reading *r);

/* "to 4, no, 5": what is put right takes the place of what was said. After the first co_reading_match(). */
void co_correction_read(struct co_reading *r);

/* Takes out what a change leaves alone anyway: "..., but leave what runs there". */
void co_manner_read(struct co_reading *r);

/* Marks words that are somebody else's as foreign; true if there were any, so that phrases must be looked for again. */
int co_foreign_mark(struct co_reading *r);

/* True if one of the words, up to a NULL, is among the tokens. */
int co_reading_has_word(const struct co_reading *r, size_t first, size_t past, const char *const *words);

/* The first match of a type, in the person's own words, that ends at a token; NULL if there is none. */
const struct co_match *co_reading_ending(const struct co_reading *r, size_t last, enum co_word_type type);

/* True for a change that does one of these, up to a NULL. */
int co_reading_does_any(const struct co_reading *r, const char *const *actions);

/* Of a change, the token in the place of its object that no inventory knows; count of tokens if there is none. */
size_t co_object_find(const struct co_reading *r);

/* Of a change, more names: the second of a grant or a secret, once the first is taken; the workload whose image is named. */
void co_object_take_both(struct co_reading *r);
void co_object_take_image(struct co_reading *r);

/* "quay.io/lark/promo-engine:7.2": the workload of the inventory that the last part of an image names; NULL if there is none. */
const struct co_name *co_object_of_image(const struct co_reading *r, size_t t);

/* The word for a kind before or behind a name; NULL if there is none. */
const struct co_match *co_reading_kind_beside(const struct co_reading *r, size_t t);

/* True if a word for that kind stands in the person's own words. */
int co_reading_says_kind(const struct co_reading *r, const char *kind);

/* Of a look: is the word where a namespace, or a name, stands, and no other word? The last resort. */
int co_naming_is_place(const struct co_reading *r, size_t t);
int co_naming_is_word(const struct co_reading *r, size_t t);

/* Of a look: does the sentence say that it is a name, whatever the word: "the bucket named reports"? Is it of a kind, and what the look begins with? */
int co_naming_is_labelled(const struct co_reading *r, size_t t);
int co_naming_opens(const struct co_reading *r, size_t t);

/* Of a look: is the cluster one of a product that is no Kubernetes, and no place? */
int co_naming_is_of_product(const struct co_reading *r, const struct co_match *kind);

/* Of a change: a machine that is only spoken of. */
int co_naming_is_other_machine(const struct co_reading *r, const struct co_match *m);

/* True for an image with its tag. */
int co_naming_is_image(const struct co_reading *r, size_t t);

/* "NullPointerException", "KeyError" */
int co_naming_is_error(const struct co_token *t);

/* "storage.objects.get", "dynamodb:PutItem" */
int co_naming_is_permission(const struct co_token *t);

/* "registry.lark.example", where an image cannot be pulled: no address that the request is about */
int co_naming_is_registry(const struct co_reading *r, size_t t);

/* True for what looks made and is no name: a size, a version, the name of an error. */
int co_naming_is_none(const struct co_reading *r, size_t t);

/* What an AWS id is the id of; NULL if it is none. */
const char *co_identifier_kind(const char *name);

/* A region by its code, or by that of a zone in it: "us-west-1a", "europe-west3-b". */
int co_identifier_is_region(const struct co_reading *r, const char *text, struct co_entry *region);

/* The slots of names that say what they are; part of co_target_read. */
void co_identifier_read(struct co_reading *r);

/* True if the slot of target is filled; if it has that value, or has it in a list. */
int co_reading_has(const struct co_reading *r, const char *slot);
int co_reading_holds(const struct co_reading *r, const char *slot, const char *value);

/* Is this host spoken of? Could it be a cloud: one is named, or no platform? */
int co_target_is_local(const struct co_reading *r);
int co_target_is_cloud(const char *provider);

/* Takes the names that no identifier gave, with their kinds; part of co_target_read. */
void co_candidate_take(struct co_reading *r);

/* "checkout-6d9c5b4f78-k8s2p": what a deployment calls its pods */
int co_candidate_is_pod(const char *name);

/* Sets the provider, unless it is set, or provider is NULL or "". */
void co_reading_provider(struct co_reading *r, const char *provider, size_t first, size_t last);

/* Marks names of the inventory; first of all. */
void co_place_read(struct co_reading *r);

/* Marks words that are nearly such names, once words are looked up. A change takes no name by that: forget_near(). */
void co_place_near(struct co_reading *r);
void co_place_forget_near(struct co_reading *r);

/* Records why: value stands in field because of these tokens. */
void co_reading_because(struct co_reading *r, const char *field, const char *value, size_t first, size_t last);

/* Marks tokens as understood. */
void co_reading_use(struct co_reading *r, size_t first, size_t last);

/* The same, of tokens that gave a slot or a parameter. */
void co_reading_fact(struct co_reading *r, size_t first, size_t last);

/* Sets a slot of target, or adds to it: two values make a list. */
void co_reading_slot(struct co_reading *r, const char *slot, const char *value, size_t first, size_t last);

/* Finds the phrases; a word that is part of none is no word of the vocabulary here. */
void co_reading_match(struct co_reading *r);

/* True if any match stands for this signal, outside foreign words; it goes to *found. */
const struct co_match *co_reading_signal(const struct co_reading *r, const char *name);

/* True for a match in the person's own words. */
int co_reading_own(const struct co_match *m);

#endif
