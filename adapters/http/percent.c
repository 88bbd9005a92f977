#include "adapters/http/percent.h"

#include <glib.h>

char *percent_decode(const char *text, size_t size, bool plus)
{
    g_autofree char *out = g_malloc(size + 1);
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        char c = text[i];

        if (c == '%') {
            int high = i + 2 < size ? g_ascii_xdigit_value(text[i + 1]) : -1;
            int low = i + 2 < size ? g_ascii_xdigit_value(text[i + 2]) : -1;

            if (high < 0 || low < 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0')
            return NULL;
        out[used++] = c;
    }
    out[used] = '\0';
    return g_utf8_validate(out, (gssize)used, NULL) ? g_steal_pointer(&out) : NULL;
}
