/*
 * Lists that a query chooses from: reading what it chose, showing that, the selects of the form, the way to other
 * pages.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PAGE_LIST_H
#define TOROKU_ADAPTERS_HTTP_PAGE_LIST_H

#include "adapters/http/page.h"

#define LIST_FILTERS_MAX 8
#define LIST_ROWS "50" /* on one page, as the reader takes it */

/* What the query of a list chose. */
struct list_filter {
    const char *path;                     /* of the list: "/queue" */
    const char *const *names;             /* of what it may be filtered and sorted by, ended by NULL */
    const char *values[LIST_FILTERS_MAX]; /* in the order of ${names}; "" for what was left open */
    const char *after;                    /* where this page begins; "": at the beginning */
    struct query *query;                  /* the owner of these texts */
};

/* Reads the query of ${call}'s request. ${path} and ${names} are kept. FALSE after answering what is wrong with it:
 * nothing to release. */
bool list_filter_read(struct call *call, const char *path, const char *const *names, struct list_filter *filter);
void list_filter_release(struct list_filter *filter);

/* An item of the list of what is chosen, with a link that removes it: the filter ${index}, its label, its value in
 * words. Nothing when it was left open. */
void list_filter_chosen(struct page *page, const struct list_filter *filter, int index, const char *label,
                        const char *text);

/* Links to the first page and to the next, which begins at ${next} (NULL: there is none). */
void list_filter_pages(struct page *page, const struct list_filter *filter, const char *next);

/* A field of the filter's form with a select; between begin and end its options. */
void list_select_begin(struct page *page, const char *name, const char *label);
void list_select_option(struct page *page, const char *value, const char *text, const char *chosen);
void list_select_end(struct page *page);

/* A select named "workflow" of all workflows, with "all" first. */
void list_select_workflow(struct page *page, const char *chosen);

#endif
