/*
 * Words and expressions of the model for Spin (promela.c): names of its variables, and what the chart says of them.
 * Private to the writer. New texts are the caller's; names are interned.
 */
#ifndef TOROKU_CHART_PROMELA_MODEL_H
#define TOROKU_CHART_PROMELA_MODEL_H

#include "engine/chart/alphabet.h"
#include "engine/chart/configuration.h"

struct model {
    const struct chart *chart;
    struct alphabet *alphabet;
    GString *out;
    GStringChunk *names; /* what state_name, memory_name and take_name answer, each once */
    bool moves;          /* macrosteps may have several steps */
};

/* Writes one line. */
void model_add(struct model *m, int indent, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The variable of a state that begins with ${letter}: s is it active, w is it to be entered, d a default was taken. */
const char *state_name(const struct model *m, char letter, int state);
/* Does ${history} remember ${state}? */
const char *memory_name(const struct model *m, int history, int state);
/* Is ${take} enabled, as far as the event under way is concerned? */
const char *take_name(const struct model *m, int take);

/* Appends ${term} with ${op} before it unless it is the first; at the end, the terms in parentheses or ${none}. */
void term_add(GString *out, const char *op, const char *term);
char *terms_end(GString *out, const char *none);

/* When ${take} can be enabled, or else when its guard must hold; when one of ${takes} can be. */
char *take_text(const struct model *m, int take, bool possible);
char *takes_text(const struct model *m, const struct index_list *takes);

/* When ${h} can have an effect. */
char *event_text(const struct model *m, const struct happening *h);

/* May ${history} remember ${state}; when it remembers anything. */
bool history_minds(const struct model *m, int history, int state);
char *memory_text(const struct model *m, int history);

/* Does one of ${actions} raise an internal event that a row takes? */
bool actions_raise(const struct model *m, const struct range *actions);

/* Statements: ${state} is to be entered, and what lies between it and ${around}; ${actions} raise; what is done by
 * ${final}. */
void want_add(struct model *m, int indent, int state, int around);
void raised_add(struct model *m, int indent, const GArray *raised);
void raise_add(struct model *m, int indent, const struct range *actions);
void done_add(struct model *m, int indent, int final);

#endif
