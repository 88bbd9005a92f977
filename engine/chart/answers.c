#include "engine/chart/chart.h"

#include <string.h>

bool chart_event_matches(const char *descriptor, const char *name)
{
    size_t size = strlen(descriptor);

    if (size > 0 && descriptor[size - 1] == '*')
        size--;
    if (size > 0 && descriptor[size - 1] == '.')
        size--;
    return size == 0 || (strncmp(descriptor, name, size) == 0 && (name[size] == '\0' || name[size] == '.'));
}

/* Those of the event whose name is the first ${size} bytes of ${name}. */
static const struct chart_answers *answers_find(const struct chart_answers *answers, int count, const char *name,
                                                size_t size)
{
    int low = 0, high = count - 1;

    while (low <= high) {
        int middle = (low + high) / 2;
        int order = strncmp(answers[middle].name, name, size);

        if (order == 0 && answers[middle].name[size] != '\0')
            order = 1;
        if (order == 0)
            return &answers[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return NULL;
}

/* An event that no row names has the answers of the nearest one that it begins with, and at the last those of `*`. */
const struct chart_answers *chart_command_answers(const struct chart *chart, const char *name)
{
    for (size_t size = strlen(name); size > 0; size--) {
        const struct chart_answers *answers;

        if (name[size] != '\0' && name[size] != '.')
            continue;
        answers = answers_find(chart->commands, chart->command_count, name, size);
        if (answers != NULL)
            return answers;
    }
    return answers_find(chart->commands, chart->command_count, "", 0);
}

const struct chart_answers *chart_signal_answers(const struct chart *chart, const char *name)
{
    return answers_find(chart->signals, chart->signal_count, name, strlen(name));
}

int chart_internal_index(const struct chart *chart, const char *name)
{
    for (int i = 0; i < chart->internal_count; i++)
        if (strcmp(chart->internals[i].name, name) == 0)
            return i;
    return CHART_NONE;
}
