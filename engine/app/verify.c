#include "engine/app/verify.h"

#include <string.h>

static void G_GNUC_PRINTF(4, 5)
    break_add(GPtrArray *differences, const struct history_case *c, int seq, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(differences,
                    g_strdup_printf("%s case %" G_GINT64_FORMAT " event %d: %s", c->workflow, c->id, seq, what));
}

static void verify_parts(const struct history_case *c, const struct history_event *event, GPtrArray *differences)
{
    for (guint i = 0; i < event->parts->len; i++) {
        const struct part *part = &g_array_index(event->parts, struct part, i);
        struct part again = *part;

        if (part->body == NULL)
            continue;
        chain_commit(&again);
        if (memcmp(again.commitment, part->commitment, HASH_SIZE) != 0)
            break_add(differences, c, event->seq, "the input of class %d is not what was committed to",
                      (int)part->access);
    }
}

/* The hashed record must speak of the very row that it stands in. */
static void verify_place(const struct history_case *c, const struct history_event *event, int seq,
                         GPtrArray *differences)
{
    const struct value *record = event->record;

    if (event->seq != seq || value_int(value_get(record, "seq")) != seq)
        break_add(differences, c, seq, "there is event %d, its record says %" G_GINT64_FORMAT, event->seq,
                  value_int(value_get(record, "seq")));
    if (value_int(value_get(record, "case")) != c->id)
        break_add(differences, c, seq, "its record speaks of case %" G_GINT64_FORMAT,
                  value_int(value_get(record, "case")));
    if (value_int(value_get(record, "at")) != event->at)
        break_add(differences, c, seq, "its record speaks of another instant");
}

bool verify_chain(const struct history_case *c, GPtrArray *differences)
{
    uint8_t hash[HASH_SIZE] = {0};
    guint before = differences->len;

    for (guint i = 0; i < c->events->len; i++) {
        const struct history_event *event = g_ptr_array_index(c->events, i);

        verify_parts(c, event, differences);
        verify_place(c, event, (int)i + 1, differences);
        chain_next(hash, event->text->str, event->text->len, event->parts, hash);
        if (memcmp(hash, event->hash, HASH_SIZE) != 0) {
            break_add(differences, c, event->seq, "its hash does not follow from what stands before it");
            memcpy(hash, event->hash, HASH_SIZE);
        }
    }
    if (memcmp(hash, c->hash, HASH_SIZE) != 0)
        break_add(differences, c, c->seq, "the row's hash is not that of the last event");
    return differences->len == before;
}
