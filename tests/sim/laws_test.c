/*
 * The laws over a simulated log: they hold as it was written, and every kind of tampering is told.
 */
#include "adapters/cli/play.h"
#include "adapters/memory/sender_memory.h"
#include "engine/app/replay.h"
#include "engine/app/verify.h"

#include <criterion/criterion.h>
#include <string.h>

struct sim {
    struct library *library;
    struct scenario *scenario;
    struct loop_uv *loop;
    struct backing *backing;
    struct play *play;
    struct sender_memory *sender;
    struct engine *engine;
};

static void sim_drained(void *user)
{
    loop_uv_stop(((struct sim *)user)->loop);
}

static void sim_played(void *user)
{
    engine_drain(((struct sim *)user)->engine, sim_drained, user);
}

static void sim_open(struct sim *sim)
{
    struct engine_config config = engine_config_default();

    config.poll_us = 0;
    sim->library = library_load(TOROKU_SOURCE_DIR "/workflows", NULL);
    cr_assert_not_null(sim->library);
    sim->scenario = scenario_read(TOROKU_SOURCE_DIR "/workflows/scenarios/life-of-a-registration.jsonl", NULL);
    cr_assert_not_null(sim->scenario);
    sim->loop = loop_uv_new(LOOP_UV_VIRTUAL, scenario_begin(sim->scenario), NULL);
    sim->backing = backing_memory_new(sim->loop);
    sim->play = play_new(sim->scenario, sim->backing, sim->loop, sim->library->charts, NULL);
    cr_assert_not_null(sim->play);
    sim->sender = sender_memory_new(loop_uv_port(sim->loop));
    sim->engine = engine_new(loop_uv_port(sim->loop), sim->backing->store, sender_memory_port(sim->sender),
                             sim->library->charts, &config);
}

static void sim_run(struct sim *sim)
{
    engine_start(sim->engine);
    play_start(sim->play, sim->engine, sim_played, sim);
    loop_uv_run(sim->loop);
    cr_assert_eq(play_findings(sim->play)->len, 0);
}

static void sim_close(struct sim *sim)
{
    engine_free(sim->engine);
    play_free(sim->play);
    backing_free(sim->backing);
    sender_memory_free(sim->sender);
    loop_uv_free(sim->loop);
    scenario_free(sim->scenario);
    library_free(sim->library);
}

/* Calls ${visit} for every case of a fresh run. */
static void sim_each_case(bool (*visit)(const struct history_case *c, void *data), struct sim *sim)
{
    sim_open(sim);
    sim_run(sim);
    cr_assert(sim->backing->ops->each_case(sim->backing, visit, sim, NULL));
    sim_close(sim);
}

static const char *first(const GPtrArray *differences)
{
    return differences->len == 0 ? "none" : g_ptr_array_index(differences, 0);
}

static bool laws_hold(const struct history_case *c, void *data)
{
    const struct sim *sim = data;
    g_autoptr(GPtrArray) differences = g_ptr_array_new_with_free_func(g_free);

    cr_assert_gt(c->events->len, 0);
    cr_expect(replay_fold(sim->library->charts, c, differences), "%s", first(differences));
    cr_expect(replay_decide(sim->library->charts, c, differences), "%s", first(differences));
    cr_expect(verify_chain(c, differences), "%s", first(differences));
    return true;
}

Test(laws, hold_over_a_simulated_log)
{
    struct sim sim;

    sim_each_case(laws_hold, &sim);
}

/* What is done to the log of one case, and which checks have to tell. */
struct tampering {
    const char *name;
    void (*apply)(struct history_case *c);
    bool fold, decide, chain;
};

static struct history_event *event_at(const struct history_case *c, guint i)
{
    return g_ptr_array_index(c->events, i);
}

/* A new record for event ${i} with ${path} of its outcome replaced. The text stays as it was hashed. */
static void outcome_set(struct history_case *c, guint i, const char *key, struct value *v)
{
    struct history_event *event = event_at(c, i);
    struct value *record = value_map_copy(event->record);
    struct value *outcome = value_map_copy(value_get(record, "outcome"));

    value_map_set(outcome, key, v);
    value_map_set(record, "outcome", outcome);
    value_unref(event->record);
    event->record = record;
}

static void tamper_row_body(struct history_case *c)
{
    g_string_append_c(c->body, ' ');
}

static void tamper_row_seq(struct history_case *c)
{
    c->seq++;
}

static void tamper_row_hash(struct history_case *c)
{
    c->hash[0] ^= 1;
}

static void tamper_last_outcome_states(struct history_case *c)
{
    struct value *states = value_new_list();

    value_list_add(states, value_new_text("preparing"));
    outcome_set(c, c->events->len - 1, "states", states);
}

static void tamper_outcome_rows(struct history_case *c)
{
    outcome_set(c, 1, "rows", value_new_list());
}

static void tamper_unknown_state(struct history_case *c)
{
    struct value *states = value_new_list();

    value_list_add(states, value_new_text("nowhere"));
    outcome_set(c, 1, "states", states);
}

static void tamper_record_text(struct history_case *c)
{
    struct history_event *event = event_at(c, 1);

    event->text->str[event->text->len / 2] ^= 1;
}

static void tamper_missing_event(struct history_case *c)
{
    g_ptr_array_remove_index(c->events, 1);
}

static void tamper_part(struct history_case *c)
{
    struct part *part = &g_array_index(event_at(c, 1)->parts, struct part, 0);

    part->body[part->body_size / 2] ^= 1;
}

static void tamper_commitment(struct history_case *c)
{
    g_array_index(event_at(c, 1)->parts, struct part, 0).commitment[5] ^= 1;
}

static void tamper_instant(struct history_case *c)
{
    event_at(c, 1)->at += INSTANT_SECOND;
}

/* An erasure: body and salt of the personal part are gone, its commitment stays. No law is broken. */
static void erase_personal(struct history_case *c)
{
    struct history_event *event = event_at(c, 1);
    bool found = false;

    for (guint i = 0; i < event->parts->len; i++) {
        struct part *part = &g_array_index(event->parts, struct part, i);

        if (part->access != ACCESS_PERSONAL)
            continue;
        found = true;
        g_clear_pointer(&part->body, g_free);
        memset(part->salt, 0, SALT_SIZE);
    }
    cr_assert(found);
    value_map_unset(event->input, "officers");
    value_map_unset(event->input, "representative");
}

static const struct tampering tamperings[] = {
    {"the row's body", tamper_row_body, true, false, false},
    {"the row's number of events", tamper_row_seq, true, false, false},
    {"the row's hash", tamper_row_hash, false, false, true},
    {"the last outcome's states", tamper_last_outcome_states, true, true, false},
    {"the rows that fired", tamper_outcome_rows, false, true, false},
    {"a state that is not in the chart", tamper_unknown_state, true, true, false},
    {"the record's text", tamper_record_text, false, false, true},
    {"an event is missing", tamper_missing_event, true, true, true},
    {"the input", tamper_part, false, false, true},
    {"a commitment", tamper_commitment, false, false, true},
    {"an event's instant", tamper_instant, false, true, true},
    {"an erasure", erase_personal, false, false, false},
};

/* Every tampering gets a run of its own: the first application is changed. */
static const struct tampering *tampering;

static bool tampering_is_told(const struct history_case *lent, void *data)
{
    const struct sim *sim = data;
    struct history_case *c = (struct history_case *)(uintptr_t)lent;
    g_autoptr(GPtrArray) fold = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) decide = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) chain = g_ptr_array_new_with_free_func(g_free);

    tampering->apply(c);
    cr_expect_eq(replay_fold(sim->library->charts, c, fold), !tampering->fold, "%s: fold told %s", tampering->name,
                 first(fold));
    cr_expect_eq(replay_decide(sim->library->charts, c, decide), !tampering->decide, "%s: decide told %s",
                 tampering->name, first(decide));
    cr_expect_eq(verify_chain(c, chain), !tampering->chain, "%s: the chain told %s", tampering->name, first(chain));
    return false;
}

Test(laws, tell_every_tampering)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tamperings); i++) {
        struct sim sim;

        tampering = &tamperings[i];
        sim_each_case(tampering_is_told, &sim);
    }
}

/* Mail that fails comes again with the same Message-ID until it is delivered; nothing is sent twice after that. */
Test(outbox, repeats_what_failed_under_one_message_id)
{
    struct sim sim;
    g_autoptr(GHashTable) delivered = g_hash_table_new(g_str_hash, g_str_equal);
    const GPtrArray *mails;
    unsigned retries = 0;

    sim_open(&sim);
    sender_memory_fail(sim.sender, 7, SEND_RETRY, "451 come again");
    sim_run(&sim);
    mails = sender_memory_mails(sim.sender);
    for (guint i = 0; i < mails->len; i++) {
        const struct sender_memory_mail *mail = g_ptr_array_index(mails, i);

        cr_expect_not(g_hash_table_contains(delivered, mail->message_id), "%s came again", mail->message_id);
        if (mail->verdict == SEND_DELIVERED)
            g_hash_table_add(delivered, mail->message_id);
        else
            retries++;
        cr_expect_geq(mail->sent, mail->date);
        cr_expect_null(strstr(mail->subject, "{{"), "%s", mail->subject);
        cr_expect_null(strstr(mail->body, "{{"), "%s", mail->body);
    }
    cr_expect_eq(retries, 7);
    cr_expect_eq(g_hash_table_size(delivered), mails->len - retries);
    sim_close(&sim);
}
