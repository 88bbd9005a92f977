#include "engine/chart/chart.h"

static void text_copy(struct chart_text *to, const struct doc_text *from)
{
    to->ja = g_strdup(from->ja);
    to->en = g_strdup(from->en);
}

static void text_release(struct chart_text *text)
{
    g_free(text->ja);
    g_free(text->en);
}

static void rule_release(gpointer data)
{
    struct chart_rule *rule = data;

    g_free(rule->id);
    text_release(&rule->title);
    g_free(rule->source);
    g_free(rule->outside);
    g_free(rule->unmet);
    g_free(rule->place.file);
}

static void role_release(gpointer data)
{
    struct chart_role *role = data;

    g_free(role->id);
    text_release(&role->label);
    g_free(role->outside);
    g_free(role->place.file);
}

static void notice_release(gpointer data)
{
    struct chart_notice *notice = data;

    g_free(notice->id);
    text_release(&notice->subject);
    text_release(&notice->body);
    g_free(notice->place.file);
}

static void calendar_release(gpointer calendar)
{
    calendar_free(calendar);
}

static void zone_release(gpointer zone)
{
    zone_free(zone);
}

static GArray *rows_new(guint size, GDestroyNotify release)
{
    GArray *rows = g_array_new(FALSE, TRUE, size);

    g_array_set_clear_func(rows, release);
    return rows;
}

struct rulebook *rulebook_new(void)
{
    struct rulebook *book = g_new0(struct rulebook, 1);

    book->rules = rows_new(sizeof(struct chart_rule), rule_release);
    book->roles = rows_new(sizeof(struct chart_role), role_release);
    book->notices = rows_new(sizeof(struct chart_notice), notice_release);
    book->calendars = g_ptr_array_new_with_free_func(calendar_release);
    book->zones = g_ptr_array_new_with_free_func(zone_release);
    return book;
}

void rulebook_free(struct rulebook *book)
{
    if (book == NULL)
        return;
    g_array_unref(book->rules);
    g_array_unref(book->roles);
    g_array_unref(book->notices);
    g_ptr_array_unref(book->calendars);
    g_ptr_array_unref(book->zones);
    g_free(book);
}

bool rulebook_add_rule(struct rulebook *book, const struct doc_rule *rule)
{
    struct chart_rule row = {0};

    if (rulebook_rule(book, rule->id) != CHART_NONE)
        return false;
    row.id = g_strdup(rule->id);
    row.is_default = g_strcmp0(rule->kind, "default") == 0;
    row.source = g_strdup(rule->source);
    row.outside = g_strdup(rule->outside);
    row.unmet = g_strdup(rule->unmet);
    text_copy(&row.title, &rule->title);
    g_array_append_val(book->rules, row);
    return true;
}

bool rulebook_add_role(struct rulebook *book, const struct doc_role *role)
{
    struct chart_role row = {0};

    if (rulebook_role(book, role->id) != CHART_NONE)
        return false;
    row.id = g_strdup(role->id);
    row.is_relation = g_strcmp0(role->kind, "relation") == 0;
    text_copy(&row.label, &role->label);
    row.outside = g_strdup(role->outside);
    g_array_append_val(book->roles, row);
    return true;
}

bool rulebook_add_notice(struct rulebook *book, const struct doc_notice *notice)
{
    struct chart_notice row = {0};

    if (rulebook_notice(book, notice->id) != NULL)
        return false;
    row.id = g_strdup(notice->id);
    text_copy(&row.subject, &notice->subject);
    text_copy(&row.body, &notice->body);
    row.basis = notice->basis == NULL ? CHART_NONE : rulebook_rule(book, notice->basis);
    g_array_append_val(book->notices, row);
    return true;
}

int rulebook_rule(const struct rulebook *book, const char *id)
{
    for (guint i = 0; i < book->rules->len; i++)
        if (g_strcmp0(g_array_index(book->rules, struct chart_rule, i).id, id) == 0)
            return (int)i;
    return CHART_NONE;
}

int rulebook_role(const struct rulebook *book, const char *id)
{
    for (guint i = 0; i < book->roles->len; i++)
        if (g_strcmp0(g_array_index(book->roles, struct chart_role, i).id, id) == 0)
            return (int)i;
    return CHART_NONE;
}

const struct chart_notice *rulebook_notice(const struct rulebook *book, const char *id)
{
    for (guint i = 0; i < book->notices->len; i++) {
        const struct chart_notice *notice = &g_array_index(book->notices, struct chart_notice, i);

        if (g_strcmp0(notice->id, id) == 0)
            return notice;
    }
    return NULL;
}

const struct calendar *rulebook_calendar(const struct rulebook *book, const char *name)
{
    for (guint i = 0; i < book->calendars->len; i++) {
        const struct calendar *calendar = g_ptr_array_index(book->calendars, i);

        if (g_strcmp0(calendar_name(calendar), name) == 0)
            return calendar;
    }
    return NULL;
}

const struct zone *rulebook_zone(const struct rulebook *book, const char *name)
{
    for (guint i = 0; i < book->zones->len; i++) {
        const struct zone *zone = g_ptr_array_index(book->zones, i);

        if (g_strcmp0(zone_name(zone), name) == 0)
            return zone;
    }
    return NULL;
}
