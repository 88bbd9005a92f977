#include "adapters/postgres/params.h"
#include "adapters/postgres/rows.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>
#include <string.h>

/* One session for a test; every value goes through a real server, in binary, and is compared with a literal there. */
struct session {
    char *database;
    PGconn *pg;
    struct params params;
};

static void session_open(struct session *s)
{
    s->database = pg_database_new();
    s->pg = PQconnectdb(s->database);
    cr_assert_eq(PQstatus(s->pg), CONNECTION_OK);
    PQclear(PQexec(s->pg, "set TimeZone = 'UTC'"));
    params_init(&s->params);
}

static void session_close(struct session *s)
{
    params_release(&s->params);
    PQfinish(s->pg);
    pg_database_drop(s->database);
}

static PGresult *session_ask(struct session *s, const char *sql)
{
    struct params *p = &s->params;
    PGresult *res;

    params_seal(p);
    res = PQexecParams(s->pg, sql, (int)p->count, p->types, p->values, p->lengths, p->formats, 1);
    cr_assert_eq(PQresultStatus(res), PGRES_TUPLES_OK, "%s: %s", sql, PQresultErrorMessage(res));
    return res;
}

static void add_int2(struct params *p)
{
    params_int2(p, INT16_MIN);
}

static void add_int4(struct params *p)
{
    params_int4(p, -123456789);
}

static void add_int8(struct params *p)
{
    params_int8(p, INT64_C(-1234567890123456789));
}

static void add_true(struct params *p)
{
    params_bool(p, true);
}

static void add_false(struct params *p)
{
    params_bool(p, false);
}

static void add_text(struct params *p)
{
    params_text(p, "登録 \\ \" '");
}

static void add_text_len(struct params *p)
{
    params_text_len(p, "abcdef", 3);
}

static void add_empty_text(struct params *p)
{
    params_text(p, "");
}

static void add_null_text(struct params *p)
{
    params_text(p, NULL);
}

static void add_bytea(struct params *p)
{
    params_bytea(p, "\0\1\xff", 3);
}

static void add_null_int8(struct params *p)
{
    params_null(p, PG_INT8);
}

static void add_instant(struct params *p)
{
    params_instant(p, INT64_C(1700000000123456));
}

static void add_instant_1969(struct params *p)
{
    params_instant(p, -1);
}

static void add_never(struct params *p)
{
    params_instant(p, INSTANT_NEVER);
}

static void add_int2s(struct params *p)
{
    params_array_begin(p, PG_INT2);
    params_int2(p, 7);
    params_null(p, PG_INT2);
    params_int2(p, -7);
    params_array_end(p);
}

static void add_int4s(struct params *p)
{
    params_array_begin(p, PG_INT4);
    params_null(p, PG_INT4);
    params_int4(p, INT32_MAX);
    params_array_end(p);
}

static void add_int8s(struct params *p)
{
    params_array_begin(p, PG_INT8);
    params_int8(p, INT64_MAX);
    params_int8(p, INT64_MIN);
    params_null(p, PG_INT8);
    params_array_end(p);
}

static void add_bools(struct params *p)
{
    params_array_begin(p, PG_BOOL);
    params_bool(p, true);
    params_null(p, PG_BOOL);
    params_bool(p, false);
    params_array_end(p);
}

static void add_texts(struct params *p)
{
    params_array_begin(p, PG_TEXT);
    params_text(p, "a,b");
    params_text(p, NULL);
    params_text(p, "");
    params_text(p, "NULL");
    params_array_end(p);
}

static void add_byteas(struct params *p)
{
    params_array_begin(p, PG_BYTEA);
    params_bytea(p, "\xde\xad", 2);
    params_bytea(p, NULL, 0);
    params_bytea(p, "", 0);
    params_array_end(p);
}

static void add_instants(struct params *p)
{
    params_array_begin(p, PG_TIMESTAMPTZ);
    params_instant(p, 0);
    params_null(p, PG_TIMESTAMPTZ);
    params_instant(p, INSTANT_NEVER);
    params_array_end(p);
}

static void add_empty_array(struct params *p)
{
    params_array_begin(p, PG_INT8);
    params_array_end(p);
}

static void add_null_array(struct params *p)
{
    params_null(p, PG_INT8_ARRAY);
}

static const struct {
    void (*add)(struct params *p);
    const char *type, *literal; /* what the server shall have received */
} rows[] = {
    {add_int2, "int2", "'-32768'"},
    {add_int4, "int4", "-123456789"},
    {add_int8, "int8", "-1234567890123456789"},
    {add_true, "bool", "true"},
    {add_false, "bool", "false"},
    {add_text, "text", "'登録 \\ \" '''"},
    {add_text_len, "text", "'abc'"},
    {add_empty_text, "text", "''"},
    {add_null_text, "text", "null"},
    {add_bytea, "bytea", "'\\x0001ff'"},
    {add_null_int8, "int8", "null"},
    {add_instant, "timestamptz", "'2023-11-14 22:13:20.123456+00'"},
    {add_instant_1969, "timestamptz", "'1969-12-31 23:59:59.999999+00'"},
    {add_never, "timestamptz", "'infinity'"},
    {add_int2s, "int2[]", "'{7,NULL,-7}'"},
    {add_int4s, "int4[]", "'{NULL,2147483647}'"},
    {add_int8s, "int8[]", "'{9223372036854775807,-9223372036854775808,NULL}'"},
    {add_bools, "bool[]", "'{t,NULL,f}'"},
    {add_texts, "text[]", "'{\"a,b\",NULL,\"\",\"NULL\"}'"},
    {add_byteas, "bytea[]", "array['\\xdead'::bytea, null, ''::bytea]"},
    {add_instants, "timestamptz[]", "array['1970-01-01 00:00:00+00'::timestamptz, null, 'infinity'::timestamptz]"},
    {add_empty_array, "int8[]", "'{}'"},
    {add_null_array, "int8[]", "null"},
};

Test(postgres_params, the_server_receives_what_was_added)
{
    struct session s;

    session_open(&s);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sql = g_strdup_printf("select $1 is not distinct from %s::%s, pg_typeof($1)::text, $1::text",
                                               rows[i].literal, rows[i].type);
        PGresult *res;

        params_reset(&s.params);
        rows[i].add(&s.params);
        res = session_ask(&s, sql);
        cr_expect(row_bool(res, 0, 0), "row %zu: %s, received %s", i, rows[i].literal, PQgetvalue(res, 0, 2));
        PQclear(res);
    }
    session_close(&s);
}

Test(postgres_params, several_parameters_of_one_statement_do_not_mix)
{
    struct session s;
    PGresult *res;

    session_open(&s);
    for (int round = 0; round < 2; round++) { /* the second one in the buffers of the first */
        params_reset(&s.params);
        add_texts(&s.params);
        params_null(&s.params, PG_TEXT);
        params_int8(&s.params, 42 + round);
        add_int8s(&s.params);
        params_text(&s.params, "end");
        res = session_ask(&s, "select cardinality($1), $2 is null, $3, $4[2], $5");
        cr_expect_eq(row_int4(res, 0, 0), 4);
        cr_expect(row_bool(res, 0, 1));
        cr_expect_eq(row_int8(res, 0, 2), 42 + round);
        cr_expect_eq(row_int8(res, 0, 3), INT64_MIN);
        cr_expect_str_eq(row_text(res, 0, 4, NULL), "end");
        PQclear(res);
    }
    session_close(&s);
}

Test(postgres_params, buffers_grow_past_their_first_size)
{
    enum { COUNT = 100000 };
    struct session s;
    PGresult *res;

    session_open(&s);
    params_text(&s.params, "before");
    params_array_begin(&s.params, PG_INT8);
    for (int64_t i = 0; i < COUNT; i++)
        params_int8(&s.params, i);
    params_array_end(&s.params);
    res = session_ask(&s, "select sum(n)::int8, count(*)::int8, $1 from unnest($2) as n");
    cr_expect_eq(row_int8(res, 0, 0), INT64_C(4999950000));
    cr_expect_eq(row_int8(res, 0, 1), COUNT);
    cr_expect_str_eq(row_text(res, 0, 2, NULL), "before");
    PQclear(res);
    session_close(&s);
}

Test(postgres_rows, literals_are_read_as_they_are_written)
{
    struct session s;
    PGresult *res;
    size_t length;

    session_open(&s);
    res = session_ask(&s, "select (-32768)::int2, (-2147483648)::int4, (-9223372036854775808)::int8, true, false,"
                          " '登録'::text, '\\x00ff'::bytea, '2023-11-14 22:13:20.123456+00'::timestamptz,"
                          " 'infinity'::timestamptz, '1969-12-31 23:59:59.999999+00'::timestamptz, null::int8,"
                          " null::text, null::bytea, 'v'::varchar, 'n'::name, '{\"a\":1}'::json");
    cr_expect_eq(row_int2(res, 0, 0), INT16_MIN);
    cr_expect_eq(row_int4(res, 0, 1), INT32_MIN);
    cr_expect_eq(row_int8(res, 0, 2), INT64_MIN);
    cr_expect(row_bool(res, 0, 3));
    cr_expect_not(row_bool(res, 0, 4));
    cr_expect_str_eq(row_text(res, 0, 5, &length), "登録");
    cr_expect_eq(length, 6);
    cr_expect_eq(memcmp(row_bytea(res, 0, 6, &length), "\0\xff", 2), 0);
    cr_expect_eq(length, 2);
    cr_expect_eq(row_instant(res, 0, 7), INT64_C(1700000000123456));
    cr_expect_eq(row_instant(res, 0, 8), INSTANT_NEVER);
    cr_expect_eq(row_instant(res, 0, 9), -1);
    cr_expect(row_is_null(res, 0, 10));
    cr_expect_not(row_is_null(res, 0, 5));
    cr_expect_null(row_text(res, 0, 11, NULL));
    cr_expect_null(row_bytea(res, 0, 12, &length));
    cr_expect_str_eq(row_text(res, 0, 13, NULL), "v");
    cr_expect_str_eq(row_text(res, 0, 14, NULL), "n");
    cr_expect_str_eq(row_text(res, 0, 15, NULL), "{\"a\":1}");
    PQclear(res);
    session_close(&s);
}
