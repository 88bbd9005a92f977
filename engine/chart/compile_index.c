#include "engine/chart/compiler.h"
#include "engine/chart/configuration.h"

#include <string.h>

static void index_states(struct chart *chart)
{
    for (int i = chart->state_count - 1; i >= 0; i--) {
        struct chart_state *state = &chart->states[i];

        for (int inner = i + 1; inner < state->end; inner++)
            state_set_add(&state->within, inner);
        if (state->kind == STATE_ATOMIC || state->kind == STATE_FINAL)
            state_set_add(&chart->atomic, i);
        if (!configuration_is_history(chart, i))
            continue;
        state_set_add(&chart->histories, i);
        state_set_add(&chart->remembered, state->parent);
    }
    for (int i = state_set_next(&chart->histories, 0); i >= 0; i = state_set_next(&chart->histories, i + 1))
        chart->states[i].history = chart->history_count++;
}

static void index_moves(struct chart *chart)
{
    chart->moves = g_new0(struct chart_move, (gsize)chart->take_count);
    for (int t = 0; t < chart->take_count; t++) {
        struct chart_move *move = &chart->moves[t];
        struct configuration_entry entry;

        configuration_entries(chart, NULL, &t, 1, &entry);
        move->domain = configuration_domain(chart, NULL, t);
        move->states = entry.states;
        move->firsts = entry.firsts;
        move->fixed = !entry.remembers;
    }
}

/* Adds the rows of ${takes} for which ${answers} says yes, with their states. */
static void answers_fill(struct chart *chart, struct chart_answers *answers,
                         bool (*answer)(const struct chart *chart, const struct chart_take *take, const void *event),
                         const void *event)
{
    g_autoptr(GArray) takes = g_array_new(FALSE, FALSE, sizeof(int));

    for (int t = 0; t < chart->take_count; t++) {
        if (!answer(chart, &chart->takes[t], event))
            continue;
        g_array_append_val(takes, t);
        state_set_add(&answers->sources, chart->takes[t].source);
    }
    if (takes->len == 0)
        return;
    answers->takes.count = (int)takes->len;
    answers->takes.items = g_memdup2(takes->data, takes->len * sizeof(int));
    g_ptr_array_add(chart->owned, answers->takes.items);
}

static bool answers_command(const struct chart *chart, const struct chart_take *take, const void *name)
{
    bool any = chart->lenient && (take->trigger == TRIGGER_INTERNAL || take->trigger == TRIGGER_SIGNAL);

    return (take->trigger == TRIGGER_EVENT || any) && chart_event_matches(take->name, name);
}

static bool answers_signal(const struct chart *chart, const struct chart_take *take, const void *name)
{
    (void)chart;
    return take->trigger == TRIGGER_SIGNAL && strcmp(take->name, name) == 0;
}

static bool answers_internal(const struct chart *chart, const struct chart_take *take, const void *name)
{
    if (take->trigger == TRIGGER_DONE)
        return g_str_has_prefix(name, CHART_DONE_EVENT) &&
               strcmp(chart->states[take->source].id, (const char *)name + strlen(CHART_DONE_EVENT)) == 0;
    return (take->trigger == TRIGGER_INTERNAL || (chart->lenient && take->trigger == TRIGGER_EVENT)) &&
           chart_event_matches(take->name, name);
}

static bool answers_due(const struct chart *chart, const struct chart_take *take, const void *deadline)
{
    return take->trigger == TRIGGER_DUE && take->deadline == (const struct chart_deadline *)deadline - chart->deadlines;
}

static bool answers_eventless(const struct chart *chart, const struct chart_take *take, const void *event)
{
    (void)chart;
    (void)event;
    return take->trigger == TRIGGER_EVENTLESS;
}

static int names_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The name of an event that a descriptor answers to: without the `*` at its end. */
static char *event_plain(struct chart *chart, const char *descriptor)
{
    size_t size = strlen(descriptor);

    if (size > 0 && descriptor[size - 1] == '*')
        size--;
    if (size > 0 && descriptor[size - 1] == '.')
        size--;
    return g_string_chunk_insert_len(chart->strings, descriptor, (gssize)size);
}

static void names_add(GPtrArray *names, char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        g_ptr_array_add(names, name);
}

static struct chart_answers *
answers_by_name(struct chart *chart, GPtrArray *names,
                bool (*answer)(const struct chart *chart, const struct chart_take *take, const void *event), int *count)
{
    struct chart_answers *answers = g_new0(struct chart_answers, names->len);

    *count = (int)names->len;
    for (guint i = 0; i < names->len; i++) {
        answers[i].name = g_ptr_array_index(names, i);
        answers_fill(chart, &answers[i], answer, answers[i].name);
    }
    return answers;
}

/* "" stands for events that no row names: rows with `*` answer to them. */
static void index_commands(struct chart *chart)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new(), signals = g_ptr_array_new();

    names_add(names, event_plain(chart, ""));
    for (int t = 0; t < chart->take_count; t++) {
        const struct chart_take *take = &chart->takes[t];

        if (take->trigger == TRIGGER_EVENT || (chart->lenient && take->name != NULL))
            names_add(names, event_plain(chart, take->name));
        if (take->trigger == TRIGGER_SIGNAL)
            names_add(signals, take->name);
    }
    g_ptr_array_sort(names, names_compare);
    g_ptr_array_sort(signals, names_compare);
    chart->commands = answers_by_name(chart, names, answers_command, &chart->command_count);
    chart->signals = answers_by_name(chart, signals, answers_signal, &chart->signal_count);
}

/* The internal events that states and actions raise, those of states first. */
static void index_internals(struct chart *chart)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (int i = 1; i < chart->state_count; i++) {
        g_autofree char *name = g_strconcat(CHART_DONE_EVENT, chart->states[i].id, NULL);

        chart->states[i].done_event = CHART_NONE;
        if (chart->states[i].kind != STATE_COMPOUND && chart->states[i].kind != STATE_PARALLEL)
            continue;
        chart->states[i].done_event = (int)names->len;
        g_ptr_array_add(names, g_string_chunk_insert(chart->strings, name));
    }
    for (int i = 0; i < chart->action_count; i++)
        if (chart->actions[i].kind == ACTION_RAISE)
            names_add(names, chart->actions[i].name);
    chart->internals = answers_by_name(chart, names, answers_internal, &chart->internal_count);
    for (int i = 0; i < chart->action_count; i++)
        if (chart->actions[i].kind == ACTION_RAISE)
            chart->actions[i].event = chart_internal_index(chart, chart->actions[i].name);
}

void compile_index(struct chart *chart)
{
    index_states(chart);
    index_moves(chart);
    index_commands(chart);
    index_internals(chart);
    chart->dues = g_new0(struct chart_answers, (gsize)chart->deadline_count);
    for (int d = 0; d < chart->deadline_count; d++)
        answers_fill(chart, &chart->dues[d], answers_due, &chart->deadlines[d]);
    answers_fill(chart, &chart->eventless, answers_eventless, NULL);
}
