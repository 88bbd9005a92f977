/*
 * A time zone: which civil day and time of day an instant is, and back. Immutable once made, so that charts share it.
 *
 * A wall clock is ambiguous twice a year where clocks are moved. Rule: a time of day that was skipped means the first
 * instant after the gap; one that occurred twice means its first occurrence. So a day always begins at the first
 * instant of it, and the days of a zone cover the time line without gap or overlap.
 */
#ifndef TOROKU_CALENDAR_ZONE_H
#define TOROKU_CALENDAR_ZONE_H

#include "engine/calendar/civil.h"
#include "engine/calendar/instant.h"

#include <glib.h>

struct zone;

/*
 * A zone by its IANA name ("Asia/Tokyo"), "UTC" or a fixed offset ("+09:00"); GLib reads the machine's zone data here
 * and never afterwards. NULL and TOROKU_ERROR_NOT_FOUND when there is none of that name. Free with zone_free().
 */
struct zone *zone_new(const char *name, GError **error);
void zone_free(struct zone *zone);

const char *zone_name(const struct zone *zone);

/* The release of the zone data ("2025b"), as the loader found it; NULL until it said so. Copied. */
void zone_set_tzdata_version(struct zone *zone, const char *version);
const char *zone_tzdata_version(const struct zone *zone);

/* The civil day that ${at} falls on, and the µs that a wall clock shows since 00:00 (nullable). Not for NEVER. */
void zone_day(const struct zone *zone, instant at, civil_day *day, int64_t *us_of_day);

/* The instant at which a wall clock shows ${us_of_day} (0 to under INSTANT_DAY) on ${day}; see the rule above. */
instant zone_instant(const struct zone *zone, civil_day day, int64_t us_of_day);

#endif
