#include "engine/calendar/calendar.h"

#include "engine/error.h"

struct calendar_day {
    civil_day day;
    bool provisional;
    struct calendar_reason reason;
};

struct calendar {
    char *name, *version;
    struct calendar_reason weekdays[SUNDAY + 1]; /* ja is NULL where open */
    struct calendar_reason yearly[12][31];
    GArray *days;         /* struct calendar_day, ascending once finished */
    bool has_provisional; /* within the covered range */
    civil_day first, last;
    civil_day bits_first; /* a bit for each day from the first to the last known one: closed, for whatever reason */
    int32_t bit_count;
    uint64_t *bits;       /* NULL until finished */
    int32_t *open_before; /* for each word of bits: how many open days lie before its first */
    int32_t open_count;   /* among all of bits */
};

/* Names live as long as the program, so that a derivation may outlast the calendar that a reload replaced. */
static struct calendar_reason calendar_reason_keep(struct calendar_reason reason)
{
    g_assert(reason.ja != NULL && reason.en != NULL);
    return (struct calendar_reason){g_intern_string(reason.ja), g_intern_string(reason.en)};
}

static const struct calendar_day *calendar_day_at(const struct calendar *calendar, guint i)
{
    return &g_array_index(calendar->days, struct calendar_day, i);
}

struct calendar *calendar_new(const char *name, const char *version)
{
    struct calendar *calendar = g_new0(struct calendar, 1);

    calendar->name = g_strdup(name);
    calendar->version = g_strdup(version);
    calendar->days = g_array_new(FALSE, FALSE, sizeof(struct calendar_day));
    return calendar;
}

void calendar_free(struct calendar *calendar)
{
    if (calendar == NULL)
        return;
    g_free(calendar->open_before);
    g_free(calendar->bits);
    g_array_unref(calendar->days);
    g_free(calendar->version);
    g_free(calendar->name);
    g_free(calendar);
}

const char *calendar_name(const struct calendar *calendar)
{
    return calendar->name;
}

const char *calendar_version(const struct calendar *calendar)
{
    return calendar->version;
}

void calendar_close_weekday(struct calendar *calendar, enum weekday weekday, struct calendar_reason reason)
{
    g_assert(calendar->bits == NULL && weekday >= MONDAY && weekday <= SUNDAY);
    calendar->weekdays[weekday] = calendar_reason_keep(reason);
}

void calendar_close_yearly(struct calendar *calendar, int month, int day, struct calendar_reason reason)
{
    g_assert(calendar->bits == NULL && month >= 1 && month <= 12 && day >= 1 && day <= 31);
    calendar->yearly[month - 1][day - 1] = calendar_reason_keep(reason);
}

void calendar_close_day(struct calendar *calendar, civil_day day, struct calendar_reason reason, bool provisional)
{
    struct calendar_day closed = {day, provisional, calendar_reason_keep(reason)};

    g_assert(calendar->bits == NULL);
    g_array_append_val(calendar->days, closed);
}

static gint calendar_day_compare(gconstpointer a, gconstpointer b)
{
    const struct calendar_day *left = a, *right = b;

    return (left->day > right->day) - (left->day < right->day);
}

static const struct calendar_day *calendar_find(const struct calendar *calendar, civil_day day)
{
    struct calendar_day key = {.day = day};
    guint i;

    if (!g_array_binary_search(calendar->days, &key, calendar_day_compare, &i))
        return NULL;
    return calendar_day_at(calendar, i);
}

/* Why every year or week closes ${day}. */
static const struct calendar_reason *calendar_why_regular(const struct calendar *calendar, civil_day day)
{
    struct civil_date date = civil_date_of(day);
    const struct calendar_reason *reason = &calendar->yearly[date.month - 1][date.day - 1];

    if (reason->ja == NULL)
        reason = &calendar->weekdays[civil_weekday(day)];
    return reason->ja == NULL ? NULL : reason;
}

static bool calendar_check_regular(const struct calendar *calendar, GError **error)
{
    int open = 0;

    for (int month = 1; month <= 12; month++) {
        for (int day = civil_month_length(2000, month) + 1; day <= 31; day++) {
            if (calendar->yearly[month - 1][day - 1].ja == NULL)
                continue;
            g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                        "calendar '%s': no year has month %d day %d; correct the yearly closures", calendar->name,
                        month, day);
            return false;
        }
    }
    for (int weekday = MONDAY; weekday <= SUNDAY; weekday++)
        open += calendar->weekdays[weekday].ja == NULL;
    if (open == 0)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                    "calendar '%s': every weekday is closed; leave at least one open", calendar->name);
    return open > 0;
}

static bool calendar_check_days(const struct calendar *calendar, GError **error)
{
    for (guint i = 0; i < calendar->days->len; i++) {
        const struct calendar_day *closed = calendar_day_at(calendar, i);
        char date[CIVIL_TEXT_SIZE];

        if (closed->day < CIVIL_DAY_MIN || closed->day > CIVIL_DAY_MAX) {
            g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                        "calendar '%s': day number %d lies outside the years 0001 to 9999", calendar->name,
                        (int)closed->day);
            return false;
        }
        if (i > 0 && calendar_day_at(calendar, i - 1)->day == closed->day) {
            civil_print(closed->day, date);
            g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                        "calendar '%s': %s is listed twice, as %s and as %s; keep one", calendar->name, date,
                        calendar_day_at(calendar, i - 1)->reason.en, closed->reason.en);
            return false;
        }
    }
    return true;
}

/* Word ${word} of bits the other way round: its open days. */
static uint64_t calendar_open_word(const struct calendar *calendar, int32_t word)
{
    int32_t rest = calendar->bit_count - word * 64;

    return ~calendar->bits[word] & (rest < 64 ? (UINT64_C(1) << rest) - 1 : UINT64_MAX);
}

static void calendar_count_words(struct calendar *calendar)
{
    calendar->open_before = g_new(int32_t, (gsize)calendar->bit_count / 64 + 1);
    for (int32_t word = 0; word <= calendar->bit_count / 64; word++) {
        calendar->open_before[word] = calendar->open_count;
        calendar->open_count += __builtin_popcountll(calendar_open_word(calendar, word));
    }
}

/* Forecasts inside the covered range are rare: without any, the range alone answers. */
static void calendar_note_provisional(struct calendar *calendar)
{
    for (guint i = 0; i < calendar->days->len; i++) {
        const struct calendar_day *closed = calendar_day_at(calendar, i);

        calendar->has_provisional |=
            closed->provisional && closed->day >= calendar->first && closed->day <= calendar->last;
    }
}

static void calendar_fill_bits(struct calendar *calendar)
{
    civil_day last = calendar->last;

    calendar->bits_first = calendar->first;
    if (calendar->days->len > 0) {
        calendar->bits_first = MIN(calendar->first, calendar_day_at(calendar, 0)->day);
        last = MAX(calendar->last, calendar_day_at(calendar, calendar->days->len - 1)->day);
    }
    calendar->bit_count = last - calendar->bits_first + 1;
    calendar->bits = g_new0(uint64_t, (gsize)calendar->bit_count / 64 + 1);
    for (int32_t i = 0; i < calendar->bit_count; i++)
        if (calendar_why_closed(calendar, calendar->bits_first + i) != NULL)
            calendar->bits[i / 64] |= UINT64_C(1) << (i % 64);
    calendar_count_words(calendar);
}

bool calendar_finish(struct calendar *calendar, civil_day first, civil_day last, GError **error)
{
    g_assert(calendar->bits == NULL);
    if (first < CIVIL_DAY_MIN || last > CIVIL_DAY_MAX || first > last) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                    "calendar '%s': the covered range ends before it begins or leaves the years 0001 to 9999",
                    calendar->name);
        return false;
    }
    g_array_sort(calendar->days, calendar_day_compare);
    if (!calendar_check_regular(calendar, error) || !calendar_check_days(calendar, error))
        return false;
    calendar->first = first;
    calendar->last = last;
    calendar_note_provisional(calendar);
    calendar_fill_bits(calendar);
    return true;
}

bool calendar_is_open(const struct calendar *calendar, civil_day day)
{
    int64_t i = (int64_t)day - calendar->bits_first;

    g_assert(calendar->bits != NULL);
    if (i >= 0 && i < calendar->bit_count)
        return ((calendar->bits[i / 64] >> (i % 64)) & 1) == 0;
    return calendar_why_regular(calendar, day) == NULL;
}

const struct calendar_reason *calendar_why_closed(const struct calendar *calendar, civil_day day)
{
    const struct calendar_day *closed;

    g_assert(calendar->bits != NULL);
    closed = calendar_find(calendar, day);
    return closed != NULL ? &closed->reason : calendar_why_regular(calendar, day);
}

bool calendar_is_provisional(const struct calendar *calendar, civil_day day)
{
    const struct calendar_day *closed;

    g_assert(calendar->bits != NULL);
    if (day < calendar->first || day > calendar->last)
        return true;
    if (!calendar->has_provisional)
        return false;
    closed = calendar_find(calendar, day);
    return closed != NULL && closed->provisional;
}

civil_day calendar_first_provisional(const struct calendar *calendar, civil_day from, civil_day to)
{
    g_assert(calendar->bits != NULL);
    if (from > to)
        return CIVIL_DAY_NONE;
    if (from < calendar->first || from > calendar->last)
        return from;
    for (guint i = 0; calendar->has_provisional && i < calendar->days->len; i++) {
        const struct calendar_day *closed = calendar_day_at(calendar, i);

        if (closed->provisional && closed->day >= from && closed->day <= MIN(to, calendar->last))
            return closed->day;
    }
    return to > calendar->last ? calendar->last + 1 : CIVIL_DAY_NONE;
}

/* How many of the days of bits before the ${i}th are open. */
static int32_t calendar_rank(const struct calendar *calendar, int64_t i)
{
    int32_t word = (int32_t)(i / 64);

    if (i >= calendar->bit_count)
        return calendar->open_count;
    return calendar->open_before[word] +
           __builtin_popcountll(calendar_open_word(calendar, word) & ((UINT64_C(1) << (i % 64)) - 1));
}

/* Which of the days of bits is open after exactly ${before} open ones; ${before} < open_count. */
static int32_t calendar_select(const struct calendar *calendar, int32_t before)
{
    int32_t low = 0, high = calendar->bit_count / 64 + 1;
    uint64_t open;

    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;

        if (calendar->open_before[middle] <= before)
            low = middle;
        else
            high = middle;
    }
    open = calendar_open_word(calendar, low);
    for (int32_t skip = before - calendar->open_before[low]; skip > 0; skip--)
        open &= open - 1;
    return low * 64 + __builtin_ctzll(open);
}

/* Where bits end: the first day that they say nothing of. */
static int64_t calendar_bits_end(const struct calendar *calendar)
{
    return (int64_t)calendar->bits_first + calendar->bit_count;
}

civil_day calendar_nth_open(const struct calendar *calendar, civil_day day, int count)
{
    int64_t at = day;

    g_assert(calendar->bits != NULL && count > 0);
    for (; at <= CIVIL_DAY_MAX; at++) {
        if (at >= calendar->bits_first && at < calendar_bits_end(calendar)) {
            int32_t before = calendar_rank(calendar, at - calendar->bits_first);

            if (calendar->open_count - before >= count)
                return calendar->bits_first + calendar_select(calendar, before + count - 1);
            count -= calendar->open_count - before;
            at = calendar_bits_end(calendar) - 1;
        } else if (calendar_why_regular(calendar, (civil_day)at) == NULL && --count == 0) {
            return (civil_day)at;
        }
    }
    return CIVIL_DAY_NONE;
}

civil_day calendar_nth_open_back(const struct calendar *calendar, civil_day day, int count)
{
    int64_t at = day;

    g_assert(calendar->bits != NULL && count > 0);
    for (; at >= CIVIL_DAY_MIN; at--) {
        if (at >= calendar->bits_first && at < calendar_bits_end(calendar)) {
            int32_t until = calendar_rank(calendar, at - calendar->bits_first + 1);

            if (until >= count)
                return calendar->bits_first + calendar_select(calendar, until - count);
            count -= until;
            at = calendar->bits_first;
        } else if (calendar_why_regular(calendar, (civil_day)at) == NULL && --count == 0) {
            return (civil_day)at;
        }
    }
    return CIVIL_DAY_NONE;
}

int calendar_count_open(const struct calendar *calendar, civil_day from, civil_day to)
{
    int count = 0;

    g_assert(calendar->bits != NULL);
    for (int64_t at = from; at <= to; at++) {
        int64_t end = MIN((int64_t)to + 1, calendar_bits_end(calendar));

        if (at >= calendar->bits_first && at < end) {
            count += calendar_rank(calendar, end - calendar->bits_first) -
                     calendar_rank(calendar, at - calendar->bits_first);
            at = end - 1;
        } else {
            count += calendar_is_open(calendar, (civil_day)at);
        }
    }
    return count;
}
