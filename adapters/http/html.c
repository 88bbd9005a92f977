#include "adapters/http/html.h"

#include <stdarg.h>
#include <string.h>

void html_text(GString *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '<')
            g_string_append(out, "&lt;");
        else if (*text == '>')
            g_string_append(out, "&gt;");
        else if (*text == '&')
            g_string_append(out, "&amp;");
        else if (*text == '"')
            g_string_append(out, "&quot;");
        else if (*text == '\'')
            g_string_append(out, "&#39;");
        else
            g_string_append_c(out, *text);
    }
}

void html_add(GString *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    while (*format != '\0') {
        const char *percent = strstr(format, "%s");

        if (percent == NULL) {
            g_string_append(out, format);
            break;
        }
        g_string_append_len(out, format, percent - format);
        html_text(out, va_arg(args, const char *));
        format = percent + 2;
    }
    va_end(args);
}
