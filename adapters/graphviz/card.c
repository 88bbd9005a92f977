#include "adapters/graphviz/card.h"

#include <string.h>

#define STATE_WIDTH 250.0
#define ROW_WIDTH 190.0
#define START_SIZE 16.0

static const struct {
    double font;
    bool bold;
} types[GRAPH_LINE_COUNT] = {[GRAPH_TITLE] = {13, true},    [GRAPH_NAME] = {10, false},   [GRAPH_TURN] = {11, true},
                             [GRAPH_WHO] = {11, false},     [GRAPH_TARGET] = {11, false}, [GRAPH_LIMIT] = {11, true},
                             [GRAPH_NOTE] = {10.5, false},  [GRAPH_ACT] = {10.5, false},  [GRAPH_RULE] = {9.5, false},
                             [GRAPH_DEFAULT] = {9.5, false}};

double card_font(enum graph_line kind)
{
    return types[kind].font;
}

bool card_is_bold(enum graph_line kind)
{
    return types[kind].bold;
}

double card_line_height(enum graph_line kind)
{
    return types[kind].font * 1.4;
}

static const char *letter_next(const char *p)
{
    return p + g_utf8_skip[(guchar)*p];
}

static double letter_width(gunichar c)
{
    if (g_unichar_iswide(c))
        return 1;
    if (c == ' ' || c == '.' || c == ',' || c == ':' || c == 'i' || c == 'l' || c == '(' || c == ')')
        return 0.36;
    if (c == '_' || g_unichar_isupper(c) || c == 'm' || c == 'w')
        return 0.72;
    return 0.58;
}

double card_text_width(const char *text, double font, bool bold)
{
    double width = 0;

    for (const char *p = text; *p != '\0'; p = letter_next(p))
        width += letter_width(g_utf8_get_char(p));
    return width * font * (bold ? 1.06 : 1);
}

/* May a line end before ${p}? Not within a word of letters, nor before what closes or divides (行頭禁則). */
static bool may_break(const char *start, const char *p)
{
    static const char *const never_first = "、。，．・：；）」』】〉》ー」）,.:;)]!?";
    gunichar here = g_utf8_get_char(p), before = g_utf8_get_char(g_utf8_prev_char(p));

    if (p == start || g_utf8_strchr(never_first, -1, here) != NULL || before == 0x300c || before == 0xff08)
        return false;
    return before == ' ' || g_unichar_iswide(here) || g_unichar_iswide(before);
}

/* The end of the longest piece of ${text} that fits into ${room}. */
static const char *line_end(const char *text, enum graph_line kind, double room)
{
    const char *end = text, *p;
    double width = 0;

    for (p = text; *p != '\0'; p = letter_next(p)) {
        if (p > text && may_break(text, p))
            end = p;
        width += letter_width(g_utf8_get_char(p)) * types[kind].font * (types[kind].bold ? 1.06 : 1);
        if (width > room && end > text)
            return end;
    }
    return p;
}

static void card_add(struct card *card, enum graph_line kind, const char *text, double room)
{
    while (*text != '\0') {
        const char *end = line_end(text, kind, room);
        struct card_line line = {.kind = kind, .text = g_strndup(text, (gsize)(end - text))};
        double width;

        g_strchomp(line.text);
        width = card_text_width(line.text, types[kind].font, types[kind].bold);
        card->size.width = MAX(card->size.width, width + 2 * CARD_PADDING);
        card->size.height += card_line_height(kind);
        g_array_append_val(card->lines, line);
        text = end;
    }
}

void card_init(struct card *card, const struct graph_node *node)
{
    bool row = node->card >= GRAPH_EVENT;

    *card = (struct card){.lines = g_array_new(FALSE, FALSE, sizeof(struct card_line))};
    if (node->card == GRAPH_START) {
        card->size = (struct graph_size){START_SIZE, START_SIZE};
        return;
    }
    card->size.height = CARD_PADDING * 1.5;
    for (guint i = 0; i < node->lines->len; i++) {
        const struct graph_text *line = &g_array_index(node->lines, struct graph_text, i);

        card_add(card, line->kind, line->text, row ? ROW_WIDTH : STATE_WIDTH);
    }
}

void card_release(struct card *card)
{
    for (guint i = 0; i < card->lines->len; i++)
        g_free(g_array_index(card->lines, struct card_line, i).text);
    g_array_unref(card->lines);
}
