/* SPDX-License-Identifier: Apache-2.0 */
/* intent/change: is a sentence a command to change something, what is its object, and is nothing beside it that hides, delays, forbids or takes it back? */
#ifndef CO_INTENT_CHANGE_H
#define CO_INTENT_CHANGE_H

#include "intent/reading.h"

/* The action of a command; returns CO_CLEAR or why not. */
enum co_unclear co_command_read(struct co_reading *r);

/* The parameters. */
enum co_unclear co_quantity_read(struct co_reading *r);

/* At last: are its object, its parameters and all of its words clear? */
enum co_unclear co_change_check(struct co_reading *r);

/* After co_request_read(): is there a command to change something, and nothing beside it that hides, delays or quotes it? */
enum co_unclear co_reading_command(struct co_reading *r);

/* True for a strong phrase of an action that asks for it where it stands: "needs a restart". */
int co_asking_is_command(const struct co_reading *r, const struct co_match *m);

/* True for a word that may stand before a command without a verb ("X back to revision 41"): a name, kind, place or number. */
int co_asking_is_bare(const struct co_reading *r, size_t t);

/* A command line ("kubectl -n geo ..."), its plain words before the command, and the same with options. */
int co_shell_is_line(const struct co_reading *r);
int co_shell_is_word(const struct co_reading *r, size_t t);
int co_shell_is_head(const struct co_reading *r, size_t t);

/* "az group delete -n X": does it not say what X is? */
int co_shell_lacks_kind(const struct co_reading *r);

/* Of a change, what the options of its command line give. */
void co_shell_read(struct co_reading *r);

/* True for a word that was typed with a dash before it. */
int co_shell_is_option(const struct co_reading *r, size_t t);

/* True for a time; for a part behind a change that weighs one: "sunday is best", "it is planned for monday". */
int co_delay_is_date(const struct co_match *m);
int co_delay_is(const struct co_reading *r, size_t first, size_t past);

/* Of a change, the token of a time that it is put off to; count of tokens if there is none. */
size_t co_delay_find(const struct co_reading *r);

/* "suspend it this week": what holds something back is done now, whenever it ends. */
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

/* A subject and its verb, and none of the words that turn a request: "the canary throws 500s". */
int co_talk_is_statement(const struct co_reading *r, size_t first, size_t past);

/* True for a part that is against the change, or wants another thing done first. */
int co_objection_is(const struct co_reading *r, size_t first, size_t past);

/* The first token that somebody else may have written, a quoted message aside: no command behind it is taken; count of tokens if there is none. */
size_t co_reading_first_foreign(const struct co_reading *r);

/* "at green", "the HPA ceiling": what of the object is set, no name. */
int co_talk_is_aspect(const struct co_reading *r, size_t t);

/* "for black friday" */
int co_talk_is_occasion(const struct co_reading *r, size_t t);

/* "I cordoned worker-eu-2 by mistake, undo that": the action that puts back what is told; "" if none does, NULL if nothing of the kind is asked, or nothing is told. */
const char *co_undo_action(const struct co_reading *r);

/* "it hung, we need it up again": to be started again is what was not told to be stopped. */
int co_undo_starts_unstopped(const struct co_reading *r);

/* "kill what listens on port 8080": a process of a host that is known by its port alone. */
int co_change_is_by_port(const struct co_reading *r);

/* "it lets port 3389 in, close it", "i-... lacks owner=ml, tag it": the value of a token is told, and that is what is asked. */
int co_change_is_of_told(const struct co_reading *r, size_t t);

/* "create a network policy in ledger": there is none yet, and it needs no name. */
int co_change_is_new(const struct co_reading *r);

/* True for a cron job, said or by its name. */
int co_change_runs_by_time(const struct co_reading *r);

/* "time for a new one": of keys and secrets it is a rotation, and of other things than certificates nothing. */
int co_change_is_new_one(const struct co_reading *r);

/* Of a change: is it something of what is named, and not that itself? Does it only empty a thing? */
int co_whole_is_none(const struct co_reading *r);
int co_whole_empties(const struct co_reading *r);

/* Of a change: what its parameters make of the action; and its subject, if no word says it. */
void co_change_refine(struct co_reading *r);

/* True for a change that sets a value: "scale", "set", "resize" ... */
int co_reading_sets(const struct co_reading *r);

/* True for a verb or an action that is a command where it stands. */
int co_reading_is_command(const struct co_reading *r, const struct co_match *m);

/* Takes out what a change leaves alone anyway: "..., but leave what runs there". */
void co_manner_read(struct co_reading *r);

/* Of a change, the token in the place of its object that no inventory knows; count of tokens if there is none. */
size_t co_object_find(const struct co_reading *r);

/* Of a change, more names: the second of a grant or a secret, once the first is taken; the workload whose image is named. */
void co_object_take_both(struct co_reading *r);
void co_object_take_image(struct co_reading *r);

/* "quay.io/lark/promo-engine:7.2": the workload of the inventory that the last part of an image names; NULL if there is none. */
const struct co_name *co_object_of_image(const struct co_reading *r, size_t t);

#endif
