#include "adapters/cli/migrate_report.h"

#include <stdio.h>
#include <string.h>

#define PROGRESS_US (2 * G_USEC_PER_SEC)

/* Cases that stand alike. */
struct row {
    unsigned moved, refused;
};

struct migrate_report {
    int to;
    bool dry_run, json;
    unsigned moved, refused;
    GTree *rows;      /* "1 draft" -> struct row */
    GTree *reasons;   /* "deadline /deadlines/answer" -> cases, a guint behind a pointer */
    GTree *deadlines; /* "armed fresh" -> cases likewise */
    int64_t told_at;
};

static gint text_compare(gconstpointer a, gconstpointer b, gpointer data)
{
    (void)data;
    return strcmp(a, b);
}

struct migrate_report *migrate_report_new(int to, bool dry_run, bool json)
{
    struct migrate_report *report = g_new0(struct migrate_report, 1);

    report->to = to;
    report->dry_run = dry_run;
    report->json = json;
    report->rows = g_tree_new_full(text_compare, NULL, g_free, g_free);
    report->reasons = g_tree_new_full(text_compare, NULL, g_free, NULL);
    report->deadlines = g_tree_new_full(text_compare, NULL, g_free, NULL);
    report->told_at = g_get_monotonic_time();
    return report;
}

void migrate_report_free(struct migrate_report *report)
{
    g_tree_unref(report->rows);
    g_tree_unref(report->reasons);
    g_tree_unref(report->deadlines);
    g_free(report);
}

unsigned migrate_report_refused(const struct migrate_report *report)
{
    return report->refused;
}

/* Takes ${key}. */
static void count_add(GTree *counts, char *key)
{
    guint count = GPOINTER_TO_UINT(g_tree_lookup(counts, key));

    g_tree_replace(counts, key, GUINT_TO_POINTER(count + 1));
}

static char *states_text(const struct snapshot *s)
{
    GString *text = g_string_new(NULL);
    struct value *states = snapshot_states(s);

    for (size_t i = 0; i < value_size(states); i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : ",", value_text(value_at(states, i)));
    value_unref(states);
    return g_string_free(text, FALSE);
}

static void value_put(struct value *v)
{
    GString *out = g_string_new(NULL);

    value_print(v, out);
    puts(out->str);
    g_string_free(out, TRUE);
    value_unref(v);
}

static void refusal_put_json(const struct snapshot *s, const struct outcome *outcome)
{
    struct value *v = value_new_map(), *list = value_new_list();
    g_autofree char *number = snapshot_number(s);

    for (guint i = 0; i < outcome->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(outcome->findings, i);
        struct value *reason = value_new_map();

        value_map_set_text(reason, "reason", finding->rule);
        value_map_set_text(reason, "at", finding->pointer);
        value_map_set_text(reason, "text", finding->en);
        value_list_add(list, reason);
    }
    value_map_set_text(v, "case", number);
    value_map_set_int(v, "version", s->chart->version);
    value_map_set(v, "states", snapshot_states(s));
    value_map_set(v, "refused", list);
    value_put(v);
}

static void refusal_put(const struct migrate_report *report, const struct snapshot *s, const struct outcome *outcome)
{
    g_autofree char *number = snapshot_number(s);

    if (report->json) {
        refusal_put_json(s, outcome);
        return;
    }
    for (guint i = 0; i < outcome->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(outcome->findings, i);

        printf("%s: refused: %s [%s]\n", number, finding->en, finding->rule);
    }
}

static void report_changes(struct migrate_report *report, const struct value *record, const char *what)
{
    const struct value *ids = value_get(record, what);

    for (size_t i = 0; i < value_size(ids); i++)
        count_add(report->deadlines, g_strdup_printf("%s %s", what, value_text(value_at(ids, i))));
}

void migrate_report_case(struct migrate_report *report, const struct snapshot *before, const struct outcome *outcome)
{
    g_autofree char *states = states_text(before);
    char *key = g_strdup_printf("%7d  %s", before->chart->version, states);
    struct row *row = g_tree_lookup(report->rows, key);

    if (row == NULL) {
        row = g_new0(struct row, 1);
        g_tree_insert(report->rows, key, row);
    } else {
        g_free(key);
    }
    if (outcome->kind == OUTCOME_TAKEN) {
        report->moved++;
        row->moved++;
        report_changes(report, outcome->record, "armed");
        report_changes(report, outcome->record, "dropped");
        report_changes(report, outcome->record, "rederived");
        return;
    }
    report->refused++;
    row->refused++;
    for (guint i = 0; i < outcome->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(outcome->findings, i);

        count_add(report->reasons, g_strdup_printf("%s %s", finding->rule, finding->pointer));
    }
    refusal_put(report, before, outcome);
}

void migrate_report_progress(struct migrate_report *report)
{
    if (g_get_monotonic_time() < report->told_at + PROGRESS_US)
        return;
    report->told_at = g_get_monotonic_time();
    fprintf(stderr, "%u cases: %u %s, %u refused ...\n", report->moved + report->refused, report->moved,
            report->dry_run ? "would go over" : "have gone over", report->refused);
}

static gboolean row_put(gpointer key, gpointer data, gpointer user)
{
    const struct row *row = data;

    (void)user;
    printf("%-40s %9u %9u\n", (const char *)key, row->moved, row->refused);
    return FALSE;
}

static gboolean count_put(gpointer key, gpointer count, gpointer user)
{
    (void)user;
    printf("  %-60s %9u\n", (const char *)key, GPOINTER_TO_UINT(count));
    return FALSE;
}

static gboolean row_add(gpointer key, gpointer data, gpointer list)
{
    const struct row *row = data;
    g_auto(GStrv) parts = g_strsplit(g_strchug(key), "  ", 2);
    struct value *v = value_new_map();

    value_map_set_int(v, "version", g_ascii_strtoll(parts[0], NULL, 10));
    value_map_set_text(v, "states", parts[1]);
    value_map_set_int(v, "moved", row->moved);
    value_map_set_int(v, "refused", row->refused);
    value_list_add(list, v);
    return FALSE;
}

static gboolean count_add_value(gpointer key, gpointer count, gpointer map)
{
    value_map_set_int(map, key, GPOINTER_TO_UINT(count));
    return FALSE;
}

static void end_put_json(const struct migrate_report *report)
{
    struct value *v = value_new_map(), *rows = value_new_list(), *reasons = value_new_map(),
                 *deadlines = value_new_map();

    g_tree_foreach(report->rows, row_add, rows);
    g_tree_foreach(report->reasons, count_add_value, reasons);
    g_tree_foreach(report->deadlines, count_add_value, deadlines);
    value_map_set_int(v, "to", report->to);
    value_map_set_bool(v, "dry_run", report->dry_run);
    value_map_set_int(v, "cases", report->moved + report->refused);
    value_map_set_int(v, "moved", report->moved);
    value_map_set_int(v, "refused", report->refused);
    value_map_set(v, "by_states", rows);
    value_map_set(v, "by_reason", reasons);
    value_map_set(v, "deadlines", deadlines);
    value_put(v);
}

void migrate_report_end(struct migrate_report *report)
{
    if (report->json) {
        end_put_json(report);
        return;
    }
    printf("%-40s %9s %9s\n", "version  states", report->dry_run ? "would go" : "went over", "refused");
    g_tree_foreach(report->rows, row_put, NULL);
    printf("%-40s %9u %9u\n", "all", report->moved, report->refused);
    if (g_tree_nnodes(report->deadlines) > 0)
        printf("deadlines, and in how many cases:\n");
    g_tree_foreach(report->deadlines, count_put, NULL);
    if (g_tree_nnodes(report->reasons) > 0)
        printf("refusals, and in how many cases:\n");
    g_tree_foreach(report->reasons, count_put, NULL);
    printf("%u of %u cases %s to version %d%s\n", report->moved, report->moved + report->refused,
           report->dry_run ? "would go" : "went", report->to, report->dry_run ? "; nothing was changed" : "");
}
