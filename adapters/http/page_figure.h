/*
 * A figure on a page: its definition, its table with totals, where its files are, and of when its data are.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PAGE_FIGURE_H
#define TOROKU_ADAPTERS_HTTP_PAGE_FIGURE_H

#include "adapters/http/figure.h"
#include "adapters/http/page.h"

/* What comes before the figures: the period with a form to choose another, and a list of links to them. */
void page_figures_begin(struct page *page, const struct figure_period *period);

/* One figure, ${v} as figure_to_value made it. */
void page_figure(struct page *page, const struct figure *figure, const struct value *v);

#endif
