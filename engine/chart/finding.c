#include "engine/chart/finding.h"

#include <string.h>

static void chart_finding_free(gpointer data)
{
    struct chart_finding *finding = data;

    g_free(finding->file);
    g_free(finding->path);
    g_free(finding->message);
    g_free(finding);
}

GPtrArray *chart_findings_new(void)
{
    return g_ptr_array_new_with_free_func(chart_finding_free);
}

struct chart_finding *chart_findings_add(GPtrArray *findings, const char *path, const char *format, ...)
{
    struct chart_finding *finding = g_new0(struct chart_finding, 1);
    va_list args;

    finding->path = g_strdup(path);
    va_start(args, format);
    finding->message = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(findings, finding);
    return finding;
}

void chart_finding_print(const struct chart_finding *finding, GString *out)
{
    if (finding->file != NULL)
        g_string_append_printf(out, "%s:", finding->file);
    if (finding->line > 0)
        g_string_append_printf(out, "%d:%d:", finding->line, finding->column);
    if (out->len > 0 && out->str[out->len - 1] == ':')
        g_string_append_c(out, ' ');
    if (finding->path[0] != '\0')
        g_string_append_printf(out, "%s: ", finding->path);
    g_string_append_printf(out, "%s\n", finding->message);
}

/*
 * How many letters must be inserted, dropped, changed or exchanged with their neighbour to make ${b} of ${a}, over
 * bytes (the optimal string alignment distance); more than ${limit} counts as limit + 1.
 */
static size_t word_distance(const char *a, const char *b, size_t limit)
{
    size_t a_size = strlen(a), b_size = strlen(b), width = b_size + 1;
    g_autofree size_t *rows = NULL; /* the row before the last, the last, the present */

    if ((a_size > b_size ? a_size - b_size : b_size - a_size) > limit)
        return limit + 1;
    rows = g_new0(size_t, 3 * width);
    for (size_t j = 0; j < width; j++)
        rows[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *present = rows + (i % 3) * width;
        const size_t *last = rows + ((i + 2) % 3) * width, *before = rows + ((i + 1) % 3) * width;

        present[0] = i;
        for (size_t j = 1; j < width; j++) {
            present[j] = MIN(MIN(last[j], present[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                present[j] = MIN(present[j], before[j - 2] + 1);
        }
    }
    return rows[(a_size % 3) * width + b_size];
}

const char *name_nearest(const char *word, const GPtrArray *names)
{
    size_t best = MAX(strlen(word) / 3, 1) + 1;
    const char *nearest = NULL;

    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        size_t distance = word_distance(word, name, best);

        if (distance < best) {
            best = distance;
            nearest = name;
        }
    }
    return nearest;
}
