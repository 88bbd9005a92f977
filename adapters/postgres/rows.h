/*
 * Reading rows in PostgreSQL's binary formats. Rows and columns count from 0.
 *
 * The statement and the reader are both ours: a column of another type, and a NULL where none is asked about, are
 * bugs and abort. Ask row_is_null first where NULL may stand.
 */
#ifndef TOROKU_POSTGRES_ROWS_H
#define TOROKU_POSTGRES_ROWS_H

#include "engine/calendar/instant.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool row_is_null(const PGresult *res, int row, int col)
{
    return PQgetisnull(res, row, col) != 0;
}

int16_t row_int2(const PGresult *res, int row, int col);
int32_t row_int4(const PGresult *res, int row, int col);
int64_t row_int8(const PGresult *res, int row, int col);
bool row_bool(const PGresult *res, int row, int col);

/* A timestamptz; 'infinity' is INSTANT_NEVER. */
instant row_instant(const PGresult *res, int row, int col);

/* A tid: where the row lay when it was read, ROW_TID_SIZE bytes as long as ${res} lives. It holds in the transaction
 * that locked the row. */
const unsigned char *row_tid(const PGresult *res, int row, int col);

/* text, varchar, name or json: NUL-terminated, as long as ${res} lives; NULL stays NULL. ${length} may be NULL. */
const char *row_text(const PGresult *res, int row, int col, size_t *length);

/* A bytea, as long as ${res} lives; NULL stays NULL. */
const unsigned char *row_bytea(const PGresult *res, int row, int col, size_t *length);

#endif
