#include "engine/chart/graph.h"
#include "adapters/cli/chart_file.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/graphviz/svg.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
    "Draws a workflow: its states as they nest, whose turn it is in each, their deadlines (a target admonishes, a\n"
    "limit acts), the rows that lead from one to the next with who takes them, and on which clause each rests, or "
    "that\n"
    "it is this installation's own default.\n"
    "\n"
    "  svg      the picture, for people (by the program dot of the package graphviz)\n"
    "  dot      the picture for Graphviz\n"
    "  mermaid  a state diagram for Mermaid, as many wikis and code hosts draw them\n"
    "  json     what screens draw, in both languages; its keys stand in engine/chart/graph.h\n"
    "\n"
    "Example: toroku graph workflows/incident-report.yaml --lang en -o incident-report.svg\n"
    "\n"
    "The exit status is 1 when the file has findings (told on standard error), 3 when dot cannot be run or OUTPUT\n"
    "cannot be written.";

enum graph_format { FORMAT_SVG, FORMAT_DOT, FORMAT_MERMAID, FORMAT_JSON, FORMAT_NONE };

static enum graph_format format_of(const char *name)
{
    static const char *const names[] = {"svg", "dot", "mermaid", "json"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (name == NULL || strcmp(name, names[i]) == 0)
            return (enum graph_format)i;
    return FORMAT_NONE;
}

static bool picture_print(const struct chart *chart, enum graph_format format, enum graph_language language,
                          GString *out, GError **error)
{
    struct graph *graph;
    bool good = true;

    if (format == FORMAT_JSON) {
        struct value *v = graph_json(chart);

        value_print(v, out);
        value_unref(v);
        g_string_append_c(out, '\n');
        return true;
    }
    graph = graph_new(chart, language);
    if (format == FORMAT_SVG)
        good = svg_print(graph, out, error);
    else if (format == FORMAT_DOT)
        graph_dot(graph, NULL, out);
    else
        graph_mermaid(graph, out);
    graph_free(graph);
    return good;
}

static bool picture_write(const GString *picture, const char *file, GError **error)
{
    g_autoptr(GError) why = NULL;

    if (file == NULL) {
        fwrite(picture->str, 1, picture->len, stdout);
        return true;
    }
    if (!g_file_set_contents(file, picture->str, (gssize)picture->len, &why))
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "%s", why->message);
    return why == NULL;
}

static int graph_file(const struct chart *chart, enum graph_format format, enum graph_language language,
                      const char *file)
{
    g_autoptr(GString) picture = g_string_new(NULL);
    GError *error = NULL;

    if (picture_print(chart, format, language, picture, &error) && picture_write(picture, file, &error))
        return CLI_OK;
    return cli_fail(error);
}

int cli_graph(int argc, char **argv)
{
    g_autofree char *workflows = NULL, *format_name = NULL, *language = NULL, *output = NULL;
    gboolean lenient = FALSE;
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "svg (default), dot, mermaid or json", "FORMAT"},
        {"lang", 'L', 0, G_OPTION_ARG_STRING, &language, "of labels: ja (default) or en", "LANGUAGE"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "where to write (standard output)", "OUTPUT"},
        {"lenient", 'l', 0, G_OPTION_ARG_NONE, &lenient, CHART_FILE_LENIENT, NULL},
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &workflows,
         "the roles, rules, notices, calendars (beside FILE; workflows)", "FOLDER"},
        {0}};
    struct chart_file file = {0};
    enum graph_format format;
    int status;

    if (!cli_options(&argc, &argv, "FILE", about, entries, &status))
        return status;
    format = format_of(format_name);
    if (format == FORMAT_NONE)
        return cli_usage("--format %s is none of svg, dot, mermaid, json", format_name);
    if (language != NULL && strcmp(language, "ja") != 0 && strcmp(language, "en") != 0)
        return cli_usage("--lang %s is neither ja nor en", language);
    if (argc != 2)
        return cli_usage("one workflow file at a time");
    status = CLI_FINDINGS;
    if (chart_file_open(&file, argv[1], workflows, lenient))
        status = graph_file(file.chart, format, g_strcmp0(language, "en") == 0 ? GRAPH_EN : GRAPH_JA, output);
    chart_file_release(&file);
    return status;
}
