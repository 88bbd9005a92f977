/*
 * The rules that `toroku due` is asked about, in the words of the definition language: each becomes a bare workflow of
 * one state with one deadline, which the one compiler of the language reads. So what a key means, what it is called
 * and what is refused are the same as in a workflow file.
 */
#ifndef TOROKU_ADAPTERS_CLI_DUE_RULE_H
#define TOROKU_ADAPTERS_CLI_DUE_RULE_H

#include "adapters/yaml/library.h"
#include "engine/chart/value.h"

struct due_rules;

/* ${library} outlives the rules; ${workflow} (nullable), too: the chart whose deadlines may be asked for by their id.
 */
struct due_rules *due_rules_new(struct library *library, const struct chart *workflow);
void due_rules_free(struct due_rules *rules);

/* What a notice is called that a reminder of a rule does not name. */
#define DUE_NOTICE "reminder"

/*
 * The chart and the deadline of it that ${question} asks about: its member `deadline`, an id of the workflow's; else
 * `rule`, a period or a whole deadline as in a workflow file, with the members `calendar`, `zone`, `fires` and `remind`
 * beside it. ${by_day}: the anchor is a date, which tells where a period runs `from` that does not say it. The chart
 * belongs to ${rules}. NULL with TOROKU_ERROR_INVALID or NOT_FOUND.
 */
const struct chart *due_rule(struct due_rules *rules, const struct value *question, bool by_day, int *deadline,
                             GError **error);

#endif
