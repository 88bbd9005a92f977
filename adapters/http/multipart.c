#include "adapters/http/multipart.h"

#include "engine/error.h"

#include <string.h>

#define BOUNDARY_MAX 70 /* RFC 2046, 5.1.1 */
#define HEADERS_MAX 4096

/* What is left to be read. */
struct multipart {
    const char *at, *end;
    char delimiter[BOUNDARY_MAX + 5]; /* CR LF "--" boundary */
    size_t delimiter_size;
    GError **error;
};

/* The headers of one part; owned texts. */
struct multipart_head {
    char *name, *file_name, *media_type;
};

static bool multipart_refuse(const struct multipart *m, const char *detail)
{
    g_set_error_literal(m->error, TOROKU_ERROR, TOROKU_ERROR_INVALID, detail);
    return false;
}

/* ---- the boundary ---- */

static bool boundary_char(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("'()+_,-./:=? ", c) != NULL);
}

/* boundary=... or boundary="..." among the parameters of ${type}. */
static bool multipart_find_boundary(struct multipart *m, const char *type)
{
    const char *p = strchr(type, ';');
    size_t size = 0;
    bool quoted;

    while (p != NULL && g_ascii_strncasecmp(p + 1 + strspn(p + 1, " \t"), "boundary=", 9) != 0)
        p = strchr(p + 1, ';');
    if (p == NULL)
        return multipart_refuse(m, "The Content-Type names no boundary.");
    p += 1 + strspn(p + 1, " \t") + 9;
    quoted = *p == '"';
    p += quoted;
    while (boundary_char(p[size]) && (quoted || p[size] != ' '))
        size++;
    if (size == 0 || size > BOUNDARY_MAX || p[size - 1] == ' ' ||
        (quoted ? p[size] != '"' : p[size] != '\0' && p[size] != ';' && p[size] != ' '))
        return multipart_refuse(m, "The boundary of the form is not well-formed.");
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, p, size);
    m->delimiter_size = size + 4;
    return true;
}

/* ---- the headers of a part ---- */

static bool multipart_take(const char **at, const char *end, const char *text)
{
    size_t size = strlen(text);

    if ((size_t)(end - *at) < size || g_ascii_strncasecmp(*at, text, size) != 0)
        return false;
    *at += size;
    return true;
}

/* "..." with the three escapes of the HTML standard; NULL when it is not that. */
static char *multipart_quoted(const char **at, const char *end)
{
    const char *close;
    GString *out;

    if (*at == end || **at != '"' || (close = memchr(*at + 1, '"', (size_t)(end - *at - 1))) == NULL)
        return NULL;
    out = g_string_new(NULL);
    for (const char *p = *at + 1; p < close;) {
        if (multipart_take(&p, close, "%22"))
            g_string_append_c(out, '"');
        else if (multipart_take(&p, close, "%0D"))
            g_string_append_c(out, '\r');
        else if (multipart_take(&p, close, "%0A"))
            g_string_append_c(out, '\n');
        else
            g_string_append_c(out, *p++);
    }
    *at = close + 1;
    if (memchr(out->str, '\0', out->len) == NULL && g_utf8_validate(out->str, (gssize)out->len, NULL))
        return g_string_free(out, FALSE);
    g_string_free(out, TRUE);
    return NULL;
}

/* What follows the last folder, without control characters: some browsers send whole paths. */
static char *multipart_base_name(char *name)
{
    const char *from = name;
    char *to = name;

    for (const char *p = name; *p != '\0'; p++)
        if (*p == '/' || *p == '\\')
            from = p + 1;
    for (; *from != '\0'; from++)
        if ((unsigned char)*from >= 0x20 && *from != 0x7f)
            *to++ = *from;
    *to = '\0';
    return name;
}

static bool multipart_disposition(struct multipart_head *head, const char *at, const char *end)
{
    if (head->name != NULL || !multipart_take(&at, end, "form-data"))
        return false;
    while (at < end) {
        bool file;
        char *text;

        if (!multipart_take(&at, end, ";"))
            return false;
        while (at < end && *at == ' ')
            at++;
        file = multipart_take(&at, end, "filename=");
        if ((!file && !multipart_take(&at, end, "name=")) || (text = multipart_quoted(&at, end)) == NULL)
            return false;
        if ((file ? head->file_name : head->name) != NULL) {
            g_free(text);
            return false;
        }
        if (file)
            head->file_name = multipart_base_name(text);
        else
            head->name = text;
    }
    return head->name != NULL && head->name[0] != '\0';
}

/* type/subtype, parameters left out. */
static bool multipart_media_type(struct multipart_head *head, const char *at, const char *end)
{
    size_t size = 0, slash = 0;

    while (at + size < end && at[size] != ';' && at[size] != ' ') {
        if (!g_ascii_isalnum(at[size]) && (at[size] == '\0' || strchr("/.+-_", at[size]) == NULL))
            return false;
        slash += at[size] == '/';
        size++;
    }
    if (head->media_type != NULL || size < 3 || size > 127 || slash != 1)
        return false;
    head->media_type = g_ascii_strdown(at, (gssize)size);
    return true;
}

static bool multipart_field(struct multipart_head *head, const char *at, const char *end)
{
    bool disposition = multipart_take(&at, end, "content-disposition:");

    if (!disposition && !multipart_take(&at, end, "content-type:"))
        return false;
    while (at < end && *at == ' ')
        at++;
    return disposition ? multipart_disposition(head, at, end) : multipart_media_type(head, at, end);
}

/* The header lines up to and with the empty one. */
static bool multipart_head_read(struct multipart *m, struct multipart_head *head)
{
    const char *limit = m->end - m->at > HEADERS_MAX ? m->at + HEADERS_MAX : m->end;

    for (;;) {
        const char *line_end = memmem(m->at, (size_t)(limit - m->at), "\r\n", 2);

        if (line_end == NULL)
            return false;
        if (line_end == m->at)
            break;
        if (!multipart_field(head, m->at, line_end))
            return false;
        m->at = line_end + 2;
    }
    m->at += 2;
    return head->name != NULL;
}

/* ---- the parts ---- */

/* One part, from its headers to the delimiter that ends it. */
static bool multipart_part_read(struct multipart *m, multipart_cb *each, void *user)
{
    struct multipart_head head = {0};
    bool good = multipart_head_read(m, &head);
    const char *end = good ? memmem(m->at, (size_t)(m->end - m->at), m->delimiter, m->delimiter_size) : NULL;

    if (end == NULL) {
        good = multipart_refuse(m, "A part of the form is not whole or its header is not well-formed.");
    } else {
        const struct multipart_part part = {head.name, head.file_name, head.media_type == NULL ? "" : head.media_type,
                                            m->at, (size_t)(end - m->at)};

        m->at = end + m->delimiter_size;
        good = each(user, &part);
    }
    g_free(head.name);
    g_free(head.file_name);
    g_free(head.media_type);
    return good;
}

bool multipart_read(const char *content_type, const char *body, size_t size, multipart_cb *each, void *user,
                    GError **error)
{
    struct multipart m = {.at = body, .end = body + size, .error = error};

    if (!multipart_find_boundary(&m, content_type))
        return false;
    if (size < m.delimiter_size - 2 || memcmp(body, m.delimiter + 2, m.delimiter_size - 2) != 0)
        return multipart_refuse(&m, "The form does not begin with its boundary.");
    m.at += m.delimiter_size - 2;
    while (multipart_take(&m.at, m.end, "\r\n"))
        if (!multipart_part_read(&m, each, user))
            return false;
    if (!multipart_take(&m.at, m.end, "--") || (m.at != m.end && !multipart_take(&m.at, m.end, "\r\n")) ||
        m.at != m.end)
        return multipart_refuse(&m, "The form does not end with its boundary.");
    return true;
}
