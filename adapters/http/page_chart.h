/*
 * What charts and their cases say, in the words of a page: states, turns, the rule behind a row, what follows when a
 * deadline passes, how a deadline was found. Everything comes from the definitions; nothing is decided here.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PAGE_CHART_H
#define TOROKU_ADAPTERS_HTTP_PAGE_CHART_H

#include "adapters/http/page.h"

/* An instant as the reader prints it; INSTANT_NEVER for null. */
instant value_instant(const struct value *v);

/* The rulebook, which all workflows share. */
const struct rulebook *call_rulebook(const struct call *call);

/* The chart of a row of the reader, by its member "chart"; NULL when this daemon does not know it. */
const struct chart *page_row_chart(const struct page *page, const struct value *row);

/* Is ${chart} the newest version of its workflow among those that are loaded? */
bool page_chart_is_newest(const struct chart_set *set, const struct chart *chart);

/* The title of the newest version of ${workflow}; ${workflow} itself when this daemon knows none. */
const char *page_workflow_text(const struct page *page, const char *workflow);

/* "50 of 112", "50 of more than 10,000": how many rows an answer shows and how many there are. A new text. */
char *page_count_text(const struct page *page, const struct value *answer);

/* The names of the atomic states ${ids}, each after its region when there are several: a new text. */
char *page_states_text(const struct page *page, const struct chart *chart, const struct value *ids);

/* The cell that names its row by the number of a case, a link. */
void page_cell_case(struct page *page, const char *label, const char *number);

/* The cell that tells what the case of a row of the reader is about: workflow, subject, owner. */
void page_cell_about(struct page *page, const char *label, const struct value *row);

/* The name of a role by its id; of a recipient, as in "opsup.queue": a new text. */
const char *page_role_text(const struct page *page, const struct chart *chart, const char *role);
char *page_recipient_text(const struct page *page, const struct chart *chart, const char *recipient);

/* The names of an organisation and of a subject in a row of the reader; "" when it has none. */
const char *page_owner_text(const struct page *page, const struct value *row);
const char *page_subject_text(const struct value *row);

/* Does the caller hold ${role} in a case of ${owner}? The turn is then theirs. */
bool page_turn_is_mine(const struct page *page, const struct chart *chart, const char *role, int64_t owner);

/* Which rule of the rulebook something follows, marked as a rule of the programme or as this installation's default. */
void page_basis(struct page *page, const struct chart *chart, int basis);

/* Whether a deadline is a target or a limit; the same after its label. */
void page_deadline_kind(struct page *page, const struct chart *chart, int deadline);
void page_deadline_name(struct page *page, const struct chart *chart, int deadline);

/* What happens when the deadline passes: the row that acts, or that none does; marks, notices, reasons asked for. */
void page_consequence(struct page *page, const struct chart *chart, int deadline);

/* The three cells of a turn: when it is due, under which rule, what follows when it passes. ${labels}: of the three.
 * ${deadline}: CHART_NONE when the turn has none; ${chart} may be NULL then. */
void page_cells_deadline(struct page *page, const char *const *labels, const struct chart *chart, int deadline,
                         instant due);

/* How a due instant was found: the derivation as the record keeps it, a list of sentences. */
void page_why(struct page *page, const struct chart *chart, const struct value *why);

/* The subject of a notice in the page's language, filled as the mail was: a new text. */
char *page_notice_subject(const struct page *page, const char *notice, const char *number, const struct value *vars);

/* What became of a notice: on its way, delivered and when, undeliverable, without anybody to send it to. */
void page_delivery(struct page *page, const struct value *row);

#endif
