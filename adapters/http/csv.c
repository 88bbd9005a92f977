#include "adapters/http/csv.h"

#include <string.h>

void csv_begin(GString *out)
{
    g_string_append(out, "\xef\xbb\xbf");
}

/* The separator before every cell but the first of its row. */
static void csv_separate(GString *out)
{
    if (out->len > 0 && out->str[out->len - 1] != '\n' && out->str[out->len - 1] != '\xbf')
        g_string_append_c(out, ',');
}

/* Japanese spreadsheets read the wide forms of these signs as well. */
static gboolean csv_is_formula(const char *text)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};

    if (text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL)
        return TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS(wide); i++)
        if (g_str_has_prefix(text, wide[i]))
            return TRUE;
    return FALSE;
}

void csv_text(GString *out, const char *text)
{
    csv_separate(out);
    g_string_append_c(out, '"');
    if (text != NULL && csv_is_formula(text))
        g_string_append_c(out, '\'');
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

void csv_number(GString *out, const char *number)
{
    g_assert(strspn(number, "0123456789.-") == strlen(number));
    csv_separate(out);
    g_string_append(out, number[0] == '\0' ? "\"\"" : number);
}

void csv_end_row(GString *out)
{
    g_string_append(out, "\r\n");
}
