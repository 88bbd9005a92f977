#include "adapters/http/form.h"
#include "engine/error.h"

#include <criterion/criterion.h>
#include <string.h>

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=x"
#define PART(name) "--x\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_PART(name, file, type)                                                                                    \
    "--x\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\nContent-Type: " type "\r\n\r"  \
    "\n"

/* From bytes that end where they end, so that the sanitizer sees a read beyond. */
static struct form *form_of(const char *type, const char *body, size_t size, GError **error)
{
    char *exact = g_memdup2(size == 0 ? "" : body, size == 0 ? 1 : size);
    struct form *form = form_parse(type, exact, size, error);

    /* The bytes of files are borrowed from what is freed here: copied to where a text stands. */
    for (unsigned i = 0; form != NULL && i < form->count; i++)
        if (form->items[i].file_name != NULL) {
            cr_expect(form->items[i].bytes >= exact && form->items[i].bytes + form->items[i].size <= exact + size);
            form->items[i].value = g_strndup(form->items[i].bytes, form->items[i].size);
        }
    g_free(exact);
    return form;
}

/* "name=value;" of a text, "name<file type bytes>;" of a file; "!" for a refusal. */
static char *form_trace(const char *type, const char *body, size_t size)
{
    g_autoptr(GError) error = NULL;
    struct form *form = form_of(type, body, size, &error);
    GString *trace = g_string_new(NULL);

    if (form == NULL) {
        cr_expect(error != NULL && error->domain == TOROKU_ERROR && error->message[0] != '\0');
        g_string_append_c(trace, '!');
    }
    for (unsigned i = 0; form != NULL && i < form->count; i++) {
        const struct form_item *item = &form->items[i];

        if (item->file_name == NULL)
            g_string_append_printf(trace, "%s=%s;", item->name, item->value);
        else
            g_string_append_printf(trace, "%s<%s %s %s>;", item->name, item->file_name, item->media_type, item->value);
    }
    form_free(form);
    return g_string_free(trace, FALSE);
}

struct row {
    const char *type, *body, *expected;
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *trace = form_trace(rows[i].type, rows[i].body, strlen(rows[i].body));

        cr_expect_str_eq(trace, rows[i].expected, "%s: %s", rows[i].body, trace);
    }
}

Test(http_form, pairs)
{
    static const struct row rows[] = {
        {URLENCODED, "", ""},
        {URLENCODED, "a=1&b=&c&a=2", "a=1;b=;c=;a=2;"},
        {URLENCODED "; charset=UTF-8", "q=a+b%2Bc%20d", "q=a b+c d;"},
        {"APPLICATION/x-www-form-urlencoded", "&&a=1&", "a=1;"},
        {URLENCODED, "t=one%0D%0Atwo%0Dthree%0Afour%0D%0D%0A", "t=one\ntwo\nthree\nfour\n\n;"},
        {URLENCODED, "%E7%99%BB=%E3%82%AB%E3%82%99", "登=\xe3\x82\xac;"},
        {URLENCODED, "=1", "!"},
        {URLENCODED, "a=%", "!"},
        {URLENCODED, "a=%f", "!"},
        {URLENCODED, "a=%zz", "!"},
        {URLENCODED, "a=%00", "!"},
        {URLENCODED, "a=%FF", "!"},
        {URLENCODED, "a=%ED%A0%80", "!"},
        {URLENCODED, "a=\xff", "!"},
        {NULL, "a=1", "!"},
        {"text/plain", "a=1", "!"},
        {"application/json", "{}", "!"},
        {"application/x-www-form-urlencodedx", "a=1", "!"},
    };

    expect_rows(rows, G_N_ELEMENTS(rows));
}

Test(http_form, multipart)
{
    static const struct row rows[] = {
        {MULTIPART, "--x--", ""},
        {MULTIPART, "--x--\r\n", ""},
        {MULTIPART, PART("a") "1\r\n--x--", "a=1;"},
        {MULTIPART, PART("a") "\r\n--x--\r\n", "a=;"},
        {MULTIPART, PART("a") "1\r\n" PART("b") "2\r\n" PART("a") "3\r\n--x--\r\n", "a=1;b=2;a=3;"},
        {MULTIPART, PART("a") "one\r\ntwo\r\n-\r\n--\r\n--y\r\n--x--", "a=one\ntwo\n-\n--\n--y;"},
        {MULTIPART, PART("\xe3\x82\xab\xe3\x82\x99 %22%0D%0A%41") "\xe3\x82\xab\xe3\x82\x99\r\n--x--",
         "\xe3\x82\xab\xe3\x82\x99 \"\r\n%41=\xe3\x82\xac;"},
        {MULTIPART, FILE_PART("f", "r.pdf", "Application/PDF") "%PDF\r\n--x--", "f<r.pdf application/pdf %PDF>;"},
        {MULTIPART, FILE_PART("f", "C:\\d\\r.txt", "text/plain; charset=x") "b\r\n--x--", "f<r.txt text/plain b>;"},
        {MULTIPART, FILE_PART("f", "../../etc/passwd", "text/plain") "b\r\n--x--", "f<passwd text/plain b>;"},
        {MULTIPART, FILE_PART("f", "a%0D%0Ab%22.txt", "text/plain") "b\r\n--x--", "f<ab\".txt text/plain b>;"},
        {MULTIPART, FILE_PART("f", "", "application/octet-stream") "\r\n--x--", "f< application/octet-stream >;"},
        {MULTIPART, "--x\r\ncontent-disposition:form-data;name=\"f\";filename=\"a\"\r\n\r\n1\r\n\r\n\r\n--x--",
         "f<a application/octet-stream 1\r\n\r\n>;"},
        {"multipart/form-data; charset=x; Boundary=\"a b\"",
         "--a b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
         "1\r\n--a b--",
         "a=1;"},
    };

    expect_rows(rows, G_N_ELEMENTS(rows));
}

Test(http_form, multipart_that_is_refused)
{
    static const struct row rows[] = {
        {"multipart/form-data", "--x--", "!"},
        {"multipart/form-data; boundary=", "----", "!"},
        {"multipart/form-data; boundary=\"x", "--x--", "!"},
        {"multipart/form-data; boundary=\xc3\xa9", "--\xc3\xa9--", "!"},
        {"multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x",
         "--0123456789012345678901234567890123456789012345678901234567890123456789x--", "!"},
        {MULTIPART, "", "!"},
        {MULTIPART, "preamble\r\n--x--", "!"},
        {MULTIPART, "\r\n--x--", "!"},
        {MULTIPART, "--x--\r\nepilogue", "!"},
        {MULTIPART, "--x--\r\n\r\n", "!"},
        {MULTIPART, PART("a") "1\r\n--xx--", "!"},
        {MULTIPART, PART("a") "1\n--x--", "!"},
        {MULTIPART, PART("a") "1\r\n--x \r\n--x--", "!"},
        {MULTIPART, PART("") "1\r\n--x--", "!"},
        {MULTIPART, PART("a") "\xff\r\n--x--", "!"},
        {MULTIPART, PART("\xff") "1\r\n--x--", "!"},
        {MULTIPART, FILE_PART("f", "\xff", "text/plain") "1\r\n--x--", "!"},
        {MULTIPART, FILE_PART("f", "a", "text") "1\r\n--x--", "!"},
        {MULTIPART, FILE_PART("f", "a", "text/a/b") "1\r\n--x--", "!"},
        {MULTIPART, FILE_PART("f", "a", "te\"xt/plain") "1\r\n--x--", "!"},
        {MULTIPART, "--x\r\n\r\n1\r\n--x--", "!"},
        {MULTIPART, "--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--", "!"},
        {MULTIPART, "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--x--", "!"},
        {MULTIPART, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--", "!"},
        {MULTIPART, "--x\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--x--", "!"},
        {MULTIPART, "--x\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''b\r\n\r\n1\r\n--x--", "!"},
        {MULTIPART,
         "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n"
         "\r\n1\r\n--x--",
         "!"},
        {MULTIPART,
         "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n"
         "--x--",
         "!"},
        {MULTIPART, "--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--x--", "!"},
    };

    expect_rows(rows, G_N_ELEMENTS(rows));
}

static const char whole[] = PART("csrf") "0123\r\n" FILE_PART(
    "file", "報告.pdf", "application/pdf") "%PDF-1.7\r\n\r\n" PART("text") "one\r\ntwo\r\n--x--";

Test(http_form, half_a_form_is_never_taken)
{
    size_t size = sizeof whole - 1;
    g_autofree char *trace = form_trace(MULTIPART, whole, size);

    cr_expect_str_eq(trace, "csrf=0123;file<報告.pdf application/pdf %PDF-1.7\r\n>;text=one\ntwo;");
    for (size_t cut = 0; cut < size; cut++) {
        g_autofree char *part = form_trace(MULTIPART, whole, cut);

        cr_expect_str_eq(part, "!", "cut after %zu bytes: %s", cut, part);
    }
}

/* Any byte may be wrong: a refusal, or texts that are UTF-8; and the sanitizers are content. */
Test(http_form, every_byte_may_be_another)
{
    static const char others[] = {'\0', '\r', '\n', '"', ';', '-', '=', ' ', '%', '\xff'};

    for (size_t at = 0; at < sizeof whole - 1; at++)
        for (size_t i = 0; i < sizeof others; i++) {
            char *changed = g_memdup2(whole, sizeof whole - 1);
            struct form *form;

            changed[at] = others[i];
            form = form_parse(MULTIPART, changed, sizeof whole - 1, NULL);
            for (unsigned f = 0; form != NULL && f < form->count; f++) {
                const struct form_item *item = &form->items[f];

                cr_expect(g_utf8_validate(item->name, -1, NULL));
                cr_expect(g_utf8_validate(item->file_name == NULL ? item->value : item->file_name, -1, NULL));
            }
            form_free(form);
            g_free(changed);
        }
}

Test(http_form, a_text_with_a_zero_byte_is_refused_and_a_file_is_not)
{
    static const char text[] = PART("a") "1\0002\r\n--x--", file[] = FILE_PART("f", "a", "a/b") "1\0002\r\n--x--";
    GError *error = NULL;
    struct form *form = form_of(MULTIPART, text, sizeof text - 1, &error);

    cr_expect_null(form);
    cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID));
    g_clear_error(&error);
    form = form_parse(MULTIPART, file, sizeof file - 1, &error);
    cr_assert_not_null(form);
    cr_expect_eq(form_file(form, "f")->size, 3);
    cr_expect_eq(memcmp(form_file(form, "f")->bytes, "1\0002", 3), 0);
    form_free(form);
}

Test(http_form, so_many_fields_and_no_more)
{
    g_autoptr(GString) body = g_string_new("a");
    GError *error = NULL;
    struct form *form;

    for (int i = 1; i < FORM_ITEMS_MAX; i++)
        g_string_append(body, "&a");
    form = form_of(URLENCODED, body->str, body->len, &error);
    cr_assert_not_null(form);
    cr_expect_eq(form->count, FORM_ITEMS_MAX);
    form_free(form);
    g_string_append(body, "&a");
    cr_expect_null(form_of(URLENCODED, body->str, body->len, &error));
    cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_TOO_LARGE));
    g_clear_error(&error);
}

Test(http_form, names_have_a_limit)
{
    g_autofree char *longest = g_strnfill(FORM_NAME_MAX, 'n'), *longer = g_strnfill(FORM_NAME_MAX + 1, 'n');
    g_autofree char *taken = form_trace(URLENCODED, longest, strlen(longest));
    g_autofree char *refused = form_trace(URLENCODED, longer, strlen(longer));
    g_autofree char *file = g_strnfill(FORM_FILE_NAME_MAX + 1, 'f');
    g_autofree char *body = g_strdup_printf(FILE_PART("f", "%s", "a/b") "1\r\n--x--", file);
    g_autofree char *long_file = form_trace(MULTIPART, body, strlen(body));

    cr_expect_eq(strlen(taken), FORM_NAME_MAX + 2);
    cr_expect_str_eq(refused, "!");
    cr_expect_str_eq(long_file, "!");
}

Test(http_form, fields_are_found_by_name)
{
    static const char body[] = PART("a") "1\r\n" FILE_PART("f", "", "a/b") "\r\n" FILE_PART(
        "f", "x", "a/b") "\r\n" PART("b") "2\r\n" PART("a") "3\r\n--x--";
    struct form *form = form_parse(MULTIPART, body, sizeof body - 1, NULL);
    g_autofree const char **all = form_get_all(form, "a"), **none = form_get_all(form, "f");

    cr_assert_not_null(form);
    cr_expect_str_eq(form_get(form, "a"), "1");
    cr_expect_null(form_get(form, "f"), "a file is no text");
    cr_expect_null(form_get(form, "c"));
    cr_expect(strcmp(all[0], "1") == 0 && strcmp(all[1], "3") == 0 && all[2] == NULL);
    cr_expect_null(none[0]);
    cr_expect_str_eq(form_file(form, "f")->file_name, "x", "a field where nothing was chosen is no file");
    cr_expect_null(form_file(form, "a"));
    form_free(form);
}
