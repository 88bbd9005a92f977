/* A deadline that is computed without its derivation takes nothing from the heap. */
#include "engine/calendar/period.h"

#include "tests/unit/calendar/support.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

static long taken; /* how often something was taken from the heap */

#ifdef SANITIZED
int __sanitizer_install_malloc_and_free_hooks(void (*taking)(const volatile void *, size_t),
                                              void (*giving)(const volatile void *));

static void note_taken(const volatile void *at, size_t size)
{
    taken += at != NULL && size > 0;
}

static void note_given(const volatile void *at)
{
    (void)at;
}

static void watch_heap(void)
{
    cr_assert(__sanitizer_install_malloc_and_free_hooks(note_taken, note_given) > 0);
}
#else
void *__libc_malloc(size_t size);

void *malloc(size_t size)
{
    taken++;
    return __libc_malloc(size);
}

static void watch_heap(void)
{
}
#endif

Test(period_memory, computing_takes_nothing_from_the_heap)
{
    struct zone *zone = zone_of("Asia/Tokyo");
    struct calendar *calendar = government_calendar(TOROKU_SOURCE_DIR, true);
    struct period_rule rules[] = {
        {.span = {.business_days = 10}},
        {.span = {.business_days = 10}, .direction = PERIOD_BEFORE},
        {.span = {.days = 10}, .roll = ROLL_NEXT_OPEN_AT, .roll_us = 12 * INSTANT_HOUR},
        {.span = {.months = 16}, .cutoff_us = 15 * INSTANT_HOUR},
        {.span = {.us = INSTANT_HOUR}},
    };
    instant anchor = instant_of("2026-04-28T03:00:00Z");
    struct interval stops[8];
    void *volatile probe;
    long before;

    for (int i = 0; i < 8; i++)
        stops[i] = (struct interval){anchor + (8 - i) * INSTANT_DAY, anchor + (8 - i) * INSTANT_DAY + INSTANT_HOUR};
    watch_heap();
    before = taken;
    probe = g_malloc(32);
    g_free(probe);
    cr_assert_gt(taken, before, "the heap is not watched");
    before = taken;
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        struct period_result result;

        rules[i].zone = zone;
        rules[i].calendar = calendar;
        if (!period_from_instant(&rules[i], anchor, stops, rules[i].direction == PERIOD_BEFORE ? 0 : 8, &result, NULL,
                                 NULL))
            taken++;
    }
    cr_expect_eq(taken, before, "%ld allocations, or a rule that could not be computed", taken - before);
    calendar_free(calendar);
    zone_free(zone);
}
