#include "engine/calendar/derivation.h"

void derivation_init(struct derivation *derivation)
{
    derivation->steps = g_array_new(FALSE, TRUE, sizeof(struct derivation_step));
}

void derivation_release(struct derivation *derivation)
{
    g_array_unref(derivation->steps);
    derivation->steps = NULL;
}

const char *derivation_name(enum derivation_kind kind)
{
    static const char *const names[] = {
#define X(name, text, clause) text,
        DERIVATION_KINDS(X)
#undef X
    };

    g_assert(kind < DERIVATION_KIND_COUNT);
    return names[kind];
}

const char *derivation_clause(enum derivation_kind kind)
{
    static const char *const clauses[] = {
#define X(name, text, clause) clause,
        DERIVATION_KINDS(X)
#undef X
    };

    g_assert(kind < DERIVATION_KIND_COUNT);
    return clauses[kind];
}
