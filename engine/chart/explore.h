/*
 * Exhaustive exploration of a chart: every configuration that a case can come to rest in, whatever its data.
 *
 * A configuration is the set of active states and what histories remember. What the active states decide (`in_state`,
 * holds, which rows pre-empt which) is computed; what data, flags, forms, roles, linked cases and the clock decide is
 * taken both ways, each time anew. So nothing that a case can do is missed, and something may be found that no data
 * allow: "never" is proved, "can" is not. `rectify` and migration, which put a case where they want, are left out.
 */
#ifndef TOROKU_CHART_EXPLORE_H
#define TOROKU_CHART_EXPLORE_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"
#include "engine/chart/place_set.h"

#define EXPLORE_LIMIT 100000

struct exploration {
    const struct chart *chart;
    bool limited;             /* stopped at the limit: all below is what was found until then */
    uint32_t configurations;  /* where a case rests */
    uint32_t passing;         /* beside those, stages on the way: rows without event, or internal events, are to come */
    uint32_t transitions;     /* rows taken together by an event in a configuration or stage, each such choice once */
    uint32_t guards_open;     /* rows whose guard more than the active states decides: both ways were gone */
    bool *taken;              /* by row: was it ever taken? */
    struct state_set entered; /* states that were ever active */
    uint32_t stuck;           /* configurations of open cases from which no row leads on and none can be taken */
    struct state_set stuck_at; /* the active states of the first of these */
    struct place_set places;
};

/* Explores ${chart}, at most ${limit} configurations and stages. The result is the caller's: exploration_free. */
struct exploration *chart_explore(const struct chart *chart, uint32_t limit);
void exploration_free(struct exploration *e);

/* Was it found that a case can rest with ${active} and ${memory}, one set a history (NULL: the chart has none)? */
bool exploration_has(const struct exploration *e, const struct state_set *active, const struct state_set *memory);

/* Appends a finding for each row that is never taken, each state never active, and configurations without a way out. */
void exploration_findings(const struct exploration *e, GPtrArray *findings);

#endif
