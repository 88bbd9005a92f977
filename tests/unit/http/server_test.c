#include "tests/unit/http/served.h"

#include <errno.h>
#include <sys/resource.h>

#define H " HTTP/1.1\r\nHost: a\r\n"

static void expect_problem(const GString *answer, int status, const char *code)
{
    json_t *document = json_loads(answer_body(answer), 0, NULL);

    cr_expect_eq(answer_status(answer), status, "%s", answer->str);
    cr_expect_not_null(strstr(answer->str, "\r\nContent-Type: application/problem+json\r\n"));
    cr_assert_not_null(document, "%s", answer->str);
    cr_expect_eq(json_integer_value(json_object_get(document, "status")), status);
    cr_expect_str_eq(json_string_value(json_object_get(document, "code")), code);
    cr_expect_not_null(json_object_get(document, "type"));
    cr_expect_not_null(json_object_get(document, "title"));
    json_decref(document);
}

Test(http_server, an_answer_has_its_fields)
{
    static const char *const wanted[] = {"HTTP/1.1 200 OK\r\n",
                                         " GMT\r\n",
                                         "\r\nContent-Length: 5\r\n",
                                         "\r\nContent-Type: text/plain\r\n",
                                         "\r\nX-Content-Type-Options: nosniff\r\n",
                                         "\r\nContent-Security-Policy: default-src 'none'; style-src 'self'",
                                         "\r\nReferrer-Policy: same-origin\r\n",
                                         "\r\nCache-Control: no-store\r\n",
                                         "\r\n\r\nhello"};
    struct served served;
    g_autoptr(GString) got = NULL, head = NULL, echoed = NULL;

    served_start(&served, http_config_default());
    got = client_talk(served.port, "GET /hello?x=1" H "\r\n");
    head = client_talk(served.port, "HEAD /hello" H "\r\n");
    echoed = client_talk(served.port, "POST /echo" H "Content-Length: 4\r\n\r\nabcd");
    served_end(&served);
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
        cr_expect_not_null(strstr(got->str, wanted[i]), "%s in %s", wanted[i], got->str);
    cr_expect_null(strstr(got->str, "Connection: close"));
    cr_expect(g_str_has_suffix(head->str, "\r\n\r\n"));
    cr_expect_not_null(strstr(head->str, "\r\nContent-Length: 5\r\n"));
    cr_expect_not_null(strstr(echoed->str, "\r\nCache-Control: max-age=1\r\n"));
    cr_expect_null(strstr(echoed->str, "no-store"));
    cr_expect_str_eq(answer_body(echoed), "abcd");
}

Test(http_server, pipelined_requests_are_answered_in_order)
{
    struct served served;
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_autoptr(GString) got = NULL;
    const char *at;

    served_start(&served, http_config_default());
    for (int i = 0; i < 50; i++)
        g_string_append_printf(bytes, "%sPOST /echo" H "Content-Length: 3\r\n\r\n%03d",
                               i % 10 == 3 ? "GET /later" H "\r\n" : "", i);
    got = client_talk(served.port, bytes->str);
    served_end(&served);
    at = got->str;
    for (int i = 0; i < 50; i++) {
        char wanted[16];

        g_snprintf(wanted, sizeof(wanted), "\r\n\r\n%03d", i);
        if (i % 10 == 3)
            at = strstr(at, "\r\n\r\nlater");
        cr_assert_not_null(at);
        at = strstr(at, wanted);
        cr_assert_not_null(at, "answer %d is missing or out of order", i);
    }
}

Test(http_server, a_connection_is_kept_and_closed_as_asked)
{
    struct served served;
    g_autoptr(GString) last = NULL, old = NULL;
    int fd;

    served_start(&served, http_config_default());
    fd = client_connect(served.port);
    for (int i = 0; i < 100; i++) {
        g_autoptr(GString) answer = NULL;

        client_send(fd, i % 2 == 0 ? "GET /hello" H "\r\n" : "GET /nowhere" H "\r\n");
        answer = client_read_answer(fd);
        cr_expect_eq(answer_status(answer), i % 2 == 0 ? 200 : 404);
    }
    client_send(fd, "GET /hello" H "Connection: close\r\n\r\nGET /hello" H "\r\n");
    last = client_read_all(fd);
    close(fd);
    fd = client_connect(served.port);
    client_send(fd, "GET /hello HTTP/1.0\r\nHost: a\r\n\r\n");
    old = client_read_all(fd);
    close(fd);
    served_end(&served);
    cr_expect_not_null(strstr(last->str, "\r\nConnection: close\r\n"));
    cr_expect_str_eq(answer_body(last), "hello", "one answer and no second");
    cr_expect_str_eq(answer_body(old), "hello");
}

Test(http_server, what_is_no_request_gets_a_problem_and_the_end)
{
    static const struct {
        const char *bytes;
        int status;
        const char *code;
    } rows[] = {
        {"GET / HTTP/1.1\r\n\r\n", 400, "invalid"},
        {"POST /echo" H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "invalid"},
        {"BREW /pot" H "\r\n", 501, "invalid"},
        {"GET / HTTP/3.0\r\n\r\n", 505, "invalid"},
        {"PUT /echo" H "Content-Length: 11\r\n\r\n", 413, "too-large"},
        {"PUT /echo" H "Transfer-Encoding: chunked\r\n\r\nB\r\n01234567890\r\n0\r\n\r\n", 413, "too-large"},
        {"GET /hello" H "Content-Length: 1\r\n\r\nx", 413, "too-large"},
        {"PUT /echo" H "Expect: a miracle\r\nContent-Length: 1\r\n\r\nx", 417, "invalid"},
        {"POST /echo" H "Transfer-Encoding: chunked\r\n\r\nZ\r\n", 400, "invalid"},
    };
    struct served served;

    served_start(&served, http_config_default());
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int fd = client_connect(served.port);
        g_autoptr(GString) answer = NULL;

        client_send(fd, rows[i].bytes);
        answer = client_read_all(fd);
        close(fd);
        expect_problem(answer, rows[i].status, rows[i].code);
        cr_expect_not_null(strstr(answer->str, "\r\nConnection: close\r\n"));
    }
    served_end(&served);
}

/* A client that is still sending when its request is refused must be able to read why. */
Test(http_server, a_refusal_survives_a_body_on_its_way)
{
    struct http_config config = http_config_default();
    struct served served;
    g_autofree char *chunk = g_strnfill(65536, 'x');

    config.linger_ms = 20000;
    served_start(&served, config);
    for (int i = 0; i < 20; i++) {
        int fd = client_connect(served.port);
        g_autoptr(GString) answer = NULL;
        ssize_t sent = 0, step = 1;

        client_send(fd, "POST /echo" H "Content-Length: 8000000\r\n\r\n");
        for (; step > 0 && sent < 8000000; sent += step)
            step = send(fd, chunk, 65536, MSG_NOSIGNAL);
        cr_expect_geq(sent, 8000000, "cut off after %zd bytes", sent);
        shutdown(fd, SHUT_WR);
        answer = client_read_all(fd);
        close(fd);
        expect_problem(answer, 413, "too-large");
    }
    served_end(&served);
}

Test(http_server, continue_is_said_before_a_body_is_awaited)
{
    struct served served;
    g_autoptr(GString) answer = NULL;
    char bytes[64] = "";
    int fd;

    served_start(&served, http_config_default());
    fd = client_connect(served.port);
    client_send(fd, "POST /echo" H "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    cr_expect_eq(recv(fd, bytes, 25, MSG_WAITALL), 25);
    cr_expect_str_eq(bytes, "HTTP/1.1 100 Continue\r\n\r\n");
    client_send(fd, "ok");
    answer = client_read_answer(fd);
    close(fd);
    served_end(&served);
    cr_expect_str_eq(answer_body(answer), "ok");
}

Test(http_server, a_slow_reader_gets_a_large_answer_whole)
{
    struct served served;
    g_autoptr(GString) all = NULL;
    const char *body;
    int fd;

    served_start(&served, http_config_default());
    fd = client_connect(served.port);
    client_send(fd, "GET /big" H "\r\nGET /big" H "\r\nGET /hello" H "Connection: close\r\n\r\n");
    g_usleep(50000);
    all = client_read_all(fd);
    close(fd);
    served_end(&served);
    body = answer_body(all);
    for (size_t i = 0; i < 8 * 1024 * 1024; i++)
        cr_assert_eq(body[i], (char)('a' + i % 23), "byte %zu", i);
    cr_expect(g_str_has_suffix(all->str, "\r\n\r\nhello"));
}

/* More answers than the server keeps for a client at once: it goes on as they are taken, also after the client's end.
 */
Test(http_server, pipelined_large_answers_all_come)
{
    struct served served;
    g_autoptr(GString) bytes = g_string_new(NULL), all = NULL;
    size_t count = 0;

    served_start(&served, http_config_default());
    for (int i = 0; i < 12; i++)
        g_string_append(bytes, "GET /medium" H "\r\n");
    g_string_append(bytes, "GET /hello" H "\r\n");
    all = client_talk(served.port, bytes->str);
    served_end(&served);
    for (const char *at = all->str; (at = strstr(at, "\r\n\r\nmmm")) != NULL; at++)
        count++;
    cr_expect_eq(count, 12);
    cr_expect(g_str_has_suffix(all->str, "\r\n\r\nhello"));
}

Test(http_server, a_client_may_leave_while_its_request_is_in_flight)
{
    struct served served;
    g_autoptr(GString) answer = NULL;
    struct linger reset = {.l_onoff = 1};

    served_start(&served, http_config_default());
    for (int i = 0; i < 4; i++) {
        int fd = client_connect(served.port);

        client_send(fd, i < 2 ? "GET /hold" H "\r\n" : "GET /hold" H "\r\nGET /hello" H "\r\n");
        while (g_atomic_int_get(&served.held_seen) <= i)
            g_usleep(1000);
        if (i % 2 == 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        close(fd);
    }
    g_usleep(20000);
    served_release(&served);
    served_expect_connections(&served, 0);
    answer = client_talk(served.port, "GET /hello" H "\r\n");
    cr_expect_str_eq(answer_body(answer), "hello");
    served_end(&served);
}

Test(http_server, who_does_not_wait_for_answers_is_not_read_for_ever)
{
    struct served served;
    g_autofree char *flood = g_strnfill(65536, 'x');
    size_t sent = 0, most = 64 * 1024 * 1024;
    int fd;

    served_start(&served, http_config_default());
    fd = client_connect(served.port);
    client_send(fd, "GET /hold" H "\r\n");
    for (int blocked = 0; blocked < 50 && sent < most;) {
        ssize_t step = send(fd, flood, 65536, MSG_NOSIGNAL | MSG_DONTWAIT);

        cr_assert(step > 0 || errno == EAGAIN);
        sent += step > 0 ? (size_t)step : 0;
        blocked = step > 0 ? 0 : blocked + 1;
        if (step < 0)
            g_usleep(5000);
    }
    served_release(&served);
    close(fd);
    served_end(&served);
    cr_expect_lt(sent, most, "the server read all of it");
}

Test(http_server, half_closed_clients_are_answered)
{
    struct served served;
    g_autoptr(GString) later = NULL, part = NULL;

    served_start(&served, http_config_default());
    later = client_talk(served.port, "GET /later" H "\r\nGET /hello" H "\r\n");
    part = client_talk(served.port, "GET /hello" H);
    served_end(&served);
    cr_expect_not_null(strstr(later->str, "\r\n\r\nlater"));
    cr_expect(g_str_has_suffix(later->str, "\r\n\r\nhello"));
    cr_expect_str_eq(part->str, "");
}

static struct http_config an_impatient_config(void)
{
    struct http_config config = http_config_default();

    config.first_byte_ms = config.between_ms = config.idle_ms = 200;
    config.head_ms = config.request_ms = 400;
    config.linger_ms = 100;
    return config;
}

Test(http_server, who_sends_nothing_more_is_told_and_closed)
{
    static const struct {
        const char *name, *bytes;
        int status; /* 0: closed without a word */
    } rows[] = {
        {"nothing", "", 0},
        {"part of a head", "GET /hello HTTP/1.1\r\nHo", 408},
        {"part of a body", "POST /echo" H "Content-Length: 5\r\n\r\nab", 408},
        {"an answer taken", "GET /hello" H "\r\n", 200},
    };
    struct served served;

    served_start(&served, an_impatient_config());
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int fd = client_connect(served.port);
        g_autoptr(GString) answer = NULL;

        client_send(fd, rows[i].bytes);
        answer = client_read_all(fd);
        close(fd);
        if (rows[i].status == 0)
            cr_expect_str_eq(answer->str, "");
        else
            cr_expect_eq(answer_status(answer), rows[i].status, "%s: %s", rows[i].name, answer->str);
    }
    served_end(&served);
}

Test(http_server, who_sends_byte_by_byte_is_closed_at_the_limit_of_the_whole)
{
    static const char *const heads[] = {"GET /hello HTTP/1.1\r\nHost: a\r\nX: ",
                                        "POST /echo" H "Content-Length: 1000\r\n\r\n"};
    struct served served;

    served_start(&served, an_impatient_config());
    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        int fd = client_connect(served.port);
        g_autoptr(GString) answer = NULL;
        int sent = 0;

        client_send(fd, heads[i]);
        while (sent < 500 && send(fd, "x", 1, MSG_NOSIGNAL) == 1) {
            g_usleep(20000);
            sent++;
        }
        answer = client_read_all(fd);
        close(fd);
        cr_expect_lt(sent, 500);
        if (answer->len > 0)
            expect_problem(answer, 408, "timeout");
    }
    served_end(&served);
}

/* 1,000 clients that send half a head, on a server that takes them all and on one that takes fewer. */
Test(http_server, slow_clients_do_not_stop_a_good_one)
{
    static const unsigned limits[] = {2000, 100};
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        struct http_config config = http_config_default();
        struct served served;
        int slow[1000];

        config.connections_max = limits[i];
        served_start(&served, config);
        for (size_t s = 0; s < G_N_ELEMENTS(slow); s++) {
            slow[s] = client_connect(served.port);
            client_send(slow[s], "GET /hello HTTP/1.1\r\nHo");
        }
        for (int good = 0; good < 20; good++) {
            g_autoptr(GString) answer = client_talk(served.port, "GET /hello" H "\r\n");

            cr_expect_eq(answer_status(answer), 200);
        }
        for (size_t s = 0; s < G_N_ELEMENTS(slow); s++)
            close(slow[s]);
        served_expect_connections(&served, 0);
        served_end(&served);
    }
}

/* Who is being served is not cut for a newcomer. */
Test(http_server, one_connection_too_many_is_told_to_come_back)
{
    struct http_config config = http_config_default();
    struct served served;
    int busy[2];

    config.connections_max = 2;
    served_start(&served, config);
    for (int i = 0; i < 2; i++) {
        busy[i] = client_connect(served.port);
        client_send(busy[i], "GET /hold" H "\r\n");
        while (g_atomic_int_get(&served.held_seen) <= i)
            g_usleep(1000);
    }
    {
        int fd = client_connect(served.port);
        g_autoptr(GString) answer = client_read_all(fd);

        expect_problem(answer, 503, "busy");
        cr_expect_not_null(strstr(answer->str, "\r\nRetry-After: 1\r\n"));
        close(fd);
    }
    served_release(&served);
    for (int i = 0; i < 2; i++) {
        g_autoptr(GString) answer = client_read_answer(busy[i]);

        cr_expect_str_eq(answer_body(answer), "held");
        close(busy[i]);
    }
    served_end(&served);
}

Test(http_server, bodies_together_have_a_limit)
{
    struct http_config config = http_config_default();
    struct served served;
    g_autofree char *body = g_strnfill(50000, 'x');
    g_autoptr(GString) refused = NULL, taken = NULL;
    int first, second;

    config.bodies_max = 70000;
    served_start(&served, config);
    first = client_connect(served.port);
    client_send(first, "POST /echo" H "Content-Length: 50001\r\n\r\n");
    client_send(first, body);
    g_usleep(50000);
    second = client_connect(served.port);
    client_send(second, "POST /echo" H "Content-Length: 50001\r\n\r\n");
    client_send(second, body);
    refused = client_read_all(second);
    client_send(first, "y");
    taken = client_read_answer(first);
    close(first);
    close(second);
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(served.port);
        g_autoptr(GString) answer = NULL;

        client_send(fd, "POST /echo" H "Content-Length: 50000\r\n\r\n");
        client_send(fd, body);
        answer = client_read_answer(fd);
        cr_expect_eq(answer_status(answer), 200, "the account is settled after each answer");
        close(fd);
    }
    served_end(&served);
    expect_problem(refused, 503, "busy");
    cr_expect_eq(strlen(answer_body(taken)), 50001);
}

Test(http_server, a_stop_lets_what_is_in_flight_end)
{
    struct served served;
    g_autoptr(GString) idle_got = NULL, idle_rest = NULL, held_got = NULL, half_got = NULL;
    int idle, held, half;

    served_start(&served, http_config_default());
    idle = client_connect(served.port);
    client_send(idle, "GET /hello" H "\r\n");
    idle_got = client_read_answer(idle);
    half = client_connect(served.port);
    client_send(half, "GET /hello HTTP/1.1\r\n");
    held = client_connect(served.port);
    client_send(held, "GET /hold" H "\r\n");
    while (g_atomic_int_get(&served.held_seen) < 1)
        g_usleep(1000);
    g_usleep(20000);
    served_stop(&served);
    idle_rest = client_read_all(idle);
    cr_expect_str_eq(idle_rest->str, "", "an idle connection is closed");
    cr_expect_eq(client_connect(served.port), -1, "nobody new is let in");
    client_send(half, "Host: a\r\n\r\n");
    half_got = client_read_all(half);
    served_release(&served);
    held_got = client_read_all(held);
    close(idle);
    close(half);
    close(held);
    served_end(&served);
    cr_expect_eq(answer_status(idle_got), 200);
    cr_expect_eq(answer_status(half_got), 200);
    cr_expect_not_null(strstr(half_got->str, "\r\nConnection: close\r\n"));
    cr_expect_str_eq(answer_body(held_got), "held");
    cr_expect_not_null(strstr(held_got->str, "\r\nConnection: close\r\n"));
}

Test(http_server, a_stop_cuts_what_does_not_end)
{
    struct http_config config = http_config_default();
    struct served served;
    g_autoptr(GString) got = NULL;
    int fd;

    config.drain_ms = 100;
    served_start(&served, config);
    fd = client_connect(served.port);
    client_send(fd, "GET /hello HTTP/1.1\r\n");
    g_usleep(20000);
    served_end(&served);
    got = client_read_all(fd);
    close(fd);
    cr_expect_str_eq(got->str, "");
}

Test(http_server, malformed_header_lines_of_a_handler_stay_inside)
{
    struct served served;
    g_autoptr(GString) answer = NULL;

    served_start(&served, http_config_default());
    answer = client_talk(served.port, "GET /bad-header" H "\r\n");
    served_end(&served);
    expect_problem(answer, 500, "internal");
}

Test(http_router, paths_find_their_handlers)
{
    static const struct {
        const char *line;
        int status;
        const char *has; /* in the answer */
    } rows[] = {
        {"GET /cases/new", 200, "hello"},
        {"GET /cases/A-1/documents/x.pdf", 200, "case A-1 document x.pdf"},
        {"GET /cases/%E7%99%BB/documents/a%2Fb%20c+d", 200, "case \xe7\x99\xbb document a/b c+d"},
        {"GET /cases/%FF/documents/x", 400, "invalid"},
        {"GET /cases/%00/documents/x", 400, "invalid"},
        {"GET /cases//documents/x", 404, "not-found"},
        {"GET /cases/1/documents/", 404, "not-found"},
        {"GET /cases/1/documents/x/", 404, "not-found"},
        {"GET /cases/1/documents/x/y", 404, "not-found"},
        {"GET /cases/..", 404, "not-found"},
        {"GET /", 404, "not-found"},
        {"GET //hello", 404, "not-found"},
        {"GET /%68ello", 404, "not-found"},
        {"GET /Hello", 404, "not-found"},
        {"GET /echo", 405, "\r\nAllow: POST, PUT\r\n"},
        {"DELETE /hello", 405, "\r\nAllow: GET, HEAD\r\n"},
        {"GET /closed", 401, "unauthenticated"},
    };
    struct served served;

    served_start(&served, http_config_default());
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *bytes = g_strconcat(rows[i].line, H "\r\n", NULL);
        g_autoptr(GString) answer = client_talk(served.port, bytes);

        cr_expect_eq(answer_status(answer), rows[i].status, "%s: %s", rows[i].line, answer->str);
        cr_expect_not_null(strstr(answer->str, rows[i].has), "%s: %s", rows[i].line, answer->str);
    }
    served_end(&served);
}
