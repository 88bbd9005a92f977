#include "engine/chart/finding.h"

#include <string.h>

#define EXPECTED "; expected "

static const struct {
    const char *name, *meaning, *usual;
} codes[] = {
#define X(name, code, meaning, usual) {code, meaning, usual},
    FINDING_CODES(X)
#undef X
};

const char *finding_code_name(enum finding_code code)
{
    return codes[code].name;
}

const char *finding_code_meaning(enum finding_code code)
{
    return codes[code].meaning;
}

static void chart_finding_free(gpointer data)
{
    struct chart_finding *finding = data;

    g_free(finding->file);
    g_free(finding->path);
    g_free(finding->text);
    g_free(finding->expected);
    g_free(finding->suggestion);
    g_free(finding);
}

GPtrArray *chart_findings_new(void)
{
    return g_ptr_array_new_with_free_func(chart_finding_free);
}

struct chart_finding *chart_findings_add(GPtrArray *findings, enum finding_code code, const char *path,
                                         const char *format, ...)
{
    struct chart_finding *finding = g_new0(struct chart_finding, 1);
    char *expected;
    va_list args;

    finding->code = code;
    finding->path = g_strdup(path);
    va_start(args, format);
    finding->text = g_strdup_vprintf(format, args);
    va_end(args);
    expected = strstr(finding->text, EXPECTED);
    if (expected != NULL) {
        finding->expected = g_strdup(expected + strlen(EXPECTED));
        *expected = '\0';
    } else {
        finding->expected = g_strdup(codes[code].usual);
    }
    g_ptr_array_add(findings, finding);
    return finding;
}

/* The order in which they were found decides among equal places: the sort is stable. */
static gint chart_finding_compare(gconstpointer a, gconstpointer b, gpointer user)
{
    const struct chart_finding *one = *(struct chart_finding *const *)a, *other = *(struct chart_finding *const *)b;
    int file = g_strcmp0(one->file, other->file);

    (void)user;
    if (file != 0)
        return file;
    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    return (one->column > other->column) - (one->column < other->column);
}

void chart_findings_sort(GPtrArray *findings, guint first)
{
    if (findings->len > first)
        g_qsort_with_data(findings->pdata + first, (gint)(findings->len - first), sizeof(gpointer),
                          chart_finding_compare, NULL);
}

static void print_place(const struct chart_finding *finding, GString *out)
{
    if (finding->file != NULL)
        g_string_append_printf(out, "%s:", finding->file);
    if (finding->line > 0)
        g_string_append_printf(out, "%d:%d:", finding->line, finding->column);
    if (finding->file != NULL || finding->line > 0)
        g_string_append_c(out, ' ');
}

void chart_finding_print(const struct chart_finding *finding, GString *out)
{
    print_place(finding, out);
    if (finding->path[0] != '\0')
        g_string_append_printf(out, "%s: ", finding->path);
    g_string_append(out, finding->text);
    g_string_append_printf(out, EXPECTED "%s", finding->expected);
    if (finding->suggestion != NULL)
        g_string_append_printf(out, "; did you mean \"%s\"?", finding->suggestion);
    g_string_append_printf(out, " [%s]\n", finding_code_name(finding->code));
}

void chart_finding_explain(const struct chart_finding *finding, GString *out)
{
    print_place(finding, out);
    g_string_append_printf(out, "%s [%s]\n", finding->text, finding_code_name(finding->code));
    if (finding->path[0] != '\0')
        g_string_append_printf(out, "    at %s\n", finding->path);
    g_string_append_printf(out, "    expected %s\n", finding->expected);
    if (finding->suggestion != NULL)
        g_string_append_printf(out, "    did you mean \"%s\"?\n", finding->suggestion);
}
