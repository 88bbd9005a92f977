#include "tests/contract/contract_batch.h"

#include <criterion/criterion.h>
#include <string.h>

enum { STATE_ROOT, STATE_OPEN, STATE_ASKED, STATE_DONE, STATE_COUNT };
enum { DEADLINE_ANSWER, DEADLINE_EXPIRY, DEADLINE_COUNT };

static struct chart *contract_chart_new(const char *workflow, const char *prefix, const char *opened_by)
{
    static const char *const states[STATE_COUNT] = {NULL, "open", "asked", "done"};
    static const char *const deadlines[DEADLINE_COUNT] = {"answer", "expiry"};
    struct chart *chart = g_new0(struct chart, 1);

    chart->strings = g_string_chunk_new(256);
    chart->workflow = g_string_chunk_insert(chart->strings, workflow);
    chart->prefix = g_string_chunk_insert(chart->strings, prefix);
    chart->opened_by_signal = opened_by == NULL ? NULL : g_string_chunk_insert(chart->strings, opened_by);
    chart->version = 1;
    chart->one_per_subject = true;
    g_strlcpy(chart->sha256, "0000000000000000000000000000000000000000000000000000000000000000", sizeof chart->sha256);
    chart->states = g_new0(struct chart_state, STATE_COUNT);
    chart->state_count = STATE_COUNT;
    for (int i = 0; i < STATE_COUNT; i++) {
        chart->states[i].id = states[i] == NULL ? NULL : g_string_chunk_insert(chart->strings, states[i]);
        chart->states[i].parent = i == STATE_ROOT ? CHART_NONE : STATE_ROOT;
        chart->states[i].end = i == STATE_ROOT ? STATE_COUNT : i + 1;
        chart->states[i].kind = STATE_ATOMIC;
    }
    chart->states[STATE_ROOT].kind = STATE_COMPOUND;
    chart->states[STATE_DONE].kind = STATE_FINAL;
    chart->deadlines = g_new0(struct chart_deadline, DEADLINE_COUNT);
    chart->deadline_count = DEADLINE_COUNT;
    for (int i = 0; i < DEADLINE_COUNT; i++)
        chart->deadlines[i].id = g_string_chunk_insert(chart->strings, deadlines[i]);
    chart->deadlines[DEADLINE_EXPIRY].kind = DEADLINE_LIMIT;
    return chart;
}

struct chart_set *contract_charts(void)
{
    struct chart_set *set = chart_set_new();

    chart_set_add(set, contract_chart_new("application", "SA", NULL));
    chart_set_add(set, contract_chart_new("registration", "SR", "approved"));
    return set;
}

const struct chart *contract_chart(const struct store_contract *c, const char *workflow)
{
    for (guint i = 0; i < c->charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(c->charts->charts, i);

        if (strcmp(chart->workflow, workflow) == 0)
            return chart;
    }
    g_assert_not_reached();
}

static void contract_done(struct store_request *request)
{
    ((struct contract_batch *)(void *)request)->done = true;
}

static void contract_snapshot_free(gpointer s)
{
    snapshot_free(s);
}

struct contract_batch *contract_batch_new(struct store_contract *c)
{
    struct contract_batch *batch = g_new0(struct contract_batch, 1);

    store_batch_init(&batch->b, c->charts);
    batch->contract = c;
    batch->snapshots = g_ptr_array_new_with_free_func(contract_snapshot_free);
    return batch;
}

void contract_batch_free(struct contract_batch *batch)
{
    g_clear_error(&batch->b.request.error);
    store_batch_release(&batch->b);
    g_ptr_array_unref(batch->snapshots);
    g_free(batch);
}

void contract_want_case(struct contract_batch *batch, int64_t id)
{
    g_array_append_val(batch->b.case_ids, id);
}

void contract_want_key(struct contract_batch *batch, int64_t person, const char *key)
{
    struct store_key k = {person, key};

    g_array_append_val(batch->b.keys, k);
}

void contract_want_subject(struct contract_batch *batch, int64_t id)
{
    g_array_append_val(batch->b.subject_ids, id);
}

static void contract_begin(struct contract_batch *batch)
{
    g_clear_error(&batch->b.request.error);
    batch->b.request.done = contract_done;
    batch->done = false;
}

void contract_load_begin(struct contract_batch *batch)
{
    contract_begin(batch);
    store_load(batch->contract->store, &batch->b);
    cr_assert_not(batch->done, "a store never completes inside the call");
}

void contract_commit_begin(struct contract_batch *batch)
{
    contract_begin(batch);
    store_commit(batch->contract->store, &batch->b);
    cr_assert_not(batch->done, "a store never completes inside the call");
}

const GError *contract_wait(struct contract_batch *batch)
{
    batch->contract->run(batch->contract, &batch->done);
    return batch->b.request.error;
}

static void contract_expect(struct contract_batch *batch, const char *what)
{
    const GError *error = contract_wait(batch);

    cr_assert_null(error, "%s: %s", what, error != NULL ? error->message : "");
}

void contract_load(struct contract_batch *batch)
{
    contract_load_begin(batch);
    contract_expect(batch, "load");
}

void contract_fetch(struct contract_batch *batch)
{
    contract_begin(batch);
    store_fetch(batch->contract->store, &batch->b);
    cr_assert_not(batch->done, "a store never completes inside the call");
    contract_expect(batch, "fetch");
}

void contract_commit(struct contract_batch *batch)
{
    contract_commit_begin(batch);
    contract_expect(batch, "commit");
}

void contract_abandon(struct contract_batch *batch)
{
    contract_begin(batch);
    store_abandon(batch->contract->store, &batch->b);
    cr_assert_not(batch->done, "a store never completes inside the call");
    contract_expect(batch, "abandon");
}

const struct snapshot *contract_loaded(const struct contract_batch *batch, int64_t id)
{
    for (guint i = 0; i < batch->b.snapshots->len; i++) {
        const struct snapshot *s = g_ptr_array_index(batch->b.snapshots, i);

        if (s->id == id)
            return s;
    }
    return NULL;
}

static struct store_case *contract_write(struct contract_batch *batch, struct snapshot *after, const char *state)
{
    struct value *states = value_new_list();
    struct store_case *c = store_case_new(after);
    struct store_event event;

    g_ptr_array_add(batch->snapshots, after);
    value_list_add(states, value_new_text(state));
    cr_assert(snapshot_set_states(after, states));
    after->seq++;
    after->at = CONTRACT_EPOCH + after->seq * INSTANT_SECOND;
    memset(after->hash, after->seq, HASH_SIZE);
    event = (struct store_event){.seq = after->seq,
                                 .at = after->at,
                                 .kind = EVENT_COMMAND,
                                 .name = "move",
                                 .record = g_string_new("{}"),
                                 .parts = chain_split(after->chart, CHART_NONE, NULL),
                                 .states = states};
    memcpy(event.hash, after->hash, HASH_SIZE);
    g_array_append_val(c->events, event);
    snapshot_print(after, c->body);
    c->data_changed = true;
    c->fire_at = INSTANT_NEVER;
    g_ptr_array_add(batch->b.cases, c);
    return c;
}

struct store_case *contract_open(struct contract_batch *batch, const char *workflow, int64_t id, int64_t subject,
                                 int64_t owner, const char *state)
{
    struct store_case *c =
        contract_write(batch, snapshot_new(contract_chart(batch->contract, workflow), id, subject, owner), state);

    c->opened = true;
    c->claim_subject = subject != 0;
    return c;
}

struct store_case *contract_move(struct contract_batch *batch, const struct snapshot *before, const char *state)
{
    return contract_write(batch, snapshot_copy(before), state);
}

struct store_event *contract_event(struct store_case *c)
{
    return &g_array_index(c->events, struct store_event, c->events->len - 1);
}

int64_t contract_a_case(struct store_contract *c, const char *workflow, int64_t subject, int64_t owner)
{
    struct contract_batch *batch = contract_batch_new(c);
    int64_t id;

    if (subject != 0)
        contract_want_subject(batch, subject);
    batch->b.new_cases = 1;
    contract_load(batch);
    cr_assert_eq(batch->b.new_ids->len, 1);
    id = g_array_index(batch->b.new_ids, int64_t, 0);
    contract_open(batch, workflow, id, subject, owner, "open");
    contract_commit(batch);
    contract_batch_free(batch);
    return id;
}

struct snapshot *contract_read(struct store_contract *c, int64_t id)
{
    struct contract_batch *batch = contract_batch_new(c);
    const struct snapshot *s;
    struct snapshot *copy;

    contract_want_case(batch, id);
    contract_load(batch);
    s = contract_loaded(batch, id);
    copy = s == NULL ? NULL : snapshot_copy(s);
    contract_abandon(batch);
    contract_batch_free(batch);
    return copy;
}
