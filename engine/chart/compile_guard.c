#include "engine/chart/compiler.h"

#include <string.h>

#define GUARD_ONE_OF "expected exactly one of all, any, not, in_state, flag, passed, count, linked, field"

static struct index_list compile_guards(struct compiler *c, const char *key, const struct doc_guard *docs,
                                        uint32_t count, const struct scope *scope)
{
    g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(int));

    for (uint32_t i = 0; i < count; i++) {
        gsize mark = compiler_enter(c, ".%s[%u]", key, i);
        int child = compile_guard(c, &docs[i], scope);

        if (child != CHART_NONE)
            g_array_append_val(children, child);
        compiler_leave(c, mark);
    }
    return compiler_indices(c, children);
}

bool compile_passed(struct compiler *c, const struct doc_guard *doc, struct chart_guard *guard)
{
    guard->kind = GUARD_PASSED;
    guard->deadline_index = chart_deadline_index(c->chart, doc->passed);
    if (guard->deadline_index == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_DEADLINE, ".passed", "deadline", doc->passed,
                              COMPILER_IDS(c->chart->deadlines, c->chart->deadline_count));
    return guard->deadline_index != CHART_NONE;
}

static bool guard_in_state(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                           struct chart_guard *guard)
{
    guard->kind = GUARD_IN_STATE;
    if (scope->required) {
        compiler_find(c, FINDING_MISPLACED_KEY, ".in_state",
                      "a form knows no states; expected a guard over its fields, a flag or a deadline");
        return false;
    }
    guard->state = chart_state_index(c->chart, doc->in_state);
    if (guard->state == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_STATE, ".in_state", "state", doc->in_state,
                              COMPILER_IDS(c->chart->states, c->chart->state_count));
    return guard->state != CHART_NONE;
}

static bool guard_flag(struct compiler *c, const struct doc_guard *doc, struct chart_guard *guard)
{
    guard->kind = GUARD_FLAG;
    guard->flag = compiler_text(c, doc->flag);
    for (guint i = 0; i < c->flags->len; i++)
        if (strcmp(g_ptr_array_index(c->flags, i), doc->flag) == 0)
            return true;
    compiler_find_unknown(c, FINDING_UNKNOWN_FLAG, ".flag", "flag", doc->flag,
                          compiler_ids(c->flags->pdata, sizeof(char *), (int)c->flags->len));
    return c->lenient;
}

static bool guard_not(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                      struct chart_guard *guard)
{
    gsize mark = compiler_enter(c, ".not");
    int child = compile_guard(c, doc->not_, scope);
    g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(int));

    compiler_leave(c, mark);
    guard->kind = GUARD_NOT;
    g_array_append_val(children, child);
    guard->children = compiler_indices(c, children);
    return child != CHART_NONE;
}

static bool guard_of_kind(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                          struct chart_guard *guard)
{
    if (doc->all_count > 0 || doc->any_count > 0) {
        guard->kind = doc->all_count > 0 ? GUARD_ALL : GUARD_ANY;
        guard->children = doc->all_count > 0 ? compile_guards(c, "all", doc->all, doc->all_count, scope)
                                             : compile_guards(c, "any", doc->any, doc->any_count, scope);
        return true;
    }
    if (doc->not_ != NULL)
        return guard_not(c, doc, scope, guard);
    if (doc->in_state != NULL)
        return guard_in_state(c, doc, scope, guard);
    if (doc->flag != NULL)
        return guard_flag(c, doc, guard);
    if (doc->passed != NULL && doc->field == NULL)
        return compile_passed(c, doc, guard);
    if (doc->count != NULL)
        return compile_compare_count(c, doc, scope, guard);
    return doc->linked != NULL ? compile_compare_linked(c, doc, scope, guard)
                               : compile_compare_field(c, doc, scope, guard);
}

int compile_guard(struct compiler *c, const struct doc_guard *doc, const struct scope *scope)
{
    struct chart_guard guard = {.state = CHART_NONE, .deadline_index = CHART_NONE, .relation = CHART_NONE};
    int kinds = (doc->all_count > 0) + (doc->any_count > 0) + (doc->not_ != NULL) + (doc->in_state != NULL) +
                (doc->flag != NULL) + (doc->passed != NULL && doc->field == NULL) + (doc->count != NULL) +
                (doc->linked != NULL) + (doc->field != NULL && doc->linked == NULL);

    if (kinds != 1) {
        compiler_find(c, FINDING_CHOOSE_ONE, "", "a guard with %d conditions; " GUARD_ONE_OF, kinds);
        return CHART_NONE;
    }
    guard.place = compiler_place(c);
    compile_compare_strays(c, doc);
    if (!guard_of_kind(c, doc, scope, &guard)) {
        value_unref(guard.operand);
        return CHART_NONE;
    }
    g_array_append_val(c->guards, guard);
    return (int)c->guards->len - 1;
}
