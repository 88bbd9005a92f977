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
        rule.cutoff_us = pick(3) == 0 ? (1 + pick(23)) * INSTANT_HOUR : 0;
        rule.roll = (enum period_roll)(pick(2) * pick(3));
        /* No later than days end, or a longer span could end earlier on the day that a shorter one rolls to. */
        if (rule.roll == ROLL_NEXT_OPEN_AT)
            rule.roll_us = 1 + pick(rule.cutoff_us == 0 ? INSTANT_DAY - 1 : rule.cutoff_us);
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

/* When ${day} ends: at ${at_us}, or with the day when that is 0. */
static instant end_of(const struct period_rule *rule, civil_day day, int64_t at_us)
{
    return at_us == 0 ? zone_instant(rule->zone, day + 1, 0) : zone_instant(rule->zone, day, at_us);
}

/* After a last day that was closed: at the rule's time of an open day, or at its end, the first at which the clock ran.
 */
static instant roll_from(const struct period_rule *rule, civil_day day, const struct interval *stops, size_t count)
{
    for (;; day++) {
        instant end = end_of(rule, day, rule->cutoff_us), at = end_of(rule, day, rule->roll_us);

        if (!calendar_is_open(rule->calendar, day))
            continue;
        if (rule->roll == ROLL_NEXT_OPEN_AT && !stood_before(at, stops, count))
            return at;
        if ((rule->roll == ROLL_NEXT_OPEN || end > at) && !stood_before(end, stops, count))
            return end;
    }
}

static civil_day first_day_of(const struct period_rule *rule, instant anchor)
{
    bool late, counted;
    civil_day day;

    zone_day(rule->zone, anchor, &day, NULL);
    late = rule->cutoff_us != 0 && zone_instant(rule->zone, day, rule->cutoff_us) <= anchor;
    counted = zone_instant(rule->zone, day, 0) == anchor || rule->first_day == FIRST_DAY_COUNTED;
    return counted && !late ? day : day + 1;
}

/* Counts one day after the other, asking of each end whether the clock stood. */
static instant count_days(const struct period_rule *rule, instant anchor, const struct interval *stops, size_t count)
{
    civil_day day = first_day_of(rule, anchor), month_end;
    int64_t left = rule->span.days + rule->span.business_days;

    if (rule->span.months > 0) {
        cr_assert(civil_months_end(day, rule->span.months, &month_end, NULL));
        left = month_end - day + 1;
    }
    for (;; day++) {
        if (stood_before(end_of(rule, day, rule->cutoff_us), stops, count))
            continue;
        if (rule->span.business_days > 0 && !calendar_is_open(rule->calendar, day))
            continue;
        if (--left == 0)
            break;
    }
    if (rule->roll == ROLL_NONE || calendar_is_open(rule->calendar, day))
        return end_of(rule, day, rule->cutoff_us);
    return roll_from(rule, day, stops, count);
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

/* Looks at each minute, one after the other; everything lies on whole minutes. */
static instant count_minutes(int64_t left, instant at, const struct interval *stops, size_t count)
{
    for (; left > 0; at += INSTANT_MINUTE)
        left -= stood_before(at + INSTANT_MINUTE, stops, count) ? 0 : INSTANT_MINUTE;
    return at;
}

Test(period_property, stopped_hours_agree_with_counting_minute_by_minute)
{
    for (int run = 0; run < RUNS / 10; run++) {
        struct period_rule rule = a_rule(UNIT_EXACT, 1);
        instant anchor = an_anchor(&rule);
        struct interval stops[5];
        size_t count = some_stops(anchor, stops);

        anchor -= anchor % INSTANT_MINUTE;
        rule.span.us = (1 + pick(20000)) * INSTANT_MINUTE;
        for (size_t i = 0; i < count; i++) {
            stops[i].from -= stops[i].from % INSTANT_MINUTE;
            stops[i].to -= stops[i].to % INSTANT_MINUTE;
        }
        cr_assert_eq(compute(&rule, anchor, stops, count, run).due, count_minutes(rule.span.us, anchor, stops, count),
                     SEED, world.seed, run);
    }
}

Test(period_property, hours_that_end_on_a_closed_day_roll)
{
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = a_rule(UNIT_EXACT, 1 + (int)pick(300));
        instant anchor = an_anchor(&rule), due;
        struct interval stops[5];
        size_t count = some_stops(anchor, stops);
        civil_day day;

        rule.roll = pick(2) == 0 ? ROLL_NEXT_OPEN : ROLL_NEXT_OPEN_AT;
        rule.roll_us = rule.roll == ROLL_NEXT_OPEN_AT ? pick(INSTANT_DAY) : 0;
        due = count_time(rule.span.us, anchor, stops, count);
        zone_day(rule.zone, due - 1, &day, NULL);
        if (!calendar_is_open(rule.calendar, day))
            due = roll_from(&rule, day, stops, count);
        cr_assert_eq(compute(&rule, anchor, stops, count, run).due, due, SEED, world.seed, run);
    }
}

/* Where no derivation is asked for, stretches of business days are counted at once. */
Test(period_property, the_derivation_ends_in_the_instant_that_is_computed_without_it)
{
    struct derivation derivation;

    derivation_init(&derivation);
    for (int run = 0; run < RUNS; run++) {
        struct period_rule rule = a_rule((enum unit)pick(UNITS), 1 + (int)pick(100));
        instant anchor = an_anchor(&rule);
        struct period_result plain, told;
        const struct derivation_step *end;
        struct interval stops[5];
        size_t count = some_stops(anchor, stops);

        if (pick(4) == 0)
            rule = (struct period_rule){.span = {.business_days = rule.span.business_days + 1},
                                        .direction = PERIOD_BEFORE,
                                        .zone = rule.zone,
                                        .calendar = rule.calendar};
        if (count > 0 && pick(4) == 0)
            stops[0].to = INSTANT_NEVER;
        count = rule.direction == PERIOD_BEFORE ? 0 : count;
        plain = compute(&rule, anchor, stops, count, run);
        cr_assert(period_from_instant(&rule, anchor, stops, count, &told, &derivation, NULL));
        cr_assert(plain.due == told.due && plain.first_day == told.first_day && plain.last_day == told.last_day &&
                      plain.provisional == told.provisional,
                  SEED, world.seed, run);
        end = derivation_step_at(&derivation, derivation.steps->len - 1);
        cr_assert(told.due == INSTANT_NEVER ? end->kind == DERIVED_STANDS
                                            : end->kind == DERIVED_DUE && end->at == told.due,
                  SEED, world.seed, run);
    }
    derivation_release(&derivation);
}

Test(period_property, counting_open_days_at_once_agrees_with_counting_them_one_by_one)
{
    const struct calendar *calendar = world.government;

    for (int run = 0; run < RUNS; run++) {
        /* Into and out of the days listed, 1970 to 2050 at most, on both sides. */
        civil_day day = day_of("1965-01-01") + (civil_day)pick(33000), at = day;
        int wanted = 1 + (int)pick(run % 10 == 0 ? 20000 : 80), count = 0;

        for (; (count += calendar_is_open(calendar, at)) < wanted; at++)
            ;
        cr_assert_eq(calendar_nth_open(calendar, day, wanted), at, SEED, world.seed, run);
        cr_assert_eq(calendar_count_open(calendar, day, at), wanted, SEED, world.seed, run);
        cr_assert_eq(calendar_count_open(calendar, day, day - 1), 0, SEED, world.seed, run);
        for (at = day, count = 0; (count += calendar_is_open(calendar, at)) < wanted; at--)
            ;
        cr_assert_eq(calendar_nth_open_back(calendar, day, wanted), at, SEED, world.seed, run);
    }
    cr_expect_eq(calendar_nth_open(calendar, CIVIL_DAY_MAX - 5, 100), CIVIL_DAY_NONE);
    cr_expect_eq(calendar_nth_open_back(calendar, CIVIL_DAY_MIN + 5, 100), CIVIL_DAY_NONE);
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
