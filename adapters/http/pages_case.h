/*
 * The page of one case, in its parts, and the case behind it and behind its forms.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PAGES_CASE_H
#define TOROKU_ADAPTERS_HTTP_PAGES_CASE_H

#include "adapters/http/page_chart.h"
#include "engine/core/offer.h"

/* A case as the reader answered it, and as its chart understands it. */
struct case_view {
    const struct value *row; /* the whole answer */
    const struct chart *chart;
    struct snapshot *s;
    const char *number;
    struct actor actor; /* who looks */
};

/* Asks for the case that the path names, with the inputs that the caller may read; ${answer} begins with
 * case_view_read. */
void case_view_ask(struct call *call, void (*answer)(struct call *call));

/* Fills ${view} from the answer. FALSE after answering: nothing to release. */
bool case_view_read(struct call *call, struct case_view *view);
void case_view_release(struct case_view *view);

/* Was this event of the history raised for the organisation of whoever looks? */
bool case_event_is_own(const struct case_view *view, const struct value *event);

/* Its history, newest first: what, when, who, under which row and rule, what it led to, the place in the chain. */
void case_timeline(struct page *page, const struct case_view *view);

/* What was filed: the newest filling of each form, as far as the caller may read, then what the case keeps besides. */
void case_filings(struct page *page, const struct case_view *view);

/* The label of what an event did, by the row it took: "Accept", "Reminder: target of the intake check". A new text. */
char *case_event_text(const struct page *page, const struct case_view *view, const struct value *event);

#endif
