/*
 * The words that pictures of a chart share, in Japanese and English.
 */
#include "engine/chart/graph.h"

#include <string.h>

const char *graph_label(const struct chart_text *label, const char *id, enum graph_language language)
{
    const char *own = language == GRAPH_JA ? label->ja : label->en;
    const char *other = language == GRAPH_JA ? label->en : label->ja;

    if (own != NULL)
        return own;
    return other != NULL ? other : id;
}

const char *graph_trigger(const struct chart_take *take)
{
    switch (take->trigger) {
    case TRIGGER_EVENT:
        return "event";
    case TRIGGER_SIGNAL:
        return "signal";
    case TRIGGER_DUE:
        return "due";
    case TRIGGER_DONE:
        return "done";
    case TRIGGER_INTERNAL:
        return "internal";
    case TRIGGER_EVENTLESS:
        return "eventless";
    }
    g_assert_not_reached();
}

char *graph_roles(const struct chart *chart, const struct index_list *roles, enum graph_language language)
{
    GString *out = g_string_new(NULL);

    for (int i = 0; i < roles->count; i++) {
        const struct chart_role *role = &g_array_index(chart->book->roles, struct chart_role, roles->items[i]);

        if (i > 0)
            g_string_append(out, language == GRAPH_JA ? "、" : ", ");
        g_string_append(out, graph_label(&role->label, role->id, language));
    }
    return g_string_free(out, FALSE);
}

char *graph_basis(const struct chart *chart, int basis, enum graph_language language)
{
    const struct chart_rule *rule;
    const char *title;

    if (basis == CHART_NONE)
        return NULL;
    rule = &g_array_index(chart->book->rules, struct chart_rule, basis);
    title = graph_label(&rule->title, rule->id, language);
    if (rule->is_default)
        return g_strdup_printf(language == GRAPH_JA ? "当方の既定：%s（%s）" : "Our default: %s (%s)", title, rule->id);
    return g_strdup_printf(language == GRAPH_JA ? "根拠：%s（%s）" : "Basis: %s (%s)", title, rule->id);
}

static void span_part(GString *out, int64_t n, const char *ja, const char *en, enum graph_language language)
{
    if (n == 0)
        return;
    if (language == GRAPH_JA)
        g_string_append_printf(out, "%" G_GINT64_FORMAT "%s", n, ja);
    else
        g_string_append_printf(out, "%s%" G_GINT64_FORMAT " %s%s", out->len == 0 ? "" : " ", n, en, n == 1 ? "" : "s");
}

/* "1 year 4 months", 1年4か月 */
static char *span_words(const struct span *span, enum graph_language language)
{
    GString *out = g_string_new(NULL);

    span_part(out, span->years, "年", "year", language);
    span_part(out, span->months, "か月", "month", language);
    span_part(out, span->days, "日", "day", language);
    span_part(out, span->business_days, "営業日", "business day", language);
    span_part(out, span->us / INSTANT_HOUR, "時間", "hour", language);
    span_part(out, span->us % INSTANT_HOUR / INSTANT_MINUTE, "分", "minute", language);
    span_part(out, span->us % INSTANT_MINUTE / INSTANT_SECOND, "秒", "second", language);
    if (out->len == 0)
        g_string_append(out, language == GRAPH_JA ? "0日" : "0 days");
    return g_string_free(out, FALSE);
}

/* The label of the field that ${path} leads to, as far as forms know it; else the path. */
static char *path_words(const struct chart *chart, const char *path, enum graph_language language)
{
    size_t size = strcspn(path, ".");
    const char *part = path + size;

    for (int f = 0; f < chart->form_count; f++)
        for (int i = 0; i < chart->forms[f].fields.count; i++) {
            const struct chart_field *field = &chart->fields[chart->forms[f].fields.first + i];
            const char *label = graph_label(&field->label, field->id, language);

            if (strncmp(field->id, path, size) != 0 || field->id[size] != '\0')
                continue;
            if (part[0] == '\0')
                return g_strdup_printf(language == GRAPH_JA ? "「%s」" : "\"%s\"", label);
            if (field->type == FIELD_PERIOD && strcmp(part, ".start") == 0)
                return g_strdup_printf(language == GRAPH_JA ? "「%s」の初日" : "the first day of \"%s\"", label);
            if (field->type == FIELD_PERIOD && strcmp(part, ".end") == 0)
                return g_strdup_printf(language == GRAPH_JA ? "「%s」の末日" : "the last day of \"%s\"", label);
        }
    return g_strdup(path);
}

static char *period_words(const struct chart *chart, const struct chart_deadline *d, enum graph_language language)
{
    g_autofree char *span = span_words(&d->rule.span, language);
    g_autofree char *of = d->of == NULL ? NULL : path_words(chart, d->of, language);
    const struct chart_deadline *other = d->anchor == ANCHOR_AHEAD_OF ? &chart->deadlines[d->ahead_of] : NULL;
    bool ja = language == GRAPH_JA;

    switch (d->anchor) {
    case ANCHOR_STATE_ENTRY:
        return ja ? g_strdup_printf("この状態に入ってから%s", span) : g_strdup_printf("%s from entry", span);
    case ANCHOR_DAY:
        return ja ? g_strdup_printf("%sから%s", of, span) : g_strdup_printf("%s from %s", span, of);
    case ANCHOR_DAY_AFTER:
        return ja ? g_strdup_printf("%sの翌日から%s", of, span) : g_strdup_printf("%s from the day after %s", span, of);
    case ANCHOR_DAY_BEFORE:
        return ja ? g_strdup_printf("%sの前日から%s", of, span)
                  : g_strdup_printf("%s from the day before %s", span, of);
    case ANCHOR_INSTANT:
        return ja ? g_strdup_printf("%sから%s", of, span) : g_strdup_printf("%s from %s", span, of);
    case ANCHOR_ONE_OF:
        break;
    case ANCHOR_YEAR_END:
        return ja ? g_strdup_printf("毎年%sから%s", of, span) : g_strdup_printf("%s from each %s", span, of);
    case ANCHOR_AHEAD_OF_DAY:
        return ja ? g_strdup_printf("%sの%s前", of, span) : g_strdup_printf("%s before %s", span, of);
    case ANCHOR_AHEAD_OF:
        return ja ? g_strdup_printf("「%s」の%s前", graph_label(&other->label, other->id, language), span)
                  : g_strdup_printf("%s before \"%s\"", span, graph_label(&other->label, other->id, language));
    }
    g_assert_not_reached();
}

char *graph_period(const struct chart *chart, int deadline, enum graph_language language)
{
    const struct chart_deadline *d = &chart->deadlines[deadline];
    g_autofree char *every = span_is_empty(&d->every) ? NULL : span_words(&d->every, language);
    g_autofree char *words = NULL;
    GString *out;

    if (d->anchor != ANCHOR_ONE_OF && every == NULL)
        return period_words(chart, d, language);
    if (every != NULL) {
        words = period_words(chart, d, language);
        return g_strdup_printf(language == GRAPH_JA ? "%s、以後%sごと" : "%s, then every %s", words, every);
    }
    if (language == GRAPH_JA)
        out = g_string_new(d->latest ? "次の最も遅いもの：" : "次の最も早いもの：");
    else
        out = g_string_new(d->latest ? "the latest of " : "the earliest of ");
    for (int i = 0; i < d->member_count; i++) {
        g_autofree char *member = period_words(chart, &d->members[i], language);

        g_string_append_printf(out, "%s%s", i == 0 ? "" : (language == GRAPH_JA ? "、" : ", "), member);
    }
    return g_string_free(out, FALSE);
}
