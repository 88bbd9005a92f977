#include "adapters/postgres/rows.h"

#include "adapters/postgres/params.h"

#include <glib.h>
#include <string.h>

enum { PG_NAME = 19, PG_JSON = 114, PG_VARCHAR = 1043 };

/* The ${size} bytes of a value of fixed length. */
static const char *row_fixed(const PGresult *res, int row, int col, enum pg_type type, int size)
{
    g_assert(row < PQntuples(res) && col < PQnfields(res));
    g_assert(PQfformat(res, col) == 1);
    g_assert_cmpuint(PQftype(res, col), ==, type);
    g_assert(!row_is_null(res, row, col));
    g_assert_cmpint(PQgetlength(res, row, col), ==, size);
    return PQgetvalue(res, row, col);
}

static int64_t row_fixed64(const PGresult *res, int row, int col, enum pg_type type)
{
    int64_t wire;

    memcpy(&wire, row_fixed(res, row, col, type, sizeof wire), sizeof wire);
    return (int64_t)GINT64_FROM_BE(wire);
}

int16_t row_int2(const PGresult *res, int row, int col)
{
    int16_t wire;

    memcpy(&wire, row_fixed(res, row, col, PG_INT2, sizeof wire), sizeof wire);
    return (int16_t)GINT16_FROM_BE(wire);
}

int32_t row_int4(const PGresult *res, int row, int col)
{
    int32_t wire;

    memcpy(&wire, row_fixed(res, row, col, PG_INT4, sizeof wire), sizeof wire);
    return (int32_t)GINT32_FROM_BE(wire);
}

int64_t row_int8(const PGresult *res, int row, int col)
{
    return row_fixed64(res, row, col, PG_INT8);
}

bool row_bool(const PGresult *res, int row, int col)
{
    return *row_fixed(res, row, col, PG_BOOL, 1) != 0;
}

instant row_instant(const PGresult *res, int row, int col)
{
    int64_t value = row_fixed64(res, row, col, PG_TIMESTAMPTZ);

    if (value == INT64_MAX)
        return INSTANT_NEVER;
    g_assert(value < INT64_MAX - PG_EPOCH);
    return value + PG_EPOCH;
}

const unsigned char *row_tid(const PGresult *res, int row, int col)
{
    return (const unsigned char *)row_fixed(res, row, col, PG_TID, ROW_TID_SIZE);
}

const char *row_text(const PGresult *res, int row, int col, size_t *length)
{
    Oid type = PQftype(res, col);

    g_assert(row < PQntuples(res) && col < PQnfields(res));
    g_assert(type == PG_TEXT || type == PG_VARCHAR || type == PG_NAME || type == PG_JSON);
    if (length != NULL)
        *length = (size_t)PQgetlength(res, row, col);
    return row_is_null(res, row, col) ? NULL : PQgetvalue(res, row, col);
}

const unsigned char *row_bytea(const PGresult *res, int row, int col, size_t *length)
{
    g_assert(row < PQntuples(res) && col < PQnfields(res));
    g_assert(PQfformat(res, col) == 1);
    g_assert_cmpuint(PQftype(res, col), ==, PG_BYTEA);
    *length = (size_t)PQgetlength(res, row, col);
    return row_is_null(res, row, col) ? NULL : (const unsigned char *)PQgetvalue(res, row, col);
}
