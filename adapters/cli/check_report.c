#include "adapters/cli/check_report.h"

#include "engine/chart/coverage.h"
#include "engine/chart/explore.h"
#include "engine/chart/promela.h"
#include "engine/error.h"

#include <stdio.h>
#include <string.h>

static void value_print_line(struct value *v)
{
    g_autoptr(GString) out = g_string_new(NULL);

    value_print(v, out);
    puts(out->str);
    value_unref(v);
}

/* ---- figures ---- */

static struct value *figures_value(const char *file, const struct exploration *e)
{
    const struct chart *chart = e->chart;
    struct value *v = value_new_map();

    value_map_set_text(v, "file", file);
    value_map_set_text(v, "workflow", chart->workflow);
    value_map_set_int(v, "version", chart->version);
    value_map_set_int(v, "states", chart->state_count - 1);
    value_map_set_int(v, "rows", chart->take_count);
    value_map_set_int(v, "deadlines", chart->deadline_count);
    value_map_set_int(v, "configurations", e->configurations);
    value_map_set_int(v, "stages", e->passing);
    value_map_set_int(v, "transitions", e->transitions);
    value_map_set_int(v, "guards_taken_both_ways", e->guards_open);
    value_map_set_bool(v, "complete", !e->limited);
    return v;
}

static void figures_print(const char *file, const struct exploration *e)
{
    const struct chart *chart = e->chart;

    printf("%s: %s@%d, %d states, %d rows, %d deadlines; %u configurations", file, chart->workflow, chart->version,
           chart->state_count - 1, chart->take_count, chart->deadline_count, e->configurations);
    if (e->passing > 0)
        printf(" and %u stages", e->passing);
    printf(", %u transitions", e->transitions);
    if (e->guards_open > 0)
        printf(", guards of %u row%s taken both ways", e->guards_open, e->guards_open == 1 ? "" : "s");
    puts(e->limited ? "; stopped there, at the limit" : "");
}

void check_print_figures(const char *file, const struct chart *chart, unsigned limit, bool json)
{
    struct exploration *e = chart_explore(chart, limit);

    if (json)
        value_print_line(figures_value(file, e));
    else
        figures_print(file, e);
    exploration_free(e);
}

/* ---- coverage ---- */

static const char *chart_file_name(const struct library *library, const struct chart *chart)
{
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *d = g_ptr_array_index(library->definitions, i);

        if (d->chart == chart)
            return d->file;
    }
    return chart->workflow; /* a file beside the library */
}

/* How many pieces from ${first} on are of the same file and kind. */
static guint pieces_run(const GArray *pieces, guint first)
{
    const struct coverage_piece *head = &g_array_index(pieces, struct coverage_piece, first);
    guint end = first;

    while (end < pieces->len && g_array_index(pieces, struct coverage_piece, end).chart == head->chart &&
           g_array_index(pieces, struct coverage_piece, end).kind == head->kind)
        end++;
    return end;
}

static void clause_print(const struct library *library, const struct coverage_clause *clause)
{
    const struct chart_rule *rule = clause->rule;
    const struct chart *last = NULL;

    printf("%s (%s): %s\n", rule->id, rule->is_default ? "default" : "rule", rule->title.en);
    if (clause->status == COVERAGE_OUTSIDE)
        printf("    outside: %s\n", rule->outside);
    else if (clause->status == COVERAGE_UNMET)
        printf("    NOT IMPLEMENTED: %s\n", rule->unmet);
    else if (clause->status == COVERAGE_UNCITED)
        printf("    NOT IMPLEMENTED\n");
    for (guint i = 0, end; i < clause->pieces->len; i = end) {
        const struct coverage_piece *piece = &g_array_index(clause->pieces, struct coverage_piece, i);

        end = pieces_run(clause->pieces, i);
        if (piece->chart == NULL)
            printf("    notices");
        else if (piece->chart != last)
            printf("    %s\n        %s", chart_file_name(library, piece->chart), coverage_kind_name(piece->kind));
        else
            printf("        %s", coverage_kind_name(piece->kind));
        last = piece->chart;
        for (guint p = i; p < end; p++)
            printf(" %s", g_array_index(clause->pieces, struct coverage_piece, p).id);
        putchar('\n');
    }
}

static struct value *clause_pieces(const struct library *library, const GArray *pieces)
{
    struct value *list = value_new_list(), *entry = NULL;
    const struct chart *last = NULL;

    for (guint i = 0, end; i < pieces->len; i = end) {
        const struct coverage_piece *piece = &g_array_index(pieces, struct coverage_piece, i);
        struct value *ids = value_new_list();

        end = pieces_run(pieces, i);
        if (entry == NULL || piece->chart != last) {
            entry = value_new_map();
            if (piece->chart != NULL) {
                value_map_set_text(entry, "file", chart_file_name(library, piece->chart));
                value_map_set_text(entry, "workflow", piece->chart->workflow);
                value_map_set_int(entry, "version", piece->chart->version);
            }
            value_list_add(list, entry);
        }
        last = piece->chart;
        for (guint p = i; p < end; p++)
            value_list_add(ids, value_new_text(g_array_index(pieces, struct coverage_piece, p).id));
        value_map_set(entry, coverage_kind_name(piece->kind), ids);
    }
    return list;
}

static struct value *clause_value(const struct library *library, const struct coverage_clause *clause)
{
    const struct chart_rule *rule = clause->rule;
    struct value *v = value_new_map(), *title = value_new_map();
    const char *why = clause->status == COVERAGE_OUTSIDE ? rule->outside
                      : clause->status == COVERAGE_UNMET ? rule->unmet
                                                         : NULL;

    value_map_set_text(v, "rule", rule->id);
    value_map_set_text(v, "kind", rule->is_default ? "default" : "rule");
    value_map_set_text(title, "ja", rule->title.ja);
    value_map_set_text(title, "en", rule->title.en);
    value_map_set(v, "title", title);
    value_map_set_text(v, "source", rule->source);
    value_map_set_text(v, "status", coverage_status_name(clause->status));
    if (why != NULL)
        value_map_set_text(v, "why", why);
    value_map_set(v, "by", clause_pieces(library, clause->pieces));
    return v;
}

static void coverage_sum(const GPtrArray *clauses)
{
    int counts[2][COVERAGE_UNCITED + 1] = {0}, totals[2] = {0};

    for (guint i = 0; i < clauses->len; i++) {
        const struct coverage_clause *clause = g_ptr_array_index(clauses, i);

        counts[clause->rule->is_default][clause->status]++;
        totals[clause->rule->is_default]++;
    }
    for (int d = 0; d < 2; d++)
        printf("%d of %d %s implemented, %d outside, %d not\n", counts[d][COVERAGE_IMPLEMENTED], totals[d],
               d == 0 ? "rules of the programme" : "defaults of this installation", counts[d][COVERAGE_OUTSIDE],
               counts[d][COVERAGE_UNMET] + counts[d][COVERAGE_UNCITED]);
}

void check_print_coverage(const struct library *library, const struct chart *only, bool json)
{
    g_autoptr(GPtrArray) charts = g_ptr_array_new(), clauses = NULL;

    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *d = g_ptr_array_index(library->definitions, i);

        if (only == NULL || d->chart == only)
            g_ptr_array_add(charts, d->chart);
    }
    clauses = coverage_of(library->book, charts);
    for (guint i = 0; i < clauses->len; i++) {
        const struct coverage_clause *clause = g_ptr_array_index(clauses, i);

        if (only != NULL &&
            (clause->pieces->len == 0 || g_array_index(clause->pieces, struct coverage_piece, 0).chart != only))
            continue;
        if (json)
            value_print_line(clause_value(library, clause));
        else
            clause_print(library, clause);
    }
    if (only == NULL && !json)
        coverage_sum(clauses);
}

/* ---- the model ---- */

bool check_write_promela(const struct chart *chart, const char *path, GError **error)
{
    g_autoptr(GString) text = promela_print(chart);
    g_autoptr(GError) failure = NULL;

    if (path == NULL) {
        fputs(text->str, stdout);
        return true;
    }
    if (g_file_set_contents(path, text->str, (gssize)text->len, &failure))
        return true;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "cannot write the model: %s", failure->message);
    return false;
}
