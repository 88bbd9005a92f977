#include "tests/fuzz/tree.h"

#include <string.h>
#include <yaml.h>

#define NODES_MAX 20000
#define DEPTH_MAX 100

struct tree *tree_new(enum tree_kind kind)
{
    struct tree *tree = g_new0(struct tree, 1);

    tree->kind = kind;
    if (kind == TREE_SCALAR)
        tree->text = g_strdup("");
    else
        tree->items = g_ptr_array_new();
    return tree;
}

struct tree *tree_new_scalar(const char *text)
{
    struct tree *tree = g_new0(struct tree, 1);

    tree->kind = TREE_SCALAR;
    tree->text = g_strdup(text);
    return tree;
}

void tree_free(struct tree *tree)
{
    if (tree == NULL)
        return;
    for (guint i = 0; tree->items != NULL && i < tree->items->len; i++)
        tree_free(tree->items->pdata[i]);
    if (tree->items != NULL)
        g_ptr_array_unref(tree->items);
    g_free(tree->text);
    g_free(tree);
}

struct tree *tree_copy(const struct tree *tree)
{
    struct tree *copy;

    if (tree->kind == TREE_SCALAR) {
        copy = tree_new_scalar(tree->text);
        copy->quoted = tree->quoted;
        return copy;
    }
    copy = tree_new(tree->kind);
    for (guint i = 0; i < tree->items->len; i++)
        g_ptr_array_add(copy->items, tree_copy(tree->items->pdata[i]));
    return copy;
}

/* ---- reading: an alias becomes a copy, one that holds itself is too deep ---- */

static struct tree *tree_of(yaml_document_t *document, int id, int depth, int *budget)
{
    const yaml_node_t *node = yaml_document_get_node(document, id);
    struct tree *tree;

    if (node == NULL || depth > DEPTH_MAX || --*budget < 0)
        return NULL;
    if (node->type == YAML_SCALAR_NODE) {
        tree = tree_new_scalar((const char *)node->data.scalar.value);
        tree->quoted = node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        return tree;
    }
    tree = tree_new(node->type == YAML_SEQUENCE_NODE ? TREE_LIST : TREE_MAP);
    if (node->type == YAML_SEQUENCE_NODE)
        for (const int *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
            g_ptr_array_add(tree->items, tree_of(document, *item, depth + 1, budget));
    else
        for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
             pair++) {
            g_ptr_array_add(tree->items, tree_of(document, pair->key, depth + 1, budget));
            g_ptr_array_add(tree->items, tree_of(document, pair->value, depth + 1, budget));
        }
    for (guint i = 0; i < tree->items->len; i++)
        if (tree->items->pdata[i] == NULL)
            *budget = -1;
    if (*budget >= 0)
        return tree;
    tree_free(tree);
    return NULL;
}

struct tree *tree_read(const uint8_t *bytes, size_t size)
{
    struct tree *tree = NULL;
    yaml_document_t document;
    yaml_parser_t parser;
    int budget = NODES_MAX;

    if (!yaml_parser_initialize(&parser))
        g_error("out of memory");
    yaml_parser_set_input_string(&parser, bytes, size);
    if (yaml_parser_load(&parser, &document)) {
        if (yaml_document_get_root_node(&document) != NULL)
            tree = tree_of(&document, 1, 0, &budget);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return tree;
}

/* ---- printing ---- */

static int tree_add(const struct tree *tree, yaml_document_t *document)
{
    int id;

    if (tree->kind == TREE_SCALAR)
        return yaml_document_add_scalar(document, NULL, (const yaml_char_t *)tree->text, (int)strlen(tree->text),
                                        tree->quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
    if (tree->kind == TREE_LIST) {
        id = yaml_document_add_sequence(document, NULL, YAML_ANY_SEQUENCE_STYLE);
        for (guint i = 0; i < tree->items->len; i++)
            yaml_document_append_sequence_item(document, id, tree_add(tree->items->pdata[i], document));
        return id;
    }
    id = yaml_document_add_mapping(document, NULL, YAML_ANY_MAPPING_STYLE);
    for (guint i = 0; i + 1 < tree->items->len; i += 2) {
        int key = tree_add(tree->items->pdata[i], document);

        yaml_document_append_mapping_pair(document, id, key, tree_add(tree->items->pdata[i + 1], document));
    }
    return id;
}

static int print_more(void *data, unsigned char *bytes, size_t size)
{
    g_string_append_len(data, (const char *)bytes, (gssize)size);
    return 1;
}

GString *tree_print(const struct tree *tree)
{
    GString *out = g_string_new(NULL);
    yaml_document_t document;
    yaml_emitter_t emitter;

    if (!yaml_emitter_initialize(&emitter) || !yaml_document_initialize(&document, NULL, NULL, NULL, 1, 1))
        g_error("out of memory");
    yaml_emitter_set_output(&emitter, print_more, out);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, -1);
    tree_add(tree, &document);
    yaml_emitter_dump(&emitter, &document);
    yaml_emitter_delete(&emitter);
    return out;
}

/* ---- places ---- */

static void slots_add(GArray *slots, struct tree *tree, const char *key, int depth)
{
    for (guint i = tree->kind == TREE_MAP; tree->items != NULL && i < tree->items->len;
         i += tree->kind == TREE_MAP ? 2 : 1) {
        const struct tree *before = tree->kind == TREE_MAP ? tree->items->pdata[i - 1] : NULL;
        struct slot slot = {.parent = tree, .index = i, .key = key, .depth = depth};

        if (before != NULL)
            slot.key = before->kind == TREE_SCALAR ? before->text : "";
        g_array_append_val(slots, slot);
        slots_add(slots, tree->items->pdata[i], slot.key, depth + 1);
    }
}

GArray *tree_slots(struct tree *tree)
{
    GArray *slots = g_array_new(FALSE, FALSE, sizeof(struct slot));

    slots_add(slots, tree, "", 0);
    return slots;
}

struct tree *slot_get(const struct slot *slot)
{
    return slot->parent->items->pdata[slot->index];
}

struct tree *slot_put(const struct slot *slot, struct tree *tree)
{
    struct tree *before = slot_get(slot);

    slot->parent->items->pdata[slot->index] = tree;
    return before;
}

bool tree_holds(const struct tree *tree, const struct tree *inner)
{
    if (tree == inner)
        return true;
    for (guint i = 0; tree->items != NULL && i < tree->items->len; i++)
        if (tree_holds(tree->items->pdata[i], inner))
            return true;
    return false;
}
