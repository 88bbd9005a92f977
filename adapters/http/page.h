/*
 * Pages: the frame that all of them share, and the few pieces that they are made of. HTML without JavaScript.
 *
 * A handler begins a page on its call, adds pieces with html_add and the functions below, and ends it, which answers.
 * Every text people read is given in both languages, side by side; texts of people and of definitions are escaped by
 * the pieces themselves. Instants are shown in the zone of the workflows, which is named beside them.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PAGE_H
#define TOROKU_ADAPTERS_HTTP_PAGE_H

#include "adapters/http/api_call.h"
#include "adapters/http/html.h"

struct page {
    struct call *call;
    GString *out;
    bool en;      /* English, else Japanese */
    bool public_; /* for everybody, cacheable: sets no cookie and names nobody */
};

/* One of two texts by the language of the call. */
const char *call_text(const struct call *call, const char *ja, const char *en);
const char *page_text(const struct page *page, const char *ja, const char *en);

/* That of a chart, English when it has English; "" when it has none. */
const char *page_chart_text(const struct page *page, struct chart_text text);

/* The member "ja" or "en" of {ja, en}; a text stands for itself; "" when there is none. */
const char *page_value_text(const struct page *page, const struct value *v);

/* May the caller's browser be answered with a page instead of a problem document? By Accept, outside /api/. */
bool call_wants_page(const struct http_request *request);

/*
 * Begins a page: the frame with skip link, name of the service, navigation by role, who is signed in, languages; then
 * the main landmark with ${title} as its h1.
 */
struct page *page_begin(struct call *call, const char *title);

/* The same for a page for everybody that may be kept by caches. */
struct page *page_begin_public(struct call *call, const char *title);

/* The same for a page with a form (its id): the languages are buttons of that form, named "do" with the value
 * "lang-ja" or "lang-en", so that nothing typed is lost. ${error}: the title says that there is one. */
struct page *page_begin_form(struct call *call, const char *title, const char *form, bool error);

/* Ends the page, answers with it, frees page and call. ${headers}: further header lines, or NULL. */
void page_end(struct page *page, int status, const char *headers);

/* Answers with a page that tells what went wrong, and frees the call. ${detail} may be NULL. */
void page_refuse(struct call *call, enum toroku_error code, const char *detail);
void page_fail(struct call *call, const GError *error);

/* Answers 303: the browser gets ${location}, a path of ours, next. ${headers} as above. Frees the call. */
void page_redirect(struct call *call, const char *location, const char *headers);

/* A heading of level 2 to 4; ${id} may be NULL. */
void page_heading(struct page *page, int level, const char *id, const char *text);

void page_paragraph(struct page *page, const char *text);

/* A summary list (dl). Between begin and end rows of a label and a text; or row_begin, own HTML, row_end. An empty text
 * is shown as "not provided". */
void page_summary_begin(struct page *page);
void page_summary_row(struct page *page, const char *label, const char *text);
void page_summary_row_begin(struct page *page, const char *label);
void page_summary_row_end(struct page *page);
void page_summary_end(struct page *page);

/* A table that becomes a list of rows on a narrow screen. ${columns} ends with NULL; ${caption} is always said. */
void page_table_begin(struct page *page, const char *caption, const char *const *columns);
void page_row_begin(struct page *page);
/* The cell that names its row, optionally a link; then the others, labelled by their column for narrow screens. */
void page_cell_head(struct page *page, const char *label, const char *href, const char *text);
void page_cell(struct page *page, const char *label, const char *text);
void page_cell_begin(struct page *page, const char *label);
void page_cell_end(struct page *page);
void page_row_end(struct page *page);
void page_table_end(struct page *page);

enum page_kind { PAGE_PLAIN, PAGE_SUCCESS, PAGE_WARNING, PAGE_ERROR };

/* A banner that tells what has happened or must be known; spoken at once when it is PAGE_ERROR or PAGE_SUCCESS. */
void page_notice(struct page *page, enum page_kind kind, const char *title, const char *text);

/* A short word in a box: its meaning never hangs on its colour. */
void page_tag(struct page *page, enum page_kind kind, const char *text);

/* The error summary: a link to each field. Between begin and end: one or more items, ${id} that of the field. */
void page_errors_begin(struct page *page);
void page_errors_item(struct page *page, const char *id, const char *text);
void page_errors_end(struct page *page);

/* Begins a form that posts to ${action}, a path of ours, with the session's token; ends with "</form>". ${id} may be
 * NULL; ${files}: it carries files (multipart/form-data). */
void page_form_begin(struct page *page, const char *action, const char *id, bool files);

/* <time>: an instant with its zone; a civil day with its weekday. Text for whoever wants to put it elsewhere. */
void page_instant(struct page *page, instant at);
void page_day(struct page *page, civil_day day);
char *page_instant_text(const struct page *page, instant at);
char *page_day_text(const struct page *page, civil_day day);

/*
 * A due instant with the words that place it: "overdue", "due today", "3 days left", "clock stands still"
 * (INSTANT_NEVER). One that falls on midnight is told as the end of its last day.
 */
void page_due(struct page *page, instant due);

/* The style sheet of all pages: adapters/http/style.css, embedded by the build. */
extern const unsigned char page_style[];
extern const size_t page_style_size;

#endif
