#include "engine/app/access.h"
#include "engine/app/batch.h"

#include <string.h>

static struct snapshot *batch_snapshot(const struct batch *b, int64_t id)
{
    guint low = 0, high = b->store.snapshots->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        struct snapshot *s = g_ptr_array_index(b->store.snapshots, middle);

        if (s->id == id)
            return s;
        if (s->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct work *batch_work(const struct batch *b, int64_t id)
{
    for (guint i = 0; i < b->works->len; i++) {
        struct work *work = g_ptr_array_index(b->works, i);

        if (work->base->id == id)
            return work;
    }
    return NULL;
}

static const struct store_found *batch_found(const struct batch *b, const struct command *command)
{
    for (guint i = 0; command->key != NULL && i < b->store.found->len; i++) {
        const struct store_found *found = &g_array_index(b->store.found, struct store_found, i);
        const struct store_key *key = &g_array_index(b->store.keys, struct store_key, found->key);

        if (key->person == command->actor.person && strcmp(key->key, command->key) == 0)
            return found;
    }
    return NULL;
}

static void command_refuse(struct command *command, enum toroku_error code, const char *ja, const char *en)
{
    command->result = COMMAND_REFUSED;
    outcome_refuse(&command->outcome, code, ja, en);
}

/* The key came before: the first answer again, or a refusal when the body is another one. */
static void command_repeat(struct command *command, const struct store_found *found)
{
    if (memcmp(found->body_hash, command->body_hash, HASH_SIZE) != 0) {
        command_refuse(command, TOROKU_ERROR_KEY_REUSED, "この冪等キーは別の内容で使われています。",
                       "This idempotency key was used before with another body.");
        return;
    }
    command->result = COMMAND_REPEATED;
    command->case_id = found->case_id;
    command->seq = found->seq;
    value_unref(command->states);
    command->states = value_new_list();
    for (const char *c = found->states; *c != '\0'; c++) {
        const char *end = *c == '"' ? strchr(c + 1, '"') : NULL;

        if (end == NULL)
            continue;
        value_list_add(command->states, value_new_text_n(c + 1, (gsize)(end - c - 1)));
        c = end;
    }
}

static void work_add_signals(const struct batch *b, struct work *work, int64_t case_id)
{
    for (guint i = 0; i < b->store.signals->len; i++) {
        struct store_signal *signal = g_ptr_array_index(b->store.signals, i);

        if (signal->case_id == case_id)
            g_ptr_array_add(work->signals, signal);
    }
}

static struct work *batch_enter_case(struct batch *b, struct snapshot *s)
{
    struct work *work = batch_work(b, s->id);

    if (work != NULL)
        return work;
    work = work_new(s, false);
    if (b->store.signals->len > 0)
        work_add_signals(b, work, s->id);
    g_ptr_array_add(b->works, work);
    return work;
}

static const struct store_subject *batch_subject(const struct batch *b, int64_t id)
{
    for (guint i = 0; i < b->store.subjects->len; i++)
        if (g_array_index(b->store.subjects, struct store_subject, i).id == id)
            return &g_array_index(b->store.subjects, struct store_subject, i);
    return NULL;
}

static bool batch_subject_is_open(const struct batch *b, const char *workflow, int64_t subject)
{
    for (guint i = 0; i < b->store.opens->len; i++) {
        const struct store_open *open = &g_array_index(b->store.opens, struct store_open, i);

        if (open->subject == subject && strcmp(open->workflow, workflow) == 0)
            return true;
    }
    return false;
}

/* The chart that a case opened by a signal of ${at} follows; a day is a day of UTC here, for the zone is the chart's
 * own. */
static const struct chart *batch_chart(const struct batch *b, const char *workflow, instant at)
{
    return chart_set_for(b->engine->charts, workflow, (civil_day)(at / INSTANT_DAY));
}

static int64_t batch_new_id(struct batch *b)
{
    int64_t id = g_array_index(b->store.new_ids, int64_t, 0);

    g_array_remove_index(b->store.new_ids, 0);
    return id;
}

static void batch_open(struct batch *b, struct input *input)
{
    struct command *command = input->command;
    const struct chart *chart =
        chart_set_for_opening(b->engine->charts, command->workflow, command->received, command->input);
    const struct store_subject *subject = batch_subject(b, command->subject);
    struct work *work;

    if (chart == NULL && batch_chart(b, command->workflow, command->received) != NULL) {
        command_refuse(command, TOROKU_ERROR_UNPROCESSABLE, "その日に適用される手続はありません。",
                       "No version of this workflow was in force on the day that the form names.");
    } else if (chart == NULL) {
        command_refuse(command, TOROKU_ERROR_NOT_FOUND, "この種類の手続はありません。", "There is no such workflow.");
    } else if ((command->subject != 0 && subject == NULL) ||
               (subject != NULL && !access_sees_case(&command->actor, subject->org))) {
        command_refuse(command, TOROKU_ERROR_NOT_FOUND, "対象のサービスがありません。", "There is no such subject.");
    } else if (chart->about_subject && subject == NULL) {
        command_refuse(command, TOROKU_ERROR_UNPROCESSABLE, "対象のサービスを指定してください。",
                       "This workflow is about a subject; name it.");
    } else if (chart->one_per_subject && batch_subject_is_open(b, command->workflow, command->subject)) {
        command_refuse(command, TOROKU_ERROR_CONFLICT, "このサービスにはすでに進行中の案件があります。",
                       "There is an open case of this workflow about the subject already.");
    } else {
        work = work_new(
            snapshot_new(chart, batch_new_id(b), command->subject, subject != NULL ? subject->org : command->actor.org),
            true);
        g_ptr_array_add(work->commands, input);
        g_ptr_array_add(b->works, work);
    }
}

/* The first signal that opens a case about the subject; others of the same kind wait for the next wake. */
static void batch_open_signalled(struct batch *b, const struct input *input)
{
    for (guint i = 0; i < b->store.signals->len; i++) {
        struct store_signal *signal = g_ptr_array_index(b->store.signals, i);
        const struct store_subject *subject = batch_subject(b, input->subject);
        const struct chart *chart;
        struct work *work;

        if (signal->case_id != 0 || signal->subject != input->subject || subject == NULL)
            continue;
        chart = batch_chart(b, signal->workflow, signal->at);
        if (chart == NULL || batch_subject_is_open(b, signal->workflow, signal->subject)) {
            struct store_settled settled = {.origin_case = signal->origin_case,
                                            .origin_seq = signal->origin_seq,
                                            .origin_number = signal->origin_number,
                                            .reason = "A case was opened meanwhile."};

            g_array_append_val(b->store.settled, settled);
            continue;
        }
        work = work_new(snapshot_new(chart, batch_new_id(b), signal->subject, subject->org), true);
        g_ptr_array_add(work->signals, signal);
        g_ptr_array_add(b->works, work);
        return;
    }
}

static void batch_enter_command(struct batch *b, struct input *input)
{
    struct command *command = input->command;
    const struct store_found *found = batch_found(b, command);
    struct snapshot *s;

    if (found != NULL) {
        command_repeat(command, found);
        return;
    }
    if (input->case_id == 0) {
        batch_open(b, input);
        return;
    }
    s = batch_snapshot(b, input->case_id);
    if (s == NULL || !access_sees_case(&command->actor, s->owner) ||
        (command->prefix != NULL && strcmp(command->prefix, s->chart->prefix) != 0)) {
        if (!input_comes_again(input))
            command_refuse(command, TOROKU_ERROR_NOT_FOUND, "案件がありません。", "There is no such case.");
        return;
    }
    g_ptr_array_add(batch_enter_case(b, s)->commands, input);
}

void batch_enter(struct batch *b)
{
    for (guint i = 0; i < b->inputs->len; i++) {
        struct input *input = g_ptr_array_index(b->inputs, i);
        struct snapshot *s;

        if (input->command != NULL) {
            input->command->result = COMMAND_FAILED;
            batch_enter_command(b, input);
        } else if (input->case_id == 0) {
            batch_open_signalled(b, input);
        } else if ((s = batch_snapshot(b, input->case_id)) != NULL) {
            batch_enter_case(b, s);
        }
    }
}
