#include "tests/support/office.h"

#include "adapters/json/json.h"
#include "adapters/postgres/charts.h"
#include "adapters/postgres/directory.h"
#include "adapters/postgres/migrate.h"
#include "tests/support/pg.h"

#include <string.h>

#define CONNECTIONS 10

struct seat {
    const char *login, *org, *role;
};

static const struct seat seats[OFFICE_PERSONS] = {[PROVIDER] = {"provider", "CSP-1", NULL},
                                                  [CLERK] = {"clerk", "OPS", "opsup"},
                                                  [EXAMINER] = {"examiner", "OPS", "opsup"},
                                                  [SECRETARY] = {"secretary", "SEC", "secretariat"},
                                                  [MEMBER] = {"member", "COM", "committee"}};

/* What actors hold: a list that outlives every office. */
static const char *const *seat_roles(const char *role)
{
    static const char *const opsup[] = {"opsup", NULL};
    static const char *const secretariat[] = {"secretariat", NULL};
    static const char *const committee[] = {"committee", NULL};
    static const char *const *const all[] = {opsup, secretariat, committee};

    for (size_t i = 0; role != NULL && i < G_N_ELEMENTS(all); i++)
        if (strcmp(all[i][0], role) == 0)
            return all[i];
    return NULL;
}

static void demand(bool ok, GError *error)
{
    if (!ok)
        g_error("%s", error->message);
}

static void office_fill(struct office *office, unsigned services)
{
    GError *error = NULL;
    struct directory *d = directory_open(office->conninfo, &error);

    demand(d != NULL, error);
    for (int i = 0; i < OFFICE_PERSONS; i++) {
        const struct seat *seat = &seats[i];
        struct actor *actor = &office->persons[i];

        actor->roles = seat_roles(seat->role);
        actor->org = directory_organisation(d, seat->org, seat->org, seat->org, "office", &error);
        demand(actor->org != 0, error);
        actor->person = directory_person(d, seat->login, seat->login, &error);
        demand(actor->person != 0, error);
        if (seat->role != NULL)
            demand(directory_grant(d, actor->person, actor->org, seat->role, &error), error);
        demand(directory_contact(d, actor->org, seat->role == NULL ? "contacts" : "queue", "mail@office.example", "ja",
                                 &error),
               error);
    }
    for (unsigned i = 1; i <= services; i++) {
        g_autofree char *code = g_strdup_printf("S-%u", i);
        int64_t id = directory_subject(d, office->persons[PROVIDER].org, code, code, &error);

        demand(id != 0, error);
        g_assert(id == (int64_t)i);
    }
    directory_close(d);
}

struct office *office_new(unsigned services)
{
    struct office *office = g_new0(struct office, 1);
    GError *error = NULL;

    office->library = library_load(TOROKU_SOURCE_DIR "/workflows", &error);
    demand(office->library != NULL, error);
    office->conninfo = pg_database_new();
    demand(migrate_run(office->conninfo, false, NULL, NULL, &error), error);
    for (guint i = 0; i < office->library->definitions->len; i++) {
        const struct definition *definition = g_ptr_array_index(office->library->definitions, i);

        demand(charts_register(office->conninfo,
                               &(struct charts_new){.chart = definition->chart, .source = definition->source}, 1,
                               &error),
               error);
    }
    office_fill(office, services);
    return office;
}

void office_free(struct office *office)
{
    pg_database_drop(office->conninfo);
    library_free(office->library);
    g_free(office);
}

void office_open(struct office *office, enum loop_uv_clock clock, instant start_or_offset, unsigned engines,
                 const struct engine_config *config, guint32 seed)
{
    g_autofree char *conninfo = g_strdup_printf("%s user=engine", office->conninfo);
    GError *error = NULL;

    g_assert(office->loop == NULL && engines <= OFFICE_ENGINES_MAX);
    office->loop = loop_uv_new(clock, start_or_offset, &error);
    demand(office->loop != NULL, error);
    office->engines = engines;
    for (unsigned i = 0; i < engines; i++) {
        struct loop *loop = loop_uv_port(office->loop);

        office->stores[i] = store_pg_new(conninfo, CONNECTIONS, loop_uv_handle(office->loop), loop, &error);
        demand(office->stores[i] != NULL, error);
        office->delayed[i] = delayed_store_new(store_pg_port(office->stores[i]), loop, seed + i);
        office->engine[i] =
            engine_new(loop, delayed_store_port(office->delayed[i]), NULL, office->library->charts, config);
        engine_start(office->engine[i]);
    }
}

static void office_one_gone(void *user)
{
    struct office *office = user;

    if (--office->awaited == 0)
        loop_uv_stop(office->loop);
}

void office_close(struct office *office)
{
    office->awaited = office->engines;
    for (unsigned i = 0; i < office->engines; i++)
        engine_drain(office->engine[i], office_one_gone, office);
    loop_uv_run(office->loop);
    g_assert(office->awaited == 0);
    office->awaited = office->engines;
    for (unsigned i = 0; i < office->engines; i++) {
        engine_free(office->engine[i]);
        delayed_store_free(office->delayed[i]);
        store_pg_drain(office->stores[i], office_one_gone, office);
    }
    loop_uv_run(office->loop);
    g_assert(office->awaited == 0);
    loop_uv_free(office->loop);
    office->loop = NULL;
}

instant office_now(const struct office *office)
{
    return loop_now(loop_uv_port(office->loop));
}

struct office_alarm {
    struct loop_timer timer; /* first */
    struct office *office;
};

static void office_alarm(struct loop_timer *timer)
{
    loop_uv_stop(((struct office_alarm *)(void *)timer)->office->loop);
}

void office_run_until(struct office *office, instant at)
{
    struct office_alarm alarm = {.timer.done = office_alarm, .office = office};

    loop_timer_at(loop_uv_port(office->loop), &alarm.timer, at);
    loop_uv_run(office->loop);
    g_assert(!alarm.timer.armed);
}

static void errand_done(struct command *command)
{
    office_one_gone(((struct errand *)(void *)command)->office);
}

struct errand *errand_new(struct office *office, enum office_person who, int64_t case_id, const char *event,
                          struct value *input)
{
    struct errand *errand = g_new0(struct errand, 1);

    errand->office = office;
    errand->input = input == NULL ? value_new_map() : input;
    errand->command.case_id = case_id;
    errand->command.event = event;
    errand->command.input = errand->input;
    errand->command.actor = office->persons[who];
    errand->command.if_version = -1;
    errand->command.done = errand_done;
    return errand;
}

struct errand *errand_new_opening(struct office *office, enum office_person who, const char *workflow, int64_t subject,
                                  struct value *input)
{
    struct errand *errand = errand_new(office, who, 0, EVENT_OPEN, input);

    errand->command.workflow = workflow;
    errand->command.subject = subject;
    return errand;
}

void errand_free(gpointer p)
{
    struct errand *errand = p;

    command_release(&errand->command);
    value_unref(errand->input);
    g_free(errand);
}

void errand_submit(struct errand *errand, unsigned engine, instant received)
{
    errand->office->awaited++;
    errand->command.received = received;
    command_submit(errand->office->engine[engine], &errand->command);
}

void office_await(struct office *office)
{
    if (office->awaited > 0)
        loop_uv_run(office->loop);
    g_assert(office->awaited == 0);
}

void office_do(struct office *office, GPtrArray *errands)
{
    for (guint i = 0; i < errands->len; i++)
        errand_submit(g_ptr_array_index(errands, i), 0, office_now(office));
    office_await(office);
    for (guint i = 0; i < errands->len; i++) {
        const struct errand *errand = g_ptr_array_index(errands, i);
        const struct command *command = &errand->command;

        if (command->result == COMMAND_FAILED)
            g_error("%s: %s", command->event, command->error->message);
        if (command->result == COMMAND_REFUSED)
            g_error("%s: %s", command->event, command->outcome.reason_en);
    }
}

struct value *office_example(const char *name)
{
    g_autofree char *path = g_strdup_printf("%s/workflows/examples/%s.json", TOROKU_SOURCE_DIR, name);
    g_autofree char *text = NULL;
    gsize size;
    GError *error = NULL;
    struct value *v;

    demand(g_file_get_contents(path, &text, &size, &error), error);
    v = json_parse(text, size, JSON_DEPTH_MAX, &error);
    demand(v != NULL, error);
    return v;
}
