#include "adapters/curl/message.h"

#include "engine/error.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdbool.h>
#include <string.h>

/* A reader of mails written from the standards, sharing nothing with the composer. */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

static void base64_read(GString *out, const char *text, size_t size)
{
    unsigned bits = 0;
    int count = 0;

    for (size_t i = 0; i < size && text[i] != '='; i++) {
        int digit = base64_digit(text[i]);

        if (digit < 0)
            continue;
        bits = (bits << 6 | (unsigned)digit) & 0xffffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            g_string_append_c(out, (char)(bits >> count & 0xff));
        }
    }
}

/* The value of a header, unfolded; NULL when it is missing or there twice. Every line is checked on the way. */
static GString *header_read(const GString *mail, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(mail->str, "\r\n", -1);
    g_autofree char *prefix = g_strconcat(name, ": ", NULL);
    GString *value = NULL;
    bool inside = false;

    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        cr_assert(strlen(lines[i]) <= 998 && g_str_is_ascii(lines[i]), "line %zu: %s", i, lines[i]);
        cr_assert(strpbrk(lines[i], "\r\n") == NULL, "line %zu holds a bare line end", i);
        if (lines[i][0] == ' ') {
            if (inside)
                g_string_append(value, lines[i]);
            continue;
        }
        inside = g_str_has_prefix(lines[i], prefix);
        if (inside) {
            cr_assert_null(value, "%s stands twice", name);
            value = g_string_new(lines[i] + strlen(prefix));
        }
    }
    return value;
}

/* RFC 2047: blanks between two encoded words are not part of the text; each word is whole UTF-8 of its own. */
static GString *words_read(const char *value)
{
    GString *text = g_string_new(NULL);
    bool after_word = false;

    while (*value != '\0') {
        if (g_str_has_prefix(value, "=?UTF-8?B?")) {
            const char *end = strstr(value + 10, "?=");
            size_t before = text->len;

            cr_assert_not_null(end);
            cr_assert(end + 2 - value <= 75, "an encoded word of %td characters", end + 2 - value);
            base64_read(text, value + 10, (size_t)(end - value - 10));
            cr_assert(g_utf8_validate(text->str + before, -1, NULL), "a character is cut: %s", value);
            value = end + 2;
            after_word = true;
        } else if (after_word && g_str_has_prefix(value + strspn(value, " "), "=?")) {
            value += strspn(value, " ");
        } else {
            g_string_append_c(text, *value++);
            after_word = false;
        }
    }
    return text;
}

static GString *body_read(const GString *mail)
{
    const char *start = strstr(mail->str, "\r\n\r\n");
    GString *text = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    cr_assert_not_null(start);
    lines = g_strsplit(start + 4, "\r\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++)
        cr_assert(strlen(lines[i]) <= 76);
    base64_read(text, start + 4, strlen(start + 4));
    return text;
}

static struct message message_sample(void)
{
    return (struct message){.from_address = "secretariat@toroku.example",
                            .from_name = "登録事務局",
                            .to = "csp@example.jp",
                            .subject = "受付のお知らせ",
                            .body = "本文\n",
                            .language = "ja",
                            .message_id = "n-123@toroku.example",
                            .date = 0,
                            .utc_offset_minutes = 540};
}

static const char *const subjects[] = {
    "",
    "Application received",
    " blanks around ",
    "=?UTF-8?B?ZmFrZQ==?=",
    "期",
    "【登録】サービス登録申請（更新）の受付のお知らせ",
    "【重要】クラウドサービス「統合基盤」の登録有効期間の満了日（2028年2月29日）が近づいています",
    "a期b限c満d了e日f更g新h申i請j登k録l受m付n審o査p通q知r公s表t簿u取v消w停x止y期z限a満b了c日d更e新",
    "𠮷野家様の申請 🗾 について：𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
    "exactly as long as a line may be: this text and its header's name make 76",
    "one character longer than a line may be with its name before it, so encoded",
    "日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日日",
};

ParameterizedTestParameters(message, subject_reads_back)
{
    static size_t rows[G_N_ELEMENTS(subjects)];

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        rows[i] = i;
    return cr_make_param_array(size_t, rows, G_N_ELEMENTS(rows));
}

ParameterizedTest(size_t *row, message, subject_reads_back)
{
    struct message message = message_sample();
    g_autoptr(GString) mail = NULL;
    GString *value;
    GString *text;

    message.subject = subjects[*row];
    mail = message_compose(&message, NULL);
    cr_assert_not_null(mail);
    value = header_read(mail, "Subject");
    cr_assert_not_null(value);
    text = words_read(value->str);
    cr_assert_str_eq(text->str, subjects[*row]);
    for (const char *line = mail->str; *line != '\0'; line = strstr(line, "\r\n") + 2)
        cr_assert(strcspn(line, "\r") <= 76, "%.80s", line);
    g_string_free(value, TRUE);
    g_string_free(text, TRUE);
}

Test(message, headers_are_the_standards)
{
    static const char *const expected[][2] = {
        {"Date", "Thu, 1 Jan 1970 09:00:00 +0900"},
        {"To", "csp@example.jp"},
        {"Message-ID", "<n-123@toroku.example>"},
        {"MIME-Version", "1.0"},
        {"Content-Type", "text/plain; charset=UTF-8"},
        {"Content-Transfer-Encoding", "base64"},
        {"Content-Language", "ja"},
        {"Auto-Submitted", "auto-generated"},
        {"From", "登録事務局 <secretariat@toroku.example>"},
    };
    struct message message = message_sample();
    g_autoptr(GString) mail = message_compose(&message, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        GString *value = header_read(mail, expected[i][0]);
        GString *text;

        cr_assert_not_null(value, "%s is missing", expected[i][0]);
        text = words_read(value->str);
        cr_assert_str_eq(text->str, expected[i][1]);
        g_string_free(value, TRUE);
        g_string_free(text, TRUE);
    }
}

Test(message, date_is_written_in_its_zone)
{
    static const struct {
        instant date;
        int offset;
        const char *expected;
    } rows[] = {
        {INT64_C(1861887599999999), 540, "Sun, 31 Dec 2028 23:59:59 +0900"},
        {INT64_C(1861887600000000), 540, "Mon, 1 Jan 2029 00:00:00 +0900"},
        {INT64_C(1709132400000000), 540, "Thu, 29 Feb 2024 00:00:00 +0900"},
        {INT64_C(1709132400000000), 0, "Wed, 28 Feb 2024 15:00:00 +0000"},
        {INT64_C(1709132400000000), -210, "Wed, 28 Feb 2024 11:30:00 -0330"},
        {-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct message message = message_sample();
        g_autoptr(GString) mail = NULL;
        GString *value;

        message.date = rows[i].date;
        message.utc_offset_minutes = rows[i].offset;
        mail = message_compose(&message, NULL);
        value = header_read(mail, "Date");
        cr_assert_str_eq(value->str, rows[i].expected);
        g_string_free(value, TRUE);
    }
}

Test(message, body_reads_back_with_crlf)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"一行\n", "一行\r\n"},
        {"CRLF stays\r\none\n", "CRLF stays\r\none\r\n"},
        {"bare\rreturn", "bare\r\nreturn"},
        {".\n..\nFrom here\n", ".\r\n..\r\nFrom here\r\n"},
        {"期限は2026年12月25日（金）17時です。期限を過ぎると申請は取り下げられたものとみなされます（基本規程第5条）。\n"
         "\n詳細：\n",
         "期限は2026年12月25日（金）17時です。期限を過ぎると申請は取り下げられたものとみなされます（基本規程第5条）。\r"
         "\n\r\n"
         "詳細：\r\n"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct message message = message_sample();
        g_autoptr(GString) mail = NULL;
        GString *text;

        message.body = rows[i][0];
        mail = message_compose(&message, NULL);
        text = body_read(mail);
        cr_assert_str_eq(text->str, rows[i][1]);
        g_string_free(text, TRUE);
    }
}

Test(message, nothing_smuggles_a_header)
{
    static const struct {
        size_t field;
        const char *value;
        const char *named;
    } rows[] = {
        {offsetof(struct message, subject), "a\r\nBcc: x@example.jp", "subject"},
        {offsetof(struct message, subject), "a\nBcc: x@example.jp", "subject"},
        {offsetof(struct message, subject), "a\rb", "subject"},
        {offsetof(struct message, subject), "bell\a", "subject"},
        {offsetof(struct message, subject), "cut \xe6\x9c", "subject"},
        {offsetof(struct message, from_name), "a\nBcc: x@example.jp", "sender name"},
        {offsetof(struct message, from_address), "a@b\r\nBcc: x@example.jp", "address"},
        {offsetof(struct message, to), "a@example.jp\r\nBcc: x@example.jp", "address"},
        {offsetof(struct message, to), "a@example.jp, b@example.jp", "address"},
        {offsetof(struct message, to), "a@example.jp>\n", "address"},
        {offsetof(struct message, language), "ja\r\nX: y", "language"},
        {offsetof(struct message, language), "", "language"},
        {offsetof(struct message, message_id), "n@x>\r\nX: <y", "Message-ID"},
        {offsetof(struct message, message_id), "", "Message-ID"},
        {offsetof(struct message, body), "\xff", "body"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct message message = message_sample();
        g_autoptr(GError) error = NULL;

        memcpy((char *)&message + rows[i].field, &rows[i].value, sizeof(rows[i].value));
        cr_assert_null(message_compose(&message, &error), "row %zu", i);
        cr_assert(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID));
        cr_assert_not_null(strstr(error->message, rows[i].named), "row %zu: %s", i, error->message);
        cr_assert(strpbrk(error->message, "\r\n") == NULL);
    }
}

Test(message, date_outside_the_calendar_is_refused)
{
    struct message message = message_sample();
    g_autoptr(GError) error = NULL;

    message.date = INSTANT_NEVER;
    cr_assert_null(message_compose(&message, &error));
    cr_assert(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID));
}

Test(message, addresses)
{
    static const char *const rows[][2] = {
        {"csp@example.jp", "csp@example.jp"},
        {"first.last+tag@sub.example.co.jp", "first.last+tag@sub.example.co.jp"},
        {"\"a..b\"@mobile.example", "\"a..b\"@mobile.example"},
        {"root@localhost", "root@localhost"},
        {"info@登録.example", "info@xn--7wyo62d.example"},
        {"a..b@mobile.example", NULL},
        {".a@example.jp", NULL},
        {"a.@example.jp", NULL},
        {"example.jp", NULL},
        {"@example.jp", NULL},
        {"a@", NULL},
        {"a@b@example.jp", NULL},
        {"a@.example.jp", NULL},
        {"a@example..jp", NULL},
        {"登録@example.jp", NULL},
        {"a b@example.jp", NULL},
        {"<a@example.jp>", NULL},
        {"\"a\"b\"@example.jp", NULL},
        {"a@exa mple.jp", NULL},
        {"a@[127.0.0.1]", NULL},
        {"\xff@example.jp", NULL},
        {"a@\xff", NULL},
        {"1234567890123456789012345678901234567890123456789012345678901234@example.jp",
         "1234567890123456789012345678901234567890123456789012345678901234@example.jp"},
        {"12345678901234567890123456789012345678901234567890123456789012345@example.jp", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *address = message_address(rows[i][0], &error);

        if (rows[i][1] == NULL)
            cr_assert(address == NULL && error != NULL, "row %zu gives %s", i, address);
        else
            cr_assert(g_strcmp0(address, rows[i][1]) == 0, "row %zu gives %s", i, address);
    }
}
