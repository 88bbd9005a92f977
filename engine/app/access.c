#include "engine/app/access.h"

#include <string.h>

static const char *const statistics_roles[] = {"ministry", "secretariat", "opsup", "committee", NULL};
static const char *const staff_roles[] = {"opsup", "secretariat", "committee", "ministry", "operator", NULL};

bool access_has_role(const struct actor *actor, const char *role)
{
    for (const char *const *held = actor->roles; held != NULL && *held != NULL; held++)
        if (strcmp(*held, role) == 0)
            return true;
    return false;
}

static bool access_has_any(const struct actor *actor, const char *const *roles)
{
    for (; *roles != NULL; roles++)
        if (access_has_role(actor, *roles))
            return true;
    return false;
}

enum access_eyes access_eyes(const struct actor *actor)
{
    if (access_has_any(actor, staff_roles))
        return EYES_STAFF;
    return actor->org != 0 ? EYES_ORG : EYES_PUBLIC;
}

bool access_sees_case(const struct actor *actor, int64_t owner)
{
    return access_eyes(actor) == EYES_STAFF || (actor->org != 0 && actor->org == owner);
}

bool access_may_read(const struct actor *actor, enum access_class access)
{
    bool reviews = access_has_role(actor, "opsup") || access_has_role(actor, "secretariat");

    if (access_eyes(actor) == EYES_ORG || access == ACCESS_PUBLIC)
        return true;
    if (access == ACCESS_PERSONAL)
        return reviews;
    if (access == ACCESS_RESTRICTED)
        return reviews || access_has_role(actor, "committee");
    return reviews || access_has_role(actor, "committee") || access_has_role(actor, "ministry");
}

bool access_is_partial(const struct actor *actor)
{
    return !access_may_read(actor, ACCESS_CASE) || !access_may_read(actor, ACCESS_RESTRICTED) ||
           !access_may_read(actor, ACCESS_PERSONAL);
}

/* The strictest class among the forms' fields of this id; numbers and what a signal brought are of class case. */
static enum access_class access_of(const struct chart *chart, const char *id)
{
    enum access_class strictest = ACCESS_PUBLIC;
    bool known = false;

    for (int i = 0; i < chart->form_count; i++) {
        const struct range *fields = &chart->forms[i].fields;

        for (int f = fields->first; f < fields->first + fields->count; f++)
            if (strcmp(chart->fields[f].id, id) == 0) {
                known = true;
                strictest = MAX(strictest, chart->fields[f].access);
            }
    }
    return known ? strictest : ACCESS_CASE;
}

struct value *access_readable(const struct actor *actor, const struct chart *chart, const struct value *data)
{
    struct value *readable = value_new_map();

    for (size_t i = 0; chart != NULL && i < value_size(data); i++) {
        const char *id = value_key_at(data, i);

        if (access_may_read(actor, access_of(chart, id)))
            value_map_set(readable, id, value_ref(value_member_at(data, i)));
    }
    return readable;
}

bool access_may_ask(const struct actor *actor, enum reader_question question)
{
    switch (question) {
    case READ_REGISTER:
    case READ_REGISTER_ENTRY:
    case READ_READY:
        return true;
    case READ_NOTICES:
        return access_has_role(actor, "operator");
    case READ_QUEUE:
    case READ_CASE:
    case READ_CASE_EVENTS:
    case READ_CASE_PART:
    case READ_CASES:
    case READ_SUBJECTS:
    case READ_TURNS:
    case READ_CASE_LIST:
    case READ_CASE_PAGE:
    case READ_INBOX:
    case READ_FEED:
    case READ_DOCUMENT:
    case READ_WHOAMI:
        return access_eyes(actor) != EYES_PUBLIC;
    case READ_STAT_CASES:
    case READ_STAT_DUE:
    case READ_STAT_ATTENTION:
    case READ_STAT_INCIDENTS:
    case READ_STAT_STAGES:
    case READ_STAT_LATENESS:
        return access_has_any(actor, statistics_roles);
    case READER_QUESTION_COUNT:
        break;
    }
    return false;
}
