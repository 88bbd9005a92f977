#include "adapters/http/problem.h"
#include "adapters/http/query.h"
#include "adapters/http/response.h"

#include <criterion/criterion.h>
#include <string.h>

/* "name=value;" for each pair, decoded; "!" for a refusal. */
static char *query_trace(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct query *query = query_parse(text, &error);
    GString *trace = g_string_new(NULL);

    if (query == NULL) {
        cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID));
        g_string_append_c(trace, '!');
    }
    for (unsigned i = 0; query != NULL && i < query->count; i++)
        g_string_append_printf(trace, "%s=%s;", query->items[i].name, query->items[i].value);
    query_free(query);
    return g_string_free(trace, FALSE);
}

Test(http_query, pairs_are_decoded)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"a=1&b=2", "a=1;b=2;"},
        {"a=1&a=2", "a=1;a=2;"},
        {"a", "a=;"},
        {"a=&=b", "a=;=b;"},
        {"&&a=1&", "a=1;"},
        {"a=b=c", "a=b=c;"},
        {"q=a+b%2Bc%20d", "q=a b+c d;"},
        {"%E7%99%BB=%E9%8C%B2", "\xe7\x99\xbb=\xe9\x8c\xb2;"},
        {"a=%", "!"},
        {"a=%4", "!"},
        {"a=%zz", "!"},
        {"a=%00", "!"},
        {"a=%FF", "!"},
        {"a=%C0%AF", "!"},
        {"a=%ED%A0%80", "!"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *trace = query_trace(rows[i].text);

        cr_expect_str_eq(trace, rows[i].expected, "%s: %s", rows[i].text, trace);
    }
}

Test(http_query, sixty_four_pairs_and_no_more)
{
    g_autoptr(GString) text = g_string_new("a");
    g_autofree char *taken = NULL, *refused = NULL;

    for (int i = 1; i < QUERY_ITEMS_MAX; i++)
        g_string_append(text, "&a");
    taken = query_trace(text->str);
    g_string_append(text, "&a");
    refused = query_trace(text->str);
    cr_expect_eq(strlen(taken), 3 * QUERY_ITEMS_MAX);
    cr_expect_str_eq(refused, "!");
}

Test(http_query, numbers_are_checked)
{
    static const struct {
        const char *text;
        bool taken;
        int64_t value;
    } rows[] = {
        {"", true, 50},
        {"n=1", true, 1},
        {"n=100", true, 100},
        {"n=0", false, 0},
        {"n=101", false, 0},
        {"n=", false, 0},
        {"n=x", false, 0},
        {"n=1x", false, 0},
        {"n=%201", false, 0},
        {"n=1.0", false, 0},
        {"n=-1", false, 0},
        {"n=0x1", false, 0},
        {"n=99999999999999999999", false, 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        struct query *query = query_parse(rows[i].text, NULL);
        int64_t value = 0;

        cr_expect_eq(query_get_int(query, "n", 1, 100, 50, &value, &error), rows[i].taken, "%s", rows[i].text);
        cr_expect_eq(value, rows[i].value, "%s", rows[i].text);
        cr_expect_eq(error == NULL, rows[i].taken);
        query_free(query);
    }
}

Test(http_query, unknown_names_are_refused)
{
    static const char *const known[] = {"state", "after", NULL};
    struct query *good = query_parse("after=1&state=x", NULL);
    struct query *bad = query_parse("state=x&sate=y", NULL);
    g_autoptr(GError) error = NULL;

    cr_expect(query_check_names(good, known, NULL));
    cr_expect_not(query_check_names(bad, known, &error));
    cr_expect_not_null(strstr(error->message, "sate"));
    query_free(good);
    query_free(bad);
}

Test(http_problem, a_document_tells_what_and_where)
{
    static const struct problem_finding findings[] = {
        {"/service/name", "service.name.required", "The name is missing."}, {"", NULL, "bad bytes: \xff\xfe"}};
    json_t *members = json_pack("{s:i, s:i}", "version", 7, "status", 1);
    struct problem problem = {.code = TOROKU_ERROR_UNPROCESSABLE,
                              .detail = "\xe4\xb8\x8d\xe5\x82\x99",
                              .findings = findings,
                              .finding_count = 2,
                              .members = members};
    size_t size;
    g_autofree char *text = problem_write(&problem, &size);

    cr_expect_str_eq(text, "{\"type\":\"urn:toroku:problem:unprocessable\","
                           "\"title\":\"The content was refused by validation\",\"status\":422,"
                           "\"detail\":\"\xe4\xb8\x8d\xe5\x82\x99\",\"code\":\"unprocessable\",\"errors\":["
                           "{\"pointer\":\"/service/name\",\"rule\":\"service.name.required\","
                           "\"message\":\"The name is missing.\"},"
                           "{\"pointer\":\"\",\"message\":\"bad bytes: \xef\xbf\xbd\xef\xbf\xbd\"}],\"version\":7}");
    cr_expect_eq(size, strlen(text));
    json_decref(members);
}

Test(http_problem, every_code_has_a_document)
{
    for (int code = 0; code < TOROKU_ERROR_COUNT; code++) {
        struct problem problem = {.code = (enum toroku_error)code};
        size_t size;
        g_autofree char *text = problem_write(&problem, &size);
        json_t *document = json_loads(text, 0, NULL);

        cr_assert_not_null(document);
        cr_expect_gt(json_string_length(json_object_get(document, "title")), 5, "%s", text);
        json_decref(document);
    }
}

Test(http_response, header_lines_are_checked)
{
    static const struct {
        const char *lines;
        bool valid;
    } rows[] = {
        {"", true},           {"X: y\r\n", true},        {"X: y\r\nZ:\r\n", true}, {"X: \xe7\x99\xbb\r\n", true},
        {"X: y", false},      {"X: y\n", false},         {"X: y\r\n\r\n", false},  {"X y\r\n", false},
        {": y\r\n", false},   {"X : y\r\n", false},      {"X: a\rb\r\n", false},   {"X: a\nb\r\n", false},
        {" X: y\r\n", false}, {"X: y\r\nZ: a\n", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_expect_eq(http_headers_valid(rows[i].lines), rows[i].valid, "row %zu", i);
}

Test(http_response, dates_are_those_of_the_standard)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {{784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
                {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
                {1709164800, "Thu, 29 Feb 2024 00:00:00 GMT"}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char date[30];

        http_date_write(date, rows[i].seconds);
        cr_expect_str_eq(date, rows[i].text);
    }
}

Test(http_response, no_content_has_no_length)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct http_answer answer = {.status = 204, .date = "now"};

    http_answer_write(out, &answer);
    cr_expect_null(strstr(out->str, "Content-Length"));
    cr_expect(g_str_has_suffix(out->str, "\r\n\r\n"));
}
