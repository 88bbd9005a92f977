/*
 * What a person may do in a case now (できること): one offer for each event that some row of the present states lets
 * this person's roles raise. Pages and lists show these and nothing else; step() has the last word.
 */
#ifndef TOROKU_CORE_OFFER_H
#define TOROKU_CORE_OFFER_H

#include "engine/core/event.h"
#include "engine/core/snapshot.h"

struct offer {
    const char *event;     /* borrowed from the chart */
    int take;              /* the row in the chart: the first that may be taken, else the first that stands there */
    bool open;             /* may be raised, as far as can be told before a form is filled */
    char *why_ja, *why_en; /* not open: what stands in the way; owned. NULL when open */
};

/*
 * The offers of ${s} to ${actor} at ${at}, in document order, each event once: a new array of struct offer, whose texts
 * go with it. Events that the actor's roles never may raise here are no offers; one that four eyes or a guard forbid is
 * an offer that is not open. A guard that reads the row's form, or a linked case whose facts are not in ${linked} (as
 * in struct event; NULL: none), counts as passable.
 */
GArray *offers_of(const struct snapshot *s, const struct actor *actor, const struct value *linked, instant at);

/* The offer of ${event} in ${offers}, or NULL. */
const struct offer *offers_find(const GArray *offers, const char *event);

/* May ${actor} open a case of ${chart}, whose owner would be ${owner} (an organisation; 0: none)? Forms aside. */
bool offer_opens(const struct chart *chart, const struct actor *actor, int64_t owner);

#endif
