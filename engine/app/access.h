/*
 * Who may see what: the first wall (row level security is the second). Pure.
 *
 * What an actor may not see is answered as if it were not there: NOT_FOUND, never FORBIDDEN.
 */
#ifndef TOROKU_APP_ACCESS_H
#define TOROKU_APP_ACCESS_H

#include "engine/core/event.h"
#include "engine/core/snapshot.h"
#include "engine/port/reader.h"

/* Whose eyes a question is asked with; each has a database role of its own. */
enum access_eyes {
    EYES_PUBLIC, /* the register */
    EYES_ORG,    /* what belongs to the actor's organisation */
    EYES_STAFF   /* every case */
};

bool access_has_role(const struct actor *actor, const char *role);

/* Staff: the operation support body, secretariat, committee, ministries, operators. */
enum access_eyes access_eyes(const struct actor *actor);

/* May ${actor} know that this case exists? */
bool access_sees_case(const struct actor *actor, int64_t owner);

/* May ${actor}, who sees the case, read inputs of class ${access}? Owners read their own; of the bodies that run the
 * programme only those whose work needs it. Which body reads which class is this installation's default. */
bool access_may_read(const struct actor *actor, enum access_class access);

/* Are there inputs of a case that ${actor} sees and may not read? */
bool access_is_partial(const struct actor *actor);

/* The members of ${data}, fields of a case, that ${actor} may read: a new map. A field that several forms of ${chart}
 * have counts with its strictest class; NULL ${chart}: nothing is readable. */
struct value *access_readable(const struct actor *actor, const struct chart *chart, const struct value *data);

/* May ${actor} ask ${question} at all? */
bool access_may_ask(const struct actor *actor, enum reader_question question);

#endif
