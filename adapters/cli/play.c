#include "adapters/cli/play_internal.h"

#include <string.h>

/* How long after the last step a question is asked: what the step set off is over by then. */
#define PAUSE_US INSTANT_SECOND

/* One step on its way. */
struct play_step {
    struct command command; /* first */
    struct play *play;
    const struct scenario_item *item;
    struct value *input;
    char *key;
};

static void play_refusal_free(gpointer p)
{
    struct play_refusal *refusal = p;

    g_free(refusal->reason);
    g_ptr_array_unref(refusal->findings);
    g_free(refusal);
}

struct play *play_new(const struct scenario *scenario, struct backing *backing, struct loop_uv *loop,
                      const struct chart_set *charts, GError **error)
{
    struct play *play = g_new0(struct play, 1);

    play->scenario = scenario;
    play->charts = charts;
    play->loop = loop;
    play->store = backing->store;
    play->findings = g_ptr_array_new_with_free_func(g_free);
    play->refusals = g_ptr_array_new_with_free_func(play_refusal_free);
    if (play_build(play, backing, error))
        return play;
    play_free(play);
    return NULL;
}

void play_free(struct play *play)
{
    if (play == NULL)
        return;
    g_ptr_array_unref(play->persons);
    g_hash_table_unref(play->orgs);
    g_hash_table_unref(play->subjects);
    g_hash_table_unref(play->aliases);
    g_ptr_array_unref(play->findings);
    g_ptr_array_unref(play->refusals);
    g_free(play);
}

const GPtrArray *play_findings(const struct play *play)
{
    return play->findings;
}

const GPtrArray *play_refusals(const struct play *play)
{
    return play->refusals;
}

void play_finding(struct play *play, const struct scenario_item *item, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(play->findings, g_strdup_printf("%s:%u: %s", play->scenario->path, item->number, what));
}

static void step_refused(struct play_step *step)
{
    const struct outcome *outcome = &step->command.outcome;
    struct play_refusal *refusal = g_new0(struct play_refusal, 1);

    refusal->at = step->item->at;
    refusal->case_id = step->command.case_id;
    refusal->event = step->command.event;
    refusal->who = step->item->as;
    refusal->code = toroku_error_name(outcome->code);
    refusal->reason = g_strdup(outcome->reason_en);
    refusal->findings = g_ptr_array_ref(outcome->findings);
    g_ptr_array_add(step->play->refusals, refusal);
    if (step->item->refused < 0)
        play_finding(step->play, step->item, "was refused (%s): %s", refusal->code, refusal->reason);
    else if ((int)outcome->code != step->item->refused)
        play_finding(step->play, step->item, "was refused with %s, not %s: %s", refusal->code,
                     toroku_error_name((enum toroku_error)step->item->refused), refusal->reason);
}

static void step_taken(struct play_step *step)
{
    const struct scenario_item *item = step->item;

    if (item->kind == SCENARIO_OPEN && item->alias != NULL)
        play_name_case(step->play, item->alias, step->command.case_id,
                       chart_set_for_opening(step->play->charts, item->name, item->at, step->input));
    if (item->refused >= 0)
        play_finding(step->play, item, "was taken, a refusal (%s) was expected",
                     toroku_error_name((enum toroku_error)item->refused));
}

static void step_free(struct play_step *step)
{
    value_unref(step->input);
    g_free(step->key);
    g_free(step);
}

static void step_done(struct command *command)
{
    struct play_step *step = (struct play_step *)(void *)command;

    if (command->result == COMMAND_REFUSED)
        step_refused(step);
    else if (command->result == COMMAND_FAILED)
        play_finding(step->play, step->item, "failed: %s", command->error->message);
    else
        step_taken(step);
    command_release(command);
    step_free(step);
}

/* FALSE when it names somebody or something that is not there; a finding says so. */
static bool step_address(struct play_step *step)
{
    const struct scenario_item *item = step->item;
    const struct play_person *person = play_person(step->play, item->as);
    const struct play_alias *alias;

    if (person == NULL) {
        play_finding(step->play, item, "nobody is called '%s'", item->as);
        return false;
    }
    step->command.actor = person->actor;
    if (item->kind == SCENARIO_OPEN) {
        step->command.workflow = item->name;
        step->command.event = "open";
        step->command.subject = item->subject == NULL ? 0 : play_subject(step->play, item);
        return item->subject == NULL || step->command.subject != 0;
    }
    alias = play_alias(step->play, item, item->alias);
    step->command.event = item->name;
    step->command.case_id = alias == NULL ? 0 : alias->case_id;
    return alias != NULL;
}

static void step_submit(struct play *play, const struct scenario_item *item)
{
    struct play_step *step = g_new0(struct play_step, 1);
    GString *body = g_string_new(NULL);

    step->play = play;
    step->item = item;
    if (!step_address(step)) {
        step_free(step);
        g_string_free(body, TRUE);
        return;
    }
    step->input = item->input == NULL ? NULL : play_fill(play, item, item->input);
    step->key = g_strdup_printf("line-%u", item->number);
    step->command.input = step->input;
    step->command.key = step->key;
    step->command.if_version = -1;
    step->command.received = item->at;
    step->command.done = step_done;
    value_print(step->input, body);
    chain_sha256(body->str, body->len, step->command.body_hash);
    g_string_free(body, TRUE);
    command_submit(play->engine, &step->command);
}

static const struct scenario_item *play_item(const struct play *play)
{
    return play->next < play->scenario->items->len ? g_ptr_array_index(play->scenario->items, play->next) : NULL;
}

static bool item_is_step(const struct scenario_item *item)
{
    return item != NULL && (item->kind == SCENARIO_OPEN || item->kind == SCENARIO_EVENT);
}

static bool item_is_check(const struct scenario_item *item)
{
    return item != NULL && (item->kind == SCENARIO_ALIAS || item->kind == SCENARIO_EXPECT);
}

/* It is time for the next item; steps of one instant go together. */
static void play_turn(struct loop_timer *timer)
{
    struct play *play = (struct play *)(void *)((char *)timer - offsetof(struct play, timer));
    const struct scenario_item *item = play_item(play);

    if (item == NULL) {
        play->done(play->done_user);
    } else if (item_is_check(item)) {
        play_check(play, item);
    } else {
        instant at = item->at;

        for (; item_is_step(item) && item->at == at; item = play_item(play)) {
            step_submit(play, item);
            play->next++;
        }
        if (item != NULL && item->kind == SCENARIO_UNTIL && item->at == at)
            play->next++;
        play_go_on(play);
    }
}

void play_go_on(struct play *play)
{
    const struct scenario_item *item = play_item(play);
    struct loop *loop = loop_uv_port(play->loop);
    bool dated = item != NULL && !item_is_check(item);

    loop_timer_at(loop, &play->timer, dated ? item->at : loop_now(loop) + PAUSE_US);
}

void play_start(struct play *play, struct engine *engine, void (*done)(void *user), void *user)
{
    play->engine = engine;
    play->done = done;
    play->done_user = user;
    play->timer.done = play_turn;
    play_go_on(play);
}
