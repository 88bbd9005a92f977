#include "adapters/curl/message.h"

#include "engine/error.h"

#include <stdbool.h>
#include <string.h>

#define LINE_MAX_CHARS 76 /* RFC 2047, 2: a line that holds an encoded word; RFC 2045, 6.8: a line of base64 */
#define WORD_OPEN "=?UTF-8?B?"
#define WORD_CLOSE "?="
#define WORD_FRAME_CHARS (sizeof(WORD_OPEN WORD_CLOSE) - 1)
#define ADDRESS_MAX_BYTES 254 /* RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets */
#define LOCAL_MAX_BYTES 64
#define MESSAGE_ID_MAX_BYTES 250
#define LANGUAGE_MAX_BYTES 35

static void message_refuse(GError **error, const char *field, const char *text, const char *expected)
{
    g_autofree char *shown = g_strescape(text, NULL);

    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "mail: %s \"%.200s\": expected %s", field, shown, expected);
}

static bool text_has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if (g_ascii_iscntrl(*text))
            return true;
    }
    return false;
}

static bool text_is_made_of(const char *text, size_t size, const char *others)
{
    for (size_t i = 0; i < size; i++) {
        if (!g_ascii_isalnum(text[i]) && (text[i] == '\0' || strchr(others, text[i]) == NULL))
            return false;
    }
    return size > 0;
}

/* local-part of RFC 5322, 3.4.1, without the obsolete forms and without comments or folding. */
static bool local_part_is_valid(const char *local, size_t size)
{
    if (size > LOCAL_MAX_BYTES)
        return false;
    if (size >= 3 && local[0] == '"' && local[size - 1] == '"') {
        for (size_t i = 1; i < size - 1; i++) {
            if (local[i] < ' ' || local[i] > '~' || local[i] == '"' || local[i] == '\\')
                return false;
        }
        return true;
    }
    if (!text_is_made_of(local, size, "!#$%&'*+-/=?^_`{|}~."))
        return false;
    return local[0] != '.' && local[size - 1] != '.' && g_strstr_len(local, (gssize)size, "..") == NULL;
}

char *message_address(const char *text, GError **error)
{
    const char *at = strrchr(text, '@');
    g_autofree char *domain = NULL;

    if (at != NULL && g_utf8_validate(text, -1, NULL))
        domain = g_hostname_to_ascii(at + 1);
    if (domain == NULL || !local_part_is_valid(text, (size_t)(at - text)) ||
        !text_is_made_of(domain, strlen(domain), "-.") || domain[0] == '.' || strstr(domain, "..") != NULL ||
        (size_t)(at - text) + 1 + strlen(domain) > ADDRESS_MAX_BYTES) {
        message_refuse(error, "address", text, "name@domain (RFC 5322, 3.4.1); correct the contact's address");
        return NULL;
    }
    return g_strdup_printf("%.*s@%s", (int)(at - text), text, domain);
}

size_t message_cut(const char *text, size_t bytes_max)
{
    size_t size = 0;

    while (text[size] != '\0' && size + (size_t)g_utf8_skip[(guchar)text[size]] <= bytes_max)
        size += (size_t)g_utf8_skip[(guchar)text[size]];
    return size;
}

/* ${column} is where the line stands already. Words are cut between characters, never inside one (RFC 2047, 5). */
static void message_append_words(GString *out, size_t column, const char *text)
{
    while (*text != '\0') {
        size_t bytes_max = (LINE_MAX_CHARS - WORD_FRAME_CHARS - column) / 4 * 3;
        size_t size = message_cut(text, bytes_max);
        g_autofree char *word = g_base64_encode((const guchar *)text, size);

        g_string_append_printf(out, WORD_OPEN "%s" WORD_CLOSE, word);
        text += size;
        if (*text != '\0')
            g_string_append(out, "\r\n ");
        column = 1;
    }
}

static bool subject_is_plain(const char *subject, size_t column)
{
    size_t size = strlen(subject);

    if (size == 0 || size + column > LINE_MAX_CHARS || strstr(subject, "=?") != NULL)
        return false;
    return g_str_is_ascii(subject) && subject[0] != ' ' && subject[size - 1] != ' ';
}

static void message_append_subject(GString *out, const char *subject)
{
    const size_t column = strlen("Subject: ");

    g_string_append(out, "Subject: ");
    if (subject_is_plain(subject, column))
        g_string_append(out, subject);
    else
        message_append_words(out, column, subject);
    g_string_append(out, "\r\n");
}

static void message_append_from(GString *out, const char *name, const char *address)
{
    if (name == NULL || *name == '\0') {
        g_string_append_printf(out, "From: %s\r\n", address);
        return;
    }
    g_string_append(out, "From: ");
    message_append_words(out, strlen("From: "), name);
    g_string_append_printf(out, "\r\n <%s>\r\n", address);
}

/* date-time of RFC 5322, 3.3; the names are English whatever the locale is. */
static bool message_append_date(GString *out, instant date, int utc_offset_minutes, GError **error)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    gint64 seconds = date / INSTANT_SECOND - (date % INSTANT_SECOND < 0 ? 1 : 0);
    g_autoptr(GDateTime) local = g_date_time_new_from_unix_utc(seconds + utc_offset_minutes * 60);
    int offset = ABS(utc_offset_minutes);

    if (local == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                    "mail: date %" G_GINT64_FORMAT " µs: expected an instant of the years 1 to 9999", date);
        return false;
    }
    g_string_append_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d %c%02d%02d\r\n",
                           days[g_date_time_get_day_of_week(local) - 1], g_date_time_get_day_of_month(local),
                           months[g_date_time_get_month(local) - 1], g_date_time_get_year(local),
                           g_date_time_get_hour(local), g_date_time_get_minute(local), g_date_time_get_second(local),
                           utc_offset_minutes < 0 ? '-' : '+', offset / 60, offset % 60);
    return true;
}

/* Base64 encodes line ends too, so they are brought to CRLF first (RFC 2045, 6.8). */
static void message_append_body(GString *out, const char *body)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *encoded = NULL;

    for (; *body != '\0'; body++) {
        if (*body == '\r' && body[1] == '\n')
            continue;
        if (*body == '\n' || *body == '\r')
            g_string_append(text, "\r\n");
        else
            g_string_append_c(text, *body);
    }
    encoded = g_base64_encode((const guchar *)text->str, text->len);
    for (size_t at = 0, size = strlen(encoded); at < size; at += LINE_MAX_CHARS) {
        g_string_append_len(out, encoded + at, (gssize)MIN(LINE_MAX_CHARS, size - at));
        g_string_append(out, "\r\n");
    }
}

static bool message_check(const struct message *message, GError **error)
{
    const char *name = message->from_name == NULL ? "" : message->from_name;
    size_t id_size = strlen(message->message_id);

    if (!g_utf8_validate(message->subject, -1, NULL) || text_has_control(message->subject))
        message_refuse(error, "subject", message->subject, "one line of UTF-8 without control characters");
    else if (!g_utf8_validate(name, -1, NULL) || text_has_control(name))
        message_refuse(error, "sender name", name, "one line of UTF-8 without control characters");
    else if (!g_utf8_validate(message->body, -1, NULL))
        message_refuse(error, "body", "", "UTF-8");
    else if (id_size > MESSAGE_ID_MAX_BYTES || !text_is_made_of(message->message_id, id_size, "!#$%&'*+-/=?^_`{|}~.@"))
        message_refuse(error, "Message-ID", message->message_id, "left@right (RFC 5322, 3.6.4), at most 250 bytes");
    else if (strlen(message->language) > LANGUAGE_MAX_BYTES ||
             !text_is_made_of(message->language, strlen(message->language), "-"))
        message_refuse(error, "language", message->language, "a language tag (RFC 5646) such as ja");
    else
        return true;
    return false;
}

GString *message_compose(const struct message *message, GError **error)
{
    g_autoptr(GString) out = g_string_sized_new(1024 + 2 * strlen(message->body));
    g_autofree char *from = NULL;
    g_autofree char *to = NULL;

    if (!message_check(message, error))
        return NULL;
    from = message_address(message->from_address, error);
    if (from == NULL)
        return NULL;
    to = message_address(message->to, error);
    if (to == NULL || !message_append_date(out, message->date, message->utc_offset_minutes, error))
        return NULL;
    message_append_from(out, message->from_name, from);
    g_string_append_printf(out, "To: %s\r\n", to);
    message_append_subject(out, message->subject);
    g_string_append_printf(out, "Message-ID: <%s>\r\n", message->message_id);
    g_string_append(out, "MIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=UTF-8\r\n"
                         "Content-Transfer-Encoding: base64\r\n");
    g_string_append_printf(out, "Content-Language: %s\r\n", message->language);
    g_string_append(out, "Auto-Submitted: auto-generated\r\n" /* RFC 3834, 5: no vacation notes to us */
                         "\r\n");
    message_append_body(out, message->body);
    return g_steal_pointer(&out);
}
