#include "engine/app/internal.h"
#include "engine/core/step.h"

#include <string.h>

/* Events that one batch makes of one case; what is beyond waits for the next batch. */
#define DECISIONS_MAX 64

static void decision_free(gpointer p)
{
    struct decision *d = p;

    value_unref(d->numbers);
    value_unref(d->linked);
    value_unref(d->past);
    outcome_release(&d->outcome);
    g_free(d);
}

static void numbers_free(gpointer p)
{
    value_unref(p);
}

struct work *work_new(struct snapshot *base, bool opened)
{
    struct work *work = g_new0(struct work, 1);

    work->base = base;
    work->opened = opened;
    work->current = base;
    work->commands = g_ptr_array_new();
    work->signals = g_ptr_array_new();
    work->decisions = g_ptr_array_new_with_free_func(decision_free);
    work->facts = value_new_map();
    work->past = value_new_map();
    work->numbers = g_ptr_array_new_with_free_func(numbers_free);
    return work;
}

void work_free(gpointer p)
{
    struct work *work = p;

    if (work->opened)
        snapshot_free(work->base);
    g_ptr_array_unref(work->commands);
    g_ptr_array_unref(work->signals);
    g_ptr_array_unref(work->decisions);
    value_unref(work->facts);
    value_unref(work->past);
    g_ptr_array_unref(work->numbers);
    g_free(work);
}

bool work_wants(const struct work *work)
{
    return work->wants_relations != 0 || work->wants_numbers != 0 || work->wants_past[0] != 0 ||
           work->wants_past[1] != 0 || work->wants_rival;
}

static void work_want_nothing(struct work *work)
{
    work->wants_relations = work->wants_numbers = 0;
    work->wants_past[0] = work->wants_past[1] = 0;
    work->wants_rival = false;
}

bool work_has_writes(const struct work *work)
{
    return work->current != work->base;
}

static struct decision *decision_new(struct work *work, const struct event *event)
{
    struct decision *d = g_new0(struct decision, 1);
    guint place = work->decisions->len;

    d->event = *event;
    d->event.at = MAX(event->at, work->current->at);
    d->received = event->at;
    d->before = work->current;
    if (place < work->numbers->len)
        d->numbers = value_ref(g_ptr_array_index(work->numbers, place));
    d->event.numbers = d->numbers;
    if (value_size(work->facts) > 0)
        d->linked = value_ref(work->facts);
    d->event.linked = d->linked;
    if (event->kind == EVENT_COMMAND && strcmp(event->name, EVENT_RECTIFY) == 0)
        d->past = value_ref(work->past);
    d->event.past = d->past;
    outcome_init(&d->outcome);
    g_ptr_array_add(work->decisions, d);
    return d;
}

static void decision_refuse(struct decision *d, enum toroku_error code, const char *ja, const char *en)
{
    outcome_refuse(&d->outcome, code, ja, en);
}

/* FALSE when it wants more than it was told. */
static bool decision_step(struct work *work, struct decision *d)
{
    step(work->current, &d->event, &d->outcome);
    if (d->outcome.kind == OUTCOME_WANTS) {
        work->wants_relations = d->outcome.wants_relations;
        work->wants_numbers = d->outcome.wants_numbers;
        memcpy(work->wants_past, d->outcome.wants_past, sizeof work->wants_past);
        work->wants_rival = d->outcome.wants_rival;
        work->wants_at = work->decisions->len - 1;
        return false;
    }
    if (d->outcome.kind == OUTCOME_TAKEN)
        work->current = d->outcome.after;
    return true;
}

bool work_refused_due(const struct work *work, const struct deadline_state *due)
{
    for (guint i = 0; i < work->decisions->len; i++) {
        const struct decision *d = g_ptr_array_index(work->decisions, i);

        if (d->event.kind == EVENT_DUE && d->outcome.kind == OUTCOME_REFUSED && d->event.deadline == due->deadline &&
            d->event.arming == due->arming && d->event.occurrence == due->occurrence)
            return true;
    }
    return false;
}

/* The live deadline whose next occurrence comes first, held ones apart. */
static const struct deadline_state *work_next_due(const struct work *work)
{
    const struct deadline_state *first = NULL;

    if (work->current->closed)
        return NULL;
    for (guint i = 0; i < work->current->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(work->current->deadlines, struct deadline_state, i);

        if (d->next == INSTANT_NEVER || snapshot_holds(work->current, d->deadline) || work_refused_due(work, d))
            continue;
        if (first == NULL || d->next < first->next)
            first = d;
    }
    return first;
}

static bool work_fire(struct work *work, const struct deadline_state *due)
{
    const struct event event = {.kind = EVENT_DUE,
                                .name = work->base->chart->deadlines[due->deadline].id,
                                .at = due->next,
                                .deadline = due->deadline,
                                .arming = due->arming,
                                .occurrence = due->occurrence};

    struct decision *d = decision_new(work, &event);

    if (!decision_step(work, d))
        return false;
    if (d->outcome.kind == OUTCOME_REFUSED)
        g_warning("case %" G_GINT64_FORMAT ": the deadline %s cannot fire: %s", work->base->id, event.name,
                  d->outcome.reason_en);
    return true;
}

static bool work_signal(struct work *work, struct store_signal *signal)
{
    const struct event event = {.kind = EVENT_SIGNAL,
                                .name = signal->name,
                                .at = signal->at,
                                .input = signal->payload,
                                .origin_case = signal->origin_case,
                                .origin_seq = signal->origin_seq,
                                .origin_number = signal->origin_number,
                                .hops = signal->hops};
    struct decision *d = decision_new(work, &event);

    d->signal = signal;
    if (signal->hops > EVENT_HOPS_MAX) {
        decision_refuse(d, TOROKU_ERROR_NOT_TAKEN, "連鎖が長すぎます。", "The chain of signals is too long.");
        return true;
    }
    return decision_step(work, d);
}

static bool work_command(const struct engine *engine, struct work *work, struct input *input, instant now,
                         bool settling)
{
    struct command *command = input->command;
    const struct event event = {.kind = EVENT_COMMAND,
                                .name = command->event,
                                .actor = command->actor,
                                .at = command->received,
                                .input = command->input};
    struct decision *d = decision_new(work, &event);

    d->input = input;
    if (settling)
        decision_refuse(d, TOROKU_ERROR_SETTLING, "期限の処理中です。数秒後にもう一度お試しください。",
                        "A limit of this case is about to take effect; try again in a few seconds.");
    else if (now - command->received > engine->config.hold_us)
        decision_refuse(d, TOROKU_ERROR_BUSY, "混み合っています。もう一度お試しください。",
                        "The case could not be held soon enough after receipt; nothing was changed. Try again.");
    else if (command->if_version >= 0 && command->if_version != work->current->seq)
        decision_refuse(d, TOROKU_ERROR_STALE, "案件はその後更新されています。最新の内容を確認してください。",
                        "The case has changed since the version that you name; look at it again.");
    else
        return decision_step(work, d);
    return true;
}

/* Refuses the commands that are left: a limit that comes before them has not settled yet. */
static void work_refuse_settling(const struct engine *engine, struct work *work, guint from, instant now)
{
    for (guint i = from; i < work->commands->len; i++)
        work_command(engine, work, g_ptr_array_index(work->commands, i), now, true);
}

void work_decide(const struct engine *engine, struct work *work, instant now)
{
    guint next_command = 0, next_signal = 0;
    bool going = true;

    work->current = work->base;
    work_want_nothing(work);
    g_ptr_array_set_size(work->decisions, 0);
    while (going && work->decisions->len < DECISIONS_MAX) {
        struct input *input =
            next_command < work->commands->len ? g_ptr_array_index(work->commands, next_command) : NULL;
        struct store_signal *signal =
            next_signal < work->signals->len ? g_ptr_array_index(work->signals, next_signal) : NULL;
        instant command_at = input == NULL ? INSTANT_NEVER : input->command->received;
        instant signal_at = signal == NULL ? INSTANT_NEVER : signal->at;
        instant at = MIN(MIN(command_at, signal_at), now);
        const struct deadline_state *due = work_next_due(work);

        if (due != NULL && due->next <= at) {
            if (snapshot_fire_at(work->current, due, engine->config.settle_us) > now) {
                work_refuse_settling(engine, work, next_command, now);
                return;
            }
            going = work_fire(work, due);
        } else if (signal != NULL && signal_at <= command_at) {
            going = work_signal(work, signal);
            next_signal++;
        } else if (input != NULL) {
            going = work_command(engine, work, input, now, false);
            next_command++;
        } else {
            return;
        }
    }
}
