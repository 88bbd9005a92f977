/*
 * What one core decides in a second: step() on one case of a chart of thirty states, over and over, in memory. Nothing
 * is printed, stored or sent; the record, which only storing needs, is not built.
 *
 * toroku_core FILE [SECONDS]
 */
#include "adapters/yaml/library.h"
#include "engine/core/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* Once round: every event is taken, and the case stands again where it stood. */
static const char *const rounds[] = {
    "check",  "return",   "resubmit", "accept", "ask_t",   "ask_l",  "suspend", "resume", "answer_t",
    "pass_t", "answer_l", "pass_l",   "pass_p", "propose", "recuse", "propose", "decide", "renew",
};

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long resident_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Decides ${name} and puts what it made of the case in the place of ${*s}. */
static void core_step(struct snapshot **s, struct outcome *out, const char *name, const struct value *input)
{
    const struct event event = {.kind = EVENT_COMMAND, .name = name, .at = (*s)->at + INSTANT_SECOND, .input = input};

    step(*s, &event, out);
    if (out->kind != OUTCOME_TAKEN) {
        fprintf(stderr, "core: %s was refused: %s\n", name, out->reason_en);
        exit(1);
    }
    snapshot_free(*s);
    *s = g_steal_pointer(&out->after);
    outcome_reset(out);
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    struct library *library = library_lenient(".");
    struct chart *chart = argc < 2 ? NULL : library_lenient_file(library, argv[1], findings);
    double limit = argc < 3 ? 3 : strtod(argv[2], NULL), began, took;
    struct value *data = value_new_map();
    struct snapshot *s;
    struct outcome out;
    long count = 0, before;

    if (chart == NULL) {
        fprintf(stderr, "usage: toroku_core FILE [SECONDS]\n");
        return 2;
    }
    value_map_set_bool(data, "complete", true);
    value_map_set_bool(data, "granted", true);
    outcome_init(&out);
    s = snapshot_new(chart, 1, 0, 0);
    s->at = INSTANT_SECOND;
    core_step(&s, &out, EVENT_OPEN, data);
    for (size_t i = 0; i < G_N_ELEMENTS(rounds); i++)
        core_step(&s, &out, rounds[i], NULL);
    before = resident_kb();
    began = seconds(CLOCK_PROCESS_CPUTIME_ID);
    do {
        for (size_t k = 0; k < 100 * G_N_ELEMENTS(rounds); k++, count++)
            core_step(&s, &out, rounds[k % G_N_ELEMENTS(rounds)], NULL);
        took = seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
    } while (took < limit);
    printf("%.0f transitions/s on one core (%ld in %.2f s of CPU), %d states, memory %+ld kB\n", (double)count / took,
           count, took, chart->state_count - 1, resident_kb() - before);
    outcome_release(&out);
    snapshot_free(s);
    value_unref(data);
    chart_free(chart);
    library_free(library);
    return 0;
}
