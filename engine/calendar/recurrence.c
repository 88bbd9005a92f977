#include "engine/calendar/recurrence.h"

#include "engine/error.h"

/* The occurrence itself: a period of the one day, which counts. */
static struct period_rule recurrence_period(const struct recurrence_rule *rule)
{
    return (struct period_rule){.span = {.days = 1},
                                .first_day = FIRST_DAY_COUNTED,
                                .roll = rule->roll,
                                .cutoff_us = rule->cutoff_us,
                                .roll_us = rule->roll_us,
                                .zone = rule->zone,
                                .calendar = rule->calendar};
}

static int64_t recurrence_months(const struct recurrence_rule *rule)
{
    return INT64_C(12) * rule->every.years + rule->every.months;
}

static bool recurrence_refuse(GError **error, const char *what)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "recurrence: %s", what);
    return false;
}

bool recurrence_rule_check(const struct recurrence_rule *rule, GError **error)
{
    const struct span *every = &rule->every;
    struct period_rule period = recurrence_period(rule);

    if (every->years < 0 || every->months < 0 || every->days < 0)
        return recurrence_refuse(error, "the span is negative; occurrences follow their anchor");
    if (every->business_days != 0 || every->us != 0)
        return recurrence_refuse(error,
                                 "it comes every so many days, months or years; neither business days nor hours");
    if ((recurrence_months(rule) != 0) == (every->days != 0))
        return recurrence_refuse(error, "expected either days, or years and months");
    if (rule->month_end && every->days != 0)
        return recurrence_refuse(error, "only years and months end with a month");
    return period_rule_check(&period, error);
}

static civil_day recurrence_month_end(civil_day day)
{
    struct civil_date date = civil_date_of(day);

    return day + civil_month_length(date.year, date.month) - date.day;
}

bool recurrence_day(const struct recurrence_rule *rule, civil_day anchor, int64_t n, civil_day *day, bool *exists)
{
    int64_t months = recurrence_months(rule), each = months != 0 ? months : rule->every.days;

    g_assert(n >= 0);
    if (exists != NULL)
        *exists = true;
    if (n > (CIVIL_DAY_MAX - INT64_C(1) * CIVIL_DAY_MIN) / each)
        return false;
    if (months == 0) {
        if (n * each > INT64_C(1) * CIVIL_DAY_MAX - anchor)
            return false;
        *day = anchor + (civil_day)(n * each);
        return true;
    }
    if (!civil_add_months(anchor, n * months, day, exists))
        return false;
    if (rule->month_end)
        *day = recurrence_month_end(*day);
    return true;
}

int64_t recurrence_after(const struct recurrence_rule *rule, civil_day anchor, civil_day day)
{
    struct civil_date from, to;
    civil_day found;
    int64_t n;

    if (day < anchor)
        return 0;
    if (rule->every.days != 0)
        return (INT64_C(1) * day - anchor) / rule->every.days + 1;
    from = civil_date_of(anchor);
    to = civil_date_of(day);
    n = (INT64_C(12) * (to.year - from.year) + to.month - from.month) / recurrence_months(rule);
    /* The occurrence of the same month may lie on either side of the day. */
    while (recurrence_day(rule, anchor, n, &found, NULL) && found <= day)
        n++;
    return n;
}

/* The steps to the occurrence's day, in the place of those that the period of one day began with. */
static void recurrence_tell(const struct recurrence_rule *rule, civil_day anchor, civil_day day, bool exists,
                            struct derivation *derivation)
{
    struct derivation_step *steps = (struct derivation_step *)(void *)derivation->steps->data;

    g_assert(steps[0].kind == DERIVED_ANCHOR && steps[1].kind == DERIVED_FIRST_DAY_COUNTED);
    steps[0].day = anchor;
    if (rule->every.days != 0 || rule->month_end || day == anchor) {
        g_array_remove_index(derivation->steps, 1);
        return;
    }
    steps[1].kind = exists ? DERIVED_CORRESPONDING_DAY : DERIVED_MONTH_END;
    steps[1].day = day;
}

bool recurrence_compute(const struct recurrence_rule *rule, civil_day anchor, int64_t n, struct period_result *result,
                        struct derivation *derivation, GError **error)
{
    struct period_rule period = recurrence_period(rule);
    civil_day day;
    bool exists;

    if (!recurrence_rule_check(rule, error))
        return false;
    if (anchor <= CIVIL_DAY_MIN || anchor >= CIVIL_DAY_MAX || n < 0 || !recurrence_day(rule, anchor, n, &day, &exists))
        return recurrence_refuse(error, "it reaches beyond the years 0001 to 9999, or counts back from its anchor");
    if (rule->month_end && anchor != recurrence_month_end(anchor))
        return recurrence_refuse(error, "the anchor is not the last day of its month, as the rule expects");
    if (!period_from_day(&period, day, NULL, 0, result, derivation, error))
        return false;
    if (derivation != NULL)
        recurrence_tell(rule, anchor, day, exists, derivation);
    return true;
}
