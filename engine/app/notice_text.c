#include "engine/app/notice_text.h"

#include <string.h>

static void notice_fill_one(const struct notice_context *context, const char *name, GString *out)
{
    const struct value *v = value_path(context->vars, name);

    if (strcmp(name, "number") == 0)
        g_string_append(out, context->number);
    else if (strcmp(name, "link") == 0)
        g_string_append(out, context->link);
    else if (strcmp(name, "deadline.label") == 0)
        v = value_path(context->vars, strcmp(context->language, "ja") == 0 ? "deadline.ja" : "deadline.en");
    else if (v == NULL)
        v = value_get(context->vars, name);
    if (strcmp(name, "number") == 0 || strcmp(name, "link") == 0)
        return;
    if (value_kind(v) == VALUE_TEXT)
        g_string_append(out, value_text(v));
    else if (value_kind(v) == VALUE_INT)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, value_int(v));
    else
        g_string_append(out, "—");
}

char *notice_fill(const char *template, const struct notice_context *context)
{
    GString *out = g_string_new(NULL);

    while (*template != '\0') {
        const char *open = strstr(template, "{{"), *close = open == NULL ? NULL : strstr(open, "}}");
        g_autofree char *name = NULL;

        if (close == NULL)
            break;
        g_string_append_len(out, template, open - template);
        name = g_strndup(open + 2, (gsize)(close - open - 2));
        notice_fill_one(context, g_strstrip(name), out);
        template = close + 2;
    }
    g_string_append(out, template);
    return g_string_free(out, FALSE);
}
