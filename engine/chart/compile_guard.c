#include "engine/chart/compiler.h"

#include <string.h>

#define GUARD_ONE_OF "expected exactly one of all, any, not, in_state, flag, passed, linked, field"

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

/* A text of the definition as a value of the type it is compared with. NULL with a finding when it is none. */
static struct value *operand_value(struct compiler *c, const char *suffix, const char *text,
                                   const struct path_target *target)
{
    const struct chart_field *field = target->field == CHART_NONE ? NULL : &c->chart->fields[target->field];
    gint64 number;

    if (!target->typed)
        return value_new_text(text);
    switch (target->type) {
    case FIELD_BOOL:
        if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
            return value_new_bool(text[0] == 't');
        compiler_find(c, FINDING_TYPE_MISMATCH, suffix, "\"%s\" is no bool; expected true or false", text);
        return NULL;
    case FIELD_INT:
        if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
            return value_new_int(number);
        compiler_find(c, FINDING_TYPE_MISMATCH, suffix, "\"%s\" is no number; expected digits", text);
        return NULL;
    case FIELD_ENUM:
        if (field != NULL && field->options != NULL && !g_strv_contains((const char *const *)field->options, text)) {
            compiler_find_unknown(c, FINDING_UNKNOWN_OPTION, suffix, "option", text,
                                  compiler_ids(field->options, sizeof(char *), (int)g_strv_length(field->options)));
            return NULL;
        }
        return value_new_text(text);
    case FIELD_PERIOD:
    case FIELD_FILE:
    case FIELD_GROUP:
    case FIELD_LIST:
        compiler_find(c, FINDING_TYPE_MISMATCH, suffix,
                      "a value with parts is not compared as a whole; expected present or absent");
        return NULL;
    case FIELD_TEXT:
    case FIELD_LONGTEXT:
    case FIELD_DATE:
    case FIELD_INSTANT:
    case FIELD_CORP_NO:
    case FIELD_REG_NO:
    case FIELD_COUNTRY:
    case FIELD_EMAIL:
    case FIELD_CASE:
    case FIELD_ORG:
        return value_new_text(text);
    }
    g_assert_not_reached();
}

/* The relation that ${path} begins with, and what follows it; ids of relations may hold dots. */
static int path_relation(const struct chart *chart, const char *path, const char **rest)
{
    for (int i = 0; i < chart->relation_count; i++) {
        size_t size = strlen(chart->relations[i].id);

        if (strncmp(path, chart->relations[i].id, size) == 0 && path[size] == '.' && path[size + 1] != '\0') {
            *rest = path + size + 1;
            return i;
        }
    }
    return CHART_NONE;
}

static void guard_day_after(struct compiler *c, const struct doc_guard *doc, const struct path_target *target,
                            struct chart_guard *guard)
{
    const char *rest = NULL;

    guard->kind = GUARD_DAY_AFTER;
    guard->relation = path_relation(c->chart, doc->day_after, &rest);
    if (guard->relation == CHART_NONE)
        compiler_find(c, FINDING_TYPE_MISMATCH, ".day_after",
                      "\"%s\" names no date of a linked case; expected RELATION.path with one of `relations`",
                      doc->day_after);
    if (target->typed && target->type != FIELD_DATE)
        compiler_find(c, FINDING_TYPE_MISMATCH, ".field", "\"%s\" is no date; day_after compares dates", doc->field);
    guard->other_path = compiler_text(c, rest);
}

static bool form_has(const struct chart *chart, int form, const char *path)
{
    struct range fields = chart->forms[form].fields;
    size_t size = strcspn(path, ".");

    for (int f = fields.first; f < fields.first + fields.count; f++)
        if (strncmp(chart->fields[f].id, path, size) == 0 && chart->fields[f].id[size] == '\0')
            return true;
    return false;
}

static bool guard_passed(struct compiler *c, const struct doc_guard *doc, struct chart_guard *guard)
{
    guard->kind = GUARD_PASSED;
    guard->deadline_index = chart_deadline_index(c->chart, doc->passed);
    if (guard->deadline_index == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_DEADLINE, ".passed", "deadline", doc->passed,
                              COMPILER_IDS(c->chart->deadlines, c->chart->deadline_count));
    return guard->deadline_index != CHART_NONE;
}

/* What a form's own required_if asks of the form itself need not be kept in the case. */
static bool guard_field(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                        struct chart_guard *guard)
{
    int comparisons = (doc->is != NULL) + (doc->in_count > 0) + doc->present + doc->absent + (doc->day_after != NULL) +
                      (doc->passed != NULL);
    struct path_target target;

    if (comparisons != 1) {
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "field \"%s\" with %d comparisons; expected exactly one of is, in, present, absent, day_after, "
                      "passed",
                      doc->field, comparisons);
        return false;
    }
    if (!compiler_resolve(c, ".field", doc->field, scope, &target))
        return false;
    if (!scope->required || !form_has(c->chart, scope->form, doc->field))
        compiler_read(c, ".field", doc->field, READ_DECIDE);
    guard->path = compiler_text(c, doc->field);
    if (doc->present || doc->absent) {
        guard->kind = doc->present ? GUARD_PRESENT : GUARD_ABSENT;
    } else if (doc->is != NULL) {
        guard->kind = GUARD_IS;
        guard->operand = operand_value(c, ".is", doc->is, &target);
    } else if (doc->day_after != NULL) {
        guard_day_after(c, doc, &target, guard);
    } else if (doc->passed != NULL) {
        if (target.typed && target.type != FIELD_INSTANT)
            compiler_find(c, FINDING_TYPE_MISMATCH, ".field", "\"%s\" is no instant; passed compares instants",
                          doc->field);
        return guard_passed(c, doc, guard);
    } else {
        guard->kind = GUARD_IN;
        guard->operand = value_new_list();
        for (uint32_t i = 0; i < doc->in_count; i++) {
            g_autofree char *suffix = g_strdup_printf(".in[%u]", i);
            struct value *v = operand_value(c, suffix, doc->in[i], &target);

            if (v != NULL)
                value_list_add(guard->operand, v);
        }
    }
    return true;
}

/* States and deadlines of the linked workflow are checked when all charts are there: chart_verify_links. */
static bool guard_linked(struct compiler *c, const struct doc_guard *doc, struct chart_guard *guard)
{
    int comparisons = (doc->in_count > 0) + (doc->before != NULL) + doc->present + doc->absent;

    guard->kind = GUARD_LINKED;
    guard->relation = chart_relation_index(c->chart, doc->linked);
    if (guard->relation == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_RELATION, ".linked", "relation", doc->linked,
                              COMPILER_IDS(c->chart->relations, c->chart->relation_count));
    if (comparisons != 1)
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "linked \"%s\" with %d comparisons; expected exactly one of in, before, present, absent",
                      doc->linked, comparisons);
    else if (guard->relation != CHART_NONE && c->chart->relations[guard->relation].linked_by != NULL)
        compiler_find(c, FINDING_WRONG_RELATION, ".linked",
                      "\"%s\" leads to any number of cases; a guard reads the one that another leads to", doc->linked);
    guard->names = compiler_list(c, doc->in, doc->in_count);
    guard->deadline = compiler_text(c, doc->before);
    guard->absent = doc->absent;
    return guard->relation != CHART_NONE;
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

/* Comparisons that stand beside a key they do not belong to. */
static void guard_check_comparisons(struct compiler *c, const struct doc_guard *doc)
{
    bool any = doc->is != NULL || doc->in_count > 0 || doc->present || doc->absent || doc->day_after != NULL ||
               doc->before != NULL;

    if (doc->field == NULL && doc->linked == NULL && any)
        compiler_find(c, FINDING_MISPLACED_KEY, "", "a comparison without `field` or `linked`");
    if (doc->field != NULL && doc->before != NULL)
        compiler_find(c, FINDING_MISPLACED_KEY, ".before", "only linked cases have deadlines to come before");
    if (doc->linked != NULL && (doc->is != NULL || doc->day_after != NULL))
        compiler_find(c, FINDING_MISPLACED_KEY, doc->is != NULL ? ".is" : ".day_after",
                      "only fields are compared with values");
}

int compile_guard(struct compiler *c, const struct doc_guard *doc, const struct scope *scope)
{
    struct chart_guard guard = {.state = CHART_NONE, .deadline_index = CHART_NONE, .relation = CHART_NONE};
    int kinds = (doc->all_count > 0) + (doc->any_count > 0) + (doc->not_ != NULL) + (doc->in_state != NULL) +
                (doc->flag != NULL) + (doc->passed != NULL && doc->field == NULL) + (doc->linked != NULL) +
                (doc->field != NULL);
    bool good = true;

    if (kinds != 1) {
        compiler_find(c, FINDING_CHOOSE_ONE, "", "a guard with %d conditions; " GUARD_ONE_OF, kinds);
        return CHART_NONE;
    }
    guard_check_comparisons(c, doc);
    if (doc->all_count > 0) {
        guard.kind = GUARD_ALL;
        guard.children = compile_guards(c, "all", doc->all, doc->all_count, scope);
    } else if (doc->any_count > 0) {
        guard.kind = GUARD_ANY;
        guard.children = compile_guards(c, "any", doc->any, doc->any_count, scope);
    } else if (doc->not_ != NULL) {
        gsize mark = compiler_enter(c, ".not");
        int child = compile_guard(c, doc->not_, scope);
        g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(int));

        compiler_leave(c, mark);
        guard.kind = GUARD_NOT;
        g_array_append_val(children, child);
        guard.children = compiler_indices(c, children);
        good = child != CHART_NONE;
    } else if (doc->in_state != NULL) {
        good = guard_in_state(c, doc, scope, &guard);
    } else if (doc->flag != NULL) {
        good = guard_flag(c, doc, &guard);
    } else if (doc->passed != NULL && doc->field == NULL) {
        good = guard_passed(c, doc, &guard);
    } else if (doc->linked != NULL) {
        if (scope->required)
            compiler_find(c, FINDING_MISPLACED_KEY, ".linked",
                          "a form knows no linked cases; expected a guard over its fields or a flag");
        good = guard_linked(c, doc, &guard);
    } else {
        good = guard_field(c, doc, scope, &guard);
    }
    if (!good) {
        value_unref(guard.operand);
        return CHART_NONE;
    }
    g_array_append_val(c->guards, guard);
    return (int)c->guards->len - 1;
}
