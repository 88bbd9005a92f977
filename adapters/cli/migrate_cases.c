#include "engine/app/migrate_cases.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/migrate_report.h"
#include "adapters/cli/versions.h"
#include "adapters/postgres/charts.h"
#include "adapters/postgres/migrate_cases_pg.h"
#include "adapters/postgres/store_pg.h"
#include "adapters/uv/loop_uv.h"
#include "adapters/yaml/config.h"
#include "adapters/yaml/library.h"
#include "engine/core/migrate.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
    "Lets running cases go over to another version of their workflow, each by an event of its own. Daemons may serve\n"
    "meanwhile. It may be ended at any moment: run again, it goes on. What no option names keeps its id; a live "
    "deadline\n"
    "keeps its instant. --dry-run decides every case, lists the refusals and changes nothing. --undo lets cases go "
    "back\n"
    "to the version that they came from, exactly as they were, as long as no other event has followed.";

/* From one try of a busy case to the next. */
#define AGAIN_MS 100

struct options {
    char *config, *workflow, *operator;
    int to, from, lot, wait;
    char **map, **map_deadline, **drop, **rederive, **absent;
    gboolean undo, dry_run, json;
};

/* All that a run is made of. */
struct run {
    const struct options *options;
    struct config *config;
    struct library *library;
    struct loop_uv *loop;
    struct store_pg *store;
    struct engine *engine;
    PGconn *pg;
    struct migrate_report *report;
    struct migration_config migration;
    struct value *plan;
    char *moved_from; /* --undo: only cases that were moved from there */
    GError *error;
};

static void options_release(struct options *o)
{
    g_free(o->config);
    g_free(o->workflow);
    g_free(o->operator);
    g_strfreev(o->map);
    g_strfreev(o->map_deadline);
    g_strfreev(o->drop);
    g_strfreev(o->rederive);
    g_strfreev(o->absent);
}

/* ---- the plan ---- */

/* Splits OLD=NEW. NULL with ${error} when it is none. */
static char **pair_split(const char *text, GError **error)
{
    char **pair = g_strsplit(text, "=", 2);

    if (g_strv_length(pair) == 2 && pair[0][0] != '\0' && pair[1][0] != '\0')
        return pair;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "\"%s\"; expected OLD=NEW", text);
    g_strfreev(pair);
    return NULL;
}

/* Does a version that cases may be of have it? */
static bool run_knows(const struct run *run, const char *id, bool deadline)
{
    const GPtrArray *charts = run->library->charts->charts;

    for (guint i = 0; i < charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts, i);

        if (chart != run->migration.target && strcmp(chart->workflow, run->options->workflow) == 0 &&
            (run->options->from == 0 || chart->version == run->options->from) && migrate_knows(chart, id, deadline))
            return true;
    }
    return false;
}

static bool plan_check(const struct run *run, const char *id, bool old, bool deadline, GError **error)
{
    if (old ? run_knows(run, id, deadline) : migrate_knows(run->migration.target, id, deadline))
        return true;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%s has no %s \"%s\"",
                old ? "no version that cases go over from" : "the version that they go over to",
                deadline ? "deadline" : "state", id);
    return false;
}

static bool plan_states(const struct run *run, struct value *states, GError **error)
{
    for (char **map = run->options->map; map != NULL && *map != NULL; map++) {
        g_auto(GStrv) pair = pair_split(*map, error);
        g_auto(GStrv) news = pair == NULL ? NULL : g_strsplit(pair[1], "+", -1);
        struct value *list;

        if (pair == NULL || !plan_check(run, pair[0], true, false, error))
            return false;
        list = value_new_list();
        value_map_set(states, pair[0], list);
        for (char **id = news; *id != NULL; id++) {
            if (!plan_check(run, *id, false, false, error))
                return false;
            value_list_add(list, value_new_text(*id));
        }
    }
    return true;
}

static bool plan_deadlines(const struct run *run, struct value *deadlines, GError **error)
{
    for (char **map = run->options->map_deadline; map != NULL && *map != NULL; map++) {
        g_auto(GStrv) pair = pair_split(*map, error);

        if (pair == NULL || !plan_check(run, pair[0], true, true, error) ||
            !plan_check(run, pair[1], false, true, error))
            return false;
        value_map_set_text(deadlines, pair[0], pair[1]);
    }
    return true;
}

static void plan_list(struct value *plan, const char *key, char **ids)
{
    struct value *list;

    if (ids == NULL)
        return;
    list = value_new_list();
    for (; *ids != NULL; ids++)
        value_list_add(list, value_new_text(*ids));
    value_map_set(plan, key, list);
}

/* A word that names nothing would do nothing, and nobody would notice. */
static bool plan_check_lists(const struct run *run, GError **error)
{
    for (char **id = run->options->rederive; id != NULL && *id != NULL; id++)
        if (!plan_check(run, *id, true, true, error))
            return false;
    for (char **id = run->options->drop; id != NULL && *id != NULL; id++)
        if (!run_knows(run, *id, true) && !run_knows(run, *id, false) && !plan_check(run, *id, false, true, error))
            return false;
    return true;
}

static bool run_plan(struct run *run, GError **error)
{
    const struct options *o = run->options;
    struct value *states = value_new_map(), *deadlines = value_new_map();

    run->plan = value_new_map();
    value_map_set_text(run->plan, "operator", o->operator!= NULL ? o->operator : g_get_user_name());
    value_map_set(run->plan, "states", states);
    value_map_set(run->plan, "deadlines", deadlines);
    if (o->undo)
        value_map_set_bool(run->plan, "undo", true);
    if (!plan_states(run, states, error) || !plan_deadlines(run, deadlines, error) || !plan_check_lists(run, error))
        return false;
    plan_list(run->plan, "drop", o->drop);
    plan_list(run->plan, "rederive", o->rederive);
    plan_list(run->plan, "absent", o->absent);
    return true;
}

/* ---- the versions ---- */

/* The version --to, and whether cases of the others may go there. */
static bool run_target(struct run *run, GError **error)
{
    const GPtrArray *charts = run->library->charts->charts;

    for (guint i = 0; i < charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts, i);

        if (strcmp(chart->workflow, run->options->workflow) == 0 && chart->version == run->options->to)
            run->migration.target = chart;
    }
    if (run->migration.target == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "there is no version %d of the workflow \"%s\"",
                    run->options->to, run->options->workflow);
        return false;
    }
    for (guint i = 0; i < charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts, i);

        if (strcmp(chart->workflow, run->options->workflow) == 0 &&
            (run->options->from == 0 || chart->version == run->options->from) &&
            !migrate_fits(chart, run->migration.target, error))
            return false;
    }
    return true;
}

/* What holds of every case of a version, before any is looked at. */
static void run_notes(const struct run *run)
{
    const GPtrArray *charts = run->library->charts->charts;

    for (guint i = 0; i < charts->len && !run->options->undo; i++) {
        const struct chart *chart = g_ptr_array_index(charts, i);
        GPtrArray *notes;

        if (chart == run->migration.target || strcmp(chart->workflow, run->options->workflow) != 0 ||
            (run->options->from != 0 && chart->version != run->options->from))
            continue;
        notes = migrate_notes(chart, run->migration.target, run->plan);
        for (guint k = 0; k < notes->len; k++)
            fprintf(stderr, "from version %d: %s\n", chart->version, (const char *)g_ptr_array_index(notes, k));
        g_ptr_array_unref(notes);
    }
}

/* The target is registered, and the texts of what cases leave stay for good: their events were decided by them. */
static bool run_register(const struct run *run, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
    const char *url = run->config->database.migrate_url;

    for (guint i = 0; i < run->library->definitions->len; i++) {
        const struct definition *definition = g_ptr_array_index(run->library->definitions, i);
        struct charts_new row = {.chart = definition->chart, .source = definition->source};

        if (definition->chart == run->migration.target && definition->chart->id == 0 &&
            !charts_register(url, &row, 1, error))
            return false;
    }
    for (guint i = 0; i < run->library->charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(run->library->charts->charts, i);

        if (chart->id != 0 && strcmp(chart->workflow, run->options->workflow) == 0)
            g_array_append_val(ids, chart->id);
    }
    return charts_keep(url, ids, error);
}

/* ---- the run ---- */

static bool run_more(int64_t after, unsigned limit, GArray *ids, void *user, GError **error)
{
    const struct run *run = user;

    return migrate_cases_more(run->pg, run->options->workflow, run->options->to, run->options->from, run->moved_from,
                              after, limit, ids, error);
}

static bool run_records(const GPtrArray *snapshots, GPtrArray *records, void *user, GError **error)
{
    const struct run *run = user;

    return migrate_cases_records(run->pg, snapshots, records, error);
}

static void run_decided(const struct snapshot *before, const struct outcome *outcome, void *user)
{
    struct run *run = user;

    migrate_report_case(run->report, before, outcome);
}

static void run_progress(void *user)
{
    struct run *run = user;

    migrate_report_progress(run->report);
}

static void run_store_drained(void *user)
{
    struct run *run = user;

    loop_uv_stop(run->loop);
}

static void run_drained(void *user)
{
    struct run *run = user;

    store_pg_drain(run->store, run_store_drained, run);
}

static void run_done(GError *error, void *user)
{
    struct run *run = user;

    run->error = error;
    engine_drain(run->engine, run_drained, run);
}

static bool run_begin(struct run *run, GError **error)
{
    struct engine_config config = engine_config_default();

    run->pg = sync_connect(run->config->database.migrate_url, error);
    run->loop = run->pg == NULL ? NULL : loop_uv_new(LOOP_UV_REAL, 0, error);
    run->store = run->loop == NULL ? NULL
                                   : store_pg_new(run->config->database.url, 1, loop_uv_handle(run->loop),
                                                  loop_uv_port(run->loop), error);
    if (run->store == NULL)
        return false;
    config.settle_us = run->config->engine.settle_ms * INSTANT_MS;
    run->engine = engine_new(loop_uv_port(run->loop), store_pg_port(run->store), NULL, run->library->charts, &config);
    run->report = migrate_report_new(run->options->to, run->options->dry_run, run->options->json);
    run->migration.from = run->options->from;
    run->migration.plan = run->plan;
    run->migration.dry_run = run->options->dry_run;
    run->migration.lot = (unsigned)run->options->lot;
    run->migration.again_us = AGAIN_MS * INSTANT_MS;
    run->migration.tries_max = run->options->wait * 1000 / AGAIN_MS;
    run->migration.more = run_more;
    run->migration.records = run_records;
    run->migration.decided = run_decided;
    run->migration.progress = run_progress;
    run->migration.done = run_done;
    run->migration.user = run;
    migrate_cases(run->engine, &run->migration);
    loop_uv_run(run->loop);
    migrate_report_end(run->report);
    if (run->error != NULL)
        g_propagate_prefixed_error(error, g_steal_pointer(&run->error),
                                   "it has not come to its end; run it again to go on: ");
    return *error == NULL;
}

static bool run_prepare(struct run *run, GError **error)
{
    const struct options *o = run->options;

    run->config = config_load(o->config == NULL ? "toroku.yaml" : o->config, error);
    run->library = run->config == NULL ? NULL : library_load(run->config->workflows, error);
    if (run->library == NULL || !versions_recorded(run->library, run->config->database.migrate_url, error) ||
        !run_target(run, error) || !run_plan(run, error))
        return false;
    run->moved_from = o->undo ? g_strdup_printf("%s@%d", o->workflow, o->to) : g_strdup("");
    run_notes(run);
    return o->dry_run || run_register(run, error);
}

static int run_end(struct run *run, GError *error)
{
    int status = run->report != NULL && migrate_report_refused(run->report) > 0 ? CLI_FINDINGS : CLI_OK;

    if (run->report != NULL)
        migrate_report_free(run->report);
    engine_free(run->engine);
    loop_uv_free(run->loop);
    PQfinish(run->pg);
    value_unref(run->plan);
    library_free(run->library);
    config_free(run->config);
    g_free(run->moved_from);
    return error == NULL ? status : cli_fail(error);
}

static int run_with(const struct options *o)
{
    struct run run = {.options = o};
    GError *error = NULL;

    if (o->workflow == NULL || o->to <= 0)
        return cli_usage("--workflow and --to are needed");
    if (o->lot < 1 || o->lot > 5000)
        return cli_usage("--batch is a number from 1 to 5000");
    if (o->wait < 0 || o->wait > 3600)
        return cli_usage("--wait is a number from 0 to 3600");
    if (run_prepare(&run, &error))
        run_begin(&run, &error);
    return run_end(&run, error);
}

int cli_migrate_cases(int argc, char **argv)
{
    struct options o = {.lot = 200, .wait = 10};
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &o.config, "the configuration", "FILE"},
        {"workflow", 'w', 0, G_OPTION_ARG_STRING, &o.workflow, "whose cases", "WORKFLOW"},
        {"to", 't', 0, G_OPTION_ARG_INT, &o.to, "the version that they go over to", "VERSION"},
        {"from", 'f', 0, G_OPTION_ARG_INT, &o.from, "only cases of this version", "VERSION"},
        {"map", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &o.map, "a state or history; NEW may be ONE+OTHER", "OLD=NEW"},
        {"map-deadline", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.map_deadline, "a deadline", "OLD=NEW"},
        {"drop", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.drop, "end this deadline, do not arm it, forget this history",
         "ID"},
        {"rederive", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.rederive, "derive this deadline by the new rule", "ID"},
        {"absent", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.absent, "go on without the value of this field", "FIELD"},
        {"undo", 0, 0, G_OPTION_ARG_NONE, &o.undo, "go back to --to, exactly", NULL},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &o.dry_run, "only tell what would be done", NULL},
        {"operator", 0, 0, G_OPTION_ARG_STRING, &o.operator, "who does it, for the record (the user)", "NAME"},
        {"batch", 0, 0, G_OPTION_ARG_INT, &o.lot, "cases of one transaction (200)", "COUNT"},
        {"wait", 0, 0, G_OPTION_ARG_INT, &o.wait, "for cases that are busy (10)", "SECONDS"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &o.json, "one JSON object a line", NULL},
        {0}};
    int status;

    if (cli_options(&argc, &argv, "", about, entries, &status))
        status = run_with(&o);
    options_release(&o);
    return status;
}
