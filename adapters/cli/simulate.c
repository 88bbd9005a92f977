#include "adapters/cli/backing.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/post.h"
#include "adapters/cli/timeline.h"
#include "adapters/memory/sender_memory.h"
#include "engine/app/replay.h"
#include "engine/app/verify.h"

#include <string.h>

#define SCENARIO_DEFAULT "scenarios/life-of-a-registration.jsonl"
#define LEASE_US (INT64_C(36500) * INSTANT_DAY)

static const char about[] =
    "Plays a scenario (JSON lines: a world, steps with their instants, expectations; see adapters/cli/scenario.h)\n"
    "under a virtual clock, in memory or on an empty PostgreSQL database, and prints what happened. At the end the\n"
    "laws are checked: folding each case's events gives its row, deciding them again gives what was recorded, the\n"
    "hash chain holds. Two runs of one scenario print the same, on either store. Mail is kept in memory, or with "
    "--mail\n"
    "sent to the mail server of a configuration; the clock stands still until a mail is out.";

struct simulation {
    gboolean json, quiet, timing;
    struct config *config; /* whose mail server is used; NULL: mail is kept in memory */
    struct library *library;
    struct scenario *scenario;
    struct loop_uv *loop;
    struct backing *backing;
    struct sender_memory *kept;
    struct mail_sender *mail;
    struct play *play;
    struct engine *engine;
    struct timeline *timeline;
    GPtrArray *differences; /* char *: where a law is broken */
};

static void simulation_drained(void *user)
{
    struct simulation *sim = user;

    loop_uv_stop(sim->loop);
}

static void simulation_played(void *user)
{
    struct simulation *sim = user;

    engine_drain(sim->engine, simulation_drained, sim);
}

/* Nobody else writes, so nothing is polled for and a lease never runs out; one batch at a time, so that ids are
 * allotted in the order of steps. */
static struct engine_config simulation_config(void)
{
    struct engine_config config = engine_config_default();

    config.poll_us = 0;
    config.lease_us = LEASE_US;
    config.batches_max = 1;
    return config;
}

/* One of the two senders. NULL with ${error} when the configured one cannot work. */
static struct sender *simulation_sender(struct simulation *sim, GError **error)
{
    if (sim->config == NULL) {
        sim->kept = sender_memory_new(loop_uv_port(sim->loop));
        return sender_memory_port(sim->kept);
    }
    sim->mail = post_new(&sim->config->mail, sim->loop, error);
    if (sim->mail != NULL)
        return mail_sender_port(sim->mail);
    if (error != NULL && *error == NULL)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%s: no mail server is configured; set mail.host",
                    sim->config->file);
    return NULL;
}

static bool simulation_begin(struct simulation *sim, const char *conninfo, GError **error)
{
    struct engine_config config = simulation_config();
    struct sender *sender;

    sim->loop = loop_uv_new(LOOP_UV_VIRTUAL, scenario_begin(sim->scenario), error);
    if (sim->loop == NULL)
        return false;
    sim->backing = conninfo == NULL ? backing_memory_new(sim->loop)
                                    : backing_postgres_new(sim->loop, sim->library, conninfo, error);
    if (sim->backing == NULL)
        return false;
    sim->play = play_new(sim->scenario, sim->backing, sim->loop, sim->library->charts, error);
    if (sim->play == NULL)
        return false;
    sender = simulation_sender(sim, error);
    if (sender == NULL)
        return false;
    sim->engine = engine_new(loop_uv_port(sim->loop), sim->backing->store, sender, sim->library->charts, &config);
    return true;
}

static bool simulation_visit(const struct history_case *c, void *data)
{
    struct simulation *sim = data;
    const struct chart *chart = history_chart(sim->library->charts, c);

    g_assert(chart != NULL);
    timeline_add_case(sim->timeline, chart, c);
    replay_fold(sim->library->charts, c, sim->differences);
    replay_decide(sim->library->charts, c, sim->differences);
    verify_chain(c, sim->differences);
    return true;
}

static bool simulation_run(struct simulation *sim, GError **error)
{
    engine_start(sim->engine);
    play_start(sim->play, sim->engine, simulation_played, sim);
    loop_uv_run(sim->loop);
    sim->timeline = timeline_new(sim->library->charts, sim->play);
    if (!sim->backing->ops->each_case(sim->backing, simulation_visit, sim, error))
        return false;
    timeline_finish(sim->timeline);
    return true;
}

static void simulation_end(struct simulation *sim)
{
    timeline_free(sim->timeline);
    engine_free(sim->engine);
    play_free(sim->play);
    mail_sender_free(sim->mail);
    backing_free(sim->backing);
    sender_memory_free(sim->kept);
    if (sim->loop != NULL)
        loop_uv_free(sim->loop);
    scenario_free(sim->scenario);
    library_free(sim->library);
    config_free(sim->config);
    g_ptr_array_unref(sim->differences);
}

static void summary_print(const struct simulation *sim)
{
    struct timeline_figures f = timeline_figures(sim->timeline);
    unsigned mails = (unsigned)engine_figures(sim->engine).notices_delivered;

    if (sim->json) {
        printf("{\"summary\":{\"cases\":%u,\"deadlines_fired\":%u,\"differences\":%u,\"events\":%u,\"findings\":%u,"
               "\"mails\":%u,\"notices\":%u,\"refusals\":%u,\"register_entries\":%u,\"reminders\":%u}}\n",
               f.cases, f.deadlines_fired, sim->differences->len, f.events, play_findings(sim->play)->len, mails,
               f.notices, f.refusals, f.register_entries, f.reminders);
        return;
    }
    printf("%u cases, %u events, %u refusals, %u deadlines fired, %u reminders, %u notices in %u mails, "
           "%u register entries\n",
           f.cases, f.events, f.refusals, f.deadlines_fired, f.reminders, f.notices, mails, f.register_entries);
    if (sim->differences->len == 0)
        printf("folding gives every row, deciding again gives every outcome, every chain holds\n");
}

static int simulation_report(const struct simulation *sim, gint64 took_us)
{
    const GPtrArray *findings = play_findings(sim->play);

    if (!sim->quiet && sim->json)
        timeline_print_json(sim->timeline, stdout);
    else if (!sim->quiet)
        timeline_print(sim->timeline, stdout);
    if (!sim->quiet && !sim->json)
        putchar('\n');
    summary_print(sim);
    for (guint i = 0; i < findings->len; i++)
        fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(findings, i));
    for (guint i = 0; i < sim->differences->len; i++)
        fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(sim->differences, i));
    if (sim->timing)
        fprintf(stderr, "%d.%03d s\n", (int)(took_us / 1000000), (int)(took_us / 1000 % 1000));
    return findings->len + sim->differences->len == 0 ? CLI_OK : CLI_FINDINGS;
}

int cli_simulate(int argc, char **argv)
{
    g_autofree char *workflows = NULL, *conninfo = NULL, *path = NULL, *mail = NULL;
    struct simulation sim = {0};
    const GOptionEntry entries[] = {
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &workflows, "the definitions (workflows)", "FOLDER"},
        {"database", 'd', 0, G_OPTION_ARG_STRING, &conninfo, "an empty database to run on; else in memory", "URL"},
        {"mail", 0, 0, G_OPTION_ARG_FILENAME, &mail, "the configuration whose mail server delivers", "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &sim.json, "one JSON object a line", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &sim.quiet, "only the figures", NULL},
        {"timing", 0, 0, G_OPTION_ARG_NONE, &sim.timing, "how long it took, on standard error", NULL},
        {0}};
    gint64 begun = g_get_monotonic_time();
    GError *error = NULL;
    int status;

    if (!cli_options(&argc, &argv, "[SCENARIO]", about, entries, &status))
        return status;
    if (argc > 2)
        return cli_usage("one scenario at a time");
    path = argc == 2 ? g_strdup(argv[1])
                     : g_build_filename(workflows == NULL ? "workflows" : workflows, SCENARIO_DEFAULT, NULL);
    sim.differences = g_ptr_array_new_with_free_func(g_free);
    sim.library = library_load(workflows == NULL ? "workflows" : workflows, &error);
    if (sim.library != NULL)
        sim.scenario = scenario_read(path, &error);
    if (sim.scenario != NULL && mail != NULL)
        sim.config = config_load(mail, &error);
    if (sim.scenario != NULL && error == NULL && simulation_begin(&sim, conninfo, &error) &&
        simulation_run(&sim, &error))
        status = simulation_report(&sim, g_get_monotonic_time() - begun);
    else
        status = cli_fail(error);
    simulation_end(&sim);
    return status;
}
