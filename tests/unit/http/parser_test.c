#include "adapters/http/parser.h"

#include <criterion/criterion.h>
#include <string.h>

#define H "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST /p HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define AFTER "GET /smuggled HTTP/1.1\r\n" H "\r\n"

/*
 * What the parser makes of ${bytes} that arrive ${step} at a time: "METHOD path body-size close|keep;" for each
 * request,
 * "!status" for a refusal, "~" when more was needed.
 */
static char *parse(const char *bytes, size_t size, size_t step)
{
    GString *trace = g_string_new(NULL);
    g_autoptr(GByteArray) in = g_byte_array_new();
    struct http_parser parser;
    enum http_parse result = HTTP_PARSE_MORE;
    bool went_on = false;

    http_parser_init(&parser);
    while (result != HTTP_PARSE_BAD && (size > 0 || went_on)) {
        size_t used, now = went_on ? 0 : MIN(step, size);

        g_byte_array_append(in, (const guint8 *)bytes, (guint)now);
        bytes += now;
        size -= now;
        result = http_parser_run(&parser, (const char *)in->data, in->len, &used);
        if (used > 0)
            g_byte_array_remove_range(in, 0, (guint)used);
        went_on = result == HTTP_PARSE_HEAD || result == HTTP_PARSE_DONE;
        if (result == HTTP_PARSE_HEAD)
            parser.body_limit = 1000;
        if (result == HTTP_PARSE_DONE) {
            struct http_request *request = http_parser_take(&parser);

            g_string_append_printf(trace, "%s %s %zu %s;", request->method, request->path, request->body_size,
                                   request->keep_alive ? "keep" : "close");
            http_request_free(request);
            went_on = in->len > 0;
        }
    }
    if (result == HTTP_PARSE_BAD)
        g_string_append_printf(trace, "!%d", parser.refusal.status);
    else if (in->len > 0 || parser.request != NULL)
        g_string_append_c(trace, '~');
    cr_expect(result != HTTP_PARSE_BAD || parser.refusal.detail != NULL);
    http_parser_release(&parser);
    return g_string_free(trace, FALSE);
}

struct row {
    const char *name;
    const char *bytes;
    const char *expected;
    size_t size; /* when the bytes hold a NUL */
};

#define NUL_ROW(name, bytes, expected)                                                                                 \
    {                                                                                                                  \
        name, bytes, expected, sizeof(bytes) - 1                                                                       \
    }

static const struct row rows[] = {
    /* the request line: RFC 9112, 3 */
    {"plain", GET H "\r\n", "GET / 0 keep;", 0},
    {"path and query", "DELETE /a/b%20c?x=1&y=%E3%81%82 HTTP/1.1\r\n" H "\r\n", "DELETE /a/b%20c 0 keep;", 0},
    {"query of a browser", "GET /?q={a}|b^[1] HTTP/1.1\r\n" H "\r\n", "GET / 0 keep;", 0},
    {"HTTP/1.0", "GET / HTTP/1.0\r\n" H "\r\n", "GET / 0 close;", 0},
    {"HTTP/1.0 keep-alive", "GET / HTTP/1.0\r\n" H "Connection: keep-alive\r\n\r\n", "GET / 0 close;", 0},
    {"HTTP/0.9", "GET /\r\n", "!400", 0},
    {"HTTP/0.9 with Host", "GET /\r\n" H "\r\n", "!400", 0},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "!501", 0},
    {"HTTP/1.2", "GET / HTTP/1.2\r\n" H "\r\n", "!505", 0},
    {"HTTP/2.0", "GET / HTTP/2.0\r\n" H "\r\n", "!505", 0},
    {"http/1.1", "GET / http/1.1\r\n" H "\r\n", "!400", 0},
    {"HTTP/1.10", "GET / HTTP/1.10\r\n" H "\r\n", "!400", 0},
    {"RTSP/1.0", "GET / RTSP/1.0\r\n" H "\r\n", "!400", 0},
    {"no version", "GET / \r\n" H "\r\n", "!400", 0},
    {"two spaces before the target", "GET  / HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"two spaces before the version", "GET /  HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"space at the end", "GET / HTTP/1.1 \r\n" H "\r\n", "!400", 0},
    {"tab for a space", "GET\t/ HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"leading space", " GET / HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"leading empty line", "\r\nGET / HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"absolute-form", "GET http://a/ HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"authority-form", "CONNECT a:443 HTTP/1.1\r\n" H "\r\n", "!501", 0},
    {"asterisk-form", "OPTIONS * HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"small letters", "get / HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"unknown method", "TRACE / HTTP/1.1\r\n" H "\r\n", "!501", 0},
    {"method that is no token", "GE(T / HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"fragment", "GET /#a HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"quote in the path", "GET /\" HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"brace in the path", "GET /{ HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"backslash in the path", "GET /\\ HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"bare UTF-8", "GET /\xe3\x81\x82 HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"half an escape", "GET /%4 HTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"no escape", "GET /%zz HTTP/1.1\r\n" H "\r\n", "!400", 0},
    NUL_ROW("NUL in the target", "GET /a\0b HTTP/1.1\r\n" H "\r\n", "!400"),
    {"TLS", "\x16\x03\x01\x02", "!400", 0},
    /* line ends: RFC 9112, 2.2 */
    {"bare LF", "GET / HTTP/1.1\n" H "\r\n", "!400", 0},
    {"bare LF after a field", GET "Host: a\n\r\n", "!400", 0},
    {"bare LF as the empty line", GET H "\n", "!400", 0},
    {"bare CR in the request line", "GET /\rHTTP/1.1\r\n" H "\r\n", "!400", 0},
    {"bare CR in a value", GET "Host: a\r\nX: a\rContent-Length: 5\r\n\r\n", "!400", 0},
    {"bare CR as the empty line", GET H "\rX\r\n\r\n", "!400", 0},
    {"CR CR LF", GET "Host: a\r\r\n\r\n", "!400", 0},
    /* fields: RFC 9112, 5 */
    {"space before the colon", GET "Host : a\r\n\r\n", "!400", 0},
    {"tab before the colon", GET H "X\t: a\r\n\r\n", "!400", 0},
    {"framing hidden by a space", POST "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n", "!400", 0},
    {"folded with a space", GET H "X: a\r\n b\r\n\r\n", "!400", 0},
    {"folded with a tab", GET H "X: a\r\n\tb\r\n\r\n", "!400", 0},
    {"space before the first field", GET " Host: a\r\n\r\n", "!400", 0},
    {"no colon", GET H "X\r\n\r\n", "!400", 0},
    {"no name", GET H ": a\r\n\r\n", "!400", 0},
    {"name that is no token", GET H "X(): a\r\n\r\n", "!400", 0},
    {"name with UTF-8", GET H "X\xc3\xa9: a\r\n\r\n", "!400", 0},
    {"empty value", GET H "X:\r\n\r\n", "GET / 0 keep;", 0},
    {"value with UTF-8", GET H "X: \xe3\x81\x82\r\n\r\n", "GET / 0 keep;", 0},
    NUL_ROW("NUL in a value", GET H "X: a\0b\r\n\r\n", "!400"),
    NUL_ROW("NUL in a name", GET H "X\0: a\r\n\r\n", "!400"),
    {"DEL in a value", GET H "X: a\x7f\r\n\r\n", "!400", 0},
    {"vertical tab around chunked",
     POST "Transfer-Encoding:\x0b"
          "chunked\r\n\r\n",
     "!400", 0},
    /* Host: RFC 9112, 3.2 */
    {"no Host", GET "\r\n", "!400", 0},
    {"no Host, HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "!400", 0},
    {"two Hosts", GET H "Host: b\r\n\r\n", "!400", 0},
    {"the same Host twice", GET H "host: a\r\n\r\n", "!400", 0},
    {"empty Host", GET "Host:\r\n\r\n", "!400", 0},
    {"two names in Host", GET "Host: a b\r\n\r\n", "!400", 0},
    {"user in Host", GET "Host: u@a\r\n\r\n", "!400", 0},
    {"path in Host", GET "Host: a/b\r\n\r\n", "!400", 0},
    {"IPv6 in Host", GET "Host: [::1]:8080\r\n\r\n", "GET / 0 keep;", 0},
    /* framing: RFC 9112, 6 */
    {"body by length", POST "Content-Length: 3\r\n\r\nabc", "POST /p 3 keep;", 0},
    {"length zero", POST "Content-Length: 0\r\n\r\n", "POST /p 0 keep;", 0},
    {"body still coming", POST "Content-Length: 4\r\n\r\nabc", "~", 0},
    {"length then next request", POST "Content-Length: 3\r\n\r\nabc" AFTER, "POST /p 3 keep;GET /smuggled 0 keep;", 0},
    {"no length then next request", POST "\r\n" AFTER, "POST /p 0 keep;GET /smuggled 0 keep;", 0},
    {"GET with a body", GET H "Content-Length: 3\r\n\r\nabc" AFTER, "GET / 3 keep;GET /smuggled 0 keep;", 0},
    {"length and chunked", POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" AFTER, "!400", 0},
    {"chunked and length", POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" AFTER, "!400", 0},
    {"two lengths", POST "Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc" AFTER, "!400", 0},
    {"one length twice", POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "!400", 0},
    {"list of lengths", POST "Content-Length: 3, 3\r\n\r\nabc", "!400", 0},
    {"signed length", POST "Content-Length: +3\r\n\r\nabc", "!400", 0},
    {"negative length", POST "Content-Length: -3\r\n\r\nabc", "!400", 0},
    {"hex length", POST "Content-Length: 0x3\r\n\r\nabc", "!400", 0},
    {"length with a space inside", POST "Content-Length: 3 0\r\n\r\nabc", "!400", 0},
    {"empty length", POST "Content-Length:\r\n\r\nabc", "!400", 0},
    {"huge length", POST "Content-Length: 18446744073709551619\r\n\r\nabc", "!400", 0},
    {"gzip", POST "Transfer-Encoding: gzip\r\n\r\n", "!400", 0},
    {"identity", POST "Transfer-Encoding: identity\r\n\r\n", "!400", 0},
    {"gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "!400", 0},
    {"chunked, identity", POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "!400", 0},
    {"xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "!400", 0},
    {"quoted chunked", POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", "!400", 0},
    {"two encodings", POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400", 0},
    {"chunked twice", POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "!400", 0},
    {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "!400", 0},
    {"CHUNKED", POST "Transfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "POST /p 3 keep;", 0},
    /* chunks: RFC 9112, 7.1 */
    {"chunks", CHUNKED "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n" AFTER, "POST /p 13 keep;GET /smuggled 0 keep;", 0},
    {"chunk extension", CHUNKED "3;a=b\r\nabc\r\n0\r\n\r\n", "POST /p 3 keep;", 0},
    {"trailer", CHUNKED "3\r\nabc\r\n0\r\nX: y\r\n\r\n", "!400", 0},
    {"chunk size with a sign", CHUNKED "+3\r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk size with 0x", CHUNKED "0x3\r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk size and no digits", CHUNKED "\r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk size with a space before", CHUNKED " 3\r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk size with a space behind", CHUNKED "3 \r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk size ended by LF", CHUNKED "3\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk size ended by CR", CHUNKED "3\rabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk extension ended by LF", CHUNKED "3;a\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk extension with CR", CHUNKED "3;a\rb\r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"chunk too long", CHUNKED "3\r\nabcd\r\n0\r\n\r\n", "!400", 0},
    {"chunk ended by LF", CHUNKED "3\r\nabc\n0\r\n\r\n", "!400", 0},
    {"chunk ended by nothing", CHUNKED "3\r\nabc0\r\n\r\n", "!400", 0},
    {"last chunk ended by LF", CHUNKED "0\r\n\n", "!400", 0},
    {"last chunk ended by CR", CHUNKED "0\r\n\rX", "!400", 0},
    {"chunk size beyond 64 bits", CHUNKED "10000000000000003\r\nabc\r\n0\r\n\r\n", "!400", 0},
    {"body over the limit", CHUNKED "3E9\r\n", "~", 0},
    /* what else may turn one connection into another protocol */
    {"Upgrade", GET H "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "!400", 0},
    {"Upgrade to HTTP/2", GET H "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", "!400", 0},
    {"Connection: upgrade alone", GET H "Connection: upgrade\r\n\r\n", "GET / 0 keep;", 0},
    {"Connection: close", GET H "Connection: close\r\n\r\n", "GET / 0 close;", 0},
    {"expectation", POST "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na", "POST /p 1 keep;", 0},
    {"unknown expectation", POST "Expect: 200-ok\r\nContent-Length: 1\r\n\r\na", "!417", 0},
    {"two credentials", GET H "Authorization: a\r\nAuthorization: b\r\n\r\n", "!400", 0},
    {"two idempotency keys", POST "Idempotency-Key: a\r\nidempotency-key: b\r\n\r\n", "!400", 0},
};

Test(http_parser, rows_have_one_verdict_however_the_bytes_arrive)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t size = rows[i].size != 0 ? rows[i].size : strlen(rows[i].bytes);
        static const size_t steps[] = {SIZE_MAX, 1, 2, 3, 7, 64};

        for (size_t s = 0; s < G_N_ELEMENTS(steps); s++) {
            g_autofree char *trace = parse(rows[i].bytes, size, steps[s]);

            cr_expect_str_eq(trace, rows[i].expected, "%s, %zu bytes at a time: %s and not %s", rows[i].name, steps[s],
                             trace, rows[i].expected);
        }
    }
}

static void expect_both(const char *name, const char *bytes, const char *expected)
{
    g_autofree char *whole = parse(bytes, strlen(bytes), SIZE_MAX);
    g_autofree char *single = parse(bytes, strlen(bytes), 1);

    cr_expect_str_eq(whole, expected, "%s: %s", name, whole);
    cr_expect_str_eq(single, expected, "%s, byte by byte: %s", name, single);
}

Test(http_parser, limits_hold_to_the_byte)
{
    g_autofree char *x = g_strnfill(HTTP_HEAD_MAX, 'x');
    g_autoptr(GString) text = g_string_new(NULL);
    int line = HTTP_LINE_MAX - (int)strlen("GET / HTTP/1.1");
    int head = HTTP_HEAD_MAX - (int)strlen(GET H "X: \r\n\r\n");

    g_string_printf(text, "GET /%.*s HTTP/1.1\r\n" H "\r\n", line + 1, x);
    expect_both("request line", text->str, "!414");
    g_string_erase(text, 5, 1);
    cr_expect_eq(strcspn(text->str, "\r"), HTTP_LINE_MAX);
    cr_expect(g_str_has_suffix(text->str, "x HTTP/1.1\r\n" H "\r\n"));
    {
        g_autofree char *trace = parse(text->str, text->len, 1);

        cr_expect(g_str_has_suffix(trace, " 0 keep;"), "%s", trace);
    }
    g_string_printf(text, GET H "X: %.*s\r\n\r\n", head, x);
    expect_both("head", text->str, "GET / 0 keep;");
    g_string_printf(text, GET H "X: %.*s\r\n\r\n", head + 1, x);
    expect_both("head", text->str, "!431");
    g_string_printf(text, "%s", x);
    g_string_insert(text, 0, "GET /");
    expect_both("a line without end", text->str, "!414");
    g_string_assign(text, GET H);
    for (int i = 1; i < HTTP_FIELDS_MAX; i++)
        g_string_append(text, "X: y\r\n");
    g_string_append(text, "\r\n");
    expect_both("fields", text->str, "GET / 0 keep;");
    g_string_insert(text, (gssize)strlen(GET), "X: y\r\n");
    expect_both("fields", text->str, "!431");
    g_string_printf(text, CHUNKED "3E8\r\n%.*s\r\n0\r\n\r\n", 1000, x);
    expect_both("body", text->str, "POST /p 1000 keep;");
    g_string_printf(text, CHUNKED "3E8\r\n%.*s\r\n1\r\ny\r\n0\r\n\r\n", 1000, x);
    expect_both("body", text->str, "!413");
    g_string_printf(text, CHUNKED "1;%.*s\r\nx\r\n0\r\n\r\n", 2000, x);
    expect_both("chunk extension", text->str, "!400");
}

Test(http_parser, a_request_is_what_was_sent)
{
    static const char bytes[] = "PUT /a%2Fb?x=1&y HTTP/1.1\r\nHost: toroku.example:8080\r\nX-Two: one\r\n"
                                "IDEMPOTENCY-KEY:\t k 1 \r\nEmpty:\r\nx-two: two\r\nContent-Length: 5\r\n\r\nhello";
    static const struct {
        const char *name, *value;
    } fields[] = {{"host", "toroku.example:8080"},
                  {"idempotency-key", "k 1"},
                  {"empty", ""},
                  {"x-two", "one"},
                  {"content-length", "5"},
                  {"absent", NULL}};
    struct http_parser parser;
    struct http_request *request;
    size_t used;

    http_parser_init(&parser);
    cr_assert_eq(http_parser_run(&parser, bytes, sizeof(bytes) - 1, &used), HTTP_PARSE_HEAD);
    cr_expect_eq(used, sizeof(bytes) - 1 - 5);
    cr_expect_eq(parser.request->content_length, 5);
    parser.body_limit = 5;
    cr_assert_eq(http_parser_run(&parser, bytes + used, 5, &used), HTTP_PARSE_DONE);
    request = http_parser_take(&parser);
    cr_expect_str_eq(request->method, "PUT");
    cr_expect_str_eq(request->path, "/a%2Fb");
    cr_expect_str_eq(request->query, "x=1&y");
    cr_expect_str_eq(request->body, "hello");
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = http_request_header(request, fields[i].name);

        cr_expect_eq(g_strcmp0(value, fields[i].value), 0, "%s is %s", fields[i].name, value);
    }
    http_request_free(request);
    http_parser_release(&parser);
}

/* Every single-byte change of a request with a body has the same verdict whole and byte by byte, and never crashes. */
Test(http_parser, mutations_have_one_verdict)
{
    static const char base[] = "POST /p?a=b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
                               "3;e=f\r\nabc\r\n0\r\n\r\nGET /n HTTP/1.1\r\nHost: b\r\n\r\n";
    static const char values[] = "\0\t\n\r :;,/%?+-0aZ\x7f\x80\xff";
    unsigned refused = 0, taken = 0;

    for (size_t at = 0; at < sizeof(base) - 1; at++)
        for (size_t v = 0; v < sizeof(values) - 1; v++) {
            char bytes[sizeof(base)];
            g_autofree char *whole = NULL, *single = NULL;

            memcpy(bytes, base, sizeof(base));
            bytes[at] = values[v];
            whole = parse(bytes, sizeof(base) - 1, SIZE_MAX);
            single = parse(bytes, sizeof(base) - 1, 1);
            cr_expect_str_eq(whole, single, "byte %zu as %#x", at, (unsigned char)values[v]);
            *(strchr(whole, '!') != NULL ? &refused : &taken) += 1;
        }
    cr_expect_gt(refused, 1000);
    cr_expect_gt(taken, 200);
}
