/*
 * What events change: noted while they are decided, kept in their records, applied by fold().
 *
 * Changes of a map are a map themselves: a member that is new or other stands with what it is now, one that is gone
 * with null.
 */
#ifndef TOROKU_CORE_CHANGES_H
#define TOROKU_CORE_CHANGES_H

#include "engine/chart/value.h"

/* What an event changed, beside its effects: what the record is made of. Each is NULL while there is nothing of it. */
struct case_changes {
    GArray *rows;            /* int: the transitions taken, in order */
    struct value *set;       /* members of the data; null: cleared */
    struct value *flags;     /* null: taken away */
    struct value *history;   /* what history states remember now */
    struct value *rectified; /* by a rectification: what it tells of itself */
    GPtrArray *why;          /* struct value: derivations computed now, by deadline of the chart after the event */
};

/* A member of a record, unless it is empty: what did not happen needs no words. Takes ${v}. */
void changes_add(struct value *record, const char *key, struct value *v);

/* How ${is} differs from ${was}. A new map. */
struct value *changes_between(const struct value *was, const struct value *is);

/* Makes ${*map} what the changes say. */
void changes_apply(struct value **map, const struct value *changes);

/* The derivation of ${deadline} that was computed, or NULL. Borrowed. */
static inline const struct value *changes_why(const struct case_changes *c, int deadline)
{
    return c->why == NULL || (guint)deadline >= c->why->len ? NULL : g_ptr_array_index(c->why, (guint)deadline);
}

#endif
