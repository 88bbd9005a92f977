#include "engine/chart/coverage.h"

#include "engine/chart/configuration.h"

const char *coverage_kind_name(enum coverage_kind kind)
{
    static const char *const names[] = {
#define X(name, plural) plural,
        COVERAGE_KINDS(X)
#undef X
    };

    return names[kind];
}

const char *coverage_status_name(enum coverage_status status)
{
    static const char *const names[] = {"implemented", "outside", "unmet", "uncited"};

    return names[status];
}

static void piece_clear(gpointer data)
{
    struct coverage_piece *piece = data;

    g_free(piece->id);
}

static void clause_free(gpointer data)
{
    struct coverage_clause *clause = data;

    g_array_unref(clause->pieces);
    g_free(clause);
}

static void clause_add(GPtrArray *clauses, int basis, enum coverage_kind kind, const struct chart *chart,
                       const char *id)
{
    struct coverage_piece piece = {.kind = kind, .chart = chart};
    struct coverage_clause *clause;

    if (basis == CHART_NONE)
        return;
    clause = g_ptr_array_index(clauses, (guint)basis);
    piece.id = g_strdup(id);
    g_array_append_val(clause->pieces, piece);
    clause->status = COVERAGE_IMPLEMENTED;
}

static void clauses_add_fields(GPtrArray *clauses, const struct chart *chart, const struct range *fields, int basis,
                               const char *around)
{
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &chart->fields[f];
        g_autofree char *id = g_strconcat(around, ".", field->id, NULL);

        if (field->basis != basis)
            clause_add(clauses, field->basis, COVERAGE_FIELD, chart, id);
        clauses_add_fields(clauses, chart, &field->fields, field->basis, id);
    }
}

static void clauses_add_chart(GPtrArray *clauses, const struct chart *chart)
{
    for (int t = 0; t < chart->take_count; t++)
        clause_add(clauses, chart->takes[t].basis, COVERAGE_ROW, chart, chart->takes[t].row);
    for (int s = 1; s < chart->state_count; s++)
        if (!configuration_is_history(chart, s))
            clause_add(clauses, chart->states[s].basis, COVERAGE_STATE, chart, chart->states[s].id);
    for (int d = 0; d < chart->deadline_count; d++)
        clause_add(clauses, chart->deadlines[d].basis, COVERAGE_DEADLINE, chart, chart->deadlines[d].id);
    for (int f = 0; f < chart->form_count; f++)
        clause_add(clauses, chart->forms[f].basis, COVERAGE_FORM, chart, chart->forms[f].id);
    for (int f = 0; f < chart->form_count; f++)
        clauses_add_fields(clauses, chart, &chart->forms[f].fields, chart->forms[f].basis, chart->forms[f].id);
}

GPtrArray *coverage_of(const struct rulebook *book, const GPtrArray *charts)
{
    GPtrArray *clauses = g_ptr_array_new_with_free_func(clause_free);

    for (guint i = 0; i < book->rules->len; i++) {
        struct coverage_clause *clause = g_new0(struct coverage_clause, 1);

        clause->rule = &g_array_index(book->rules, struct chart_rule, i);
        clause->status = clause->rule->outside != NULL ? COVERAGE_OUTSIDE
                         : clause->rule->unmet != NULL ? COVERAGE_UNMET
                                                       : COVERAGE_UNCITED;
        clause->pieces = g_array_new(FALSE, FALSE, sizeof(struct coverage_piece));
        g_array_set_clear_func(clause->pieces, piece_clear);
        g_ptr_array_add(clauses, clause);
    }
    for (guint i = 0; i < charts->len; i++)
        clauses_add_chart(clauses, g_ptr_array_index(charts, i));
    for (guint i = 0; i < book->notices->len; i++) {
        const struct chart_notice *notice = &g_array_index(book->notices, struct chart_notice, i);

        clause_add(clauses, notice->basis, COVERAGE_NOTICE, NULL, notice->id);
    }
    return clauses;
}
