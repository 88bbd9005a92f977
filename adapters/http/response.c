#include "adapters/http/response.h"

#include <string.h>
#include <time.h>

static const struct {
    int status;
    const char *phrase;
} http_phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

/* What every answer says unless its handler says otherwise. Pages are rendered by the server: a style sheet, images
 * and forms of our own, and nothing else. With no-referrer a browser would hide the Origin of our own forms as well. */
static const struct {
    const char *name;
    const char *value;
} http_defaults[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                                "base-uri 'none'; frame-ancestors 'none'"},
    {"Referrer-Policy", "same-origin"},
    {"X-Content-Type-Options", "nosniff"},
};

static const char *http_phrase(int status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(http_phrases); i++)
        if (http_phrases[i].status == status)
            return http_phrases[i].phrase;
    return "Status";
}

static bool http_headers_name(const char *lines, const char *name)
{
    size_t size = strlen(name);

    while (lines != NULL && *lines != '\0') {
        if (g_ascii_strncasecmp(lines, name, size) == 0 && lines[size] == ':')
            return true;
        lines = strchr(lines, '\n');
        lines = lines != NULL ? lines + 1 : NULL;
    }
    return false;
}

void http_answer_write(GString *out, const struct http_answer *answer)
{
    bool bodiless = answer->status == 204 || answer->status == 304;

    g_string_append_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", answer->status, http_phrase(answer->status),
                           answer->date);
    if (answer->close)
        g_string_append(out, "Connection: close\r\n");
    if (!bodiless)
        g_string_append_printf(out, "Content-Length: %zu\r\n", answer->size);
    if (answer->content_type != NULL && !bodiless)
        g_string_append_printf(out, "Content-Type: %s\r\n", answer->content_type);
    for (size_t i = 0; i < G_N_ELEMENTS(http_defaults); i++)
        if (!http_headers_name(answer->extra_headers, http_defaults[i].name))
            g_string_append_printf(out, "%s: %s\r\n", http_defaults[i].name, http_defaults[i].value);
    if (answer->extra_headers != NULL)
        g_string_append(out, answer->extra_headers);
    g_string_append(out, "\r\n");
    if (!bodiless && !answer->head_only && answer->size > 0)
        g_string_append_len(out, answer->body, (gssize)answer->size);
}

bool http_headers_valid(const char *lines)
{
    while (*lines != '\0') {
        size_t name = strspn(lines, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
        const char *end = lines + name;

        if (name == 0 || *end != ':')
            return false;
        while ((unsigned char)*end >= 0x20 || *end == '\t')
            end++;
        if (end[0] != '\r' || end[1] != '\n')
            return false;
        lines = end + 2;
    }
    return true;
}

void http_date_write(char date[30], int64_t seconds)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t time = (time_t)seconds;
    struct tm tm;

    gmtime_r(&time, &tm);
    g_snprintf(date, 30, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
               tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
