/*
 * The store port (engine/port/store.h) in memory: the second full implementation, for simulation and tests.
 *
 * It behaves as the database does: cases are kept in printed form and read anew for every batch, a batch holds its
 * locks from load to its end, a batch that meets a lock waits or skips, what is abandoned leaves no trace but used ids.
 */
#ifndef TOROKU_MEMORY_STORE_MEMORY_H
#define TOROKU_MEMORY_STORE_MEMORY_H

#include "adapters/memory/directory_memory.h"
#include "engine/app/history.h"
#include "engine/port/loop.h"
#include "engine/port/store.h"

struct store_memory;

/* ${loop} and ${directory} are borrowed; the directory may grow meanwhile. */
struct store_memory *store_memory_new(struct loop *loop, const struct directory_memory *directory);

/* When no request is under way. NULL is harmless. */
void store_memory_free(struct store_memory *memory);

struct store *store_memory_port(struct store_memory *memory);

/* Every case with all its events, by id: a new array of struct history_case. */
GPtrArray *store_memory_history(const struct store_memory *memory);

/* How many rows there are of some kinds. */
struct store_memory_figures {
    unsigned cases, events, turns;
    unsigned signals_pending, signals_taken, signals_not_taken;
    unsigned notices_pending, notices_delivered, notices_dead, notices_nobody; /* one row an address */
    unsigned register_entries;                                                 /* in force */
};

struct store_memory_figures store_memory_figures(const struct store_memory *memory);

/* One version of a register entry. */
struct store_memory_entry {
    char *register_, *key;
    int version;
    instant at;
    char *entry;  /* canonical JSON; NULL: not listed from then on */
    char *banner; /* or NULL */
};

/* All versions in the order in which they were written: borrowed struct store_memory_entry. */
const GPtrArray *store_memory_entries(const struct store_memory *memory);

/* Whose turn it is in a case: an array of struct store_turn, borrowed until the next commit; NULL: no such case. */
const GArray *store_memory_turns(const struct store_memory *memory, int64_t case_id);

#endif
