/*
 * The values of fields, facts and records: null, bool, 64-bit integer, UTF-8 text, list, map. No floats.
 *
 * A value is counted by reference and is changed only by the one who built it, before it is shared. Maps keep their
 * keys sorted by bytes, so that printing one is already canonical (RFC 8785 over this subset with ASCII keys).
 */
#ifndef TOROKU_CHART_VALUE_H
#define TOROKU_CHART_VALUE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value;

/* New values; the caller owns one reference. value_new_text copies ${text}, which must be valid UTF-8. */
struct value *value_new_null(void);
struct value *value_new_bool(bool b);
struct value *value_new_int(int64_t i);
struct value *value_new_text(const char *text);
struct value *value_new_text_n(const char *text, size_t size);
struct value *value_new_list(void);
struct value *value_new_map(void);

/* One reference more; returns ${v}. One less; NULL is harmless. The constness is of the content, not of the count. */
struct value *value_ref(const struct value *v);
void value_unref(struct value *v);

/* NULL counts as VALUE_NULL in all readers, so that paths may be followed without checks. */
enum value_kind value_kind(const struct value *v);
bool value_is_null(const struct value *v);

/* Typed reads: the content, or the fallback (false, 0, NULL) when the value is of another kind. Text is borrowed. */
bool value_bool(const struct value *v);
int64_t value_int(const struct value *v);
const char *value_text(const struct value *v);

/* Elements of a list or members of a map; 0 for anything else. */
size_t value_size(const struct value *v);
const struct value *value_at(const struct value *list, size_t index);
const char *value_key_at(const struct value *map, size_t index);
const struct value *value_member_at(const struct value *map, size_t index);

/* The member ${key}, borrowed, or NULL. value_path follows dots: "audit_period.end". */
const struct value *value_get(const struct value *map, const char *key);
const struct value *value_path(const struct value *map, const char *path);

/* Builders: both take the reference of ${v}. Setting a key that is there replaces it; value_map_unset drops it. */
void value_list_add(struct value *list, struct value *v);
void value_map_set(struct value *map, const char *key, struct value *v);
void value_map_unset(struct value *map, const char *key);

/* Shorthands for value_map_set with a new value. value_map_set_text with NULL sets nothing. */
void value_map_set_text(struct value *map, const char *key, const char *text);
void value_map_set_int(struct value *map, const char *key, int64_t i);
void value_map_set_bool(struct value *map, const char *key, bool b);

/* A new map with the members of ${map}, whose members are shared; the caller may change it. NULL gives an empty one. */
struct value *value_map_copy(const struct value *map);

/* Makes ${map} the caller's alone, which may change it then: a copy takes its place when others have it too. Returns
 * it. */
struct value *value_own(struct value **map);

bool value_equal(const struct value *a, const struct value *b);

/* Appends the canonical JSON bytes of ${v} to ${out}. */
void value_print(const struct value *v, GString *out);

/* Reads what value_print printed: a new value, which prints as the same bytes again. NULL for any other text, however
 * good its JSON, and for one nested deeper than ${depth_max}; what comes from elsewhere is read by adapters/json. */
struct value *value_read(const char *text, size_t size, size_t depth_max);

#endif
