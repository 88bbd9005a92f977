/*
 * A batch decides as if each of its inputs had come alone: the same commands of many people to many cases, sent at the
 * same instants to an engine that takes them one by one and to one that takes them together, leave the same rows and
 * the same records, byte for byte, and are refused for the same reasons.
 */
#include "adapters/cli/play.h"
#include "adapters/memory/sender_memory.h"
#include "tests/unit/calendar/support.h"

#include <glib/gstdio.h>

#define PATTERNS TOROKU_SOURCE_DIR "/workflows/cookbook"
#define ROUNDS 8
#define GROUPS 80
#define GROUP_SIZE 20

static const char world[] =
    "{\"organisation\":\"a\",\"name\":{\"ja\":\"a\",\"en\":\"a\"}}\n"
    "{\"organisation\":\"b\",\"name\":{\"ja\":\"b\",\"en\":\"b\"}}\n"
    "{\"organisation\":\"t\",\"name\":{\"ja\":\"t\",\"en\":\"t\"},\"roles\":[\"opsup\",\"committee\"]}\n"
    "{\"person\":\"p0\",\"name\":\"0\",\"organisation\":\"a\"}\n"
    "{\"person\":\"p1\",\"name\":\"1\",\"organisation\":\"b\"}\n"
    "{\"person\":\"p2\",\"name\":\"2\",\"organisation\":\"t\",\"roles\":[\"opsup\"]}\n"
    "{\"person\":\"p3\",\"name\":\"3\",\"organisation\":\"t\",\"roles\":[\"opsup\",\"committee\"]}\n"
    "{\"subject\":\"s0\",\"organisation\":\"a\",\"name\":\"s0\"}\n"
    "{\"subject\":\"s1\",\"organisation\":\"b\",\"name\":\"s1\"}\n";

/* ---- the commands: right often enough that cases get somewhere ---- */

struct opened {
    const struct chart *chart;
    int who;
};

struct script {
    struct library *library;
    GString *text;
    GArray *opened; /* struct opened: the cases, by number */
    unsigned known; /* those of earlier groups: only they are there by then */
    bool crossed;   /* the group has its one command to cases that signal each other */
    uint64_t random;
};

static int64_t pick(struct script *s, int64_t below)
{
    return test_random(&s->random, below);
}

/* Everything that a form of the patterns asks for; the rest of it is told as unknown, and refused. */
static void script_input(struct script *s, const struct chart *chart, int form)
{
    const struct range *fields = &chart->forms[form].fields;

    g_string_append(s->text, ",\"with\":{");
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &chart->fields[f];

        g_string_append_printf(s->text, "%s\"%s\":", f == fields->first ? "" : ",", field->id);
        if (field->type == FIELD_INT)
            g_string_append_printf(s->text, "%d", (int)pick(s, 50));
        else if (field->type == FIELD_DATE)
            g_string_append_printf(s->text, "\"2026-%02d-%02d\"", (int)pick(s, 4) + 1, (int)pick(s, 28) + 1);
        else
            g_string_append(s->text, "\"x\"");
    }
    g_string_append_c(s->text, '}');
}

/* Mostly by somebody who may, about a service of the own organisation. */
static void script_open(struct script *s, const char *at)
{
    const struct chart *chart = g_ptr_array_index(s->library->charts->charts, pick(s, s->library->charts->charts->len));
    bool office = strcmp(chart->workflow, "cross-case-inspection") == 0;
    int who = pick(s, 10) == 0 ? (int)pick(s, 4) : (int)pick(s, 2) + 2 * office;
    struct opened opened;

    g_string_append_printf(s->text, "{\"at\":\"%s\",\"as\":\"p%d\",\"open\":\"%s\",\"case\":\"c%u\"", at, who,
                           chart->workflow, s->opened->len);
    if (chart->about_subject)
        g_string_append_printf(s->text, ",\"subject\":\"s%d\"", who < 2 ? who : (int)pick(s, 2));
    if (chart->opening_form != CHART_NONE)
        script_input(s, chart, chart->opening_form);
    g_string_append(s->text, "}\n");
    opened = (struct opened){.chart = chart, .who = who};
    g_array_append_val(s->opened, opened);
}

/* Mostly to one of the latest cases, by who opened it or by the office. */
static void script_event(struct script *s, const char *at)
{
    unsigned number = s->known - 1 - (unsigned)pick(s, MIN(s->known, 12));
    const struct opened *opened = &g_array_index(s->opened, struct opened, number);
    const struct chart_take *take = &opened->chart->takes[pick(s, opened->chart->take_count)];
    int who = pick(s, 10) == 0 ? (int)pick(s, 4) : pick(s, 2) == 0 ? opened->who : 2 + (int)pick(s, 2);

    if (take->trigger != TRIGGER_EVENT || (s->crossed && g_str_has_prefix(opened->chart->workflow, "cross-case")))
        return;
    s->crossed = s->crossed || g_str_has_prefix(opened->chart->workflow, "cross-case");
    g_string_append_printf(s->text, "{\"at\":\"%s\",\"as\":\"p%d\",\"case\":\"c%u\",\"event\":\"%s\"", at, who, number,
                           take->name);
    if (take->form != CHART_NONE)
        script_input(s, opened->chart, take->form);
    g_string_append(s->text, "}\n");
}

/*
 * One case more, and commands to those that are there. Two that begin together may get their ids in any order; a signal
 * and a command of one instant may come to a case in any order.
 */
static void script_group(struct script *s, instant now)
{
    char at[INSTANT_TEXT_SIZE];

    instant_print(now, at);
    s->crossed = false;
    script_open(s, at);
    for (int i = 0; i < GROUP_SIZE && s->known > 0; i++)
        script_event(s, at);
    s->known = s->opened->len;
}

static struct scenario *script_write(struct library *library, uint64_t seed)
{
    struct script s = {.library = library, .random = seed};
    instant now = instant_of("2026-04-01T01:00:00Z");
    g_autofree char *path = NULL;
    struct scenario *scenario;
    GError *error = NULL;
    int file = g_file_open_tmp("toroku-XXXXXX", &path, NULL);

    cr_assert_geq(file, 0);
    close(file);
    s.text = g_string_new(world);
    s.opened = g_array_new(FALSE, FALSE, sizeof(struct opened));
    for (int i = 0; i < GROUPS; i++, now += pick(&s, 6) * INSTANT_DAY +
                                            pick(&s, INSTANT_DAY / INSTANT_SECOND) * INSTANT_SECOND + INSTANT_SECOND)
        script_group(&s, now);
    cr_assert(g_file_set_contents(path, s.text->str, (gssize)s.text->len, NULL));
    scenario = scenario_read(path, &error);
    cr_assert_not_null(scenario, "%s", error == NULL ? "" : error->message);
    g_remove(path);
    g_string_free(s.text, TRUE);
    g_array_unref(s.opened);
    return scenario;
}

/* ---- playing them ---- */

struct run {
    struct loop_uv *loop;
    struct engine *engine;
    GArray *ids; /* of the cases, ascending */
    GString *cases;
    GPtrArray *refusals; /* char * */
    struct engine_figures figures;
    unsigned signals; /* events that are signals */
};

static void run_drained(void *user)
{
    loop_uv_stop(((struct run *)user)->loop);
}

static void run_played(void *user)
{
    engine_drain(((struct run *)user)->engine, run_drained, user);
}

/* The place of a case among those that came to be: what is refused may leave a gap in the ids, or none. */
static guint run_place(const struct run *run, int64_t id)
{
    guint place = 0;

    while (place < run->ids->len && g_array_index(run->ids, int64_t, place) != id)
        place++;
    return place;
}

static gboolean run_replace(const GMatchInfo *match, GString *out, gpointer run)
{
    g_autofree char *id = g_match_info_fetch(match, 1);

    g_string_append_printf(out, "\"case\":#%u", run_place(run, g_ascii_strtoll(id, NULL, 10)));
    return FALSE;
}

/* The text with the places of cases in the stead of their ids. */
static char *run_placed(struct run *run, const char *text)
{
    g_autoptr(GRegex) ids = g_regex_new("\"case\":([0-9]+)", 0, 0, NULL);

    return g_regex_replace_eval(ids, text, -1, 0, 0, run_replace, run, NULL);
}

static bool run_id(const struct history_case *c, void *data)
{
    g_array_append_val(((struct run *)data)->ids, c->id);
    return true;
}

static bool run_case(const struct history_case *c, void *data)
{
    struct run *run = data;

    g_string_append_printf(run->cases, "case #%u %s@%d seq %d closed %d\n%s\n%s\n", run_place(run, c->id), c->workflow,
                           c->version, c->seq, c->closed, c->body->str, c->data->str);
    for (guint i = 0; i < c->events->len; i++) {
        const struct history_event *event = g_ptr_array_index(c->events, i);

        g_autofree char *text = run_placed(run, event->text->str);

        run->signals += strstr(text, "\"kind\":\"signal\"") != NULL;
        g_string_append_printf(run->cases, "%d %s\n", event->seq, text);
    }
    return true;
}

static gint text_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void run_refusals(struct run *run, const struct play *play)
{
    const GPtrArray *refusals = play_refusals(play);

    for (guint i = 0; i < refusals->len; i++) {
        const struct play_refusal *r = g_ptr_array_index(refusals, i);

        g_ptr_array_add(run->refusals,
                        g_strdup_printf("%" G_GINT64_FORMAT " #%u %s by %s: %s %s", r->at, run_place(run, r->case_id),
                                        r->event, r->who, r->code, r->reason));
    }
    g_ptr_array_sort(run->refusals, text_compare);
}

static void run_play(struct run *run, struct library *library, const struct scenario *scenario, unsigned batch_max)
{
    struct engine_config config = engine_config_default();
    struct backing *backing;
    struct play *play;
    struct sender_memory *sender;

    config.poll_us = 0;
    config.lease_us = INT64_C(36500) * INSTANT_DAY;
    config.batches_max = 1;
    config.batch_max = batch_max;
    run->signals = 0;
    run->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    run->cases = g_string_new(NULL);
    run->refusals = g_ptr_array_new_with_free_func(g_free);
    run->loop = loop_uv_new(LOOP_UV_VIRTUAL, scenario_begin(scenario), NULL);
    backing = backing_memory_new(run->loop);
    play = play_new(scenario, backing, run->loop, library->charts, NULL);
    cr_assert_not_null(play);
    sender = sender_memory_new(loop_uv_port(run->loop));
    run->engine =
        engine_new(loop_uv_port(run->loop), backing->store, sender_memory_port(sender), library->charts, &config);
    engine_start(run->engine);
    play_start(play, run->engine, run_played, run);
    loop_uv_run(run->loop);
    run->figures = engine_figures(run->engine);
    cr_assert(backing->ops->each_case(backing, run_id, run, NULL));
    cr_assert(backing->ops->each_case(backing, run_case, run, NULL));
    run_refusals(run, play);
    engine_free(run->engine);
    play_free(play);
    backing_free(backing);
    sender_memory_free(sender);
    loop_uv_free(run->loop);
}

static void run_release(struct run *run)
{
    g_array_unref(run->ids);
    g_string_free(run->cases, TRUE);
    g_ptr_array_unref(run->refusals);
}

/* The first line in which they differ. */
static void same_text(const char *one, const char *other, uint64_t seed)
{
    g_auto(GStrv) ones = g_strsplit(one, "\n", -1);
    g_auto(GStrv) others = g_strsplit(other, "\n", -1);

    for (guint i = 0; ones[i] != NULL && others[i] != NULL; i++)
        cr_assert_str_eq(ones[i], others[i], "TEST_SEED=%" G_GUINT64_FORMAT ": line %u\nalone:    %s\ntogether: %s",
                         seed, i, ones[i], others[i]);
    cr_assert_str_eq(one, other, "TEST_SEED=%" G_GUINT64_FORMAT, seed);
}

static void batches_agree(struct library *library, uint64_t seed)
{
    struct scenario *scenario = script_write(library, seed);
    struct run alone, together;

    run_play(&alone, library, scenario, 1);
    run_play(&together, library, scenario, 256);
    cr_assert_gt(alone.figures.batches, 3 * together.figures.batches, "nothing was taken together");
    cr_assert_gt(alone.figures.commands_taken, GROUPS * 2, "hardly anything was taken");
    same_text(alone.cases->str, together.cases->str, seed);
    cr_assert_eq(alone.refusals->len, together.refusals->len);
    for (guint i = 0; i < alone.refusals->len; i++)
        cr_assert_str_eq(alone.refusals->pdata[i], together.refusals->pdata[i]);
    printf("TEST_SEED=%" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT " taken, %u refused, %u signals, %" G_GUINT64_FORMAT
           " deadlines; %" G_GUINT64_FORMAT " batches and %" G_GUINT64_FORMAT "\n",
           seed, alone.figures.commands_taken, alone.refusals->len, alone.signals, alone.figures.deadlines_fired,
           alone.figures.batches, together.figures.batches);
    cr_assert_gt(alone.signals + alone.figures.deadlines_fired, 0);
    run_release(&alone);
    run_release(&together);
    scenario_free(scenario);
}

Test(batch, equals_one_by_one)
{
    struct library *library = library_load(PATTERNS, NULL);
    uint64_t seed = test_seed();

    cr_assert_not_null(library);
    for (int i = 0; i < ROUNDS; i++)
        batches_agree(library, seed + (uint64_t)i);
    library_free(library);
}
