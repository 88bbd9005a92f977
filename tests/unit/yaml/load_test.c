/* What the loader says of a definition with one thing wrong: where it stands, what it is, what was expected. */
#include "adapters/yaml/library.h"
#include "engine/error.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

static const char rules_yaml[] = "rules:\n"
                                 "- {id: default, kind: default, title: {ja: 既定, en: Default}}\n"
                                 "- {id: law.3, kind: rule, title: {ja: 第三条, en: Article 3}, source: a law}\n";
static const char roles_yaml[] = "roles:\n"
                                 "- {id: owner, kind: relation, label: {ja: 申請者, en: Applicant}}\n"
                                 "- {id: office, kind: membership, label: {ja: 窓口, en: Office}}\n";
static const char notices_yaml[] = "notices:\n"
                                   "- id: told\n"
                                   "  subject: {ja: '{{number}}', en: '{{number}}'}\n"
                                   "  body: {ja: '{{name}} {{link}}', en: '{{name}} {{deadline.last_day}}'}\n";
static const char calendar_yaml[] = "calendar: town\n"
                                    "version: '1'\n"
                                    "title: {ja: 町, en: Town}\n"
                                    "first_day: 2026-01-01\n"
                                    "announced_until: 2026-12-31\n"
                                    "weekend: [saturday, sunday]\n"
                                    "yearly: [{month: 12, day: 31, ja: 年末, en: Year end}]\n"
                                    "holidays: [{date: 2026-05-05, ja: 祭, en: Feast}]\n";
static const char hives_yaml[] = "workflow: hives\n"
                                 "version: 1\n"
                                 "effective: 2026-04-01\n"
                                 "prefix: HV\n"
                                 "title: {ja: 巣箱, en: Hives}\n"
                                 "zone: Asia/Tokyo\n"
                                 "basis: default\n"
                                 "opened_by: {signal: granted}\n"
                                 "states:\n"
                                 "- id: kept\n"
                                 "  turn: [none]\n"
                                 "  enter: [{set: name}]\n"
                                 "  take: [{row: H1, signal: moved, do: [{set: name}]}]\n"
                                 "  waits: {forever: hives move about}\n";

/* clang-format off */
static const char licence_yaml[] =
    /*  1 */ "workflow: licence\n"
    /*  2 */ "version: 1\n"
    /*  3 */ "effective: 2026-04-01\n"
    /*  4 */ "prefix: LC\n"
    /*  5 */ "title: {ja: 許可, en: Licence}\n"
    /*  6 */ "zone: Asia/Tokyo\n"
    /*  7 */ "calendar: town\n"
    /*  8 */ "basis: default\n"
    /*  9 */ "opened_by: {by: [owner], form: request}\n"
    /* 10 */ "relations: [{id: hives, workflow: hives, same_subject: true}]\n"
    /* 11 */ "numbers: [{id: licence_no, format: 'L{yy}-{n:4}'}]\n"
    /* 12 */ "forms:\n"
    /* 13 */ "- id: request\n"
    /* 14 */ "  title: {ja: 申請書, en: Request}\n"
    /* 15 */ "  fields:\n"
    /* 16 */ "  - {id: name, type: text, access: public, label: {ja: 名称, en: Name}}\n"
    /* 17 */ "  - {id: home, type: text, access: personal, label: {ja: 住所, en: Home}}\n"
    /* 18 */ "  - {id: season, type: period, at_most: {years: 1}, label: {ja: 期間, en: Season}}\n"
    /* 19 */ "  - {id: kind, type: enum, options: [new, old], label: {ja: 種別, en: Kind}}\n"
    /* 20 */ "  - {id: reason, type: text, required_if: {field: kind, is: old}, label: {ja: 理由, en: Reason}}\n"
    /* 21 */ "states:\n"
    /* 22 */ "- id: asked\n"
    /* 23 */ "  turn: [office]\n"
    /* 24 */ "  basis: law.3\n"
    /* 25 */ "  deadlines:\n"
    /* 26 */ "  - id: answer\n"
    /* 27 */ "    kind: target\n"
    /* 28 */ "    period: {from: state_entry, business_days: 20}\n"
    /* 29 */ "    remind: [{before: {days: 5}, notice: told, to: [office.queue]}]\n"
    /* 30 */ "    due: [{flag: late}]\n"
    /* 31 */ "  take:\n"
    /* 32 */ "  - {row: L1, event: grant, by: [office], not_by: [{person_of: open}], to: [granted],\n"
    /* 33 */ "     when: {field: kind, in: [new, old]}, do: [{allocate: licence_no}]}\n"
    /* 34 */ "  - {row: L2, event: refuse, by: [office], form: request, to: [refused]}\n"
    /* 35 */ "- id: granted\n"
    /* 36 */ "  turn: [none]\n"
    /* 37 */ "  deadlines:\n"
    /* 38 */ "  - {id: expiry, kind: limit, period: {from: day_after, of: season.end, first_day: counted, years: 1}}\n"
    /* 39 */ "  enter:\n"
    /* 40 */ "  - {signal: granted, to: [hives], with: [name]}\n"
    /* 41 */ "  - {publish: {register: licences, key: licence_no, from: [name]}}\n"
    /* 42 */ "  take:\n"
    /* 43 */ "  - {row: L3, due: expiry, to: [ended]}\n"
    /* 44 */ "  - {row: L4, event: move, by: [owner], form: request, do: [{set: name}, {signal: moved, to: [hives], with: [name]}]}\n"
    /* 45 */ "- {id: refused, final: true}\n"
    /* 46 */ "- {id: ended, final: true, enter: [{notify: told, to: [owner.contacts]}]}\n";
/* clang-format on */

/* ---- a folder of definitions with one piece of one file exchanged ---- */

struct fixture_file {
    const char *name, *text;
};

static const struct fixture_file fixture_files[] = {
    {"rules/r.yaml", rules_yaml},           {"roles.yaml", roles_yaml}, {"notices/n.yaml", notices_yaml},
    {"calendars/town.yaml", calendar_yaml}, {"hives.yaml", hives_yaml}, {"licence.yaml", licence_yaml}};

static void folder_write(const char *folder, const char *file, const char *text)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    cr_assert_eq(g_mkdir_with_parents(parent, 0700), 0);
    cr_assert(g_file_set_contents(path, text, -1, NULL));
}

/* A new folder, in which ${file} has ${to} in place of ${from}; NULL: as it is. */
static char *folder_new(const char *file, const char *from, const char *to)
{
    char *folder = g_dir_make_tmp("toroku-XXXXXX", NULL);

    cr_assert_not_null(folder);
    for (size_t i = 0; i < G_N_ELEMENTS(fixture_files); i++) {
        g_autoptr(GString) text = g_string_new(fixture_files[i].text);

        if (file != NULL && strcmp(file, fixture_files[i].name) == 0)
            cr_assert_eq(g_string_replace(text, from, to, 1), 1u, "\"%s\" does not stand in %s", from, file);
        folder_write(folder, fixture_files[i].name, text->str);
    }
    return folder;
}

static void folder_free(char *folder)
{
    static const char *const folders[] = {"rules", "notices", "calendars", ""};

    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(folder, folders[i], NULL);
        GDir *dir = g_dir_open(path, 0, NULL);
        const char *name;

        while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
            g_autofree char *file = g_build_filename(path, name, NULL);

            g_remove(file);
        }
        g_dir_close(dir);
        g_rmdir(path);
    }
    g_free(folder);
}

Test(load, a_good_folder_gives_charts_sources_and_hashes)
{
    char *folder = folder_new(NULL, NULL, NULL);
    g_autoptr(GError) error = NULL;
    struct library *library = library_load(folder, &error);
    const struct definition *definition;
    const struct chart *chart;

    cr_assert_not_null(library, "%s", error == NULL ? "" : error->message);
    cr_assert_eq(library->definitions->len, 2u);
    definition = g_ptr_array_index(library->definitions, 1);
    chart = definition->chart;
    cr_expect_str_eq(definition->file, "licence.yaml");
    cr_expect_str_eq(definition->source, licence_yaml);
    cr_expect_eq(definition->source_size, strlen(licence_yaml));
    cr_expect_eq(strlen(chart->sha256), 64u);
    cr_expect_not_null(rulebook_calendar(library->book, "town"));
    cr_expect_eq(chart_set_for(library->charts, "licence", chart->effective), chart);
    cr_expect_null(chart_set_for(library->charts, "licence", chart->effective - 1));
    library_free(library);
    folder_free(folder);
}

/* ---- one thing wrong ---- */

struct row {
    const char *name;
    const char *file, *from, *to;
    const char *place;   /* how the finding begins: file:line:column: path: */
    const char *message; /* a part of the rest */
};

#define W "licence.yaml"

static const struct row rows[] = {
    /* shape: keys and types */
    {"unknown key", W, "  turn: [office]", "  trun: [office]",
     "licence.yaml:23:3: states[0]: ", "did you mean \"turn\"?"},
    {"unknown key names the known", W, "kind: target", "sort: target",
     "licence.yaml:27:5: states[0].deadlines[0]: ", "expected one of id, kind, when, label, period"},
    {"missing key", W, "prefix: LC\n", "", "licence.yaml:1:1: ", "missing: prefix"},
    {"key twice", W, "version: 1\n", "version: 1\nversion: 2\n", "licence.yaml:3:1: version: ", "comes twice"},
    {"number", W, "version: 1", "version: one", "licence.yaml:2:10: version: ", "expected a whole number"},
    {"octal is no number", W, "business_days: 20", "business_days: 020",
     "licence.yaml:28:48: states[0].deadlines[0].period.business_days: ", "\"020\"; expected a whole number"},
    {"number too large", W, "version: 1", "version: 5000000000", "licence.yaml:2:10: version: ", "expected a whole"},
    {"bool", W, "{id: refused, final: true}", "{id: refused, final: yes}",
     "licence.yaml:45:24: states[2].final: ", "\"yes\"; expected true or false"},
    {"enum", W, "type: period", "type: priod", "licence.yaml:18:24: forms[0].fields[2].type: ", "mean \"period\"?"},
    {"list", W, "turn: [office]", "turn: office",
     "licence.yaml:23:9: states[0].turn: ", "a single value; expected a list"},
    {"map", W, "title: {ja: 許可, en: Licence}", "title: Licence",
     "licence.yaml:5:8: title: ", "expected a map with the keys ja, en"},
    {"text", W, "zone: Asia/Tokyo", "zone: [Asia/Tokyo]", "licence.yaml:6:7: zone: ", "a list; expected text"},
    {"nothing", W, "zone: Asia/Tokyo", "zone:", "licence.yaml:6:6: zone: ", "nothing; expected text"},
    {"alias", W, "enter: [{notify: told, to: [owner.contacts]}]",
     "enter: [&a {notify: told, to: [owner.contacts]}, *a]", "licence.yaml:46:36: states[3].enter[1]: ", "an alias"},
    {"syntax", W, "turn: [office]", "turn: [office", "licence.yaml:24:8: ", "no YAML"},
    {"second document", W, "basis: default\n", "basis: default\n---\na: b\n", "licence.yaml:10:1: ", "one a file"},

    /* names */
    {"role", W, "turn: [office]", "turn: [ofice]", "licence.yaml:23:10: states[0].turn[0]: ",
     "there is no role \"ofice\"; expected one of owner, office; did you mean \"office\"?"},
    {"target", W, "to: [granted]", "to: [garnted]",
     "licence.yaml:32:77: states[0].take[0].to[0]: ", "no state \"garnted\""},
    {"form", W, "form: request, to: [refused]", "form: reqest, to: [refused]",
     "licence.yaml:34:50: states[0].take[1].form: ", "mean \"request\"?"},
    {"rule", W, "basis: law.3", "basis: law.4", "licence.yaml:24:10: states[0].basis: ", "mean \"law.3\"?"},
    {"notice", W, "notify: told", "notify: tol",
     "licence.yaml:46:45: states[3].enter[0].notify: ", "no notice \"tol\""},
    {"recipient", W, "to: [owner.contacts]", "to: [owner]",
     "licence.yaml:46:56: states[3].enter[0].to[0]: ", "expected WHO.contacts"},
    {"zone", W, "zone: Asia/Tokyo", "zone: Asia/Tokio", "licence.yaml:6:7: zone: ", "no time zone"},
    {"calendar", W, "calendar: town", "calendar: city", "licence.yaml:7:11: calendar: ", "no calendar \"city\""},
    {"number unknown", W, "allocate: licence_no", "allocate: license_no",
     "licence.yaml:33:59: states[0].take[0].do[0].allocate: ", "mean \"licence_no\"?"},
    {"relation", W, "to: [hives], with: [name]}\n  - {publish", "to: [hive], with: [name]}\n  - {publish",
     "licence.yaml:40:28: states[1].enter[0].to[0]: ", "mean \"hives\"?"},
    {"deadline", W, "due: expiry", "due: expiri", "licence.yaml:43:20: states[1].take[0].due: ", "mean \"expiry\"?"},
    {"deadline of another state", W, "due: expiry", "due: answer",
     "licence.yaml:43:20: states[1].take[0].due: ", "does not live here"},
    {"guard's field", W, "when: {field: kind", "when: {field: kinds",
     "licence.yaml:33:20: states[0].take[0].when.field: ", "mean \"kind\"?"},
    {"guard's option", W, "in: [new, old]", "in: [new, older]",
     "licence.yaml:33:36: states[0].take[0].when.in[1]: ", "no option \"older\""},
    {"date of a period", W, "of: season.end", "of: season.stop",
     "licence.yaml:38:61: states[1].deadlines[0].period.of: ", "leads nowhere"},
    {"required_if of no field", W, "required_if: {field: kind", "required_if: {field: sort",
     "licence.yaml:20:51: forms[0].fields[4].required_if.field: ", "no field \"sort\""},
    {"required_if of another case", W, "required_if: {field: kind, is: old}",
     "required_if: {linked: hives, present: true}",
     "licence.yaml:20:52: forms[0].fields[4].required_if.linked: ", "a form knows no linked cases"},
    {"required_if of a state", W, "required_if: {field: kind, is: old}", "required_if: {in_state: asked}",
     "licence.yaml:20:54: forms[0].fields[4].required_if.in_state: ", "a form knows no states"},
    {"required_if of a flag", W, "required_if: {field: kind, is: old}", "required_if: {flag: lat}",
     "licence.yaml:20:50: forms[0].fields[4].required_if.flag: ", "no flag \"lat\"; expected one of late"},
    {"passed", W, "when: {field: kind, in: [new, old]}", "when: {passed: answr}",
     "licence.yaml:33:21: states[0].take[0].when.passed: ", "no deadline \"answr\""},
    {"what a notice shows", "notices/n.yaml", "{{name}} {{link}}", "{{nome}} {{link}}",
     "licence.yaml:46:45: states[3].enter[0].notify: ", "shows {{nome}}"},
    {"state twice", W, "- {id: refused", "- {id: ended",
     "licence.yaml:46:8: states[3].id: ", "there is a state \"ended\" already"},
    {"row twice", W, "row: L2", "row: L1", "licence.yaml:34:11: states[0].take[1].row: ", "a row \"L1\" already"},
    {"person of no event", W, "person_of: open", "person_of: opened",
     "licence.yaml:32:64: states[0].take[0].not_by[0].person_of: ", "no row lets persons raise"},

    /* exactly one of */
    {"two triggers", W, "event: grant,", "event: grant, signal: given,",
     "licence.yaml:32:5: states[0].take[0]: ", "2 triggers; expected exactly one"},
    {"two actions", W, "{allocate: licence_no}", "{allocate: licence_no, flag: numbered}",
     "licence.yaml:33:48: states[0].take[0].do[0]: ", "2 things to do"},
    {"guard without a test", W, "when: {field: kind, in: [new, old]}", "when: {field: kind}",
     "licence.yaml:33:12: states[0].take[0].when: ", "0 comparisons"},
    {"qualifier", W, "{flag: late}", "{flag: late, to: [office.lead]}",
     "licence.yaml:30:28: states[0].deadlines[0].due[0].to: ", "only signal and notify"},

    /* what a workflow must be */
    {"nobody's turn", W, "  turn: [office]\n", "", "licence.yaml:22:3: states[0]: ", "is nobody's turn"},
    {"waits for ever", W, "{id: refused, final: true}", "{id: refused, turn: [office]}",
     "licence.yaml:45:3: states[2]: ", "waits without a deadline"},
    {"one region", W, "{id: refused, final: true}", "{id: refused, parallel: true, states: [{id: a, turn: [none]}]}",
     "licence.yaml:45:41: states[2].states: ", "less than two regions"},
    {"two places at once", W, "to: [granted]", "to: [granted, refused]",
     "licence.yaml:32:86: states[0].take[0].to[1]: ", "cannot be in \"refused\" and in \"granted\" at once"},
    {"a draft that moves", W, "form: request, to: [refused]", "form: request, partial: true, to: [refused]",
     "licence.yaml:34:78: states[0].take[1].to: ", "a draft moves nothing"},
    {"initial", W, "{id: refused, final: true}", "{id: refused, initial: asked, states: [{id: a, turn: [none]}]}",
     "licence.yaml:45:26: states[2].initial: ", "does not lie in this state"},
    {"kinds of a state", W, "final: true}", "final: true, parallel: true}",
     "licence.yaml:45:3: states[2]: ", "at most one of parallel, final, history"},
    {"nobody opens", W, "{by: [owner], form: request}", "{}", "licence.yaml:9:12: opened_by: ", "nobody opens a case"},
    {"number's format", W, "'L{yy}-{n:4}'", "'L{yy}-{n}'", "licence.yaml:11:36: numbers[0].format: ", "one {n:W}"},
    {"time of day", W, "notice: told,", "at: '9:00', notice: told,",
     "licence.yaml:29:38: states[0].deadlines[0].remind[0].at: ", "no time of day"},
    {"date", W, "effective: 2026-04-01", "effective: 2026-04-31", "licence.yaml:3:12: effective: ", "is no date"},
    {"options of a text", W, "access: public,", "access: public, options: [a],",
     "licence.yaml:16:53: forms[0].fields[0].options: ", "only an enum has options"},
    {"labels of options", W, "options: [new, old],", "options: [new, old], option_labels: [{ja: 新, en: New}],",
     "licence.yaml:19:64: forms[0].fields[3].option_labels: ", "1 labels for 2 options"},
    {"a text that passes", W, "access: public,", "access: public, not_past: true,",
     "licence.yaml:16:54: forms[0].fields[0].not_past: ", "only a date"},
    {"distinct without entries", W, "access: public,", "access: public, distinct: name,",
     "licence.yaml:16:54: forms[0].fields[0].distinct: ", "no text inside this"},
    {"some of what is no bool", W, "type: text, access: public,",
     "type: list, some: [x], access: public, fields: [{id: x, type: text, label: {ja: 一, en: X}}],",
     "licence.yaml:16:34: forms[0].fields[0].some: ", "no bool inside this"},
    {"two ways to find a case", W, "same_subject: true}]", "same_subject: true, linked_by: x}]",
     "licence.yaml:10:13: relations[0]: ", "exactly one of same_subject"},
    {"owned by a name", W, "same_subject: true}]", "same_subject: true}, {id: x, workflow: hives, owned_by: name}]",
     "licence.yaml:10:98: relations[1].owned_by: ", "names no organisation"},
    {"unreachable", W, "form: request, to: [refused]", "form: request",
     "licence.yaml:45:3: states[2]: ", "is never reached"},
    {"limit without a row", W, "due: expiry, to", "event: expire, by: [office], to",
     "licence.yaml:38:5: states[1].deadlines[0]: ", "nothing happens when the limit \"expiry\" is due"},
    {"target that decides", W, "kind: limit", "kind: target",
     "licence.yaml:43:20: states[1].take[0].due: ", "a target never decides"},
    {"target's actions", W, "due: [{flag: late}]", "due: [{allocate: licence_no}]",
     "licence.yaml:30:11: states[0].deadlines[0].due[0]: ", "a target never decides"},
    {"final takes", W, "{id: refused, final: true}",
     "{id: refused, final: true, take: [{row: L9, event: x, by: [office]}]}",
     "licence.yaml:45:36: states[2].take: ", "a final state takes nothing"},
    {"holds a stranger's deadline", W, "  turn: [none]", "  turn: [none]\n  holds: [answer]",
     "licence.yaml:37:11: states[1].holds[0]: ", "does not enclose this one"},
    {"nobody may", W, "event: refuse, by: [office]", "event: refuse",
     "licence.yaml:34:5: states[0].take[1]: ", "nobody may raise \"refuse\""},
    {"hours from a date", W, "first_day: counted, years: 1", "hours: 5",
     "licence.yaml:38:39: states[1].deadlines[0].period: ", "hours do not run from a date"},
    {"days from a period", W, "from: day_after, of: season.end, first_day: counted", "from: instant, of: season.end",
     "licence.yaml:38:59: states[1].deadlines[0].period.of: ", "\"season.end\" is no instant"},
    {"passed of a text", W, "{field: kind, in: [new, old]}", "{field: kind, passed: answer}",
     "licence.yaml:33:20: states[0].take[0].when.field: ", "\"kind\" is no instant"},
    {"action's guard", W, "{signal: granted, to: [hives], with: [name]}",
     "{signal: granted, to: [hives], with: [name], when: {linked: hives, in: [keept]}}",
     "licence.yaml:40:56: states[1].enter[0].when", "has no state \"keept\""},
    {"future of a text", W, "{id: name, type: text,", "{id: name, type: text, not_future: true,",
     "licence.yaml:16:40: forms[0].fields[0].not_future: ", "only a date or an instant"},
    {"like no form", W, "  fields:\n  - {id: name,", "  like: [reqest]\n  fields:\n  - {id: name,",
     "licence.yaml:15:10: forms[0].like[0]: ", "there is no form above \"reqest\""},
    {"form of nothing", W, "states:\n- id: asked", "- {id: empty, title: {ja: 空, en: Empty}}\nstates:\n- id: asked",
     "licence.yaml:21:3: forms[1]: ", "a form that asks for nothing"},
    {"fault of a form above once", W, "states:\n- id: asked",
     "- {id: more, title: {ja: 他, en: More}, like: [request], fields: [{id: kind, type: enum, label: {ja: 他, en: "
     "X}}]}\n"
     "states:\n- id: asked",
     "licence.yaml:21:66: forms[1].fields[0]: ", "an enum without options"},
    {"version by what may be left out", W, "effective: 2026-04-01", "effective: 2026-04-01\nversion_by: name",
     "licence.yaml:4:13: version_by: ", "expected a required date or instant"},
    {"about no subject", W, "form: request}\nrel", "form: request, about: hive}\nrel",
     "licence.yaml:9:48: opened_by.about: ", "expected subject"},
    {"empty period", W, ", business_days: 20", "", "licence.yaml:28:13: states[0].deadlines[0].period: ", ""},
    {"set without a form", W, "event: move, by: [owner], form: request", "event: move, by: [owner]",
     "licence.yaml:44:52: states[1].take[1].do[0].set: ", "without a form"},

    /* who may read what */
    {"guard on personal data", W, "when: {field: kind, in: [new, old]}", "when: {field: home, present: true}",
     "licence.yaml:33:20: states[0].take[0].when.field: ", "can be erased"},
    {"register of what is not public", W, "key: licence_no, from: [name]", "key: licence_no, from: [season]",
     "licence.yaml:41:60: states[1].enter[1].publish.from[0]: ", "access: public only"},

    /* between workflows */
    {"linked state", W, "when: {field: kind, in: [new, old]}", "when: {linked: hives, in: [keept]}",
     "licence.yaml:33:12: states[0].take[0].when: ", "\"hives\" has no state \"keept\""},
    {"linked deadline", W, "when: {field: kind, in: [new, old]}", "when: {linked: hives, before: expiry}",
     "licence.yaml:33:12: states[0].take[0].when: ", "\"hives\" has no deadline \"expiry\""},
    {"linked data", W, "when: {field: kind, in: [new, old]}",
     "when: {field: season.start, day_after: hives.season.end}",
     "licence.yaml:33:12: states[0].take[0].when: ", "do not keep \"season.end\""},
    {"workflow", W, "workflow: hives", "workflow: hive",
     "licence.yaml:10:35: relations[0].workflow: ", "no workflow \"hive\""},
    {"signal that nobody takes", W, "signal: moved", "signal: shifted",
     "licence.yaml:44:74: states[1].take[1].do[1]: ", "ever takes the signal \"shifted\""},
    {"payload that nobody sends", W, "{signal: moved, to: [hives], with: [name]}", "{signal: moved, to: [hives]}",
     "hives.yaml:13:40: states[0].take[0].do[0]: ", "no sender of \"moved\" carries \"name\""},

    /* the files beside the workflows */
    {"rule's kind", "rules/r.yaml", "kind: rule", "kind: law",
     "rules/r.yaml:3:21: rules[1].kind: ", "expected rule or default"},
    {"rule twice", "rules/r.yaml", "id: law.3", "id: default", "rules/r.yaml:3:8: rules[1].id: ", "already"},
    {"role nobody", "roles.yaml", "id: owner", "id: none", "roles.yaml:2:8: roles[0].id: ", "means nobody"},
    {"notice's basis", "notices/n.yaml", "- id: told", "- id: told\n  basis: law.9",
     "notices/n.yaml:3:10: notices[0].basis: ", "no rule \"law.9\""},
    {"holiday", "calendars/town.yaml", "2026-05-05", "2026-02-30",
     "calendars/town.yaml:8:19: holidays[0].date: ", "expected YYYY-MM-DD"},
    {"weekend", "calendars/town.yaml", "[saturday,", "[caturday,",
     "calendars/town.yaml:6:11: weekend[0]: ", "expected a day of the week"},
};

Test(load, each_wrong_thing_is_found_where_it_stands)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *folder = folder_new(rows[i].file, rows[i].from, rows[i].to);
        GError *error = NULL;
        struct library *library = library_load(folder, &error);
        g_auto(GStrv) lines = NULL;
        bool found = false;

        cr_expect_null(library, "%s: was accepted", rows[i].name);
        if (library == NULL) {
            cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID), "%s", rows[i].name);
            lines = g_strsplit(error->message, "\n", -1);
            for (char **line = lines; *line != NULL; line++)
                found = found || (g_str_has_prefix(*line, rows[i].place) &&
                                  strstr(*line + strlen(rows[i].place), rows[i].message) != NULL);
            cr_expect(found, "%s: expected\n  %s...%s\ngot\n%s", rows[i].name, rows[i].place, rows[i].message,
                      error->message);
        }
        g_clear_error(&error);
        library_free(library);
        folder_free(folder);
    }
}

Test(load, all_findings_of_all_files_are_told_at_once)
{
    char *folder = folder_new(W, "turn: [office]", "trun: [office]\n  hold: [answer]");
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) text = g_string_new(NULL);

    folder_write(folder, "hives.yaml", "workflow: hives\nversion: 1\nprefix: [7]\n");
    cr_expect_null(library_check(folder, findings));
    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), text);
    cr_expect_str_eq(
        text->str,
        "hives.yaml:1:1: missing: effective, title, zone, basis, opened_by, states; expected every key that a "
        "definition in force must have [missing-key]\n"
        "hives.yaml:3:9: prefix: a list; expected text [wrong-type]\n"
        "licence.yaml:23:3: states[0]: unknown key \"trun\"; expected one of id, label, parallel, final, history, "
        "initial, first, "
        "turn, waits, basis, stops, holds, enter, exit, deadlines, take, done, states; did you mean \"turn\"? "
        "[unknown-key]\n"
        "licence.yaml:24:3: states[0]: unknown key \"hold\"; expected one of id, label, parallel, final, history, "
        "initial, first, "
        "turn, waits, basis, stops, holds, enter, exit, deadlines, take, done, states; did you mean \"holds\"? "
        "[unknown-key]\n");
    folder_free(folder);
}

Test(load, a_broken_file_of_roles_is_told_alone)
{
    char *folder = folder_new("roles.yaml", "kind: membership", "knd: membership");
    g_autoptr(GPtrArray) findings = chart_findings_new();

    cr_expect_null(library_check(folder, findings));
    cr_expect_eq(findings->len, 2u); /* the unknown key and the missing one, and no role unknown in a workflow */
    folder_free(folder);
}

Test(load, a_missing_folder_is_not_found)
{
    g_autoptr(GError) error = NULL;

    cr_expect_null(library_load("/nonexistent", &error));
    cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND));
}

Test(load, one_file_is_checked_against_a_library)
{
    char *folder = folder_new(NULL, NULL, NULL);
    struct library *library = library_load(folder, NULL);
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autofree char *path = g_build_filename(folder, "next.yaml", NULL);
    g_autofree char *source = NULL;
    struct chart *chart;

    cr_assert_not_null(library);
    folder_write(folder, "next.yaml", licence_yaml);
    chart = library_check_file(library, path, &source, findings);
    cr_assert_not_null(chart);
    cr_expect_str_eq(source, licence_yaml);
    cr_expect_eq(library->charts->charts->len, 2u);
    chart_free(chart);
    folder_write(folder, "next.yaml", "workflow: next\n");
    cr_expect_null(library_check_file(library, path, NULL, findings));
    cr_expect_eq(findings->len, 1u);
    library_free(library);
    folder_free(folder);
}

Test(load, a_version_comes_once)
{
    char *folder = folder_new(NULL, NULL, NULL);
    g_autoptr(GPtrArray) findings = chart_findings_new();

    folder_write(folder, "other.yaml", licence_yaml);
    cr_expect_null(library_check(folder, findings));
    cr_assert_eq(findings->len, 1u);
    cr_expect_str_eq(((struct chart_finding *)g_ptr_array_index(findings, 0))->file, "other.yaml");
    folder_free(folder);
}
