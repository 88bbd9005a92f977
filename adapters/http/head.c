#include "adapters/http/head.h"

#include <string.h>

/* A slice of the head. */
struct head_text {
    const char *at;
    size_t size;
};

enum head_once {
    HEAD_HOST,
    HEAD_CONTENT_LENGTH,
    HEAD_TRANSFER_ENCODING,
    HEAD_CONTENT_TYPE,
    HEAD_AUTHORIZATION,
    HEAD_IDEMPOTENCY_KEY,
    HEAD_IF_MATCH,
    HEAD_COOKIE,
    HEAD_ORIGIN,
    HEAD_EXPECT,
    HEAD_UPGRADE,
    HEAD_ONCE_COUNT
};

/* A second one of these is refused: which of two is meant, two readers may decide differently. */
static const char *const head_once_names[HEAD_ONCE_COUNT] = {
    [HEAD_HOST] = "host",
    [HEAD_CONTENT_LENGTH] = "content-length",
    [HEAD_TRANSFER_ENCODING] = "transfer-encoding",
    [HEAD_CONTENT_TYPE] = "content-type",
    [HEAD_AUTHORIZATION] = "authorization",
    [HEAD_IDEMPOTENCY_KEY] = "idempotency-key",
    [HEAD_IF_MATCH] = "if-match",
    [HEAD_COOKIE] = "cookie",
    [HEAD_ORIGIN] = "origin",
    [HEAD_EXPECT] = "expect",
    [HEAD_UPGRADE] = "upgrade",
};

static const char *const head_methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

static bool head_refuse(struct head_scan *scan, int status, enum toroku_error code, const char *detail)
{
    scan->refusal = (struct http_refusal){status, code, detail};
    return false;
}

static bool head_malformed(struct head_scan *scan, const char *detail)
{
    return head_refuse(scan, 400, TOROKU_ERROR_INVALID, detail);
}

static bool head_is(struct head_text text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.at, word, text.size) == 0;
}

/* Field names and a few values are compared without regard to case (RFC 9110, 5.1). */
static bool head_is_folded(struct head_text text, const char *word)
{
    return text.size == strlen(word) && g_ascii_strncasecmp(text.at, word, text.size) == 0;
}

/* RFC 9110, 5.6.2 */
static bool head_token_char(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* RFC 3986, 3.3 and 3.4; of what it forbids, a query may hold what browsers leave bare. */
static bool head_target_char(char c, bool query)
{
    if (g_ascii_isalnum(c))
        return true;
    if (c == '\0')
        return false;
    return strchr("-._~!$&'()*+,;=:@/?%", c) != NULL || (query && strchr("{}|\\^`[]", c) != NULL);
}

static bool head_check_target(struct head_scan *scan, struct head_text target)
{
    bool query = false;

    if (target.size == 0)
        return head_malformed(scan, "The request line has two spaces in a row; exactly one belongs between its parts.");
    if (target.at[0] != '/')
        return head_malformed(scan, "The request target must be a path that begins with '/' (origin-form).");
    for (size_t i = 0; i < target.size; i++) {
        char c = target.at[i];

        if (!head_target_char(c, query))
            return head_malformed(scan, "The request target has a character that must be percent-encoded.");
        if (c == '%' &&
            (i + 2 >= target.size || !g_ascii_isxdigit(target.at[i + 1]) || !g_ascii_isxdigit(target.at[i + 2])))
            return head_malformed(scan, "A percent sign in the request target is not followed by two hex digits.");
        query = query || c == '?';
    }
    return true;
}

static bool head_check_version(struct head_scan *scan, struct head_text version)
{
    if (head_is(version, "HTTP/1.1"))
        return true;
    if (head_is(version, "HTTP/1.0")) {
        scan->http_1_0 = true;
        return true;
    }
    if (version.size == 8 && memcmp(version.at, "HTTP/", 5) == 0 && g_ascii_isdigit(version.at[5]) &&
        version.at[6] == '.' && g_ascii_isdigit(version.at[7]))
        return head_refuse(scan, 505, TOROKU_ERROR_INVALID, "This server speaks HTTP/1.1.");
    return head_malformed(scan, "The request line must end in HTTP/1.1, with one space before it and none after.");
}

static bool head_check_method(struct head_scan *scan, struct head_text method)
{
    for (size_t i = 0; i < G_N_ELEMENTS(head_methods); i++)
        if (head_is(method, head_methods[i]))
            return true;
    for (size_t i = 0; i < method.size; i++)
        if (!head_token_char(method.at[i]))
            return head_malformed(scan, "The request line does not begin with a method.");
    return head_refuse(scan, 501, TOROKU_ERROR_INVALID,
                       "This server knows GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.");
}

/* RFC 9112, 3: method SP target SP version */
static bool head_check_request_line(struct head_scan *scan, struct head_text line)
{
    const char *end = line.at + line.size;
    const char *first = memchr(line.at, ' ', line.size);
    const char *second = first != NULL ? memchr(first + 1, ' ', (size_t)(end - first - 1)) : NULL;

    if (second == NULL)
        return head_malformed(scan, "The request line must be a method, a target and HTTP/1.1, with single spaces.");
    return head_check_method(scan, (struct head_text){line.at, (size_t)(first - line.at)}) &&
           head_check_target(scan, (struct head_text){first + 1, (size_t)(second - first - 1)}) &&
           head_check_version(scan, (struct head_text){second + 1, (size_t)(end - second - 1)});
}

/* RFC 9110, 7.2: uri-host [":" port] */
static bool head_check_host(struct head_scan *scan, struct head_text value)
{
    if (value.size == 0 || value.size > 255)
        return head_malformed(scan, "The Host field must name a host, in at most 255 bytes.");
    for (size_t i = 0; i < value.size; i++)
        if (!g_ascii_isalnum(value.at[i]) && strchr("-._~:[]", value.at[i]) == NULL)
            return head_malformed(scan, "The Host field is not a host name with an optional port.");
    return true;
}

static bool head_check_length(struct head_scan *scan, struct head_text value)
{
    bool digits = value.size > 0 && value.size <= 18;

    for (size_t i = 0; digits && i < value.size; i++)
        digits = g_ascii_isdigit(value.at[i]);
    return digits || head_malformed(scan, "Content-Length must be one number in decimal digits.");
}

static bool head_check_once(struct head_scan *scan, enum head_once once, struct head_text value)
{
    if ((scan->seen & 1U << once) != 0)
        return head_malformed(scan, "A header field that may come once came twice.");
    scan->seen |= 1U << once;
    if (once == HEAD_HOST)
        return head_check_host(scan, value);
    if (once == HEAD_CONTENT_LENGTH)
        return head_check_length(scan, value);
    if (once == HEAD_TRANSFER_ENCODING && !head_is_folded(value, "chunked"))
        return head_malformed(scan, "The only transfer encoding taken is chunked, alone.");
    if (once == HEAD_EXPECT && !head_is_folded(value, "100-continue"))
        return head_refuse(scan, 417, TOROKU_ERROR_INVALID, "The only expectation met is 100-continue.");
    if (once == HEAD_UPGRADE)
        return head_malformed(scan, "This server does not change protocols: leave the Upgrade field out.");
    return true;
}

static struct head_text head_trim(struct head_text text)
{
    while (text.size > 0 && (text.at[0] == ' ' || text.at[0] == '\t')) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && (text.at[text.size - 1] == ' ' || text.at[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* RFC 9112, 5: name ":" OWS value OWS */
static bool head_check_field(struct head_scan *scan, struct head_text line)
{
    struct head_text name = line, value;
    size_t colon = 0;

    if (line.at[0] == ' ' || line.at[0] == '\t')
        return head_malformed(scan, "A header field goes on over a second line (folding), which is obsolete.");
    while (colon < line.size && head_token_char(line.at[colon]))
        colon++;
    if (colon == 0 || colon == line.size || line.at[colon] != ':')
        return head_malformed(scan, "A header line must be a name directly followed by a colon.");
    if (++scan->fields > HTTP_FIELDS_MAX)
        return head_refuse(scan, 431, TOROKU_ERROR_TOO_LARGE, "A request may have at most 64 header fields.");
    name.size = colon;
    value = head_trim((struct head_text){line.at + colon + 1, line.size - colon - 1});
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.at[i] < 0x20 ? value.at[i] != '\t' : value.at[i] == 0x7f)
            return head_malformed(scan, "A header field holds a control character.");
    for (enum head_once once = 0; once < HEAD_ONCE_COUNT; once++)
        if (head_is_folded(name, head_once_names[once]))
            return head_check_once(scan, once, value);
    return true;
}

/* The empty line has come: what the fields say together. */
static bool head_check_whole(struct head_scan *scan)
{
    bool encoded = (scan->seen & 1U << HEAD_TRANSFER_ENCODING) != 0;

    if ((scan->seen & 1U << HEAD_HOST) == 0)
        return head_malformed(scan, "A request must have a Host field.");
    if (encoded && (scan->seen & 1U << HEAD_CONTENT_LENGTH) != 0)
        return head_malformed(scan, "Content-Length and Transfer-Encoding must not come together.");
    if (encoded && scan->http_1_0)
        return head_malformed(scan, "HTTP/1.0 knows no Transfer-Encoding.");
    return true;
}

/* The next LF within the limits; NULL with ${state} HEAD_MORE or HEAD_BAD. */
static const char *head_find_end(struct head_scan *scan, const char *bytes, size_t size, enum head_state *state)
{
    size_t limit = scan->started ? HTTP_HEAD_MAX : HTTP_LINE_MAX + 2;
    size_t reach = MIN(size, limit);
    const char *end = reach > scan->searched ? memchr(bytes + scan->searched, '\n', reach - scan->searched) : NULL;

    scan->searched = reach;
    if (end != NULL)
        return end;
    *state = HEAD_MORE;
    if (size >= limit) {
        *state = HEAD_BAD;
        if (scan->started)
            head_refuse(scan, 431, TOROKU_ERROR_TOO_LARGE, "The head of a request may have at most 32768 bytes.");
        else
            head_refuse(scan, 414, TOROKU_ERROR_TOO_LARGE, "The request line may have at most 8192 bytes.");
    }
    return NULL;
}

enum head_state head_scan(struct head_scan *scan, const char *bytes, size_t size)
{
    enum head_state state;
    const char *end;

    /* Whoever speaks TLS to this port, or sends an empty line first, need not be waited for. */
    if (size > 0 && !g_ascii_isupper(bytes[0])) {
        head_malformed(scan, "The request line does not begin with a method.");
        return HEAD_BAD;
    }
    while ((end = head_find_end(scan, bytes, size, &state)) != NULL) {
        struct head_text line = {bytes + scan->line, (size_t)(end - bytes) - scan->line};

        if (line.size == 0 || line.at[line.size - 1] != '\r') {
            head_malformed(scan, "A line of the head does not end in CRLF.");
            return HEAD_BAD;
        }
        line.size--;
        scan->line = scan->searched = (size_t)(end - bytes) + 1;
        if (scan->started && line.size == 0) {
            scan->size = scan->line;
            return head_check_whole(scan) ? HEAD_DONE : HEAD_BAD;
        }
        if (!(scan->started ? head_check_field(scan, line) : head_check_request_line(scan, line)))
            return HEAD_BAD;
        scan->started = true;
    }
    return state;
}
