/* The sender against deploy/mailbox, a real SMTP server in a process of its own. */
#include "adapters/curl/mail.h"
#include "adapters/uv/loop_uv.h"
#include "engine/error.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAILBOX TOROKU_SOURCE_DIR "/deploy/mailbox"
#define POSTS_MAX 64
#define START INT64_C(1709132400000000) /* 2024-02-29 00:00 in Japan */

struct mailbox {
    char *dir;
    char *certificate;
    pid_t pid;
    uint16_t port;
};

struct post {
    struct send_request request;
    struct room *room;
    unsigned done; /* how often */
    char id[64];
};

/* One loop under a virtual clock, one sender, the requests that a test makes. */
struct room {
    struct loop_uv *loop;
    struct mail_sender *sender;
    struct post posts[POSTS_MAX];
    unsigned count;
};

/* Starts the server with further arguments up to NULL and waits until it listens. */
static void mailbox_start(struct mailbox *box, ...)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    char line[64] = "";
    int ends[2];
    va_list arguments;
    FILE *out;
    unsigned port = 0;

    if (box->dir == NULL) {
        box->dir = g_dir_make_tmp("toroku-mailbox-XXXXXX", NULL);
        box->certificate = g_build_filename(box->dir, "certificate.pem", NULL);
    }
    g_ptr_array_add(argv, (gpointer)(uintptr_t)MAILBOX);
    g_ptr_array_add(argv, (gpointer)(uintptr_t) "--maildir");
    g_ptr_array_add(argv, box->dir);
    va_start(arguments, box);
    for (char *argument = va_arg(arguments, char *); argument != NULL; argument = va_arg(arguments, char *))
        g_ptr_array_add(argv, argument);
    va_end(arguments);
    g_ptr_array_add(argv, NULL);
    cr_assert_eq(pipe(ends), 0);
    box->pid = fork();
    cr_assert_geq(box->pid, 0);
    if (box->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes leaves no server behind */
        dup2(ends[1], STDOUT_FILENO);
        execv(MAILBOX, (char **)argv->pdata);
        _exit(127);
    }
    close(ends[1]);
    out = fdopen(ends[0], "r");
    cr_assert_not_null(fgets(line, sizeof(line), out));
    cr_assert_eq(sscanf(line, "ready %u", &port), 1, "the mailbox said: %s", line);
    fclose(out);
    box->port = (uint16_t)port;
}

static void mailbox_stop(struct mailbox *box, int signal_number)
{
    int status = 0;

    kill(box->pid, signal_number);
    cr_assert_eq(waitpid(box->pid, &status, 0), box->pid);
    if (signal_number == SIGTERM)
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the mailbox ended with status %x", (unsigned)status);
    box->pid = 0;
}

static int path_remove(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void mailbox_release(struct mailbox *box)
{
    if (box->pid != 0)
        mailbox_stop(box, SIGTERM);
    nftw(box->dir, path_remove, 8, FTW_DEPTH | FTW_PHYS);
    g_free(box->dir);
    g_free(box->certificate);
}

/* What Python's mail reader finds in the mailbox. */
static char *mailbox_list(const struct mailbox *box, const char *option)
{
    g_autofree char *command = g_strdup_printf("'" MAILBOX "' --list '%s' %s", box->dir, option);
    g_autoptr(GString) text = g_string_new(NULL);
    FILE *out = popen(command, "r");
    char part[4096];
    size_t size;

    while ((size = fread(part, 1, sizeof(part), out)) > 0)
        g_string_append_len(text, part, (gssize)size);
    cr_assert_eq(pclose(out), 0);
    return g_strdup(text->str);
}

static unsigned mailbox_count(const struct mailbox *box)
{
    g_autofree char *list = mailbox_list(box, "");
    unsigned count = 0;

    for (const char *c = list; *c != '\0'; c++)
        count += *c == '\n';
    return count;
}

static struct mail_config mailbox_config(const struct mailbox *box)
{
    return (struct mail_config){.host = "localhost",
                                .port = box->port,
                                .ca_file = box->certificate,
                                .username = "toroku",
                                .password = "秘密 pass",
                                .from_address = "secretariat@toroku.example",
                                .from_name = "登録事務局",
                                .helo_name = "daemon.toroku.example",
                                .utc_offset_minutes = 540,
                                .timeout_ms = 10000};
}

static void room_init(struct room *room, const struct mail_config *config)
{
    g_autoptr(GError) error = NULL;

    memset(room, 0, sizeof(*room));
    room->loop = loop_uv_new(LOOP_UV_VIRTUAL, START, NULL);
    room->sender = mail_sender_new(loop_uv_handle(room->loop), loop_uv_port(room->loop), config, &error);
    cr_assert_not_null(room->sender, "%s", error == NULL ? "" : error->message);
}

static void room_release(struct room *room)
{
    mail_sender_free(room->sender);
    loop_uv_run(room->loop);
    loop_uv_free(room->loop);
    for (unsigned i = 0; i < room->count; i++)
        cr_assert_eq(room->posts[i].done, 1, "request %u was done %u times", i, room->posts[i].done);
}

static void post_done(struct send_request *request)
{
    struct post *post = (struct post *)request;

    cr_assert_lt(post - post->room->posts, POSTS_MAX);
    post->done++;
}

static struct post *room_post(struct room *room, const char *to)
{
    struct post *post = &room->posts[room->count++];

    g_snprintf(post->id, sizeof(post->id), "n-%u@toroku.example", room->count);
    post->room = room;
    post->request =
        (struct send_request){.message_id = post->id,
                              .to = to,
                              .language = "ja",
                              .subject = "【登録】サービス登録申請（更新）の受付のお知らせ：期限は2024年3月29日です",
                              .body = "申請を受け付けました。\n.\n期限：2024年3月29日\n",
                              .date = START,
                              .done = post_done};
    sender_send(mail_sender_port(room->sender), &post->request);
    cr_assert_eq(post->done, 0, "done inside sender_send");
    return post;
}

static struct post *room_deliver(struct room *room, const char *to)
{
    struct post *post = room_post(room, to);

    loop_uv_run(room->loop);
    cr_assert_eq(post->done, 1);
    return post;
}

static void post_expect(const struct post *post, enum send_verdict verdict, const char *reply)
{
    cr_expect_eq(post->request.verdict, verdict, "verdict %d, reply: %s", (int)post->request.verdict,
                 post->request.reply);
    cr_expect_not_null(strstr(post->request.reply, reply), "reply: %s, expected: %s", post->request.reply, reply);
}

Test(sender, delivers_over_starttls_with_login, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;
    g_autofree char *list = NULL;
    g_autofree char *json = NULL;

    mailbox_start(&box, "--tls", "required", "--user", "toroku", "--password", "秘密 pass", NULL);
    config = mailbox_config(&box);
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250 2.0.0 OK: queued as c1.1");
    post_expect(room_deliver(&room, "auditor@example.jp"), SEND_DELIVERED, "250 2.0.0 OK: queued as c1.2");
    room_release(&room);
    list = mailbox_list(&box, "");
    cr_expect_str_eq(
        list, "Thu, 29 Feb 2024 00:00:00 +0900\tcsp@example.jp\t"
              "【登録】サービス登録申請（更新）の受付のお知らせ：期限は2024年3月29日です\t<n-1@toroku.example>\n"
              "Thu, 29 Feb 2024 00:00:00 +0900\tauditor@example.jp\t"
              "【登録】サービス登録申請（更新）の受付のお知らせ：期限は2024年3月29日です\t<n-2@toroku.example>\n");
    json = mailbox_list(&box, "--json");
    cr_expect_not_null(strstr(json, "\"from\": \"登録事務局 <secretariat@toroku.example>\""), "%s", json);
    cr_expect_not_null(strstr(json, "\"body\": \"申請を受け付けました。\\n.\\n期限：2024年3月29日\\n\""), "%s", json);
    cr_expect_not_null(strstr(json, "\"delivered_to\": [\n   \"auditor@example.jp\"\n  ]"), "%s", json);
    cr_expect_not_null(strstr(json, "from daemon.toroku.example by"), "%s", json);
    cr_expect_not_null(strstr(json, "with ESMTPSA id c1.1;"), "%s", json);
    mailbox_release(&box);
}

struct reminder {
    struct loop_timer timer;
    const struct post *post;
    unsigned seen_done;
};

static void reminder_fired(struct loop_timer *timer)
{
    struct reminder *reminder = (struct reminder *)timer;

    reminder->seen_done = reminder->post->done;
}

Test(sender, virtual_clock_waits_for_a_mail, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;
    struct reminder reminder = {.timer.done = reminder_fired};

    mailbox_start(&box, "--delay", "200", NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    room_init(&room, &config);
    reminder.post = room_post(&room, "csp@example.jp");
    loop_timer_at(loop_uv_port(room.loop), &reminder.timer, START + INSTANT_MS);
    loop_uv_run(room.loop);
    cr_expect_eq(reminder.seen_done, 1, "a virtual millisecond passed while a mail was under way");
    post_expect(reminder.post, SEND_DELIVERED, "250");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, passing_failure_is_retried_and_lasting_refusal_is_dead, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--fail-first", "1", "--reject", "gone@example.jp", NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "451 4.3.0 try again later");
    post_expect(room_deliver(&room, "gone@example.jp"), SEND_DEAD, "550 5.1.1 <gone@example.jp>: no such mailbox");
    post_expect(room_deliver(&room, "not an address"), SEND_DEAD, "address \"not an address\"");
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250 2.0.0 OK");
    cr_expect_eq(mailbox_count(&box), 1);
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, what_concerns_the_operator_is_retried, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--user", "toroku", "--password", "秘密 pass", "--reject", "intruder@example.jp", NULL);
    config = mailbox_config(&box);
    config.password = "wrong";
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "535 5.7.8");
    room_release(&room);

    config.username = NULL;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "530 5.7.0");
    room_release(&room);

    config = mailbox_config(&box);
    config.ca_file = NULL;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "certificate");
    room_release(&room);

    config = mailbox_config(&box);
    config.from_address = "intruder@example.jp";
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "550 5.7.1 <intruder@example.jp>");
    room_release(&room);

    cr_expect_eq(mailbox_count(&box), 0);
    mailbox_stop(&box, SIGTERM);
    config = mailbox_config(&box);
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "no answer from the mail server: Failed to connect");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, starttls_is_not_given_up, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--tls", "none", NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    config.ca_file = NULL;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "STARTTLS");
    room_release(&room);

    config.tls = MAIL_TLS_NONE;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, speaks_tls_from_the_first_byte, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--tls", "implicit", "--user", "toroku", "--password", "秘密 pass", NULL);
    config = mailbox_config(&box);
    config.tls = MAIL_TLS_IMPLICIT;
    config.host = "127.0.0.1";
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250");
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "c1.2");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, connects_again_after_the_server_came_back, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;
    char port[8];

    mailbox_start(&box, NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250");
    mailbox_stop(&box, SIGKILL);
    g_snprintf(port, sizeof(port), "%u", box.port);
    mailbox_start(&box, "--port", port, NULL);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, connects_again_when_the_server_hangs_up, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--mails-per-connection", "2", NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    room_init(&room, &config);
    for (unsigned i = 0; i < 5; i++)
        post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, i < 2 ? "c1." : i < 4 ? "c2." : "c3.");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, silence_ends_with_the_timeout, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--delay", "30000", NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    config.timeout_ms = 500;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_RETRY, "no answer from the mail server: ");
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, freeing_settles_every_request, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, "--delay", "30000", NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    config.timeout_ms = 120000;
    room_init(&room, &config);
    for (unsigned i = 0; i < 5; i++)
        room_post(&room, "csp@example.jp");
    g_usleep(300000); /* time for the first to be under way; the result is the same without */
    room_release(&room);
    for (unsigned i = 0; i < 5; i++)
        post_expect(&room.posts[i], SEND_RETRY, "shutting down");
    mailbox_release(&box);
}

/* libcurl alone would wait the whole timeout for the answer to QUIT; the test's own is shorter. */
Test(sender, freeing_does_not_wait_for_a_stopped_server, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;

    mailbox_start(&box, NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    config.timeout_ms = 120000;
    room_init(&room, &config);
    post_expect(room_deliver(&room, "csp@example.jp"), SEND_DELIVERED, "250");
    kill(box.pid, SIGSTOP);
    room_release(&room);
    kill(box.pid, SIGCONT);
    mailbox_release(&box);
}

Test(sender, slots_bound_what_is_taken, .timeout = 60)
{
    struct mailbox box = {0};
    struct mail_config config;
    struct room room;
    struct sender *sender;

    mailbox_start(&box, NULL);
    config = mailbox_config(&box);
    config.username = NULL;
    config.slots = 40;
    config.connections = 3;
    room_init(&room, &config);
    sender = mail_sender_port(room.sender);
    for (unsigned i = 0; i < 40; i++) {
        cr_assert_eq(sender_free_slots(sender), 40 - i);
        room_post(&room, "csp@example.jp");
    }
    cr_expect_eq(sender_free_slots(sender), 0);
    loop_uv_run(room.loop);
    cr_expect_eq(sender_free_slots(sender), 40);
    for (unsigned i = 0; i < 40; i++)
        post_expect(&room.posts[i], SEND_DELIVERED, "250");
    cr_expect_eq(mailbox_count(&box), 40);
    room_release(&room);
    mailbox_release(&box);
}

Test(sender, configuration_that_cannot_work_is_refused)
{
    static const struct {
        struct mail_config config;
        const char *named;
    } rows[] = {
        {{.from_address = "a@example.jp"}, "host"},
        {{.host = "localhost"}, "from_address"},
        {{.host = "localhost", .from_address = "nobody"}, "address \"nobody\""},
        {{.host = "localhost", .from_address = "a@example.jp", .from_name = "a\nBcc: b"}, "sender name"},
        {{.host = "localhost", .from_address = "a@example.jp", .ca_file = "missing.pem"}, "missing.pem"},
        {{.host = "local host", .from_address = "a@example.jp"}, "local host"},
        {{.host = "h", .from_address = "a@example.jp", .tls = MAIL_TLS_NONE, .username = "u"}, "in clear"},
    };
    struct loop_uv *loop = loop_uv_new(LOOP_UV_VIRTUAL, START, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        cr_expect_null(mail_sender_new(loop_uv_handle(loop), loop_uv_port(loop), &rows[i].config, &error));
        cr_assert(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID), "row %zu", i);
        cr_expect_not_null(strstr(error->message, rows[i].named), "row %zu: %s", i, error->message);
    }
    loop_uv_free(loop);
}
