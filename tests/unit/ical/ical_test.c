#include "adapters/ical/ical.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct feed_item plain = {.uid = "case-12.review@toroku.test",
                                       .sequence = 3,
                                       .changed = 1795305600 * INSTANT_SECOND, /* 2026-11-22T00:00:00Z */
                                       .by_day = true,
                                       .day = 20789, /* 2026-12-02 */
                                       .summary = "Review",
                                       .description = "Rule 3.4",
                                       .url = "https://toroku.test/cases/SA-12"};

static char *written(const struct feed_item *item, size_t *size)
{
    struct feed feed = {"期限", "ja", g_array_new(FALSE, FALSE, sizeof(struct feed_item))};
    char *text;

    if (item != NULL)
        g_array_append_val(feed.items, *item);
    text = ical_write(&feed, size);
    g_array_unref(feed.items);
    cr_assert_eq(strlen(text), *size);
    return text;
}

/* Lines put together again (3.1): what follows a line end and one blank belongs to the line before. */
static char *unfolded(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text, "\r\n ", -1);

    return g_strjoinv("", pieces);
}

static void expect_line(const struct feed_item *item, const char *line)
{
    size_t size;
    g_autofree char *text = written(item, &size), *whole = unfolded(text);
    g_autofree char *wanted = g_strdup_printf("\r\n%s\r\n", line);

    cr_expect(strstr(whole, wanted) != NULL, "no line %s in\n%s", line, whole);
}

Test(ical, an_empty_feed_is_a_calendar)
{
    size_t size;
    g_autofree char *text = written(NULL, &size);

    cr_expect(g_str_has_prefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Toroku//Deadlines//EN\r\n"), "%s",
              text);
    cr_expect(g_str_has_suffix(text, "\r\nEND:VCALENDAR\r\n"), "%s", text);
    cr_expect(strstr(text, "METHOD") == NULL && strstr(text, "VEVENT") == NULL);
    cr_expect(strstr(text, "\r\nNAME:期限\r\nX-WR-CALNAME;VALUE=TEXT:期限\r\n") != NULL, "%s", text);
}

Test(ical, an_item_has_what_programs_ask_for)
{
    static const char *const lines[] = {
        "UID:case-12.review@toroku.test",      "SEQUENCE:3",         "DTSTAMP:20261122T000000Z",
        "LAST-MODIFIED:20261122T000000Z",      "SUMMARY:Review",     "DESCRIPTION:Rule 3.4",
        "URL:https://toroku.test/cases/SA-12", "TRANSP:TRANSPARENT",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        expect_line(&plain, lines[i]);
}

Test(ical, a_day_is_a_date_and_an_instant_a_time_in_utc)
{
    static const struct {
        bool by_day;
        civil_day day;
        instant due;
        const char *line;
    } rows[] = {
        {true, 20789, 0, "DTSTART;VALUE=DATE:20261202"},
        {true, 21243, 0, "DTSTART;VALUE=DATE:20280229"},
        {true, 0, 0, "DTSTART;VALUE=DATE:19700101"},
        {false, 0, 1795305600 * INSTANT_SECOND, "DTSTART:20261122T000000Z"},
        {false, 0, 1795305599 * INSTANT_SECOND, "DTSTART:20261121T235959Z"},
        {false, 0, 1795305599 * INSTANT_SECOND + 999999, "DTSTART:20261121T235959Z"},
        {false, 0, -1, "DTSTART:19691231T235959Z"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct feed_item item = plain;

        item.by_day = rows[i].by_day;
        item.day = rows[i].day;
        item.due = rows[i].due;
        expect_line(&item, rows[i].line);
    }
}

Test(ical, text_is_escaped)
{
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"a,b;c", "SUMMARY:a\\,b\\;c"},
        {"back\\slash", "SUMMARY:back\\\\slash"},
        {"one\ntwo", "SUMMARY:one\\ntwo"},
        {"one\r\ntwo", "SUMMARY:one\\ntwo"},
        {"bell\a, delete\x7f", "SUMMARY:bell\\, delete"},
        {"x\r\nEND:VEVENT", "SUMMARY:x\\nEND:VEVENT"},
        {"colon: \"quoted\"", "SUMMARY:colon: \"quoted\""},
        {"cut \xe6\x9c", "SUMMARY:cut \xef\xbf\xbd\xef\xbf\xbd"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct feed_item item = plain;

        item.summary = rows[i].text;
        expect_line(&item, rows[i].line);
    }
}

/* Every length around the limit, of characters of one to four octets: no line is longer, none is cut inside one. */
Test(ical, lines_fold_between_characters)
{
    static const char *const characters[] = {"a", "é", "期", "𠮷"};

    for (size_t c = 0; c < G_N_ELEMENTS(characters); c++)
        for (int length = 1; length <= 160; length++) {
            g_autoptr(GString) summary = g_string_new("s");
            struct feed_item item = plain;
            size_t size;
            g_autofree char *text = NULL, *line = NULL;
            g_auto(GStrv) lines = NULL;

            for (int i = 0; i < length; i++)
                g_string_append(summary, characters[c]);
            item.summary = summary->str;
            text = written(&item, &size);
            lines = g_strsplit(text, "\r\n", -1);
            for (char **l = lines; *l != NULL; l++) {
                cr_assert(strlen(*l) <= 75, "%zu octets: %s", strlen(*l), *l);
                cr_assert(g_utf8_validate(*l, -1, NULL), "cut: %s", *l);
                cr_assert_eq(strcspn(*l, "\r\n"), strlen(*l), "half of a line end: %s", *l);
            }
            line = g_strdup_printf("SUMMARY:%s", summary->str);
            expect_line(&item, line);
        }
}
