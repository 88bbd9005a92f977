/* What the compiler makes of a document: numbering, ranges, defaults, inheritance. Read through YAML, as always. */
#include "adapters/yaml/document.h"
#include "adapters/yaml/schema.h"
#include "engine/chart/compile.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

/* clang-format off */
static const char tour_yaml[] =
    "workflow: tour\n"
    "version: 2\n"
    "effective: 2026-04-01\n"
    "prefix: TR\n"
    "title: {ja: 見学, en: Tour}\n"
    "zone: Asia/Tokyo\n"
    "basis: default\n"
    "open_at_most: {one_per: subject}\n"
    "opened_by: {by: [owner]}\n"
    "forms:\n"
    "- id: report\n"
    "  title: {ja: 報告, en: Report}\n"
    "  basis: law.1\n"
    "  fields:\n"
    "  - id: place\n"
    "    type: group\n"
    "    access: public\n"
    "    label: {ja: 場所, en: Place}\n"
    "    fields:\n"
    "    - {id: name, type: text, label: {ja: 名称, en: Name}, basis: law.2}\n"
    "    - {id: people, type: int, label: {ja: 人数, en: People}}\n"
    "  - {id: safe, type: bool, label: {ja: 安全, en: Safe}}\n"
    "  - {id: held_on, type: date, label: {ja: 実施日, en: Held on}}\n"
    "  - {id: remarks, type: longtext, label: {ja: 備考, en: Remarks}, required_if: {field: safe, is: 'false'}}\n"
    "states:\n"
    "- id: walk\n"
    "  basis: law.1\n"
    "  deadlines:\n"
    "  - id: close\n"
    "    kind: limit\n"
    "    period: {from: day, of: held_on, days: 3}\n"
    "    remind: [{before: {days: 1}, notice: told, to: [owner.contacts]},\n"
    "             {before: {days: 1}, at: '17:30', notice: told, to: [owner.contacts]}]\n"
    "  - {id: warm, kind: target, period: {from: state_entry, hours: 2, minutes: 30},\n"
    "     remind: [{before: {hours: 1}, notice: told, to: [owner.contacts]}], due: [{flag: cold}]}\n"
    "  take:\n"
    "  - {row: T1, due: close, to: [over], basis: law.2}\n"
    "  - {row: T2, event: halt, by: [owner], to: [rest]}\n"
    "  done: {row: T3, to: [over]}\n"
    "  parallel: true\n"
    "  states:\n"
    "  - {id: back, history: deep}\n"
    "  - id: left\n"
    "    states:\n"
    "    - id: left_one\n"
    "      turn: [owner]\n"
    "      stops: [close]\n"
    "      take:\n"
    "      - {row: T4, event: file, by: [owner, office], form: report, to: [left_end],\n"
    "         when: {all: [{field: place.people, in: ['1', '2']}, {not: {in_state: right_end}}, {field: safe, is: 'true'}]},\n"
    "         do: [{flag: seen}, {set: held_on}]}\n"
    "    - {id: left_end, final: true}\n"
    "  - id: right\n"
    "    initial: right_two\n"
    "    states:\n"
    "    - {id: right_one, turn: [none], take: [{row: T5, event: turn, by: [owner], not_by: [{person_of: file}], to: [right_end]}]}\n"
    "    - {id: right_two, turn: [owner], take: [{row: T6, event: turn, by: [owner], to: [right_one]}]}\n"
    "    - {id: right_end, final: true}\n"
    "- {id: rest, turn: [owner], waits: {forever: a pause}, take: [{row: T7, event: resume, by: [owner], to: [back]}]}\n"
    "- {id: over, final: true}\n";
/* clang-format on */

static struct rulebook *book_new(void)
{
    struct rulebook *book = rulebook_new();
    struct doc_rule rules[] = {{.id = (char[]){"default"}, .kind = (char[]){"default"}},
                               {.id = (char[]){"law.1"}, .kind = (char[]){"rule"}},
                               {.id = (char[]){"law.2"}, .kind = (char[]){"rule"}}};
    struct doc_role roles[] = {{.id = (char[]){"owner"}, .kind = (char[]){"relation"}},
                               {.id = (char[]){"office"}, .kind = (char[]){"membership"}}};
    struct doc_notice told = {.id = (char[]){"told"},
                              .subject = {.ja = (char[]){"a"}, .en = (char[]){"b"}},
                              .body = {.ja = (char[]){"{{place.name}}"}, .en = (char[]){"{{number}}"}}};

    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        cr_assert(rulebook_add_rule(book, &rules[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
        cr_assert(rulebook_add_role(book, &roles[i]));
    cr_assert(rulebook_add_notice(book, &told));
    cr_assert_not(rulebook_add_notice(book, &told));
    g_ptr_array_add(book->zones, zone_new("Asia/Tokyo", NULL));
    return book;
}

static struct rulebook *book;
static struct chart *chart;

static void tour_setup(void)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) text = g_string_new(NULL);
    struct document *document;

    book = book_new();
    document = document_read("tour.yaml", tour_yaml, strlen(tour_yaml), &schema_workflow, findings);
    if (document != NULL)
        chart = chart_compile(document->data, book, findings);
    document_free(document); /* the chart needs it no more */
    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), text);
    cr_assert_not_null(chart, "%s", text->str);
}

static void tour_teardown(void)
{
    chart_free(chart);
    rulebook_free(book);
}

TestSuite(compile, .init = tour_setup, .fini = tour_teardown);

#define STATE(id) (&chart->states[chart_state_index(chart, id)])

Test(compile, states_are_numbered_in_document_order)
{
    static const struct {
        const char *id, *parent, *initial;
        enum state_kind kind;
        int inside;
    } rows[] = {
        {"walk", NULL, NULL, STATE_PARALLEL, 8},
        {"back", "walk", "walk", STATE_HISTORY_DEEP, 0},
        {"left", "walk", "left_one", STATE_COMPOUND, 2},
        {"left_one", "left", NULL, STATE_ATOMIC, 0},
        {"left_end", "left", NULL, STATE_FINAL, 0},
        {"right", "walk", "right_two", STATE_COMPOUND, 3},
        {"right_one", "right", NULL, STATE_ATOMIC, 0},
        {"right_two", "right", NULL, STATE_ATOMIC, 0},
        {"right_end", "right", NULL, STATE_FINAL, 0},
        {"rest", NULL, NULL, STATE_ATOMIC, 0},
        {"over", NULL, NULL, STATE_FINAL, 0},
    };

    cr_assert_eq(chart->state_count, (int)G_N_ELEMENTS(rows) + 1);
    cr_expect_null(chart->states[0].id);
    cr_expect_eq(chart->states[0].initial, 1);
    cr_expect_eq(chart->states[0].end, chart->state_count);
    for (int i = 1; i < chart->state_count; i++) {
        const struct chart_state *state = &chart->states[i];
        int parent = rows[i - 1].parent == NULL ? 0 : chart_state_index(chart, rows[i - 1].parent);
        int initial = rows[i - 1].initial == NULL ? CHART_NONE : chart_state_index(chart, rows[i - 1].initial);

        cr_expect_str_eq(state->id, rows[i - 1].id);
        cr_expect_eq(state->parent, parent, "%s", state->id);
        cr_expect_eq(state->kind, rows[i - 1].kind, "%s", state->id);
        cr_expect_eq(state->initial, initial, "%s", state->id);
        cr_expect_eq(state->end, i + 1 + rows[i - 1].inside, "%s", state->id);
    }
}

Test(compile, transitions_stand_in_document_order_and_done_apart)
{
    const struct chart_state *walk = STATE("walk");

    cr_assert_eq(chart->take_count, 7);
    for (int i = 0; i < 7; i++) {
        g_autofree char *row = g_strdup_printf("T%d", i + 1);

        cr_expect_str_eq(chart->takes[i].row, row);
    }
    cr_expect_eq(walk->takes.first, 0);
    cr_expect_eq(walk->takes.count, 2);
    cr_expect_eq(walk->done, 2);
    cr_expect_eq(chart->takes[2].trigger, TRIGGER_DONE);
    cr_expect_eq(STATE("left_one")->takes.first, 3);
    cr_expect_eq(chart->takes[0].trigger, TRIGGER_DUE);
    cr_expect_eq(chart->takes[0].deadline, chart_deadline_index(chart, "close"));
    cr_expect_eq(chart->takes[3].by.count, 2);
    cr_expect_eq(chart->takes[3].actions.count, 2);
    cr_expect_eq(chart->takes[3].to.items[0], chart_state_index(chart, "left_end"));
}

Test(compile, the_basis_is_inherited)
{
    int file = rulebook_rule(book, "default"), one = rulebook_rule(book, "law.1"), two = rulebook_rule(book, "law.2");

    cr_expect_eq(chart->basis, file);
    cr_expect_eq(STATE("rest")->basis, file);
    cr_expect_eq(STATE("left_end")->basis, one);
    cr_expect_eq(chart->takes[0].basis, two);
    cr_expect_eq(chart->takes[3].basis, one);
    cr_expect_eq(chart->deadlines[0].basis, one);
    cr_expect_eq(chart->forms[0].basis, one);
    cr_expect_eq(chart->fields[chart->fields[0].fields.first].basis, two);
}

Test(compile, fields_lie_side_by_side_and_inner_ones_after)
{
    struct range top = chart->forms[0].fields, inner = chart->fields[top.first].fields;

    cr_expect_eq(top.count, 4);
    cr_expect_eq(inner.count, 2);
    cr_expect_str_eq(chart->fields[top.first + 3].id, "remarks");
    cr_expect_str_eq(chart->fields[inner.first + 1].id, "people");
    cr_expect_eq(chart->fields[inner.first].access, ACCESS_PUBLIC, "inner fields follow the outer one");
    cr_expect_eq(chart->fields[top.first + 1].access, ACCESS_CASE, "the default");
    cr_expect_neq(chart->fields[top.first + 3].required_if, CHART_NONE);
}

Test(compile, fields_that_the_chart_reads_are_kept)
{
    struct range top = chart->forms[0].fields;

    cr_expect(chart->fields[top.first].kept, "place: a guard and a notice read parts of it");
    cr_expect(chart->fields[top.first + 1].kept, "safe: a transition's guard reads it");
    cr_expect(chart->fields[top.first + 2].kept, "held_on: a deadline starts from it");
    cr_expect_not(chart->fields[top.first + 3].kept, "remarks: nothing reads it");
}

Test(compile, guards_are_trees_with_typed_operands)
{
    const struct chart_guard *all = &chart->guards[chart->takes[3].guard];
    const struct chart_guard *in, *not_, *is;

    cr_assert_eq(all->kind, GUARD_ALL);
    cr_assert_eq(all->children.count, 3);
    in = &chart->guards[all->children.items[0]];
    not_ = &chart->guards[all->children.items[1]];
    is = &chart->guards[all->children.items[2]];
    cr_expect_eq(in->kind, GUARD_IN);
    cr_expect_str_eq(in->path, "place.people");
    cr_expect_eq(value_int(value_at(in->operand, 1)), 2);
    cr_expect_eq(not_->kind, GUARD_NOT);
    cr_expect_eq(chart->guards[not_->children.items[0]].state, chart_state_index(chart, "right_end"));
    cr_expect_eq(is->kind, GUARD_IS);
    cr_expect(value_bool(is->operand));
}

Test(compile, deadlines_have_their_rule_and_reminders)
{
    const struct chart_deadline *end = &chart->deadlines[0], *warm = &chart->deadlines[1];

    cr_expect_eq(end->anchor, ANCHOR_DAY);
    cr_expect_eq(end->rule.span.days, 3);
    cr_expect_eq(end->rule.first_day, FIRST_DAY_NOT_COUNTED);
    cr_expect_eq(end->rule.zone, chart->zone);
    cr_expect_eq(end->reminders[0].at_us, 9 * INSTANT_HOUR);
    cr_expect_eq(end->reminders[1].at_us, 17 * INSTANT_HOUR + 30 * INSTANT_MINUTE);
    cr_expect_eq(warm->rule.span.us, 150 * INSTANT_MINUTE);
    cr_expect_eq(warm->reminders[0].at_us, -1);
    cr_expect_eq(STATE("left_one")->stops.items[0], 0);
}

Test(compile, heads_and_persons)
{
    cr_expect_str_eq(chart->workflow, "tour");
    cr_expect_eq(chart->version, 2);
    cr_expect(chart->one_per_subject);
    cr_expect_eq(chart->opening_form, CHART_NONE);
    cr_expect_eq(chart->opened_by.items[0], rulebook_role(book, "owner"));
    cr_assert_not_null(chart->persons_of);
    cr_expect_str_eq(chart->persons_of[0], "file");
    cr_expect_null(chart->persons_of[1]);
    cr_expect(STATE("right_one")->turn_none);
    cr_expect_eq(STATE("left_one")->turn.count, 1);
}
