#include "engine/app/internal.h"
#include "engine/core/record.h"

#include <string.h>

static GString *value_to_string(const struct value *v)
{
    GString *out = g_string_new(NULL);

    value_print(v, out);
    return out;
}

/* Appends the event of ${d} and seals it into the case's chain: ${hash} goes in as the previous one. */
static void write_event(struct engine *engine, struct store_case *c, const struct decision *d, uint8_t hash[HASH_SIZE])
{
    const struct snapshot *after = d->outcome.after;
    struct store_event event = {.seq = after->seq,
                                .at = after->at,
                                .kind = d->event.kind,
                                .name = d->event.name,
                                .person = d->event.actor.person,
                                .org = d->event.actor.org,
                                .record = g_string_new(NULL),
                                .states = snapshot_states(after)};

    if (d->input != NULL) {
        event.key = d->input->command->key;
        memcpy(event.body_hash, d->input->command->body_hash, HASH_SIZE);
    }
    record_print(d->before, &d->event, &d->outcome, d->received, event.record);
    event.parts = chain_split(after->chart, d->outcome.form, d->event.input);
    for (guint i = 0; i < event.parts->len; i++) {
        struct part *part = &g_array_index(event.parts, struct part, i);

        loop_random(engine->loop, part->salt, SALT_SIZE);
        chain_commit(part);
    }
    chain_next(hash, event.record->str, event.record->len, event.parts, event.hash);
    memcpy(hash, event.hash, HASH_SIZE);
    g_array_append_val(c->events, event);
}

/* "owner.contacts" is who and kind; both stay borrowed from the chart through GLib's interned strings. */
static void write_notices(struct store_case *c, const struct decision *d)
{
    for (guint i = 0; i < d->outcome.notices->len; i++) {
        const struct notice_effect *effect = &g_array_index(d->outcome.notices, struct notice_effect, i);
        const char *dot = strchr(effect->to, '.');
        g_autofree char *who = dot == NULL ? g_strdup(effect->to) : g_strndup(effect->to, (gsize)(dot - effect->to));
        struct store_notice notice = {.seq = d->outcome.after->seq,
                                      .number = (int)i,
                                      .notice = effect->notice,
                                      .who = g_intern_string(who),
                                      .kind = dot == NULL ? "contacts" : dot + 1,
                                      .org_code = value_text(value_get(effect->vars, "auditor")),
                                      .at = d->outcome.after->at,
                                      .vars = value_to_string(effect->vars)};

        if (!g_str_equal(who, "auditor"))
            notice.org_code = NULL;
        g_array_append_val(c->notices, notice);
    }
}

static void write_signals(struct engine *engine, struct store_case *c, const struct decision *d)
{
    const struct chart *chart = d->outcome.after->chart;

    for (guint i = 0; i < d->outcome.signals->len; i++) {
        const struct signal_effect *effect = &g_array_index(d->outcome.signals, struct signal_effect, i);
        const struct chart_relation *relation = &chart->relations[effect->relation];
        civil_day day;
        struct store_signal_write signal = {.seq = d->outcome.after->seq,
                                            .number = (int)i,
                                            .name = effect->name,
                                            .relation = relation->id,
                                            .workflow = relation->workflow,
                                            .same_subject = relation->same_subject,
                                            .at = d->outcome.after->at,
                                            .hops = d->event.hops + 1,
                                            .payload = value_to_string(effect->payload)};

        zone_day(chart->zone, signal.at, &day, NULL);
        signal.opens = relation->same_subject &&
                       chart_set_opened_by(engine->charts, relation->workflow, effect->name, day) != NULL;
        g_array_append_val(c->signals, signal);
    }
}

static void write_registers(struct store_case *c, const struct decision *d)
{
    for (guint i = 0; i < d->outcome.registers->len; i++) {
        const struct register_effect *effect = &g_array_index(d->outcome.registers, struct register_effect, i);
        struct store_register op = {.kind = effect->kind,
                                    .register_ = effect->register_,
                                    .key = effect->key,
                                    .entry = effect->entry == NULL ? NULL : value_to_string(effect->entry),
                                    .banner = effect->banner,
                                    .at = d->outcome.after->at,
                                    .seq = d->outcome.after->seq};

        g_array_append_val(c->registers, op);
    }
}

static void write_links(struct store_case *c, const struct decision *d)
{
    for (guint i = 0; i < d->outcome.links->len; i++) {
        const struct link_effect *effect = &g_array_index(d->outcome.links, struct link_effect, i);
        struct store_link link = {.relation = d->outcome.after->chart->relations[effect->relation].id,
                                  .to = effect->to};

        g_array_append_val(c->links, link);
    }
}

/* The rows of live deadlines that differ from those that the store has. */
static void write_deadlines(const struct engine *engine, struct store_case *c, const struct snapshot *before,
                            const struct snapshot *after)
{
    for (int i = 0; i < after->chart->deadline_count; i++) {
        const struct deadline_state *was = snapshot_deadline(before, i), *is = snapshot_deadline(after, i);
        struct store_deadline row;

        if (is == NULL) {
            if (was != NULL)
                g_ptr_array_add(c->deadlines_gone, after->chart->deadlines[i].id);
            continue;
        }
        row = (struct store_deadline){.deadline = after->chart->deadlines[i].id,
                                      .arming = is->arming,
                                      .limit = after->chart->deadlines[i].kind == DEADLINE_LIMIT,
                                      .due = is->due,
                                      .fire_at = snapshot_fire_at(after, is, engine->config.settle_us)};
        if (was != NULL && was->arming == row.arming && was->due == row.due &&
            snapshot_fire_at(before, was, engine->config.settle_us) == row.fire_at)
            continue;
        g_array_append_val(c->deadlines, row);
    }
}

static GArray *turns_rows(const struct snapshot *s)
{
    GArray *turns = snapshot_turns(s), *rows = g_array_new(FALSE, TRUE, sizeof(struct store_turn));

    for (guint i = 0; !s->closed && i < turns->len; i++) {
        const struct turn *turn = &g_array_index(turns, struct turn, i);
        const struct chart_role *role = &g_array_index(s->chart->book->roles, struct chart_role, turn->role);
        struct store_turn row = {.role = role->id,
                                 .org = role->is_relation ? s->owner : 0,
                                 .deadline =
                                     turn->deadline == CHART_NONE ? NULL : s->chart->deadlines[turn->deadline].id,
                                 .due = turn->due};

        g_array_append_val(rows, row);
    }
    g_array_unref(turns);
    return rows;
}

static void write_turns(struct store_case *c, const struct snapshot *before, const struct snapshot *after)
{
    GArray *was = turns_rows(before), *is = turns_rows(after);
    bool same = was->len == is->len;

    for (guint i = 0; same && i < is->len; i++) {
        const struct store_turn *a = &g_array_index(was, struct store_turn, i);
        const struct store_turn *b = &g_array_index(is, struct store_turn, i);

        same = strcmp(a->role, b->role) == 0 && a->due == b->due && g_strcmp0(a->deadline, b->deadline) == 0;
    }
    g_array_unref(was);
    if (same)
        g_array_unref(is);
    else
        c->turns = is;
}

struct store_case *work_write(struct engine *engine, struct work *work)
{
    struct store_case *c = store_case_new(work->current);
    uint8_t hash[HASH_SIZE];

    memcpy(hash, work->base->hash, HASH_SIZE);
    for (guint i = 0; i < work->decisions->len; i++) {
        const struct decision *d = g_ptr_array_index(work->decisions, i);

        if (d->outcome.kind != OUTCOME_TAKEN)
            continue;
        write_event(engine, c, d, hash);
        write_notices(c, d);
        write_signals(engine, c, d);
        write_registers(c, d);
        write_links(c, d);
    }
    memcpy(work->current->hash, hash, HASH_SIZE);
    c->opened = work->opened;
    c->claim_subject = work->opened && work->current->chart->one_per_subject && !work->current->closed;
    c->release_subject = !work->opened && work->current->chart->one_per_subject && work->current->closed;
    snapshot_print(work->current, c->body);
    write_deadlines(engine, c, work->base, work->current);
    write_turns(c, work->base, work->current);
    return c;
}
