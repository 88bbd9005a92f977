/*
 * Definitions that went wrong in some way nobody thought of: lines dropped, doubled and exchanged, words taken from
 * elsewhere in the file. Each either compiles or is told with its place, and nothing leaks.
 */
#include "adapters/yaml/library.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define WORKFLOWS TOROKU_SOURCE_DIR "/workflows"
#define ROUNDS 400
#define SEED 20260401

/* One change of one line, or of one word of it. */
static char *mutate(const char *text, GRand *rand)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gint32 count = (gint32)g_strv_length(lines);
    char **line = &lines[g_rand_int_range(rand, 0, count)], **other = &lines[g_rand_int_range(rand, 0, count)];
    g_auto(GStrv) words = g_strsplit(*line, " ", -1);
    g_auto(GStrv) others = g_strsplit(*other, " ", -1);
    char *swap;

    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        g_free(*line);
        *line = g_strdup("");
        break;
    case 1:
        swap = *line;
        *line = *other;
        *other = swap;
        break;
    case 2:
        swap = g_strconcat(*line, "\n", *other, NULL);
        g_free(*line);
        *line = swap;
        break;
    default:
        if (words[0] != NULL && others[0] != NULL) {
            char **word = &words[g_rand_int_range(rand, 0, (gint32)g_strv_length(words))];

            g_free(*word);
            *word = g_strdup(others[g_rand_int_range(rand, 0, (gint32)g_strv_length(others))]);
            g_free(*line);
            *line = g_strjoinv(" ", words);
        }
    }
    return g_strjoinv("\n", lines);
}

static void mutate_file(struct library *library, const struct definition *definition, const char *path, GRand *rand,
                        int *compiled)
{
    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(GPtrArray) findings = chart_findings_new();
        g_autofree char *text = mutate(definition->source, rand);
        struct chart *chart;

        cr_assert(g_file_set_contents(path, text, -1, NULL));
        chart = library_check_file(library, path, NULL, findings);
        cr_expect_eq(chart == NULL, findings->len > 0, "%s, round %d", definition->file, round);
        *compiled += chart != NULL;
        for (guint i = 0; i < findings->len; i++) {
            const struct chart_finding *finding = g_ptr_array_index(findings, i);

            cr_expect(finding->file != NULL && finding->line > 0 && finding->column > 0, "%s, round %d: %s",
                      definition->file, round, finding->text);
        }
        chart_free(chart);
    }
}

Test(mutation, every_wrong_file_is_told_with_its_place)
{
    struct library *library = library_load(WORKFLOWS, NULL);
    char *folder = g_dir_make_tmp("toroku-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "mutated.yaml", NULL);
    GRand *rand = g_rand_new_with_seed(SEED);
    int compiled = 0;

    cr_assert_not_null(library);
    for (guint i = 0; i < library->definitions->len; i++)
        mutate_file(library, g_ptr_array_index(library->definitions, i), path, rand, &compiled);
    cr_expect_gt(compiled, 0, "comments and labels may change");
    cr_expect_lt(compiled, ROUNDS * (int)library->definitions->len);
    g_rand_free(rand);
    g_remove(path);
    g_rmdir(folder);
    g_free(folder);
    library_free(library);
}
