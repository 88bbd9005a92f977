/*
 * What is due, and the outbox. Each question is answered from the loop, with what stands at that moment.
 */
#include "adapters/json/json.h"
#include "adapters/memory/memory.h"

/* A question under way. */
struct answer {
    struct loop_task task;
    struct store_memory *memory;
    struct store_request *request;
    union {
        struct store_due *due;
        struct store_claim *claim;
        struct store_settles *settles;
    } of;
};

static struct answer *answer_new(struct store *store, struct store_request *request, loop_task_cb *run)
{
    struct answer *answer = g_new0(struct answer, 1);

    answer->memory = (struct store_memory *)(void *)store;
    answer->request = request;
    answer->task.done = run;
    answer->memory->answers++;
    request->error = NULL;
    loop_defer(answer->memory->loop, &answer->task);
    return answer;
}

static struct answer *answer_of(struct loop_task *task)
{
    return (struct answer *)(void *)((char *)task - offsetof(struct answer, task));
}

static void answer_give(struct answer *answer)
{
    struct store_request *request = answer->request;

    answer->memory->answers--;
    g_free(answer);
    request->done(request);
}

static void due_cases(const struct store_memory *memory, struct store_due *due)
{
    unsigned seen = 0;
    GTreeNode *node = g_tree_node_first(memory->wakes);

    for (; node != NULL && seen < due->limit; node = g_tree_node_next(node), seen++) {
        const struct place *place = g_tree_node_key(node);

        if (place->parts[0] > due->now)
            break;
        g_array_append_val(due->case_ids, place->parts[1]);
    }
    node = place_first(memory->wakes, (struct place){{due->now + 1, INT64_MIN}});
    due->next = node == NULL ? INSTANT_NEVER : ((const struct place *)g_tree_node_key(node))->parts[0];
}

/* Each addressed case or subject once; the tree is ordered by them. */
static void due_signals(const struct store_memory *memory, struct store_due *due)
{
    GTreeNode *node = g_tree_node_first(memory->signals_pending);

    while (node != NULL && due->wakes->len < due->limit) {
        const struct place *place = g_tree_node_key(node);
        struct store_wake wake = {.case_id = place->parts[0], .subject = place->parts[1]};

        g_array_append_val(due->wakes, wake);
        node = place_first(memory->signals_pending, (struct place){{wake.case_id, wake.subject, INT64_MAX, INT64_MAX}});
    }
}

static void due_run(struct loop_task *task)
{
    struct answer *answer = answer_of(task);

    due_cases(answer->memory, answer->of.due);
    due_signals(answer->memory, answer->of.due);
    answer_give(answer);
}

void memory_due(struct store *store, struct store_due *due)
{
    answer_new(store, &due->request, due_run)->of.due = due;
}

static struct store_delivery *claim_one(struct store_memory *memory, struct memory_notice *notice, instant lease_until)
{
    const struct memory_case *c = memory_case_find(memory, notice->case_id);
    struct store_delivery *d = g_new0(struct store_delivery, 1);

    place_remove(memory->notices_pending, place_notice(notice));
    notice->lease = ++memory->last_lease;
    notice->attempt++;
    notice->next = lease_until;
    place_insert(memory->notices_pending, place_notice(notice), notice);
    *d = (struct store_delivery){.id = notice->id,
                                 .lease = notice->lease,
                                 .case_id = notice->case_id,
                                 .attempt = notice->attempt,
                                 .notice = g_strdup(notice->notice),
                                 .address = g_strdup(notice->address),
                                 .language = g_strdup(notice->language),
                                 .message_id = g_strdup_printf("n-%" G_GINT64_FORMAT, notice->id),
                                 .case_number = g_strdup_printf("%s-%" G_GINT64_FORMAT, c->prefix, c->id),
                                 .at = notice->at,
                                 .vars = json_parse(notice->vars->str, notice->vars->len, MEMORY_JSON_DEPTH, NULL)};
    g_assert(d->vars != NULL);
    return d;
}

static gint delivery_compare(gconstpointer a, gconstpointer b)
{
    const struct store_delivery *x = *(const struct store_delivery *const *)a;
    const struct store_delivery *y = *(const struct store_delivery *const *)b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void claim_run(struct loop_task *task)
{
    struct answer *answer = answer_of(task);
    struct store_memory *memory = answer->memory;
    struct store_claim *claim = answer->of.claim;
    GTreeNode *node;

    while (claim->deliveries->len < claim->limit && (node = g_tree_node_first(memory->notices_pending)) != NULL) {
        struct memory_notice *notice = g_tree_node_value(node);

        if (notice->next > claim->now)
            break;
        g_ptr_array_add(claim->deliveries, claim_one(memory, notice, claim->lease_until));
    }
    g_ptr_array_sort(claim->deliveries, delivery_compare);
    node = place_first(memory->notices_pending, (struct place){{claim->now + 1, INT64_MIN}});
    claim->next = node == NULL ? INSTANT_NEVER : ((const struct memory_notice *)g_tree_node_value(node))->next;
    answer_give(answer);
}

void memory_claim(struct store *store, struct store_claim *claim)
{
    answer_new(store, &claim->request, claim_run)->of.claim = claim;
}

static void settle_one(struct store_memory *memory, const struct store_settle *settle)
{
    struct memory_notice *notice;

    if (settle->id < 1 || settle->id > memory->notices->len)
        return;
    notice = g_ptr_array_index(memory->notices, settle->id - 1);
    if (notice->lease != settle->lease || notice->state != NOTICE_PENDING)
        return;
    place_remove(memory->notices_pending, place_notice(notice));
    notice->lease = 0;
    notice->next = settle->state == DELIVERY_RETRY ? settle->next : INSTANT_NEVER;
    if (settle->state == DELIVERY_RETRY)
        place_insert(memory->notices_pending, place_notice(notice), notice);
    else
        notice->state = settle->state == DELIVERY_DELIVERED ? NOTICE_DELIVERED : NOTICE_DEAD;
    g_ptr_array_add(notice->replies, g_strdup(settle->reply));
}

static void settle_run(struct loop_task *task)
{
    struct answer *answer = answer_of(task);
    const GArray *settles = answer->of.settles->settles;

    for (guint i = 0; i < settles->len; i++)
        settle_one(answer->memory, &g_array_index(settles, struct store_settle, i));
    answer_give(answer);
}

void memory_settle(struct store *store, struct store_settles *settles)
{
    answer_new(store, &settles->request, settle_run)->of.settles = settles;
}
