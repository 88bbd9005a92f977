#include "engine/chart/compiler.h"

#include <string.h>

/* Beyond it an integer is not the same to every reader of JSON (RFC 8785, 3.1; RFC 7493, 2.2). */
#define NUMBER_MAX INT64_C(9007199254740991)

static bool doc_has_number(const struct doc_guard *doc)
{
    return doc->at_least != NULL || doc->at_most != NULL || doc->more_than != NULL || doc->less_than != NULL;
}

static int doc_comparisons(const struct doc_guard *doc)
{
    return (doc->is != NULL) + (doc->in_count > 0) + doc->present + doc->absent + (doc->day_after != NULL) +
           (doc->passed != NULL) + (doc->has != NULL) + (doc->at_least != NULL) + (doc->at_most != NULL) +
           (doc->more_than != NULL) + (doc->less_than != NULL) + (doc->before != NULL) + (doc->after != NULL);
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

static void compare_day_after(struct compiler *c, const struct doc_guard *doc, struct chart_guard *guard)
{
    const char *rest = NULL;

    guard->kind = GUARD_DAY_AFTER;
    guard->relation = path_relation(c->chart, doc->day_after, &rest);
    if (guard->relation == CHART_NONE)
        compiler_find(c, FINDING_TYPE_MISMATCH, ".day_after",
                      "\"%s\" names no date of a linked case; expected RELATION.path with one of `relations`",
                      doc->day_after);
    guard->other_path = compiler_text(c, rest);
}

static bool form_has(const struct chart *chart, int form, const char *path)
{
    return types_field(chart, chart->forms[form].fields, path, strcspn(path, ".")) != CHART_NONE;
}

/* Resolves a path that the guard reads. What a form's own required_if asks of the form need not be kept in the case. */
static bool compare_read(struct compiler *c, const char *suffix, const char *path, const struct scope *scope,
                         struct path_target *target)
{
    struct scope kept = *scope;

    kept.any_input = false; /* of what a signal carries a guard reads what has been set */
    if (!compiler_resolve(c, suffix, path, &kept, target))
        return false;
    if (!scope->required || !form_has(c->chart, scope->form, path))
        compiler_read(c, suffix, path, READ_DECIDE);
    return true;
}

/* The other side of a comparison when it is a path: of one of two types. */
static void compare_base(struct compiler *c, const char *suffix, const char *path, const struct scope *scope,
                         const enum field_type types[2], struct chart_guard *guard)
{
    struct path_target target;

    if (!compare_read(c, suffix, path, scope, &target))
        return;
    if (target.typed && target.type != types[0] && target.type != types[1])
        compiler_find(c, FINDING_TYPE_MISMATCH, suffix, "\"%s\" is a %s; expected %s %s", path, types_name(target.type),
                      types[0] == FIELD_INT ? "the path of an" : "the path of a", types_name(types[0]));
    guard->base = compiler_text(c, path);
}

/* Is ${text} meant as a number or a date rather than as a path? */
static bool text_is_literal(const char *text)
{
    return g_ascii_isdigit(text[0]) || text[0] == '-' || text[0] == '+';
}

static void compare_number(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                           struct chart_guard *guard)
{
    static const enum field_type ints[2] = {FIELD_INT, FIELD_INT};
    const struct {
        const char *suffix, *text;
        int64_t low, high; /* around the operand; the extremes stand for no bound */
    } rows[] = {{".at_least", doc->at_least, 0, INT64_MAX},
                {".at_most", doc->at_most, INT64_MIN, 0},
                {".more_than", doc->more_than, 1, INT64_MAX},
                {".less_than", doc->less_than, INT64_MIN, -1},
                {".is", doc->is, 0, 0}};
    gint64 number = 0;
    size_t i = 0;

    while (rows[i].text == NULL)
        i++;
    guard->kind = GUARD_NUMBER;
    if (doc->count == NULL && !text_is_literal(rows[i].text))
        compare_base(c, rows[i].suffix, rows[i].text, scope, ints, guard);
    else if (!g_ascii_string_to_signed(rows[i].text, 10, -NUMBER_MAX, NUMBER_MAX, &number, NULL))
        compiler_find(c, FINDING_TYPE_MISMATCH, rows[i].suffix, "\"%s\" is no number; expected digits%s", rows[i].text,
                      doc->count == NULL ? ", or the path of an int" : "");
    guard->low = rows[i].low == INT64_MIN ? INT64_MIN : number + rows[i].low;
    guard->high = rows[i].high == INT64_MAX ? INT64_MAX : number + rows[i].high;
}

/* What is added or taken away. */
static void compare_span(struct compiler *c, const struct doc_guard *doc, struct guard_time *time)
{
    const struct doc_span *span = doc->plus != NULL ? doc->plus : doc->minus;
    const char *suffix = doc->plus != NULL ? ".plus" : ".minus";
    g_autoptr(GError) error = NULL;

    if (span == NULL)
        return;
    time->rule = (struct period_rule){
        .span = compile_span(span),
        .direction = doc->plus != NULL ? PERIOD_AFTER : PERIOD_BEFORE,
        .zone = c->chart->zone,
        .calendar = c->doc->calendar == NULL ? NULL : rulebook_calendar(c->book, c->doc->calendar)};
    if (doc->plus != NULL && doc->minus != NULL)
        compiler_find(c, FINDING_CHOOSE_ONE, ".minus", "plus and minus at once; expected one of them");
    else if (time->base == GUARD_TIME_FIXED)
        compiler_find(c, FINDING_MISPLACED_KEY, suffix,
                      "a fixed day or instant needs no span; expected the one that is meant");
    else if (c->chart->zone != NULL && !period_rule_check(&time->rule, &error))
        compiler_find(c, FINDING_BAD_PERIOD, suffix, "%s", error->message);
}

static void compare_time(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                         const struct path_target *target, struct chart_guard *guard)
{
    const char *text = doc->after != NULL ? doc->after : doc->before;
    const char *suffix = doc->after != NULL ? ".after" : ".before", *now;
    enum field_type types[2] = {FIELD_DATE, FIELD_INSTANT};
    struct guard_time *time = &guard->time;

    guard->kind = GUARD_TIME;
    time->after = doc->after != NULL;
    if (target->typed)
        types[0] = types[1] = target->type == FIELD_INSTANT ? FIELD_INSTANT : FIELD_DATE;
    now = types[0] == FIELD_DATE ? "today" : "now";
    if (strcmp(text, "now") == 0 || strcmp(text, "today") == 0) {
        time->base = GUARD_TIME_NOW;
        time->days = strcmp(text, "today") == 0;
        if (target->typed && strcmp(text, now) != 0)
            compiler_find(c, FINDING_TYPE_MISMATCH, suffix, "\"%s\" beside a field of type %s; did you mean \"%s\"?",
                          text, types_name(target->type), now);
    } else if (!text_is_literal(text)) {
        time->base = GUARD_TIME_FIELD;
        compare_base(c, suffix, text, scope, types, guard);
    } else {
        time->base = GUARD_TIME_FIXED;
        time->days = civil_parse(text, &time->day);
        if (!time->days && !instant_parse(text, &time->at)) {
            time->base = GUARD_TIME_FIELD; /* told once is enough */
            compiler_find(c, FINDING_TYPE_MISMATCH, suffix, "\"%s\" is no %s; expected %s or the path of one", text,
                          types_name(types[0]),
                          types[0] == FIELD_DATE ? "YYYY-MM-DD, today" : "an instant as in RFC 3339, now");
        }
    }
    compare_span(c, doc, time);
}

/* The texts of the definition in the type that they are compared in; that of an unknown one stays text. */
static void operand_convert(struct value **operand, enum field_type type)
{
    const char *text = value_text(*operand);
    struct value *v = NULL;

    if (type == FIELD_BOOL)
        v = value_new_bool(strcmp(text, "true") == 0);
    else if (type == FIELD_INT)
        v = value_new_int(g_ascii_strtoll(text, NULL, 10));
    if (v == NULL)
        return;
    value_unref(*operand);
    *operand = v;
}

static void operands_convert(struct chart_guard *guard, enum field_type type)
{
    struct value *list;

    if (value_kind(guard->operand) == VALUE_TEXT)
        operand_convert(&guard->operand, type);
    if (value_kind(guard->operand) != VALUE_LIST)
        return;
    list = value_new_list();
    for (size_t i = 0; i < value_size(guard->operand); i++) {
        struct value *v = value_ref(value_at(guard->operand, i));

        operand_convert(&v, type);
        value_list_add(list, v);
    }
    value_unref(guard->operand);
    guard->operand = list;
}

/* Holds what is compared up to its type; what another workflow decides is held up to it by types_verify. */
static void compare_check(struct compiler *c, const struct path_target *target, struct chart_guard *guard)
{
    enum field_type type = target->type;
    struct type_misfit misfit;

    guard->typed = target->typed;
    if (!target->typed)
        return;
    if (!types_fit(c->chart, guard, target, &misfit)) {
        compiler_find(c, misfit.code, misfit.key, "%s", misfit.why);
        g_free(misfit.why);
        return;
    }
    if (guard->kind == GUARD_HAS)
        type = c->chart->fields[target->field].items;
    if (guard->operand != NULL)
        operands_convert(guard, type);
}

/* The one comparison of ${doc}, but for passed, with what ${target} says of its subject. */
static void compile_comparison(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                               const struct path_target *target, struct chart_guard *guard)
{
    if (doc->present || doc->absent) {
        guard->kind = doc->present ? GUARD_PRESENT : GUARD_ABSENT;
    } else if (doc->is != NULL) {
        guard->kind = GUARD_IS;
        guard->operand = value_new_text(doc->is);
    } else if (doc->has != NULL) {
        guard->kind = GUARD_HAS;
        guard->operand = value_new_text(doc->has);
    } else if (doc_has_number(doc)) {
        compare_number(c, doc, scope, guard);
    } else if (doc->before != NULL || doc->after != NULL) {
        compare_time(c, doc, scope, target, guard);
    } else if (doc->day_after != NULL) {
        compare_day_after(c, doc, guard);
    } else {
        guard->kind = GUARD_IN;
        guard->operand = value_new_list();
        for (uint32_t i = 0; i < doc->in_count; i++)
            value_list_add(guard->operand, value_new_text(doc->in[i]));
    }
    compare_check(c, target, guard);
}

bool compile_compare_field(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                           struct chart_guard *guard)
{
    struct path_target target;
    int comparisons = doc_comparisons(doc);

    if (comparisons != 1) {
        compiler_find(
            c, FINDING_CHOOSE_ONE, "",
            "field \"%s\" with %d comparisons; expected exactly one of is, in, present, absent, has, at_least, "
            "at_most, more_than, less_than, before, after, day_after, passed",
            doc->field, comparisons);
        return false;
    }
    if (!compare_read(c, ".field", doc->field, scope, &target))
        return false;
    guard->path = compiler_text(c, doc->field);
    if (doc->passed == NULL) {
        compile_comparison(c, doc, scope, &target, guard);
        return true;
    }
    if (!compile_passed(c, doc, guard))
        return false;
    compare_check(c, &target, guard);
    return true;
}

/* A field of a linked case: its type is known when all workflows are, types_verify. */
static void compare_linked_field(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                                 struct chart_guard *guard)
{
    const struct path_target unknown = {.field = CHART_NONE};

    if (doc->day_after != NULL || doc->passed != NULL || doc_comparisons(doc) != 1)
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "the field \"%s\" of a linked case with %d comparisons; expected exactly one of is, in, present, "
                      "absent, has, at_least, at_most, more_than, less_than, before, after",
                      doc->field, doc_comparisons(doc) - (doc->day_after != NULL) - (doc->passed != NULL));
    else
        compile_comparison(c, doc, scope, &unknown, guard);
    guard->other_path = compiler_text(c, doc->field);
}

bool compile_compare_linked(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                            struct chart_guard *guard)
{
    int comparisons = (doc->in_count > 0) + (doc->before != NULL) + doc->present + doc->absent;

    guard->kind = GUARD_LINKED;
    guard->relation = chart_relation_index(c->chart, doc->linked);
    if (scope->required)
        compiler_find(c, FINDING_MISPLACED_KEY, ".linked",
                      "a form knows no linked cases; expected a guard over its fields or a flag");
    if (guard->relation == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_RELATION, ".linked", "relation", doc->linked,
                              COMPILER_IDS(c->chart->relations, c->chart->relation_count));
    else if (guard->relation != CHART_NONE && c->chart->relations[guard->relation].linked_by != NULL)
        compiler_find(c, FINDING_WRONG_RELATION, ".linked",
                      "\"%s\" leads to any number of cases; a guard reads the one that another leads to", doc->linked);
    if (doc->field != NULL) {
        compare_linked_field(c, doc, scope, guard);
        return guard->relation != CHART_NONE && guard->kind != GUARD_LINKED;
    }
    if (comparisons != 1 || doc_comparisons(doc) != 1)
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "linked \"%s\" with %d comparisons; expected exactly one of in, before, present, absent, or "
                      "`field` with a comparison of it",
                      doc->linked, comparisons);
    guard->names = compiler_list(c, doc->in, doc->in_count);
    guard->deadline = compiler_text(c, doc->before);
    guard->absent = doc->absent;
    return guard->relation != CHART_NONE;
}

/* How far back the counting goes. */
static void compare_within(struct compiler *c, const struct doc_span *within, struct chart_guard *guard)
{
    struct period_rule *rule = &guard->time.rule;
    g_autoptr(GError) error = NULL;

    *rule = (struct period_rule){.span = compile_span(within),
                                 .direction = PERIOD_BEFORE,
                                 .zone = c->chart->zone,
                                 .calendar =
                                     c->doc->calendar == NULL ? NULL : rulebook_calendar(c->book, c->doc->calendar)};
    if (c->chart->zone != NULL && !period_rule_check(rule, &error))
        compiler_find(c, FINDING_BAD_PERIOD, ".within", "%s", error->message);
    if (!g_ptr_array_find(c->times, guard->event, NULL))
        g_ptr_array_add(c->times, guard->event);
}

bool compile_compare_count(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                           struct chart_guard *guard)
{
    if (doc_comparisons(doc) != 1 || (!doc_has_number(doc) && doc->is == NULL)) {
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "a count of \"%s\" that is compared with nothing; expected exactly one of at_least, at_most, "
                      "more_than, less_than, is",
                      doc->count);
        return false;
    }
    guard->event = compiler_text(c, doc->count);
    if (!g_ptr_array_find(c->counts, guard->event, NULL))
        g_ptr_array_add(c->counts, guard->event);
    if (doc->within != NULL)
        compare_within(c, doc->within, guard);
    compare_number(c, doc, scope, guard);
    return true;
}

/* What stands beside a key that it does not belong to. */
void compile_compare_strays(struct compiler *c, const struct doc_guard *doc)
{
    bool subject = doc->field != NULL || doc->linked != NULL || doc->count != NULL;

    if (!subject && doc_comparisons(doc) > (doc->passed != NULL))
        compiler_find(c, FINDING_MISPLACED_KEY, "", "a comparison without `field`, `linked` or `count`");
    if (doc->within != NULL && doc->count == NULL)
        compiler_find(c, FINDING_MISPLACED_KEY, ".within", "a span beside nothing; expected `count`");
    if ((doc->plus != NULL || doc->minus != NULL) &&
        (doc->field == NULL || (doc->before == NULL && doc->after == NULL)))
        compiler_find(c, FINDING_MISPLACED_KEY, doc->plus != NULL ? ".plus" : ".minus",
                      "a span beside nothing; expected `before` or `after` of a field");
}
