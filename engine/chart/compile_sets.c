#include "engine/chart/compiler.h"

void compile_sets(struct chart *chart)
{
    for (int i = chart->state_count - 1; i >= 0; i--) {
        struct chart_state *state = &chart->states[i];

        for (int inner = i + 1; inner < state->end; inner++)
            state_set_add(&state->within, inner);
        if (state->kind == STATE_ATOMIC || state->kind == STATE_FINAL)
            state_set_add(&chart->atomic, i);
        if (state->kind == STATE_HISTORY_SHALLOW || state->kind == STATE_HISTORY_DEEP)
            state_set_add(&chart->histories, i);
    }
    for (int i = state_set_next(&chart->histories, 0); i >= 0; i = state_set_next(&chart->histories, i + 1))
        chart->states[i].history = chart->history_count++;
}
