/*
 * A batch: inputs decided together and written in one transaction. Private to this room.
 */
#ifndef TOROKU_APP_BATCH_H
#define TOROKU_APP_BATCH_H

#include "engine/app/internal.h"

struct batch {
    struct engine *engine;
    bool wake;
    GPtrArray *inputs; /* struct input */
    GPtrArray *works;  /* struct work */
    struct store_batch store;
    int rounds;
};

/* Turns the loaded batch's inputs into works: one a case, each with its commands and pending signals. What needs no
 * decision (a repeated key, an unknown case) is answered on the command. */
void batch_enter(struct batch *b);

#endif
