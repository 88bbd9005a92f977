#include "engine/core/record.h"

#include "engine/core/migrate.h"
#include "engine/error.h"

static struct value *record_actor(const struct actor *actor)
{
    struct value *v = value_new_map(), *roles = value_new_list();

    for (const char *const *role = actor->roles; role != NULL && *role != NULL; role++)
        value_list_add(roles, value_new_text(*role));
    value_map_set_int(v, "person", actor->person);
    value_map_set_int(v, "org", actor->org);
    value_map_set(v, "roles", roles);
    return v;
}

static struct value *record_read(const struct event *event)
{
    struct value *v = value_new_map();

    if (value_size(event->numbers) > 0)
        value_map_set(v, "numbers", value_ref(event->numbers));
    if (value_size(event->linked) > 0)
        value_map_set(v, "linked", value_ref(event->linked));
    if (event->undoes != NULL)
        value_map_set(v, "undoes", value_ref(event->undoes));
    if (value_size(event->past) > 0)
        value_map_set(v, "past", value_ref(event->past));
    return v;
}

void record_print(const struct snapshot *before, const struct event *event, struct outcome *outcome, instant received,
                  GString *out)
{
    struct value *v = value_new_map();
    g_autofree char *chart = g_strdup_printf("%s@%d", before->chart->workflow, before->chart->version);

    value_map_set_int(v, "case", before->id);
    value_map_set_int(v, "seq", before->seq + 1);
    value_map_set_text(v, "chart", chart);
    value_map_set_text(v, "kind", event_kind_name(event->kind));
    value_map_set_text(v, "name", event->name);
    value_map_set_int(v, "at", event->at);
    if (outcome->form != CHART_NONE)
        value_map_set_text(v, "form", before->chart->forms[outcome->form].id);
    if (outcome->draft)
        value_map_set_bool(v, "draft", true);
    if (received != event->at)
        value_map_set_int(v, "received", received);
    if (event->kind == EVENT_COMMAND)
        value_map_set(v, "actor", record_actor(&event->actor));
    if (event->kind == EVENT_DUE) {
        value_map_set_int(v, "arming", event->arming);
        value_map_set_int(v, "occurrence", event->occurrence);
    }
    if (event->kind == EVENT_SIGNAL) {
        struct value *origin = value_new_map();

        value_map_set_int(origin, "case", event->origin_case);
        value_map_set_int(origin, "seq", event->origin_seq);
        value_map_set_int(origin, "number", event->origin_number);
        value_map_set_int(origin, "hops", event->hops);
        value_map_set(v, "origin", origin);
    }
    if (event->kind == EVENT_MIGRATE) {
        value_map_set(v, "plan", value_ref(event->plan));
        value_map_set(v, "was", snapshot_body(before));
    }
    if (value_size(event->numbers) > 0 || value_size(event->linked) > 0 || event->undoes != NULL ||
        value_size(event->past) > 0)
        value_map_set(v, "read", record_read(event));
    if (before->seq == 0) {
        value_map_set_int(v, "owner", before->owner);
        value_map_set_int(v, "subject", before->subject);
    }
    value_map_set(v, "outcome", value_ref(outcome_record(before, outcome)));
    value_print(v, out);
    value_unref(v);
}

static bool record_event_due(const struct chart *chart, const struct value *record, struct event *event)
{
    event->deadline = chart_deadline_index(chart, event->name);
    event->arming = (int)value_int(value_get(record, "arming"));
    event->occurrence = (int)value_int(value_get(record, "occurrence"));
    return event->deadline != CHART_NONE;
}

static void record_event_signal(const struct value *origin, struct event *event)
{
    event->origin_case = value_int(value_get(origin, "case"));
    event->origin_seq = (int)value_int(value_get(origin, "seq"));
    event->origin_number = (int)value_int(value_get(origin, "number"));
    event->hops = (int)value_int(value_get(origin, "hops"));
}

bool record_event(const struct chart *chart, const struct value *record, const struct value *input, struct event *event,
                  const char ***roles, GError **error)
{
    const char *kind = value_text(value_get(record, "kind"));
    const struct value *actor = value_get(record, "actor"), *held = value_get(actor, "roles");
    const char *form = value_text(value_get(record, "form"));
    bool ok = kind != NULL;

    *event = (struct event){.name = value_text(value_get(record, "name")),
                            .at = value_int(value_get(record, "at")),
                            .input = input,
                            .numbers = value_path(record, "read.numbers"),
                            .linked = value_path(record, "read.linked"),
                            .past = value_path(record, "read.past"),
                            .replayed = true,
                            .form = form == NULL ? CHART_NONE : chart_form_index(chart, form),
                            .draft = value_bool(value_get(record, "draft"))};
    *roles = g_new0(const char *, value_size(held) + 1);
    for (size_t i = 0; i < value_size(held); i++)
        (*roles)[i] = value_text(value_at(held, i));
    event->actor = (struct actor){value_int(value_get(actor, "person")), value_int(value_get(actor, "org")), *roles};
    if (ok && g_str_equal(kind, "command"))
        event->kind = EVENT_COMMAND;
    else if (ok && g_str_equal(kind, "signal"))
        event->kind = EVENT_SIGNAL;
    else if (ok && g_str_equal(kind, "due"))
        event->kind = EVENT_DUE;
    else
        ok = false;
    ok = ok && event->name != NULL && (form == NULL || event->form != CHART_NONE) &&
         (event->kind != EVENT_DUE || record_event_due(chart, record, event));
    if (event->kind == EVENT_SIGNAL)
        record_event_signal(value_get(record, "origin"), event);
    if (!ok) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "the record names no known kind, event, form or deadline");
        g_free(*roles);
        *roles = NULL;
    }
    return ok;
}
