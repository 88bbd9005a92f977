#include "adapters/cli/chart_file.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/due_answer.h"
#include "adapters/json/json.h"
#include "adapters/yaml/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Computes when something is due, and tells why. The rule is given by options (--business-days 10), in the words "
    "of\n"
    "a workflow file (--rule), or is a deadline of a workflow (--workflow FILE --deadline ID). The anchor, from which\n"
    "it runs, is a date (2026-04-28), a time of a date in the zone (2026-04-28T14:00) or an RFC 3339 instant.\n"
    "\n"
    "The answer is the instant: what arrives before it is in time. Beside it the last day in the zone and every\n"
    "reminder; with --explain the computation: the day that is not counted, the closed days and their names, where a\n"
    "month ends that has no such day, the time for which the clock stood.\n"
    "\n"
    "  toroku due --business-days 10 --from 2026-04-28 --explain\n"
    "  toroku due --months 1 --first-day counted --from 2024-01-31 --explain --lang en\n"
    "  toroku due --hours 72 --from 2026-05-01T09:00 --stop 2026-05-02T09:00/2026-05-04T18:00\n"
    "  toroku due --rule '{from: day_after, first_day: counted, months: 16}' --from 2023-12-31 --remind '{before: "
    "{months: 3}}'\n"
    "  toroku due --workflow workflows/incident-report.yaml --deadline preliminary_target --from 2026-05-01T14:30 "
    "--json\n"
    "\n"
    "With - each line of standard input is a question, a JSON object, and standard output has one JSON object for "
    "each\n"
    "line that is not empty, in order and at once. What options say holds where a line does not say it:\n"
    "\n"
    "  {\"id\": 7, \"rule\": {\"business_days\": 10}, \"anchor\": \"2026-04-28\", \"explain\": true, \"lang\": "
    "\"en\"}\n"
    "\n"
    "  rule       a period as in a workflow file, or a whole deadline with its period; or deadline, an ID of "
    "--workflow\n"
    "  anchor     as above; of a workflow's deadline ahead_of another, the day that begins when the other is due; of "
    "the\n"
    "             earliest or latest of several periods {PATH: WHEN, ...} (--from '{PATH: WHEN}'); of year_end the "
    "last\n"
    "             day of that year. Of what comes again (every) the first is told\n"
    "  stops      [[from, to], ...], `to` null while the clock stands; zone, calendar, fires, remind beside a rule\n"
    "  id         anything; the answer gives it back\n"
    "\n"
    "An answer has line, id, due, local, last_day, remind, zone, tzdata, calendar, calendar_version, provisional when "
    "the\n"
    "calendar is not certain that far, and with explain the sentences and their steps; `due` is null while the clock\n"
    "stands. A question that cannot be answered gives {line, id, error: {text}}, and the others are answered.\n"
    "\n"
    "The exit status is 1 when the rule, the definitions or any line is refused.";

struct due {
    struct chart_file file;
    struct library *library; /* of file, or read without a workflow */
    struct due_rules *rules;
    struct value *given; /* the question that the options make */
    bool json;
    bool refused; /* some question was */
};

struct due_options {
    gboolean before, include_corresponding_day, explain, json, input;
    gint years, months, days, business_days, hours, minutes;
    char *first_day, *cutoff, *roll, *roll_at, *calendar, *zone, *fires, *rule, *anchor, *deadline, *lang, *workflow,
        *workflows;
    char **stops, **remind;
};

static bool parse_yaml(const char *option, const char *text, struct value **v)
{
    g_autoptr(GError) error = NULL;

    *v = flow_parse(text, &error);
    if (*v == NULL)
        cli_usage("--%s %s: %s", option, text, error->message);
    return *v != NULL;
}

/* The period that single options make; NULL when there are none. */
static struct value *options_period(const struct due_options *o)
{
    const struct {
        const char *key;
        gint number;
    } parts[] = {{"years", o->years}, {"months", o->months},  {"days", o->days}, {"business_days", o->business_days},
                 {"hours", o->hours}, {"minutes", o->minutes}};
    struct value *period = value_new_map();

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i].number != 0)
            value_map_set_int(period, parts[i].key, parts[i].number);
    value_map_set_text(period, "first_day", o->first_day);
    value_map_set_text(period, "cutoff", o->cutoff);
    value_map_set_text(period, "roll", o->roll);
    value_map_set_text(period, "roll_at", o->roll_at);
    if (o->include_corresponding_day)
        value_map_set_bool(period, "include_corresponding_day", true);
    if (o->before)
        value_map_set_text(period, "from", "ahead_of_day");
    if (value_size(period) > 0)
        return period;
    value_unref(period);
    return NULL;
}

static bool options_rule(const struct due_options *o, struct value *question)
{
    struct value *period = options_period(o), *rule = NULL;

    if ((period != NULL) + (o->rule != NULL) + (o->deadline != NULL) > 1) {
        value_unref(period);
        cli_usage("a rule by options, --rule or --deadline: expected one of them");
        return false;
    }
    if (o->rule != NULL && !parse_yaml("rule", o->rule, &rule))
        return false;
    if (rule != NULL || period != NULL)
        value_map_set(question, "rule", rule != NULL ? rule : period);
    value_map_set_text(question, "deadline", o->deadline);
    return true;
}

/* FROM/TO; without TO the clock still stands. */
static struct value *options_stop(const char *text)
{
    const char *slash = strchr(text, '/');
    struct value *pair = value_new_list();

    value_list_add(pair, value_new_text_n(text, slash == NULL ? strlen(text) : (size_t)(slash - text)));
    value_list_add(pair, slash == NULL || slash[1] == '\0' ? value_new_null() : value_new_text(slash + 1));
    return pair;
}

static bool options_lists(const struct due_options *o, struct value *question)
{
    struct value *list;

    if (o->stops != NULL)
        value_map_set(question, "stops", list = value_new_list());
    for (char **text = o->stops; text != NULL && *text != NULL; text++)
        value_list_add(list, options_stop(*text));
    if (o->remind != NULL)
        value_map_set(question, "remind", list = value_new_list());
    for (char **text = o->remind; text != NULL && *text != NULL; text++) {
        struct value *entry;

        if (!parse_yaml("remind", *text, &entry))
            return false;
        value_list_add(list, entry);
    }
    return true;
}

/* The question that the options make. FALSE after saying what is wrong with them. */
static bool options_question(const struct due_options *o, struct value *question)
{
    const struct {
        const char *key, *text;
    } texts[] = {{"calendar", o->calendar}, {"zone", o->zone}, {"fires", o->fires}, {"lang", o->lang}};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        value_map_set_text(question, texts[i].key, texts[i].text);
    if (o->explain)
        value_map_set_bool(question, "explain", true);
    if (o->anchor != NULL && o->anchor[0] == '{') {
        struct value *anchors;

        if (!parse_yaml("from", o->anchor, &anchors))
            return false;
        value_map_set(question, "anchor", anchors);
    } else {
        value_map_set_text(question, "anchor", o->anchor);
    }
    return options_rule(o, question) && options_lists(o, question);
}

static void answer_print(struct value *answer)
{
    g_autoptr(GString) text = g_string_new(NULL);

    value_print(answer, text);
    puts(text->str);
    fflush(stdout);
}

/* ${line} over what the options say: a rule of its own takes the place of theirs. */
static struct value *question_of_line(const struct due *due, const struct value *line)
{
    struct value *question = value_map_copy(due->given);

    if (value_get(line, "rule") != NULL || value_get(line, "deadline") != NULL) {
        value_map_unset(question, "rule");
        value_map_unset(question, "deadline");
    }
    for (size_t i = 0; i < value_size(line); i++)
        value_map_set(question, value_key_at(line, i), value_ref(value_member_at(line, i)));
    return question;
}

static struct value *line_answer(const struct due *due, const char *text, size_t size, const struct value **id,
                                 struct value **line, GError **error)
{
    struct value *question, *answer;

    *line = json_parse(text, size, JSON_DEPTH_MAX, error);
    if (*line == NULL)
        return NULL;
    *id = value_get(*line, "id");
    if (value_kind(*line) != VALUE_MAP)
        return due_answer(due->rules, *line, error);
    question = question_of_line(due, *line);
    answer = due_answer(due->rules, question, error);
    value_unref(question);
    return answer;
}

static void line_run(struct due *due, int number, const char *text, size_t size)
{
    g_autoptr(GError) error = NULL;
    const struct value *id = NULL;
    struct value *line = NULL, *answer = line_answer(due, text, size, &id, &line, &error);

    if (answer == NULL) {
        struct value *what = value_new_map();

        due->refused = true;
        answer = value_new_map();
        value_map_set_text(what, "text", error->message);
        value_map_set(answer, "error", what);
        if (id != NULL)
            value_map_set(answer, "id", value_ref(id));
    }
    value_map_set_int(answer, "line", number);
    answer_print(answer);
    value_unref(answer);
    value_unref(line);
}

static void due_lines(struct due *due, FILE *in)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t size;

    for (int number = 1; (size = getline(&text, &room, in)) >= 0; number++)
        if (strspn(text, " \t\r\n") < (size_t)size)
            line_run(due, number, text, (size_t)size);
    free(text);
}

static bool due_once(const struct due *due, GError **error)
{
    const char *lang = value_text(value_get(due->given, "lang"));
    g_autoptr(GString) text = g_string_new(NULL);
    struct value *answer = due_answer(due->rules, due->given, error);

    if (answer == NULL)
        return false;
    if (due->json) {
        answer_print(answer);
    } else {
        due_answer_print(answer, g_strcmp0(lang, "en") == 0 ? EXPLAIN_EN : EXPLAIN_JA, text);
        fputs(text->str, stdout);
    }
    value_unref(answer);
    return true;
}

/* Reads the workflow, or without one the calendars of the folder. */
static bool due_begin(struct due *due, const struct due_options *o, int *status)
{
    GError *error = NULL;

    *status = CLI_FINDINGS;
    if (o->workflow != NULL && !chart_file_open(&due->file, o->workflow, o->workflows, false))
        return false;
    if (o->workflow == NULL) {
        due->library = library_shared(o->workflows == NULL ? "workflows" : o->workflows, &error);
        if (due->library == NULL)
            *status = cli_fail(error);
    }
    if (o->workflow == NULL && due->library == NULL)
        return false;
    due->rules = due_rules_new(o->workflow != NULL ? due->file.library : due->library, due->file.chart);
    return true;
}

static int due_run(struct due *due, const struct due_options *o)
{
    GError *error = NULL;
    int status;

    if (!options_question(o, due->given))
        return CLI_USAGE;
    if (!o->input && value_get(due->given, "rule") == NULL && value_get(due->given, "deadline") == NULL)
        return cli_usage("no rule; expected --business-days 10 or the like, --rule, or --workflow and --deadline");
    if (!o->input && value_get(due->given, "anchor") == NULL)
        return cli_usage("no anchor; expected --from 2026-05-01 or the like");
    if (!due_begin(due, o, &status))
        return status;
    if (o->input) {
        due_lines(due, stdin);
        return due->refused ? CLI_FINDINGS : CLI_OK;
    }
    return due_once(due, &error) ? CLI_OK : cli_fail(error);
}

static void options_release(struct due_options *o)
{
    char *texts[] = {o->first_day, o->cutoff, o->roll,     o->roll_at, o->calendar, o->zone,     o->fires,
                     o->rule,      o->anchor, o->deadline, o->lang,    o->workflow, o->workflows};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(o->stops);
    g_strfreev(o->remind);
}

int cli_due(int argc, char **argv)
{
    struct due_options o = {0};
    const GOptionEntry entries[] = {
        {"years", 0, 0, G_OPTION_ARG_INT, &o.years, "the length of the period", "N"},
        {"months", 0, 0, G_OPTION_ARG_INT, &o.months, "(with years)", "N"},
        {"days", 0, 0, G_OPTION_ARG_INT, &o.days, "all of them, open or closed", "N"},
        {"business-days", 0, 0, G_OPTION_ARG_INT, &o.business_days, "days that the calendar has open", "N"},
        {"hours", 0, 0, G_OPTION_ARG_INT, &o.hours, "these run at once, through holidays", "N"},
        {"minutes", 0, 0, G_OPTION_ARG_INT, &o.minutes, "(with hours)", "N"},
        {"before", 0, 0, G_OPTION_ARG_NONE, &o.before, "counted backward: so long before the anchor's day begins",
         NULL},
        {"first-day", 0, 0, G_OPTION_ARG_STRING, &o.first_day, "not_counted (default) or counted", "WORD"},
        {"include-corresponding-day", 0, 0, G_OPTION_ARG_NONE, &o.include_corresponding_day,
         "months and years end one day later", NULL},
        {"cutoff", 0, 0, G_OPTION_ARG_STRING, &o.cutoff, "days end at this time, and the last one with it", "HH:MM"},
        {"roll", 0, 0, G_OPTION_ARG_STRING, &o.roll, "none (default) or next_open: when the last day is closed",
         "WORD"},
        {"roll-at", 0, 0, G_OPTION_ARG_STRING, &o.roll_at, "due at this time of the day it moved to", "HH:MM"},
        {"rule", 'r', 0, G_OPTION_ARG_STRING, &o.rule, "the period, or a whole deadline, as in a workflow file",
         "YAML"},
        {"workflow", 'f', 0, G_OPTION_ARG_FILENAME, &o.workflow, "whose deadlines are asked for", "FILE"},
        {"deadline", 'd', 0, G_OPTION_ARG_STRING, &o.deadline, "which of them", "ID"},
        {"from", 'a', 0, G_OPTION_ARG_STRING, &o.anchor, "the anchor: a date or an instant", "WHEN"},
        {"stop", 's', 0, G_OPTION_ARG_STRING_ARRAY, &o.stops, "the clock stood; FROM/ : it still does. Repeatable",
         "FROM/TO"},
        {"remind", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.remind, "as in a workflow file. Repeatable", "YAML"},
        {"calendar", 'c', 0, G_OPTION_ARG_STRING, &o.calendar, "which days are open (jp-government)", "NAME"},
        {"zone", 'z', 0, G_OPTION_ARG_STRING, &o.zone, "whose days (Asia/Tokyo)", "ZONE"},
        {"fires", 0, 0, G_OPTION_ARG_STRING, &o.fires, "end_of_last_day or exact, as in a workflow file", "WORD"},
        {"explain", 'e', 0, G_OPTION_ARG_NONE, &o.explain, "with the computation, step by step", NULL},
        {"lang", 'L', 0, G_OPTION_ARG_STRING, &o.lang, "ja (default) or en", "LANGUAGE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &o.json, "one JSON object", NULL},
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &o.workflows, "the calendars and what FILE refers to (workflows)",
         "FOLDER"},
        {0}};
    struct due due = {.given = value_new_map()};
    int status;

    if (cli_options(&argc, &argv, "[-]", about, entries, &status)) {
        due.json = o.json;
        o.input = argc == 2 && strcmp(argv[1], "-") == 0;
        status =
            argc == 1 || o.input ? due_run(&due, &o) : cli_usage("%s is no parameter; expected - or none", argv[1]);
    }
    due_rules_free(due.rules);
    chart_file_release(&due.file);
    library_free(due.library);
    value_unref(due.given);
    options_release(&o);
    return status;
}
