#include "engine/core/event.h"

const char *event_kind_name(enum event_kind kind)
{
    switch (kind) {
    case EVENT_COMMAND:
        return "command";
    case EVENT_SIGNAL:
        return "signal";
    case EVENT_DUE:
        return "due";
    case EVENT_MIGRATE:
        return "migrate";
    }
    g_assert_not_reached();
}
