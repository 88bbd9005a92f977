#include "engine/chart/compiler.h"

#include <string.h>

static struct range compile_fields(struct compiler *c, const struct doc_field *docs, uint32_t count, int basis,
                                   const enum access_class *access);

static bool field_holds_options(const struct doc_field *doc)
{
    return doc->type == FIELD_ENUM || (doc->type == FIELD_LIST && doc->items != NULL && *doc->items == FIELD_ENUM);
}

static bool field_holds_fields(const struct doc_field *doc)
{
    return doc->type == FIELD_GROUP || (doc->type == FIELD_LIST && doc->items == NULL);
}

static void field_check_list(struct compiler *c, const struct doc_field *doc)
{
    if (doc->items != NULL && doc->type != FIELD_LIST)
        compiler_find(c, FINDING_MISPLACED_KEY, ".items", "only a list has items; expected type: list");
    if (doc->items != NULL && (*doc->items == FIELD_GROUP || *doc->items == FIELD_LIST))
        compiler_find(c, FINDING_MISPLACED_KEY, ".items",
                      "a list of groups names its `fields` instead of `items`; a list of lists is not possible");
    if (doc->items != NULL && doc->fields_count > 0)
        compiler_find(c, FINDING_CHOOSE_ONE, ".fields", "a list has `items` or `fields`, not both");
    else if (field_holds_fields(doc) && doc->fields_count == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "", "a %s; expected `fields`%s",
                      doc->type == FIELD_GROUP ? "group without fields" : "list of nothing",
                      doc->type == FIELD_LIST ? " or `items`" : "");
    else if (!field_holds_fields(doc) && doc->fields_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".fields", "only groups and lists have inner fields");
    if (doc->min_items != 0 && doc->type != FIELD_LIST)
        compiler_find(c, FINDING_MISPLACED_KEY, ".min_items", "only a list has min_items");
}

/* ${name} is an inner field of this type, without which ${key} of a list means nothing. */
static void field_check_inner(struct compiler *c, const struct doc_field *doc, const char *suffix, const char *name,
                              enum field_type type, const char *expected)
{
    for (uint32_t i = 0; doc->type == FIELD_LIST && i < doc->fields_count; i++)
        if (g_strcmp0(doc->fields[i].id, name) == 0 && doc->fields[i].type == type)
            return;
    compiler_find(c, FINDING_TYPE_MISMATCH, suffix,
                  "\"%s\" is no %s inside this; expected a list with it among its `fields`", name, expected);
}

static void field_check_entries(struct compiler *c, const struct doc_field *doc)
{
    if (doc->distinct != NULL)
        field_check_inner(c, doc, ".distinct", doc->distinct, FIELD_TEXT, "text");
    for (uint32_t i = 0; i < doc->some_count; i++)
        field_check_inner(c, doc, ".some", doc->some[i], FIELD_BOOL, "bool");
}

/* Each key where it means something, and nowhere else. */
static void field_check(struct compiler *c, const struct doc_field *doc, bool inner)
{
    field_check_list(c, doc);
    field_check_entries(c, doc);
    if (doc->not_past && doc->type != FIELD_DATE)
        compiler_find(c, FINDING_TYPE_MISMATCH, ".not_past", "only a date lies before or after the day of the filing");
    if (field_holds_options(doc) && doc->options_count == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "",
                      "an enum without options; expected `options` with the values that it may have");
    if (!field_holds_options(doc) && doc->options_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".options", "only an enum has options");
    if (doc->option_labels_count > 0 && doc->option_labels_count != doc->options_count)
        compiler_find(c, FINDING_BAD_VALUE, ".option_labels",
                      "%u labels for %u options; expected one for each, in the same order", doc->option_labels_count,
                      doc->options_count);
    if (doc->accept && doc->type != FIELD_BOOL)
        compiler_find(c, FINDING_MISPLACED_KEY, ".accept", "only a bool can be accepted");
    if ((doc->at_least != NULL || doc->at_most != NULL) && doc->type != FIELD_PERIOD)
        compiler_find(c, FINDING_TYPE_MISMATCH, doc->at_least != NULL ? ".at_least" : ".at_most",
                      "only a period has a length");
    if (doc->max != 0 && doc->type != FIELD_TEXT && doc->type != FIELD_LONGTEXT && doc->type != FIELD_LIST)
        compiler_find(c, FINDING_TYPE_MISMATCH, ".max", "only texts (characters) and lists (elements) have a max");
    if (doc->max < 0 || doc->min_items < 0)
        compiler_find(c, FINDING_BAD_VALUE, doc->max < 0 ? ".max" : ".min_items",
                      "a negative count; expected a number above 0");
    if (doc->required && doc->required_if != NULL)
        compiler_find(c, FINDING_CHOOSE_ONE, ".required_if", "`required` already says always; expected one of the two");
    if (doc->not_future && doc->type != FIELD_DATE && doc->type != FIELD_INSTANT)
        compiler_find(c, FINDING_TYPE_MISMATCH, ".not_future", "only a date or an instant can lie in the future");
    if (inner && doc->access != NULL)
        compiler_find(c, FINDING_MISPLACED_KEY, ".access",
                      "inner fields share the access class of their top-level field");
}

static void field_check_unique(struct compiler *c, const struct doc_field *docs, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (g_strcmp0(docs[i].id, docs[index].id) == 0) {
            compiler_find(c, FINDING_DUPLICATE_ID, ".id", "there is a field \"%s\" already", docs[index].id);
            return;
        }
}

static struct chart_text *field_option_labels(struct compiler *c, const struct doc_field *doc)
{
    struct chart_text *labels;

    if (doc->option_labels_count == 0)
        return NULL;
    labels = g_new0(struct chart_text, doc->option_labels_count);
    g_ptr_array_add(c->chart->owned, labels);
    for (uint32_t i = 0; i < doc->option_labels_count; i++)
        labels[i] = compiler_texts(c, &doc->option_labels[i]);
    return labels;
}

static void compile_field(struct compiler *c, const struct doc_field *doc, int index, int basis,
                          const enum access_class *access)
{
    struct chart_field field = {.required_if = CHART_NONE};

    compiler_check_id(c, ".id", doc->id, false);
    field_check(c, doc, access != NULL);
    field.id = compiler_text(c, doc->id == NULL ? "" : doc->id);
    field.type = doc->type;
    field.items = doc->items == NULL ? FIELD_TEXT : *doc->items;
    field.required = doc->required;
    field.accept = doc->accept;
    field.not_future = doc->not_future;
    field.label = compiler_texts(c, &doc->label);
    field.help = compiler_texts(c, &doc->help);
    field.basis = compiler_basis(c, ".basis", doc->basis, basis);
    field.access = access != NULL ? *access : doc->access != NULL ? *doc->access : ACCESS_CASE;
    field.max = doc->max;
    field.min_items = doc->min_items;
    field.distinct = compiler_text(c, doc->distinct);
    field.some = compiler_list(c, doc->some, doc->some_count);
    field.not_past = doc->not_past;
    field.options = compiler_list(c, doc->options, doc->options_count);
    field.option_labels = field_option_labels(c, doc);
    field.has_at_least = doc->at_least != NULL;
    field.has_at_most = doc->at_most != NULL;
    if (doc->at_least != NULL)
        field.at_least = compile_span(doc->at_least);
    if (doc->at_most != NULL)
        field.at_most = compile_span(doc->at_most);
    field.fields = compile_fields(c, doc->fields, doc->fields_count, field.basis, &field.access);
    g_array_index(c->fields, struct chart_field, index) = field;
}

/* Siblings stand side by side: their places are reserved before what lies inside them is added. */
static struct range compile_fields(struct compiler *c, const struct doc_field *docs, uint32_t count, int basis,
                                   const enum access_class *access)
{
    struct range range = {.first = (int)c->fields->len, .count = (int)count};

    g_array_set_size(c->fields, c->fields->len + count);
    for (uint32_t i = 0; i < count; i++) {
        gsize mark = compiler_enter(c, ".fields[%u]", i);

        field_check_unique(c, docs, i);
        compile_field(c, &docs[i], range.first + (int)i, basis, access);
        compiler_leave(c, mark);
    }
    return range;
}

/* Where a field of the top stands in the document: the form, and the place in it. */
static uint32_t field_form(const struct compiler *c, const struct doc_field *doc, uint32_t *place)
{
    for (uint32_t form = 0; form < c->doc->forms_count; form++)
        for (*place = 0; *place < c->doc->forms[form].fields_count; ++*place)
            if (&c->doc->forms[form].fields[*place] == doc)
                return form;
    g_assert_not_reached();
}

static void docs_put(gpointer data, gpointer user)
{
    const struct doc_field *doc = data;
    GPtrArray *docs = user;

    for (guint i = 0; i < docs->len; i++) {
        const struct doc_field *other = g_ptr_array_index(docs, i);

        if (g_strcmp0(other->id, doc->id) == 0) {
            docs->pdata[i] = (gpointer)(uintptr_t)doc;
            return;
        }
    }
    g_ptr_array_add(docs, (gpointer)(uintptr_t)doc);
}

/*
 * The fields of each form, those of the forms that it is like first; a name that comes again replaces its place. Each
 * is put together once, from those above: forms that are like several others would be walked without end else.
 */
static GPtrArray *forms_collect(const struct compiler *c)
{
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

    for (uint32_t form = 0; form < c->doc->forms_count; form++) {
        const struct doc_form *doc = &c->doc->forms[form];
        GPtrArray *docs = g_ptr_array_new();

        for (uint32_t l = 0; l < doc->like_count; l++)
            for (uint32_t i = 0; i < form; i++)
                if (g_strcmp0(c->doc->forms[i].id, doc->like[l]) == 0)
                    g_ptr_array_foreach(g_ptr_array_index(all, i), docs_put, docs);
        for (uint32_t i = 0; i < doc->fields_count; i++)
            docs_put(&doc->fields[i], docs);
        g_ptr_array_add(all, docs);
    }
    return all;
}

static void form_check(struct compiler *c, uint32_t form, const GPtrArray *docs)
{
    const struct doc_form *doc = &c->doc->forms[form];

    for (uint32_t l = 0; l < doc->like_count; l++) {
        g_autofree char *suffix = g_strdup_printf(".like[%u]", l);

        int above = chart_form_index(c->chart, doc->like[l]);

        if (above != CHART_NONE)
            c->chart->forms[above].extended = true;
        else
            compiler_find_unknown(c, FINDING_UNKNOWN_FORM, suffix, "form above", doc->like[l],
                                  COMPILER_IDS(c->chart->forms, c->chart->form_count));
    }
    if (docs->len == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "",
                      "a form that asks for nothing; expected `fields`, or `like` with forms above");
    for (uint32_t i = 0; i < doc->fields_count; i++) {
        gsize mark = compiler_enter(c, ".fields[%u]", i);

        field_check_unique(c, doc->fields, i);
        compiler_leave(c, mark);
    }
}

/* Compiles the fields of ${form}. What is wrong with one that stands in a form above was told there. */
static struct range compile_form_fields(struct compiler *c, uint32_t form, const GPtrArray *docs, int basis)
{
    g_autofree char *path = g_strdup(c->path->str);
    struct range range = {.first = (int)c->fields->len};

    form_check(c, form, docs);
    range.count = (int)docs->len;
    g_array_set_size(c->fields, c->fields->len + docs->len);
    for (guint i = 0; i < docs->len; i++) {
        uint32_t place, home = field_form(c, g_ptr_array_index(docs, i), &place);
        guint findings = c->findings->len;

        g_string_printf(c->path, ".forms[%u].fields[%u]", home, place);
        compile_field(c, g_ptr_array_index(docs, i), range.first + (int)i,
                      home == form ? basis : c->chart->forms[home].basis, NULL);
        if (home != form)
            g_ptr_array_set_size(c->findings, (int)findings);
    }
    g_string_assign(c->path, path);
    return range;
}

void compile_forms(struct compiler *c)
{
    g_autoptr(GPtrArray) all = forms_collect(c);
    struct chart *chart = c->chart;

    chart->forms = g_new0(struct chart_form, c->doc->forms_count);
    for (uint32_t i = 0; i < c->doc->forms_count; i++) {
        const struct doc_form *doc = &c->doc->forms[i];
        struct chart_form *form = &chart->forms[i];
        gsize mark = compiler_enter(c, ".forms[%u]", i);

        compiler_check_id(c, ".id", doc->id, false);
        if (doc->id != NULL && chart_form_index(chart, doc->id) != CHART_NONE)
            compiler_find(c, FINDING_DUPLICATE_ID, ".id", "there is a form \"%s\" already", doc->id);
        form->id = compiler_text(c, doc->id == NULL ? "" : doc->id);
        form->title = compiler_texts(c, &doc->title);
        form->basis = compiler_basis(c, ".basis", doc->basis, chart->basis);
        form->fields = compile_form_fields(c, i, g_ptr_array_index(all, i), form->basis);
        chart->form_count++;
        compiler_leave(c, mark);
    }
    chart->field_count = (int)c->fields->len;
    chart->fields = (struct chart_field *)(gpointer)g_array_free(g_steal_pointer(&c->fields), FALSE);
}

/* ${list}: the list of maps that the field stands in, whose entry it may name; CHART_NONE: none. */
static void compile_field_guard(struct compiler *c, const struct doc_field *doc, int index, int form, int list)
{
    struct scope scope = {.state = CHART_NONE, .form = form, .required = true, .entry_of = list};
    struct range inner = c->chart->fields[index].fields;

    if (doc->required_if != NULL) {
        gsize mark = compiler_enter(c, ".required_if");

        c->chart->fields[index].required_if = compile_guard(c, doc->required_if, &scope);
        compiler_leave(c, mark);
    }
    for (int i = 0; i < inner.count; i++) {
        gsize mark = compiler_enter(c, ".fields[%d]", i);

        compile_field_guard(c, &doc->fields[i], inner.first + i, form, doc->type == FIELD_LIST ? index : list);
        compiler_leave(c, mark);
    }
}

void compile_form_guards(struct compiler *c)
{
    g_autoptr(GPtrArray) all = forms_collect(c);

    for (uint32_t form = 0; form < c->doc->forms_count; form++) {
        struct range range = c->chart->forms[form].fields;
        const GPtrArray *docs = g_ptr_array_index(all, form);

        for (int i = 0; i < range.count; i++) {
            uint32_t place, home = field_form(c, g_ptr_array_index(docs, (guint)i), &place);

            g_string_printf(c->path, ".forms[%u].fields[%u]", home, place);
            compile_field_guard(c, g_ptr_array_index(docs, (guint)i), range.first + i, (int)form, CHART_NONE);
        }
        g_string_truncate(c->path, 0);
    }
}
