/*
 * A feed of deadlines as iCalendar (RFC 5545), through libical: UTF-8, lines ended by CRLF and folded at 75 octets
 * without cutting a character in two.
 */
#ifndef TOROKU_ADAPTERS_ICAL_ICAL_H
#define TOROKU_ADAPTERS_ICAL_ICAL_H

#include "engine/port/feeds.h"

#define ICAL_TYPE "text/calendar; charset=utf-8"

/*
 * A feed_writer. Each item is an event that takes no time of anybody's day (TRANSP): on a DATE when it is due by day,
 * at a DATE-TIME in UTC otherwise. An object without METHOD: DTSTAMP is then when an item last changed (3.8.7.2), and
 * equal feeds are equal bytes. Text that is not UTF-8 is mended, control characters are left out.
 */
feed_writer ical_write;

#endif
