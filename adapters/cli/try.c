#include "adapters/cli/chart_file.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/try_case.h"
#include "adapters/json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Runs one case of a workflow in memory. Standard input has one line for each thing that happens:\n"
    "\n"
    "  NAME             the event NAME; when no person may raise it, the signal\n"
    "  NAME {\"a\": 1}    the same with data\n"
    "  +P30D            the clock moves on (an ISO 8601 duration: +PT1H30M, +P1Y2M); what falls due fires in order\n"
    "  # ...            nothing, as an empty line\n"
    "\n"
    "Standard output has one JSON object for the beginning, and then exactly one for each line that is not nothing:\n"
    "\n"
    "  at, states, effects    where the clock stands; the active atomic states, sorted; what happened, in order\n"
    "  refused                {code, text}: the event changed nothing\n"
    "  fired                  each deadline that fell due: its instant, the states after it, its effects\n"
    "  error                  {line, text}: the line could not be read; the others are\n"
    "\n"
    "Whoever raises an event here holds every role that a row may ask for, owns the case, and is another person each\n"
    "time. There are no other cases: a linked one is never found, a signal goes nowhere. A limit fires at its "
    "instant.\n"
    "\n"
    "With --lenient a bare chart is enough, `workflow` and `states` with `take: [{event: go, to: [b]}]`: no forms,\n"
    "roles, turns, deadlines, clauses or labels are demanded. The data of an event joins the case's data at once, so\n"
    "that guards can read it.\n"
    "\n"
    "Example: printf 'grant\\n+P2Y\\n' | toroku try --lenient bee-licence.yaml\n"
    "\n"
    "The exit status is 1 when the file has findings (told on standard error) or a line could not be read; a refusal\n"
    "is an answer like any other.";

struct session {
    struct try_case *c;
    int line;
    bool misread; /* some line could not be read */
};

static void answer_print(struct value *answer)
{
    g_autoptr(GString) text = g_string_new(NULL);

    value_print(answer, text);
    value_unref(answer);
    puts(text->str);
    fflush(stdout);
}

/* Answers the present line with what is wrong with it; the case stays as it is. */
static void session_misread(struct session *session, const char *what)
{
    const struct span none = {0};
    struct value *answer = try_case_move(session->c, &none), *error = value_new_map();

    session->misread = true;
    value_map_set_int(error, "line", session->line);
    value_map_set_text(error, "text", what);
    value_map_set(answer, "error", error);
    answer_print(answer);
    fprintf(stderr, "%s: line %d: %s\n", g_get_prgname(), session->line, what);
}

static void session_move(struct session *session, const char *text)
{
    struct span span;
    struct value *answer = NULL;

    if (!span_parse(text, &span))
        session_misread(session, "no duration; expected one of ISO 8601, as in +P30D or +PT1H30M");
    else if ((answer = try_case_move(session->c, &span)) == NULL)
        session_misread(session, "the clock ends with the year 9999");
    else
        answer_print(answer);
}

static struct value *input_parse(const char *text, char **why)
{
    GError *error = NULL;
    struct value *input = json_parse(text, strlen(text), JSON_DEPTH_MAX, &error);

    if (input != NULL && value_kind(input) == VALUE_MAP)
        return input;
    *why = error == NULL ? g_strdup("the data are no JSON object") : g_strdup(error->message);
    g_clear_error(&error);
    value_unref(input);
    return NULL;
}

static void session_event(struct session *session, char *text)
{
    char *data = text + strcspn(text, " \t{");
    g_autofree char *name = g_strndup(text, (gsize)(data - text)), *why = NULL;
    struct value *input = NULL;

    data += strspn(data, " \t");
    if (name[0] == '\0')
        why = g_strdup("data without an event; expected NAME {...}");
    else if (!g_utf8_validate(name, -1, NULL))
        why = g_strdup("no UTF-8");
    else if (data[0] != '\0')
        input = input_parse(data, &why);
    if (why != NULL)
        session_misread(session, why);
    else
        answer_print(try_case_event(session->c, name, input));
    value_unref(input);
}

static void session_run(struct session *session, FILE *in)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t size;

    while ((size = getline(&text, &room, in)) >= 0) {
        session->line++;
        if (strlen(text) != (size_t)size) {
            session_misread(session, "a NUL in the line");
            continue;
        }
        g_strstrip(text);
        if (text[0] == '\0' || text[0] == '#')
            continue;
        if (text[0] == '+')
            session_move(session, text + 1);
        else
            session_event(session, text);
    }
    free(text);
}

static int session_try(const struct chart *chart, instant at, const struct value *opening)
{
    struct session session = {.c = try_case_new(chart, at)};

    answer_print(try_case_open(session.c, opening));
    session_run(&session, stdin);
    try_case_free(session.c);
    return session.misread ? CLI_FINDINGS : CLI_OK;
}

int cli_try(int argc, char **argv)
{
    g_autofree char *workflows = NULL, *at_text = NULL, *open_text = NULL, *why = NULL;
    gboolean lenient = FALSE;
    const GOptionEntry entries[] = {
        {"lenient", 'l', 0, G_OPTION_ARG_NONE, &lenient, CHART_FILE_LENIENT, NULL},
        {"at", 'a', 0, G_OPTION_ARG_STRING, &at_text, "where the clock begins (RFC 3339; now)", "INSTANT"},
        {"open", 'o', 0, G_OPTION_ARG_STRING, &open_text, "what comes with the opening of the case", "JSON"},
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &workflows,
         "the roles, rules, notices, calendars (beside FILE; workflows)", "FOLDER"},
        {0}};
    instant at = g_get_real_time() / INSTANT_SECOND * INSTANT_SECOND;
    struct value *opening = NULL;
    struct chart_file file = {0};
    int status;

    if (!cli_options(&argc, &argv, "FILE", about, entries, &status))
        return status;
    if (argc != 2)
        return cli_usage("one workflow file is expected");
    if (at_text != NULL && !instant_parse(at_text, &at))
        return cli_usage("--at %s is no instant; expected RFC 3339, as in 2026-04-01T09:00:00+09:00", at_text);
    if (open_text != NULL && (opening = input_parse(open_text, &why)) == NULL)
        return cli_usage("--open: %s", why);
    status = chart_file_open(&file, argv[1], workflows, lenient) ? session_try(file.chart, at, opening) : CLI_FINDINGS;
    value_unref(opening);
    chart_file_release(&file);
    return status;
}
