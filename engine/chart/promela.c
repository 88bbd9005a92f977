#include "engine/chart/promela.h"

#include "engine/chart/promela_model.h"

#include <string.h>

/* As many internal events wait at one time as the exploration lets wait. */
#define QUEUE_SIZE 12

/* ---- one microstep ---- */

/* Histories remember; then states are left, inner before outer. */
static void leave_print(struct model *m)
{
    const struct chart *chart = m->chart;

    model_add(m, 0, "inline leave_states()\n{");
    for (int h = 1; h < chart->state_count; h++) {
        if (!configuration_is_history(chart, h))
            continue;
        model_add(m, 1, "if\n    :: left[%d] ->", chart->states[h].parent);
        for (int s = 0; s < chart->state_count; s++)
            if (history_minds(m, h, s))
                model_add(m, 2, "%s = %s;", memory_name(m, h, s), state_name(m, 's', s));
        model_add(m, 1, ":: else\n    fi;");
    }
    for (int s = chart->state_count - 1; s > 0; s--) {
        if (configuration_is_history(chart, s))
            continue;
        model_add(m, 1, "if\n    :: left[%d] ->", s);
        model_add(m, 2, "left[%d] = false;", s);
        raise_add(m, 2, &chart->states[s].exit);
        model_add(m, 2, "%s = false", state_name(m, 's', s));
        model_add(m, 1, ":: else\n    fi;");
    }
    model_add(m, 1, "skip\n}\n");
}

/* What follows the entry of a compound state: its first transition, unless something inside is entered anyway. */
static void enter_inside(struct model *m, int state)
{
    const struct chart_state *states = m->chart->states;
    GString *inside = g_string_new(NULL);

    for (int child = state + 1; child < states[state].end; child = states[child].end) {
        if (configuration_is_history(m->chart, child))
            continue;
        if (states[state].kind == STATE_PARALLEL)
            model_add(m, 2, "%s = true;", state_name(m, 'w', child));
        else
            term_add(inside, " || ", state_name(m, 'w', child));
    }
    if (states[state].kind == STATE_COMPOUND) {
        model_add(m, 2, "if\n        :: %s", inside->str);
        model_add(m, 2, ":: else ->");
        for (int i = 0; i < states[state].first.count; i++)
            want_add(m, 3, states[state].first.items[i], state);
        raise_add(m, 3, &states[state].first_do);
        model_add(m, 3, "skip");
        model_add(m, 2, "fi;");
    }
    g_string_free(inside, TRUE);
    for (int child = state + 1; child < states[state].end; child = states[child].end) {
        if (!configuration_is_history(m->chart, child) || !actions_raise(m, &states[child].first_do))
            continue;
        model_add(m, 2, "if\n        :: %s ->", state_name(m, 'd', child));
        raise_add(m, 3, &states[child].first_do);
        model_add(m, 2, ":: else\n        fi;");
    }
}

/* States that are wanted are entered, outer before inner; each then wants what lies in it. */
static void enter_print(struct model *m)
{
    const struct chart *chart = m->chart;

    model_add(m, 0, "inline enter_states()\n{");
    for (int s = 1; s < chart->state_count; s++) {
        const char *active = state_name(m, 's', s), *wanted = state_name(m, 'w', s);

        if (configuration_is_history(chart, s))
            continue;
        model_add(m, 1, "if\n    :: %s && !%s ->", wanted, active);
        model_add(m, 2, "%s = false; %s = true;", wanted, active);
        model_add(m, 2, "printf(\"state %s\\n\");", chart->states[s].id);
        raise_add(m, 2, &chart->states[s].enter);
        enter_inside(m, s);
        if (chart->states[s].kind == STATE_FINAL)
            done_add(m, 2, s);
        model_add(m, 2, "skip");
        model_add(m, 1, ":: else -> %s = false\n    fi;", wanted);
    }
    for (int h = 1; h < chart->state_count; h++)
        if (configuration_is_history(chart, h) && actions_raise(m, &chart->states[h].first_do))
            model_add(m, 1, "%s = false;", state_name(m, 'd', h));
    model_add(m, 1, "skip\n}\n");
}

static void rows_print(struct model *m)
{
    model_add(m, 0, "inline take_rows()\n{");
    model_add(m, 1, "i = 0;\n    do\n    :: i < stand ->\n        if");
    for (int t = 0; t < m->chart->take_count; t++) {
        const struct chart_take *row = &m->chart->takes[t];

        model_add(m, 2, ":: rows[i] == %d ->", t);
        model_add(m, 3, "printf(\"row %s\\n\");", row->row);
        raise_add(m, 3, &row->actions);
        for (int i = 0; i < row->to.count; i++)
            want_add(m, 3, row->to.items[i], 0);
        model_add(m, 3, "skip");
    }
    model_add(m, 2, ":: else\n        fi;\n        i++");
    model_add(m, 1, ":: else -> break\n    od\n}\n");
}

/* ---- domains ---- */

/* Is ${target}, a history's memory aside, inside ${around}? */
static bool target_lies_in(const struct model *m, int target, int around)
{
    return chart_is_descendant(m->chart, target, around);
}

static bool take_lies_in(const struct model *m, const struct chart_take *row, int around)
{
    for (int i = 0; i < row->to.count; i++)
        if (!target_lies_in(m, row->to.items[i], around))
            return false;
    return true;
}

/* The innermost compound state around source and targets; a history stands for its parent's inside. */
static int take_domain(const struct model *m, int take)
{
    const struct chart_take *row = &m->chart->takes[take];
    int domain;

    if (row->to.count == 0)
        return CHART_NONE;
    if (row->internal && m->chart->states[row->source].kind == STATE_COMPOUND && take_lies_in(m, row, row->source))
        return row->source;
    for (domain = m->chart->states[row->source].parent; domain > 0; domain = m->chart->states[domain].parent)
        if (m->chart->states[domain].kind == STATE_COMPOUND && take_lies_in(m, row, domain))
            return domain;
    return 0;
}

/* All that ${history} stands for lies in ${around}: what it remembers, or else its default. */
static char *history_lies_in(const struct model *m, int history, int around)
{
    const struct index_list *first = &m->chart->states[history].first;
    g_autofree char *any = memory_text(m, history);
    GString *outside = g_string_new(NULL);
    g_autofree char *none = NULL;
    bool inside = true;

    for (int s = 0; s < m->chart->state_count; s++)
        if (history_minds(m, history, s) && !target_lies_in(m, s, around))
            term_add(outside, " || ", memory_name(m, history, s));
    none = terms_end(outside, "false");
    for (int i = 0; i < first->count; i++)
        inside = inside && target_lies_in(m, first->items[i], around);
    return inside ? g_strdup_printf("!%s", none) : g_strdup_printf("(%s && !%s)", any, none);
}

/* All targets of ${row} lie in ${around}; NULL when they never do. */
static char *targets_lie_in(const struct model *m, const struct chart_take *row, int around)
{
    GString *out = g_string_new(NULL);

    for (int i = 0; i < row->to.count; i++) {
        int target = row->to.items[i];
        g_autofree char *text = NULL;

        if (target_lies_in(m, target, around))
            continue;
        if (!configuration_is_history(m->chart, target) ||
            !chart_is_descendant(m->chart, around, m->chart->states[target].parent)) {
            g_string_free(out, TRUE);
            return NULL;
        }
        text = history_lies_in(m, target, around);
        term_add(out, " && ", text);
    }
    return terms_end(out, "true");
}

/* From inside a state to its own history: what is left depends on what that remembers. FALSE for all other rows. */
static bool domain_print(struct model *m, int take)
{
    const struct chart_take *row = &m->chart->takes[take];
    int domain = take_domain(m, take), at = row->internal ? row->source : m->chart->states[row->source].parent;
    int depth = 0;

    for (; at > domain && domain >= 0; at = m->chart->states[at].parent) {
        g_autofree char *inside = NULL;

        if (m->chart->states[at].kind != STATE_COMPOUND)
            continue;
        inside = targets_lie_in(m, row, at);
        if (inside == NULL)
            continue;
        model_add(m, 1 + depth, "if\n%*s:: %s -> domain[%d] = %d", 4 + depth * 4, "", inside, take, at);
        model_add(m, 1 + depth, ":: else ->");
        depth++;
    }
    if (depth == 0)
        return false;
    model_add(m, 1 + depth, "domain[%d] = %d", take, domain);
    while (depth-- > 0)
        model_add(m, 1 + depth, "fi%s", depth == 0 ? ";" : "");
    return true;
}

/* Afterwards they are forgotten, so that they tell no two states of the model apart. */
static void domains_print(struct model *m)
{
    g_autoptr(GString) forget = g_string_new(NULL);

    model_add(m, 0, "inline find_domains()\n{");
    for (int t = 0; t < m->chart->take_count; t++)
        if (domain_print(m, t))
            g_string_append_printf(forget, "    domain[%d] = %d;\n", t, take_domain(m, t));
    model_add(m, 1, "skip\n}\n");
    model_add(m, 0, "inline forget_domains()\n{\n%s    skip\n}\n", forget->str);
}

/* The algorithm's own, over tables: which of the chosen rows stand, and what they leave. */
static const char choose_text[] =
    "/* Of two chosen rows that leave a common state, the inner one stands, else the earlier one. */\n"
    "inline settle_rows()\n"
    "{\n"
    "    i = 0;\n"
    "    do\n"
    "    :: i < chosen ->\n"
    "        row = rows[i]; lost = false; j = 0;\n"
    "        do\n"
    "        :: j < stand && !lost ->\n"
    "            other = rows[j];\n"
    "            if\n"
    "            :: row == other -> lost = true\n"
    "            :: row != other && (domain[row] == NONE || domain[other] == NONE)\n"
    "            :: else ->\n"
    "                if\n"
    "                :: (domain[row] <= domain[other] && domain[other] < end_of[domain[row]]) ||\n"
    "                   (domain[other] <= domain[row] && domain[row] < end_of[domain[other]]) ->\n"
    "                    if\n"
    "                    :: source[row] > source[other] && source[row] < end_of[source[other]] -> beaten[j] = true\n"
    "                    :: else -> lost = true\n"
    "                    fi\n"
    "                :: else\n"
    "                fi\n"
    "            fi;\n"
    "            j++\n"
    "        :: else -> break\n"
    "        od;\n"
    "        j = 0; kept = 0;\n"
    "        do\n"
    "        :: j < stand ->\n"
    "            if\n"
    "            :: lost || !beaten[j] -> rows[kept] = rows[j]; kept++\n"
    "            :: else\n"
    "            fi;\n"
    "            beaten[j] = false; j++\n"
    "        :: else -> break\n"
    "        od;\n"
    "        if\n"
    "        :: !lost -> rows[kept] = row; kept++\n"
    "        :: else\n"
    "        fi;\n"
    "        stand = kept; i++\n"
    "    :: else -> break\n"
    "    od;\n"
    "    i = 0;\n"
    "    do\n"
    "    :: i < stand ->\n"
    "        j = domain[rows[i]] + 1;\n"
    "        do\n"
    "        :: domain[rows[i]] != NONE && j < end_of[domain[rows[i]]] -> left[j] = on[j]; j++\n"
    "        :: else -> break\n"
    "        od;\n"
    "        i++\n"
    "    :: else -> break\n"
    "    od;\n"
    "    i = 0; j = 0; kept = 0; row = 0; other = 0; lost = false\n"
    "}\n";

/* ---- one event ---- */

/* Decides of each of ${takes} whether it is enabled: both ways wherever both can be, as far as rows go together. */
static void choices_print(struct model *m, int indent, const struct index_list *takes)
{
    for (int i = 0; i < takes->count; i++) {
        int take = takes->items[i];
        g_autofree char *possible = take_text(m, take, true), *certain = take_text(m, take, false);
        GString *yes = g_string_new(possible), *no = g_string_new(NULL);

        if (!alphabet_is_gated(m->chart, take))
            term_add(no, " && ", "!");
        if (!alphabet_is_gated(m->chart, take))
            g_string_append(no, certain);
        for (int o = 0; o < i; o++) {
            int other = takes->items[o];
            g_autofree char *sure = take_text(m, other, false);

            if (alphabet_lets_through(m->chart, other, take) && strcmp(sure, "false") != 0)
                g_string_append_printf(yes, " && (%s || !%s)", take_name(m, other), sure);
            if (alphabet_lets_through(m->chart, take, other) && strcmp(certain, "false") != 0)
                g_string_append_printf(no, "%s(!%s || !%s)", no->len > 0 ? " && " : "", take_name(m, other), certain);
        }
        model_add(m, indent, "if :: %s -> %s = true :: %s -> %s = false fi;", yes->str, take_name(m, take),
                  no->len > 0 ? no->str : "true", take_name(m, take));
        g_string_free(yes, TRUE);
        g_string_free(no, TRUE);
    }
}

/* ${takes} in the order in which the active atomic state ${leaf} tries them; an option for each. */
static char *leaf_options(const struct model *m, int indent, int leaf, const struct index_list *takes)
{
    g_autoptr(GString) before = g_string_new(NULL);
    GString *out = g_string_new(NULL);

    for (int s = leaf; s != CHART_NONE; s = m->chart->states[s].parent)
        for (int i = 0; i < takes->count; i++) {
            int take = takes->items[i];

            if (m->chart->takes[take].source != s)
                continue;
            g_string_append_printf(out, "%*s:: LEAVES && %s%s -> rows[chosen] = %d; chosen++\n", indent * 4, "",
                                   before->str, take_name(m, take), take);
            g_string_append_printf(before, "!%s && ", take_name(m, take));
        }
    return g_string_free(out, FALSE);
}

static void options_print(struct model *m, int indent, const char *leaves, const char *options)
{
    g_auto(GStrv) parts = g_strsplit(options, "LEAVES", -1);
    g_autofree char *name = g_strdup_printf("(%s)", leaves);
    g_autofree char *text = g_strjoinv(name, parts);

    model_add(m, indent, "if");
    g_string_append(m->out, text);
    model_add(m, indent, ":: else\n%*sfi;", indent * 4, "");
}

/* Each active atomic state chooses a row, in document order; those with the same rows to choose from together. */
static void picks_print(struct model *m, int indent, const struct index_list *takes)
{
    g_autoptr(GString) leaves = g_string_new(NULL);
    g_autofree char *last = g_strdup("");

    for (int s = 1; s < m->chart->state_count; s++) {
        g_autofree char *options = NULL;

        if (m->chart->states[s].kind != STATE_ATOMIC && m->chart->states[s].kind != STATE_FINAL)
            continue;
        options = leaf_options(m, indent, s, takes);
        if (strcmp(options, last) != 0) {
            if (last[0] != '\0')
                options_print(m, indent, leaves->str, last);
            g_string_truncate(leaves, 0);
            g_free(last);
            last = g_strdup(options);
        }
        term_add(leaves, " || ", state_name(m, 's', s));
    }
    if (last[0] != '\0')
        options_print(m, indent, leaves->str, last);
    for (int i = 0; i < takes->count; i++)
        model_add(m, indent, "%s = false;", take_name(m, takes->items[i]));
}

static void outer_print(struct model *m, const struct happening *h)
{
    static const char *const kinds[] = {"event", "signal", "due"};
    g_autofree char *possible = event_text(m, h);

    model_add(m, 2, ":: RESTS && %s -> /* %s %s */", possible, kinds[h->kind], h->name);
    raised_add(m, 3, h->raised);
    choices_print(m, 3, h->takes);
    picks_print(m, 3, h->takes);
    if (m->moves && h->kind != HAPPENING_DUE)
        model_add(m, 3, "rest = (chosen == 0)");
    else
        model_add(m, 3, "skip");
}

/* In the middle of a macrostep: rows without an event, else the first internal event, else rest. */
static void inner_print(struct model *m)
{
    model_add(m, 2, ":: moving ->");
    choices_print(m, 3, &m->chart->eventless.takes);
    picks_print(m, 3, &m->chart->eventless.takes);
    model_add(m, 3,
              "if\n            :: chosen == 0 && nempty(queue) ->\n                queue?event;\n                if");
    for (int i = 0; i < m->chart->internal_count; i++) {
        const struct chart_answers *answers = &m->chart->internals[i];

        if (answers->takes.count == 0)
            continue;
        model_add(m, 4, ":: event == %d -> /* %s */", i, answers->name);
        choices_print(m, 5, &answers->takes);
        picks_print(m, 5, &answers->takes);
        model_add(m, 5, "skip");
    }
    model_add(m, 4, ":: else\n                fi;\n                event = 0");
    model_add(
        m, 3,
        ":: chosen == 0 && empty(queue) -> moving = false; rest = true\n            :: chosen > 0\n            fi");
}

/* On one line: Spin takes the end of a line for the end of a statement. */
static void stuck_print(struct model *m)
{
    g_autofree char *eventless = takes_text(m, &m->chart->eventless.takes);
    g_autoptr(GString) text = g_string_new(":: RESTS");

    g_string_append_printf(text, " && !%s", eventless);
    for (guint i = 0; i < m->alphabet->outer->len; i++) {
        g_autofree char *possible = event_text(m, &g_array_index(m->alphabet->outer, struct happening, i));

        g_string_append_printf(text, " && !%s", possible);
    }
    model_add(m, 2, "%s -> printf(\"stuck\\n\")%s", text->str, m->moves ? "; rest = true" : "");
}

/* Where the macrostep stands after a microstep. */
static void settle_print(struct model *m)
{
    g_autofree char *eventless = takes_text(m, &m->chart->eventless.takes);

    if (!m->moves)
        return;
    model_add(m, 2, "if\n        :: rest -> rest = false");
    model_add(m, 2, ":: else -> moving = nempty(queue) || %s\n        fi;", eventless);
    model_add(m, 2, "if\n        :: ENDED ->\n            moving = false;");
    model_add(m, 3, "do :: nempty(queue) -> queue?event :: empty(queue) -> break od; event = 0");
    model_add(m, 2, ":: else\n        fi;");
}

static void process_print(struct model *m)
{
    const struct chart_state *root = &m->chart->states[0];

    model_add(m, 0, "active proctype chart()\n{\nend:\n    do\n    :: atomic {\n        if\n        :: !opened ->");
    model_add(m, 3, "opened = true;");
    for (int i = 0; i < root->first.count; i++)
        want_add(m, 3, root->first.items[i], 0);
    raise_add(m, 3, &root->first_do);
    model_add(m, 3, "skip");
    for (guint i = 0; i < m->alphabet->outer->len; i++)
        outer_print(m, &g_array_index(m->alphabet->outer, struct happening, i));
    if (m->moves)
        inner_print(m);
    stuck_print(m);
    model_add(m, 2, "fi;\n        find_domains();\n        d_step { settle_rows() };");
    model_add(m, 2, "leave_states();\n        take_rows();\n        enter_states();");
    settle_print(m);
    model_add(m, 2,
              "d_step {\n            i = 0;\n            do :: i < LEAVES -> rows[i] = 0; i++ :: else -> break od;");
    model_add(m, 3, "i = 0; chosen = 0; stand = 0;\n            forget_domains()\n        }\n    }\n    od\n}");
}

/* ---- the model ---- */

static const char head_text[] =
    "/*\n"
    " * The control model of %s, version %d, for Spin: `toroku check FILE --promela`.\n"
    " *\n"
    " *   spin -a -o3 model.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000 -w20\n"
    " *\n"
    " * \"states, stored\" less one (the case before it is opened) is the number of configurations%s.\n"
    " * Unreached are the rows and states that no case takes or is in; `stuck` unreached: there is always a way on.\n"
    " * Whatever data, forms, roles and the clock decide may go either way.\n"
    " */\n";

static void variables_print(struct model *m)
{
    const struct chart *chart = m->chart;
    int leaves = 1;

    for (int s = 1; s < chart->state_count; s++) {
        if (configuration_is_history(chart, s)) {
            for (int of = 1; of < chart->state_count; of++)
                if (history_minds(m, s, of))
                    model_add(m, 0, "bool %s; /* %s remembers %s */", memory_name(m, s, of), chart->states[s].id,
                              chart->states[of].id);
            if (actions_raise(m, &chart->states[s].first_do))
                model_add(m, 0, "bool %s;", state_name(m, 'd', s));
            continue;
        }
        leaves += chart->states[s].kind == STATE_ATOMIC || chart->states[s].kind == STATE_FINAL;
        model_add(m, 0, "#define %s on[%d]\nbool %s;", state_name(m, 's', s), s, state_name(m, 'w', s));
    }
    for (int t = 0; t < chart->take_count; t++)
        model_add(m, 0, "bool %s;", take_name(m, t));
    model_add(m, 0, "#define LEAVES %d\n#define NONE %d", leaves, CHART_STATES_MAX);
    model_add(m, 0, "bool opened, on[%d], left[%d], beaten[LEAVES], lost;", chart->state_count, chart->state_count);
    model_add(m, 0, "short rows[LEAVES], i, j, row, other, chosen, stand, kept;");
    if (m->moves)
        model_add(m, 0, "bool moving, rest;\nshort event;\nchan queue = [%d] of { short };", QUEUE_SIZE);
}

/* Where rows start, how far states reach, and what rows leave. */
static void tables_print(struct model *m)
{
    const struct chart *chart = m->chart;
    GString *source = g_string_new(NULL), *domain = g_string_new(NULL), *end = g_string_new(NULL);

    for (int t = 0; t < chart->take_count; t++) {
        g_string_append_printf(source, "%d, ", chart->takes[t].source);
        if (take_domain(m, t) == CHART_NONE)
            g_string_append(domain, "NONE, ");
        else
            g_string_append_printf(domain, "%d, ", take_domain(m, t));
    }
    for (int s = 0; s < chart->state_count; s++)
        g_string_append_printf(end, "%s%d", s > 0 ? ", " : "", chart->states[s].end);
    model_add(m, 0, "hidden short source[%d] = { %s0 };", chart->take_count + 1, source->str);
    model_add(m, 0, "hidden short end_of[%d] = { %s };", chart->state_count, end->str);
    model_add(m, 0, "short domain[%d] = { %s0 };\n", chart->take_count + 1, domain->str);
    g_string_free(source, TRUE);
    g_string_free(domain, TRUE);
    g_string_free(end, TRUE);
}

static void terms_print(struct model *m)
{
    GString *ended = g_string_new(NULL);
    g_autofree char *text = NULL;

    for (int s = 1; s < m->chart->state_count; s = m->chart->states[s].end)
        if (m->chart->states[s].kind == STATE_FINAL)
            term_add(ended, " || ", state_name(m, 's', s));
    text = terms_end(ended, "false");
    model_add(m, 0, "#define ENDED %s", text);
    model_add(m, 0, "#define RESTS (opened && !ENDED%s)\n", m->moves ? " && !moving" : "");
}

GString *promela_print(const struct chart *chart)
{
    struct model m = {
        .chart = chart, .alphabet = alphabet_new(chart), .out = g_string_new(NULL), .names = g_string_chunk_new(4096)};

    m.moves = m.alphabet->moves;
    g_string_append_printf(m.out, head_text, chart->workflow, chart->version,
                           m.moves ? " and stages of\n * macrosteps" : "");
    variables_print(&m);
    tables_print(&m);
    terms_print(&m);
    domains_print(&m);
    g_string_append(m.out, choose_text);
    g_string_append_c(m.out, '\n');
    leave_print(&m);
    rows_print(&m);
    enter_print(&m);
    process_print(&m);
    g_string_chunk_free(m.names);
    alphabet_free(m.alphabet);
    return m.out;
}
