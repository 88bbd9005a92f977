/*
 * How many deadlines one core computes in a second, by the kind of their rule: random anchors of twelve years, spans up
 * to 60, from the workflows' calendar, without the derivation.
 *
 * toroku_due_bench WORKFLOWS [SECONDS-EACH]
 */
#include "adapters/yaml/library.h"
#include "engine/calendar/period.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ANCHORS 4096

static const struct due_kind {
    const char *name;
    struct period_rule rule; /* its span is one unit, of which each computation takes 1 to 60 */
    int stop_count;
} due_kinds[] = {
    {"business days", {.span = {.business_days = 1}}, 0},
    {"business days, two stops", {.span = {.business_days = 1}}, 2},
    {"business days, cut-off at 15:00", {.span = {.business_days = 1}, .cutoff_us = 15 * INSTANT_HOUR}, 0},
    {"business days, backward", {.span = {.business_days = 1}, .direction = PERIOD_BEFORE}, 0},
    {"days, rolled to noon", {.span = {.days = 1}, .roll = ROLL_NEXT_OPEN_AT, .roll_us = 12 * INSTANT_HOUR}, 0},
    {"months", {.span = {.months = 1}}, 0},
    {"hours", {.span = {.us = INSTANT_HOUR}}, 0},
};

static double due_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct span due_span(const struct span *unit, int times)
{
    return (struct span){.months = unit->months * times,
                         .days = unit->days * times,
                         .business_days = unit->business_days * times,
                         .us = unit->us * times};
}

/* One deadline; the sum of their dues, so that none may be left out. */
static instant due_compute(const struct due_kind *kind, struct period_rule *rule, instant anchor, int times)
{
    const struct interval stops[2] = {{anchor + INSTANT_HOUR, anchor + 30 * INSTANT_HOUR},
                                      {anchor + 5 * INSTANT_DAY, anchor + 8 * INSTANT_DAY}};
    struct period_result result;
    g_autoptr(GError) error = NULL;

    rule->span = due_span(&kind->rule.span, times);
    if (!period_from_instant(rule, anchor, stops, (size_t)kind->stop_count, &result, NULL, &error)) {
        fprintf(stderr, "due: %s\n", error->message);
        exit(1);
    }
    return result.due;
}

static void due_measure(const struct due_kind *kind, const struct zone *zone, const struct calendar *calendar,
                        const instant anchors[ANCHORS], double limit)
{
    struct period_rule rule = kind->rule;
    double began = due_seconds(), took;
    volatile instant sum = 0;
    long count = 0;

    rule.zone = zone;
    rule.calendar = calendar;
    do {
        for (int i = 0; i < ANCHORS; i++, count++)
            sum = (instant)((uint64_t)sum + (uint64_t)due_compute(kind, &rule, anchors[i], 1 + i % 60));
        took = due_seconds() - began;
    } while (took < limit);
    printf("%11.0f deadlines/s on one core: %s\n", (double)count / took, kind->name);
}

int main(int argc, char **argv)
{
    double limit = argc < 3 ? 1 : strtod(argv[2], NULL);
    g_autoptr(GError) error = NULL;
    struct library *library = argc < 2 ? NULL : library_lenient(argv[1]);
    const struct calendar *calendar = library == NULL ? NULL : rulebook_calendar(library->book, "jp-government");
    struct zone *zone = zone_new("Asia/Tokyo", &error);
    GRand *random = g_rand_new_with_seed(20260401);
    instant anchors[ANCHORS];

    if (calendar == NULL || zone == NULL) {
        fprintf(stderr,
                "usage: toroku_due_bench WORKFLOWS [SECONDS-EACH]; the folder has calendars/jp-government.yaml\n");
        return 2;
    }
    for (int i = 0; i < ANCHORS; i++)
        anchors[i] = INT64_C(1420070400) * INSTANT_SECOND + g_rand_int_range(random, 0, 4380) * INSTANT_DAY +
                     g_rand_int_range(random, 0, 86400) * INSTANT_SECOND;
    for (size_t i = 0; i < G_N_ELEMENTS(due_kinds); i++)
        due_measure(&due_kinds[i], zone, calendar, anchors, limit);
    g_rand_free(random);
    zone_free(zone);
    library_free(library);
    return 0;
}
