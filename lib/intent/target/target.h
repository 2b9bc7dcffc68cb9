/* SPDX-License-Identifier: Apache-2.0 */
/* intent/target: where and which: the slots of a target, from what the inventory, ids, words for kinds and the place of a word say. */
#ifndef CO_INTENT_TARGET_H
#define CO_INTENT_TARGET_H

#include "intent/reading.h"

/* The slots; returns CO_CLEAR or why not. */
enum co_unclear co_target_read(struct co_reading *r);

/* Cloud products whose cost is asked for; again, where votes say that it is cost. */
void co_target_read_services(struct co_reading *r);

/* The word for a kind before or behind a name; NULL if there is none. */
const struct co_match *co_reading_kind_beside(const struct co_reading *r, size_t t);

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

/* The subject that an ARN is of: by its resource, or else by its service; NULL if there is none. */
const char *co_identifier_subject(const struct co_reading *r, const char *arn);

/* A region by its code, or by that of a zone in it: "us-west-1a", "europe-west3-b". */
int co_identifier_is_region(const struct co_reading *r, const char *text, struct co_entry *region);

/* The slots of names that say what they are; part of co_target_read. */
void co_identifier_read(struct co_reading *r);

/* Is this host spoken of? Could it be a cloud: one is named, or no platform? */
int co_target_is_local(const struct co_reading *r);
int co_target_is_cloud(const char *provider);

/* Takes the names that no identifier gave, with their kinds; part of co_target_read. */
void co_candidate_take(struct co_reading *r);

/* "checkout-6d9c5b4f78-k8s2p": what a deployment calls its pods */
int co_candidate_is_pod(const char *name);

/* Marks names of the inventory; first of all. */
void co_place_read(struct co_reading *r);

/* Marks words that are nearly such names, once words are looked up. A change takes no name by that: forget_near(). */
void co_place_near(struct co_reading *r);
void co_place_forget_near(struct co_reading *r);

#endif
