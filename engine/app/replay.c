#include "engine/app/replay.h"

#include "engine/core/fold.h"
#include "engine/core/migrate.h"
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

/* The case before its first event; NULL with a difference when its version is not there. */
static struct snapshot *replay_begin(const struct chart_set *charts, const struct history_case *c,
                                     GPtrArray *differences)
{
    const struct chart *chart = history_first_chart(charts, c);

    if (chart != NULL)
        return snapshot_new(chart, c->id, c->subject, c->owner);
    difference_add(differences, c, 0, "the version that it was opened under is not among the definitions");
    return NULL;
}

/* The version that ${event} moves the case to; NULL with a difference when it cannot be. */
static const struct chart *replay_target(const struct chart_set *charts, const struct snapshot *s,
                                         const struct history_case *c, const struct history_event *event,
                                         GPtrArray *differences)
{
    const char *name = migrate_target(event->record);
    const struct chart *target = history_version(charts, name);

    if (target != NULL && target != s->chart && strcmp(target->workflow, s->chart->workflow) == 0 && !s->closed)
        return target;
    difference_add(differences, c, event->seq, "it cannot have gone over to %s", name == NULL ? "no version" : name);
    return NULL;
}

/* Applies the recorded outcome of ${event}. */
static bool replay_fold_event(const struct chart_set *charts, struct snapshot *s, const struct history_case *c,
                              const struct history_event *event, GPtrArray *differences)
{
    g_autoptr(GError) error = NULL;

    if (migrate_target(event->record) != NULL) {
        const struct chart *target = replay_target(charts, s, c, event, differences);

        if (target == NULL)
            return false;
        if (migrate_fold(s, target, event->seq, event->at, value_get(event->record, "outcome"), &error))
            return true;
    } else if (fold(s, event->seq, event->at, value_get(event->record, "outcome"), &error))
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

bool replay_fold(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    guint before = differences->len;
    struct snapshot *s = replay_begin(charts, c, differences);
    bool going = s != NULL;

    for (guint i = 0; going && i < c->events->len; i++)
        going = replay_fold_event(charts, s, c, g_ptr_array_index(c->events, i), differences);
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

/* A move to another version, decided again. */
static void replay_decide_move(const struct chart_set *charts, const struct snapshot *before,
                               const struct history_case *c, const struct history_event *recorded,
                               GPtrArray *differences)
{
    const char *kind = value_text(value_get(recorded->record, "kind"));
    const struct chart *target = replay_target(charts, before, c, recorded, differences);
    struct outcome out;

    if (target == NULL)
        return;
    if (g_strcmp0(kind, event_kind_name(EVENT_MIGRATE)) != 0 || recorded->at < before->at) {
        difference_add(differences, c, recorded->seq, "a move to another version has another kind, or lies too early");
        return;
    }
    outcome_init(&out);
    migrate_replay(before, target, recorded->record, recorded->at, &out);
    replay_compare_outcome(c, recorded, &out, differences);
    outcome_release(&out);
}

static void replay_decide_event(const struct chart_set *charts, const struct snapshot *before,
                                const struct history_case *c, const struct history_event *recorded,
                                GPtrArray *differences)
{
    g_autofree const char **roles = NULL;
    g_autoptr(GError) error = NULL;
    struct event event;
    struct outcome out;

    if (migrate_target(recorded->record) != NULL) {
        replay_decide_move(charts, before, c, recorded, differences);
        return;
    }
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

bool replay_decide(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    guint before = differences->len;
    struct snapshot *s = replay_begin(charts, c, differences);
    bool going = s != NULL;

    for (guint i = 0; going && i < c->events->len; i++) {
        const struct history_event *event = g_ptr_array_index(c->events, i);

        replay_decide_event(charts, s, c, event, differences);
        going = replay_fold_event(charts, s, c, event, differences);
    }
    snapshot_free(s);
    return differences->len == before;
}
