/* Forms, field by field: what is right has no finding, what is wrong has one with its place and rule. */
#include "tests/support/trial.h"

#include "engine/core/country.h"
#include "engine/core/validate.h"

#include <criterion/criterion.h>
#include <string.h>

/* ---- numbers ---- */

static const struct {
    const char *text;
    bool good;
} corporate_numbers[] = {
    {"7000012050002", true},  /* 国税庁 */
    {"8000012010038", true},  /* デジタル庁 */
    {"5010005007126", true},  /* 情報処理推進機構 */
    {"1180301018771", true},  /* トヨタ自動車 */
    {"1180301018772", false}, /* last digit */
    {"6000012050002", false}, /* check digit */
    {"118030101877", false},   {"11803010187710", false},
    {"0180301018771", false},  {"", false},
    {"118030101877x", false},  {" 1180301018771", false},
    {"1180301018771 ", false}, {"１１８０３０１０１８７７１", false}, /* full width: to be normalised first */
};

Test(validate, corporate_numbers)
{
    for (size_t i = 0; i < G_N_ELEMENTS(corporate_numbers); i++)
        cr_expect_eq(validate_corporate_number(corporate_numbers[i].text), corporate_numbers[i].good, "%s",
                     corporate_numbers[i].text);
}

/* Every single digit changed is detected, but for 0 and 9 (domain: the weighted difference is 9 or 18). */
Test(validate, a_changed_digit_of_a_corporate_number_is_detected)
{
    static const char good[] = "5010005007126";

    for (size_t place = 0; place < 13; place++)
        for (char digit = '0'; digit <= '9'; digit++) {
            char changed[] = "5010005007126";
            bool pair = (good[place] == '0' && digit == '9') || (good[place] == '9' && digit == '0');

            changed[place] = digit;
            cr_expect_eq(validate_corporate_number(changed), digit == good[place] || pair, "%s", changed);
        }
}

Test(validate, registration_numbers)
{
    static const char *const good[] = {"C21-0004-2", "C21-0008-2", "C21-0012-2", "C22-0042-2", "C23-0070-2"};
    static const char *const bad[] = {
        "",           "C21-0004-1",  "c21-0004-2", "C21-004-2",  "C2-0004-2",  "C21-0004-2 ", "C21-00042",
        "D21-0004-2", "C21-0004-22", "C21_0004-2", "C21-000x-2", "Cx1-0004-2", "C21-0004-２"};

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        cr_expect(validate_registration_number(good[i]), "%s", good[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(validate_registration_number(bad[i]), "%s", bad[i]);
}

Test(validate, countries)
{
    static const char *const bad[] = {"", "JP", "jpn", "JPNX", "QQQ", "PNU", "N K", "ZZZ", "JP "};
    int known = 0;

    cr_expect(country_is_known("JPN"));
    cr_expect(country_is_known("ABW"));
    cr_expect(country_is_known("ZWE"));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(country_is_known(bad[i]), "%s", bad[i]);
    for (char a = 'A'; a <= 'Z'; a++)
        for (char b = 'A'; b <= 'Z'; b++)
            for (char c = 'A'; c <= 'Z'; c++)
                known += country_is_known((const char[]){a, b, c, '\0'});
    cr_expect_eq(known, 249);
}

/* ---- forms ---- */

static struct library *library;
static const struct chart *chart;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
    chart = trial_chart(library, "fields");
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(form, .init = setup, .fini = teardown);

/* 2026-04-01T00:00:00+09:00: the day has begun in the chart's zone, and not yet in UTC. */
#define TODAY (INT64_C(1774969200) * INSTANT_SECOND)

/* "pointer rule, pointer rule" */
static const char *found(const char *form, const char *json, bool partial)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_free);
    g_autoptr(GString) text = g_string_new(NULL);
    struct value *input = trial_value(json);
    struct snapshot *s = snapshot_new(chart, 7, 5, 30);

    validate_input(s, TODAY, form == NULL ? CHART_NONE : chart_form_index(chart, form), input, partial, findings);
    value_unref(input);
    snapshot_free(s);
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);

        g_string_append_printf(text, "%s%s %s", i == 0 ? "" : ", ", finding->pointer, finding->rule);
        cr_expect(finding->ja != NULL && finding->ja[0] != '\0' && finding->en != NULL && finding->en[0] != '\0');
    }
    return g_intern_string(text->str);
}

#define FILE_OF(name, sha, size, type)                                                                                 \
    "{\"file\":{\"name\":\"" name "\",\"sha256\":\"" sha "\",\"size\":" size ",\"media_type\":\"" type "\"}}"
#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct {
    const char *json, *findings;
} types[] = {
    {NULL, ""},
    {"{}", ""},
    {"[]", " type"},
    {"null", " type"},
    {"\"x\"", " type"},
    {"{\"text\":null}", ""},
    {"{\"text\":\"\"}", ""},
    {"{\"text\":\"見本 Ä\"}", ""},
    {"{\"text\":1}", "/text type"},
    {"{\"text\":[\"x\"]}", "/text type"},
    {"{\"text\":{}}", "/text type"},
    {"{\"text\":\"a\\nb\"}", "/text control_character"},
    {"{\"text\":\"a\\u007fb\"}", "/text control_character"},
    {"{\"text\":\"a\\u0085b\"}", "/text control_character"},
    {"{\"text\":\"a\\u2028b\"}", "/text control_character"},
    {"{\"text\":\"a\\u202eb\"}", "/text control_character"}, /* reads from right to left */
    {"{\"short\":\"あいう\"}", ""},                          /* characters, not bytes */
    {"{\"short\":\"あいうえ\"}", "/short too_long"},
    {"{\"long\":\"a\\nb\\tc\"}", ""},
    {"{\"long\":\"a\\u001bb\"}", "/long control_character"},
    {"{\"bool\":true}", ""},
    {"{\"bool\":false}", ""},
    {"{\"bool\":\"true\"}", "/bool type"},
    {"{\"bool\":1}", "/bool type"},
    {"{\"int\":-3}", ""},
    {"{\"int\":9007199254740991}", ""},
    {"{\"int\":9007199254740992}", "/int range"},
    {"{\"int\":-9007199254740992}", "/int range"},
    {"{\"int\":\"3\"}", "/int type"},
    {"{\"date\":\"2024-02-29\"}", ""},
    {"{\"date\":\"2023-02-29\"}", "/date date"},
    {"{\"date\":\"2024-2-9\"}", "/date date"},
    {"{\"date\":\"2024-02-29T00:00:00Z\"}", "/date date"},
    {"{\"date\":20240229}", "/date type"},
    {"{\"instant\":\"2020-04-27T00:00:00+09:00\"}", ""},
    {"{\"instant\":\"2020-04-26T15:00:00.000001Z\"}", ""},
    {"{\"instant\":\"2020-04-27T00:00:00\"}", "/instant instant"},
    {"{\"instant\":\"2020-04-27\"}", "/instant instant"},
    {"{\"period\":{\"start\":\"2024-01-01\",\"end\":\"2024-01-01\"}}", ""},
    {"{\"period\":{\"start\":\"2024-01-02\",\"end\":\"2024-01-01\"}}", "/period period_order"},
    {"{\"period\":{\"start\":\"2024-01-01\"}}", "/period period"},
    {"{\"period\":{\"start\":\"2024-01-01\",\"end\":\"soon\"}}", "/period period"},
    {"{\"period\":{\"start\":\"2024-01-01\",\"end\":\"2024-01-01\",\"x\":1}}", "/period period"},
    {"{\"period\":\"2024\"}", "/period type"},
    {"{\"corp_no\":\"7000012050002\"}", ""},
    {"{\"corp_no\":\"6000012050002\"}", "/corp_no check_digit"},
    {"{\"corp_no\":\"７０００１２０５０００２\"}", "/corp_no check_digit"},
    {"{\"corp_no\":7000012050002}", "/corp_no type"},
    {"{\"reg_no\":\"C21-0004-2\"}", ""},
    {"{\"reg_no\":\"C21-0004-3\"}", "/reg_no registration_number"},
    {"{\"country\":\"JPN\"}", ""},
    {"{\"country\":\"JP\"}", "/country country"},
    {"{\"country\":\"XYZ\"}", "/country country"},
    {"{\"email\":\"a@b.example\"}", ""},
    {"{\"email\":\"a.b+c@b.example\"}", ""},
    {"{\"email\":\"a@b\"}", "/email email"},
    {"{\"email\":\"a b@c.example\"}", "/email email"},
    {"{\"email\":\"@c.example\"}", "/email email"},
    {"{\"email\":\"a@@c.example\"}", "/email email"},
    {"{\"email\":\"a@.example\"}", "/email email"},
    {"{\"kind\":\"red\"}", ""},
    {"{\"kind\":\"blue\"}", "/kind enum"},
    {"{\"kind\":\"Red\"}", "/kind enum"},
    {FILE_OF("言明書.pdf", SHA, "1", "application/pdf"), ""},
    {FILE_OF("", SHA, "1", "application/pdf"), "/file file"},
    {FILE_OF("a\\nb", SHA, "1", "application/pdf"), "/file file"}, /* a name that would break a header */
    {FILE_OF("a", "E3B0", "1", "application/pdf"), "/file file"},
    {FILE_OF("a", SHA "0", "1", "application/pdf"), "/file file"},
    {FILE_OF("a", SHA, "0", "application/pdf"), "/file file"},
    {FILE_OF("a", SHA, "-1", "application/pdf"), "/file file"},
    {FILE_OF("a", SHA, "\"1\"", "application/pdf"), "/file file"},
    {FILE_OF("a", SHA, "1", ""), "/file file"},
    {"{\"file\":{\"name\":\"a\",\"sha256\":\"" SHA "\",\"size\":1}}", "/file file"},
    {"{\"file\":{\"name\":\"a\",\"sha256\":\"" SHA "\",\"size\":1,\"media_type\":\"a/b\",\"path\":\"/\"}}",
     "/file file"},
    {"{\"file\":\"a\"}", "/file type"},
    {"{\"case_no\":\"SA-42\"}", ""},
    {"{\"case_no\":\"SA-\"}", "/case_no case"},
    {"{\"case_no\":\"-42\"}", "/case_no case"},
    {"{\"case_no\":\"42\"}", "/case_no case"},
    {"{\"case_no\":\"SA-042\"}", "/case_no case"},
    {"{\"case_no\":\"SA-4x\"}", "/case_no case"},
    {"{\"case_no\":\"sa-4\"}", "/case_no case"},
    {"{\"case_no\":\"SA-SA-4\"}", "/case_no case"},
    {"{\"case_no\":\"SA-9999999999999999999\"}", "/case_no case"},
    {"{\"org\":\"ipa\"}", ""},
    {"{\"words\":[\"longer than the list\",\"b\"]}", ""}, /* max counts elements, not their characters */
    {"{\"words\":[\"a\",\"b\",\"c\"]}", "/words too_many"},
    {"{\"words\":[\"a\",2]}", "/words/1 type"},
    {"{\"words\":[null]}", "/words/0 type"},
    {"{\"words\":\"a\"}", "/words type"},
    {"{\"words\":[]}", ""},
    {"{\"colours\":[\"red\",\"grey\",\"green\",\"blue\"]}", "/colours/1 enum, /colours/3 enum"},
    {"{\"two\":[1,2]}", ""},
    {"{\"two\":[1]}", "/two too_few"},
    {"{\"two\":[1,2,3,4]}", "/two too_many"},
    {"{\"group\":{\"name\":\"n\"}}", ""},
    {"{\"group\":{}}", "/group/name required"},
    {"{\"group\":{\"name\":\"n\",\"home\":\"Japan\"}}", "/group/home country"},
    {"{\"group\":{\"name\":\"n\",\"x\":1}}", "/group/x unknown_field"},
    {"{\"group\":[]}", "/group type"},
    {"{\"rows\":[{\"name\":\"a\"},{\"name\":\"b\",\"born\":\"2000-01-01\"}]}", ""},
    {"{\"rows\":[{\"name\":\"a\"},{\"born\":\"never\",\"y\":1}]}",
     "/rows/1/y unknown_field, /rows/1/name required, /rows/1/born date"},
    {"{\"rows\":[1]}", "/rows/0 type"},
    {"{\"nothing\":1}", "/nothing unknown_field"},
    {"{\"nothing\":null}", "/nothing unknown_field"},
    {"{\"a/b\":1,\"m~n\":2}", "/a~1b unknown_field, /m~0n unknown_field"}, /* RFC 6901 */
};

Test(form, every_type_good_and_bad)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        cr_expect_str_eq(found("types", types[i].json, false), types[i].findings, "%s: %s", types[i].json,
                         found("types", types[i].json, false));
}

Test(form, texts_have_a_length_by_default)
{
    g_autofree char *text = g_strnfill(401, 'x'), *longtext = g_strnfill(20001, 'x');
    g_autofree char *good = g_strdup_printf("{\"text\":\"%s\",\"long\":\"%s\"}", text + 1, longtext + 1);
    g_autofree char *bad = g_strdup_printf("{\"text\":\"%s\",\"long\":\"%s\"}", text, longtext);

    cr_expect_str_eq(found("types", good, false), "");
    cr_expect_str_eq(found("types", bad, false), "/text too_long, /long too_long");
}

Test(form, without_a_form_nothing_may_come)
{
    cr_expect_str_eq(found(NULL, NULL, false), "");
    cr_expect_str_eq(found(NULL, "{}", false), "");
    cr_expect_str_eq(found(NULL, "{\"a\":1}", false), "/a unknown_field");
    cr_expect_str_eq(found(NULL, "[1]", false), " type");
}

/* The members that every row below has, so that one of them may be told apart. */
#define RULES(audit, rest)                                                                                             \
    "{\"audit\":" audit ",\"domestic\":false,\"pledge\":true,\"pledge2\":true,\"names\":[\"n\"]" rest "}"
#define PERIOD(start, end) "{\"start\":\"" start "\",\"end\":\"" end "\"}"
#define YEAR PERIOD("2025-04-01", "2026-03-31")

static const struct {
    const char *json, *findings;
} rules[] = {
    {RULES(YEAR, ""), ""},
    {"{}", "/audit required, /domestic required, /pledge required, /pledge2 required, /names required"},
    {NULL, "/audit required, /domestic required, /pledge required, /pledge2 required, /names required"},
    /* the audit period: three months to a year, by corresponding days */
    {RULES(PERIOD("2025-04-01", "2026-04-01"), ""), "/audit period_too_long"},
    {RULES(PERIOD("2024-02-29", "2025-02-27"), ""), ""},
    {RULES(PERIOD("2024-02-29", "2025-02-28"), ""), ""}, /* no 29 February in 2025: the month's end */
    {RULES(PERIOD("2024-02-29", "2025-03-01"), ""), "/audit period_too_long"},
    {RULES(PERIOD("2024-01-01", "2024-03-31"), ""), ""},
    {RULES(PERIOD("2024-01-01", "2024-03-30"), ""), "/audit period_too_short"},
    {RULES(PERIOD("2024-04-15", "2024-07-14"), ""), ""},
    {RULES(PERIOD("2024-04-15", "2024-07-13"), ""), "/audit period_too_short"},
    {RULES(PERIOD("2023-11-30", "2024-02-29"), ""), ""},
    {RULES(PERIOD("2023-11-30", "2024-02-28"), ""), "/audit period_too_short"},
    {RULES(PERIOD("2026-03-31", "2025-04-01"), ""), "/audit period_order"},
    {RULES(YEAR, ",\"days\":" PERIOD("2020-03-27", "2020-04-25")), ""}, /* 30 days, both counted */
    {RULES(YEAR, ",\"days\":" PERIOD("2020-03-27", "2020-04-24")), "/days period_too_short"},
    /* required when */
    {"{\"audit\":" YEAR ",\"domestic\":true,\"pledge\":true,\"pledge2\":true,\"names\":[\"n\"]}", "/number required"},
    {"{\"audit\":" YEAR ",\"domestic\":true,\"number\":\"7000012050002\",\"pledge\":true,\"pledge2\":true,\"names\":"
     "[\"n\"]}",
     ""},
    {RULES(YEAR, ",\"number\":\"1\""), "/number check_digit"}, /* not required, and wrong all the same */
    {RULES(YEAR, ",\"group\":{\"changed\":true}"), "/group/what required"},
    {RULES(YEAR, ",\"group\":{\"changed\":true,\"what\":\" \"}"), "/group/what required"},
    {RULES(YEAR, ",\"group\":{\"changed\":true,\"what\":\"\\u3000\\n\"}"), "/group/what required"},
    {RULES(YEAR, ",\"group\":{\"changed\":true,\"what\":\"w\"}"), ""},
    {RULES(YEAR, ",\"group\":{\"changed\":false}"), ""},
    {RULES(YEAR, ",\"group\":{}"), ""},
    /* pledges */
    {"{\"audit\":" YEAR ",\"domestic\":false,\"pledge\":false,\"pledge2\":true,\"names\":[\"n\"]}", "/pledge accept"},
    {"{\"audit\":" YEAR ",\"domestic\":false,\"pledge\":null,\"pledge2\":false,\"names\":[\"n\"]}",
     "/pledge required, /pledge2 accept"},
    /* a required list has an entry, a required flag may be false */
    {"{\"audit\":" YEAR ",\"domestic\":false,\"pledge\":true,\"pledge2\":true,\"names\":[]}", "/names required"},
};

Test(form, requirements_lengths_and_pledges)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        cr_expect_str_eq(found("rules", rules[i].json, false), rules[i].findings, "%s: %s", rules[i].json,
                         found("rules", rules[i].json, false));
}

#define TEAM(people) "{\"team\":[" people "]}"
#define CHIEF "{\"name\":\"見本 太郎\",\"head\":true,\"deputy\":true,\"licence\":\"x\"}"

static const struct {
    const char *json, *findings;
} people[] = {
    {TEAM(CHIEF ",{\"name\":\"b\"}"), ""},
    /* the same name, however it is written */
    {TEAM(CHIEF ",{\"name\":\"見本　太郎\"},{\"name\":\"見本太郎\"}"), "/team/1/name distinct, /team/2/name distinct"},
    {TEAM(CHIEF ",{\"name\":\"Ａｂ\"},{\"name\":\"aB\"}"), "/team/2/name distinct"},
    {TEAM(CHIEF ",{\"name\":\"\"},{\"name\":\" \"}"), "/team/1/name required, /team/2/name required"},
    /* somebody is each of them */
    {TEAM("{\"name\":\"a\",\"deputy\":true},{\"name\":\"b\"}"), "/team some"},
    {TEAM("{\"name\":\"a\",\"head\":false},{\"name\":\"b\"}"), "/team some, /team some"},
    {TEAM(CHIEF), "/team too_few"},
    /* a condition is about the entry that it stands in */
    {TEAM(CHIEF ",{\"name\":\"b\",\"head\":true},{\"name\":\"c\",\"head\":false}"), "/team/1/licence required"},
    {TEAM(CHIEF ",7"), "/team/1 type"},
    /* a day that has not passed where the chart is at home */
    {"{\"until\":\"2026-04-01\"}", ""},
    {"{\"until\":\"2026-03-31\"}", "/until past"},
    {"{\"until\":\"2026-02-31\"}", "/until date"},
};

Test(form, lists_of_people_and_days_to_come)
{
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
        cr_expect_str_eq(found("people", people[i].json, false), people[i].findings, "%s: %s", people[i].json,
                         found("people", people[i].json, false));
}

Test(form, a_draft_requires_nothing_and_takes_nothing_wrong)
{
    static const struct {
        const char *form, *json, *findings;
    } drafts[] = {
        {"rules", "{}", ""},
        {"people", TEAM("{\"name\":\"a\"},{\"name\":\"a\",\"head\":true}"), ""},
        {"people", "{\"until\":\"2026-03-31\"}", ""},
        {"rules", NULL, ""},
        {"rules", "{\"pledge\":false}", ""},
        {"rules", "{\"domestic\":true}", ""},
        {"rules", "{\"names\":[]}", ""},
        {"rules", "{\"number\":\"1\",\"x\":1}", "/x unknown_field, /number check_digit"},
        {"rules", "{\"audit\":" PERIOD("2024-01-01", "2024-01-31") "}", "/audit period_too_short"},
        {"types", "{\"two\":[1],\"group\":{}}", ""},
        {"types", "{\"two\":[1,2,3,4]}", "/two too_many"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(drafts); i++)
        cr_expect_str_eq(found(drafts[i].form, drafts[i].json, true), drafts[i].findings, "%s: %s", drafts[i].json,
                         found(drafts[i].form, drafts[i].json, true));
}
