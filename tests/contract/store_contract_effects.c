#include "tests/contract/contract_batch.h"

#include <criterion/criterion.h>
#include <string.h>

static void signal_add(struct store_case *written, int number, const char *name, const char *relation,
                       const char *workflow, bool same_subject, bool opens)
{
    struct store_signal_write signal = {.seq = written->after->seq,
                                        .number = number,
                                        .name = name,
                                        .relation = relation,
                                        .workflow = workflow,
                                        .same_subject = same_subject,
                                        .opens = opens,
                                        .at = written->after->at,
                                        .hops = 1,
                                        .payload = g_string_new("{\"no\":42}")};

    g_array_append_val(written->signals, signal);
}

static struct contract_batch *moving(struct store_contract *c, int64_t id, const char *state,
                                     struct store_case **written)
{
    struct contract_batch *batch = contract_batch_new(c);

    contract_want_case(batch, id);
    contract_load(batch);
    *written = contract_move(batch, contract_loaded(batch, id), state);
    return batch;
}

/* What is due at an instant. */
struct contract_due {
    struct store_due due; /* first */
    bool done;
};

static void due_done(struct store_request *request)
{
    ((struct contract_due *)(void *)request)->done = true;
}

static struct contract_due *due_ask(struct store_contract *c, instant now, unsigned limit)
{
    struct contract_due *d = g_new0(struct contract_due, 1);

    d->due = (struct store_due){.now = now,
                                .limit = limit,
                                .case_ids = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                                .wakes = g_array_new(FALSE, FALSE, sizeof(struct store_wake))};
    d->due.request.done = due_done;
    store_due(c->store, &d->due);
    cr_assert_not(d->done);
    c->run(c, &d->done);
    cr_assert_null(d->due.request.error, "due: %s", d->due.request.error != NULL ? d->due.request.error->message : "");
    return d;
}

static void due_free(struct contract_due *d)
{
    g_array_unref(d->due.case_ids);
    g_array_unref(d->due.wakes);
    g_free(d);
}

static const struct store_wake *wake_at(const GArray *wakes, guint i)
{
    return &g_array_index(wakes, struct store_wake, i);
}

static void settle(struct contract_batch *batch, const struct store_signal *signal, const char *reason)
{
    struct store_settled settled = {.origin_case = signal->origin_case,
                                    .origin_seq = signal->origin_seq,
                                    .origin_number = signal->origin_number,
                                    .case_id = signal->case_id,
                                    .taken = reason == NULL,
                                    .reason = reason};

    g_array_append_val(batch->b.settled, settled);
}

void store_contract_delivers_signals_by_relation(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t registration = contract_a_case(c, "registration", subject, owner);
    int64_t from = contract_a_case(c, "application", subject, owner), other = contract_a_case(c, "application", 0, 0);
    struct store_link link = {"built_on", other};
    const struct store_signal *signal;
    struct contract_batch *batch;
    struct contract_due *due;
    struct store_case *written;

    batch = moving(c, from, "asked", &written);
    g_array_append_val(written->links, link);
    signal_add(written, 0, "filed", "service", "registration", true, false);
    signal_add(written, 1, "filed", "built_on", "application", false, false);
    signal_add(written, 2, "lost", "nothing", "application", false, false);
    signal_add(written, 3, "lost", "itself", "application", true, false);
    contract_commit(batch);
    cr_assert_eq(batch->b.wakes->len, 2, "a signal that finds nobody wakes nobody");
    cr_assert_eq(wake_at(batch->b.wakes, 0)->case_id, registration);
    cr_assert_eq(wake_at(batch->b.wakes, 1)->case_id, other, "through a link of the same commit");
    contract_batch_free(batch);

    due = due_ask(c, CONTRACT_EPOCH, 10);
    cr_assert_eq(due->due.wakes->len, 2, "who missed the wake finds it");
    due_free(due);

    batch = contract_batch_new(c);
    contract_want_case(batch, registration);
    contract_load(batch);
    cr_assert_eq(batch->b.signals->len, 1, "only what is addressed to the cases of the batch");
    signal = g_ptr_array_index(batch->b.signals, 0);
    cr_assert_eq(signal->origin_case, from);
    cr_assert_eq(signal->origin_seq, 2);
    cr_assert_eq(signal->origin_number, 0);
    cr_assert_eq(signal->case_id, registration);
    cr_assert_str_eq(signal->name, "filed");
    cr_assert_eq(signal->at, CONTRACT_EPOCH + 2 * INSTANT_SECOND);
    cr_assert_eq(signal->hops, 1);
    cr_assert_eq(value_int(value_get(signal->payload, "no")), 42);
    settle(batch, signal, NULL);
    contract_move(batch, contract_loaded(batch, registration), "asked");
    contract_commit(batch);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_want_case(batch, other);
    contract_load(batch);
    settle(batch, g_ptr_array_index(batch->b.signals, 0), "the state does not take it");
    contract_commit(batch);
    g_array_set_size(batch->b.settled, 0);
    settle(batch, g_ptr_array_index(batch->b.signals, 0), NULL);
    contract_load_begin(batch);
    cr_assert_null(contract_wait(batch));
    contract_commit_begin(batch);
    cr_assert(g_error_matches(contract_wait(batch), TOROKU_ERROR, TOROKU_ERROR_BUSY), "a signal is settled once");
    contract_batch_free(batch);

    due = due_ask(c, CONTRACT_EPOCH, 10);
    cr_assert_eq(due->due.wakes->len, 0, "settled is settled, taken or not");
    due_free(due);
}

/* Moves ${from} on, into ${state}, with a link to ${to}. */
static void link_back(struct store_contract *c, int64_t from, const char *state, const char *relation, int64_t to)
{
    struct store_link link = {relation, to};
    struct store_case *written;
    struct contract_batch *batch = moving(c, from, state, &written);

    g_array_append_val(written->links, link);
    contract_commit(batch);
    contract_batch_free(batch);
}

void store_contract_signals_back_along_links(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t auditor = contract_a_case(c, "registration", subject, owner);
    int64_t one = contract_a_case(c, "application", 0, 0), two = contract_a_case(c, "application", 0, 0);
    int64_t closed = contract_a_case(c, "application", 0, 0), otherwise = contract_a_case(c, "application", 0, 0);
    struct contract_batch *batch;
    struct store_case *written;

    link_back(c, one, "asked", "keeper", auditor);
    link_back(c, two, "asked", "keeper", auditor);
    link_back(c, closed, "done", "keeper", auditor);
    link_back(c, otherwise, "asked", "built_on", auditor);
    batch = moving(c, auditor, "asked", &written);
    signal_add(written, 0, "lost", "audited", "application", false, false);
    g_array_index(written->signals, struct store_signal_write, 0).linked_by = "keeper";
    signal_add(written, 1, "lost", "audited", "registration", false, false);
    g_array_index(written->signals, struct store_signal_write, 1).linked_by = "keeper";
    contract_commit(batch);
    cr_assert_eq(batch->b.wakes->len, 2, "open cases of that workflow that linked this one so");
    cr_expect_eq(wake_at(batch->b.wakes, 0)->case_id, one);
    cr_expect_eq(wake_at(batch->b.wakes, 1)->case_id, two);
    contract_batch_free(batch);
}

void store_contract_opens_by_signal(struct store_contract *c)
{
    int64_t owner = c->organisation(c, "csp-1"), subject = c->subject(c, owner, "svc-1");
    int64_t from = contract_a_case(c, "application", subject, owner);
    const struct store_signal *signal;
    struct contract_batch *batch;
    struct store_case *written;

    batch = moving(c, from, "done", &written);
    written->release_subject = true;
    signal_add(written, 0, "approved", "service", "registration", true, true);
    contract_commit(batch);
    cr_assert_eq(batch->b.wakes->len, 1);
    cr_assert_eq(wake_at(batch->b.wakes, 0)->case_id, 0);
    cr_assert_eq(wake_at(batch->b.wakes, 0)->subject, subject);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_want_subject(batch, subject);
    batch->b.new_cases = 1;
    contract_load(batch);
    cr_assert_eq(batch->b.signals->len, 1);
    signal = g_ptr_array_index(batch->b.signals, 0);
    cr_assert_eq(signal->case_id, 0);
    cr_assert_eq(signal->subject, subject);
    cr_assert_str_eq(signal->workflow, "registration");
    settle(batch, signal, NULL);
    contract_open(batch, "registration", g_array_index(batch->b.new_ids, int64_t, 0), subject, owner, "open");
    contract_commit(batch);
    contract_batch_free(batch);

    batch = contract_batch_new(c);
    contract_want_subject(batch, subject);
    contract_load(batch);
    cr_assert_eq(batch->b.signals->len, 0);
    cr_assert_eq(batch->b.opens->len, 1);
    cr_assert_str_eq(g_array_index(batch->b.opens, struct store_open, 0).workflow, "registration");
    contract_abandon(batch);
    contract_batch_free(batch);
}

void store_contract_lists_what_is_due(struct store_contract *c)
{
    const instant hour = INSTANT_HOUR;
    int64_t ids[3];
    struct contract_batch *batch;
    struct contract_due *due;
    struct store_case *written;

    due = due_ask(c, CONTRACT_EPOCH, 10);
    cr_assert_eq(due->due.case_ids->len, 0);
    cr_assert_eq(due->due.next, INSTANT_NEVER);
    due_free(due);
    for (int i = 0; i < 3; i++) {
        ids[i] = contract_a_case(c, "application", 0, 0);
        batch = moving(c, ids[i], "asked", &written);
        written->fire_at = CONTRACT_EPOCH + (5 - i) * hour;
        contract_commit(batch);
        contract_batch_free(batch);
    }

    due = due_ask(c, CONTRACT_EPOCH + 5 * hour, 10);
    cr_assert_eq(due->due.case_ids->len, 3, "each case once");
    cr_assert_eq(g_array_index(due->due.case_ids, int64_t, 0), ids[2], "the earliest first");
    cr_assert_eq(due->due.next, INSTANT_NEVER);
    due_free(due);
    due = due_ask(c, CONTRACT_EPOCH + 5 * hour, 1);
    cr_assert_eq(due->due.case_ids->len, 1);
    cr_assert_eq(g_array_index(due->due.case_ids, int64_t, 0), ids[2]);
    due_free(due);
    due = due_ask(c, CONTRACT_EPOCH + 3 * hour - 1, 10);
    cr_assert_eq(due->due.case_ids->len, 0, "never before its instant");
    cr_assert_eq(due->due.next, CONTRACT_EPOCH + 3 * hour);
    due_free(due);

    batch = moving(c, ids[2], "open", &written);
    written->fire_at = CONTRACT_EPOCH + 9 * hour + 5;
    contract_commit(batch);
    contract_batch_free(batch);
    due = due_ask(c, CONTRACT_EPOCH + 5 * hour, 10);
    cr_assert_eq(due->due.case_ids->len, 2, "its earlier instant is gone");
    cr_assert_eq(due->due.next, CONTRACT_EPOCH + 9 * hour + 5, "what counts is what was written last");
    due_free(due);
}

struct contract_claim {
    struct store_claim claim; /* first */
    bool done;
};

static void claim_done(struct store_request *request)
{
    ((struct contract_claim *)(void *)request)->done = true;
}

static struct contract_claim *claim_at(struct store_contract *c, instant now, unsigned limit)
{
    struct contract_claim *claim = g_new0(struct contract_claim, 1);

    claim->claim = (struct store_claim){.now = now,
                                        .lease_until = now + INSTANT_MINUTE,
                                        .limit = limit,
                                        .deliveries = g_ptr_array_new_with_free_func(store_delivery_free)};
    claim->claim.request.done = claim_done;
    store_claim(c->store, &claim->claim);
    cr_assert_not(claim->done);
    c->run(c, &claim->done);
    cr_assert_null(claim->claim.request.error);
    return claim;
}

static void claim_free(struct contract_claim *claim)
{
    g_ptr_array_unref(claim->claim.deliveries);
    g_free(claim);
}

static const struct store_delivery *delivery(const struct contract_claim *claim, guint i)
{
    return g_ptr_array_index(claim->claim.deliveries, i);
}

static void notice_add(struct store_case *written, int number, const char *who, const char *kind, const char *org_code)
{
    struct store_notice notice = {.seq = written->after->seq,
                                  .number = number,
                                  .notice = "registered",
                                  .who = who,
                                  .kind = kind,
                                  .org_code = org_code,
                                  .at = written->after->at,
                                  .vars = g_string_new("{\"n\":1}")};

    g_array_append_val(written->notices, notice);
}

static int64_t a_case_with_notices(struct store_contract *c, int64_t owner)
{
    int64_t id = contract_a_case(c, "application", 0, owner);
    struct contract_batch *batch;
    struct store_case *written;

    batch = moving(c, id, "asked", &written);
    notice_add(written, 0, "owner", "contacts", NULL);
    notice_add(written, 1, "opsup", "queue", NULL);
    notice_add(written, 2, "auditor", "contacts", "aud-1");
    notice_add(written, 3, "ministry", "contacts", NULL);
    contract_commit(batch);
    contract_batch_free(batch);
    return id;
}

static int delivery_compare(gconstpointer a, gconstpointer b)
{
    const struct store_delivery *x = *(const struct store_delivery *const *)a;
    const struct store_delivery *y = *(const struct store_delivery *const *)b;

    return strcmp(x->address, y->address);
}

void store_contract_resolves_recipients(struct store_contract *c)
{
    static const char *const addresses[] = {"a@csp.example", "b@csp.example", "q@ops.example", "x@aud.example"};
    int64_t owner = c->organisation(c, "csp-1"), other = c->organisation(c, "csp-2");
    int64_t opsup = c->organisation(c, "ops"), auditor = c->organisation(c, "aud-1"), id;
    int64_t contractor = c->organisation(c, "ops-2");
    struct contract_claim *claim;
    g_autofree char *number = NULL;

    c->contact(c, owner, "contacts", "b@csp.example", "en");
    c->contact(c, owner, "contacts", "a@csp.example", "ja");
    c->contact(c, owner, "queue", "no@csp.example", "ja");
    c->contact(c, other, "contacts", "no@other.example", "ja");
    c->role(c, opsup, "opsup");
    c->contact(c, opsup, "queue", "q@ops.example", "ja");
    c->contact(c, opsup, "lead", "no@ops.example", "ja");
    c->role(c, contractor, "opsup");
    c->contact(c, contractor, "queue", "q@ops.example", "ja"); /* the same address gets it once */
    c->contact(c, auditor, "contacts", "x@aud.example", "en");
    id = a_case_with_notices(c, owner);
    number = g_strdup_printf("SA-%" G_GINT64_FORMAT, id);

    claim = claim_at(c, CONTRACT_EPOCH + INSTANT_HOUR, 100);
    cr_assert_eq(claim->claim.deliveries->len, 4, "nobody is found for the ministry: nothing to send");
    g_ptr_array_sort(claim->claim.deliveries, delivery_compare);
    for (guint i = 0; i < 4; i++) {
        const struct store_delivery *d = delivery(claim, i);
        g_autofree char *message_id = g_strdup_printf("n-%" G_GINT64_FORMAT, d->id);

        cr_assert_str_eq(d->address, addresses[i]);
        cr_assert_str_eq(d->language, i == 0 || i == 2 ? "ja" : "en");
        cr_assert_str_eq(d->notice, "registered");
        cr_assert_str_eq(d->case_number, number);
        cr_assert_str_eq(d->message_id, message_id);
        cr_assert_eq(d->case_id, id);
        cr_assert_eq(d->attempt, 1);
        cr_assert_eq(d->at, CONTRACT_EPOCH + 2 * INSTANT_SECOND);
        cr_assert_eq(value_int(value_get(d->vars, "n")), 1);
    }
    claim_free(claim);
}

static void register_add(struct store_case *written, enum action_kind kind, const char *entry, int rectified_from)
{
    struct store_register op = {.kind = kind,
                                .register_ = "services",
                                .key = "C26-0001-2",
                                .entry = entry == NULL ? NULL : g_string_new(entry),
                                .banner = kind == ACTION_MARK ? "suspended" : NULL,
                                .rectified = rectified_from >= 0,
                                .at = written->after->at,
                                .seq = written->after->seq};

    if (rectified_from >= 0)
        op.at = CONTRACT_EPOCH + rectified_from * INSTANT_SECOND;
    g_array_append_val(written->registers, op);
}

/* Changes the entry by one event of the case: its second is that after the last one's. */
static void register_change(struct store_contract *c, int64_t id, enum action_kind kind, const char *entry,
                            int rectified_from, bool patch)
{
    struct store_case *written;
    struct contract_batch *batch = moving(c, id, "asked", &written);

    register_add(written, kind, entry, rectified_from);
    g_array_index(written->registers, struct store_register, 0).patch = patch;
    contract_commit(batch);
    contract_batch_free(batch);
}

static void expect_entries(struct store_contract *c, const char *expected, const char *what)
{
    g_autofree char *entries = c->entries(c, "services", "C26-0001-2", CONTRACT_EPOCH);

    cr_expect_str_eq(entries == NULL ? "" : entries, expected, "%s: %s", what, entries);
}

/* Each row is one more event; what it adds comes after what the rows above left. */
void store_contract_rectifies_registers(struct store_contract *c)
{
    static const struct {
        enum action_kind kind;
        const char *entry;
        int from; /* -1: no rectification */
        bool patch;
        const char *added, *what;
    } rows[] = {
        {ACTION_PUBLISH, "{\"x\":1}", 1, true, "", "a patch lists nothing"},
        {ACTION_WITHDRAW_ENTRY, NULL, 1, false, "", "and what is not listed is not withdrawn"},
        {ACTION_PUBLISH, "{\"name\":\"初\",\"v\":1}", -1, false, "4 {\"name\":\"初\",\"v\":1} ", ""},
        {ACTION_MARK, NULL, -1, false, ";5 {\"name\":\"初\",\"v\":1} suspended", ""},
        {ACTION_PUBLISH, "{\"name\":\"初\",\"v\":2}", -1, false, ";6 {\"name\":\"初\",\"v\":2} suspended", ""},
        {ACTION_PUBLISH, "{\"a\":[null],\"v\":9}", 5, true,
         ";5 {\"a\":[null],\"name\":\"初\",\"v\":9} suspended;6 {\"a\":[null],\"name\":\"初\",\"v\":9} suspended",
         "from then on, also what was written since"},
        {ACTION_PUBLISH, "{\"a\":[null]}", 5, true, "", "what reads so already is not written again"},
        {ACTION_PUBLISH, "{\"a\":null,\"name\":\"二\"}", 2, true,
         ";4 {\"name\":\"二\",\"v\":1} ;5 {\"name\":\"二\",\"v\":9} suspended;6 {\"name\":\"二\",\"v\":9} "
         "suspended",
         "before it was listed there is nothing to correct"},
        {ACTION_WITHDRAW_ENTRY, NULL, -1, false, ";10  ", ""},
        {ACTION_UNMARK, NULL, 7, false, ";7 {\"name\":\"二\",\"v\":9} ", "and none where it is not listed any more"},
        {ACTION_MARK, NULL, -1, false, "", "it is not listed now, whatever was written last"},
        {ACTION_PUBLISH, "{\"v\":3}", 9, false, ";9 {\"v\":3} ;10 {\"v\":3} ", "it never was withdrawn"},
        {ACTION_WITHDRAW_ENTRY, NULL, 5, false, ";5  ;6  ;7  ;9  ;10  ", "or long before"},
    };
    g_autoptr(GString) all = g_string_new(NULL);
    int64_t id = contract_a_case(c, "application", 0, c->organisation(c, "csp-1"));

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        register_change(c, id, rows[i].kind, rows[i].entry, rows[i].from, rows[i].patch);
        g_string_append(all, rows[i].added);
        expect_entries(c, all->str, rows[i].what);
    }
}

/* What a rectification asks: earlier events of its case, and who stands in the way of opening it again. */
void store_contract_answers_what_was(struct store_contract *c)
{
    int64_t org = c->organisation(c, "csp-1"), subject = c->subject(c, org, "mail");
    int64_t other = c->subject(c, org, "disk"), id = contract_a_case(c, "application", subject, org);
    struct store_want_past pasts[] = {
        {.case_id = id, .seq = 9}, {.case_id = id, .seq = 1}, {.case_id = id + 1000, .seq = 1}};
    struct store_want_rival rivals[] = {{.subject = other, .workflow = "application"},
                                        {.subject = subject, .workflow = "registration"},
                                        {.subject = subject, .workflow = "application"}};
    struct store_case *written;
    struct contract_batch *batch = moving(c, id, "done", &written);

    g_array_append_vals(batch->b.pasts, pasts, G_N_ELEMENTS(pasts));
    g_array_append_vals(batch->b.rivals, rivals, G_N_ELEMENTS(rivals));
    contract_fetch(batch);
    cr_expect_null(g_array_index(batch->b.pasts, struct store_want_past, 0).record);
    cr_expect_eq(value_kind(g_array_index(batch->b.pasts, struct store_want_past, 1).record), VALUE_MAP);
    cr_expect_null(g_array_index(batch->b.pasts, struct store_want_past, 2).record);
    cr_expect_eq(g_array_index(batch->b.rivals, struct store_want_rival, 0).case_id, 0);
    cr_expect_eq(g_array_index(batch->b.rivals, struct store_want_rival, 1).case_id, 0);
    cr_expect_eq(g_array_index(batch->b.rivals, struct store_want_rival, 2).case_id, id);
    written->release_subject = true;
    contract_commit(batch);
    contract_batch_free(batch);

    batch = moving(c, id, "open", &written);
    written->claim_subject = true;
    contract_commit(batch);
    contract_batch_free(batch);
    batch = contract_batch_new(c);
    g_array_append_vals(batch->b.rivals, rivals, G_N_ELEMENTS(rivals));
    contract_load(batch);
    contract_fetch(batch);
    cr_expect_eq(g_array_index(batch->b.rivals, struct store_want_rival, 2).case_id, id, "it is open again");
    contract_abandon(batch);
    contract_batch_free(batch);
}

struct contract_settles {
    struct store_settles settles; /* first */
    bool done;
};

static void settles_done(struct store_request *request)
{
    ((struct contract_settles *)(void *)request)->done = true;
}

static void settle_delivery(struct store_contract *c, const struct store_delivery *d, enum delivery_state state,
                            instant at)
{
    struct contract_settles s = {.settles = {.settles = g_array_new(FALSE, FALSE, sizeof(struct store_settle))}};
    struct store_settle one = {.id = d->id,
                               .lease = d->lease,
                               .attempt = d->attempt,
                               .state = state,
                               .at = at,
                               .next = at + INSTANT_HOUR,
                               .reply = "250 2.0.0 Ok"};

    g_array_append_val(s.settles.settles, one);
    s.settles.request.done = settles_done;
    store_settle(c->store, &s.settles);
    cr_assert_not(s.done);
    c->run(c, &s.done);
    cr_assert_null(s.settles.request.error);
    g_array_unref(s.settles.settles);
}

void store_contract_leases_notices(struct store_contract *c)
{
    const instant start = CONTRACT_EPOCH + INSTANT_HOUR;
    int64_t owner = c->organisation(c, "csp-1");
    struct contract_claim *first, *second, *third;

    c->contact(c, owner, "contacts", "a@csp.example", "ja");
    c->contact(c, owner, "contacts", "b@csp.example", "ja");
    a_case_with_notices(c, owner);

    first = claim_at(c, start, 1);
    cr_assert_eq(first->claim.deliveries->len, 1);
    second = claim_at(c, start, 10);
    cr_assert_eq(second->claim.deliveries->len, 1, "what is claimed is not given out again");
    cr_assert_neq(delivery(first, 0)->id, delivery(second, 0)->id);
    cr_assert_eq(second->claim.next, start + INSTANT_MINUTE, "the end of a lease is something to look at");
    settle_delivery(c, delivery(second, 0), DELIVERY_RETRY, start + 1);

    third = claim_at(c, start + INSTANT_MINUTE, 10);
    cr_assert_eq(third->claim.deliveries->len, 1, "an ended lease frees the notice, a retry waits");
    cr_assert_eq(delivery(third, 0)->id, delivery(first, 0)->id);
    cr_assert_eq(delivery(third, 0)->attempt, 2);
    cr_assert_str_eq(delivery(third, 0)->message_id, delivery(first, 0)->message_id);
    cr_assert_eq(third->claim.next, start + 2 * INSTANT_MINUTE, "its own lease ends before the retry is due");
    settle_delivery(c, delivery(first, 0), DELIVERY_DELIVERED, start + INSTANT_MINUTE);
    claim_free(first);
    first = claim_at(c, start + 3 * INSTANT_MINUTE, 10);
    cr_assert_eq(first->claim.deliveries->len, 1, "who lost the lease changes nothing");
    settle_delivery(c, delivery(first, 0), DELIVERY_DELIVERED, start + 3 * INSTANT_MINUTE);
    settle_delivery(c, delivery(first, 0), DELIVERY_RETRY, start + 3 * INSTANT_MINUTE);
    claim_free(first);
    claim_free(second);
    claim_free(third);

    first = claim_at(c, start + INSTANT_DAY, 10);
    cr_assert_eq(first->claim.deliveries->len, 1, "delivered is over, the retry is due");
    cr_assert_eq(delivery(first, 0)->attempt, 2);
    settle_delivery(c, delivery(first, 0), DELIVERY_DEAD, start + INSTANT_DAY);
    claim_free(first);
    first = claim_at(c, start + 30 * INSTANT_DAY, 10);
    cr_assert_eq(first->claim.deliveries->len, 0);
    cr_assert_eq(first->claim.next, INSTANT_NEVER);
    claim_free(first);
}
