/* Derivations as sentences: each kind has its own, and under random rules the last tells the computed instant. */
#include "engine/calendar/explain.h"
#include "engine/calendar/period.h"

#include "tests/unit/calendar/support.h"

#define RUNS 2000

static struct zone *tokyo, *new_york;
static struct calendar *government;

static void world_init(void)
{
    tokyo = zone_of("Asia/Tokyo");
    new_york = zone_of("America/New_York");
    government = government_calendar(TOROKU_SOURCE_DIR, true);
}

static void world_release(void)
{
    zone_free(tokyo);
    zone_free(new_york);
    calendar_free(government);
}

TestSuite(explain, .init = world_init, .fini = world_release);

/* The sentences of a period from ${anchor}, joined by "|". */
static char *told(const struct period_rule *rule, const char *anchor, const struct interval *stop,
                  enum explain_language language)
{
    g_autoptr(GPtrArray) sentences = NULL;
    struct derivation derivation;
    struct period_result result;
    civil_day day;
    bool ok;

    derivation_init(&derivation);
    if (civil_parse(anchor, &day))
        ok = period_from_day(rule, day, stop, stop != NULL, &result, &derivation, NULL);
    else
        ok = period_from_instant(rule, instant_of(anchor), stop, stop != NULL, &result, &derivation, NULL);
    cr_assert(ok, "%s", anchor);
    sentences = explain_derivation(&derivation, rule->zone, language);
    derivation_release(&derivation);
    g_ptr_array_add(sentences, NULL);
    return g_strjoinv("|", (char **)sentences->pdata);
}

Test(explain, the_computation_is_told_step_by_step)
{
    const struct period_rule correction = {.span = {.business_days = 1}, .zone = tokyo, .calendar = government},
                             month = {.span = {.months = 1}, .first_day = FIRST_DAY_COUNTED, .zone = tokyo},
                             hours = {.span = {.us = 24 * INSTANT_HOUR}, .zone = tokyo},
                             before = {.span = {.days = 10}, .direction = PERIOD_BEFORE, .zone = tokyo};
    const struct interval stop = {instant_of("2026-01-05T01:00:00Z"), instant_of("2026-01-05T02:00:00Z")},
                          open = {instant_of("2026-01-05T01:00:00Z"), INSTANT_NEVER};
    const struct {
        const struct period_rule *rule;
        const char *anchor;
        const struct interval *stop;
        const char *ja, *en;
    } rows[] = {
        {&correction, "2026-09-18T05:00:00Z", NULL,
         "起算の基準：2026年9月18日（金） "
         "14:00:00（日本時間）。|初日の2026年9月18日（金）は数えません。（民法第140条）|"
         "休日は数えません：2026年9月19日（土）「週末」、2026年9月20日（日）「週末」、2026年9月21日（月）「敬老の日」、"
         "2026年9月22日（火）「休日」、2026年9月23日（水）「秋分の日」。|"
         "期間の末日は2026年9月24日（木）です。（民法第141条）|"
         "期限の時刻は2026年9月25日（金） 00:00:00（日本時間）です。",
         "Counted from: Fri 18 Sep 2026, 14:00:00 (JST).|"
         "The first day, Fri 18 Sep 2026, is not counted. (Civil Code, article 140)|"
         "Closed days are not counted: Sat 19 Sep 2026 \"Weekend\", Sun 20 Sep 2026 \"Weekend\", "
         "Mon 21 Sep 2026 \"Respect for the Aged Day\", Tue 22 Sep 2026 \"Citizen's Holiday\", "
         "Wed 23 Sep 2026 \"Autumnal Equinox Day\".|"
         "The last day of the period is Thu 24 Sep 2026. (Civil Code, article 141)|"
         "It is due at Fri 25 Sep 2026, 00:00:00 (JST)."},
        {&month, "2023-01-31", NULL,
         "起算の基準：2023年1月31日（火）。|規定により初日の2023年1月31日（火）を数えます。|"
         "応当する日がないため、その月の末日の2023年2月28日（火）を用います。（民法第143条）|"
         "期間の末日は2023年2月28日（火）です。（民法第141条）|"
         "期限の時刻は2023年3月1日（水） 00:00:00（日本時間）です。",
         "Counted from: Tue 31 Jan 2023.|The first day, Tue 31 Jan 2023, is counted as the rule says.|"
         "There is no corresponding day; the last day of that month, Tue 28 Feb 2023, is used. "
         "(Civil Code, article 143)|"
         "The last day of the period is Tue 28 Feb 2023. (Civil Code, article 141)|"
         "It is due at Wed 1 Mar 2023, 00:00:00 (JST)."},
        {&hours, "2026-01-05T00:00:00Z", &stop,
         "起算の基準：2026年1月5日（月） 09:00:00（日本時間）。|"
         "時間で定めた期間なので、2026年1月5日（月） 09:00:00（日本時間）から直ちに起算します。（民法第139条）|"
         "2026年1月5日（月） 10:00:00（日本時間）から2026年1月5日（月） 11:00:00（日本時間）までは、"
         "期間が停止していたため数えません。|期限の時刻は2026年1月6日（火） 10:00:00（日本時間）です。",
         "Counted from: Mon 5 Jan 2026, 09:00:00 (JST).|"
         "A period of hours runs at once, from Mon 5 Jan 2026, 09:00:00 (JST). (Civil Code, article 139)|"
         "From Mon 5 Jan 2026, 10:00:00 (JST) to Mon 5 Jan 2026, 11:00:00 (JST) the clock stood still; "
         "this time is not counted.|It is due at Tue 6 Jan 2026, 10:00:00 (JST)."},
        {&hours, "2026-01-05T00:00:00Z", &open,
         "起算の基準：2026年1月5日（月） 09:00:00（日本時間）。|"
         "時間で定めた期間なので、2026年1月5日（月） 09:00:00（日本時間）から直ちに起算します。（民法第139条）|"
         "2026年1月5日（月） 10:00:00（日本時間）から期間が停止しています。",
         "Counted from: Mon 5 Jan 2026, 09:00:00 (JST).|"
         "A period of hours runs at once, from Mon 5 Jan 2026, 09:00:00 (JST). (Civil Code, article 139)|"
         "The clock stands still since Mon 5 Jan 2026, 10:00:00 (JST)."},
        {&before, "2026-03-11", NULL,
         "起算の基準：2026年3月11日（水）。|初日の2026年3月11日（水）は数えません。（民法第140条）|"
         "さかのぼって数えた期間は2026年3月1日（日）の始めに至ります。（民法第141条）|"
         "期限の時刻は2026年3月1日（日） 00:00:00（日本時間）です。",
         "Counted from: Wed 11 Mar 2026.|The first day, Wed 11 Mar 2026, is not counted. (Civil Code, article 140)|"
         "Counted backward, the period reaches to the beginning of Sun 1 Mar 2026. (Civil Code, article 141)|"
         "It is due at Sun 1 Mar 2026, 00:00:00 (JST)."},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *ja = told(rows[i].rule, rows[i].anchor, rows[i].stop, EXPLAIN_JA);
        g_autofree char *en = told(rows[i].rule, rows[i].anchor, rows[i].stop, EXPLAIN_EN);

        cr_expect_str_eq(ja, rows[i].ja);
        cr_expect_str_eq(en, rows[i].en);
    }
}

Test(explain, each_kind_of_step_has_a_sentence_in_both_languages)
{
    for (int kind = 0; kind < DERIVATION_KIND_COUNT; kind++) {
        struct derivation_step step = {.kind = (enum derivation_kind)kind,
                                       .day = day_of("2026-05-01"),
                                       .until = day_of("2026-05-02"),
                                       .at = instant_of("2026-05-03T00:00:00Z"),
                                       .to = instant_of("2026-05-04T00:00:00Z"),
                                       .reason = {"憲法記念日", "Constitution Memorial Day"}};
        struct derivation derivation;
        char *texts[2];

        derivation_init(&derivation);
        g_array_append_val(derivation.steps, step);
        for (int language = 0; language < 2; language++) {
            g_autoptr(GPtrArray) sentences = explain_derivation(&derivation, tokyo, (enum explain_language)language);

            cr_assert_eq(sentences->len, 1);
            texts[language] = g_strdup(g_ptr_array_index(sentences, 0));
            cr_expect_null(strpbrk(texts[language], "{}"), "%s", texts[language]);
        }
        cr_expect_str_neq(texts[EXPLAIN_JA], texts[EXPLAIN_EN], "%s", derivation_name(step.kind));
        derivation_release(&derivation);
        g_free(texts[0]);
        g_free(texts[1]);
    }
}

/* The instant that an English sentence tells, to the second. */
static instant told_instant(const char *sentence, const char *before, const struct zone *zone)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4];
    int day, year, hour, minute, second;
    struct civil_date date;

    cr_assert(g_str_has_prefix(sentence, before), "%s", sentence);
    cr_assert_eq(
        sscanf(sentence + strlen(before), "%*3s %d %3s %d, %d:%d:%d", &day, month, &year, &hour, &minute, &second), 6,
        "%s", sentence);
    date = (struct civil_date){year, 1 + (int)(strstr(months, month) - months) / 3, day};
    return zone_instant(zone, civil_day_of(date), (hour * 3600 + minute * 60 + second) * INSTANT_SECOND);
}

Test(explain, ends_in_the_computed_instant)
{
    uint64_t seed = test_seed(), state = seed;
    int standing = 0, due = 0;

    for (int run = 0; run < RUNS; run++) {
        int unit = (int)test_random(&state, 4), length = 1 + (int)test_random(&state, 40);
        struct period_rule rule = {.zone = test_random(&state, 2) != 0 ? tokyo : new_york, .calendar = government};
        instant anchor = instant_of("2015-01-01T00:00:00Z") + test_random(&state, 4000 * INSTANT_DAY);
        struct interval stop = {anchor + test_random(&state, 20 * INSTANT_DAY), INSTANT_NEVER};
        g_autoptr(GPtrArray) sentences = NULL;
        struct derivation derivation;
        struct period_result result;
        const char *last;

        rule.span = unit == 0   ? (struct span){.months = length}
                    : unit == 1 ? (struct span){.days = length}
                    : unit == 2 ? (struct span){.business_days = length}
                                : (struct span){.us = length * INSTANT_HOUR};
        if (unit != 3 && test_random(&state, 3) == 0)
            rule.roll = ROLL_NEXT_OPEN;
        if (test_random(&state, 4) != 0)
            stop.to = stop.from + test_random(&state, 20 * INSTANT_DAY);
        derivation_init(&derivation);
        cr_assert(period_from_instant(&rule, anchor, &stop, 1, &result, &derivation, NULL));
        sentences = explain_derivation(&derivation, rule.zone, EXPLAIN_EN);
        last = g_ptr_array_index(sentences, sentences->len - 1);
        if (result.due == INSTANT_NEVER) {
            cr_expect(g_str_has_prefix(last, "The clock stands still since "), "seed %" G_GUINT64_FORMAT ": %s", seed,
                      last);
            standing++;
        } else {
            instant again = told_instant(last, "It is due at ", rule.zone);
            int64_t off = result.due - again;

            /* What a wall clock shows twice in autumn is told as the first of the two. */
            cr_expect((off >= 0 && off < INSTANT_SECOND) ||
                          (off >= INSTANT_HOUR && off < INSTANT_HOUR + INSTANT_SECOND),
                      "seed %" G_GUINT64_FORMAT " run %d: %s", seed, run, last);
            due++;
        }
        derivation_release(&derivation);
    }
    cr_assert(standing > 0 && due > standing);
}
