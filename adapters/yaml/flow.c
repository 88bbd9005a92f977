#include "adapters/yaml/flow.h"

#include "engine/error.h"

#include <string.h>
#include <yaml.h>

struct flow {
    yaml_document_t *nodes;
    GError **error;
};

static struct value *flow_node(struct flow *flow, const yaml_node_t *node);

static struct value *flow_refuse(struct flow *flow, const char *what)
{
    g_set_error_literal(flow->error, TOROKU_ERROR, TOROKU_ERROR_INVALID, what);
    return NULL;
}

static struct value *flow_scalar(struct flow *flow, const yaml_node_t *node)
{
    const char *text = (const char *)node->data.scalar.value;
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    gint64 number;

    if (strlen(text) != node->data.scalar.length)
        return flow_refuse(flow, "a NUL in a text");
    if (plain && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return value_new_bool(text[0] == 't');
    if (plain && (text[0] == '\0' || strcmp(text, "null") == 0))
        return value_new_null();
    if (!plain || strspn(text, "0123456789") != strlen(text))
        return value_new_text(text);
    if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &number, NULL))
        return flow_refuse(flow, "a number beyond 64 bits");
    return value_new_int(number);
}

static struct value *flow_list(struct flow *flow, const yaml_node_t *node)
{
    struct value *list = value_new_list();

    for (yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
        struct value *v = flow_node(flow, yaml_document_get_node(flow->nodes, *i));

        if (v == NULL) {
            value_unref(list);
            return NULL;
        }
        value_list_add(list, v);
    }
    return list;
}

static struct value *flow_map(struct flow *flow, const yaml_node_t *node)
{
    struct value *map = value_new_map();

    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(flow->nodes, pair->key);
        const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : NULL;
        struct value *v = NULL;

        if (name == NULL || !g_str_is_ascii(name) || strlen(name) != key->data.scalar.length)
            flow_refuse(flow, "a key that is no name");
        else if (value_get(map, name) != NULL)
            g_set_error(flow->error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "the key %s comes twice", name);
        else
            v = flow_node(flow, yaml_document_get_node(flow->nodes, pair->value));
        if (v == NULL) {
            value_unref(map);
            return NULL;
        }
        value_map_set(map, name, v);
    }
    return map;
}

static struct value *flow_node(struct flow *flow, const yaml_node_t *node)
{
    if (node->type == YAML_SCALAR_NODE)
        return flow_scalar(flow, node);
    return node->type == YAML_SEQUENCE_NODE ? flow_list(flow, node) : flow_map(flow, node);
}

/* libyaml shares the node of an alias with its anchor, which may lie around it: so there are none. */
static bool flow_has_alias(const char *text)
{
    yaml_parser_t parser;
    yaml_event_t event;
    bool alias = false, going = true;

    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    while (going && !alias) {
        if (!yaml_parser_parse(&parser, &event))
            break;
        alias = event.type == YAML_ALIAS_EVENT;
        going = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return alias;
}

struct value *flow_parse(const char *text, GError **error)
{
    yaml_document_t nodes;
    yaml_parser_t parser;
    struct flow flow = {&nodes, error};
    struct value *v = NULL;

    if (!g_utf8_validate(text, -1, NULL))
        return flow_refuse(&flow, "no UTF-8");
    if (flow_has_alias(text))
        return flow_refuse(&flow, "an alias; expected each thing where it stands");
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    if (!yaml_parser_load(&parser, &nodes)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%zu:%zu: %s", parser.problem_mark.line + 1,
                    parser.problem_mark.column + 1, parser.problem);
        yaml_parser_delete(&parser);
        return NULL;
    }
    if (yaml_document_get_root_node(&nodes) == NULL)
        flow_refuse(&flow, "nothing; expected one YAML value");
    else
        v = flow_node(&flow, yaml_document_get_root_node(&nodes));
    yaml_document_delete(&nodes);
    if (v != NULL && yaml_parser_load(&parser, &nodes)) {
        bool more = yaml_document_get_root_node(&nodes) != NULL;

        yaml_document_delete(&nodes);
        if (more) {
            value_unref(v);
            v = flow_refuse(&flow, "more than one document");
        }
    }
    yaml_parser_delete(&parser);
    return v;
}
