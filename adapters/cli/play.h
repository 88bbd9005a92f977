/*
 * Plays a scenario: submits its steps to an engine at their instants, watches the answers, checks what is expected.
 */
#ifndef TOROKU_CLI_PLAY_H
#define TOROKU_CLI_PLAY_H

#include "adapters/cli/backing.h"
#include "adapters/cli/scenario.h"
#include "engine/app/engine.h"

/* Somebody of the scenario's world. */
struct play_person {
    char *login;
    struct actor actor;
    char **roles;
};

/* A step that changed nothing. */
struct play_refusal {
    instant at;
    int64_t case_id;         /* 0: a case that was not opened */
    const char *event, *who; /* borrowed from the scenario */
    const char *code;
    char *reason;        /* in English */
    GPtrArray *findings; /* struct finding */
};

struct play;

/* Creates the scenario's world in ${backing}. NULL with ${error} when it cannot be. */
struct play *play_new(const struct scenario *scenario, struct backing *backing, struct loop_uv *loop,
                      const struct chart_set *charts, GError **error);

/* Begins to play to ${engine}, which has been started; when all is over ${done} runs. */
void play_start(struct play *play, struct engine *engine, void (*done)(void *user), void *user);

/* NULL is harmless. */
void play_free(struct play *play);

/* What happened other than expected: char *, each with its line. Borrowed. */
const GPtrArray *play_findings(const struct play *play);

/* The refused steps in their order: struct play_refusal. Borrowed. */
const GPtrArray *play_refusals(const struct play *play);

/* The login of a person, or NULL. */
const char *play_login(const struct play *play, int64_t person);

#endif
