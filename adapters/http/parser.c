#include "adapters/http/parser.h"

#include <string.h>

#define HTTP_CHUNK_EXTENSIONS_MAX 1024

static int http_parser_refuse(struct http_parser *parser, int status, enum toroku_error code, const char *detail)
{
    parser->refusal = (struct http_refusal){status, code, detail};
    return HPE_USER;
}

/* The head is fed from the request's own copy, so spans point into it and are cut there once llhttp is done. */
static char *http_parser_cut(const char *at, size_t size)
{
    char *text = (char *)(uintptr_t)at;

    text[size] = '\0';
    return text;
}

static int http_parser_on_url(llhttp_t *llhttp, const char *at, size_t size)
{
    struct http_parser *parser = llhttp->data;

    (void)size;
    parser->request->path = at;
    return 0;
}

static int http_parser_on_field(llhttp_t *llhttp, const char *at, size_t size)
{
    struct http_parser *parser = llhttp->data;

    (void)size;
    if (parser->in_body)
        return http_parser_refuse(parser, 400, TOROKU_ERROR_INVALID, "Trailer fields after a body are not taken.");
    if (parser->request->field_count == parser->scan.fields)
        return HPE_INVALID_HEADER_TOKEN;
    parser->request->fields[parser->request->field_count++] = (struct http_field){at, ""};
    return 0;
}

static int http_parser_on_head(llhttp_t *llhttp)
{
    struct http_parser *parser = llhttp->data;
    struct http_request *request = parser->request;

    request->keep_alive = llhttp->http_minor == 1 && llhttp_should_keep_alive(llhttp);
    request->chunked = (llhttp->flags & F_CHUNKED) != 0;
    request->content_length = request->chunked ? -1 : (int64_t)llhttp->content_length;
    return 0;
}

static int http_parser_on_body(llhttp_t *llhttp, const char *at, size_t size)
{
    struct http_parser *parser = llhttp->data;
    GString *content = parser->request->content;

    if (size > parser->body_limit || content->len > parser->body_limit - size)
        return http_parser_refuse(parser, 413, TOROKU_ERROR_TOO_LARGE, "The body is longer than this resource takes.");
    g_string_append_len(content, at, (gssize)size);
    return 0;
}

/* Extensions mean nothing here (RFC 9112, 7.1.1), but bytes that count for no limit must not go on for ever. */
static int http_parser_on_extension(llhttp_t *llhttp, const char *at, size_t size)
{
    struct http_parser *parser = llhttp->data;

    (void)at;
    parser->extension_size += size;
    if (parser->extension_size > HTTP_CHUNK_EXTENSIONS_MAX)
        return http_parser_refuse(parser, 400, TOROKU_ERROR_INVALID, "The chunk extensions are too long.");
    return 0;
}

static int http_parser_on_complete(llhttp_t *llhttp)
{
    struct http_parser *parser = llhttp->data;

    parser->complete = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t http_parser_settings = {
    .on_url = http_parser_on_url,
    .on_header_field = http_parser_on_field,
    .on_headers_complete = http_parser_on_head,
    .on_body = http_parser_on_body,
    .on_chunk_extension_name = http_parser_on_extension,
    .on_chunk_extension_value = http_parser_on_extension,
    .on_message_complete = http_parser_on_complete,
};

void http_parser_init(struct http_parser *parser)
{
    *parser = (struct http_parser){0};
}

void http_parser_release(struct http_parser *parser)
{
    http_request_free(parser->request);
    http_parser_init(parser);
}

/* One block: the request, its fields, the head's text. */
static struct http_request *http_parser_new_request(const struct head_scan *scan, const char *head, char **text)
{
    size_t fields_size = scan->fields * sizeof(struct http_field);
    struct http_request *request = g_malloc(sizeof(*request) + fields_size + scan->size + 1);

    memset(request, 0, sizeof(*request));
    request->fields = (struct http_field *)(void *)(request + 1);
    *text = (char *)(request + 1) + fields_size;
    memcpy(*text, head, scan->size);
    (*text)[scan->size] = '\0';
    request->content = g_string_new(NULL);
    return request;
}

/* Cuts the copy into texts. The scan has checked the grammar: each name ends at its colon, each line at its CR. */
static void http_parser_cut_head(struct http_request *request, char *text)
{
    char *target = (char *)(uintptr_t)request->path;
    char *query;

    request->method = http_parser_cut(text, strcspn(text, " "));
    http_parser_cut(target, strcspn(target, " "));
    query = strchr(target, '?');
    request->query = query != NULL ? query + 1 : "";
    if (query != NULL)
        *query = '\0';
    for (unsigned i = 0; i < request->field_count; i++) {
        struct http_field *field = &request->fields[i];
        char *name = (char *)(uintptr_t)field->name;
        char *value = name + strcspn(name, ":") + 1;

        http_parser_cut(name, strcspn(name, ":"));
        http_parser_cut(value, strcspn(value, "\r"));
        for (char *c = name; *c != '\0'; c++)
            *c = g_ascii_tolower(*c);
        field->value = g_strstrip(value);
    }
}

static enum http_parse http_parser_bad(struct http_parser *parser)
{
    if (parser->refusal.status == 0)
        http_parser_refuse(parser, 400, TOROKU_ERROR_INVALID,
                           parser->in_body ? "The body is not framed as its head announced."
                                           : "The head is not a well-formed HTTP/1.1 request.");
    return HTTP_PARSE_BAD;
}

static enum http_parse http_parser_run_head(struct http_parser *parser, const char *bytes, size_t size, size_t *used)
{
    enum head_state state = head_scan(&parser->scan, bytes, size);
    llhttp_errno_t status;
    char *text;

    if (state == HEAD_MORE)
        return HTTP_PARSE_MORE;
    if (state == HEAD_BAD) {
        parser->refusal = parser->scan.refusal;
        return HTTP_PARSE_BAD;
    }
    parser->request = http_parser_new_request(&parser->scan, bytes, &text);
    llhttp_init(&parser->llhttp, HTTP_REQUEST, &http_parser_settings);
    parser->llhttp.data = parser;
    status = llhttp_execute(&parser->llhttp, text, parser->scan.size);
    if ((status != HPE_OK && !(status == HPE_PAUSED && parser->complete)) || parser->request->path == NULL ||
        parser->request->field_count != parser->scan.fields || parser->llhttp.upgrade)
        return http_parser_bad(parser);
    http_parser_cut_head(parser->request, text);
    parser->in_body = true;
    *used = parser->scan.size;
    return HTTP_PARSE_HEAD;
}

/* llhttp takes a bare LF for the empty line that ends the chunks. */
static bool http_parser_ended(const struct http_parser *parser, const char *bytes, size_t used)
{
    char before = used >= 2 ? bytes[used - 2] : parser->last;

    return used > 0 && bytes[used - 1] == '\n' && before == '\r';
}

static enum http_parse http_parser_run_body(struct http_parser *parser, const char *bytes, size_t size, size_t *used)
{
    llhttp_errno_t status;

    if (!parser->complete) {
        status = llhttp_execute(&parser->llhttp, bytes, size);
        if (status != HPE_OK && !(status == HPE_PAUSED && parser->complete))
            return http_parser_bad(parser);
        *used = parser->complete ? (size_t)(llhttp_get_error_pos(&parser->llhttp) - bytes) : size;
        if (parser->complete && parser->request->chunked && !http_parser_ended(parser, bytes, *used))
            return http_parser_bad(parser);
        if (size > 0)
            parser->last = bytes[size - 1];
        if (!parser->complete)
            return HTTP_PARSE_MORE;
    }
    parser->request->body = parser->request->content->str;
    parser->request->body_size = parser->request->content->len;
    return HTTP_PARSE_DONE;
}

enum http_parse http_parser_run(struct http_parser *parser, const char *bytes, size_t size, size_t *used)
{
    *used = 0;
    return parser->in_body ? http_parser_run_body(parser, bytes, size, used)
                           : http_parser_run_head(parser, bytes, size, used);
}

struct http_request *http_parser_take(struct http_parser *parser)
{
    struct http_request *request = parser->request;

    g_assert(parser->complete);
    http_parser_init(parser);
    return request;
}
