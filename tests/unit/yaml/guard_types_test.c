/* What is found about guards and the data that they read: the class of the finding and where it stands. */
#include "adapters/yaml/document.h"
#include "adapters/yaml/schema.h"
#include "engine/chart/compile.h"
#include "engine/chart/guard_logic.h"
#include "engine/chart/guard_states.h"
#include "engine/chart/verify.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

/* clang-format off */
static const char head_yaml[] =
    "version: 1\n"
    "effective: 2026-04-01\n"
    "title: {ja: 件, en: Case}\n"
    "zone: Asia/Tokyo\n"
    "basis: default\n";
static const char hive_yaml[] =
    "workflow: hive\n"
    "prefix: HV\n"
    "%s"
    "opened_by: {by: [owner], form: start}\n"
    "relations: [{id: keeper, workflow: keeper, same_subject: true}]\n"
    "forms:\n"
    "- id: start\n"
    "  title: {ja: 様式, en: Form}\n"
    "  fields:\n"
    "  - {id: name, type: text, label: {ja: あ, en: A}}\n"
    "  - {id: size, type: int, label: {ja: あ, en: A}}\n"
    "  - {id: safe, type: bool, label: {ja: あ, en: A}}\n"
    "  - {id: kind, type: enum, options: [new, old], label: {ja: あ, en: A}}\n"
    "  - {id: day, type: date, label: {ja: あ, en: A}}\n"
    "  - {id: moment, type: instant, label: {ja: あ, en: A}}\n"
    "  - {id: span, type: period, label: {ja: あ, en: A}}\n"
    "  - {id: tags, type: list, items: enum, options: [wild, tame], label: {ja: あ, en: A}}\n"
    "  - {id: mixed, type: date, label: {ja: あ, en: A}}\n"
    "  - {id: home, type: text, access: personal, label: {ja: あ, en: A}}\n"
    "- id: later\n"
    "  title: {ja: 様式, en: Form}\n"
    "  fields:\n"
    "  - {id: verdict, type: enum, options: [good, bad], label: {ja: あ, en: A}}\n"
    "  - {id: mixed, type: int, label: {ja: あ, en: A}}\n"
    "  - {id: copied, type: date, label: {ja: あ, en: A}}\n"
    "  - {id: home2, type: text, access: personal, label: {ja: あ, en: A}}\n"
    "states:\n"
    "- id: first\n"
    "  turn: [owner]\n"
    "  waits: {forever: a test}\n"
    "  take:\n"
    "  - {row: A1, event: go, by: [owner], %s, to: [second]}\n"
    "  - {row: A2, event: on, by: [owner], form: later, do: [{set: kept_day, from: copied}], to: [second]}\n"
    "- id: second\n"
    "  turn: [owner]\n"
    "  waits: {forever: a test}\n"
    "  take:\n"
    "  - {row: B1, event: go, by: [owner], %s, to: [ended]}\n"
    "  - {row: B2, event: back, by: [owner], to: [ended]}\n"
    "  - {row: B3, signal: told, do: [{set: told_size}, {set: told_day}]}\n"
    "- {id: ended, final: true}\n";
static const char keeper_yaml[] =
    "workflow: keeper\n"
    "prefix: KP\n"
    "%s"
    "opened_by: {by: [owner], form: start}\n"
    "relations: [{id: hive, workflow: hive, same_subject: true}]\n"
    "forms:\n"
    "- id: start\n"
    "  title: {ja: 様式, en: Form}\n"
    "  fields:\n"
    "  - {id: told_size, type: int, label: {ja: あ, en: A}}\n"
    "  - {id: told_day, type: date, label: {ja: あ, en: A}}\n"
    "  - {id: rank, type: enum, options: [high, low], label: {ja: あ, en: A}}\n"
    "  - {id: unread, type: text, label: {ja: あ, en: A}}\n"
    "states:\n"
    "- id: there\n"
    "  turn: [owner]\n"
    "  waits: {forever: a test}\n"
    "  take: [{row: K1, event: tell, by: [owner], when: {field: rank, is: high}, to: [gone],\n"
    "          do: [{signal: told, to: [hive], with: [told_size, told_day]}]}]\n"
    "- {id: gone, final: true}\n";
/* clang-format on */

static struct rulebook *book;

static void types_setup(void)
{
    struct doc_rule rule = {.id = (char[]){"default"}, .kind = (char[]){"default"}};
    struct doc_role role = {.id = (char[]){"owner"}, .kind = (char[]){"relation"}};

    book = rulebook_new();
    cr_assert(rulebook_add_rule(book, &rule));
    cr_assert(rulebook_add_role(book, &role));
    g_ptr_array_add(book->zones, zone_new("Asia/Tokyo", NULL));
}

static void types_teardown(void)
{
    rulebook_free(book);
}

TestSuite(guard_types, .init = types_setup, .fini = types_teardown);

static struct chart *compiled(const char *text, GPtrArray *findings)
{
    struct document *document = document_read("x.yaml", text, strlen(text), &schema_workflow, findings);
    struct chart *chart = document == NULL ? NULL : chart_compile(document->data, book, findings);

    document_free(document);
    return chart;
}

/* Compiles a hive with these guards in its first and in its second state, and holds it up to the keeper. */
static void hive_find(const char *first, const char *second, GPtrArray *findings)
{
    struct chart_set *set = chart_set_new();
    g_autofree char *keeper = g_strdup_printf(keeper_yaml, head_yaml);
    g_autofree char *hive = g_strdup_printf(hive_yaml, head_yaml, first, second);
    struct chart *one = compiled(keeper, findings), *other = compiled(hive, findings);

    if (one != NULL)
        chart_set_add(set, one);
    if (other != NULL) {
        chart_set_add(set, other);
        chart_verify_links(other, set, findings);
    }
    chart_set_free(set);
}

#define FIRST "states[0].take[0].when"
#define SECOND "states[1].take[0].when"

/* A guard of the first row, and what is found; no path: nothing is. */
static const struct {
    const char *guard;
    enum finding_code code;
    const char *path;
} firsts[] = {
    {"{field: size, at_least: 3}", 0, NULL},
    {"{field: tags, at_least: 3}", 0, NULL},
    {"{field: tags, has: wild}", 0, NULL},
    {"{field: day, before: today}", 0, NULL},
    {"{field: day, after: span.end, plus: {months: 2}}", 0, NULL},
    {"{field: moment, after: now, minus: {hours: 3}}", 0, NULL},
    {"{linked: keeper, field: rank, in: [high, low]}", 0, NULL},
    {"{count: go, at_most: 2}", 0, NULL},
    {"{field: size, at_least: many}", FINDING_UNKNOWN_FIELD, FIRST ".at_least"},
    {"{field: size, at_least: 3x}", FINDING_TYPE_MISMATCH, FIRST ".at_least"},
    {"{field: size, at_least: day}", FINDING_TYPE_MISMATCH, FIRST ".at_least"},
    {"{field: name, at_least: 3}", FINDING_TYPE_MISMATCH, FIRST ".field"},
    {"{field: size, is: three}", FINDING_TYPE_MISMATCH, FIRST ".is"},
    {"{field: safe, is: yes_it_is}", FINDING_TYPE_MISMATCH, FIRST ".is"},
    {"{field: day, is: yesterday}", FINDING_TYPE_MISMATCH, FIRST ".is"},
    {"{field: span, is: '2026-01-01'}", FINDING_TYPE_MISMATCH, FIRST ".is"},
    {"{field: kind, is: nwe}", FINDING_UNKNOWN_OPTION, FIRST ".is"},
    {"{field: kind, in: [new, odl]}", FINDING_UNKNOWN_OPTION, FIRST ".in[1]"},
    {"{field: tags, has: wold}", FINDING_UNKNOWN_OPTION, FIRST ".has"},
    {"{field: name, has: a}", FINDING_TYPE_MISMATCH, FIRST ".field"},
    {"{field: size, before: today}", FINDING_TYPE_MISMATCH, FIRST ".field"},
    {"{field: day, before: now}", FINDING_TYPE_MISMATCH, FIRST ".before"},
    {"{field: moment, after: today}", FINDING_TYPE_MISMATCH, FIRST ".after"},
    {"{field: day, before: moment}", FINDING_TYPE_MISMATCH, FIRST ".before"},
    {"{field: day, before: '2026-02-30'}", FINDING_TYPE_MISMATCH, FIRST ".before"},
    {"{field: moment, before: '2026-02-20'}", FINDING_TYPE_MISMATCH, FIRST ".before"},
    {"{field: day, before: today, plus: {hours: 3}}", FINDING_TYPE_MISMATCH, FIRST ".plus"},
    {"{field: moment, before: now, minus: {days: 3}}", FINDING_TYPE_MISMATCH, FIRST ".minus"},
    {"{field: day, before: today, plus: {business_days: 3}}", FINDING_BAD_PERIOD, FIRST ".plus"},
    {"{field: day, before: today, plus: {days: 3}, minus: {days: 1}}", FINDING_CHOOSE_ONE, FIRST ".minus"},
    {"{field: size, at_least: 3, plus: {days: 3}}", FINDING_MISPLACED_KEY, FIRST ".plus"},
    {"{field: size, at_least: 3, at_most: 4}", FINDING_CHOOSE_ONE, FIRST},
    {"{in_state: first, at_least: 3}", FINDING_MISPLACED_KEY, FIRST},
    {"{field: nmae, present: true}", FINDING_UNKNOWN_FIELD, FIRST ".field"},
    {"{field: span.middle, present: true}", FINDING_NO_SUCH_PART, FIRST ".field"},
    {"{field: home, present: true}", FINDING_ERASABLE_READ, FIRST ".field"},
    {"{field: mixed, before: today}", FINDING_TYPE_MISMATCH, FIRST ".field"}, /* an int in the other form */
    {"{count: leave, at_least: 1}", FINDING_UNKNOWN_EVENT, FIRST ".count"},
    {"{count: go, at_least: size}", FINDING_TYPE_MISMATCH, FIRST ".at_least"},
    {"{count: go, present: true}", FINDING_CHOOSE_ONE, FIRST},
    {"{all: [{field: safe, is: 'true'}, {not: {field: size, is: x}}]}", FINDING_TYPE_MISMATCH, FIRST ".all[1].not.is"},
    /* what other workflows decide */
    {"{linked: keeper, field: rank, is: hihg}", FINDING_UNKNOWN_OPTION, FIRST ".is"},
    {"{linked: keeper, field: rank, at_least: 3}", FINDING_TYPE_MISMATCH, FIRST ".field"},
    {"{linked: keeper, field: rnak, is: high}", FINDING_UNKNOWN_FIELD, FIRST ".field"},
    {"{linked: keeper, field: unread, is: high}", FINDING_UNKNOWN_FIELD, FIRST ".field"},
    {"{linked: keeper, field: rank, day_after: keeper.rank}", FINDING_CHOOSE_ONE, FIRST},
    {"{field: told_size, before: today}", FINDING_UNSET_FIELD, FIRST ".field"},
    /* what is set too late */
    {"{field: verdict, is: good}", FINDING_UNSET_FIELD, FIRST ".field"},
    {"{field: kept_day, before: today}", FINDING_UNSET_FIELD, FIRST ".field"},
    /* what contradicts itself */
    {"{all: [{field: size, at_least: 3}, {field: size, less_than: 3}]}", FINDING_DEAD_ROW, FIRST},
};

static void expect_finding(const char *guard, enum finding_code code, const char *path, GPtrArray *findings)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool found = path == NULL;

    for (guint i = 0; i < findings->len; i++) {
        const struct chart_finding *finding = g_ptr_array_index(findings, i);

        found = found || (finding->code == code && strcmp(finding->path, path) == 0);
        chart_finding_print(finding, text);
    }
    cr_expect(found, "%s: expected %s at %s, got\n%s", guard, finding_code_name(code), path, text->str);
    cr_expect_eq(findings->len, path == NULL ? 0u : 1u, "%s: got\n%s", guard, text->str);
}

Test(guard_types, what_does_not_fit_is_found_where_it_stands)
{
    for (size_t i = 0; i < G_N_ELEMENTS(firsts); i++) {
        g_autoptr(GPtrArray) findings = chart_findings_new();
        g_autofree char *when = g_strdup_printf("when: %s", firsts[i].guard);

        hive_find(when, "label: {ja: あ, en: A}", findings);
        expect_finding(firsts[i].guard, firsts[i].code, firsts[i].path, findings);
    }
}

/* In the second state: some way there has set it. */
Test(guard_types, what_a_way_here_has_set_may_be_read)
{
    static const struct {
        const char *guard;
        enum finding_code code;
        const char *path;
    } seconds[] = {
        {"{field: verdict, is: good}", 0, NULL},
        {"{field: kept_day, before: today}", 0, NULL},
        {"{field: kept_day, at_least: 3}", FINDING_TYPE_MISMATCH, SECOND ".field"},
        {"{field: kept_day.month, present: true}", FINDING_NO_SUCH_PART, SECOND ".field"},
        {"{field: told_size, at_least: 3}", 0, NULL},
        {"{field: told_day, before: today}", 0, NULL},
        {"{field: told_size, before: today}", FINDING_TYPE_MISMATCH, SECOND ".field"},
        {"{field: told_size, is: many}", FINDING_TYPE_MISMATCH, SECOND ".is"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(seconds); i++) {
        g_autoptr(GPtrArray) findings = chart_findings_new();
        g_autofree char *when = g_strdup_printf("when: %s", seconds[i].guard);

        hive_find("label: {ja: あ, en: A}", when, findings);
        expect_finding(seconds[i].guard, seconds[i].code, seconds[i].path, findings);
    }
}

/* What is certain of a guard in a configuration, and what data decide. */
Test(guard_types, guards_over_states_alone)
{
    static const struct {
        const char *guard;
        enum guard_truth truth; /* while the first state is active */
    } rows[] = {
        {"{in_state: first}", GUARD_TRUE},
        {"{in_state: second}", GUARD_FALSE},
        {"{not: {in_state: second}}", GUARD_TRUE},
        {"{field: safe, is: 'true'}", GUARD_UNKNOWN},
        {"{not: {field: safe, is: 'true'}}", GUARD_UNKNOWN},
        {"{all: [{in_state: first}, {field: safe, is: 'true'}]}", GUARD_UNKNOWN},
        {"{all: [{in_state: second}, {field: safe, is: 'true'}]}", GUARD_FALSE},
        {"{any: [{in_state: first}, {field: safe, is: 'true'}]}", GUARD_TRUE},
        {"{any: [{in_state: second}, {count: go, at_least: 1}]}", GUARD_UNKNOWN},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) findings = chart_findings_new();
        g_autofree char *when = g_strdup_printf("when: %s", rows[i].guard);
        g_autofree char *text = g_strdup_printf(hive_yaml, head_yaml, "label: {ja: あ, en: A}", when);
        struct chart *chart = compiled(text, findings);
        struct state_set states = {0};

        cr_assert_not_null(chart, "%s", rows[i].guard);
        state_set_add(&states, 0);
        state_set_add(&states, chart_state_index(chart, "first"));
        cr_expect_eq(guard_over_states(chart, chart->takes[2].guard, &states), rows[i].truth, "%s", rows[i].guard);
        cr_expect_eq(guard_over_states(chart, CHART_NONE, &states), GUARD_TRUE);
        chart_free(chart);
    }
}

/* A guard reads what has been set into the case, not what the signal brings to be set. */
Test(guard_types, a_guard_of_a_signal_reads_the_case)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();

    hive_find("label: {ja: あ, en: A}",
              "to: [ended]}\n  - {row: B4, signal: moved, when: {field: carried, present: true}", findings);
    expect_finding("carried", FINDING_UNKNOWN_FIELD, "states[1].take[1].when.field", findings);
}

Test(guard_types, personal_data_are_not_set_into_the_case)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();

    hive_find("form: later, do: [{set: house, from: home2}]", "label: {ja: あ, en: A}", findings);
    expect_finding("set", FINDING_ERASABLE_READ, "states[0].take[0].do[0].from", findings);
}

/* Two guards, and what they say about each other: E exclude, I the first implies the second, - neither. */
static const struct {
    const char *one, *other;
    char says;
} pairs[] = {
    {"{field: kind, is: new}", "{field: kind, is: old}", 'E'},
    {"{field: kind, is: new}", "{field: kind, in: [old, new]}", 'I'},
    {"{field: kind, in: [old, new]}", "{field: kind, is: new}", '-'},
    {"{field: kind, is: new}", "{field: kind, present: true}", 'I'},
    {"{field: kind, is: new}", "{field: kind, absent: true}", 'E'},
    {"{field: kind, is: new}", "{not: {field: kind, is: new}}", 'E'},
    {"{field: kind, is: new}", "{not: {field: kind, is: old}}", 'I'},
    {"{field: kind, is: new}", "{field: name, is: new}", '-'},
    {"{not: {field: kind, present: true}}", "{field: kind, absent: true}", 'I'},
    {"{field: size, at_least: 3}", "{field: size, less_than: 3}", 'E'},
    {"{field: size, at_least: 3}", "{field: size, at_most: 3}", '-'},
    {"{field: size, at_least: 3}", "{field: size, more_than: 1}", 'I'},
    {"{field: size, at_least: 3}", "{not: {field: size, at_least: 3}}", 'E'},
    {"{field: size, at_most: 3}", "{field: size, absent: true}", 'E'},
    {"{field: size, is: 3}", "{field: size, at_least: 3}", 'I'},
    {"{field: size, is: 2}", "{field: size, at_least: 3}", 'E'},
    {"{not: {field: size, at_least: 3}}", "{field: size, less_than: 3}", '-'}, /* it may be absent */
    {"{field: tags, at_most: 3}", "{field: tags, absent: true}", '-'},         /* an empty list */
    {"{field: tags, at_least: 1}", "{field: tags, absent: true}", 'E'},
    {"{field: tags, has: wild}", "{field: tags, has: tame}", '-'},
    {"{count: go, at_least: 2}", "{count: go, less_than: 2}", 'E'},
    {"{not: {count: go, at_least: 2}}", "{count: go, at_most: 1}", 'I'},
    {"{field: day, before: today}", "{field: day, after: today}", 'E'},
    {"{field: day, before: today}", "{field: day, after: today, plus: {days: 1}}", '-'},
    {"{field: day, before: 2026-04-02}", "{field: day, after: 2026-04-01}", 'E'},
    {"{field: day, before: 2026-04-03}", "{field: day, after: 2026-04-01}", '-'},
    {"{in_state: first}", "{in_state: second}", 'E'},
    {"{linked: keeper, absent: true}", "{linked: keeper, in: [there]}", 'E'},
    {"{linked: keeper, in: [gone]}", "{linked: keeper, in: [there]}", 'E'},
    {"{linked: keeper, in: [gone]}", "{linked: keeper, present: true}", 'I'},
    {"{not: {linked: keeper, present: true}}", "{linked: keeper, field: rank, is: high}", 'E'},
    {"{linked: keeper, field: rank, is: low}", "{linked: keeper, field: rank, is: high}", 'E'},
    {"{all: [{field: safe, is: 'true'}, {field: kind, is: new}]}", "{field: kind, is: new}", 'I'},
    {"{all: [{field: safe, is: 'true'}, {field: kind, is: new}]}",
     "{any: [{field: kind, is: old}, {not: {field: safe, is: 'true'}}]}", 'E'},
    {"{any: [{field: kind, is: old}, {field: safe, is: 'true'}]}", "{field: kind, is: new}", '-'},
};

Test(guard_types, what_two_guards_say_about_each_other)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(GPtrArray) findings = chart_findings_new();
        g_autofree char *first = g_strdup_printf("when: %s", pairs[i].one);
        g_autofree char *second = g_strdup_printf("when: %s", pairs[i].other);
        g_autofree char *text = g_strdup_printf(hive_yaml, head_yaml, first, second);
        struct chart *chart = compiled(text, findings);
        int one, other;

        cr_assert_not_null(chart, "%s | %s", pairs[i].one, pairs[i].other);
        one = chart->takes[0].guard;
        other = chart->takes[2].guard;
        cr_expect_eq(guards_exclude(chart, NULL, one, other), pairs[i].says == 'E', "%s | %s", pairs[i].one,
                     pairs[i].other);
        cr_expect_eq(guards_exclude(chart, NULL, other, one), pairs[i].says == 'E', "%s | %s turned", pairs[i].one,
                     pairs[i].other);
        cr_expect_eq(guard_implies(chart, NULL, one, other), pairs[i].says == 'I', "%s => %s", pairs[i].one,
                     pairs[i].other);
        cr_expect_not(guard_is_impossible(chart, NULL, one), "%s", pairs[i].one);
        chart_free(chart);
    }
}

/* A second row for the same event after a first with `when: {field: kind, is: new}`. */
Test(guard_types, rows_that_overlap_need_an_else)
{
    static const struct {
        const char *row;
        enum finding_code code;
        const char *path;
    } rows[] = {
        {"when: {field: kind, is: old}", 0, NULL},
        {"when: {field: kind, present: true}", 0, NULL}, /* wider: the rest of it */
        {"when: {not: {field: kind, is: new}}", 0, NULL},
        {"label: {ja: あ, en: A}", 0, NULL}, /* the else itself */
        {"form: later, when: {field: safe, is: 'true'}", 0, NULL},
        {"when: {field: safe, is: 'true'}", FINDING_OVERLAPPING_GUARDS, "states[0].take[1].when"},
        {"when: {all: [{field: kind, is: new}, {field: safe, is: 'true'}]}", FINDING_DEAD_ROW, "states[0].take[1]"},
        {"when: {field: safe, is: 'true'}, to: [second]}\n  - {row: A3, event: go, by: [owner]", 0, NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) findings = chart_findings_new();
        g_autofree char *two = g_strdup_printf("when: {field: kind, is: new}, to: [second]}\n"
                                               "  - {row: A4, event: go, by: [owner], %s",
                                               rows[i].row);

        hive_find(two, "label: {ja: あ, en: A}", findings);
        expect_finding(rows[i].row, rows[i].code, rows[i].path, findings);
    }
}
