#include "adapters/http/html.h"

#include <stdarg.h>
#include <string.h>

/* Colours and sizes follow the Digital Agency Design System (デジタル庁デザインシステム): text and links at 4.5:1 and
 * above. */
const char html_style[] =
    "*{box-sizing:border-box}"
    "body{margin:0;font-family:'Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif;font-size:1rem;"
    "line-height:1.7;color:#1a1a1a;background:#fff;line-break:strict;overflow-wrap:anywhere}"
    "header,main,footer{max-width:72rem;margin:0 auto;padding:1rem}"
    "header{border-bottom:1px solid #767676;display:flex;flex-wrap:wrap;gap:1rem;justify-content:space-between}"
    "header .name{font-weight:700}"
    "h1{font-size:1.75rem;line-height:1.4;margin:1rem 0}"
    "a{color:#0017c1}a:visited{color:#000071}a:focus-visible{outline:4px solid "
    "#000;outline-offset:2px;background:#ffd43d}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "caption{text-align:start;padding:.5rem 0}"
    "th,td{text-align:start;vertical-align:top;padding:.75rem .5rem;border-bottom:1px solid #b3b3b3}"
    "thead th{border-bottom:2px solid #1a1a1a}"
    "dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.5rem "
    "1rem}dt{font-weight:700}dd{margin:0;white-space:pre-line}"
    ".banner{border:2px solid #ce0000;padding:.25rem .5rem;font-weight:700;color:#a90000}"
    "footer{border-top:1px solid #767676;color:#4d4d4d}"
    "@media (max-width:40rem){table,thead,tbody,tr,th,td,caption{display:block}thead{display:none}"
    "td::before{content:attr(data-label);display:block;font-weight:700}"
    "tr{border-bottom:2px solid #1a1a1a}td,tbody th{border:0;padding:.25rem 0}dl{grid-template-columns:1fr}}"
    "@media print{header nav{display:none}a{color:inherit;text-decoration:none}}";

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

void html_begin(GString *out, const char *language, const char *title)
{
    gboolean en = strcmp(language, "en") == 0;

    html_add(out,
             "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
             "<title>%s</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body><header>"
             "<span class=\"name\">%s</span><nav aria-label=\"%s\"><a href=\"/register?lang=ja\" lang=\"ja\" "
             "hreflang=\"ja\">"
             "日本語</a> <a href=\"/register?lang=en\" lang=\"en\" hreflang=\"en\">English</a></nav></header><main>",
             language, title, en ? "Toroku: register" : "登録簿", en ? "Language" : "言語");
}

void html_end(GString *out, const char *language)
{
    html_add(out, "</main><footer>%s</footer></body></html>\n",
             strcmp(language, "en") == 0 ? "This page needs no JavaScript and sets no cookies."
                                         : "このページは JavaScript もクッキーも使いません。");
}
