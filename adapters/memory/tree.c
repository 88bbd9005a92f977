#include "adapters/memory/memory.h"

static gint place_compare(gconstpointer a, gconstpointer b, gpointer user)
{
    const struct place *x = a, *y = b;

    (void)user;
    for (int i = 0; i < PLACE_PARTS; i++)
        if (x->parts[i] != y->parts[i])
            return x->parts[i] < y->parts[i] ? -1 : 1;
    return 0;
}

GTree *place_tree_new(void)
{
    return g_tree_new_full(place_compare, NULL, g_free, NULL);
}

void place_insert(GTree *tree, struct place place, gpointer row)
{
    g_tree_insert(tree, g_memdup2(&place, sizeof place), row);
}

void place_remove(GTree *tree, struct place place)
{
    g_tree_remove(tree, &place);
}

GTreeNode *place_first(GTree *tree, struct place place)
{
    return g_tree_lower_bound(tree, &place);
}

struct place place_signal(const struct memory_signal *signal)
{
    return (struct place){{signal->target, signal->target == 0 ? signal->subject : 0, signal->at, signal->origin_case,
                           signal->origin_seq, signal->origin_number}};
}

struct place place_notice(const struct memory_notice *notice)
{
    return (struct place){{notice->next, notice->id}};
}

struct place place_wake(const struct memory_case *c)
{
    return (struct place){{c->fire_at, c->id}};
}
