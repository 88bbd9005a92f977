#include "engine/app/replay.h"

#include "engine/core/fold.h"
#include "engine/core/record.h"
#include "engine/core/step.h"

#include <string.h>

static void G_GNUC_PRINTF(4, 5)
    difference_add(GPtrArray *differences, const struct history_case *c, int seq, const char *format, ...)
{
    GString *line = g_string_new(NULL);
    va_list args;

    g_string_append_printf(line, "%s case %" G_GINT64_FORMAT, c->workflow, c->id);
    if (seq > 0)
        g_string_append_printf(line, " event %d", seq);
    g_string_append(line, ": ");
    va_start(args, format);
    g_string_append_vprintf(line, format, args);
    va_end(args);
    g_ptr_array_add(differences, g_string_free(line, FALSE));
}

/* Applies the recorded outcome of ${event}. */
static bool replay_fold_event(struct snapshot *s, const struct history_case *c, const struct history_event *event,
                              GPtrArray *differences)
{
    g_autoptr(GError) error = NULL;

    if (fold(s, event->seq, event->at, value_get(event->record, "outcome"), &error))
        return true;
    difference_add(differences, c, event->seq, "%s", error->message);
    return false;
}

static void replay_compare_row(const struct snapshot *s, const struct history_case *c, GPtrArray *differences)
{
    GString *body = g_string_new(NULL), *data = g_string_new(NULL);

    snapshot_print(s, body);
    value_print(s->data, data);
    if (s->seq != c->seq)
        difference_add(differences, c, 0, "the events end with %d, the row says %d", s->seq, c->seq);
    if (s->at != c->at)
        difference_add(differences, c, 0, "the row's instant is not that of the last event");
    if (s->closed != c->closed)
        difference_add(differences, c, 0, "folding gives %s, the row says otherwise", s->closed ? "closed" : "open");
    if (!g_string_equal(body, c->body))
        difference_add(differences, c, 0, "folding gives %s, the row has %s", body->str, c->body->str);
    if (!g_string_equal(data, c->data))
        difference_add(differences, c, 0, "folding gives the data %s, the row has %s", data->str, c->data->str);
    g_string_free(data, TRUE);
    g_string_free(body, TRUE);
}

bool replay_fold(const struct chart *chart, const struct history_case *c, GPtrArray *differences)
{
    struct snapshot *s = snapshot_new(chart, c->id, c->subject, c->owner);
    guint before = differences->len;
    bool going = true;

    for (guint i = 0; going && i < c->events->len; i++)
        going = replay_fold_event(s, c, g_ptr_array_index(c->events, i), differences);
    if (going)
        replay_compare_row(s, c, differences);
    snapshot_free(s);
    return differences->len == before;
}

static void replay_compare_outcome(const struct history_case *c, const struct history_event *event,
                                   const struct outcome *out, GPtrArray *differences)
{
    const struct value *recorded = value_get(event->record, "outcome");
    GString *was, *is;

    if (out->kind == OUTCOME_REFUSED) {
        difference_add(differences, c, event->seq, "was taken, is refused now: %s", out->reason_en);
        return;
    }
    if (out->kind == OUTCOME_WANTS) {
        difference_add(differences, c, event->seq, "asks for facts or numbers that the record does not have");
        return;
    }
    if (value_equal(out->record, recorded))
        return;
    was = g_string_new(NULL);
    is = g_string_new(NULL);
    value_print(recorded, was);
    value_print(out->record, is);
    difference_add(differences, c, event->seq, "the recorded outcome is %s, deciding again gives %s", was->str,
                   is->str);
    g_string_free(was, TRUE);
    g_string_free(is, TRUE);
}

static void replay_decide_event(const struct snapshot *before, const struct history_case *c,
                                const struct history_event *recorded, GPtrArray *differences)
{
    g_autofree const char **roles = NULL;
    g_autoptr(GError) error = NULL;
    struct event event;
    struct outcome out;

    if (!record_event(before->chart, recorded->record, recorded->input, &event, &roles, &error)) {
        difference_add(differences, c, recorded->seq, "%s", error->message);
        return;
    }
    if (event.at != recorded->at || event.at < before->at) {
        difference_add(differences, c, recorded->seq, "its instant lies before the last event's or is not its row's");
        return;
    }
    outcome_init(&out);
    step(before, &event, &out);
    replay_compare_outcome(c, recorded, &out, differences);
    outcome_release(&out);
}

bool replay_decide(const struct chart *chart, const struct history_case *c, GPtrArray *differences)
{
    struct snapshot *s = snapshot_new(chart, c->id, c->subject, c->owner);
    guint before = differences->len;
    bool going = true;

    for (guint i = 0; going && i < c->events->len; i++) {
        const struct history_event *event = g_ptr_array_index(c->events, i);

        replay_decide_event(s, c, event, differences);
        going = replay_fold_event(s, c, event, differences);
    }
    snapshot_free(s);
    return differences->len == before;
}
