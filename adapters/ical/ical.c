#include "adapters/ical/ical.h"

#include <libical/ical.h>
#include <string.h>

#define ICAL_PRODID "-//Toroku//Deadlines//EN"
#define ICAL_REFRESH_HOURS 4
#define ICAL_LINE_OCTETS 75

/* What may stand in a TEXT (3.3.11): no control characters but line ends, which libical escapes. For g_free. */
static char *ical_text(const char *text)
{
    char *clean = g_utf8_make_valid(text, -1), *to = clean;

    for (const char *from = clean; *from != '\0'; from++)
        if (((unsigned char)*from >= ' ' && *from != 0x7f) || *from == '\n')
            *to++ = *from;
    *to = '\0';
    return clean;
}

static struct icaltimetype ical_date(civil_day day)
{
    struct civil_date date = civil_date_of(day);
    struct icaltimetype t = icaltime_null_date();

    t.year = date.year;
    t.month = date.month;
    t.day = date.day;
    return t;
}

static struct icaltimetype ical_instant(instant at)
{
    int64_t seconds = at / INSTANT_SECOND - (at % INSTANT_SECOND < 0 ? 1 : 0);
    int64_t day = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);
    int of_day = (int)(seconds - day * 86400);
    struct icaltimetype t = ical_date((civil_day)day);

    t.is_date = 0;
    t.hour = of_day / 3600;
    t.minute = of_day / 60 % 60;
    t.second = of_day % 60;
    t.zone = icaltimezone_get_utc_timezone();
    return t;
}

static void ical_add_text(icalcomponent *component, icalproperty *make(const char *), const char *text)
{
    g_autofree char *clean = NULL;

    if (text == NULL || text[0] == '\0')
        return;
    clean = ical_text(text);
    icalcomponent_add_property(component, make(clean));
}

/* A property that libical 3 has no name for. */
static void ical_add_x(icalcomponent *component, const char *name, const char *text)
{
    g_autofree char *clean = ical_text(text);
    icalproperty *property = icalproperty_new_x("");

    icalproperty_set_x_name(property, name);
    icalproperty_set_value(property, icalvalue_new_text(clean));
    icalcomponent_add_property(component, property);
}

static icalcomponent *ical_item(const struct feed_item *item)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    struct icaltimetype changed = ical_instant(item->changed);

    ical_add_text(event, icalproperty_new_uid, item->uid);
    icalcomponent_add_property(event, icalproperty_new_sequence(item->sequence));
    icalcomponent_add_property(event, icalproperty_new_dtstamp(changed));
    icalcomponent_add_property(event, icalproperty_new_lastmodified(changed));
    icalcomponent_add_property(event,
                               icalproperty_new_dtstart(item->by_day ? ical_date(item->day) : ical_instant(item->due)));
    ical_add_text(event, icalproperty_new_summary, item->summary);
    ical_add_text(event, icalproperty_new_description, item->description);
    ical_add_text(event, icalproperty_new_url, item->url);
    icalcomponent_add_property(event, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    return event;
}

/* How many octets of ${text}, of which ${left} are left, fit into ${room} without cutting a character. */
static size_t ical_fitting(const char *text, size_t left, size_t room)
{
    size_t size = MIN(left, room);

    while (size < left && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--;
    return size;
}

/* Folds one line, without its end (3.1). */
static void ical_fold(GString *out, const char *line, size_t left)
{
    size_t size = ical_fitting(line, left, ICAL_LINE_OCTETS);

    g_string_append_len(out, line, (gssize)size);
    while ((left -= size) > 0) {
        line += size;
        size = ical_fitting(line, left, ICAL_LINE_OCTETS - 1);
        g_string_append(out, "\r\n ");
        g_string_append_len(out, line, (gssize)size);
    }
    g_string_append(out, "\r\n");
}

/* libical 3.0 puts a fold between the CR and the LF of lines of certain lengths: its folds are taken out and made anew.
 */
static char *ical_refolded(const char *written, size_t *size)
{
    g_auto(GStrv) pieces = g_strsplit(written, "\r\n ", -1);
    g_autofree char *whole = g_strjoinv("", pieces);
    GString *out = g_string_sized_new(strlen(written));

    for (const char *line = whole, *end; (end = strstr(line, "\r\n")) != NULL; line = end + 2)
        ical_fold(out, line, (size_t)(end - line));
    *size = out->len;
    return g_string_free(out, FALSE);
}

char *ical_write(const struct feed *feed, size_t *size)
{
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    struct icaldurationtype refresh = icaldurationtype_from_int(ICAL_REFRESH_HOURS * 3600);
    char *written, *text;

    icalerror_set_errors_are_fatal(0);
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar, icalproperty_new_prodid(ICAL_PRODID));
    ical_add_text(calendar, icalproperty_new_name, feed->name);
    ical_add_x(calendar, "X-WR-CALNAME", feed->name);
    icalcomponent_add_property(calendar, icalproperty_new_refreshinterval(refresh));
    for (guint i = 0; i < feed->items->len; i++)
        icalcomponent_add_component(calendar, ical_item(&g_array_index(feed->items, struct feed_item, i)));
    written = icalcomponent_as_ical_string_r(calendar);
    icalcomponent_free(calendar);
    g_assert(written != NULL);
    text = ical_refolded(written, size);
    icalmemory_free_buffer(written);
    return text;
}
