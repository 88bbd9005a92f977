#include "engine/chart/suggest.h"

#include <string.h>

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
