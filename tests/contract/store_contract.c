#include "tests/contract/contract_batch.h"

#include "engine/error.h"

#include <criterion/criterion.h>
#include <string.h>

/* Cases, keys, subjects, locks, links, numbers. Signals, deadlines and notices: store_contract_effects.c. */

void store_contract_opens_and_updates(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t id = contract_a_case(c, "application", subject, owner);
    struct contract_batch *batch = contract_batch_new(c);
    struct snapshot *now, *after;
    struct store_case *written;
    GString *body = g_string_new(NULL);
    struct part part = {.access = ACCESS_PERSONAL, .body = g_strdup("{\"a\":1}"), .body_size = 7};

    contract_want_case(batch, id);
    contract_want_case(batch, id + 1000);
    contract_load(batch);
    cr_assert_eq(batch->b.snapshots->len, 1, "a case that does not exist is absent");
    written = contract_move(batch, contract_loaded(batch, id), "asked");
    after = g_ptr_array_index(batch->snapshots, 0);
    value_map_set_text(value_own(&after->data), "name", "\xe3\x82\xaf\xe3\x83\xa9\xe3\x82\xa6\xe3\x83\x89");
    value_map_set_bool(value_own(&after->flags), "late", true);
    g_string_truncate(written->body, 0);
    snapshot_print(after, written->body);
    chain_commit(&part);
    g_array_append_val(contract_event(written)->parts, part);
    contract_commit(batch);

    now = contract_read(c, id);
    cr_assert_eq(now->seq, 2);
    cr_assert_eq(now->at, CONTRACT_EPOCH + 2 * INSTANT_SECOND);
    cr_assert_eq(now->subject, subject);
    cr_assert_eq(now->owner, owner);
    cr_assert_not(now->closed);
    cr_assert_str_eq(now->chart->workflow, "application");
    cr_assert_arr_eq(now->hash, after->hash, HASH_SIZE);
    snapshot_print(now, body);
    cr_assert_str_eq(body->str, written->body->str);
    cr_assert(value_equal(now->data, after->data));
    g_string_free(body, TRUE);
    snapshot_free(now);
    contract_batch_free(batch);
}

void store_contract_finds_keys(struct store_contract *c)
{
    int64_t id = contract_a_case(c, "application", 0, 0);
    struct contract_batch *batch = contract_batch_new(c);
    struct store_event *event;
    const struct store_found *found;

    contract_want_case(batch, id);
    contract_want_key(batch, 7, "k-1");
    contract_load(batch);
    cr_assert_eq(batch->b.found->len, 0);
    event = contract_event(contract_move(batch, contract_loaded(batch, id), "asked"));
    event->person = 7;
    event->key = "k-1";
    memset(event->body_hash, 0x5a, HASH_SIZE);
    contract_commit(batch);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_want_key(batch, 6, "k-1");
    contract_want_key(batch, 7, "k-0");
    contract_want_key(batch, 7, "k-1");
    contract_load(batch);
    cr_assert_eq(batch->b.found->len, 1, "a key belongs to a person");
    found = &g_array_index(batch->b.found, struct store_found, 0);
    cr_assert_eq(found->key, 2);
    cr_assert_eq(found->case_id, id);
    cr_assert_eq(found->seq, 2);
    cr_assert_eq(found->body_hash[31], 0x5a);
    cr_assert_str_eq(found->states, "[\"asked\"]");
    contract_abandon(batch);
    contract_batch_free(batch);
}

static struct contract_batch *moving_with_key(struct store_contract *c, int64_t id, const char *key)
{
    struct contract_batch *batch = contract_batch_new(c);
    struct store_event *event;

    contract_want_case(batch, id);
    contract_want_key(batch, 7, key);
    contract_load(batch);
    event = contract_event(contract_move(batch, contract_loaded(batch, id), "asked"));
    event->person = 7;
    event->key = key;
    return batch;
}

void store_contract_refuses_a_key_consumed_meanwhile(struct store_contract *c)
{
    int64_t one = contract_a_case(c, "application", 0, 0), other = contract_a_case(c, "application", 0, 0);
    struct contract_batch *first = moving_with_key(c, one, "k"), *second = moving_with_key(c, other, "k");
    struct snapshot *s;

    contract_commit(first);
    contract_commit_begin(second);
    cr_assert(g_error_matches(contract_wait(second), TOROKU_ERROR, TOROKU_ERROR_CONFLICT));
    s = contract_read(c, other);
    cr_assert_eq(s->seq, 1, "nothing of the batch was written");
    snapshot_free(s);
    contract_batch_free(first);
    contract_batch_free(second);
}

static const struct store_open *open_of(struct contract_batch *batch, int64_t subject)
{
    contract_want_subject(batch, subject);
    batch->b.new_cases = 1;
    contract_load(batch);
    cr_assert_eq(batch->b.subjects->len, 1);
    cr_assert_eq(g_array_index(batch->b.subjects, struct store_subject, 0).id, subject);
    return batch->b.opens->len > 0 ? &g_array_index(batch->b.opens, struct store_open, 0) : NULL;
}

void store_contract_keeps_one_open_case_per_subject(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t id = contract_a_case(c, "application", subject, owner);
    struct contract_batch *batch = contract_batch_new(c);
    const struct store_open *open = open_of(batch, subject);
    struct store_case *closing;

    cr_assert_not_null(open);
    cr_assert_eq(open->case_id, id);
    cr_assert_str_eq(open->workflow, "application");
    cr_assert_eq(g_array_index(batch->b.subjects, struct store_subject, 0).org, owner);
    contract_open(batch, "application", g_array_index(batch->b.new_ids, int64_t, 0), subject, owner, "open");
    contract_commit_begin(batch);
    cr_assert(g_error_matches(contract_wait(batch), TOROKU_ERROR, TOROKU_ERROR_CONFLICT));
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_want_case(batch, id);
    contract_load(batch);
    closing = contract_move(batch, contract_loaded(batch, id), "done");
    cr_assert(closing->after->closed);
    closing->release_subject = true;
    contract_commit(batch);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    cr_assert_null(open_of(batch, subject), "a closed case frees its subject");
    contract_open(batch, "application", g_array_index(batch->b.new_ids, int64_t, 0), subject, owner, "open");
    contract_commit(batch);
    contract_batch_free(batch);
}

static struct contract_batch *asking_for(struct store_contract *c, int64_t id, int64_t subject, bool skip)
{
    struct contract_batch *batch = contract_batch_new(c);

    contract_want_case(batch, id);
    if (subject != 0)
        contract_want_subject(batch, subject);
    batch->b.skip_locked = skip;
    contract_load_begin(batch);
    return batch;
}

void store_contract_waits_for_locks_or_skips_them(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t id = contract_a_case(c, "application", subject, owner);
    struct contract_batch *holder = asking_for(c, id, subject, false), *skipping, *waiting;

    cr_assert_null(contract_wait(holder));
    skipping = asking_for(c, id, subject, true);
    cr_assert_null(contract_wait(skipping));
    cr_assert_eq(skipping->b.snapshots->len, 0);
    cr_assert_eq(skipping->b.subjects->len, 0);
    contract_abandon(skipping);
    contract_batch_free(skipping);

    waiting = asking_for(c, id, 0, false);
    contract_move(holder, contract_loaded(holder, id), "asked");
    contract_commit(holder);
    cr_assert_null(contract_wait(waiting));
    cr_assert_eq(contract_loaded(waiting, id)->seq, 2, "who waited sees what was written");
    contract_abandon(waiting);
    contract_batch_free(waiting);
    contract_batch_free(holder);

    skipping = asking_for(c, id, subject, true);
    cr_assert_null(contract_wait(skipping));
    cr_assert_eq(skipping->b.snapshots->len, 1, "the end of a batch frees its locks");
    contract_abandon(skipping);
    contract_batch_free(skipping);
}

static void link_cases(struct store_contract *c, int64_t from, int64_t to)
{
    struct contract_batch *batch = contract_batch_new(c);
    struct store_link link = {"built_on", to};
    struct store_case *written;

    contract_want_case(batch, from);
    contract_load(batch);
    written = contract_move(batch, contract_loaded(batch, from), "asked");
    g_array_append_val(written->links, link);
    contract_commit(batch);
    contract_batch_free(batch);
}

/* Fetches three ways from ${from}: by its subject, by its links, by links that it has not. */
static struct contract_batch *fetching_from(struct store_contract *c, int64_t from, int64_t subject)
{
    struct contract_batch *batch = asking_for(c, from, 0, false);
    const struct store_want_linked wants[] = {
        {.case_id = from, .subject = subject, .relation = "service", .workflow = "registration", .same_subject = true},
        {.case_id = from, .subject = subject, .relation = "built_on", .workflow = "application"},
        {.case_id = from, .subject = subject, .relation = "built_on", .workflow = "registration"},
    };

    cr_assert_null(contract_wait(batch));
    g_array_append_vals(batch->b.linked, wants, G_N_ELEMENTS(wants));
    contract_fetch(batch);
    return batch;
}

static const struct store_want_linked *fetched(const struct contract_batch *batch, guint i)
{
    return &g_array_index(batch->b.linked, struct store_want_linked, i);
}

void store_contract_finds_linked_cases(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t registration = contract_a_case(c, "registration", subject, owner);
    int64_t base = contract_a_case(c, "application", 0, 0), later = contract_a_case(c, "application", 0, 0);
    int64_t from = contract_a_case(c, "application", subject, owner);
    struct contract_batch *batch, *holder;

    link_cases(c, from, later);
    link_cases(c, from, base);
    holder = asking_for(c, registration, 0, false);
    cr_assert_null(contract_wait(holder));
    batch = fetching_from(c, from, subject);
    cr_assert_null(fetched(batch, 0)->found);
    cr_assert(fetched(batch, 0)->busy, "held by somebody else");
    cr_assert_eq(fetched(batch, 1)->found->id, base, "the lowest id of several");
    cr_assert_not(fetched(batch, 1)->busy);
    cr_assert_null(fetched(batch, 2)->found, "a relation names its workflow");
    cr_assert_not(fetched(batch, 2)->busy);
    contract_abandon(holder);
    contract_batch_free(holder);

    holder = asking_for(c, base, 0, true);
    cr_assert_null(contract_wait(holder));
    cr_assert_eq(holder->b.snapshots->len, 0, "a linked case is locked against change");
    contract_abandon(holder);
    contract_batch_free(holder);
    contract_abandon(batch);
    contract_batch_free(batch);

    batch = fetching_from(c, from, subject);
    cr_assert_eq(fetched(batch, 0)->found->id, registration);
    contract_abandon(batch);
    contract_batch_free(batch);
}

/* The case that a batch at ${from} finds as that of ${owner}; 0: none. */
static int64_t owned_by(struct store_contract *c, int64_t from, const char *workflow, const char *owner)
{
    struct contract_batch *batch = asking_for(c, from, 0, false);
    const struct store_want_linked want = {.case_id = from, .relation = "keeper", .workflow = workflow, .owner = owner};
    int64_t found;

    cr_assert_null(contract_wait(batch));
    g_array_append_val(batch->b.linked, want);
    contract_fetch(batch);
    found = fetched(batch, 0)->found == NULL ? 0 : fetched(batch, 0)->found->id;
    contract_abandon(batch);
    contract_batch_free(batch);
    return found;
}

void store_contract_finds_the_case_of_an_organisation(struct store_contract *c)
{
    int64_t one = c->organisation(c, "aud-1"), two = c->organisation(c, "aud-2"), none = c->organisation(c, "aud-3");
    int64_t subject = c->subject(c, one, "svc-1"), other = c->subject(c, two, "svc-2"),
            third = c->subject(c, two, "svc-3");
    int64_t first = contract_a_case(c, "registration", subject, one);
    int64_t second = contract_a_case(c, "registration", other, two);
    int64_t from = contract_a_case(c, "application", third, two);

    cr_assert_neq(none, 0);
    contract_a_case(c, "registration", third, two);
    cr_expect_eq(owned_by(c, from, "registration", "aud-1"), first);
    cr_expect_eq(owned_by(c, from, "registration", "aud-2"), second, "the lowest id of several");
    cr_expect_eq(owned_by(c, from, "registration", "aud-3"), 0, "an organisation without one");
    cr_expect_eq(owned_by(c, from, "registration", "aud-9"), 0, "no such organisation");
    cr_expect_eq(owned_by(c, from, "application", "aud-1"), 0, "a relation names its workflow");
    cr_expect_eq(owned_by(c, from, "application", "aud-2"), 0, "a case does not find itself");
}

void store_contract_replaces_links(struct store_contract *c)
{
    int64_t from = contract_a_case(c, "application", 0, 0), one = contract_a_case(c, "application", 0, 0);
    int64_t two = contract_a_case(c, "application", 0, 0), other = contract_a_case(c, "application", 0, 0);
    struct store_link link = {"built_on", two};
    struct contract_batch *batch;
    struct store_case *written;

    link_cases(c, from, one);
    link_cases(c, other, one);
    batch = contract_batch_new(c);
    contract_want_case(batch, from);
    contract_load(batch);
    written = contract_move(batch, contract_loaded(batch, from), "asked");
    g_ptr_array_add(written->links_gone, (gpointer)(uintptr_t) "built_on");
    g_array_append_val(written->links, link);
    contract_commit(batch);
    contract_batch_free(batch);
    batch = fetching_from(c, from, 0);
    cr_expect_eq(fetched(batch, 1)->found->id, two, "not the former one, whose id is lower");
    contract_abandon(batch);
    contract_batch_free(batch);
    batch = fetching_from(c, other, 0);
    cr_expect_eq(fetched(batch, 1)->found->id, one, "the links of other cases stay");
    contract_abandon(batch);
    contract_batch_free(batch);
}

void store_contract_refuses_links_to_nothing(struct store_contract *c)
{
    int64_t id = contract_a_case(c, "application", 0, 0);
    struct contract_batch *batch = contract_batch_new(c);
    struct store_link link = {"built_on", id + 1000};

    contract_want_case(batch, id);
    contract_load(batch);
    g_array_append_val(contract_move(batch, contract_loaded(batch, id), "asked")->links, link);
    contract_commit_begin(batch);
    cr_assert(g_error_matches(contract_wait(batch), TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND));
    contract_batch_free(batch);
}

/* Takes numbers from ${counters} on a batch that holds ${id}. */
static struct contract_batch *counting(struct store_contract *c, int64_t id, const char *const *counters, guint count)
{
    struct contract_batch *batch = asking_for(c, id, 0, false);

    cr_assert_null(contract_wait(batch));
    for (guint i = 0; i < count; i++) {
        struct store_want_number want = {.counter = counters[i]};

        g_array_append_val(batch->b.numbers, want);
    }
    contract_fetch(batch);
    return batch;
}

static int64_t counted(const struct contract_batch *batch, guint i)
{
    return g_array_index(batch->b.numbers, struct store_want_number, i).value;
}

void store_contract_counts_without_gaps(struct store_contract *c)
{
    static const char *const counters[] = {"receipt", "list", "receipt", "receipt"};
    int64_t id = contract_a_case(c, "application", 0, 0);
    struct contract_batch *batch = counting(c, id, counters, 4);

    cr_assert_eq(counted(batch, 0), 1);
    cr_assert_eq(counted(batch, 1), 1);
    cr_assert_eq(counted(batch, 2), 2);
    cr_assert_eq(counted(batch, 3), 3);
    contract_abandon(batch);
    contract_batch_free(batch);

    batch = counting(c, id, counters, 1);
    cr_assert_eq(counted(batch, 0), 1, "an abandoned batch gives its numbers back");
    contract_move(batch, contract_loaded(batch, id), "asked");
    contract_commit(batch);
    contract_batch_free(batch);

    batch = counting(c, id, counters, 1);
    cr_assert_eq(counted(batch, 0), 2);
    contract_abandon(batch);
    contract_batch_free(batch);
}

void store_contract_abandon_leaves_nothing(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t id = contract_a_case(c, "application", 0, 0);
    struct contract_batch *batch = moving_with_key(c, id, "k");
    struct snapshot *s;

    contract_abandon(batch);
    contract_batch_free(batch);
    s = contract_read(c, id);
    cr_assert_eq(s->seq, 1);
    snapshot_free(s);

    batch = contract_batch_new(c);
    contract_want_key(batch, 7, "k");
    contract_want_subject(batch, subject);
    contract_load(batch);
    cr_assert_eq(batch->b.found->len, 0);
    cr_assert_eq(batch->b.opens->len, 0);
    contract_abandon(batch);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_load(batch); /* asks for nothing */
    contract_abandon(batch);
    contract_batch_free(batch);
}

void store_contract_writes_only_on_what_was_loaded(struct store_contract *c)
{
    int64_t id = contract_a_case(c, "application", 0, 0);
    struct snapshot *old = contract_read(c, id), *now;
    struct contract_batch *batch = contract_batch_new(c);
    const GError *error;

    contract_want_case(batch, id);
    contract_load(batch);
    contract_move(batch, contract_loaded(batch, id), "asked");
    contract_commit(batch);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_load(batch);
    contract_move(batch, old, "done");
    contract_commit_begin(batch);
    error = contract_wait(batch);
    cr_assert_not_null(error);
    contract_batch_free(batch);
    now = contract_read(c, id);
    cr_assert_eq(now->seq, 2);
    cr_assert_not(now->closed);
    snapshot_free(now);
    snapshot_free(old);
}
