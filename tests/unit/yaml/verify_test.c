/*
 * Where the verifier draws the line: small changes to the sound licence of tests/golden/findings, each with the class
 * that is found, or none. The golden files hold how each class is told; these rows, what belongs to it.
 */
#include "adapters/yaml/library.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define BASE TOROKU_SOURCE_DIR "/tests/golden/findings/base"

static const struct {
    const char *what;
    const char *from, *to;   /* in licence.yaml */
    const char *code, *path; /* of the one finding; NULL: none */
} rows[] = {
    {"nothing", "version: 1", "version: 1", NULL, NULL},

    /* limits */
    {"a limit answered in every inner state", "  take:\n  - {row: L8, due: expiry, to: [ended]}\n",
     "  states:\n"
     "  - {id: young, take: [{row: L8, due: expiry, to: [ended]}, {row: L20, event: age, by: [owner], to: "
     "[old_one]}]}\n"
     "  - {id: old_one, take: [{row: L21, due: expiry, to: [ended]}]}\n"
     "  take:\n",
     NULL, NULL},
    {"a limit not answered in one of them", "  take:\n  - {row: L8, due: expiry, to: [ended]}\n",
     "  states:\n"
     "  - {id: young, take: [{row: L8, due: expiry, to: [ended]}, {row: L20, event: age, by: [owner], to: "
     "[old_one]}]}\n"
     "  - {id: old_one, take: [{row: L21, event: end, by: [owner], to: [ended]}]}\n"
     "  take:\n",
     "unhandled-limit", "states[3].deadlines[0]"},
    {"a limit held in the other", "  take:\n  - {row: L8, due: expiry, to: [ended]}\n",
     "  states:\n"
     "  - {id: young, take: [{row: L8, due: expiry, to: [ended]}, {row: L20, event: age, by: [owner], to: "
     "[old_one]}]}\n"
     "  - {id: old_one, holds: [expiry], take: [{row: L21, event: end, by: [owner], to: [ended]}]}\n"
     "  take:\n",
     NULL, NULL},
    {"a target that a guard reads", ", due: [{flag: late}]}]\n  take:\n  - row: L6", "}]\n  take:\n  - row: L6",
     "idle-target", "states[2].deadlines[0]"},

    /* dead ends */
    {"a state left by the row around it", "    - {id: papers_end, final: true}",
     "    - {id: papers_end, final: true}\n"
     "    - {id: lost, take: [{row: L20, event: look, by: [office]}]}\n"
     "    take: [{row: L21, event: lose, by: [office], to: [lost]}, {row: L22, event: end, by: [office], to: "
     "[refused]}]",
     NULL, NULL},
    {"a state whose region ends only elsewhere", "    - {id: papers_end, final: true}",
     "    - {id: papers_end, final: true}\n"
     "    - {id: lost, take: [{row: L20, event: look, by: [office]}]}\n"
     "    take: [{row: L21, event: lose, by: [office], internal: true, to: [lost]}]",
     NULL, NULL},
    {"a state that only its own end would leave", "- {id: refused, final: true}",
     "- id: refused\n"
     "  turn: [none]\n"
     "  done: {row: L20, to: [ended]}\n"
     "  states:\n"
     "  - {id: stuck, take: [{row: L21, event: look, by: [office]}, {row: L22, event: pass, by: [office], to: "
     "[mute]}]}\n"
     "  - {id: mute}\n"
     "  - {id: over, final: true}\n",
     "dead-end", "states[4].states[1]"},

    /* dead rows */
    {"a row that inner rows come before everywhere", "- {id: refused, final: true}",
     "- id: refused\n"
     "  turn: [none]\n"
     "  take: [{row: L20, event: ask, by: [owner], to: [ended]}]\n"
     "  states:\n"
     "  - {id: one, take: [{row: L21, event: ask, by: [owner], to: [two]}]}\n"
     "  - {id: two, take: [{row: L22, event: ask, by: [owner, board], to: [one]}]}\n",
     "dead-row", "states[4].take[0]"},
    {"a row that inner rows come before here and there", "- {id: refused, final: true}",
     "- id: refused\n"
     "  turn: [none]\n"
     "  take: [{row: L20, event: ask, by: [owner], to: [ended]}]\n"
     "  states:\n"
     "  - {id: one, take: [{row: L21, event: ask, by: [owner], to: [two]}]}\n"
     "  - {id: two, take: [{row: L22, event: ask, by: [board], to: [one]}]}\n",
     NULL, NULL},
    {"an internal event that nothing raises", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused]}\n  - {row: L20, event: seen, to: [refused]}", "nobody-may",
     "states[2].take[2]"},
    {"one that an action raises", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused]}\n  - {row: L20, event: seen, to: [refused]}\n"
     "  - {row: L21, event: see, by: [board], do: [{raise: seen.now}]}",
     NULL, NULL},
    {"an event raised for nobody", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused], do: [{raise: rejected}]}", "unknown-event",
     "states[2].take[1].do[0].raise"},
    {"the end of a state, as an event", "  done: {row: L3, to: [decision]}\n",
     "  take: [{row: L3, event: done.state.checks, to: [decision]}]\n", NULL, NULL},

    /* rows that follow each other */
    {"a row without event and guard that moves nothing", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused]}\n  - {row: L20, do: [{flag: late}]}", "endless-macrostep",
     "states[2].take[2]"},
    {"one that ends by what it does", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused]}\n"
     "  - {row: L20, when: {not: {flag: seen}}, do: [{flag: seen}]}",
     NULL, NULL},
    {"one whose guard it does not touch", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused]}\n"
     "  - {row: L20, when: {flag: late}, do: [{flag: seen}]}",
     "endless-macrostep", "states[2].take[2]"},
    {"an event that raises itself", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused], do: [{raise: again}]}\n"
     "  - {row: L20, event: again, do: [{raise: again}]}",
     "endless-macrostep", "states[2].take[2]"},
    {"two regions that pass a word to and fro once",
     "    - {id: papers_open, take: [{row: L4, event: read, by: [office], form: reasons, to: [papers_end]}]}\n"
     "    - {id: papers_end, final: true}\n"
     "  - id: visit\n"
     "    states:\n"
     "    - {id: visit_open, take: [{row: L5, event: visit, by: [office], form: reasons, to: [visit_end]}]}\n",
     "    - {id: papers_open, take: [{row: L4, event: read, by: [office], form: reasons, to: [papers_end]},\n"
     "       {row: L20, event: ping, when: {flag: late}, to: [papers_end], do: [{raise: pong}]}]}\n"
     "    - {id: papers_end, final: true}\n"
     "  - id: visit\n"
     "    states:\n"
     "    - {id: visit_open, take: [{row: L5, event: visit, by: [office], form: reasons, to: [visit_end]},\n"
     "       {row: L21, event: pong, to: [visit_end], do: [{raise: ping}]}], enter: [{raise: ping}]}\n",
     NULL, NULL},
    {"two regions that pass it for ever",
     "    - {id: papers_open, take: [{row: L4, event: read, by: [office], form: reasons, to: [papers_end]}]}\n"
     "    - {id: papers_end, final: true}\n"
     "  - id: visit\n"
     "    states:\n"
     "    - {id: visit_open, take: [{row: L5, event: visit, by: [office], form: reasons, to: [visit_end]}]}\n",
     "    - {id: papers_open, take: [{row: L4, event: read, by: [office], form: reasons, to: [papers_end]},\n"
     "       {row: L20, event: ping, when: {flag: late}, do: [{raise: pong}]}]}\n"
     "    - {id: papers_end, final: true}\n"
     "  - id: visit\n"
     "    states:\n"
     "    - {id: visit_open, take: [{row: L5, event: visit, by: [office], form: reasons, to: [visit_end]},\n"
     "       {row: L21, event: pong, do: [{raise: ping}]}], enter: [{raise: ping}]}\n",
     "endless-macrostep", "states[1].states[0].states[0].take[1]"},
    {"a chain of rows that ends", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [weighed]}\n"
     "- {id: weighed, turn: [none], take: [{row: L20, to: [told]}]}\n"
     "- {id: told, turn: [none], take: [{row: L21, to: [refused]}]}",
     NULL, NULL},

    /* persons */
    {"who examines decides, held apart", "    by: [board]\n    not_by: [{person_of: check}]\n",
     "    by: [board, office]\n    not_by: [{person_of: read}, {person_of: visit}]\n", NULL, NULL},
    {"who examines decides", "    by: [board]\n    not_by: [{person_of: check}]\n",
     "    by: [board, office]\n    not_by: [{person_of: visit}]\n", "same-person", "states[2].take[0].by"},
    {"an applicant gives up", "- {row: L7, event: reject, by: [board], to: [refused]}",
     "- {row: L7, event: reject, by: [board], to: [refused]}\n"
     "  - {row: L20, event: withdraw, by: [owner], to: [refused]}",
     NULL, NULL},

    /* forms */
    {"one event, one form", "row: L5, event: visit,", "row: L5, event: read,", NULL, NULL},
    {"a form that another is like alone", "- id: reasons\n",
     "- id: contact\n  title: {ja: 連絡先, en: Contact}\n  fields: [{id: mail, type: email, label: {ja: 一, en: "
     "Mail}}]\n"
     "- id: reasons\n  like: [contact]\n",
     NULL, NULL},
};

static void copy(const char *folder, const char *file, const char *from, const char *to)
{
    g_autofree char *source = g_build_filename(BASE, file, NULL);
    g_autofree char *target = g_build_filename(folder, file, NULL);
    g_autofree char *parent = g_path_get_dirname(target);
    g_autofree char *bytes = NULL;
    g_autoptr(GString) text = NULL;

    cr_assert(g_file_get_contents(source, &bytes, NULL, NULL));
    text = g_string_new(bytes);
    if (from != NULL)
        cr_assert_eq(g_string_replace(text, from, to, 1), 1u, "\"%s\" does not stand in %s", from, file);
    cr_assert_eq(g_mkdir_with_parents(parent, 0700), 0);
    cr_assert(g_file_set_contents(target, text->str, -1, NULL));
}

static const char *const files[] = {"rules/rules.yaml", "roles.yaml", "notices/notices.yaml", "calendars/town.yaml",
                                    "hives.yaml"};

static void row_check(const char *folder, size_t row)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) text = g_string_new(NULL);
    const struct chart_finding *finding;

    copy(folder, "licence.yaml", rows[row].from, rows[row].to);
    library_free(library_check(folder, findings));
    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), text);
    if (rows[row].code == NULL) {
        cr_expect_str_eq(text->str, "", "%s: %s", rows[row].what, text->str);
        return;
    }
    cr_expect_gt(findings->len, 0u, "%s: nothing is found", rows[row].what);
    if (findings->len == 0)
        return;
    finding = g_ptr_array_index(findings, 0);
    cr_expect_str_eq(finding_code_name(finding->code), rows[row].code, "%s: %s", rows[row].what, text->str);
    if (rows[row].path != NULL)
        cr_expect_str_eq(finding->path, rows[row].path, "%s: %s", rows[row].what, text->str);
}

Test(verify, what_belongs_to_a_class_and_what_does_not)
{
    char *folder = g_dir_make_tmp("toroku-XXXXXX", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        copy(folder, files[i], NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        row_check(folder, i);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        g_autofree char *parent = g_path_get_dirname(path);

        g_remove(path);
        g_rmdir(parent);
    }
    g_autofree char *licence = g_build_filename(folder, "licence.yaml", NULL);
    g_remove(licence);
    g_rmdir(folder);
    g_free(folder);
}
