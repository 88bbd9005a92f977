/*
 * Filing (届出): what a person fills in about a case, from the empty form to the receipt. Private to these pages.
 *
 *   form --check--> check your answers --file--> the engine --> 303 to the receipt
 *     ^                 |          ^                |
 *     '-----change------'          '--- refused ----'   (findings lead back to the form)
 *
 * Nothing is kept between two requests but in the browser: the form carries what was typed, the check page carries it
 * as one JSON text, with the version of the case that the person has seen and the key of the command. So a second click
 * files nothing more, and whoever files against a version that has gone is shown what changed, with all that was typed.
 */
#ifndef TOROKU_ADAPTERS_HTTP_FILING_H
#define TOROKU_ADAPTERS_HTTP_FILING_H

#include "adapters/http/fields.h"
#include "adapters/http/pages_case.h"

struct filing {
    struct command command; /* on its way; first */
    struct call *call;      /* whose own this is */
    struct case_view view;  /* the case; opening: a case before its first event, without a row */
    bool opening;
    const char *workflow; /* opening: of the path */
    const char *event;    /* else: of the path */
    int take;             /* the row that is offered; CHART_NONE: none now */
    bool open;            /* it may be raised, as far as can be told */
    char *why;            /* not open: what stands in the way */

    struct fields_view fields;
    struct value *data;  /* what was typed */
    struct value *input; /* as it is filed */
    GPtrArray *findings; /* struct finding */
    char *focus;
    int version; /* of the case, that the person has seen; -1: none yet */
    int since;   /* what changed after this version is shown */
    int64_t subject;
    struct value *subjects; /* opening: a list of those that it may be about */
    bool lacks_subject;
    const char *action;  /* what the pressed button says; "" on GET */
    char *key;           /* of the command */
    enum page_kind kind; /* of the notice that stands first */
    char *title, *text;  /* of it; NULL: none */

    struct reader_document document; /* a file that is being kept */
    unsigned next_item;
    void (*then)(struct filing *f);
};

struct filing *filing_new(struct call *call);

/* Finds what is offered, sets the form, takes over what was typed: from the form, from the check page, or on GET from
 * what this organisation filed before. */
void filing_prepare(struct filing *f);

/* Does what the pressed button says, and answers. */
void filing_act(struct filing *f);

/* The event that keeps what stands in this form as a draft, when the person may raise one; else NULL. */
const char *filing_draft(const struct filing *f);

/* Keeps the files of the posted form one by one, then runs ${then}. */
void filing_keep_files(struct filing *f, void (*then)(struct filing *f));

/* The pages; each answers. */
void filing_show_form(struct filing *f, int status);
void filing_show_check(struct filing *f, int status);

/* What filing will do, on the check page. */
void filing_consequences(struct page *page, const struct filing *f);

/* Appends what happened in ${view} after ${version}: a list, nothing when nothing did. */
void filing_changes(struct page *page, const struct case_view *view, int version);

/* What the filing is called: the row's label, else the form's title, else the event. */
const char *filing_title(const struct filing *f);

/* Sets the notice that the next page begins with. */
void filing_notice(struct filing *f, enum page_kind kind, const char *title, const char *text);

/* The path that the forms of ${f} post to; for g_free. */
char *filing_path(const struct filing *f);

#endif
