/* Laws of periods over random rules, anchors and stops. TEST_SEED repeats a run. */
#include "engine/calendar/period.h"

#include "tests/unit/calendar/support.h"

#define RUNS 3000
#define SEED "seed %" G_GUINT64_FORMAT " run %d"

struct world {
    struct zone *zones[3];
    struct calendar *government;
    uint64_t seed, state;
};

static struct world world;

static void world_init(void)
{
    world.zones[0] = zone_of("Asia/Tokyo");
    world.zones[1] = zone_of("America/New_York");
    world.zones[2] = zone_of("America/Sao_Paulo");
    world.government = government_calendar(TOROKU_SOURCE_DIR, true);
    world.seed = world.state = test_seed();
}

static void world_release(void)
{
    calendar_free(world.government);
    for (int i = 0; i < 3; i++)
        zone_free(world.zones[i]);
}

TestSuite(period_property, .init = world_init, .fini = world_release);

static int64_t pick(int64_t below)
{
    return test_random(&world.state, below);
}

enum unit { UNIT_MONTHS, UNIT_DAYS, UNIT_BUSINESS_DAYS, UNIT_EXACT, UNITS };

static struct span a_span(enum unit unit, int length)
{
    switch (unit) {
    case UNIT_MONTHS:
        return (struct span){.months = length};
    case UNIT_DAYS:
        return (struct span){.days = length};
    case UNIT_BUSINESS_DAYS:
        return (struct span){.business_days = length};
    case UNIT_EXACT:
    case UNITS:
        break;
    }
    return (struct span){.us = length * INSTANT_HOUR + pick(INSTANT_HOUR)};
}

static struct period_rule a_rule(enum unit unit, int length)
{
    struct period_rule rule = {
        .span = a_span(unit, length), .zone = world.zones[pick(3)], .calendar = world.government};

    if (unit != UNIT_EXACT) {
        rule.first_day = pick(2) != 0 ? FIRST_DAY_COUNTED : FIRST_DAY_NOT_COUNTED;
        rule.roll = pick(4) == 0 ? ROLL_NEXT_OPEN : ROLL_NONE;
    }
    return rule;
}

/* Between 2015 and 2026, half of them at a midnight of the zone. */
static instant an_anchor(const struct period_rule *rule)
{
    civil_day day = day_of("2015-01-01") + (civil_day)pick(4000);

    return zone_instant(rule->zone, day, pick(2) == 0 ? 0 : pick(INSTANT_DAY));
}

static size_t some_stops(instant anchor, struct interval stops[5])
{
    size_t count = (size_t)pick(6);

    for (size_t i = 0; i < count; i++) {
        stops[i].from = anchor - 3 * INSTANT_DAY + pick(40 * INSTANT_DAY);
        stops[i].to = stops[i].from + pick(6 * INSTANT_DAY);
        if (pick(3) == 0)
            stops[i].from -= stops[i].from % INSTANT_DAY; /* a midnight of UTC: 09:00 in Tokyo, 21:00 in Sao Paulo */
        stops[i].to = MAX(stops[i].from, stops[i].to);
    }
    return count;
}

static struct period_result compute(const struct period_rule *rule, instant anchor, const struct interval *stops,
                                    size_t count, int run)
{
    struct period_result result = {0};
    GError *error = NULL;

    cr_assert(period_from_instant(rule, anchor, stops, count, &result, NULL, &error), SEED ": %s", world.seed, run,
              error == NULL ? "" : error->message);
    return result;
}

Test(period_property, a_longer_span_is_never_due_earlier_and_never_before_its_start)
{
    for (int run = 0; run < RUNS; run++) {
        enum unit unit = (enum unit)pick(UNITS);
        int length = 1 + (int)pick(40);
        struct period_rule rule = a_rule(unit, length), longer = rule;
        instant anchor = an_anchor(&rule), due, later;
        struct interval stops[5];
        size_t count = some_stops(anchor, stops);

        longer.span = a_span(unit, length + 1 + (int)pick(3));
        due = compute(&rule, anchor, stops, count, run).due;
        later = compute(&longer, anchor, stops, count, run).due;
        cr_assert_gt(due, anchor, SEED, world.seed, run);
        cr_assert(rule.roll == ROLL_NONE ? later > due || unit == UNIT_MONTHS : later >= due, SEED, world.seed, run);
        cr_assert_geq(later, due, SEED, world.seed, run);
    }
}

Test(period_property, a_later_anchor_is_never_due_earlier)
{
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = a_rule((enum unit)pick(UNITS), 1 + (int)pick(40));
        instant anchor = an_anchor(&rule), later = anchor + pick(5 * INSTANT_DAY);
        struct interval stops[5];
        size_t count = rule.span.months > 0 ? 0 : some_stops(anchor, stops);

        cr_assert_leq(compute(&rule, anchor, stops, count, run).due, compute(&rule, later, stops, count, run).due, SEED,
                      world.seed, run);
    }
}

Test(period_property, business_days_forward_and_backward_return)
{
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = {
            .span = {.business_days = 1 + (int)pick(60)}, .zone = world.zones[0], .calendar = world.government};
        civil_day anchor = day_of("2015-01-01") + (civil_day)pick(4000);
        struct period_result there, back;

        while (!calendar_is_open(world.government, anchor))
            anchor++;
        cr_assert(period_from_day(&rule, anchor, NULL, 0, &there, NULL, NULL));
        rule.direction = PERIOD_BEFORE;
        cr_assert(period_from_day(&rule, there.last_day, NULL, 0, &back, NULL, NULL));
        cr_assert_eq(back.last_day, anchor, SEED, world.seed, run);
    }
}

/* Did the clock stand just before ${at}? */
static bool stood_before(instant at, const struct interval *stops, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (stops[i].from < at && at <= stops[i].to)
            return true;
    return false;
}

/* Counts one day after the other, asking of each end whether the clock stood. */
static instant count_days(const struct period_rule *rule, instant anchor, const struct interval *stops, size_t count)
{
    civil_day day, month_end;
    int64_t left = rule->span.days + rule->span.business_days;
    bool counts;

    zone_day(rule->zone, anchor, &day, NULL);
    if (zone_instant(rule->zone, day, 0) != anchor && rule->first_day == FIRST_DAY_NOT_COUNTED)
        day++;
    if (rule->span.months > 0) {
        cr_assert(civil_months_end(day, rule->span.months, &month_end, NULL));
        left = month_end - day + 1;
    }
    for (;; day++) {
        instant end = zone_instant(rule->zone, day + 1, 0);

        counts = !stood_before(end, stops, count) &&
                 ((rule->span.business_days == 0 && (left > 1 || rule->roll == ROLL_NONE)) ||
                  calendar_is_open(rule->calendar, day));
        /* The last day of days and months ends the count even when closed; only then does it roll. */
        if (left == 1 && !counts && rule->roll != ROLL_NONE && rule->span.business_days == 0 &&
            !stood_before(end, stops, count))
            continue;
        if (counts && --left == 0)
            return end;
    }
}

Test(period_property, a_stopped_clock_agrees_with_counting_day_by_day)
{
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = a_rule((enum unit)pick(UNIT_EXACT), 1 + (int)pick(40));
        instant anchor = an_anchor(&rule);
        struct interval stops[5];
        size_t count = some_stops(anchor, stops);

        cr_assert_eq(compute(&rule, anchor, stops, count, run).due, count_days(&rule, anchor, stops, count), SEED,
                     world.seed, run);
    }
}

/* Walks the borders of the stops, adding up the time in which none of them stood. */
static instant count_time(int64_t left, instant at, const struct interval *stops, size_t count)
{
    for (;;) {
        instant next = INSTANT_NEVER;
        bool stood = false;

        for (size_t i = 0; i < count; i++) {
            stood |= stops[i].from <= at && at < stops[i].to;
            if (stops[i].from > at)
                next = MIN(next, stops[i].from);
            if (stops[i].to > at)
                next = MIN(next, stops[i].to);
        }
        if (!stood && (next == INSTANT_NEVER || next - at >= left))
            return at + left;
        left -= stood ? 0 : next - at;
        at = next;
    }
}

Test(period_property, stopped_hours_are_a_shifted_clock)
{
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = a_rule(UNIT_EXACT, (int)pick(900));
        instant anchor = an_anchor(&rule);
        struct interval stops[5];
        size_t count = some_stops(anchor, stops);

        cr_assert_eq(compute(&rule, anchor, stops, count, run).due, count_time(rule.span.us, anchor, stops, count),
                     SEED, world.seed, run);
    }
}

Test(period_property, an_open_stop_either_keeps_the_due_instant_from_coming_or_came_after_it)
{
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = a_rule((enum unit)pick(UNITS), 1 + (int)pick(20));
        instant anchor = an_anchor(&rule), due, opened;
        struct interval stops[6];
        size_t count = some_stops(anchor, stops);

        due = compute(&rule, anchor, stops, count, run).due;
        opened = anchor + pick(40 * INSTANT_DAY);
        stops[count] = (struct interval){opened, INSTANT_NEVER};
        cr_assert_eq(compute(&rule, anchor, stops, count + 1, run).due, opened < due ? INSTANT_NEVER : due, SEED,
                     world.seed, run);
    }
}
