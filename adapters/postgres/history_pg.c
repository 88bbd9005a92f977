#include "adapters/postgres/history_pg.h"

#include "adapters/json/json.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sync.h"

#include <string.h>

#define LOT 500
#define DEPTH_MAX 64

struct lot {
    PGresult *cases, *events, *parts;
    int event, part; /* the next rows to be read */
};

static void lot_clear(struct lot *lot)
{
    PQclear(lot->cases);
    PQclear(lot->events);
    PQclear(lot->parts);
}

/* Three reads of one snapshot. */
static bool lot_read(PGconn *pg, int64_t after, struct lot *lot, GError **error)
{
    struct params p;

    if (!sync_script(pg, "begin isolation level repeatable read read only", "begin", error))
        return false;
    params_init(&p);
    params_int8(&p, after);
    params_int4(&p, LOT);
    lot->cases = sync_query(pg, QUERY_HISTORY_CASES, &p, error);
    params_reset(&p);
    if (lot->cases != NULL) {
        params_array_begin(&p, PG_INT8);
        for (int row = 0; row < PQntuples(lot->cases); row++)
            params_int8(&p, row_int8(lot->cases, row, 0));
        params_array_end(&p);
        lot->events = sync_query(pg, QUERY_HISTORY_EVENTS, &p, error);
        if (lot->events != NULL)
            lot->parts = sync_query(pg, QUERY_HISTORY_PARTS, &p, error);
    }
    params_release(&p);
    return lot->parts != NULL && sync_script(pg, "commit", "commit", error);
}

static void hash_read(const PGresult *res, int row, int col, uint8_t hash[HASH_SIZE])
{
    size_t size = 0;
    const unsigned char *bytes = row_bytea(res, row, col, &size);

    g_assert(size == HASH_SIZE);
    memcpy(hash, bytes, HASH_SIZE);
}

static bool event_add_part(struct history_event *event, const PGresult *res, int row, GError **error)
{
    struct part part = {.access = (enum access_class)row_int2(res, row, 2)};
    size_t size = 0, salt_size = 0;
    const char *body = row_text(res, row, 5, &size);
    const unsigned char *salt;

    hash_read(res, row, 4, part.commitment);
    if (body != NULL) {
        struct value *members = json_parse(body, size, DEPTH_MAX, error);

        if (members == NULL)
            return false;
        salt = row_bytea(res, row, 3, &salt_size);
        g_assert(salt_size == SALT_SIZE);
        memcpy(part.salt, salt, SALT_SIZE);
        part.body = g_strndup(body, size);
        part.body_size = size;
        history_event_add_input(event, members);
        value_unref(members);
    }
    g_array_append_val(event->parts, part);
    return true;
}

static bool case_add_event(struct history_case *c, struct lot *lot, GError **error)
{
    struct history_event *event = history_event_new();
    size_t size = 0;
    const char *record = row_text(lot->events, lot->event, 4, &size);

    g_ptr_array_add(c->events, event);
    event->seq = row_int4(lot->events, lot->event, 1);
    event->at = row_instant(lot->events, lot->event, 2);
    hash_read(lot->events, lot->event, 3, event->hash);
    event->text = g_string_new_len(record, (gssize)size);
    event->record = json_parse(record, size, DEPTH_MAX, error);
    if (event->record == NULL)
        return false;
    for (; lot->part < PQntuples(lot->parts) && row_int8(lot->parts, lot->part, 0) == c->id &&
           row_int4(lot->parts, lot->part, 1) == event->seq;
         lot->part++)
        if (!event_add_part(event, lot->parts, lot->part, error))
            return false;
    return true;
}

static struct history_case *case_read(struct lot *lot, int row, GError **error)
{
    struct history_case *c = history_case_new();
    size_t size = 0, data_size = 0;
    const char *body = row_text(lot->cases, row, 9, &size), *data = row_text(lot->cases, row, 10, &data_size);

    c->id = row_int8(lot->cases, row, 0);
    c->subject = row_int8(lot->cases, row, 1);
    c->owner = row_int8(lot->cases, row, 2);
    c->workflow = g_strdup(row_text(lot->cases, row, 3, NULL));
    c->version = row_int4(lot->cases, row, 4);
    c->seq = row_int4(lot->cases, row, 5);
    c->at = row_instant(lot->cases, row, 6);
    c->closed = row_bool(lot->cases, row, 7);
    hash_read(lot->cases, row, 8, c->hash);
    c->body = g_string_new_len(body, (gssize)size);
    c->data = g_string_new_len(data, (gssize)data_size);
    for (; lot->event < PQntuples(lot->events) && row_int8(lot->events, lot->event, 0) == c->id; lot->event++)
        if (!case_add_event(c, lot, error)) {
            g_prefix_error(error, "case %" G_GINT64_FORMAT ": ", c->id);
            history_case_free(c);
            return NULL;
        }
    return c;
}

/* FALSE at the end, by wish or by error. */
static bool lot_visit(struct lot *lot, int64_t *after, history_visit *visit, void *data, GError **error)
{
    for (int row = 0; row < PQntuples(lot->cases); row++) {
        struct history_case *c = case_read(lot, row, error);
        bool on;

        if (c == NULL)
            return false;
        *after = c->id;
        on = visit(c, data);
        history_case_free(c);
        if (!on)
            return false;
    }
    return PQntuples(lot->cases) == LOT;
}

bool history_each(const char *conninfo, int64_t after, history_visit *visit, void *data, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    GError *failure = NULL;
    bool on = pg != NULL;

    while (on) {
        struct lot lot = {0};

        on = lot_read(pg, after, &lot, &failure) && lot_visit(&lot, &after, visit, data, &failure);
        lot_clear(&lot);
    }
    if (failure == NULL)
        return pg != NULL;
    g_propagate_error(error, failure);
    return false;
}
