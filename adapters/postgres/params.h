/*
 * The parameters of one statement in PostgreSQL's binary formats.
 *
 * Values are added in the order $1, $2, ...; between params_array_begin and params_array_end each value added is an
 * element of a one-dimensional array instead. The buffers are kept over params_reset, so that a batch path allocates
 * nothing once warm. A wrong order of calls or a wrong element type is a bug and aborts.
 */
#ifndef TOROKU_POSTGRES_PARAMS_H
#define TOROKU_POSTGRES_PARAMS_H

#include "engine/calendar/instant.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARAMS_MAX 64

#define ROW_TID_SIZE 6

/* Object ids of the types that travel between us and PostgreSQL. Anything else is cast from one of these in SQL. */
enum pg_type {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_TID = 27,
    PG_TIMESTAMPTZ = 1184,
    PG_BOOL_ARRAY = 1000,
    PG_BYTEA_ARRAY = 1001,
    PG_INT2_ARRAY = 1005,
    PG_INT4_ARRAY = 1007,
    PG_TEXT_ARRAY = 1009,
    PG_TID_ARRAY = 1010,
    PG_INT8_ARRAY = 1016,
    PG_TIMESTAMPTZ_ARRAY = 1185,
};

/* The zero of PostgreSQL's timestamps, 2000-01-01T00:00:00Z, as an instant. */
#define PG_EPOCH (INT64_C(946684800) * INSTANT_SECOND)

/* Everything is private; `values`, `lengths`, `formats` and `types` are valid after params_seal. */
struct params {
    size_t count;
    Oid types[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
    const char *values[PARAMS_MAX];
    size_t offsets[PARAMS_MAX];
    unsigned char *data;
    size_t size;
    size_t capacity;
    enum pg_type element; /* of the array being built; 0 outside an array */
    int32_t elements;
    bool nulls;
};

/* ${p} becomes empty and owns a small buffer; give it back with params_release. */
void params_init(struct params *p);
void params_release(struct params *p);

/* Forgets the values and keeps the buffers. */
void params_reset(struct params *p);

/* Adds one value (or array element). Bytes and text are copied; a NULL pointer is the SQL NULL. */
void params_int2(struct params *p, int16_t value);
void params_int4(struct params *p, int32_t value);
void params_int8(struct params *p, int64_t value);
void params_bool(struct params *p, bool value);
void params_text(struct params *p, const char *text);
void params_text_len(struct params *p, const char *text, size_t length);
void params_bytea(struct params *p, const void *bytes, size_t length);

/* Adds the place of a row, as row_tid read it: ROW_TID_SIZE bytes. */
void params_tid(struct params *p, const unsigned char *tid);

/* Adds a timestamptz; INSTANT_NEVER is 'infinity'. */
void params_instant(struct params *p, instant at);

/* Adds a NULL of ${type}; within an array, of the array's element type. */
void params_null(struct params *p, enum pg_type type);

/* Begins an array whose elements are of ${element}: PG_INT8 for int8[]. It may stay empty. */
void params_array_begin(struct params *p, enum pg_type element);
void params_array_end(struct params *p);

/* Fills `values` from the buffer. Called by conn_send; a value added afterwards makes it necessary again. */
void params_seal(struct params *p);

#endif
