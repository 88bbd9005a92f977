/*
 * Fills the templates of workflows/notices: {{name}} becomes the variable's text. Pure.
 */
#ifndef TOROKU_APP_NOTICE_TEXT_H
#define TOROKU_APP_NOTICE_TEXT_H

#include "engine/chart/value.h"

#include <glib.h>

/* What a template may say beside the case's own variables. */
struct notice_context {
    const char *language; /* "ja" or "en" */
    const char *number;   /* of the case */
    const char *link;     /* to the case */
    const struct value *vars;
};

/* ${template} with every {{name}} replaced; what is unknown becomes "—". A new text. */
char *notice_fill(const char *template, const struct notice_context *context);

#endif
