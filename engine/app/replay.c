#include "engine/app/replay.h"

#include "engine/core/fold.h"
#include "engine/core/migrate.h"
#include "engine/core/record.h"
#include "engine/core/step.h"
#include "engine/core/why.h"

#include <string.h>

void replay_difference_free(gpointer p)
{
    struct replay_difference *difference = p;

    if (difference == NULL)
        return;
    g_free(difference->what);
    g_free(difference->path);
    value_unref(difference->recorded);
    value_unref(difference->decided);
    g_free(difference);
}

/* ${differences}: of struct replay_difference. */
static void G_GNUC_PRINTF(3, 4) difference_add(GPtrArray *differences, int seq, const char *format, ...)
{
    struct replay_difference *difference = g_new0(struct replay_difference, 1);
    va_list args;

    va_start(args, format);
    difference->seq = seq;
    difference->what = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(differences, difference);
}

/* Follows ${path} to the first place at which the two differ; FALSE when they do not. */
static bool difference_find(const struct value *recorded, const struct value *decided, GString *path,
                            struct replay_difference *found)
{
    bool maps = value_kind(recorded) == VALUE_MAP && value_kind(decided) == VALUE_MAP;
    bool lists = value_kind(recorded) == VALUE_LIST && value_kind(decided) == VALUE_LIST;
    gsize mark = path->len;
    size_t a = 0, b = 0;

    if (value_equal(recorded, decided))
        return false;
    while (maps && (a < value_size(recorded) || b < value_size(decided))) {
        const char *left = value_key_at(recorded, a), *right = value_key_at(decided, b);
        int order = a == value_size(recorded) ? 1 : b == value_size(decided) ? -1 : strcmp(left, right);

        g_string_append_printf(path, ".%s", order <= 0 ? left : right);
        if (difference_find(order <= 0 ? value_member_at(recorded, a) : NULL,
                            order >= 0 ? value_member_at(decided, b) : NULL, path, found))
            return true;
        g_string_truncate(path, mark);
        a += order <= 0;
        b += order >= 0;
    }
    for (; lists && a < MAX(value_size(recorded), value_size(decided)); a++) {
        g_string_append_printf(path, "[%zu]", a);
        if (difference_find(a < value_size(recorded) ? value_at(recorded, a) : NULL,
                            a < value_size(decided) ? value_at(decided, a) : NULL, path, found))
            return true;
        g_string_truncate(path, mark);
    }
    found->path = g_strdup(path->str);
    found->recorded = recorded == NULL ? NULL : value_ref(recorded);
    found->decided = decided == NULL ? NULL : value_ref(decided);
    return true;
}

static char *value_shown(const struct value *v)
{
    GString *out = g_string_new(NULL);

    if (v == NULL)
        g_string_assign(out, "nothing");
    else
        value_print(v, out);
    return g_string_free(out, FALSE);
}

/* Adds the first place at which the two differ, if there is one. */
static void difference_compare(GPtrArray *differences, int seq, const char *root, const struct value *recorded,
                               const struct value *decided)
{
    struct replay_difference *difference = g_new0(struct replay_difference, 1);
    g_autoptr(GString) path = g_string_new(root);
    g_autofree char *was = NULL, *is = NULL;

    difference->seq = seq;
    if (!difference_find(recorded, decided, path, difference)) {
        replay_difference_free(difference);
        return;
    }
    was = value_shown(difference->recorded);
    is = value_shown(difference->decided);
    difference->what = g_strdup_printf("%s: recorded is %s, decided again it is %s", difference->path, was, is);
    g_ptr_array_add(differences, difference);
}

/* The case before its first event; NULL with a difference when its version is not there. */
static struct snapshot *replay_begin(const struct chart_set *charts, const struct history_case *c,
                                     GPtrArray *differences)
{
    const struct chart *chart = history_first_chart(charts, c);

    if (chart != NULL)
        return snapshot_new(chart, c->id, c->subject, c->owner);
    difference_add(differences, 0, "the version that it was opened under is not among the definitions");
    return NULL;
}

/* The version that ${event} moves the case to; NULL with a difference when it cannot be. */
static const struct chart *replay_target(const struct chart_set *charts, const struct snapshot *s,
                                         const struct history_event *event, GPtrArray *differences)
{
    const char *name = migrate_target(event->record);
    const struct chart *target = history_version(charts, name);

    if (target != NULL && target != s->chart && strcmp(target->workflow, s->chart->workflow) == 0 && !s->closed)
        return target;
    difference_add(differences, event->seq, "it cannot have gone over to %s", name == NULL ? "no version" : name);
    return NULL;
}

/* Applies the recorded outcome of ${event}. */
static bool replay_fold_event(const struct chart_set *charts, struct snapshot *s, const struct history_event *event,
                              GPtrArray *differences)
{
    g_autoptr(GError) error = NULL;

    if (migrate_target(event->record) != NULL) {
        const struct chart *target = replay_target(charts, s, event, differences);

        if (target == NULL)
            return false;
        if (migrate_fold(s, target, event->seq, event->at, value_get(event->record, "outcome"), &error))
            return true;
    } else if (fold(s, event->seq, event->at, value_get(event->record, "outcome"), &error))
        return true;
    difference_add(differences, event->seq, "%s", error->message);
    return false;
}

static void replay_compare_row(const struct snapshot *s, const struct history_case *c, GPtrArray *differences)
{
    GString *body = g_string_new(NULL), *data = g_string_new(NULL);

    snapshot_print(s, body);
    value_print(s->data, data);
    if (s->seq != c->seq)
        difference_add(differences, 0, "the events end with %d, the row says %d", s->seq, c->seq);
    if (s->at != c->at)
        difference_add(differences, 0, "the row's instant is not that of the last event");
    if (s->closed != c->closed)
        difference_add(differences, 0, "folding gives %s, the row says otherwise", s->closed ? "closed" : "open");
    if (!g_string_equal(body, c->body))
        difference_add(differences, 0, "folding gives %s, the row has %s", body->str, c->body->str);
    if (!g_string_equal(data, c->data))
        difference_add(differences, 0, "folding gives the data %s, the row has %s", data->str, c->data->str);
    g_string_free(data, TRUE);
    g_string_free(body, TRUE);
}

static bool fold_all(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    guint before = differences->len;
    struct snapshot *s = replay_begin(charts, c, differences);
    bool going = s != NULL;

    for (guint i = 0; going && i < c->events->len; i++)
        going = replay_fold_event(charts, s, g_ptr_array_index(c->events, i), differences);
    if (going)
        replay_compare_row(s, c, differences);
    snapshot_free(s);
    return differences->len == before;
}

static void replay_compare_outcome(const struct snapshot *before, const struct history_event *event,
                                   struct outcome *out, GPtrArray *differences)
{
    const struct value *recorded = value_get(event->record, "outcome");

    if (out->kind == OUTCOME_REFUSED) {
        difference_add(differences, event->seq, "was taken, is refused now: %s", out->reason_en);
        return;
    }
    if (out->kind == OUTCOME_WANTS) {
        difference_add(differences, event->seq, "asks for facts or numbers that the record does not have");
        return;
    }
    difference_compare(differences, event->seq, "outcome", recorded, outcome_record(before, out));
}

/* A move to another version, decided again. */
static void replay_decide_move(const struct chart_set *charts, const struct snapshot *before,
                               const struct history_event *recorded, GPtrArray *differences)
{
    const char *kind = value_text(value_get(recorded->record, "kind"));
    const struct chart *target = replay_target(charts, before, recorded, differences);
    struct outcome out;

    if (target == NULL)
        return;
    if (g_strcmp0(kind, event_kind_name(EVENT_MIGRATE)) != 0 || recorded->at < before->at) {
        difference_add(differences, recorded->seq, "a move to another version has another kind, or lies too early");
        return;
    }
    outcome_init(&out);
    migrate_replay(before, target, recorded->record, recorded->at, &out);
    replay_compare_outcome(before, recorded, &out, differences);
    outcome_release(&out);
}

static void replay_decide_event(const struct chart_set *charts, const struct snapshot *before,
                                const struct history_event *recorded, GPtrArray *differences)
{
    g_autofree const char **roles = NULL;
    g_autoptr(GError) error = NULL;
    struct event event;
    struct outcome out;

    if (migrate_target(recorded->record) != NULL) {
        replay_decide_move(charts, before, recorded, differences);
        return;
    }
    if (!record_event(before->chart, recorded->record, recorded->input, &event, &roles, &error)) {
        difference_add(differences, recorded->seq, "%s", error->message);
        return;
    }
    if (event.at != recorded->at || event.at < before->at) {
        difference_add(differences, recorded->seq, "its instant lies before the last event's or is not its row's");
        return;
    }
    outcome_init(&out);
    step(before, &event, &out);
    replay_compare_outcome(before, recorded, &out, differences);
    outcome_release(&out);
}

/* Every derivation that ${event} recorded, computed again from itself, ends in the due instant beside it. */
static void replay_recompute(const struct chart *chart, const struct history_event *event, GPtrArray *differences)
{
    const struct value *list = value_path(event->record, "outcome.deadlines");

    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *recorded = value_at(list, i), *due = value_get(recorded, "due");
        const char *id = value_text(value_get(recorded, "id"));
        int deadline = id == NULL ? CHART_NONE : chart_deadline_index(chart, id);
        g_autoptr(GError) error = NULL;
        instant again;

        if (deadline == CHART_NONE || value_get(recorded, "why") == NULL)
            continue;
        if (!why_recompute(chart, deadline, value_get(recorded, "why"), &again, &error))
            difference_add(differences, event->seq, "%s", error->message);
        else if (again != (value_kind(due) == VALUE_INT ? value_int(due) : INSTANT_NEVER))
            difference_add(differences, event->seq, "%s: its derivation does not lead to the recorded due instant", id);
    }
}

/* ${first}: what follows the first difference is not looked at. */
static bool decide_all(const struct chart_set *charts, const struct history_case *c, bool first, GPtrArray *differences)
{
    guint before = differences->len;
    struct snapshot *s = replay_begin(charts, c, differences);
    bool going = s != NULL;

    for (guint i = 0; going && i < c->events->len && !(first && differences->len > before); i++) {
        const struct history_event *event = g_ptr_array_index(c->events, i);

        replay_decide_event(charts, s, event, differences);
        going = replay_fold_event(charts, s, event, differences);
        if (going)
            replay_recompute(s->chart, event, differences);
    }
    snapshot_free(s);
    return differences->len == before;
}

/* A line for each of ${found}, which goes. */
static bool differences_tell(GPtrArray *found, const struct history_case *c, GPtrArray *lines)
{
    bool none = found->len == 0;

    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(lines, replay_difference_line(c, g_ptr_array_index(found, i)));
    g_ptr_array_unref(found);
    return none;
}

char *replay_difference_line(const struct history_case *c, const struct replay_difference *difference)
{
    if (difference->seq == 0)
        return g_strdup_printf("%s case %" G_GINT64_FORMAT ": %s", c->workflow, c->id, difference->what);
    return g_strdup_printf("%s case %" G_GINT64_FORMAT " event %d: %s", c->workflow, c->id, difference->seq,
                           difference->what);
}

bool replay_fold(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(replay_difference_free);

    fold_all(charts, c, found);
    return differences_tell(found, c, differences);
}

bool replay_decide(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(replay_difference_free);

    decide_all(charts, c, false, found);
    return differences_tell(found, c, differences);
}

struct replay_difference *replay_first(const struct chart_set *charts, const struct history_case *c)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(replay_difference_free);

    if (decide_all(charts, c, true, found))
        fold_all(charts, c, found);
    return found->len == 0 ? NULL : g_ptr_array_steal_index(found, 0);
}
