/*
 * The races of a renewal filing against the expiry instant: two engines on one database, filings received within 50 ms
 * of midnight, and up to a second between a receipt and the locks. Received before the instant, the registration is
 * under renewal; at or after it, the filing is refused and the registration lapses, once, at its instant.
 *
 * 200 races, 1,000 with TOROKU_LONG=1, in rounds of 50, each about a midnight of its own; then a round whose filings
 * are delayed beyond what the engine waits for: there a filing in time may be refused as busy, and nothing else may
 * change. TEST_SEED repeats the delays. The database judges (race_judge.sql).
 */
#include "adapters/postgres/history_pg.h"
#include "engine/app/replay.h"
#include "engine/app/verify.h"
#include "tests/support/office.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define ROUND 50
#define SPREAD_US (50 * INSTANT_MS)
#define PREPARED_AT INT64_C(1780272000000000) /* 2026-06-01T00:00:00Z */

/* One registration, and the application that is to renew it. */
struct racer {
    struct loop_timer timer; /* first */
    struct errand *errand;
    int64_t application;
    instant aim;
    unsigned engine;
    bool exact; /* received at `aim`, not when the timer fired */
};

struct round {
    struct office *office;
    unsigned number;
    civil_day audited; /* last day of the audit period */
    instant expiry;
    bool late;
    struct racer racers[ROUND];
    GRand *dice;
};

static struct value *race_period(civil_day start)
{
    struct value *period = value_new_map();
    char text[CIVIL_TEXT_SIZE];
    civil_day last;

    civil_months_end(start, 12, &last, NULL);
    civil_print(start, text);
    value_map_set_text(period, "start", text);
    civil_print(last, text);
    value_map_set_text(period, "end", text);
    return period;
}

static struct value *race_form(const char *example, civil_day start)
{
    struct value *form = office_example(example);

    value_map_set(form, "audit_period", race_period(start));
    return form;
}

/* One event for each application of the round, with the input that ${example} names (NULL: none). */
static void round_raise(struct round *round, enum office_person who, const char *event, const char *example)
{
    GPtrArray *errands = g_ptr_array_new_with_free_func(errand_free);
    civil_day start;

    civil_add_months(round->audited + 1, -12, &start, NULL);
    for (unsigned i = 0; i < ROUND; i++) {
        struct value *input = example == NULL                       ? NULL
                              : g_str_equal(example, "application") ? race_form(example, start)
                                                                    : office_example(example);

        g_ptr_array_add(errands, errand_new(round->office, who, round->racers[i].application, event, input));
    }
    office_do(round->office, errands);
    g_ptr_array_unref(errands);
}

static void round_open_applications(struct round *round)
{
    GPtrArray *errands = g_ptr_array_new_with_free_func(errand_free);

    for (unsigned i = 0; i < ROUND; i++)
        g_ptr_array_add(errands,
                        errand_new_opening(round->office, PROVIDER, "service-application",
                                           (int64_t)(round->number * ROUND + i + 1), office_example("opening")));
    office_do(round->office, errands);
    for (unsigned i = 0; i < ROUND; i++)
        round->racers[i].application = ((struct errand *)g_ptr_array_index(errands, i))->command.case_id;
    g_ptr_array_unref(errands);
}

/* The committee decides on all of them together. */
static void round_decide(struct round *round)
{
    struct office *office = round->office;
    GPtrArray *errands = g_ptr_array_new_with_free_func(errand_free);
    struct value *agenda = office_example("agenda"), *approval = office_example("approval");
    struct value *cases = value_new_list(), *deciders = value_new_list();
    g_autofree char *decider = g_strdup_printf("%" G_GINT64_FORMAT, office->persons[MEMBER].person);
    int64_t decision;

    for (unsigned i = 0; i < ROUND; i++) {
        g_autofree char *number = g_strdup_printf("SA-%" G_GINT64_FORMAT, round->racers[i].application);

        value_list_add(cases, value_new_text(number));
    }
    value_map_set(agenda, "agenda", cases);
    value_list_add(deciders, value_new_text(decider));
    value_map_set(approval, "deciders", deciders);
    g_ptr_array_add(errands, errand_new_opening(office, SECRETARY, "committee-decision", 0, agenda));
    office_do(office, errands);
    decision = ((struct errand *)g_ptr_array_index(errands, 0))->command.case_id;
    g_ptr_array_set_size(errands, 0);
    g_ptr_array_add(errands, errand_new(office, MEMBER, decision, "approve", approval));
    office_do(office, errands);
    g_ptr_array_unref(errands);
    office_run_until(office, office_now(office) + INSTANT_SECOND);
}

/* Registrations in force, each with an application in preparation that may renew it. */
static void round_prepare(struct round *round)
{
    round_open_applications(round);
    round_raise(round, PROVIDER, "submit", "application");
    round_raise(round, CLERK, "accept", NULL);
    round_raise(round, EXAMINER, "complete", "review-report");
    round_raise(round, EXAMINER, "assess", "risk-assessment");
    round_decide(round);
    round_open_applications(round);
}

/* The round's cases into the table race; the expiry is the end of the day 16 months after the audit period, in Tokyo.
 */
static void round_record_cases(struct round *round)
{
    const char *database = round->office->conninfo;
    g_autofree char *sql = g_strdup_printf(
        "insert into race (number, late, application, registration, expiry) "
        "select %u, %s, a.case_id, r.case_id, d.due from open_cases a "
        "join open_cases r on r.subject_id = a.subject_id and r.workflow = 'service-registration' "
        "join cases c on c.id = r.case_id cross join lateral (select timestamptz 'epoch' + (x ->> 'due')::int8 * "
        "interval '1 microsecond' as due from json_array_elements(c.body::json -> 'deadlines') x "
        "where x ->> 'id' = 'expiry') d "
        "where a.workflow = 'service-application' and a.subject_id between %u and %u",
        round->number, round->late ? "true" : "false", round->number * ROUND + 1, (round->number + 1) * ROUND);
    g_autofree char *count = g_strdup_printf("select count(*) from race where number = %u", round->number);
    g_autofree char *expiry = g_strdup_printf(
        "select (extract(epoch from min(expiry)) * 1000000)::int8 from race where number = %u", round->number);
    g_autofree char *others =
        g_strdup_printf("select count(distinct expiry) from race where number = %u", round->number);
    civil_day last;

    pg_run(database, sql);
    cr_assert_eq(pg_number(database, count), ROUND, "a registration and a renewal in preparation each");
    cr_assert_eq(pg_number(database, others), 1);
    round->expiry = pg_number(database, expiry);
    cr_assert(civil_months_end(round->audited + 1, 16, &last, NULL));
    cr_assert_eq(round->expiry, (instant)(last + 1) * INSTANT_DAY - 9 * INSTANT_HOUR);
}

static void racer_file(struct loop_timer *timer)
{
    struct racer *racer = (struct racer *)(void *)timer;
    struct errand *errand = racer->errand;

    errand_submit(errand, racer->engine, racer->exact ? racer->aim : office_now(errand->office));
}

/* The first three are received exactly about the instant, the others somewhere within the spread. */
static void round_aim(struct round *round)
{
    for (unsigned i = 0; i < ROUND; i++) {
        struct racer *racer = &round->racers[i];

        racer->exact = i < 3;
        racer->aim = racer->exact
                         ? round->expiry + (instant)i - 1
                         : round->expiry + (instant)(g_rand_double_range(round->dice, -1, 1) * (double)SPREAD_US);
        racer->engine = i % round->office->engines;
        racer->errand =
            errand_new(round->office, PROVIDER, racer->application, "submit", race_form("renewal", round->audited + 1));
        racer->timer.done = racer_file;
        loop_timer_at(loop_uv_port(round->office->loop), &racer->timer, racer->aim);
    }
}

/* Until the limit has settled and everything that was signalled has arrived. The judge finds what never does. */
static void round_settle(struct round *round)
{
    g_autofree char *open = g_strdup_printf(
        "select (select count(*) from signals where state = 0) + (select count(*) from race r join wakes d "
        "on d.case_id = r.registration where r.number = %u and d.fire_at <= r.expiry + "
        "interval '1 minute')",
        round->number);
    instant patience = round->expiry + INSTANT_MINUTE;

    office_run_until(round->office, round->expiry + 5 * INSTANT_SECOND);
    while (pg_number(round->office->conninfo, open) > 0 && office_now(round->office) < patience)
        office_run_until(round->office, office_now(round->office) + 200 * INSTANT_MS);
}

static const char *errand_result(const struct errand *errand)
{
    switch (errand->command.result) {
    case COMMAND_TAKEN:
        return "taken";
    case COMMAND_REFUSED:
        return "refused";
    case COMMAND_REPEATED:
        return "repeated";
    case COMMAND_FAILED:
        break;
    }
    return errand->command.error->message;
}

static void round_record_results(struct round *round)
{
    GString *sql =
        g_string_new("update race set received = v.received, result = v.result, code = v.code from (values ");

    for (unsigned i = 0; i < ROUND; i++) {
        const struct command *command = &round->racers[i].errand->command;
        char received[INSTANT_TEXT_SIZE];

        instant_print(command->received, received);
        g_string_append_printf(sql, "%s(%" G_GINT64_FORMAT "::int8, timestamptz '%s', $$%s$$, '%s')",
                               i == 0 ? "" : ", ", command->case_id, received, errand_result(round->racers[i].errand),
                               command->result == COMMAND_REFUSED && command->outcome.code == TOROKU_ERROR_BUSY ? "busy"
                                                                                                                : "");
    }
    g_string_append(sql, ") v (application, received, result, code) where v.application = race.application");
    pg_run(round->office->conninfo, sql->str);
    g_string_free(sql, TRUE);
}

static void round_race(struct round *round, int64_t load_us, int64_t fetch_us)
{
    struct office *office = round->office;

    loop_uv_step_clock(office->loop, round->expiry - 4 * INSTANT_SECOND - office_now(office));
    office_run_until(office, round->expiry - INSTANT_SECOND); /* what fell due meanwhile has fired */
    for (unsigned i = 0; i < office->engines; i++)
        delayed_store_set(office->delayed[i], load_us, fetch_us);
    round_aim(round);
    office->awaited++; /* not over before the last has started */
    office_run_until(office, round->expiry + SPREAD_US + 1);
    office->awaited--;
    office_await(office);
    round_settle(round);
    for (unsigned i = 0; i < office->engines; i++)
        delayed_store_set(office->delayed[i], 0, 0);
    round_record_results(round);
    for (unsigned i = 0; i < ROUND; i++)
        errand_free(round->racers[i].errand);
}

static void race_judge(const struct office *office)
{
    g_autofree char *judge = NULL, *sql = NULL, *wrong = NULL;

    cr_assert(g_file_get_contents(TOROKU_SOURCE_DIR "/tests/integration/race_judge.sql", &judge, NULL, NULL));
    sql = g_strdup_printf("select string_agg(line, E'\\n') from (%s) wrong (line)", judge);
    wrong = pg_value(office->conninfo, sql);
    cr_assert_null(wrong, "%s", wrong);
}

static bool race_check_case(const struct history_case *c, void *data)
{
    const struct office *office = data;
    GPtrArray *differences = g_ptr_array_new_with_free_func(g_free);
    bool ok = replay_fold(office->library->charts, c, differences) &&
              replay_decide(office->library->charts, c, differences) && verify_chain(c, differences);

    cr_assert(ok, "case %" G_GINT64_FORMAT ": %s", c->id, (const char *)g_ptr_array_index(differences, 0));
    g_ptr_array_unref(differences);
    return true;
}

static void race_print_figures(const struct office *office, const struct round *round)
{
    g_autofree char *sql = g_strdup_printf(
        "select format('%%s before expiry, %%s at or after it; %%s taken, %%s refused as busy; %%s lapsed', "
        "count(*) filter (where received < expiry), count(*) filter (where received >= expiry), "
        "count(*) filter (where result = 'taken'), count(*) filter (where code = 'busy'), "
        "count(*) filter (where exists (select from events e where e.case_id = registration and "
        "e.states like '%%\"lapsed\"%%'))) from race where number = %u",
        round->number);
    g_autofree char *counts = pg_value(office->conninfo, sql);

    printf("round %u%s: %s\n", round->number + 1, round->late ? " (late)" : "", counts);
    fflush(stdout);
}

static void race_print_delays(const struct office *office)
{
    for (unsigned i = 0; i < office->engines; i++) {
        struct delayed_figures delayed = delayed_store_figures(office->delayed[i]);
        struct engine_figures figures = engine_figures(office->engine[i]);

        printf("engine %u: %u batches delayed, %" G_GINT64_FORMAT " ms in the mean and %" G_GINT64_FORMAT
               " ms at most; %" G_GUINT64_FORMAT " filings taken, %" G_GUINT64_FORMAT " refused, %" G_GUINT64_FORMAT
               " retried; %" G_GUINT64_FORMAT " deadlines fired, %" G_GUINT64_FORMAT " signals settled\n",
               i + 1, delayed.loads, delayed.mean_us / INSTANT_MS, delayed.max_us / INSTANT_MS, figures.commands_taken,
               figures.commands_refused, figures.batches_retried, figures.deadlines_fired, figures.signals_settled);
    }
}

static void race_prepare(struct office *office, struct round *rounds, unsigned count)
{
    struct engine_config config = engine_config_default();

    pg_run(office->conninfo, "create table race (number int4, late bool, application int8, registration int8, "
                             "expiry timestamptz, received timestamptz, result text, code text)");
    config.poll_us = 0;
    office_open(office, LOOP_UV_VIRTUAL, PREPARED_AT, 1, &config, 0);
    for (unsigned i = 0; i < count; i++)
        round_prepare(&rounds[i]);
    for (unsigned i = 0; i < count; i++)
        round_record_cases(&rounds[i]);
    office_run_until(office, rounds[0].expiry - INSTANT_MINUTE);
    office_close(office);
}

static void race_run(struct office *office, struct round *rounds, unsigned count, guint32 seed)
{
    struct engine_config config = engine_config_default();

    config.batch_max = 4;
    config.batches_max = 8;
    office_open(office, LOOP_UV_OFFSET, rounds[0].expiry - 10 * INSTANT_SECOND - g_get_real_time(), 2, &config, seed);
    for (unsigned i = 0; i < count; i++) {
        struct round *round = &rounds[i];

        if (round->late)
            round_race(round, 7 * INSTANT_SECOND, 0);
        else if (i % 2 == 0)
            round_race(round, INSTANT_SECOND, 0);
        else
            round_race(round, INSTANT_SECOND / 2, INSTANT_SECOND / 2);
        race_print_figures(office, round);
    }
    race_print_delays(office);
    office_close(office);
}

Test(race, renewal_against_expiry)
{
    bool long_run = g_strcmp0(getenv("TOROKU_LONG"), "1") == 0;
    unsigned races = long_run ? 1000 : 200, count = races / ROUND + 1;
    guint32 seed = getenv("TEST_SEED") != NULL ? (guint32)strtoul(getenv("TEST_SEED"), NULL, 10) : g_random_int();
    struct office *office = office_new(count * ROUND);
    struct round *rounds = g_new0(struct round, count);
    GRand *dice = g_rand_new_with_seed(seed);
    civil_day first;
    GError *error = NULL;

    printf("seed %u\n", seed);
    civil_parse("2026-03-31", &first);
    for (unsigned i = 0; i < count; i++)
        rounds[i] = (struct round){
            .office = office, .number = i, .audited = first + (civil_day)i, .late = i == count - 1, .dice = dice};
    race_prepare(office, rounds, count);
    race_run(office, rounds, count, seed);
    race_judge(office);
    cr_assert(history_each(office->conninfo, 0, race_check_case, office, &error), "%s",
              error == NULL ? "" : error->message);
    printf("%u races, %" G_GINT64_FORMAT " received before expiry, and %d with filings that came too late to the lock: "
           "the receipt decided each\n",
           races, pg_number(office->conninfo, "select count(*) from race where received < expiry and not late"), ROUND);
    g_rand_free(dice);
    g_free(rounds);
    office_free(office);
}
