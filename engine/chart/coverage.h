/*
 * Clause coverage: which pieces of which definitions implement each clause of the rulebook.
 *
 * A piece implements the clause that its basis names, written there or inherited. So that a form of forty fields does
 * not count forty times, a field is named only where its basis is another one than that of what it stands in.
 */
#ifndef TOROKU_CHART_COVERAGE_H
#define TOROKU_CHART_COVERAGE_H

#include "engine/chart/chart.h"

#define COVERAGE_KINDS(X)                                                                                              \
    X(ROW, "rows")                                                                                                     \
    X(STATE, "states")                                                                                                 \
    X(DEADLINE, "deadlines")                                                                                           \
    X(FORM, "forms")                                                                                                   \
    X(FIELD, "fields")                                                                                                 \
    X(NOTICE, "notices")

enum coverage_kind {
#define X(name, plural) COVERAGE_##name,
    COVERAGE_KINDS(X)
#undef X
        COVERAGE_KIND_COUNT
};

/* How a clause stands. */
enum coverage_status {
    COVERAGE_IMPLEMENTED, /* some piece has it as its basis */
    COVERAGE_OUTSIDE,     /* none needs to: the rulebook says why */
    COVERAGE_UNMET,       /* none does, and the rulebook says why */
    COVERAGE_UNCITED      /* none does, and nobody says why */
};

struct coverage_piece {
    enum coverage_kind kind;
    const struct chart *chart; /* borrowed; NULL for notices, which all share */
    char *id;                  /* a field: FORM.FIELD, and so on inwards */
};

struct coverage_clause {
    const struct chart_rule *rule; /* borrowed */
    enum coverage_status status;
    GArray *pieces; /* struct coverage_piece: by chart, kind, and place in the document */
};

/* The clauses of ${book}, in its order, with the pieces of ${charts} (struct chart) and the book's notices:
 * struct coverage_clause. g_ptr_array_unref it before book and charts go. */
GPtrArray *coverage_of(const struct rulebook *book, const GPtrArray *charts);

/* "rows", and "implemented". */
const char *coverage_kind_name(enum coverage_kind kind);
const char *coverage_status_name(enum coverage_status status);

#endif
