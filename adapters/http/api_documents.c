#include "adapters/http/api_call.h"
#include "adapters/http/query.h"
#include "engine/app/access.h"

#include <string.h>

struct document_call {
    struct reader_document document;
    struct call *call;
    char *name;
};

static bool sha256_parse(const char *text, uint8_t hash[HASH_SIZE])
{
    if (strlen(text) != 2 * HASH_SIZE || strspn(text, "0123456789abcdef") != 2 * HASH_SIZE)
        return false;
    for (int i = 0; i < HASH_SIZE; i++)
        hash[i] = (uint8_t)(g_ascii_xdigit_value(text[2 * i]) * 16 + g_ascii_xdigit_value(text[2 * i + 1]));
    return true;
}

static void document_call_free(struct document_call *d)
{
    g_clear_error(&d->document.error);
    if (d->document.content != NULL)
        g_bytes_unref(d->document.content);
    g_free(d->document.got_name);
    g_free(d->document.got_type);
    g_free(d->name);
    g_free(d);
}

static void document_put_done(struct reader_document *document)
{
    struct document_call *d = (struct document_call *)(void *)document;
    struct value *v = value_new_map();

    if (document->error != NULL) {
        call_fail(d->call, document->error);
    } else {
        value_map_set_text(v, "name", d->name);
        value_map_set_text(v, "sha256", http_request_param(d->call->request, "sha256"));
        value_map_set_int(v, "size", (int64_t)document->size);
        value_map_set_text(v, "media_type", document->media_type);
        call_respond_json(d->call, 201, NULL, v);
    }
    value_unref(v);
    document_call_free(d);
}

/* A media type as RFC 9110 writes it, without parameters worth keeping. */
static bool media_type_valid(const char *type)
{
    const char *slash = type == NULL ? NULL : strchr(type, '/');

    if (slash == NULL || slash == type || slash[1] == '\0' || strlen(type) > 127)
        return false;
    for (const char *c = type; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && strchr("!#$&-^_.+/;= \"", *c) == NULL)
            return false;
    return true;
}

static bool document_name_valid(const char *name)
{
    if (name == NULL || name[0] == '\0' || g_utf8_strlen(name, -1) > 200 || strchr(name, '/') != NULL)
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return false;
    return true;
}

/* PUT /api/v1/documents/{sha256}?name=report.pdf: the body is the document, the path its SHA-256. */
void document_put(struct http_request *request, void *user)
{
    struct api *api = user;
    struct call *call = request->user;
    struct query *query = query_parse(request->query, NULL);
    const char *name = query == NULL ? NULL : query_get(query, "name");
    const char *type = http_request_header(request, "content-type");
    uint8_t named[HASH_SIZE], actual[HASH_SIZE];
    struct document_call *d;

    chain_sha256(request->body, request->body_size, actual);
    if (!sha256_parse(http_request_param(request, "sha256"), named)) {
        call_refuse(call, TOROKU_ERROR_INVALID,
                    "The path names the document by its SHA-256: 64 lower-case hexadecimal digits.");
    } else if (memcmp(named, actual, HASH_SIZE) != 0) {
        call_refuse(
            call, TOROKU_ERROR_UNPROCESSABLE,
            "The bytes received do not have the SHA-256 that the path names; nothing was kept. Send them again.");
    } else if (request->body_size == 0) {
        call_refuse(call, TOROKU_ERROR_INVALID, "The document is empty.");
    } else if (!document_name_valid(name)) {
        call_refuse(call, TOROKU_ERROR_INVALID, "Give the document's name, without a path: ?name=report.pdf.");
    } else if (!media_type_valid(type)) {
        call_refuse(call, TOROKU_ERROR_INVALID, "Give the document's media type: Content-Type: application/pdf.");
    } else {
        d = g_new0(struct document_call, 1);
        d->call = call;
        d->name = g_strdup(name);
        d->document.done = document_put_done;
        d->document.actor = call_actor(call);
        d->document.name = d->name;
        d->document.media_type = type;
        d->document.bytes = request->body;
        d->document.size = request->body_size;
        d->document.now = request->received;
        memcpy(d->document.sha256, actual, HASH_SIZE);
        reader_put(api->config.reader, &d->document);
    }
    query_free(query);
}

static void document_get_done(struct reader_document *document)
{
    struct document_call *d = (struct document_call *)(void *)document;
    gsize size = 0;
    const char *bytes;
    g_autofree char *name = NULL, *headers = NULL;

    if (document->error != NULL) {
        call_fail(d->call, document->error);
        document_call_free(d);
        return;
    }
    bytes = g_bytes_get_data(document->content, &size);
    name = g_uri_escape_string(document->got_name, NULL, false);
    headers = g_strdup_printf("Content-Disposition: attachment; filename*=UTF-8''%s\r\n"
                              "Content-Security-Policy: sandbox; default-src 'none'\r\n",
                              name);
    call_respond(d->call, 200, document->got_type, headers, bytes, size);
    document_call_free(d);
}

void document_get(struct http_request *request, void *user)
{
    struct api *api = user;
    struct call *call = request->user;
    struct actor actor = call_actor(call);
    struct document_call *d;
    uint8_t hash[HASH_SIZE];

    /* A document does not say which class the field was that named it: the strictest of those with files holds. */
    if (!access_may_read(&actor, ACCESS_RESTRICTED)) {
        call_refuse(call, TOROKU_ERROR_FORBIDDEN, "Your roles do not read documents.");
        return;
    }
    if (!sha256_parse(http_request_param(request, "sha256"), hash)) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, "There is no such document.");
        return;
    }
    d = g_new0(struct document_call, 1);
    d->call = call;
    d->document.done = document_get_done;
    d->document.actor = actor;
    d->document.now = request->received;
    memcpy(d->document.sha256, hash, HASH_SIZE);
    reader_get(api->config.reader, &d->document);
}
