#include "engine/calendar/zone.h"

#include "engine/error.h"

/* One offset from UTC: from this instant to the next element's, the last one for ever. */
struct zone_period {
    instant from;
    int64_t offset_us; /* local time minus UTC, under a day either way */
};

struct zone {
    char *name, *tzdata;
    GArray *periods; /* struct zone_period, ascending; the first is from INT64_MIN */
};

static const struct zone_period *zone_period_at(const struct zone *zone, guint i)
{
    return &g_array_index(zone->periods, struct zone_period, i);
}

static int64_t zone_floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* The first second after ${from}, up to ${end}, that GLib puts into an interval other than ${interval}. */
static int64_t zone_find_change(GTimeZone *tz, int interval, int64_t from, int64_t end)
{
    while (end - from > 1) {
        int64_t middle = from + (end - from) / 2;

        if (g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, middle) == interval)
            from = middle;
        else
            end = middle;
    }
    return end;
}

/* GLib tells an instant's interval and an interval's offset, but not where it begins: the borders are searched. */
static void zone_read(struct zone *zone, GTimeZone *tz)
{
    const int64_t first = INSTANT_MIN / INSTANT_SECOND, last = INSTANT_MAX / INSTANT_SECOND,
                  year = 366 * INT64_C(86400);
    int interval = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, first);
    int final = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, last);
    struct zone_period period = {INT64_MIN, g_time_zone_get_offset(tz, interval) * INSTANT_SECOND};
    int64_t at = first;

    g_array_append_val(zone->periods, period);
    while (interval != final) {
        int64_t end = at;

        do
            end = MIN(end + year, last);
        while (g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, end) == interval);
        at = zone_find_change(tz, interval, at, end);
        interval = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, at);
        if (g_time_zone_get_offset(tz, interval) * INSTANT_SECOND == period.offset_us)
            continue; /* only the abbreviation changed */
        period = (struct zone_period){at * INSTANT_SECOND, g_time_zone_get_offset(tz, interval) * INSTANT_SECOND};
        g_assert(period.offset_us > -INSTANT_DAY && period.offset_us < INSTANT_DAY);
        g_array_append_val(zone->periods, period);
    }
}

struct zone *zone_new(const char *name, GError **error)
{
    GTimeZone *tz = *name == '\0' ? NULL : g_time_zone_new_identifier(name);
    struct zone *zone;

    if (tz == NULL) {
        g_set_error(
            error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND,
            "time zone '%s' is not in this machine's zone data; expected an IANA name such as Asia/Tokyo (is the "
            "package tzdata installed?)",
            name);
        return NULL;
    }
    zone = g_new0(struct zone, 1);
    zone->name = g_strdup(name);
    zone->periods = g_array_new(FALSE, FALSE, sizeof(struct zone_period));
    zone_read(zone, tz);
    g_time_zone_unref(tz);
    return zone;
}

void zone_free(struct zone *zone)
{
    if (zone == NULL)
        return;
    g_array_unref(zone->periods);
    g_free(zone->tzdata);
    g_free(zone->name);
    g_free(zone);
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

void zone_set_tzdata_version(struct zone *zone, const char *version)
{
    g_free(zone->tzdata);
    zone->tzdata = g_strdup(version);
}

const char *zone_tzdata_version(const struct zone *zone)
{
    return zone->tzdata;
}

/* The index of the period that ${at} lies in. Most zones have been in their last one for decades. */
static guint zone_index(const struct zone *zone, instant at)
{
    guint low = 0, high = zone->periods->len - 1;

    if (at >= zone_period_at(zone, high)->from)
        return high;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;

        if (at >= zone_period_at(zone, middle)->from)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void zone_day(const struct zone *zone, instant at, civil_day *day, int64_t *us_of_day)
{
    int64_t local;

    g_assert(at >= INSTANT_MIN - INSTANT_DAY && at <= INSTANT_MAX + INSTANT_DAY);
    local = at + zone_period_at(zone, zone_index(zone, at))->offset_us;
    *day = (civil_day)zone_floor_div(local, INSTANT_DAY);
    if (us_of_day != NULL)
        *us_of_day = local - *day * INSTANT_DAY;
}

instant zone_instant(const struct zone *zone, civil_day day, int64_t us_of_day)
{
    int64_t local = day * INSTANT_DAY + us_of_day;
    guint i;

    g_assert(us_of_day >= 0 && us_of_day < INSTANT_DAY);
    /* An offset is less than a day: the instant sought lies in this period or a later one. */
    for (i = zone_index(zone, local - INSTANT_DAY); i + 1 < zone->periods->len; i++) {
        instant end = zone_period_at(zone, i + 1)->from, at = local - zone_period_at(zone, i)->offset_us;

        if (at < end)
            return MAX(at, zone_period_at(zone, i)->from);
    }
    return MAX(local - zone_period_at(zone, i)->offset_us, zone_period_at(zone, i)->from);
}
