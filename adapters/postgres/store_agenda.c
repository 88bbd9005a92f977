/*
 * The two tables that are searched by time: wakes (when the clock looks at a case) and turns (the queues). Their rows
 * are found again by their whole key, which the case row tells as it was loaded: nothing is computed anew for that.
 */
#include "adapters/postgres/store_internal.h"

#include <string.h>

struct agenda_wake {
    instant fire_at;
    int64_t case_id;
};

struct agenda_turn {
    const char *role;
    int64_t org;
    instant due;
    int64_t case_id;
};

struct agenda {
    GArray *wakes_old, *wakes;
    GArray *turns_old, *turns;
    GPtrArray *texts; /* parsed: the old rows' roles stand in them */
};

/* An id or an instant, which need no escapes; NULL: null. */
static void agenda_print_text(GString *out, const char *text)
{
    if (text == NULL) {
        g_string_append(out, "null");
        return;
    }
    g_string_append_c(out, '"');
    g_string_append(out, text);
    g_string_append_c(out, '"');
}

void store_pg_print_turns(const struct store_case *c, GString *out)
{
    char due[INSTANT_TEXT_SIZE];

    g_string_append_c(out, '[');
    for (guint i = 0; i < c->turns->len; i++) {
        const struct store_turn *turn = &g_array_index(c->turns, struct store_turn, i);

        g_string_append(out, i == 0 ? "{\"deadline\":" : ",{\"deadline\":");
        agenda_print_text(out, turn->deadline);
        g_string_append(out, ",\"due\":");
        if (turn->due != INSTANT_NEVER)
            instant_print(turn->due, due);
        agenda_print_text(out, turn->due != INSTANT_NEVER ? due : NULL);
        g_string_append(out, ",\"org\":");
        if (turn->org != 0)
            g_string_append_printf(out, "%" G_GINT64_FORMAT, turn->org);
        else
            g_string_append_c(out, '0');
        g_string_append(out, ",\"role\":");
        agenda_print_text(out, turn->role);
        g_string_append_c(out, '}');
    }
    g_string_append_c(out, ']');
}

int store_pg_loaded(const PGresult *held, int64_t id)
{
    int low = 0, high = held == NULL ? 0 : PQntuples(held);

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (row_int8(held, middle, LOADED_ID) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return held != NULL && low < PQntuples(held) && row_int8(held, low, LOADED_ID) == id ? low : -1;
}

static void agenda_wake(GArray *wakes, instant fire_at, int64_t case_id)
{
    struct agenda_wake wake = {fire_at, case_id};

    if (fire_at != INSTANT_NEVER)
        g_array_append_val(wakes, wake);
}

static void agenda_turns_old(struct agenda *agenda, int64_t case_id, const char *text, size_t size)
{
    struct value *list = value_read(text, size, STORE_JSON_DEPTH);

    g_assert(list != NULL);
    g_ptr_array_add(agenda->texts, list);
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *turn = value_at(list, i);
        const char *due = value_text(value_get(turn, "due"));
        struct agenda_turn row = {value_text(value_get(turn, "role")), value_int(value_get(turn, "org")), INSTANT_NEVER,
                                  case_id};

        g_assert(row.role != NULL && (due == NULL || instant_parse(due, &row.due)));
        g_array_append_val(agenda->turns_old, row);
    }
}

static void agenda_turns(struct agenda *agenda, const struct store_case *c)
{
    for (guint i = 0; i < c->turns->len; i++) {
        const struct store_turn *turn = &g_array_index(c->turns, struct store_turn, i);
        struct agenda_turn row = {turn->role, turn->org, turn->due, c->after->id};

        g_array_append_val(agenda->turns, row);
    }
}

/* What differs between the case as it was loaded and as it is now. */
static void agenda_add(struct agenda *agenda, const PGresult *held, const struct store_case *c, GString *scratch)
{
    int64_t id = c->after->id;
    instant fire_before = INSTANT_NEVER;
    const char *turns_before = "[]";
    size_t size = 2;
    int row = c->opened ? -1 : store_pg_loaded(held, id);

    if (row >= 0) {
        fire_before = row_instant(held, row, LOADED_FIRE_AT);
        turns_before = row_text(held, row, LOADED_TURNS, &size);
    }
    if (c->fire_at != fire_before) {
        agenda_wake(agenda->wakes_old, fire_before, id);
        agenda_wake(agenda->wakes, c->fire_at, id);
    }
    g_string_truncate(scratch, 0);
    store_pg_print_turns(c, scratch);
    if (scratch->len == size && memcmp(scratch->str, turns_before, size) == 0)
        return;
    agenda_turns_old(agenda, id, turns_before, size);
    agenda_turns(agenda, c);
}

static void agenda_send_wakes(struct op *op, const GArray *wakes, enum query query)
{
    if (wakes->len == 0)
        return;
    params_array_begin(&op->params, PG_TIMESTAMPTZ);
    for (guint i = 0; i < wakes->len; i++)
        params_instant(&op->params, g_array_index(wakes, struct agenda_wake, i).fire_at);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < wakes->len; i++)
        params_int8(&op->params, g_array_index(wakes, struct agenda_wake, i).case_id);
    params_array_end(&op->params);
    op_send(op, query);
}

static void agenda_send_turns(struct op *op, const GArray *turns, enum query query)
{
    const struct agenda_turn *rows = (const struct agenda_turn *)(const void *)turns->data;

    if (turns->len == 0)
        return;
    params_array_begin(&op->params, PG_TEXT);
    for (guint i = 0; i < turns->len; i++)
        params_text(&op->params, rows[i].role);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < turns->len; i++)
        params_int8(&op->params, rows[i].org);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_TIMESTAMPTZ);
    for (guint i = 0; i < turns->len; i++)
        params_instant(&op->params, rows[i].due);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < turns->len; i++)
        params_int8(&op->params, rows[i].case_id);
    params_array_end(&op->params);
    op_send(op, query);
}

void store_pg_send_agenda(struct op *op, const struct store_batch *batch)
{
    struct agenda agenda = {.wakes_old = g_array_new(FALSE, FALSE, sizeof(struct agenda_wake)),
                            .wakes = g_array_new(FALSE, FALSE, sizeof(struct agenda_wake)),
                            .turns_old = g_array_new(FALSE, FALSE, sizeof(struct agenda_turn)),
                            .turns = g_array_new(FALSE, FALSE, sizeof(struct agenda_turn)),
                            .texts = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref)};
    GString *scratch = g_string_new(NULL);

    for (guint i = 0; i < batch->cases->len; i++)
        agenda_add(&agenda, op->held, g_ptr_array_index(batch->cases, i), scratch);
    agenda_send_wakes(op, agenda.wakes_old, QUERY_COMMIT_WAKES_OLD);
    agenda_send_wakes(op, agenda.wakes, QUERY_COMMIT_WAKES);
    agenda_send_turns(op, agenda.turns_old, QUERY_COMMIT_TURNS_OLD);
    agenda_send_turns(op, agenda.turns, QUERY_COMMIT_TURNS);
    g_string_free(scratch, TRUE);
    g_array_unref(agenda.wakes_old);
    g_array_unref(agenda.wakes);
    g_array_unref(agenda.turns_old);
    g_array_unref(agenda.turns);
    g_ptr_array_unref(agenda.texts);
}
