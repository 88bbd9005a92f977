/*
 * What printing and reading JSON text share. Private to this room.
 */
#ifndef TOROKU_CHART_VALUE_TEXT_H
#define TOROKU_CHART_VALUE_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Does JSON escape ${c}, or end a text with it? */
static inline bool text_is_special(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

/* Where the first special byte from ${at} on stands, or ${end}. Eight bytes at a time: a byte below 0x20 borrows from
 * its high bit when 0x20 is taken away, and one equal to a quote or a backslash is 0 after an exclusive or. */
static inline const char *text_plain_end(const char *at, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;

    while (end - at >= 8) {
        uint64_t w, quote, backslash;

        memcpy(&w, at, sizeof w);
        quote = w ^ ones * '"';
        backslash = w ^ ones * '\\';
        if ((((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & highs)
            break;
        at += 8;
    }
    while (at < end && !text_is_special(*at))
        at++;
    return at;
}

/* g_string_append_len, without a call while there is room. */
static inline void text_append(GString *out, const char *text, size_t size)
{
    if (out->len + size >= out->allocated_len) {
        g_string_append_len(out, text, (gssize)size);
        return;
    }
    memcpy(out->str + out->len, text, size);
    out->len += size;
    out->str[out->len] = '\0';
}

#endif
