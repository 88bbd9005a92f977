/* The store's contract on PostgreSQL, and what of it can be seen in SQL alone. */
#include "adapters/postgres/charts.h"
#include "adapters/postgres/directory.h"
#include "adapters/postgres/migrate.h"
#include "adapters/postgres/store_pg.h"
#include "adapters/uv/loop_uv.h"
#include "tests/contract/contract_batch.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>

/* How often a wait looks at its flag, and how many looks are too many. */
#define LOOK_MS 1
#define LOOKS_MAX 20000

struct world {
    struct store_contract contract; /* first */
    struct loop_uv *loop;
    struct store_pg *pg;
    struct directory *directory;
    char *conninfo;
    uv_timer_t look;
    const bool *until;
    int looks;
    bool drained;
};

static struct world *world_of(struct store_contract *c)
{
    return (struct world *)(void *)c;
}

static void world_look(uv_timer_t *timer)
{
    struct world *w = timer->data;

    if (*w->until || ++w->looks > LOOKS_MAX)
        loop_uv_stop(w->loop);
}

static void world_run(struct store_contract *c, const bool *done)
{
    struct world *w = world_of(c);

    w->until = done;
    w->looks = 0;
    uv_timer_start(&w->look, world_look, 0, LOOK_MS);
    loop_uv_run(w->loop);
    uv_timer_stop(&w->look);
    cr_assert(*done, "the store never answered");
}

static int64_t world_organisation(struct store_contract *c, const char *code)
{
    return directory_organisation(world_of(c)->directory, code, code, code, "csp", NULL);
}

static void world_role(struct store_contract *c, int64_t org, const char *role)
{
    cr_assert(directory_role(world_of(c)->directory, org, role, NULL));
}

static void world_contact(struct store_contract *c, int64_t org, const char *kind, const char *email,
                          const char *language)
{
    cr_assert(directory_contact(world_of(c)->directory, org, kind, email, language, NULL));
}

static int64_t world_subject(struct store_contract *c, int64_t org, const char *code)
{
    return directory_subject(world_of(c)->directory, org, code, code, NULL);
}

static char *world_entries(struct store_contract *c, const char *register_, const char *key, instant since)
{
    char text[INSTANT_TEXT_SIZE];
    g_autofree char *sql = NULL;

    instant_print(since, text);
    sql =
        g_strdup_printf("select string_agg(format('%%s %%s %%s', extract(epoch from at - '%s')::int8, entry, banner), "
                        "';' order by version) from register_entries where register = '%s' and key = '%s'",
                        text, register_, key);
    return pg_value(world_of(c)->conninfo, sql);
}

static void world_open(struct world *w)
{
    GError *error = NULL;

    w->conninfo = pg_database_new();
    cr_assert(migrate_run(w->conninfo, false, NULL, NULL, &error), "%s", error->message);
    w->directory = directory_open(w->conninfo, NULL);
    w->loop = loop_uv_new(LOOP_UV_REAL, 0, NULL);
    uv_timer_init(loop_uv_handle(w->loop), &w->look);
    w->look.data = w;
    w->pg = store_pg_new(w->conninfo, 3, loop_uv_handle(w->loop), loop_uv_port(w->loop), &error);
    cr_assert_not_null(w->pg, "%s", error != NULL ? error->message : "");
    w->contract = (struct store_contract){.store = store_pg_port(w->pg),
                                          .charts = contract_charts(),
                                          .run = world_run,
                                          .organisation = world_organisation,
                                          .role = world_role,
                                          .contact = world_contact,
                                          .subject = world_subject,
                                          .entries = world_entries};
    for (guint i = 0; i < w->contract.charts->charts->len; i++)
        cr_assert(charts_register(
            w->conninfo, &(struct charts_new){.chart = g_ptr_array_index(w->contract.charts->charts, i), .source = ""},
            1, &error));
}

static void world_drained(void *data)
{
    ((struct world *)data)->drained = true;
}

static void world_close(struct world *w)
{
    store_pg_drain(w->pg, world_drained, w);
    world_run(&w->contract, &w->drained);
    uv_close((uv_handle_t *)&w->look, NULL);
    loop_uv_free(w->loop);
    chart_set_free(w->contract.charts);
    directory_close(w->directory);
    pg_database_drop(w->conninfo);
}

#define X(name)                                                                                                        \
    Test(store_pg, name)                                                                                               \
    {                                                                                                                  \
        struct world w = {0};                                                                                          \
                                                                                                                       \
        world_open(&w);                                                                                                \
        store_contract_##name(&w.contract);                                                                            \
        world_close(&w);                                                                                               \
    }
STORE_CONTRACT(X)
#undef X

static void turn_add(struct store_case *written, const char *role, int64_t org, const char *deadline, instant due)
{
    struct store_turn turn = {role, org, deadline, due};

    g_array_append_val(written->turns, turn);
}

static char *turns_of(const struct world *w, int64_t id)
{
    g_autofree char *sql =
        g_strdup_printf("select string_agg(format('%%s %%s %%s', role, org_id, instant_text(due)), ';' order by role) "
                        "from turns where case_id = %" G_GINT64_FORMAT,
                        id);

    return pg_value(w->conninfo, sql);
}

static struct contract_batch *moved(struct world *w, int64_t id, struct store_case **written)
{
    struct contract_batch *batch = contract_batch_new(&w->contract);

    contract_want_case(batch, id);
    contract_load(batch);
    *written = contract_move(batch, contract_loaded(batch, id), "asked");
    return batch;
}

Test(store_pg, turns_are_replaced_as_a_set)
{
    struct world w = {0};
    struct contract_batch *batch;
    struct store_case *written;
    int64_t org, id;
    char *turns;

    world_open(&w);
    org = w.contract.organisation(&w.contract, "csp-1");
    id = contract_a_case(&w.contract, "application", 0, org);
    batch = moved(&w, id, &written);
    turn_add(written, "owner", org, "answer", CONTRACT_EPOCH);
    turn_add(written, "opsup", 0, NULL, INSTANT_NEVER);
    contract_commit(batch);
    contract_batch_free(batch);
    turns = turns_of(&w, id);
    cr_assert_str_eq(turns, "opsup 0 ;owner 1 2026-11-22T00:00:00Z");
    g_free(turns);

    batch = moved(&w, id, &written);
    turn_add(written, "owner", org, "answer", CONTRACT_EPOCH);
    turn_add(written, "opsup", 0, NULL, INSTANT_NEVER);
    contract_commit(batch); /* the same again: nothing is written */
    contract_batch_free(batch);
    cr_assert_eq(pg_number(w.conninfo, "select count(*) from turns"), 2);

    batch = moved(&w, id, &written);
    turn_add(written, "opsup", 0, "expiry", CONTRACT_EPOCH + INSTANT_SECOND);
    contract_commit(batch);
    contract_batch_free(batch);
    turns = turns_of(&w, id);
    cr_assert_str_eq(turns, "opsup 0 2026-11-22T00:00:01Z");
    g_free(turns);

    batch = moved(&w, id, &written);
    contract_commit(batch);
    contract_batch_free(batch);
    cr_assert_eq(pg_number(w.conninfo, "select count(*) from turns"), 0);
    world_close(&w);
}

Test(store_pg, nobody_found_is_seen_by_the_operator)
{
    struct world w = {0};
    struct contract_batch *batch;
    struct store_case *written;
    struct store_notice notice = {.seq = 2, .notice = "late", .who = "opsup", .kind = "lead", .at = CONTRACT_EPOCH};

    world_open(&w);
    batch = moved(&w, contract_a_case(&w.contract, "application", 0, 0), &written);
    notice.vars = g_string_new("{}");
    g_array_append_val(written->notices, notice);
    contract_commit(batch);
    contract_batch_free(batch);
    cr_assert_eq(pg_number(w.conninfo, "select count(*) from notices where state = 3 and recipient = 'opsup.lead' "
                                       "and address = '' and next_at = 'infinity'"),
                 1);
    world_close(&w);
}

static void register_op(struct store_case *written, enum action_kind kind, const char *entry, const char *banner,
                        instant at)
{
    struct store_register op = {.kind = kind,
                                .register_ = "services",
                                .key = "C26-0001-2",
                                .entry = entry == NULL ? NULL : g_string_new(entry),
                                .banner = banner,
                                .at = at,
                                .seq = written->after->seq};

    g_array_append_val(written->registers, op);
}

Test(store_pg, register_entries_are_appended)
{
    struct world w = {0};
    struct contract_batch *batch;
    struct store_case *written;
    char *log;

    world_open(&w);
    batch = moved(&w, contract_a_case(&w.contract, "application", 0, 0), &written);
    register_op(written, ACTION_MARK, NULL, "suspended", CONTRACT_EPOCH); /* not listed: no mark */
    register_op(written, ACTION_PUBLISH, "{\"v\":1}", NULL, CONTRACT_EPOCH + 1 * INSTANT_DAY);
    register_op(written, ACTION_MARK, NULL, "suspended", CONTRACT_EPOCH + 2 * INSTANT_DAY);
    register_op(written, ACTION_PUBLISH, "{\"v\":2}", NULL, CONTRACT_EPOCH + 3 * INSTANT_DAY);
    register_op(written, ACTION_UNMARK, NULL, NULL, CONTRACT_EPOCH + 4 * INSTANT_DAY);
    register_op(written, ACTION_WITHDRAW_ENTRY, NULL, NULL, CONTRACT_EPOCH + 5 * INSTANT_DAY);
    contract_commit(batch);
    contract_batch_free(batch);
    log = pg_value(w.conninfo, "select string_agg(format('%s %s %s', op, entry, banner), ';' order by version) "
                               "from register_entries");
    cr_assert_str_eq(log, "publish {\"v\":1} ;mark {\"v\":1} suspended;publish {\"v\":2} suspended;"
                          "unmark {\"v\":2} ;withdraw  ");
    g_free(log);
    world_close(&w);
}

Test(store_pg, what_was_said_when_it_was_away_is_unavailable_and_it_wakes_when_back)
{
    struct world w = {0};
    struct contract_batch *batch;
    int64_t id;

    world_open(&w);
    id = contract_a_case(&w.contract, "application", 0, 0);
    batch = contract_batch_new(&w.contract);
    contract_want_case(batch, id);
    contract_load(batch);
    contract_move(batch, contract_loaded(batch, id), "asked");
    cr_assert_gt(pg_terminate_sessions(w.conninfo), 0);
    contract_commit_begin(batch);
    cr_assert_eq(toroku_error_code(contract_wait(batch)), TOROKU_ERROR_UNAVAILABLE);
    contract_batch_free(batch);
    directory_close(w.directory);
    w.directory = directory_open(w.conninfo, NULL);
    cr_assert_eq(pg_number(w.conninfo, "select seq from cases"), 1);
    world_close(&w);
}

Test(store_pg, a_changed_text_needs_a_version_once_cases_run_by_it)
{
    struct world w = {0};
    struct charts_new row = {.source = "new"}, both[2];
    struct chart *chart;
    GError *error = NULL;
    int32_t id;

    world_open(&w);
    chart = g_ptr_array_index(w.contract.charts->charts, 0);
    row.chart = chart;
    id = chart->id;
    chart->sha256[0] = '1';
    cr_assert(charts_register(w.conninfo, &row, 1, &error), "no case runs by it yet");
    cr_assert(row.replaced);
    cr_assert_neq(chart->id, id, "who has the old text opens no case by it");
    id = chart->id;
    contract_a_case(&w.contract, "application", 0, 0);
    cr_assert(charts_register(w.conninfo, &row, 1, &error), "the same text again");
    cr_assert_not(row.replaced);
    cr_assert_eq(chart->id, id);
    chart->sha256[0] = '2';
    cr_assert_not(charts_register(w.conninfo, &row, 1, &error));
    cr_assert(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT));
    g_clear_error(&error);

    both[0] = (struct charts_new){.chart = g_ptr_array_index(w.contract.charts->charts, 1), .source = "other"};
    both[0].chart->sha256[0] = '3';
    both[1] = row;
    cr_assert_not(charts_register(w.conninfo, both, 2, &error));
    g_clear_error(&error);
    cr_assert_eq(pg_number(w.conninfo, "select count(*) from charts where source = 'other'"), 0, "all or none");
    world_close(&w);
}
