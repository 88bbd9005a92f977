/*
 * What the files of the store share. A batch keeps its op in request.impl from load to its end.
 */
#ifndef TOROKU_POSTGRES_STORE_INTERNAL_H
#define TOROKU_POSTGRES_STORE_INTERNAL_H

#include "adapters/postgres/op.h"
#include "adapters/postgres/store_pg.h"

/* The columns of load_cases.sql; fetch_cases.sql has those up to the data. */
enum {
    LOADED_ID,
    LOADED_CHART,
    LOADED_SUBJECT,
    LOADED_OWNER,
    LOADED_SEQ,
    LOADED_AT,
    LOADED_CLOSED,
    LOADED_HASH,
    LOADED_BODY,
    LOADED_DATA,
    LOADED_FIRE_AT,
    LOADED_TURNS,
    LOADED_PLACE
};

/* The JSON that we stored ourselves may be nested deeper than what anybody may send. */
#define STORE_JSON_DEPTH 64

struct store_pg {
    struct store store; /* first */
    struct op_pool batches, side;
    unsigned pools;
    store_pg_drained_cb *drained;
    void *drained_data;
};

/* The ops of the port, by file. */
void store_pg_load(struct store *store, struct store_batch *batch);
void store_pg_fetch(struct store *store, struct store_batch *batch);
void store_pg_commit(struct store *store, struct store_batch *batch);
void store_pg_abandon(struct store *store, struct store_batch *batch);
void store_pg_due(struct store *store, struct store_due *due);
void store_pg_claim(struct store *store, struct store_claim *claim);
void store_pg_settle(struct store *store, struct store_settles *settles);

/* Ends ${request}: ${error} (nullable) becomes its error. ${op} is over. */
void store_pg_finish(struct op *op, struct store_request *request, GError *error);

/* Ends the batch of ${op} with ${error}, rolling back: nothing of it stands when `done` runs. Takes ${error}. */
void store_pg_fail(struct op *op, GError *error);

/* Sends the writes of a batch other than those of cases, events and parts; the answer that tells whom its signals
 * wake, or NULL when it writes none. */
const struct want *store_pg_send_effects(struct op *op, const struct store_batch *batch);

/* The row of ${held}, an answer of load_cases.sql, that tells of the case; they ascend by id. -1: there is none. */
int store_pg_loaded(const PGresult *held, int64_t id);

/* Sends what changes in the tables that are searched by time. op->held: the cases as they were loaded. */
void store_pg_send_agenda(struct op *op, const struct store_batch *batch);

/* The turns of ${c} as the case row keeps them: [{"deadline", "due", "org", "role"}, ...], appended to ${out}. */
void store_pg_print_turns(const struct store_case *c, GString *out);

/* One thing that a batch writes, and its case: what the array parameters of a statement are filled from. */
struct store_row {
    const struct store_case *c;
    const void *item;
};

/* The rows of all cases of ${batch}: the elements of the GArray at ${offset} in struct store_case. The caller unrefs.
 */
GArray *store_rows(const struct store_batch *batch, size_t offset);

#define STORE_ROWS(batch, member) store_rows(batch, offsetof(struct store_case, member))

/* One array parameter: ${add} is run once a row with `c` and `it` (a const ${type} *) in scope. */
#define STORE_COLUMN(op, element, rows, type, add)                                                                     \
    do {                                                                                                               \
        params_array_begin(&(op)->params, element);                                                                    \
        for (guint row_ = 0; row_ < (rows)->len; row_++) {                                                             \
            const struct store_case *c = g_array_index(rows, struct store_row, row_).c;                                \
            const type *it = g_array_index(rows, struct store_row, row_).item;                                         \
            (void)c;                                                                                                   \
            (void)it;                                                                                                  \
            add;                                                                                                       \
        }                                                                                                              \
        params_array_end(&(op)->params);                                                                               \
    } while (0)

/* An id where 0 means none: NULL in the database. */
static inline void params_id(struct params *p, int64_t id)
{
    if (id == 0)
        params_null(p, PG_INT8);
    else
        params_int8(p, id);
}

static inline void params_string(struct params *p, const GString *text)
{
    params_text_len(p, text != NULL ? text->str : NULL, text != NULL ? text->len : 0);
}

#endif
