#include "engine/core/changes.h"

void changes_add(struct value *record, const char *key, struct value *v)
{
    if (value_size(v) > 0)
        value_map_set(record, key, v);
    else
        value_unref(v);
}

struct value *changes_between(const struct value *was, const struct value *is)
{
    struct value *changes = value_new_map();

    for (size_t i = 0; i < value_size(was); i++)
        if (value_get(is, value_key_at(was, i)) == NULL)
            value_map_set(changes, value_key_at(was, i), value_new_null());
    for (size_t i = 0; i < value_size(is); i++)
        if (!value_equal(value_member_at(is, i), value_get(was, value_key_at(is, i))))
            value_map_set(changes, value_key_at(is, i), value_ref(value_member_at(is, i)));
    return changes;
}

void changes_apply(struct value **map, const struct value *changes)
{
    for (size_t i = 0; i < value_size(changes); i++) {
        const struct value *v = value_member_at(changes, i);

        if (value_is_null(v))
            value_map_unset(value_own(map), value_key_at(changes, i));
        else
            value_map_set(value_own(map), value_key_at(changes, i), value_ref(v));
    }
}
