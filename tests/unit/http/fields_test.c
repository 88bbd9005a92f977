#include "adapters/http/fields.h"

#include "adapters/json/json.h"
#include "engine/core/validate.h"

#include <criterion/criterion.h>
#include <string.h>

/* A form with a field of every type, in document order: outer fields first, then what lies in them. */
enum { OUTER = 20, INNER = 2 };

static char option_new[] = "new", option_old[] = "old", renewal[] = "Renewal", form_id[] = "all", prefix[] = "T";
static char *options[] = {option_new, option_old, NULL};
static struct chart_text option_labels[] = {{option_new, option_new}, {renewal, renewal}};
static struct chart_field fields[OUTER + INNER];
static struct chart_form form = {.id = form_id, .basis = CHART_NONE, .fields = {0, OUTER}};
static struct chart chart = {.prefix = prefix, .basis = CHART_NONE, .fields = fields, .forms = &form};
static struct chart_set charts;

static struct world {
    struct api api;
    struct http_request request;
    struct call call;
    struct page page;
    struct fields_view view;
    struct zone *zone;
} w;

static void add(int at, const char *id, enum field_type type)
{
    fields[at] = (struct chart_field){.id = (char *)(uintptr_t)id,
                                      .type = type,
                                      .items = FIELD_TEXT,
                                      .required_if = CHART_NONE,
                                      .basis = CHART_NONE,
                                      .access = ACCESS_CASE,
                                      .label = {(char *)(uintptr_t)id, (char *)(uintptr_t)id}};
}

static void make_fields(void)
{
    static const struct {
        const char *id;
        enum field_type type;
    } rows[OUTER] = {
        {"text", FIELD_TEXT},       {"longtext", FIELD_LONGTEXT}, {"bool", FIELD_BOOL},       {"pledge", FIELD_BOOL},
        {"int", FIELD_INT},         {"date", FIELD_DATE},         {"instant", FIELD_INSTANT}, {"period", FIELD_PERIOD},
        {"corp_no", FIELD_CORP_NO}, {"reg_no", FIELD_REG_NO},     {"country", FIELD_COUNTRY}, {"email", FIELD_EMAIL},
        {"enum", FIELD_ENUM},       {"case", FIELD_CASE},         {"org", FIELD_ORG},         {"file", FIELD_FILE},
        {"group", FIELD_GROUP},     {"rows", FIELD_LIST},         {"texts", FIELD_LIST},      {"choices", FIELD_LIST}};

    for (int i = 0; i < OUTER; i++)
        add(i, rows[i].id, rows[i].type);
    add(OUTER, "name", FIELD_TEXT);
    add(OUTER + 1, "share", FIELD_INT);
    fields[3].accept = true;
    fields[12].options = fields[19].options = options;
    fields[12].option_labels = fields[19].option_labels = option_labels;
    fields[16].fields = fields[17].fields = (struct range){OUTER, INNER};
    fields[18].items = FIELD_TEXT;
    fields[19].items = FIELD_ENUM;
}

static void setup(void)
{
    make_fields();
    w.zone = zone_new("Asia/Tokyo", NULL);
    chart.zone = w.zone;
    chart.form_count = 1;
    chart.field_count = OUTER + INNER;
    charts.charts = g_ptr_array_new();
    g_ptr_array_add(charts.charts, &chart);
    w.request = (struct http_request){.method = "GET", .path = "/cases/T-1/events/e", .query = ""};
    w.call = (struct call){.api = &w.api, .request = &w.request, .charts = &charts, .language = "en"};
    w.page = (struct page){.call = &w.call, .out = g_string_new(NULL), .en = true};
    w.view = (struct fields_view){.s = snapshot_new(&chart, 1, 0, 0)};
}

static void teardown(void)
{
    snapshot_free((struct snapshot *)(uintptr_t)w.view.s);
    g_string_free(w.page.out, TRUE);
    g_ptr_array_unref(charts.charts);
    zone_free(w.zone);
}

TestSuite(http_fields, .init = setup, .fini = teardown);

static struct value *typed(const char *posted)
{
    struct form *f = form_parse("application/x-www-form-urlencoded", posted, strlen(posted), NULL);
    struct value *v;

    cr_assert_not_null(f);
    v = fields_read(&w.view, f);
    form_free(f);
    return v;
}

static char *json(const struct value *v)
{
    GString *out = g_string_new(NULL);

    value_print(v, out);
    return g_string_free(out, FALSE);
}

static struct value *parsed(const char *text)
{
    struct value *v = json_parse(text, strlen(text), JSON_DEPTH_MAX, NULL);

    cr_assert_not_null(v, "%s", text);
    return v;
}

/* What is posted, and what it is as filed. */
static const struct {
    const char *posted, *filed;
} readings[] = {
    {"f/text=%20a%20b%20", "{\"text\":\"a b\"}"},
    {"f/text=%20", "{}"},
    {"f/longtext=a%0D%0A%0D%0Ab%0A", "{\"longtext\":\"a\\n\\nb\\n\"}"},
    {"f/bool=true", "{\"bool\":true}"},
    {"f/bool=false", "{\"bool\":false}"},
    {"f/bool=maybe", "{\"bool\":\"maybe\"}"},
    {"f/pledge=true", "{\"pledge\":true}"},
    {"f/int=-12", "{\"int\":-12}"},
    {"f/int=%EF%BC%91%EF%BC%92", "{\"int\":12}"},
    {"f/int=1e3", "{\"int\":\"1e3\"}"},
    {"f/int=99999999999999999999", "{\"int\":\"99999999999999999999\"}"},
    {"f/date=2026-04-01", "{\"date\":\"2026-04-01\"}"},
    {"f/date=tomorrow", "{\"date\":\"tomorrow\"}"},
    {"f/instant/day=2026-04-01&f/instant/time=08:30", "{\"instant\":\"2026-03-31T23:30:00Z\"}"},
    {"f/instant/day=2026-04-01&f/instant/time=08:30:15", "{\"instant\":\"2026-03-31T23:30:15Z\"}"},
    {"f/instant/day=2026-04-01&f/instant/time=24:00", "{\"instant\":\"2026-04-01 24:00\"}"},
    {"f/instant/day=2026-04-01", "{\"instant\":\"2026-04-01 \"}"},
    {"f/instant/time=08:30", "{\"instant\":\" 08:30\"}"},
    {"f/period/start=2026-04-01&f/period/end=2026-04-30",
     "{\"period\":{\"end\":\"2026-04-30\",\"start\":\"2026-04-01\"}}"},
    {"f/period/end=2026-04-30", "{\"period\":{\"end\":\"2026-04-30\"}}"},
    {"f/corp_no=%EF%BC%97999901000001", "{\"corp_no\":\"7999901000001\"}"},
    {"f/reg_no=C21-0004-2&f/country=JPN&f/email=a@b.example&f/case=SA-1&f/org=AUD-1",
     "{\"case\":\"SA-1\",\"country\":\"JPN\",\"email\":\"a@b.example\",\"org\":\"AUD-1\",\"reg_no\":\"C21-0004-2\"}"},
    {"f/enum=new", "{\"enum\":\"new\"}"},
    {"f/enum=%3Cscript%3E", "{\"enum\":\"<script>\"}"},
    {"f/group/name=x&f/group/share=7", "{\"group\":{\"name\":\"x\",\"share\":7}}"},
    {"f/rows/rows=3&f/rows/0/name=a&f/rows/2/share=1", "{\"rows\":[{\"name\":\"a\"},{\"share\":1}]}"},
    {"f/rows/0/name=a", "{}"},
    {"f/texts/rows=3&f/texts/0=a&f/texts/1=&f/texts/2=c", "{\"texts\":[\"a\",\"c\"]}"},
    {"f/choices=new&f/choices=old", "{\"choices\":[\"new\",\"old\"]}"},
    {"f/file/name=a.txt&f/file/sha256=ab&f/file/size=12&f/file/media_type=text/plain",
     "{\"file\":{\"media_type\":\"text/plain\",\"name\":\"a.txt\",\"sha256\":\"ab\",\"size\":12}}"},
    {"f/file/name=a.txt&f/file/sha256=ab&f/file/size=12&f/file/drop=true", "{}"},
    {"f/unknown=x&text=y&f=z&f/group=q&f/rows/rows=x", "{}"},
};

Test(http_fields, each_type_is_read_as_it_is_filed)
{
    for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
        struct value *v = typed(readings[i].posted), *filed = fields_prune(&w.view, v);
        g_autofree char *text = json(filed);

        cr_expect_str_eq(text, readings[i].filed, "%s gives %s", readings[i].posted, text);
        value_unref(filed);
        value_unref(v);
    }
}

Test(http_fields, a_file_that_was_sent_is_named_by_its_hash)
{
    static const char body[] = "--b\r\ncontent-disposition: form-data; name=\"f/file/file\"; filename=\"a.txt\"\r\n"
                               "content-type: text/plain\r\n\r\nabc\r\n--b--\r\n";
    struct form *f = form_parse("multipart/form-data; boundary=b", body, sizeof body - 1, NULL);
    struct value *v = fields_read(&w.view, f);

    cr_assert_str_eq(value_text(value_path(v, "file.sha256")),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_assert_eq(value_int(value_path(v, "file.size")), 3);
    value_unref(v);
    form_free(f);
}

Test(http_fields, no_announcement_makes_rows_without_bound)
{
    struct value *v = typed("f/rows/rows=2000&f/texts/rows=2000");

    cr_assert_leq(value_size(value_get(v, "rows")) + value_size(value_get(v, "texts")), 2000u);
    value_unref(v);
}

static const struct {
    const char *action, *after, *focus;
} edits[] = {
    {"add:/rows", "{\"rows\":[{\"name\":\"a\"},{\"name\":\"b\"},null],\"texts\":[\"x\"]}", "/rows"},
    {"add:/texts", "{\"rows\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"texts\":[\"x\",null]}", "/texts"},
    {"remove:/rows/0", "{\"rows\":[{\"name\":\"b\"}],\"texts\":[\"x\"]}", "/rows"},
    {"remove:/texts/0", "{\"rows\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"texts\":[]}", "/texts"},
    {"remove:/rows/7", NULL, "/rows"},
    {"add:/nothing", NULL, NULL},
    {"add:/text", NULL, NULL},
    {"add:/rows/0", NULL, NULL},
    {"remove:/rows", NULL, NULL},
    {"remove:/rows/0/name", NULL, NULL},
    {"remove:/rows/-1", NULL, NULL},
    {"remove:", NULL, NULL},
    {"add:/", NULL, NULL},
    {"check", NULL, NULL},
};

Test(http_fields, rows_come_and_go_and_nothing_else_does)
{
    static const char before[] = "{\"rows\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"texts\":[\"x\"]}";

    for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
        struct value *data = parsed(before);
        g_autofree char *focus = NULL, *text = NULL;
        struct value *after = fields_edit(&w.view, data, edits[i].action, &focus);

        text = json(after);
        cr_expect_str_eq(text, edits[i].after == NULL ? before : edits[i].after, "%s: %s", edits[i].action, text);
        cr_expect_eq(g_strcmp0(focus, edits[i].focus), 0, "%s goes on at %s", edits[i].action, focus);
        value_unref(after);
        value_unref(data);
    }
}

/* What a value makes of the inputs: a piece of the page. */
static const struct {
    const char *data, *shows;
} shown[] = {
    {"{\"text\":\"a\\\"><script>\"}", "name=\"f/text\" value=\"a&quot;&gt;&lt;script&gt;\""},
    {"{\"longtext\":\"</textarea><script>\"}", "rows=\"6\">\n&lt;/textarea&gt;&lt;script&gt;</textarea>"},
    {"{\"longtext\":\"\\na\"}", "rows=\"6\">\n\na</textarea>"},
    {"{\"bool\":true}", "name=\"f/bool\" value=\"true\" checked"},
    {"{\"bool\":false}", "name=\"f/bool\" value=\"false\" checked"},
    {"{}", "name=\"f/bool\" value=\"\" checked"},
    {"{\"pledge\":true}", "type=\"checkbox\" id=\"f/pledge\" name=\"f/pledge\" value=\"true\" checked"},
    {"{\"int\":-7}", "name=\"f/int\" value=\"-7\" class=\"short\" inputmode=\"numeric\""},
    {"{\"int\":\"seven\"}", "name=\"f/int\" value=\"seven\""},
    {"{\"date\":\"2026-04-01\"}", "type=\"date\" id=\"f/date\" name=\"f/date\" value=\"2026-04-01\""},
    {"{\"date\":\"soon\"}", "type=\"text\" id=\"f/date\" name=\"f/date\" value=\"soon\""},
    {"{\"instant\":\"2026-03-31T23:30:00Z\"}", "name=\"f/instant/day\" value=\"2026-04-01\""},
    {"{\"instant\":\"2026-03-31T23:30:00Z\"}", "name=\"f/instant/time\" value=\"08:30:00\""},
    {"{\"instant\":\"2026-04-01 late\"}", "type=\"text\" id=\"f/instant/time\" name=\"f/instant/time\" value=\"late\""},
    {"{\"period\":{\"start\":\"2026-04-01\"}}", "id=\"f/period\" name=\"f/period/start\" value=\"2026-04-01\""},
    {"{\"period\":{\"start\":\"2026-04-01\"}}", "name=\"f/period/end\" value=\"\""},
    {"{\"corp_no\":\"7999901000001\"}", "name=\"f/corp_no\" value=\"7999901000001\""},
    {"{\"reg_no\":\"C21-0004-2\"}", "name=\"f/reg_no\" value=\"C21-0004-2\""},
    {"{\"country\":\"JPN\"}", "name=\"f/country\" value=\"JPN\""},
    {"{\"email\":\"a@b.example\"}", "type=\"email\" id=\"f/email\" name=\"f/email\" value=\"a@b.example\""},
    {"{\"enum\":\"old\"}", "value=\"old\" checked><label for=\"f/enum-1\">Renewal</label>"},
    {"{\"case\":\"SA-1\"}", "name=\"f/case\" value=\"SA-1\""},
    {"{\"org\":\"AUD-1\"}", "name=\"f/org\" value=\"AUD-1\""},
    {"{\"file\":{\"name\":\"<b>\",\"sha256\":\"ab\",\"size\":3,\"media_type\":\"text/plain\"}}",
     "name=\"f/file/name\" value=\"&lt;b&gt;\"><input type=\"hidden\" name=\"f/file/sha256\" value=\"ab\">"},
    {"{\"group\":{\"name\":\"x\"}}", "name=\"f/group/name\" value=\"x\""},
    {"{\"rows\":[{},{\"name\":\"x\"}]}", "name=\"f/rows/1/name\" value=\"x\""},
    {"{\"rows\":[{},{\"name\":\"x\"}]}", "name=\"f/rows/rows\" value=\"2\""},
    {"{\"rows\":[{}]}", "name=\"do\" value=\"remove:/rows/0\""},
    {"{}", "id=\"f/rows\" name=\"do\" value=\"add:/rows\""},
    {"{\"texts\":[\"x\"]}", "name=\"f/texts/0\" value=\"x\""},
    {"{\"choices\":[\"old\"]}", "type=\"checkbox\" id=\"f/choices-1\" name=\"f/choices\" value=\"old\" checked"},
    /* of another kind than the field: a carrier that somebody wrote by hand */
    {"{\"text\":{\"a\":1},\"group\":[1],\"rows\":\"x\",\"period\":7,\"file\":[],\"choices\":\"new\"}",
     "name=\"f/text\" value=\"\""},
};

Test(http_fields, each_value_stands_in_its_inputs)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        struct value *data = parsed(shown[i].data);

        g_string_truncate(w.page.out, 0);
        w.view.data = data;
        fields_show(&w.page, &w.view);
        cr_expect_not_null(strstr(w.page.out->str, shown[i].shows), "%s shows %s in\n%s", shown[i].data, shown[i].shows,
                           w.page.out->str);
        cr_expect_null(strstr(w.page.out->str, "<script"), "%s", shown[i].data);
        value_unref(data);
    }
    w.view.data = NULL;
}

Test(http_fields, what_cannot_be_read_is_not_lost)
{
    struct value *first = typed("f/int=x&f/date=y&f/instant/day=z&f/instant/time=25:00&f/period/start=q");

    w.view.data = first;
    fields_show(&w.page, &w.view);
    for (const char **piece =
             (const char *[]){"value=\"x\"", "value=\"y\"", "value=\"z\"", "value=\"25:00\"", "value=\"q\"", NULL};
         *piece != NULL; piece++)
        cr_expect_not_null(strstr(w.page.out->str, *piece), "%s", *piece);
    w.view.data = NULL;
    value_unref(first);
}

Test(http_fields, a_finding_stands_beside_its_field_and_in_the_summary)
{
    GPtrArray *findings = g_ptr_array_new_with_free_func(finding_free);
    struct value *data = parsed("{\"int\":\"x\",\"rows\":[{\"name\":\"a\"},{\"share\":\"b\"}],\"choices\":[\"no\"]}");

    validate_input(w.view.s, 0, 0, data, false, findings);
    w.view.data = data;
    w.view.findings = findings;
    fields_show_errors(&w.page, &w.view);
    fields_show(&w.page, &w.view);
    for (const char **piece =
             (const char *[]){"<a href=\"#f/int\">int: Write a whole number, in digits.</a>",
                              "<a href=\"#f/rows/1/share\">rows 2: share: Write a whole number, in digits.</a>",
                              "<a href=\"#f/choices\">choices 1: This is not one of the options.</a>",
                              "<a href=\"#f/pledge\">pledge: This field is required.</a>", "id=\"f/int-finding\"",
                              "aria-invalid=\"true\" aria-describedby=\"f/int-finding\"", NULL};
         *piece != NULL; piece++)
        cr_expect_not_null(strstr(w.page.out->str, *piece), "%s in\n%s", *piece, w.page.out->str);
    w.view.findings = NULL;
    w.view.data = NULL;
    g_ptr_array_unref(findings);
    value_unref(data);
}
