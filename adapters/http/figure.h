/*
 * The figures of the programme that oversight sees: what each is, what it is made of, and its rows with their names in
 * both languages; as JSON and as CSV. The numbers come from schema/queries/read_stat_*.sql.
 */
#ifndef TOROKU_ADAPTERS_HTTP_FIGURE_H
#define TOROKU_ADAPTERS_HTTP_FIGURE_H

#include "engine/chart/chart.h"
#include "engine/port/reader.h"

enum figure_kind {
    FIGURE_TEXT,
    FIGURE_CASE,    /* a case's number */
    FIGURE_NAMED,   /* a code; its names stand in <id>_ja and <id>_en */
    FIGURE_COUNT,   /* a whole number */
    FIGURE_DECIMAL, /* a text of digits and a point */
    FIGURE_INSTANT, /* RFC 3339 */
    FIGURE_BOOL
};

struct figure_column {
    const char *id;
    enum figure_kind kind;
    struct {
        const char *ja, *en;
    } label;
};

#define FIGURE_COLUMNS_MAX 16

struct figure {
    const char *id; /* in paths: "stages" */
    enum reader_question question;
    const char *params; /* of its statement, a letter each: (f)rom, (t)o, (a)t, (c)harts, (l)imit, (w)orkflow, (z)one,
                           (o)pen days */
    bool of_period;     /* of the period asked for; else as it is now */
    bool is_list;       /* of cases: its totals count what was not listed, too */
    const char *bar;    /* the column that is drawn as well, or NULL */
    struct {
        const char *ja, *en;
    } title, definition;
    struct figure_column columns[FIGURE_COLUMNS_MAX]; /* ended by one without an id */
};

/* All figures in the order of the page; `figure_count` of them. */
extern const struct figure figures[];
extern const size_t figure_count;

/* The figure ${id}, or NULL. */
const struct figure *figure_find(const char *id);

/* The period asked about: civil days, both included, and the zone that they are days of. */
struct figure_period {
    civil_day first, last;
    const char *zone;
};

/*
 * What people and programs are shown of the statement's ${answer}: {figure, title, definition, period, at, columns,
 * rows, totals}, with the names of codes taken from ${charts}. A new value.
 */
struct value *figure_to_value(const struct figure *figure, const struct chart_set *charts,
                              const struct figure_period *period, const struct value *answer);

/* The rows of what figure_to_value made as a file of CSV, appended to ${out}: period and instant stand in every row. */
void figure_to_csv(const struct figure *figure, const struct value *v, GString *out);

#endif
