/*
 * Batches written out by hand, for the suites of tests/contract.
 */
#ifndef TOROKU_TESTS_CONTRACT_CONTRACT_BATCH_H
#define TOROKU_TESTS_CONTRACT_CONTRACT_BATCH_H

#include "tests/contract/store_contract.h"

/* 2026-11-22T00:00:00Z: when the suites begin. */
#define CONTRACT_EPOCH (INT64_C(1795305600) * INSTANT_SECOND)

/* A batch with what it borrows. */
struct contract_batch {
    struct store_batch b; /* first */
    struct store_contract *contract;
    GPtrArray *snapshots; /* struct snapshot written */
    bool done;
};

const struct chart *contract_chart(const struct store_contract *c, const char *workflow);

struct contract_batch *contract_batch_new(struct store_contract *c);
void contract_batch_free(struct contract_batch *batch);

/* Ask for a case, a key, a subject. */
void contract_want_case(struct contract_batch *batch, int64_t id);
void contract_want_key(struct contract_batch *batch, int64_t person, const char *key);
void contract_want_subject(struct contract_batch *batch, int64_t id);

/* Begin an operation, and wait for it; waiting answers its error or NULL (the batch's). */
void contract_load_begin(struct contract_batch *batch);
void contract_commit_begin(struct contract_batch *batch);
const GError *contract_wait(struct contract_batch *batch);

/* Both at once; the test fails on an error. */
void contract_load(struct contract_batch *batch);
void contract_fetch(struct contract_batch *batch);
void contract_commit(struct contract_batch *batch);
void contract_abandon(struct contract_batch *batch);

/* The snapshot of case ${id} that was loaded, or NULL. */
const struct snapshot *contract_loaded(const struct contract_batch *batch, int64_t id);

/*
 * Adds a case that is to be written: ${before} (NULL: the new case ${id}) after one event more, in state ${state},
 * with its event `move`. The event's time is the epoch plus its number in seconds.
 */
struct store_case *contract_open(struct contract_batch *batch, const char *workflow, int64_t id, int64_t subject,
                                 int64_t owner, const char *state);
struct store_case *contract_move(struct contract_batch *batch, const struct snapshot *before, const char *state);
struct store_event *contract_event(struct store_case *c);

/* Opens and commits one case in the state `open`; its id. */
int64_t contract_a_case(struct store_contract *c, const char *workflow, int64_t subject, int64_t owner);

/* A snapshot of case ${id} as the store has it now; the caller frees it. NULL: there is none. */
struct snapshot *contract_read(struct store_contract *c, int64_t id);

#endif
