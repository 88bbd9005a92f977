#include "adapters/postgres/migrate.h"

#include "engine/error.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct migration two[] = {
    {1, "things", "create table thing (id int8 primary key); insert into thing values (1); select pg_sleep(0.2);"},
    {2, "colour", "alter table thing add colour text not null default 'red';\n-- a comment; with a semicolon\n"},
    {0, NULL, NULL},
};

/* Appends "1+ " for applied now, "1= " for applied before, "1? " for pending. */
static void note(const struct migration *migration, enum migrate_step step, void *data)
{
    g_string_append_printf(data, "%d%c ", migration->number, "=?+"[step]);
}

static GString *migrate(const char *database, const struct migration *list, bool dry_run, GError **error)
{
    GString *trace = g_string_new(NULL);

    if (!migrate_run_list(database, list, dry_run, note, trace, error))
        g_string_append(trace, "failed");
    return trace;
}

static void expect(const char *database, const struct migration *list, bool dry_run, const char *trace)
{
    GError *error = NULL;
    GString *got = migrate(database, list, dry_run, &error);

    cr_expect_str_eq(got->str, trace, "got %s: %s", got->str, error != NULL ? error->message : "no error");
    g_clear_error(&error);
    g_string_free(got, TRUE);
}

static void expect_refused(const char *database, const struct migration *list, enum toroku_error code, const char *text)
{
    GError *error = NULL;
    GString *got = migrate(database, list, false, &error);

    cr_expect_not_null(strstr(got->str, "failed"), "got %s", got->str);
    cr_assert_not_null(error);
    cr_expect_eq(toroku_error_code(error), code);
    cr_expect_not_null(strstr(error->message, text), "%s", error->message);
    g_error_free(error);
    g_string_free(got, TRUE);
}

Test(postgres_migrate, a_second_run_finds_nothing_to_do)
{
    char *database = pg_database_new();

    expect(database, two, true, "1? 2? ");
    cr_expect_eq(pg_number(database, "select count(*) from pg_tables where schemaname = 'public'"), 0);
    expect(database, two, false, "1+ 2+ ");
    expect(database, two, false, "1= 2= ");
    expect(database, two, true, "1= 2= ");
    cr_expect_eq(pg_number(database, "select count(*) from thing where colour = 'red'"), 1);
    cr_expect_eq(pg_number(database, "select count(*) from schema_migrations where length(sha256) = 64"), 2);
    pg_database_drop(database);
}

Test(postgres_migrate, two_processes_apply_each_once)
{
    char *database = pg_database_new();
    pid_t children[2];

    for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(migrate_run_list(database, two, false, NULL, NULL, NULL) ? 0 : 1);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
        int status = -1;

        cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
        cr_expect_eq(status, 0);
    }
    cr_expect_eq(pg_number(database, "select count(*) from schema_migrations"), 2);
    cr_expect_eq(pg_number(database, "select count(*) from thing"), 1);
    pg_database_drop(database);
}

Test(postgres_migrate, a_changed_file_is_refused_before_anything_is_done)
{
    const struct migration changed[] = {
        two[0], {2, "colour", "alter table thing add color text"}, {3, "more", "create table more ()"}, two[2]};
    const struct migration renamed[] = {two[0], {2, "color", two[1].text}, two[2]};
    const struct migration older[] = {two[0], two[2]};
    char *database = pg_database_new();

    expect(database, two, false, "1+ 2+ ");
    expect_refused(database, changed, TOROKU_ERROR_CONFLICT, "0002_colour");
    expect_refused(database, renamed, TOROKU_ERROR_CONFLICT, "0002_color");
    expect_refused(database, older, TOROKU_ERROR_CONFLICT, "unknown to this program");
    cr_expect_eq(pg_number(database, "select count(*) from pg_tables where tablename = 'more'"), 0);
    pg_database_drop(database);
}

Test(postgres_migrate, a_failing_one_leaves_those_before_it_and_nothing_of_itself)
{
    const struct migration broken[] = {
        two[0], {2, "half", "create table half (); select 1 / 0; create table rest ()"}, two[2]};
    const struct migration commits[] = {two[0], {2, "commits", "create table half (); commit"}, two[2]};
    char *database = pg_database_new();

    expect_refused(database, broken, TOROKU_ERROR_INTERNAL, "division by zero");
    cr_expect_eq(pg_number(database, "select count(*) from pg_tables where tablename in ('half', 'rest')"), 0);
    cr_expect_eq(pg_number(database, "select max(number) from schema_migrations"), 1);
    expect_refused(database, commits, TOROKU_ERROR_INTERNAL, "ends the transaction");
    pg_database_drop(database);
}

Test(postgres_migrate, no_server_is_unavailable)
{
    expect_refused("host=/nonexistent", two, TOROKU_ERROR_UNAVAILABLE, "connect");
}

Test(postgres_migrate, the_files_of_this_checkout_apply_twice)
{
    char *database = pg_database_new();
    GError *error = NULL;

    cr_assert(migrate_run(database, false, NULL, NULL, &error), "%s", error != NULL ? error->message : "");
    cr_assert(migrate_run(database, false, NULL, NULL, &error), "%s", error != NULL ? error->message : "");
    cr_expect_eq(pg_number(database, "select count(*) from schema_migrations"), migrations_count);
    pg_database_drop(database);
}
