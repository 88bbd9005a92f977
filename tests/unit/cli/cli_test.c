#include "adapters/cli/cli.h"
#include "adapters/cli/scenario.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <glib/gstdio.h>
#include <string.h>

#define LIFE TOROKU_SOURCE_DIR "/workflows/scenarios/life-of-a-registration.jsonl"
#define WORKFLOWS TOROKU_SOURCE_DIR "/workflows"

/* Options take words out of argv: the words are freed by another list of them. */
static int run(const char *const *words)
{
    char *argv[8] = {NULL}, *owned[8] = {NULL};
    int argc = 0, status;

    owned[argc++] = g_strdup("toroku");
    for (const char *const *word = words; *word != NULL; word++)
        owned[argc++] = g_strdup(*word);
    memcpy(argv, owned, sizeof argv);
    status = cli_main(argc, argv);
    for (int i = 0; owned[i] != NULL; i++)
        g_free(owned[i]);
    return status;
}

Test(cli, exit_status_tells_how_it_went)
{
    static const struct {
        const char *words[6];
        int status;
    } rows[] = {
        {{NULL}, CLI_USAGE},
        {{"help"}, CLI_OK},
        {{"--help"}, CLI_OK},
        {{"--version"}, CLI_OK},
        {{"help", "simulate"}, CLI_OK},
        {{"help", "nothing"}, CLI_USAGE},
        {{"simulate", "--help"}, CLI_OK},
        {{"simulate", "-h"}, CLI_OK},
        {{"simulat"}, CLI_USAGE},
        {{"simulate", "--no-such-option"}, CLI_USAGE},
        {{"simulate", "one", "two"}, CLI_USAGE},
        {{"simulate", "-q", "-w", WORKFLOWS, LIFE}, CLI_OK},
        {{"simulate", "-q", "-w", WORKFLOWS, "no/such/file"}, CLI_FINDINGS},
        {{"simulate", "-q", "-w", "no/such/folder", LIFE}, CLI_FINDINGS},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int status = run(rows[i].words);

        cr_expect_eq(status, rows[i].status, "row %zu: status %d", i, status);
    }
}

Test(cli, an_unknown_subcommand_is_met_with_the_nearest)
{
    cr_redirect_stderr();
    run((const char *const[]){"simualte", NULL});
    fflush(stderr);
    cr_assert_stderr_eq_str("toroku: 'simualte' is not a subcommand; toroku help lists them.\n"
                            "Did you mean 'simulate'?\n");
}

/* Writes ${text} and reads it as a scenario; the message of its error, or NULL. */
static char *refusal(const char *text)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    struct scenario *scenario;
    int fd = g_file_open_tmp("scenario-XXXXXX.jsonl", &path, NULL);

    cr_assert_geq(fd, 0);
    g_close(fd, NULL);
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    scenario = scenario_read(path, &error);
    cr_expect_eq(scenario == NULL, error != NULL);
    scenario_free(scenario);
    remove(path);
    return error == NULL ? NULL : g_strdup(error->message);
}

#define UNTIL "{\"until\": \"2026-01-01T00:00:00Z\"}\n"

Test(scenario, a_wrong_line_is_told_with_its_number)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {UNTIL, NULL},
        {"\n  \n" UNTIL, NULL},
        {"{\"note\": \"x\", \"until\": \"2026-01-01T00:00:00Z\"}", NULL},
        {UNTIL "{", ":2: "},
        {"[]", ":1: a line is a JSON object"},
        {"{\"note\": \"x\"}", ":1: none of organisation, person,"},
        {"{\"until\": \"today\"}", ":1: 'until' is no instant"},
        {"{\"until\": \"2026-01-01T00:00:00Z\", \"x\": 1}", "'x' does not belong to a line with 'until'"},
        {"{\"event\": \"e\", \"as\": \"p\", \"case\": \"c\"}", "a line with 'event' needs 'at'"},
        {UNTIL "{\"until\": \"2025-12-31T23:59:59Z\"}", ":2: its instant lies before that of line 1"},
        {UNTIL "{\"organisation\": \"o\", \"name\": {}}", ":2: the world stands before the first step"},
        {"{\"at\": \"2026-01-01T00:00:00Z\", \"as\": \"p\", \"open\": \"w\", \"expect_refused\": \"never\"}",
         "there is no refusal 'never'"},
        {"{\"at\": \"2026-01-01T00:00:00Z\", \"as\": \"p\", \"open\": \"w\", \"with_file\": \"no.json\"}", "no.json"},
        {"{\"expect\": {\"case\": \"a\"}}", "'expect' needs 'case' and a list of 'states'"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = refusal(rows[i].text);

        if (rows[i].message == NULL)
            cr_expect_null(message, "row %zu: %s", i, message);
        else
            cr_expect(message != NULL && strstr(message, rows[i].message) != NULL, "row %zu: %s", i, message);
    }
}
