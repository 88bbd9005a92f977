#include "engine/chart/compile.h"

#include "engine/chart/compiler.h"
#include "engine/chart/suggest.h"
#include "engine/chart/verify.h"

#include <string.h>

static void compile_head(struct compiler *c)
{
    const struct doc_workflow *doc = c->doc;
    struct chart *chart = c->chart;

    compiler_check_id(c, ".workflow", doc->workflow, true);
    chart->workflow = compiler_text(c, doc->workflow);
    chart->version = doc->version;
    if (doc->version < 1)
        compiler_find(c, FINDING_BAD_VALUE, ".version", "version %d; expected a number from 1", doc->version);
    if (doc->effective == NULL || !civil_parse(doc->effective, &chart->effective))
        compiler_find(c, FINDING_BAD_VALUE, ".effective", "\"%s\" is no date; expected YYYY-MM-DD",
                      doc->effective == NULL ? "" : doc->effective);
    chart->prefix = compiler_text(c, doc->prefix);
    if (doc->prefix == NULL || doc->prefix[0] == '\0' || strlen(doc->prefix) > 8 ||
        doc->prefix[strspn(doc->prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0')
        compiler_find(c, FINDING_BAD_VALUE, ".prefix", "no prefix for case numbers; expected one to eight letters A-Z");
    chart->title = compiler_texts(c, &doc->title);
    chart->zone = doc->zone == NULL ? NULL : rulebook_zone(c->book, doc->zone);
    if (chart->zone == NULL)
        compiler_find(c, FINDING_UNKNOWN_ZONE, ".zone",
                      "there is no time zone \"%s\"; expected a name such as Asia/Tokyo",
                      doc->zone == NULL ? "" : doc->zone);
    if (doc->calendar != NULL)
        compiler_calendar(c, doc->calendar);
    if (doc->basis == NULL && !c->lenient)
        compiler_find(c, FINDING_NEEDS_KEY, "",
                      "a workflow without basis; expected `basis` with a rule that all rows inherit");
    chart->basis = compiler_basis(c, ".basis", doc->basis, CHART_NONE);
    chart->one_per_subject = doc->open_at_most != NULL;
    if (doc->open_at_most != NULL && g_strcmp0(doc->open_at_most->one_per, "subject") != 0)
        compiler_find(c, FINDING_BAD_VALUE, ".open_at_most.one_per",
                      "a limit that is not per subject; expected subject");
}

static void compile_relations(struct compiler *c)
{
    struct chart *chart = c->chart;

    if (c->doc->relations_count > CHART_RELATIONS_MAX)
        compiler_find(c, FINDING_TOO_MANY, ".relations", "more than %d relations", CHART_RELATIONS_MAX);
    chart->relations = g_new0(struct chart_relation, c->doc->relations_count);
    for (uint32_t i = 0; i < c->doc->relations_count; i++) {
        const struct doc_relation *doc = &c->doc->relations[i];
        gsize mark = compiler_enter(c, ".relations[%u]", i);

        compiler_check_id(c, ".id", doc->id, true);
        if (doc->id != NULL && chart_relation_index(chart, doc->id) != CHART_NONE)
            compiler_find(c, FINDING_DUPLICATE_ID, ".id", "there is a relation \"%s\" already", doc->id);
        if (doc->same_subject + doc->linked + (doc->owned_by != NULL) + (doc->linked_by != NULL) != 1)
            compiler_find(c, FINDING_CHOOSE_ONE, "",
                          "a relation that says not, or twice, how its cases are found; expected exactly one of "
                          "same_subject: true, linked: true, owned_by, linked_by");
        chart->relations[i] = (struct chart_relation){.id = compiler_text(c, doc->id == NULL ? "" : doc->id),
                                                      .workflow = compiler_text(c, doc->workflow),
                                                      .same_subject = doc->same_subject,
                                                      .owned_by = compiler_text(c, doc->owned_by),
                                                      .linked_by = compiler_text(c, doc->linked_by)};
        chart->relation_count++;
        compiler_leave(c, mark);
    }
}

/* The fields that name an organisation whose case is meant; once the forms are there. */
static void compile_relation_owners(struct compiler *c)
{
    struct scope scope = {.state = CHART_NONE, .form = CHART_NONE};
    struct path_target target;

    for (uint32_t i = 0; i < c->doc->relations_count; i++) {
        const char *field = c->doc->relations[i].owned_by;
        gsize mark = compiler_enter(c, ".relations[%u]", i);

        if (field != NULL && compiler_resolve(c, ".owned_by", field, &scope, &target)) {
            if (target.typed && target.type != FIELD_ORG)
                compiler_find(c, FINDING_TYPE_MISMATCH, ".owned_by",
                              "\"%s\" names no organisation; expected a field of type org", field);
            compiler_read(c, ".owned_by", field, READ_DECIDE);
        }
        compiler_leave(c, mark);
    }
}

/* Does ${format} consist of text, {yy}, {yyyy} and exactly one {n:W}? */
static bool number_format_is_valid(const char *format)
{
    int counters = 0;

    for (const char *p = format; *p != '\0'; p++) {
        if (*p == '}')
            return false;
        if (*p != '{')
            continue;
        if (g_str_has_prefix(p, "{yy}"))
            p += 3;
        else if (g_str_has_prefix(p, "{yyyy}"))
            p += 5;
        else if (g_str_has_prefix(p, "{n:") && p[3] >= '1' && p[3] <= '9' && p[4] == '}') {
            p += 4;
            counters++;
        } else
            return false;
    }
    return counters == 1;
}

static void compile_numbers(struct compiler *c)
{
    struct chart *chart = c->chart;

    if (c->doc->numbers_count > CHART_NUMBERS_MAX)
        compiler_find(c, FINDING_TOO_MANY, ".numbers", "more than %d numbers", CHART_NUMBERS_MAX);
    chart->numbers = g_new0(struct chart_number, c->doc->numbers_count);
    for (uint32_t i = 0; i < c->doc->numbers_count; i++) {
        const struct doc_number *doc = &c->doc->numbers[i];
        gsize mark = compiler_enter(c, ".numbers[%u]", i);

        compiler_check_id(c, ".id", doc->id, false);
        for (uint32_t other = 0; other < i; other++)
            if (g_strcmp0(chart->numbers[other].id, doc->id) == 0)
                compiler_find(c, FINDING_DUPLICATE_ID, ".id", "there is a number \"%s\" already", doc->id);
        if (doc->format == NULL || !number_format_is_valid(doc->format))
            compiler_find(
                c, FINDING_BAD_VALUE, ".format",
                "no format of a number; expected text with {yy} or {yyyy} and one {n:W}, W digits at least, 1 to 9");
        chart->numbers[i] = (struct chart_number){.id = compiler_text(c, doc->id == NULL ? "" : doc->id),
                                                  .format = compiler_text(c, doc->format),
                                                  .counter = compiler_text(c, doc->counter ? doc->counter : doc->id),
                                                  .basis = compiler_basis(c, ".basis", doc->basis, chart->basis)};
        chart->number_count++;
        compiler_leave(c, mark);
    }
}

/* Which version a case follows is asked before it has one: by a field that every opening brings. */
static void compile_version_by(struct compiler *c)
{
    struct scope scope = {.state = CHART_NONE, .form = c->chart->opening_form, .form_only = true};
    const char *field = c->doc->version_by;
    struct path_target target;

    c->chart->version_by = compiler_text(c, field);
    if (scope.form == CHART_NONE)
        compiler_find(c, FINDING_VERSION_KEY, ".version_by",
                      "nobody brings \"%s\" when a case is opened; expected opened_by with a form", field);
    else if (compiler_resolve(c, ".version_by", field, &scope, &target) &&
             (target.field == CHART_NONE || !c->chart->fields[target.field].required ||
              (target.type != FIELD_DATE && target.type != FIELD_INSTANT)))
        compiler_find(c, FINDING_VERSION_KEY, ".version_by",
                      "\"%s\" chooses no version; expected a required date or instant", field);
}

static void compile_opening(struct compiler *c)
{
    const struct doc_opened_by *doc = &c->doc->opened_by;
    struct chart *chart = c->chart;
    gsize mark = compiler_enter(c, ".opened_by");
    bool none;

    if (doc->signal == NULL && doc->by_count == 0)
        compiler_find(c, FINDING_NOBODY_OPENS, "", "nobody opens a case; expected `signal`, or `by` with roles");
    if (doc->signal != NULL)
        compiler_check_id(c, ".signal", doc->signal, false);
    chart->opened_by_signal = compiler_text(c, doc->signal);
    chart->opened_by = compile_roles(c, "by", doc->by, doc->by_count, &none);
    if (none)
        compiler_find(c, FINDING_NOBODY_OPENS, ".by", "none opens no case; expected roles");
    chart->opening_form = doc->form == NULL ? CHART_NONE : chart_form_index(chart, doc->form);
    if (doc->form != NULL && chart->opening_form == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_FORM, ".form", "form", doc->form,
                              COMPILER_IDS(chart->forms, chart->form_count));
    chart->about_subject = chart->one_per_subject || doc->about != NULL;
    if (doc->about != NULL && strcmp(doc->about, "subject") != 0)
        compiler_find(c, FINDING_BAD_VALUE, ".about", "a case is not about \"%s\"; expected subject", doc->about);
    if (doc->form != NULL && doc->by_count == 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".form",
                      "a signal fills in no form; expected `by` with the roles that do");
    compiler_leave(c, mark);
    if (c->doc->version_by != NULL)
        compile_version_by(c);
}

/* Nobody ever raises the event of not_by[${place}]. */
static void find_person(struct compiler *c, int take, int place)
{
    const char *event = c->chart->takes[take].not_by[place];
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GString) path = g_string_new(NULL);
    struct chart_finding *finding;

    for (int t = 0; t < c->chart->take_count; t++)
        if (c->chart->takes[t].trigger == TRIGGER_EVENT && c->chart->takes[t].name != NULL)
            g_ptr_array_add(names, c->chart->takes[t].name);
    chart_take_path(c->chart, take, path);
    g_string_append_printf(path, ".not_by[%d].person_of", place);
    finding = chart_findings_add(c->findings, FINDING_UNKNOWN_EVENT, path->str,
                                 "no row lets persons raise \"%s\"; expected open, or the event of a row", event);
    finding->suggestion = g_strdup(name_nearest(event, names));
}

/* Each not_by asks for the person of an event that exists. */
static void compile_persons(struct compiler *c)
{
    struct chart *chart = c->chart;

    for (int t = 0; t < chart->take_count; t++)
        for (char **event = chart->takes[t].not_by; event != NULL && *event != NULL; event++) {
            bool known =
                strcmp(*event, "open") == 0 || (strcmp(*event, "rectify") == 0 && chart->rectified_by.count > 0);

            for (int other = 0; other < chart->take_count && !known; other++)
                known =
                    chart->takes[other].trigger == TRIGGER_EVENT && g_strcmp0(chart->takes[other].name, *event) == 0;
            if (!known)
                find_person(c, t, (int)(event - chart->takes[t].not_by));
        }
    chart->persons_of = compiler_list(c, (char *const *)c->persons->pdata, c->persons->len);
}

static void read_release(gpointer data)
{
    struct read *read = data;

    g_free(read->name);
    g_free(read->path);
}

static void compiler_init(struct compiler *c)
{
    c->chart->strings = g_string_chunk_new(4096);
    c->chart->owned = g_ptr_array_new_with_free_func(g_free);
    c->path = g_string_new(NULL);
    c->fields = g_array_new(FALSE, TRUE, sizeof(struct chart_field));
    c->takes = g_array_new(FALSE, TRUE, sizeof(struct chart_take));
    c->guards = g_array_new(FALSE, TRUE, sizeof(struct chart_guard));
    c->actions = g_array_new(FALSE, TRUE, sizeof(struct chart_action));
    c->states = g_array_new(FALSE, TRUE, sizeof(struct chart_state));
    c->deadlines = g_array_new(FALSE, TRUE, sizeof(struct chart_deadline));
    c->data_names = g_ptr_array_new();
    c->flags = g_ptr_array_new();
    c->persons = g_ptr_array_new();
    c->counts = g_ptr_array_new();
    c->times = g_ptr_array_new();
    c->reads = g_array_new(FALSE, TRUE, sizeof(struct read));
    g_array_set_clear_func(c->reads, read_release);
}

/* Hands the arrays over to the chart. */
static void compiler_release(struct compiler *c)
{
    struct chart *chart = c->chart;

    chart->take_count = (int)c->takes->len;
    chart->takes = (struct chart_take *)(gpointer)g_array_free(c->takes, FALSE);
    chart->guard_count = (int)c->guards->len;
    chart->guards = (struct chart_guard *)(gpointer)g_array_free(c->guards, FALSE);
    chart->action_count = (int)c->actions->len;
    chart->actions = (struct chart_action *)(gpointer)g_array_free(c->actions, FALSE);
    g_clear_pointer(&c->fields, g_array_unref);
    g_clear_pointer(&c->states, g_array_unref);
    g_clear_pointer(&c->deadlines, g_array_unref);
    g_ptr_array_unref(c->data_names);
    g_ptr_array_unref(c->flags);
    g_string_free(c->path, TRUE);
}

/* Runs ${part}, all of whose findings are demands. */
static void compile_demands(struct compiler *c, void (*part)(struct compiler *c))
{
    guint before = c->findings->len;

    part(c);
    if (c->lenient)
        g_ptr_array_set_size(c->findings, (int)before);
}

static struct chart *compile_document(const struct doc_workflow *doc, const struct rulebook *book, bool lenient,
                                      GPtrArray *findings)
{
    struct chart *chart = g_new0(struct chart, 1);
    struct compiler c = {.doc = doc, .book = book, .chart = chart, .findings = findings, .lenient = lenient};
    guint before = findings->len;

    chart->book = book;
    chart->lenient = lenient;
    compiler_init(&c);
    compile_head(&c);
    compile_relations(&c);
    compile_numbers(&c);
    compile_forms(&c);
    compile_data(&c);
    if (compile_state_names(&c)) {
        compile_form_guards(&c);
        compile_relation_owners(&c);
        compile_opening(&c);
        compile_states(&c);
        compile_rectify(&c);
        compile_demands(&c, compile_kept);
    }
    compiler_release(&c);
    compile_demands(&c, compile_persons);
    compile_demands(&c, compile_counts);
    compile_demands(&c, compile_internal_events);
    g_ptr_array_unref(c.persons);
    g_ptr_array_unref(c.counts);
    g_ptr_array_unref(c.times);
    if (lenient)
        lenient_forgive(findings, before);
    if (findings->len == before) {
        compile_index(chart);
        compile_unset(&c);
    }
    g_array_unref(c.reads);
    if (findings->len == before && !lenient)
        chart_verify(chart, findings);
    if (findings->len == before)
        return chart;
    chart_free(chart);
    return NULL;
}

struct chart *chart_compile(const struct doc_workflow *doc, const struct rulebook *book, GPtrArray *findings)
{
    return compile_document(doc, book, false, findings);
}

struct chart *chart_compile_lenient(const struct doc_workflow *doc, const struct rulebook *book, GPtrArray *findings)
{
    struct doc_workflow head = lenient_head(doc);

    return compile_document(&head, book, true, findings);
}
