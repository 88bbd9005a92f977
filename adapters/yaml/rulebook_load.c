#include "adapters/yaml/rulebook_load.h"

#include "adapters/yaml/schema.h"

#include <string.h>

#define FILE_BYTES_MAX (4 * 1024 * 1024)
#define TZDATA_FILE "/usr/share/zoneinfo/tzdata.zi"

static gint name_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *book_files(const char *directory, const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *path = g_build_filename(directory, folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".yaml") && name[0] != '.')
            g_ptr_array_add(names, folder == NULL ? g_strdup(name) : g_build_filename(folder, name, NULL));
    g_ptr_array_sort(names, name_compare);
    return names;
}

/* GLib names the file first; the finding has it already. */
static const char *why_of(const GError *error)
{
    const char *why = strrchr(error->message, ':');

    return why == NULL ? error->message : why + strlen(": ");
}

static void find_file(GPtrArray *findings, const char *file, const char *message)
{
    struct chart_finding *finding = chart_findings_add(findings, FINDING_UNREADABLE_FILE, "", "%s", message);

    finding->file = g_strdup(file);
}

char *book_text(const char *directory, const char *name, gsize *size, GPtrArray *findings)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(path, &text, size, &error))
        find_file(findings, name, why_of(error));
    else if (*size > FILE_BYTES_MAX)
        find_file(findings, name, "larger than 4 MiB");
    else
        return g_steal_pointer(&text);
    return NULL;
}

struct document *book_read(const char *directory, const char *name, const cyaml_schema_value_t *schema, char **source,
                           gsize *size, GPtrArray *findings)
{
    gsize bytes = 0;
    g_autofree char *text = book_text(directory, name, &bytes, findings);
    struct document *document = NULL;

    if (text != NULL)
        document = document_read(name, text, bytes, schema, findings);
    if (source != NULL)
        *source = g_steal_pointer(&text);
    if (size != NULL)
        *size = bytes;
    return document;
}

/* A finding about ${path} of the document, unless ${word} is one of two. */
static void check_word(const char *word, const char *one, const char *other, const char *path, GPtrArray *findings)
{
    if (strcmp(word, one) != 0 && strcmp(word, other) != 0)
        chart_findings_add(findings, FINDING_UNKNOWN_WORD, path, "\"%s\"; expected %s or %s", word, one, other);
}

static void load_rules(struct rulebook *book, const struct document *document, GPtrArray *findings)
{
    const struct doc_rules *doc = document->data;

    for (uint32_t i = 0; i < doc->rules_count; i++) {
        g_autofree char *id = g_strdup_printf("rules[%u].id", i);
        g_autofree char *kind = g_strdup_printf("rules[%u].kind", i);

        check_word(doc->rules[i].kind, "rule", "default", kind, findings);
        if (!rulebook_add_rule(book, &doc->rules[i]))
            chart_findings_add(findings, FINDING_DUPLICATE_ID, id, "there is a rule \"%s\" already", doc->rules[i].id);
        else
            g_array_index(book->rules, struct chart_rule, book->rules->len - 1).place = document_place_of(document, id);
    }
}

static void load_roles(struct rulebook *book, const struct document *document, GPtrArray *findings)
{
    const struct doc_roles *doc = document->data;

    for (uint32_t i = 0; i < doc->roles_count; i++) {
        g_autofree char *id = g_strdup_printf("roles[%u].id", i);
        g_autofree char *kind = g_strdup_printf("roles[%u].kind", i);

        check_word(doc->roles[i].kind, "membership", "relation", kind, findings);
        if (strcmp(doc->roles[i].id, "none") == 0)
            chart_findings_add(findings, FINDING_BAD_NAME, id, "\"none\" means nobody and is no role");
        else if (!rulebook_add_role(book, &doc->roles[i]))
            chart_findings_add(findings, FINDING_DUPLICATE_ID, id, "there is a role \"%s\" already", doc->roles[i].id);
        else
            g_array_index(book->roles, struct chart_role, book->roles->len - 1).place = document_place_of(document, id);
    }
}

static void load_notices(struct rulebook *book, const struct document *document, GPtrArray *findings)
{
    const struct doc_notices *doc = document->data;

    for (uint32_t i = 0; i < doc->notices_count; i++) {
        const struct doc_notice *notice = &doc->notices[i];
        g_autofree char *id = g_strdup_printf("notices[%u].id", i);
        g_autofree char *basis = g_strdup_printf("notices[%u].basis", i);

        if (notice->basis != NULL && rulebook_rule(book, notice->basis) == CHART_NONE)
            chart_findings_add(findings, FINDING_UNKNOWN_RULE, basis,
                               "there is no rule \"%s\"; expected one of workflows/rules", notice->basis);
        if (!rulebook_add_notice(book, notice))
            chart_findings_add(findings, FINDING_DUPLICATE_ID, id, "there is a notice \"%s\" already", notice->id);
        else
            g_array_index(book->notices, struct chart_notice, book->notices->len - 1).place =
                document_place_of(document, id);
    }
}

static void calendar_weekend(struct calendar *calendar, const struct doc_calendar *doc, GPtrArray *findings)
{
    static const struct {
        const char *word;
        struct calendar_reason name;
    } days[] = {{"monday", {"月曜日", "Monday"}},       {"tuesday", {"火曜日", "Tuesday"}},
                {"wednesday", {"水曜日", "Wednesday"}}, {"thursday", {"木曜日", "Thursday"}},
                {"friday", {"金曜日", "Friday"}},       {"saturday", {"土曜日", "Saturday"}},
                {"sunday", {"日曜日", "Sunday"}}};

    for (uint32_t i = 0; i < doc->weekend_count; i++) {
        g_autofree char *path = g_strdup_printf("weekend[%u]", i);
        bool found = false;

        for (size_t day = 0; day < G_N_ELEMENTS(days); day++)
            if (strcmp(doc->weekend[i], days[day].word) == 0) {
                calendar_close_weekday(calendar, (enum weekday)(MONDAY + (int)day), days[day].name);
                found = true;
            }
        if (!found)
            chart_findings_add(findings, FINDING_UNKNOWN_WORD, path,
                               "\"%s\"; expected a day of the week: monday to sunday", doc->weekend[i]);
    }
}

static bool calendar_date(const char *text, const char *path, civil_day *day, GPtrArray *findings)
{
    if (civil_parse(text, day))
        return true;
    chart_findings_add(findings, FINDING_BAD_VALUE, path, "\"%s\" is no date; expected YYYY-MM-DD", text);
    return false;
}

static void calendar_days(struct calendar *calendar, const struct doc_calendar *doc, civil_day announced_until,
                          GPtrArray *findings)
{
    for (uint32_t i = 0; i < doc->yearly_count; i++) {
        const struct doc_yearly *day = &doc->yearly[i];

        calendar_close_yearly(calendar, day->month, day->day, (struct calendar_reason){.ja = day->ja, .en = day->en});
    }
    for (uint32_t i = 0; i < doc->holidays_count; i++) {
        struct calendar_reason name = {.ja = doc->holidays[i].ja, .en = doc->holidays[i].en};
        g_autofree char *path = g_strdup_printf("holidays[%u].date", i);
        civil_day day;

        if (calendar_date(doc->holidays[i].date, path, &day, findings))
            calendar_close_day(calendar, day, name, day > announced_until);
    }
}

static void load_calendar(struct rulebook *book, const struct document *document, GPtrArray *findings)
{
    const struct doc_calendar *doc = document->data;
    struct calendar *calendar = calendar_new(doc->calendar, doc->version);
    civil_day first = 0, last = 0;
    guint before = findings->len;
    g_autoptr(GError) error = NULL;

    if (rulebook_calendar(book, doc->calendar) != NULL)
        chart_findings_add(findings, FINDING_DUPLICATE_ID, "calendar", "there is a calendar \"%s\" already",
                           doc->calendar);
    calendar_date(doc->first_day, "first_day", &first, findings);
    calendar_date(doc->announced_until, "announced_until", &last, findings);
    calendar_weekend(calendar, doc, findings);
    calendar_days(calendar, doc, last, findings);
    if (findings->len == before && !calendar_finish(calendar, first, last, &error))
        chart_findings_add(findings, FINDING_BAD_VALUE, "", "%s", error->message);
    if (findings->len == before)
        g_ptr_array_add(book->calendars, calendar);
    else
        calendar_free(calendar);
}

typedef void (*book_load)(struct rulebook *book, const struct document *document, GPtrArray *findings);

static void load_file(struct rulebook *book, const char *directory, const char *name,
                      const cyaml_schema_value_t *schema, book_load load, GPtrArray *findings)
{
    struct document *document = book_read(directory, name, schema, NULL, NULL, findings);
    guint first = findings->len;

    if (document == NULL)
        return;
    load(book, document, findings);
    document_place(document, findings, first);
    document_free(document);
}

static void load_folder(struct rulebook *book, const char *directory, const char *folder,
                        const cyaml_schema_value_t *schema, book_load load, GPtrArray *findings)
{
    g_autoptr(GPtrArray) names = book_files(directory, folder);

    for (guint i = 0; i < names->len; i++)
        load_file(book, directory, g_ptr_array_index(names, i), schema, load, findings);
}

void book_load_rules(struct rulebook *book, const char *directory, GPtrArray *findings)
{
    load_folder(book, directory, "rules", &schema_rules, load_rules, findings);
}

void book_load_roles(struct rulebook *book, const char *directory, const char *name, GPtrArray *findings)
{
    load_file(book, directory, name, &schema_roles, load_roles, findings);
}

void book_load_notices(struct rulebook *book, const char *directory, GPtrArray *findings)
{
    load_folder(book, directory, "notices", &schema_notices, load_notices, findings);
}

void book_load_calendars(struct rulebook *book, const char *directory, GPtrArray *findings)
{
    load_folder(book, directory, "calendars", &schema_calendar, load_calendar, findings);
}

/* The release of the zone data, from the first line of tzdata's source form: "# version 2025b". NULL: unknown. */
static char *tzdata_version(void)
{
    static const char prefix[] = "# version ";
    g_autofree char *text = NULL;

    if (!g_file_get_contents(TZDATA_FILE, &text, NULL, NULL) || !g_str_has_prefix(text, prefix))
        return NULL;
    text[strcspn(text, "\n")] = '\0';
    return g_strdup(text + strlen(prefix));
}

void book_add_zone(struct rulebook *book, const char *name)
{
    struct zone *zone;

    if (rulebook_zone(book, name) != NULL)
        return;
    zone = zone_new(name, NULL);
    if (zone == NULL)
        return;
    g_autofree char *version = tzdata_version();

    zone_set_tzdata_version(zone, version);
    g_ptr_array_add(book->zones, zone);
}
