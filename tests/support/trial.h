/*
 * A case on trial: it takes events one after another, and after each the laws of the core are held up to it.
 *
 * Whatever the outcome, the snapshot before is unchanged. Taken: the record is canonical JSON; folding it gives the
 * snapshot after, byte for byte (law 1); deciding it again gives the same outcome (law 2); the snapshot reads back from
 * its print; the configuration is legal, and the live deadlines are those of the active states; each recorded
 * derivation, computed again from itself, ends in the due instant recorded with it.
 */
#ifndef TOROKU_TESTS_SUPPORT_TRIAL_H
#define TOROKU_TESTS_SUPPORT_TRIAL_H

#include "adapters/yaml/library.h"
#include "engine/chart/explore.h"
#include "engine/core/step.h"

struct trial {
    const struct chart *chart;
    struct snapshot *s;     /* as it stands; the outcome's `after` until the next event */
    struct outcome outcome; /* of the last event */
    GString *record;        /* of the last event taken */
    struct value *numbers;  /* what events are told: number -> integer */
    struct value *linked;   /* and relation -> facts */
    GPtrArray *records;     /* struct value, parsed, of all events taken: what rectifications are told */
    const char *rival;      /* and the number of another open case about the subject; NULL: none */
};

/* Persons: one of the organisation that owns the case, two of its office, one of the board, one of nowhere. */
extern const struct actor owner, clerk, colleague, member, stranger;

#define TRIAL_CHARTS TOROKU_SOURCE_DIR "/tests/support/charts" /* small ones, each for one mechanism */
#define TRIAL_WORKFLOWS TOROKU_SOURCE_DIR "/workflows"         /* those that are shipped */

/* Loads a folder of definitions; fails the test with the findings. */
struct library *trial_library(const char *folder);

/* The version of ${workflow} in force at the end of 2026. */
const struct chart *trial_chart(const struct library *library, const char *workflow);

/* A chart of ${states}, YAML text, compiled leniently under the name "bare"; the caller's, freed before ${library}. */
struct chart *trial_bare(struct library *library, const char *states);

/* A case of ${chart} before its first event: number 7 about subject 5. Released by trial_release. */
void trial_init(struct trial *t, const struct chart *chart);
void trial_release(struct trial *t);

/* What later events are told, as JSON; NULL: nothing. */
void trial_tell_numbers(struct trial *t, const char *json);
void trial_tell_linked(struct trial *t, const char *json);

/* Raises one event at an RFC 3339 instant with an input as JSON (NULL: none) and holds the laws up to it. */
enum outcome_kind trial_command(struct trial *t, const struct actor *who, const char *name, const char *at,
                                const char *json);
enum outcome_kind trial_signal(struct trial *t, const char *name, const char *at, const char *json);
/* Fires the next occurrence of a live deadline at its instant, or at the case's last when that is later. */
enum outcome_kind trial_due(struct trial *t, const char *deadline);
/* Any event: ${event} is decided as it is, with the numbers and facts of the trial. */
enum outcome_kind trial_step(struct trial *t, struct event *event);

/* Exploration misses nothing: it found where the case stands, and the rows of the last event taken. */
void trial_explored(const struct trial *t, const struct exploration *exploration);

/* Ids joined by blanks, interned: active atomic states; rows taken, notices and signals of the last event; flags. */
const char *trial_states(const struct trial *t);
const char *trial_rows(const struct trial *t);
const char *trial_notices(const struct trial *t);
const char *trial_signals(const struct trial *t);
const char *trial_flags(const struct trial *t);

/* The live deadline ${id}, or NULL; the texts of its due and next instants, "never" or "none" when not live. */
struct deadline_state *trial_deadline(const struct trial *t, const char *id);
const char *trial_due_at(const struct trial *t, const char *id);
const char *trial_next_at(const struct trial *t, const char *id);

/* The canonical JSON of ${v}, interned. */
const char *trial_json(const struct value *v);

/* Parses JSON that is right; NULL for NULL. */
struct value *trial_value(const char *json);

/* Parses an instant that is right. */
instant trial_instant(const char *text);

/* The print of ${s}, the caller's. */
GString *trial_print(const struct snapshot *s);

#endif
