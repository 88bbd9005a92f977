#include "adapters/cli/timeline.h"

#include "engine/core/event.h"

#include <string.h>

/* One line to be: its place and what it says, as the object that --json prints. */
struct entry {
    instant at;
    int64_t case_id;
    int seq;        /* G_MAXINT: a refusal */
    int64_t origin; /* of a signal; its number is known when all cases are */
    const struct zone *zone;
    struct value *said;
};

struct timeline {
    const struct chart_set *charts;
    const struct play *play;
    GPtrArray *entries;  /* struct entry */
    GHashTable *numbers; /* case id -> "SA-1" */
    GHashTable *listed;  /* "register key" in force */
    struct timeline_figures figures;
};

static void entry_free(gpointer p)
{
    struct entry *entry = p;

    value_unref(entry->said);
    g_free(entry);
}

struct timeline *timeline_new(const struct chart_set *charts, const struct play *play)
{
    struct timeline *timeline = g_new0(struct timeline, 1);

    timeline->charts = charts;
    timeline->play = play;
    timeline->entries = g_ptr_array_new_with_free_func(entry_free);
    timeline->numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    timeline->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    if (timeline == NULL)
        return;
    g_ptr_array_unref(timeline->entries);
    g_hash_table_unref(timeline->numbers);
    g_hash_table_unref(timeline->listed);
    g_free(timeline);
}

static const char *timeline_number(const struct timeline *timeline, int64_t case_id)
{
    const char *number = g_hash_table_lookup(timeline->numbers, &case_id);

    return number == NULL ? "-" : number;
}

static void said_instant(struct value *said, const char *key, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    if (at == INSTANT_NEVER)
        return;
    instant_print(at, text);
    value_map_set_text(said, key, text);
}

/* What raised the event: who, which case, a reminder or the due instant of a deadline. */
static void entry_cause(struct timeline *timeline, struct entry *entry, const struct chart *chart,
                        const struct value *record)
{
    const char *kind = value_text(value_get(record, "kind")), *name = value_text(value_get(record, "name"));

    value_map_set_text(entry->said, "kind", kind);
    value_map_set_text(entry->said, "event", name);
    if (strcmp(kind, "command") == 0) {
        value_map_set_text(entry->said, "by",
                           play_login(timeline->play, value_int(value_path(record, "actor.person"))));
    } else if (strcmp(kind, "signal") == 0) {
        entry->origin = value_int(value_path(record, "origin.case"));
    } else {
        int deadline = chart_deadline_index(chart, name);
        bool reminder = value_int(value_get(record, "occurrence")) < chart->deadlines[deadline].reminder_count;

        value_map_set_text(entry->said, "kind", reminder ? "reminder" : "due");
        if (reminder)
            timeline->figures.reminders++;
        else
            timeline->figures.deadlines_fired++;
    }
}

/* What became of a deadline, unless only its next reminder moved on. ${known}: deadline -> its last record. */
static void said_deadline(const struct value *now, GHashTable *known, struct value *list)
{
    const char *id = value_text(value_get(now, "id"));
    const struct value *was = g_hash_table_lookup(known, id), *due = value_get(now, "due");
    struct value *v = value_new_map();
    char day[CIVIL_TEXT_SIZE];

    value_map_set_text(v, "id", id);
    if (value_bool(value_get(now, "gone"))) {
        value_map_set_text(v, "is", "gone");
    } else if (was != NULL && value_equal(due, value_get(was, "due")) &&
               value_equal(value_get(now, "arming"), value_get(was, "arming"))) {
        value_unref(v);
        return;
    } else if (due == NULL) {
        value_map_set_text(v, "is", "stopped");
    } else {
        civil_print((civil_day)value_int(value_get(now, "last_day")), day);
        value_map_set_text(v, "is", was == NULL ? "set" : "moved");
        value_map_set_text(v, "last_day", day);
        said_instant(v, "due", value_int(due));
    }
    value_list_add(list, v);
}

static void said_deadlines(const struct value *outcome, GHashTable *known, struct value *said)
{
    const struct value *deadlines = value_get(outcome, "deadlines");
    struct value *list = value_new_list();

    for (size_t i = 0; i < value_size(deadlines); i++) {
        const struct value *now = value_at(deadlines, i);
        const char *id = value_text(value_get(now, "id"));

        said_deadline(now, known, list);
        if (value_bool(value_get(now, "gone")))
            g_hash_table_remove(known, id);
        else
            g_hash_table_insert(known, g_strdup(id), value_ref(now));
    }
    if (value_size(list) > 0)
        value_map_set(said, "deadlines", value_ref(list));
    value_unref(list);
}

static void said_copy(const struct value *outcome, const char *key, struct value *said)
{
    if (value_size(value_get(outcome, key)) > 0)
        value_map_set(said, key, value_ref(value_get(outcome, key)));
}

/* Cases come by id, not by time, so what is listed at the end is told by each key's own case. */
static void timeline_list(struct timeline *timeline, const struct value *registers)
{
    for (size_t i = 0; i < value_size(registers); i++) {
        const struct value *op = value_at(registers, i);
        const char *is = value_text(value_get(op, "is"));
        g_autofree char *key =
            g_strdup_printf("%s %s", value_text(value_get(op, "register")), value_text(value_get(op, "key")));

        if (strcmp(is, "publish") == 0)
            g_hash_table_add(timeline->listed, g_steal_pointer(&key));
        else if (strcmp(is, "withdraw_entry") == 0)
            g_hash_table_remove(timeline->listed, key);
    }
}

static void timeline_add_event(struct timeline *timeline, const struct chart *chart, const struct history_case *c,
                               const struct history_event *event, GHashTable *known)
{
    const struct value *outcome = value_get(event->record, "outcome");
    struct entry *entry = g_new0(struct entry, 1);

    entry->at = event->at;
    entry->case_id = c->id;
    entry->seq = event->seq;
    entry->zone = chart->zone;
    entry->said = value_new_map();
    said_instant(entry->said, "at", event->at);
    value_map_set_text(entry->said, "case", timeline_number(timeline, c->id));
    value_map_set_int(entry->said, "seq", event->seq);
    entry_cause(timeline, entry, chart, event->record);
    said_copy(outcome, "rows", entry->said);
    said_copy(outcome, "states", entry->said);
    said_copy(outcome, "flags", entry->said);
    said_deadlines(outcome, known, entry->said);
    said_copy(outcome, "notices", entry->said);
    said_copy(outcome, "signals", entry->said);
    said_copy(outcome, "registers", entry->said);
    timeline_list(timeline, value_get(outcome, "registers"));
    timeline->figures.notices += (unsigned)value_size(value_get(outcome, "notices"));
    g_ptr_array_add(timeline->entries, entry);
}

static void known_free(gpointer v)
{
    value_unref(v);
}

void timeline_add_case(struct timeline *timeline, const struct chart *chart, const struct history_case *c)
{
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);

    g_hash_table_insert(timeline->numbers, g_memdup2(&c->id, sizeof c->id),
                        g_strdup_printf("%s-%" G_GINT64_FORMAT, chart->prefix, c->id));
    for (guint i = 0; i < c->events->len; i++)
        timeline_add_event(timeline, chart, c, g_ptr_array_index(c->events, i), known);
    timeline->figures.cases++;
    timeline->figures.events += c->events->len;
    g_hash_table_unref(known);
}

static struct value *said_findings(const GPtrArray *findings)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        struct value *v = value_new_map();

        value_map_set_text(v, "pointer", finding->pointer);
        value_map_set_text(v, "rule", finding->rule);
        value_list_add(list, v);
    }
    return list;
}

static void timeline_add_refusal(struct timeline *timeline, const struct play_refusal *refusal)
{
    const struct chart *any = g_ptr_array_index(timeline->charts->charts, 0);
    struct entry *entry = g_new0(struct entry, 1);

    entry->at = refusal->at;
    entry->case_id = refusal->case_id;
    entry->seq = G_MAXINT;
    entry->zone = any->zone;
    entry->said = value_new_map();
    said_instant(entry->said, "at", refusal->at);
    value_map_set_text(entry->said, "case", timeline_number(timeline, refusal->case_id));
    value_map_set_text(entry->said, "kind", "refused");
    value_map_set_text(entry->said, "event", refusal->event);
    value_map_set_text(entry->said, "by", refusal->who);
    value_map_set_text(entry->said, "code", refusal->code);
    value_map_set_text(entry->said, "reason", refusal->reason);
    if (refusal->findings->len > 0)
        value_map_set(entry->said, "findings", said_findings(refusal->findings));
    g_ptr_array_add(timeline->entries, entry);
}

/* Refusals of one case and instant stay in the order of the scenario: the sort is stable. */
static gint entry_compare(gconstpointer a, gconstpointer b)
{
    const struct entry *x = *(const struct entry *const *)a, *y = *(const struct entry *const *)b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->case_id != y->case_id)
        return x->case_id < y->case_id ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

void timeline_finish(struct timeline *timeline)
{
    const GPtrArray *refusals = play_refusals(timeline->play);

    for (guint i = 0; i < timeline->entries->len; i++) {
        const struct entry *entry = g_ptr_array_index(timeline->entries, i);

        if (entry->origin != 0)
            value_map_set_text(entry->said, "from", timeline_number(timeline, entry->origin));
    }
    for (guint i = 0; i < refusals->len; i++)
        timeline_add_refusal(timeline, g_ptr_array_index(refusals, i));
    g_ptr_array_sort(timeline->entries, entry_compare);
    timeline->figures.refusals = refusals->len;
    timeline->figures.register_entries = g_hash_table_size(timeline->listed);
}

struct timeline_figures timeline_figures(const struct timeline *timeline)
{
    return timeline->figures;
}

static void print_local(const struct entry *entry, GString *line)
{
    char day_text[CIVIL_TEXT_SIZE];
    civil_day day;
    int64_t us;

    zone_day(entry->zone, entry->at, &day, &us);
    civil_print(day, day_text);
    g_string_append_printf(line, "%s %02d:%02d:%02d", day_text, (int)(us / INSTANT_HOUR),
                           (int)(us / INSTANT_MINUTE % 60), (int)(us / INSTANT_SECOND % 60));
    if (us % INSTANT_SECOND != 0)
        g_string_append_printf(line, ".%06d", (int)(us % INSTANT_SECOND));
}

/* The texts of a list, joined by blanks. */
static void print_list(GString *line, const char *before, const struct value *list)
{
    for (size_t i = 0; i < value_size(list); i++)
        g_string_append_printf(line, "%s%s", i == 0 ? before : " ", value_text(value_at(list, i)));
}

static void print_deadlines(GString *line, const struct value *deadlines)
{
    for (size_t i = 0; i < value_size(deadlines); i++) {
        const struct value *d = value_at(deadlines, i);
        const char *id = value_text(value_get(d, "id")), *is = value_text(value_get(d, "is"));
        const char *last_day = value_text(value_get(d, "last_day"));

        g_string_append(line, i == 0 ? " | " : ", ");
        if (last_day != NULL)
            g_string_append_printf(line, "%s %s", id, last_day);
        else
            g_string_append_printf(line, "%s %s", id, is);
    }
}

static void print_arrows(GString *line, const char *arrow, const struct value *list, const char *what)
{
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *v = value_at(list, i);

        g_string_append_printf(line, "%s%s %s %s", i == 0 ? " | " : ", ", value_text(value_get(v, what)), arrow,
                               value_text(value_get(v, "to")));
    }
}

static void print_registers(GString *line, const struct value *registers)
{
    for (size_t i = 0; i < value_size(registers); i++) {
        const struct value *v = value_at(registers, i);
        const char *banner = value_text(value_get(v, "banner"));

        g_string_append_printf(line, "%s%s %s %s", i == 0 ? " | " : ", ", value_text(value_get(v, "is")),
                               value_text(value_get(v, "register")), value_text(value_get(v, "key")));
        if (banner != NULL)
            g_string_append_printf(line, " (%s)", banner);
    }
}

static void print_flags(GString *line, const struct value *flags)
{
    for (size_t i = 0; i < value_size(flags); i++)
        g_string_append_printf(line, "%s%s%s", i == 0 ? " | " : ", ",
                               value_is_null(value_member_at(flags, i)) ? "no longer " : "", value_key_at(flags, i));
}

static void print_refusal(GString *line, const struct value *said)
{
    const struct value *findings = value_get(said, "findings");

    g_string_append_printf(line, "%s by %s: refused, %s: %s", value_text(value_get(said, "event")),
                           value_text(value_get(said, "by")), value_text(value_get(said, "code")),
                           value_text(value_get(said, "reason")));
    for (size_t i = 0; i < value_size(findings); i++)
        g_string_append_printf(line, "%s%s %s", i == 0 ? " | " : ", ",
                               value_text(value_get(value_at(findings, i), "pointer")),
                               value_text(value_get(value_at(findings, i), "rule")));
}

static void print_cause(GString *line, const struct value *said)
{
    const char *kind = value_text(value_get(said, "kind")), *by = value_text(value_get(said, "by"));
    const char *from = value_text(value_get(said, "from"));

    g_string_append(line, value_text(value_get(said, "event")));
    if (from != NULL)
        g_string_append_printf(line, " from %s", from);
    else if (strcmp(kind, "command") == 0)
        g_string_append_printf(line, " by %s", by == NULL ? "-" : by);
    else
        g_string_append_printf(line, " %s", kind);
}

static void entry_print(const struct entry *entry, GString *line)
{
    const struct value *said = entry->said;

    print_local(entry, line);
    g_string_append_printf(line, "  %-6s ", value_text(value_get(said, "case")));
    if (entry->seq == G_MAXINT) {
        print_refusal(line, said);
        return;
    }
    print_cause(line, said);
    print_list(line, " [", value_get(said, "rows"));
    g_string_append(line, value_get(said, "rows") == NULL ? " ->" : "] ->");
    print_list(line, " ", value_get(said, "states"));
    print_flags(line, value_get(said, "flags"));
    print_deadlines(line, value_get(said, "deadlines"));
    print_arrows(line, "->", value_get(said, "notices"), "notice");
    print_arrows(line, "=>", value_get(said, "signals"), "signal");
    print_registers(line, value_get(said, "registers"));
}

void timeline_print(const struct timeline *timeline, FILE *out)
{
    GString *line = g_string_new(NULL);

    for (guint i = 0; i < timeline->entries->len; i++) {
        g_string_truncate(line, 0);
        entry_print(g_ptr_array_index(timeline->entries, i), line);
        fprintf(out, "%s\n", line->str);
    }
    g_string_free(line, TRUE);
}

void timeline_print_json(const struct timeline *timeline, FILE *out)
{
    GString *line = g_string_new(NULL);

    for (guint i = 0; i < timeline->entries->len; i++) {
        g_string_truncate(line, 0);
        value_print(((const struct entry *)timeline->entries->pdata[i])->said, line);
        fprintf(out, "%s\n", line->str);
    }
    g_string_free(line, TRUE);
}
