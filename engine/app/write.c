#include "engine/app/internal.h"
#include "engine/core/record.h"
#include "engine/core/rectify.h"

#include <string.h>

/* When the clock looks again at a case whose deadline cannot fire: somebody may have mended it. */
#define LOOK_AGAIN_US INSTANT_HOUR

static GString *value_to_string(const struct value *v)
{
    GString *out = g_string_new(NULL);

    value_print(v, out);
    return out;
}

/* Appends the event of ${d} and seals it into the case's chain: ${hash} goes in as the previous one. */
static void write_event(struct engine *engine, struct store_case *c, struct decision *d, uint8_t hash[HASH_SIZE])
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
    if (d->outcome.changes.rectified != NULL)
        event.parts = rectify_split(after->chart, d->event.input);
    else
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
                                            .linked_by = relation->linked_by,
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
                                    .patch = effect->patch,
                                    .rectified = effect->rectified,
                                    .at = effect->rectified ? effect->from : d->outcome.after->at,
                                    .seq = d->outcome.after->seq};

        g_array_append_val(c->registers, op);
    }
}

/* What the case has linked so far through ${relation}, in the store and in this batch, goes. */
static void write_links_gone(struct store_case *c, const char *relation)
{
    for (guint i = c->links->len; i-- > 0;)
        if (g_array_index(c->links, struct store_link, i).relation == relation)
            g_array_remove_index(c->links, i);
    if (!g_ptr_array_find(c->links_gone, relation, NULL))
        g_ptr_array_add(c->links_gone, (gpointer)(uintptr_t)relation);
}

static void write_links(struct store_case *c, const struct decision *d)
{
    for (guint i = 0; i < d->outcome.links->len; i++) {
        const struct link_effect *effect = &g_array_index(d->outcome.links, struct link_effect, i);
        const struct chart_relation *relation = &d->outcome.after->chart->relations[effect->relation];
        struct store_link link = {.relation = relation->id, .to = effect->to};

        if (relation->owned_by != NULL)
            write_links_gone(c, relation->id);
        if (link.to != 0)
            g_array_append_val(c->links, link);
    }
}

static instant write_next(const struct engine *engine, const struct work *work, instant now)
{
    const struct snapshot *s = work->current;
    instant earliest = INSTANT_NEVER;

    for (guint i = 0; i < s->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(s->deadlines, struct deadline_state, i);
        instant at = snapshot_fire_at(s, d, engine->config.settle_us);

        earliest = MIN(earliest, work_refused_due(work, d) ? now + LOOK_AGAIN_US : at);
    }
    return earliest;
}

/* When the clock is to look next. A look that was noted for an earlier instant to come stays: most deadlines are met
 * long before, and a look that finds nothing due costs less than moving it with every event. */
static instant write_fire_at(const struct engine *engine, const struct work *work, instant now)
{
    instant next = write_next(engine, work, now), noted = work->base->fire_at;

    return noted > now && noted <= next && !work->current->closed ? noted : next;
}

bool work_woke_early(const struct engine *engine, const struct work *work, instant now)
{
    return !work_has_writes(work) && work->base->fire_at <= now && write_next(engine, work, now) > now;
}

static void write_turns(struct store_case *c, const struct snapshot *s)
{
    GArray *turns = snapshot_turns(s);

    for (guint i = 0; !s->closed && i < turns->len; i++) {
        const struct turn *turn = &g_array_index(turns, struct turn, i);
        const struct chart_role *role = &g_array_index(s->chart->book->roles, struct chart_role, turn->role);
        struct store_turn row = {.role = role->id,
                                 .org = role->is_relation ? s->owner : 0,
                                 .deadline =
                                     turn->deadline == CHART_NONE ? NULL : s->chart->deadlines[turn->deadline].id,
                                 .due = turn->due};

        g_array_append_val(c->turns, row);
    }
    g_array_unref(turns);
}

struct store_case *work_write(struct engine *engine, struct work *work, instant now)
{
    struct store_case *c = store_case_new(work->current);
    bool was_closed = work->opened || work->base->closed;
    uint8_t hash[HASH_SIZE];

    memcpy(hash, work->base->hash, HASH_SIZE);
    for (guint i = 0; i < work->decisions->len; i++) {
        struct decision *d = g_ptr_array_index(work->decisions, i);

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
    c->claim_subject = work->current->chart->one_per_subject && !work->current->closed && was_closed;
    c->release_subject = work->current->chart->one_per_subject && work->current->closed && !was_closed;
    c->data_changed = work->opened || work->current->data != work->base->data;
    c->fire_at = write_fire_at(engine, work, now);
    snapshot_print(work->current, c->body);
    write_turns(c, work->current);
    return c;
}
