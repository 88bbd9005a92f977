#include "adapters/postgres/resolve.h"

#include "engine/error.h"

#include <netdb.h>
#include <sys/socket.h>

static void resolve_found(struct resolve *r, const char *address)
{
    guint ports = g_strv_length(r->ports);

    if (r->found++ > 0) {
        g_string_append_c(r->host, ',');
        g_string_append_c(r->hostaddr, ',');
        g_string_append_c(r->port, ',');
    }
    g_string_append(r->host, r->hosts[r->next]);
    g_string_append(r->hostaddr, address);
    if (ports == 1)
        g_string_append(r->port, r->ports[0]);
    else if (r->next < ports)
        g_string_append(r->port, r->ports[r->next]);
}

/* The error that stands when no entry has an address. */
static void resolve_missed(struct resolve *r, const char *why)
{
    g_clear_error(&r->error);
    g_set_error(&r->error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: cannot look up %s: %s",
                r->hosts[r->next], why);
}

static bool resolve_is_name(const char *host)
{
    unsigned char address[16];

    if (host[0] == '\0' || host[0] == '/' || host[0] == '@')
        return false;
    return uv_inet_pton(AF_INET, host, address) != 0 && uv_inet_pton(AF_INET6, host, address) != 0;
}

static void resolve_answered(uv_getaddrinfo_t *req, int status, struct addrinfo *list);

/* Goes on to the next name; false when all entries are dealt with. */
static bool resolve_step(struct resolve *r)
{
    static const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};

    for (; r->hosts[r->next] != NULL; r->next++) {
        const char *host = r->hosts[r->next];
        int status;

        if (!resolve_is_name(host)) {
            resolve_found(r, host[0] == '/' || host[0] == '@' ? "" : host);
            continue;
        }
        status = uv_getaddrinfo(r->uv, &r->req, resolve_answered, host, NULL, &hints);
        if (status == 0) {
            r->req.data = r;
            r->active = true;
            return true;
        }
        resolve_missed(r, uv_strerror(status));
    }
    if (r->found > 0)
        g_clear_error(&r->error);
    return false;
}

static void resolve_answered(uv_getaddrinfo_t *req, int status, struct addrinfo *list)
{
    struct resolve *r = req->data;
    char text[64];

    r->active = false;
    resolve_missed(r, status < 0 ? uv_strerror(status) : "it has no address");
    for (const struct addrinfo *a = list; a != NULL; a = a->ai_next)
        if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
            resolve_found(r, text);
    uv_freeaddrinfo(list);
    r->next++;
    if (r->cancelled || !resolve_step(r))
        r->done(r);
}

bool resolve_start(struct resolve *r, uv_loop_t *uv, const char *host, const char *port)
{
    resolve_release(r);
    r->uv = uv;
    r->next = 0;
    r->found = 0;
    r->cancelled = false;
    r->host = g_string_new(NULL);
    r->hostaddr = g_string_new(NULL);
    r->port = g_string_new(NULL);
    r->hosts = g_strsplit(host != NULL ? host : "", ",", -1);
    r->ports = g_strsplit(port != NULL ? port : "", ",", -1);
    return resolve_step(r);
}

void resolve_cancel(struct resolve *r)
{
    r->cancelled = true;
    if (r->active)
        uv_cancel((uv_req_t *)&r->req); /* one already running goes on to its end */
}

void resolve_release(struct resolve *r)
{
    g_assert(!r->active);
    if (r->host == NULL)
        return;
    g_string_free(g_steal_pointer(&r->host), TRUE);
    g_string_free(g_steal_pointer(&r->hostaddr), TRUE);
    g_string_free(g_steal_pointer(&r->port), TRUE);
    g_clear_pointer(&r->hosts, g_strfreev);
    g_clear_pointer(&r->ports, g_strfreev);
    g_clear_error(&r->error);
}
