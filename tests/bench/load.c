/*
 * A closed-loop load generator: N callers on a connection each, every one raising the next event on a random prepared
 * case as soon as its last one is answered.
 *
 * A case's events alternate: at a version that is ${base} plus an even number the staff raises the first event, at the
 * others the owner raises the second. Every request has its own Idempotency-Key and names the version in If-Match; an
 * answer counts when it is 200 and its ETag is the version that follows.
 *
 * Prints "begin" when the measured window begins, and one line of JSON when it ends.
 */
#include "tests/bench/histogram.h"
#include "tests/bench/prepared.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX 16384
#define COMPLAINTS_MAX 5
#define BROKEN_MAX 1000
#define STATUS_MAX 600

struct caller {
    struct load *load;
    int fd;
    struct prepared_case *c;
    int64_t sent_us;
    GString *request;
    size_t written;
    size_t received;
    char answer[ANSWER_MAX + 1];
};

struct load {
    /* options */
    int port, callers, base;
    double warmup, seconds;
    char *prefix, *cases_path, *staff_path, *owners_path, *first_path, *second_path;

    struct prepared prepared;
    char **staff, **owners; /* tokens */
    guint staff_count, owner_count;
    char *first, *second; /* bodies */
    size_t first_size, second_size;

    int epoll;
    int open; /* connections */
    bool measuring, ending;
    struct histogram latency;
    uint64_t taken, statuses[STATUS_MAX], broken, wrong;
    int complaints;
};

static int64_t now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void load_complain(struct load *load, const char *what, const char *answer)
{
    if (load->complaints++ < COMPLAINTS_MAX)
        fprintf(stderr, "load: %s\n%s\n", what, answer);
}

/* ---- requests ---- */

static void request_build(struct caller *caller)
{
    struct load *load = caller->load;
    const struct prepared_case *c = caller->c;
    bool first = (c->version - load->base) % 2 == 0;
    const char *token =
        first ? load->staff[prepared_random(&load->prepared) % load->staff_count] : load->owners[c->owner];
    uint64_t a = prepared_random(&load->prepared), b = prepared_random(&load->prepared);

    g_string_printf(caller->request,
                    "POST /api/v1/cases/%s-%" G_GINT64_FORMAT "/events HTTP/1.1\r\n"
                    "Host: 127.0.0.1\r\n"
                    "Authorization: Bearer %s\r\n"
                    "Content-Type: application/json\r\n"
                    "Idempotency-Key: %08x-%04x-4%03x-8%03x-%012" G_GINT64_MODIFIER "x\r\n"
                    "If-Match: \"%d\"\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    load->prefix, c->id, token, (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff,
                    (unsigned)(b >> 48) & 0xfff, b & 0xffffffffffff, c->version,
                    first ? load->first_size : load->second_size);
    g_string_append_len(caller->request, first ? load->first : load->second,
                        (gssize)(first ? load->first_size : load->second_size));
}

static void caller_watch(struct caller *caller, bool writing)
{
    struct epoll_event event = {.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = caller};

    if (epoll_ctl(caller->load->epoll, EPOLL_CTL_MOD, caller->fd, &event) != 0)
        g_error("epoll_ctl: %s", g_strerror(errno));
}

static void caller_open(struct caller *caller);

/* The connection ended under a request: whether the event was taken is not known, so the case is left alone. */
static void caller_broken(struct caller *caller)
{
    struct load *load = caller->load;

    load->broken++;
    load_complain(load, "a connection was closed under a request", "");
    if (load->broken > BROKEN_MAX) {
        fprintf(stderr, "load: gave up after %d closed connections\n", BROKEN_MAX);
        exit(1);
    }
    close(caller->fd);
    load->open--;
    caller->c = NULL;
    if (!load->ending)
        caller_open(caller);
}

/* FALSE: the connection broke. */
static bool caller_write(struct caller *caller)
{
    while (caller->written < caller->request->len) {
        ssize_t n = send(caller->fd, caller->request->str + caller->written, caller->request->len - caller->written,
                         MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN) {
            caller_watch(caller, true);
            return true;
        }
        if (n < 0)
            return false;
        caller->written += (size_t)n;
    }
    return true;
}

static void caller_next(struct caller *caller)
{
    struct load *load = caller->load;

    if (load->ending) {
        close(caller->fd);
        load->open--;
        return;
    }
    caller->c = prepared_pick(&load->prepared);
    caller->received = caller->written = 0;
    request_build(caller);
    caller->sent_us = now_us();
    if (!caller_write(caller))
        caller_broken(caller);
}

/* ---- answers ---- */

/* The size of the whole answer, or 0 while its head is not complete. */
static size_t answer_size(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "\r\ncontent-length:");

    if (end == NULL)
        return 0;
    return (size_t)(end + 4 - answer) + (length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0);
}

static int answer_version(const char *answer)
{
    const char *etag = strcasestr(answer, "\r\netag: \"");

    return etag == NULL ? -1 : (int)strtol(etag + 9, NULL, 10);
}

static void caller_answered(struct caller *caller)
{
    struct load *load = caller->load;
    int status = (int)strtol(caller->answer + 9, NULL, 10);

    if (status < 100 || status >= STATUS_MAX)
        status = 0;
    if (load->measuring)
        load->statuses[status]++;
    if (status != 200) {
        load_complain(load, "refused", caller->answer);
    } else if (answer_version(caller->answer) != caller->c->version + 1) {
        load->wrong++;
        load_complain(load, "the answer has another version than the next", caller->answer);
    } else {
        caller->c->version++;
        caller->c->busy = false;
        if (load->measuring) {
            load->taken++;
            histogram_add(&load->latency, (uint64_t)(now_us() - caller->sent_us));
        }
    }
    caller_next(caller);
}

static void caller_read(struct caller *caller)
{
    ssize_t n = recv(caller->fd, caller->answer + caller->received, ANSWER_MAX - caller->received, 0);
    size_t size;

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        caller_broken(caller);
        return;
    }
    caller->received += (size_t)n;
    caller->answer[caller->received] = '\0';
    size = answer_size(caller->answer);
    if (size > ANSWER_MAX)
        caller_broken(caller);
    else if (size > 0 && caller->received >= size)
        caller_answered(caller);
}

static void caller_event(struct caller *caller, uint32_t events)
{
    if (caller->written < caller->request->len) {
        if (!caller_write(caller)) {
            caller_broken(caller);
            return;
        }
        if (caller->written == caller->request->len)
            caller_watch(caller, false);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        caller_read(caller);
}

static void caller_open(struct caller *caller)
{
    struct load *load = caller->load;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = caller};
    int one = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    caller->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (caller->fd < 0 || connect(caller->fd, (struct sockaddr *)(void *)&to, sizeof to) != 0) {
        fprintf(stderr, "load: port %d: %s\n", load->port, g_strerror(errno));
        exit(1);
    }
    setsockopt(caller->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (fcntl(caller->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(load->epoll, EPOLL_CTL_ADD, caller->fd, &event) != 0)
        g_error("epoll_ctl: %s", g_strerror(errno));
    load->open++;
    caller_next(caller);
}

/* ---- the run ---- */

static void load_report(const struct load *load, double seconds)
{
    static const struct {
        const char *name;
        double part;
    } points[] = {{"p50_us", 0.5}, {"p90_us", 0.9}, {"p99_us", 0.99}, {"p999_us", 0.999}};

    printf("{\"seconds\":%.3f,\"taken\":%" G_GUINT64_FORMAT ",\"rate\":%.1f", seconds, load->taken,
           (double)load->taken / seconds);
    for (size_t i = 0; i < G_N_ELEMENTS(points); i++)
        printf(",\"%s\":%" G_GUINT64_FORMAT, points[i].name, histogram_percentile(&load->latency, points[i].part));
    printf(",\"max_us\":%" G_GUINT64_FORMAT ",\"broken\":%" G_GUINT64_FORMAT ",\"wrong\":%" G_GUINT64_FORMAT
           ",\"statuses\":{",
           load->latency.max_us, load->broken, load->wrong);
    for (int i = 0, n = 0; i < STATUS_MAX; i++)
        if (load->statuses[i] > 0)
            printf("%s\"%d\":%" G_GUINT64_FORMAT, n++ == 0 ? "" : ",", i, load->statuses[i]);
    printf("}}\n");
    fflush(stdout);
}

static void load_turn(struct load *load, int timeout_ms)
{
    struct epoll_event events[256];
    int n = epoll_wait(load->epoll, events, G_N_ELEMENTS(events), timeout_ms);

    for (int i = 0; i < n; i++)
        caller_event(events[i].data.ptr, events[i].events);
}

static void load_until(struct load *load, int64_t end_us)
{
    int64_t left;

    while ((left = end_us - now_us()) > 0)
        load_turn(load, (int)(left / 1000) + 1);
}

static void load_run(struct load *load)
{
    struct caller *callers = g_new0(struct caller, (gsize)load->callers);
    int64_t began;

    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < load->callers; i++) {
        callers[i].load = load;
        callers[i].request = g_string_sized_new(8192);
        caller_open(&callers[i]);
    }
    load_until(load, now_us() + (int64_t)(load->warmup * 1e6));
    load->measuring = true;
    puts("begin");
    fflush(stdout);
    began = now_us();
    load_until(load, began + (int64_t)(load->seconds * 1e6));
    load->measuring = false;
    load->ending = true;
    load_report(load, (double)(now_us() - began) / 1e6);
    for (int64_t end = now_us() + 10000000; load->open > 0 && now_us() < end;)
        load_turn(load, 100);
    for (int i = 0; i < load->callers; i++)
        g_string_free(callers[i].request, TRUE);
    g_free(callers);
    close(load->epoll);
}

static char **tokens_read(const char *path, guint *count, GError **error)
{
    g_autofree char *text = NULL;
    char **tokens;

    if (!g_file_get_contents(path, &text, NULL, error))
        return NULL;
    tokens = g_strsplit(g_strchomp(text), "\n", -1);
    *count = g_strv_length(tokens);
    return tokens;
}

static bool load_read(struct load *load, GError **error)
{
    if (!prepared_read(&load->prepared, load->cases_path, error) ||
        (load->staff = tokens_read(load->staff_path, &load->staff_count, error)) == NULL ||
        (load->owners = tokens_read(load->owners_path, &load->owner_count, error)) == NULL)
        return false;
    for (size_t i = 0; i < load->prepared.count; i++)
        if (load->prepared.cases[i].owner >= load->owner_count)
            g_error("%s: case %" G_GINT64_FORMAT " has an owner without a token", load->cases_path,
                    load->prepared.cases[i].id);
    return g_file_get_contents(load->first_path, &load->first, &load->first_size, error) &&
           g_file_get_contents(load->second_path, &load->second, &load->second_size, error);
}

static void load_release(struct load *load)
{
    char *const owned[] = {load->prefix,     load->cases_path,  load->staff_path, load->owners_path,
                           load->first_path, load->second_path, load->first,      load->second};

    for (size_t i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    g_strfreev(load->staff);
    g_strfreev(load->owners);
    prepared_release(&load->prepared);
}

int main(int argc, char **argv)
{
    static struct load load = {.port = 8080, .callers = 64, .warmup = 2, .seconds = 10};
    const GOptionEntry entries[] = {
        {"port", 0, 0, G_OPTION_ARG_INT, &load.port, "of the daemon on 127.0.0.1", "N"},
        {"callers", 0, 0, G_OPTION_ARG_INT, &load.callers, "requests in flight", "N"},
        {"warmup", 0, 0, G_OPTION_ARG_DOUBLE, &load.warmup, "before the window", "SECONDS"},
        {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &load.seconds, "length of the window", "SECONDS"},
        {"prefix", 0, 0, G_OPTION_ARG_STRING, &load.prefix, "of case numbers", "SA"},
        {"base", 0, 0, G_OPTION_ARG_INT, &load.base, "a version at which the first event is next", "N"},
        {"cases", 0, 0, G_OPTION_ARG_FILENAME, &load.cases_path, "lines of: id version owner", "FILE"},
        {"staff", 0, 0, G_OPTION_ARG_FILENAME, &load.staff_path, "tokens for the first event, one a line", "FILE"},
        {"owners", 0, 0, G_OPTION_ARG_FILENAME, &load.owners_path, "tokens of the owners", "FILE"},
        {"first", 0, 0, G_OPTION_ARG_FILENAME, &load.first_path, "body of the first event", "FILE"},
        {"second", 0, 0, G_OPTION_ARG_FILENAME, &load.second_path, "body of the second event", "FILE"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("");
    GError *error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "load: %s\n", error->message);
        return 2;
    }
    if (argc > 1 || load.prefix == NULL || load.cases_path == NULL || load.staff_path == NULL ||
        load.owners_path == NULL || load.first_path == NULL || load.second_path == NULL || load.callers < 1) {
        fprintf(stderr, "load: --prefix, --cases, --staff, --owners, --first and --second are needed; see --help\n");
        return 2;
    }
    if (!load_read(&load, &error)) {
        fprintf(stderr, "load: %s\n", error->message);
        return 1;
    }
    load_run(&load);
    load_release(&load);
    return 0;
}
