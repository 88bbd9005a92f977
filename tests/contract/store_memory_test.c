/* The store's contract in memory, and what of it can be seen in the store's own figures. */
#include "adapters/memory/sender_memory.h"
#include "adapters/memory/store_memory.h"
#include "adapters/uv/loop_uv.h"
#include "tests/contract/contract_batch.h"

#include <criterion/criterion.h>

struct world {
    struct store_contract contract; /* first */
    struct loop_uv *loop;
    struct directory_memory *directory;
    struct store_memory *memory;
};

static struct world *world_of(struct store_contract *c)
{
    return (struct world *)(void *)c;
}

/* Under the virtual clock a run ends when nothing is left to do: an answer that has not come by then never comes. */
static void world_run(struct store_contract *c, const bool *done)
{
    if (!*done)
        loop_uv_run(world_of(c)->loop);
    cr_assert(*done, "the store never answered");
}

static struct directory_memory_org *world_org(struct store_contract *c, int64_t org)
{
    return g_ptr_array_index(world_of(c)->directory->orgs, org - 1);
}

static int64_t world_organisation(struct store_contract *c, const char *code)
{
    return directory_memory_add_org(world_of(c)->directory, code, code, code, NULL)->id;
}

static void world_role(struct store_contract *c, int64_t org, const char *role)
{
    directory_memory_add_role(world_org(c, org), role);
}

static void world_contact(struct store_contract *c, int64_t org, const char *kind, const char *email,
                          const char *language)
{
    directory_memory_add_contact(world_org(c, org), kind, email, language);
}

static int64_t world_subject(struct store_contract *c, int64_t org, const char *code)
{
    return directory_memory_add_subject(world_of(c)->directory, org, code, code, NULL)->id;
}

static char *world_entries(struct store_contract *c, const char *register_, const char *key, instant since)
{
    const GPtrArray *entries = store_memory_entries(world_of(c)->memory);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < entries->len; i++) {
        const struct store_memory_entry *entry = g_ptr_array_index(entries, i);

        if (strcmp(entry->register_, register_) == 0 && strcmp(entry->key, key) == 0)
            g_string_append_printf(out, "%s%" G_GINT64_FORMAT " %s %s", out->len == 0 ? "" : ";",
                                   (entry->at - since) / INSTANT_SECOND, entry->entry == NULL ? "" : entry->entry,
                                   entry->banner == NULL ? "" : entry->banner);
    }
    return g_string_free(out, out->len == 0);
}

static void world_open(struct world *w)
{
    w->loop = loop_uv_new(LOOP_UV_VIRTUAL, CONTRACT_EPOCH, NULL);
    w->directory = directory_memory_new();
    w->memory = store_memory_new(loop_uv_port(w->loop), w->directory);
    w->contract = (struct store_contract){.store = store_memory_port(w->memory),
                                          .charts = contract_charts(),
                                          .run = world_run,
                                          .organisation = world_organisation,
                                          .role = world_role,
                                          .contact = world_contact,
                                          .subject = world_subject,
                                          .entries = world_entries};
}

static void world_close(struct world *w)
{
    store_memory_free(w->memory);
    directory_memory_free(w->directory);
    chart_set_free(w->contract.charts);
    loop_uv_free(w->loop);
}

#define X(name)                                                                                                        \
    Test(store_memory, name)                                                                                           \
    {                                                                                                                  \
        struct world w = {0};                                                                                          \
                                                                                                                       \
        world_open(&w);                                                                                                \
        store_contract_##name(&w.contract);                                                                            \
        world_close(&w);                                                                                               \
    }
STORE_CONTRACT(X)
#undef X

static void turn_add(struct store_case *written, const char *role)
{
    struct store_turn turn = {.role = role, .due = INSTANT_NEVER};

    g_array_append_val(written->turns, turn);
}

static struct contract_batch *moved(struct world *w, int64_t id, struct store_case **written)
{
    struct contract_batch *batch = contract_batch_new(&w->contract);

    contract_want_case(batch, id);
    contract_load(batch);
    *written = contract_move(batch, contract_loaded(batch, id), "asked");
    return batch;
}

Test(store_memory, turns_are_replaced_as_a_set)
{
    struct world w = {0};
    struct contract_batch *batch;
    struct store_case *written;
    int64_t org, id;

    world_open(&w);
    org = w.contract.organisation(&w.contract, "csp-1");
    id = contract_a_case(&w.contract, "application", 0, org);
    batch = moved(&w, id, &written);
    turn_add(written, "owner");
    turn_add(written, "opsup");
    contract_commit(batch);
    contract_batch_free(batch);
    cr_assert_eq(store_memory_turns(w.memory, id)->len, 2);

    batch = moved(&w, id, &written);
    turn_add(written, "owner");
    turn_add(written, "opsup");
    contract_commit(batch);
    contract_batch_free(batch);
    cr_assert_eq(store_memory_turns(w.memory, id)->len, 2);

    batch = moved(&w, id, &written);
    turn_add(written, "committee");
    contract_commit(batch);
    contract_batch_free(batch);
    cr_assert_eq(store_memory_turns(w.memory, id)->len, 1);
    cr_assert_str_eq(g_array_index(store_memory_turns(w.memory, id), struct store_turn, 0).role, "committee");
    cr_assert_null(store_memory_turns(w.memory, id + 1));
    world_close(&w);
}

static void write_register(struct world *w, int64_t id, enum action_kind kind, const char *entry, const char *banner)
{
    struct store_case *written;
    struct contract_batch *batch = moved(w, id, &written);
    struct store_register op = {.kind = kind,
                                .register_ = "services",
                                .key = "C26-0001-2",
                                .entry = entry == NULL ? NULL : g_string_new(entry),
                                .banner = banner,
                                .at = CONTRACT_EPOCH,
                                .seq = 2};

    g_array_append_val(written->registers, op);
    contract_commit(batch);
    contract_batch_free(batch);
}

Test(store_memory, a_register_keeps_every_version)
{
    static const struct {
        enum action_kind kind;
        const char *entry, *banner;
        guint versions;
        const char *entry_then, *banner_then;
    } rows[] = {
        {ACTION_MARK, NULL, "suspended", 0, NULL, NULL}, /* what is not listed cannot be marked */
        {ACTION_PUBLISH, "{\"a\":1}", NULL, 1, "{\"a\":1}", NULL},
        {ACTION_MARK, NULL, "suspended", 2, "{\"a\":1}", "suspended"},
        {ACTION_PUBLISH, "{\"a\":2}", NULL, 3, "{\"a\":2}", "suspended"},
        {ACTION_UNMARK, NULL, NULL, 4, "{\"a\":2}", NULL},
        {ACTION_WITHDRAW_ENTRY, NULL, NULL, 5, NULL, NULL},
        {ACTION_WITHDRAW_ENTRY, NULL, NULL, 5, NULL, NULL},
    };
    struct world w = {0};
    const GPtrArray *entries;
    int64_t id;

    world_open(&w);
    id = contract_a_case(&w.contract, "application", 0, w.contract.organisation(&w.contract, "csp-1"));
    entries = store_memory_entries(w.memory);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct store_memory_entry *last;

        write_register(&w, id, rows[i].kind, rows[i].entry, rows[i].banner);
        cr_assert_eq(entries->len, rows[i].versions, "row %zu: %u versions", i, entries->len);
        last = entries->len == 0 ? NULL : g_ptr_array_index(entries, entries->len - 1);
        cr_expect_eq(store_memory_figures(w.memory).register_entries, rows[i].entry_then != NULL, "row %zu", i);
        if (last == NULL)
            continue;
        cr_expect_eq(last->version, (int)entries->len);
        cr_expect_eq(g_strcmp0(last->entry, rows[i].entry_then), 0, "row %zu", i);
        cr_expect_eq(g_strcmp0(last->banner, rows[i].banner_then), 0, "row %zu", i);
    }
    world_close(&w);
}

struct sending {
    struct send_request request; /* first */
    unsigned *done;
};

static void sending_done(struct send_request *request)
{
    ++*((struct sending *)(void *)request)->done;
}

Test(sender_memory, keeps_mails_and_fails_on_demand)
{
    struct loop_uv *loop = loop_uv_new(LOOP_UV_VIRTUAL, CONTRACT_EPOCH, NULL);
    struct sender_memory *sender = sender_memory_new(loop_uv_port(loop));
    struct sending sendings[3];
    unsigned done = 0, slots = sender_free_slots(sender_memory_port(sender));
    static const enum send_verdict verdicts[] = {SEND_RETRY, SEND_RETRY, SEND_DELIVERED};

    sender_memory_fail(sender, 2, SEND_RETRY, "451 come again");
    for (size_t i = 0; i < G_N_ELEMENTS(sendings); i++) {
        sendings[i] = (struct sending){.request = {.message_id = "n-1@toroku.example",
                                                   .to = "desk@support.example",
                                                   .language = "ja",
                                                   .subject = "件名",
                                                   .body = "本文\n",
                                                   .date = CONTRACT_EPOCH,
                                                   .done = sending_done},
                                       .done = &done};
        sender_send(sender_memory_port(sender), &sendings[i].request);
    }
    cr_assert_eq(done, 0, "never inside the call");
    cr_assert_eq(sender_free_slots(sender_memory_port(sender)), slots - 3);
    loop_uv_run(loop);
    cr_assert_eq(done, 3);
    for (size_t i = 0; i < G_N_ELEMENTS(sendings); i++)
        cr_expect_eq(sendings[i].request.verdict, verdicts[i], "sending %zu", i);
    cr_expect_str_eq(sendings[0].request.reply, "451 come again");
    cr_assert_eq(sender_memory_mails(sender)->len, 3);
    cr_assert_eq(sender_memory_delivered(sender), 1);
    cr_expect_str_eq(((const struct sender_memory_mail *)sender_memory_mails(sender)->pdata[2])->subject, "件名");
    cr_assert_eq(sender_free_slots(sender_memory_port(sender)), slots);
    sender_memory_free(sender);
    loop_uv_free(loop);
}
