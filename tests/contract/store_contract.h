/*
 * The store port's contract as one suite: what engine/port/store.h promises, asked of any implementation.
 *
 * A test file gives a fresh, empty store with the suite's charts registered and the few ways to fill a directory, and
 * runs each function of STORE_CONTRACT once. A function ends its test by Criterion's assertions.
 */
#ifndef TOROKU_TESTS_CONTRACT_STORE_CONTRACT_H
#define TOROKU_TESTS_CONTRACT_STORE_CONTRACT_H

#include "engine/port/store.h"

struct store_contract {
    struct store *store;
    struct chart_set *charts; /* contract_charts(), with ids given by the store */

    /* Runs the loop until ${done} is set; fails the test when it never is. */
    void (*run)(struct store_contract *c, const bool *done);

    /* Fill the directory; the ids are the store's. */
    int64_t (*organisation)(struct store_contract *c, const char *code);
    void (*role)(struct store_contract *c, int64_t org, const char *role);
    void (*contact)(struct store_contract *c, int64_t org, const char *kind, const char *email, const char *language);
    int64_t (*subject)(struct store_contract *c, int64_t org, const char *code);
    /* All versions of an entry in the order of their numbers, each "SECONDS ENTRY BANNER", joined by ";"; its instant
     * in seconds after ${since}. The caller frees it; NULL: none. */
    char *(*entries)(struct store_contract *c, const char *register_, const char *key, instant since);
    void *data;
};

/* Two workflows: `application` (SA), one per subject, and `registration` (SR), opened by the signal `approved`. */
struct chart_set *contract_charts(void);

#define STORE_CONTRACT(X)                                                                                              \
    X(opens_and_updates)                                                                                               \
    X(finds_keys)                                                                                                      \
    X(refuses_a_key_consumed_meanwhile)                                                                                \
    X(keeps_one_open_case_per_subject)                                                                                 \
    X(waits_for_locks_or_skips_them)                                                                                   \
    X(finds_linked_cases)                                                                                              \
    X(finds_the_case_of_an_organisation)                                                                               \
    X(replaces_links)                                                                                                  \
    X(refuses_links_to_nothing)                                                                                        \
    X(delivers_signals_by_relation)                                                                                    \
    X(signals_back_along_links)                                                                                        \
    X(opens_by_signal)                                                                                                 \
    X(lists_what_is_due)                                                                                               \
    X(counts_without_gaps)                                                                                             \
    X(resolves_recipients)                                                                                             \
    X(answers_what_was)                                                                                                \
    X(rectifies_registers)                                                                                             \
    X(leases_notices)                                                                                                  \
    X(abandon_leaves_nothing)                                                                                          \
    X(writes_only_on_what_was_loaded)

#define X(name) void store_contract_##name(struct store_contract *c);
STORE_CONTRACT(X)
#undef X

#endif
