#include "engine/chart/compiler.h"

#include <string.h>

#define ACTION_ONE_OF                                                                                                  \
    "expected exactly one of set, update, clear, flag, unflag, allocate, signal, notify, restart, start, cancel, "     \
    "raise, link, publish, "                                                                                           \
    "mark, "                                                                                                           \
    "unmark, "                                                                                                         \
    "withdraw_entry"

/* What a notice may always show, whatever the workflow; filled in by the core and the outbox. */
static const char *const notice_facts[] = {
    "number", "link", "deadline.label", "deadline.last_day", "deadline.due", "deadline.time", NULL};

/* The one recipient that is found through the case's data: a field of type org. */
#define RECIPIENT_AUDITOR "auditor"

/* Whom a notice of a lenient chart is for when it does not say. */
#define RECIPIENT_LENIENT "owner.contacts"

/* Which persons of an organisation a notice is for. */
static const char *const recipient_kinds[] = {"contacts", "queue", "lead", NULL};

struct notice_reader {
    struct compiler *c;
    const char *suffix, *notice;
};

static void notice_read(const struct notice_reader *r, const char *variable)
{
    struct compiler *c = r->c;
    struct scope scope = {.state = CHART_NONE, .form = CHART_NONE};
    struct path_target target;

    if (g_strv_contains(notice_facts, variable))
        return;
    if (compiler_resolve(c, r->suffix, variable, &scope, &target)) {
        compiler_read(c, r->suffix, variable, READ_NOTICE);
    } else {
        struct chart_finding *finding = g_ptr_array_index(c->findings, c->findings->len - 1);
        g_autofree char *why = finding->text;

        finding->text = g_strdup_printf("the notice \"%s\" shows {{%s}}: %s", r->notice, variable, why);
    }
}

/* Finds each {{variable}} of a template. */
static void template_read(const struct notice_reader *r, const char *text)
{
    const char *open = text, *close;

    while (open != NULL && (open = strstr(open, "{{")) != NULL) {
        g_autofree char *variable = NULL;

        close = strstr(open, "}}");
        if (close == NULL) {
            compiler_find(r->c, FINDING_BAD_VALUE, r->suffix, "the notice \"%s\" opens {{ and never closes it",
                          r->notice);
            return;
        }
        variable = g_strndup(open + 2, (gsize)(close - open - 2));
        notice_read(r, variable);
        open = close + 2;
    }
}

char *compile_notice(struct compiler *c, const char *suffix, const char *id)
{
    const struct chart_notice *notice = rulebook_notice(c->book, id);
    struct notice_reader reader = {.c = c, .suffix = suffix, .notice = id};

    if (notice == NULL) {
        compiler_find_unknown(
            c, FINDING_UNKNOWN_NOTICE, suffix, "notice", id,
            compiler_ids(c->book->notices->data, sizeof(struct chart_notice), (int)c->book->notices->len));
        return compiler_text(c, id);
    }
    template_read(&reader, notice->subject.ja);
    template_read(&reader, notice->subject.en);
    template_read(&reader, notice->body.ja);
    template_read(&reader, notice->body.en);
    return compiler_text(c, id);
}

/* A role, or the organisation that the case's data names as its auditor. */
static void recipient_check(struct compiler *c, const char *suffix, const char *who)
{
    struct scope scope = {.state = CHART_NONE, .form = CHART_NONE};
    struct path_target target;

    if (rulebook_role(c->book, who) != CHART_NONE)
        return;
    if (strcmp(who, RECIPIENT_AUDITOR) != 0) {
        compiler_find_unknown(c, FINDING_UNKNOWN_ROLE, suffix, "role", who,
                              compiler_ids(c->book->roles->data, sizeof(struct chart_role), (int)c->book->roles->len));
        return;
    }
    if (!compiler_resolve(c, suffix, who, &scope, &target))
        return;
    if (target.typed && target.type != FIELD_ORG)
        compiler_find(c, FINDING_TYPE_MISMATCH, suffix, "the field \"%s\" names no organisation; expected type: org",
                      who);
    compiler_read(c, suffix, who, READ_DECIDE);
}

char **compile_recipients(struct compiler *c, char *const *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        g_autofree char *suffix = g_strdup_printf(".to[%u]", i);
        size_t size = strcspn(to[i], ".");
        g_autofree char *who = g_strndup(to[i], size);

        recipient_check(c, suffix, who);
        if (to[i][size] == '\0' || !g_strv_contains(recipient_kinds, to[i] + size + 1))
            compiler_find(c, FINDING_BAD_RECIPIENT, suffix,
                          "\"%s\" is nobody; expected WHO.contacts, WHO.queue or WHO.lead", to[i]);
    }
    if (count == 0 && c->lenient)
        return compiler_list(c, (char *const[]){(char[]){RECIPIENT_LENIENT}}, 1);
    if (count == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "",
                      "a notice to nobody; expected `to` with recipients such as owner.contacts");
    return compiler_list(c, to, count);
}

/* Resolves data paths that are carried or shown; copies them. */
static char **action_paths(struct compiler *c, const char *key, char *const *paths, uint32_t count,
                           const struct scope *scope, enum read_purpose purpose)
{
    for (uint32_t i = 0; i < count; i++) {
        g_autofree char *suffix = g_strdup_printf(".%s[%u]", key, i);
        struct path_target target;

        if (compiler_resolve(c, suffix, paths[i], scope, &target))
            compiler_read(c, suffix, paths[i], purpose);
    }
    return compiler_list(c, paths, count);
}

/* A data path that the action reads: `key` of a register entry, `from` of a link. */
static char *action_path(struct compiler *c, const char *suffix, const char *path, const struct scope *scope,
                         enum read_purpose purpose)
{
    struct path_target target;

    if (path == NULL) {
        compiler_find(c, FINDING_NEEDS_KEY, suffix, "missing; expected a path of the case's data");
        return NULL;
    }
    if (compiler_resolve(c, suffix, path, scope, &target))
        compiler_read(c, suffix, path, purpose);
    return compiler_text(c, path);
}

static void action_register(struct compiler *c, const char *key, const struct doc_register_op *doc,
                            const struct scope *scope, struct chart_action *action)
{
    gsize mark = compiler_enter(c, ".%s", key);

    if (compiler_check_id(c, ".register", doc->register_, false))
        action->name = compiler_text(c, doc->register_);
    action->from = action_path(c, ".key", doc->key, scope, READ_PUBLISH);
    action->with = action_paths(c, "from", doc->from, doc->from_count, scope, READ_PUBLISH);
    action->banner = compiler_text(c, doc->banner);
    if (action->kind == ACTION_PUBLISH && doc->from_count == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "", "an entry that shows nothing; expected `from` with data paths");
    if (action->kind != ACTION_PUBLISH && doc->from_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".from", "only publish shows data");
    if (action->kind == ACTION_MARK && doc->banner == NULL)
        compiler_find(c, FINDING_NEEDS_KEY, "", "a mark that says nothing; expected `banner`");
    if (action->kind != ACTION_MARK && doc->banner != NULL)
        compiler_find(c, FINDING_MISPLACED_KEY, ".banner", "only mark has a banner");
    compiler_leave(c, mark);
}

static struct index_list action_relations(struct compiler *c, char *const *names, uint32_t count)
{
    g_autoptr(GArray) relations = g_array_new(FALSE, FALSE, sizeof(int));

    for (uint32_t i = 0; i < count; i++) {
        int relation = chart_relation_index(c->chart, names[i]);
        g_autofree char *suffix = g_strdup_printf(".to[%u]", i);

        if (relation == CHART_NONE)
            compiler_find_unknown(c, FINDING_UNKNOWN_RELATION, suffix, "relation", names[i],
                                  COMPILER_IDS(c->chart->relations, c->chart->relation_count));
        else
            g_array_append_val(relations, relation);
    }
    return compiler_indices(c, relations);
}

/* Takes a member of the event's input, of the same name unless `from` names another. */
static void action_set(struct compiler *c, const struct doc_action *doc, const struct scope *scope,
                       struct chart_action *action)
{
    struct scope input = {.state = CHART_NONE, .form = scope->form, .form_only = true};
    const char *key = doc->set != NULL ? ".set" : ".update", *name = doc->set != NULL ? doc->set : doc->update;
    const char *suffix = doc->from == NULL ? key : ".from";
    struct path_target target;

    action->kind = doc->set != NULL ? ACTION_SET : ACTION_UPDATE;
    if (compiler_check_id(c, key, name, false))
        action->name = compiler_text(c, name);
    action->from = compiler_text(c, doc->from);
    if (!scope->has_input)
        compiler_find(c, FINDING_NO_INPUT, suffix,
                      "nothing comes in here to set it from; expected a row with an event or a signal");
    else if (scope->any_input)
        return;
    else if (scope->form == CHART_NONE)
        compiler_find(c, FINDING_NO_INPUT, suffix, "the event comes without a form to set it from; expected `form`");
    else
        compiler_resolve(c, suffix, doc->from == NULL ? name : doc->from, &input, &target);
}

static void action_allocate(struct compiler *c, const struct doc_action *doc, struct chart_action *action)
{
    action->kind = ACTION_ALLOCATE;
    action->name = compiler_text(c, doc->allocate);
    for (int i = 0; i < c->chart->number_count; i++)
        if (strcmp(c->chart->numbers[i].id, doc->allocate) == 0)
            action->number = i;
    if (action->number == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_NUMBER, ".allocate", "number", doc->allocate,
                              COMPILER_IDS(c->chart->numbers, c->chart->number_count));
}

/* What begins or ends the deadline ${id}: one of the state itself or of one around it. */
static void action_deadline(struct compiler *c, const char *suffix, const char *id, const struct scope *scope,
                            struct chart_action *action)
{
    const struct chart *chart = c->chart;

    action->deadline = chart_deadline_index(chart, id);
    if (action->deadline == CHART_NONE) {
        compiler_find_unknown(c, FINDING_UNKNOWN_DEADLINE, suffix, "deadline", id,
                              COMPILER_IDS(chart->deadlines, chart->deadline_count));
        return;
    }
    if (chart->deadlines[action->deadline].state != scope->state &&
        !chart_is_descendant(chart, scope->state, chart->deadlines[action->deadline].state))
        compiler_find(c, FINDING_DEADLINE_ELSEWHERE, suffix,
                      "\"%s\" does not live here; expected a deadline of this state or of one around it", id);
}

static void action_raise(struct compiler *c, const struct doc_action *doc, struct chart_action *action)
{
    action->kind = ACTION_RAISE;
    if (compiler_check_event(c, ".raise", doc->raise, false))
        action->name = compiler_text(c, doc->raise);
}

static void action_signal(struct compiler *c, const struct doc_action *doc, const struct scope *scope,
                          struct chart_action *action)
{
    action->kind = ACTION_SIGNAL;
    if (compiler_check_id(c, ".signal", doc->signal, false))
        action->name = compiler_text(c, doc->signal);
    action->relations = action_relations(c, doc->to, doc->to_count);
    action->with = action_paths(c, "with", doc->with, doc->with_count, scope, READ_SIGNAL);
    for (uint32_t i = 0; i < doc->with_count; i++) {
        g_autofree char *suffix = g_strdup_printf(".with[%u]", i);

        if (strchr(doc->with[i], '.') != NULL)
            compiler_find(c, FINDING_BAD_VALUE, suffix,
                          "a signal carries whole fields; expected the name before the dot");
    }
    for (int i = 0; i < action->relations.count; i++)
        if (c->chart->relations[action->relations.items[i]].owned_by != NULL)
            compiler_find(c, FINDING_WRONG_RELATION, ".to",
                          "\"%s\" is only read and linked; expected a relation of another kind",
                          c->chart->relations[action->relations.items[i]].id);
    if (doc->to_count == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "", "a signal to nobody; expected `to` with relations");
}

static void action_link(struct compiler *c, const struct doc_action *doc, const struct scope *scope,
                        struct chart_action *action)
{
    char *const names[] = {doc->link};
    const struct chart_relation *relation;

    action->kind = ACTION_LINK;
    action->name = compiler_text(c, doc->link);
    action->relations = action_relations(c, names, 1);
    if (action->relations.count == 0)
        return;
    relation = &c->chart->relations[action->relations.items[0]];
    if (relation->owned_by == NULL)
        action->from = action_path(c, ".from", doc->from, scope, READ_DECIDE);
    else if (doc->from != NULL)
        compiler_find(c, FINDING_WRONG_RELATION, ".from", "\"%s\" finds its case by itself; expected no `from`",
                      doc->link);
    if (relation->same_subject || relation->linked_by != NULL)
        compiler_find(c, FINDING_WRONG_RELATION, ".link",
                      "\"%s\" finds its cases by itself; expected a relation with linked: true or owned_by", doc->link);
}

/* The qualifiers `from`, `to` and `with` each belong to some of the actions. */
static void action_check_qualifiers(struct compiler *c, const struct doc_action *doc, const struct chart_action *action)
{
    if (doc->from != NULL && action->kind != ACTION_SET && action->kind != ACTION_UPDATE && action->kind != ACTION_LINK)
        compiler_find(c, FINDING_MISPLACED_KEY, ".from", "only set, update and link have a from");
    if (doc->to_count > 0 && action->kind != ACTION_SIGNAL && action->kind != ACTION_NOTIFY)
        compiler_find(c, FINDING_MISPLACED_KEY, ".to", "only signal and notify have a to");
    if (doc->with_count > 0 && action->kind != ACTION_SIGNAL)
        compiler_find(c, FINDING_MISPLACED_KEY, ".with", "only signal has a with");
}

static void action_name(struct compiler *c, const char *suffix, const char *name, enum action_kind kind,
                        struct chart_action *action)
{
    action->kind = kind;
    if (compiler_check_id(c, suffix, name, false))
        action->name = compiler_text(c, name);
}

static void compile_action(struct compiler *c, const struct doc_action *doc, const struct scope *scope)
{
    struct chart_action action = {
        .number = CHART_NONE, .deadline = CHART_NONE, .event = CHART_NONE, .guard = CHART_NONE};
    struct {
        const struct doc_register_op *op;
        const char *key;
        enum action_kind kind;
    } registers[] = {{doc->publish, "publish", ACTION_PUBLISH},
                     {doc->mark, "mark", ACTION_MARK},
                     {doc->unmark, "unmark", ACTION_UNMARK},
                     {doc->withdraw_entry, "withdraw_entry", ACTION_WITHDRAW_ENTRY}};

    if (doc->set != NULL || doc->update != NULL) {
        action_set(c, doc, scope, &action);
    } else if (doc->clear != NULL) {
        action_name(c, ".clear", doc->clear, ACTION_CLEAR, &action);
    } else if (doc->flag != NULL) {
        action_name(c, ".flag", doc->flag, ACTION_FLAG, &action);
    } else if (doc->unflag != NULL) {
        action_name(c, ".unflag", doc->unflag, ACTION_UNFLAG, &action);
    } else if (doc->allocate != NULL) {
        action_allocate(c, doc, &action);
    } else if (doc->signal != NULL) {
        action_signal(c, doc, scope, &action);
    } else if (doc->notify != NULL) {
        action.kind = ACTION_NOTIFY;
        action.name = compile_notice(c, ".notify", doc->notify);
        action.to = compile_recipients(c, doc->to, doc->to_count);
    } else if (doc->restart != NULL) {
        action.kind = ACTION_RESTART;
        action_deadline(c, ".restart", doc->restart, scope, &action);
    } else if (doc->start != NULL) {
        action.kind = ACTION_START;
        action_deadline(c, ".start", doc->start, scope, &action);
    } else if (doc->cancel != NULL) {
        action.kind = ACTION_CANCEL;
        action_deadline(c, ".cancel", doc->cancel, scope, &action);
    } else if (doc->raise != NULL) {
        action_raise(c, doc, &action);
    } else if (doc->link != NULL) {
        action_link(c, doc, scope, &action);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(registers); i++)
        if (registers[i].op != NULL) {
            action.kind = registers[i].kind;
            action_register(c, registers[i].key, registers[i].op, scope, &action);
        }
    action_check_qualifiers(c, doc, &action);
    if (doc->when != NULL) {
        gsize mark = compiler_enter(c, ".when");

        action.guard = compile_guard(c, doc->when, scope);
        compiler_leave(c, mark);
    }
    if (scope->target_due && action.kind != ACTION_FLAG && action.kind != ACTION_UNFLAG &&
        action.kind != ACTION_NOTIFY && action.kind != ACTION_SIGNAL)
        compiler_find(c, FINDING_TARGET_DECIDES, "", "a target never decides; expected flag, unflag, notify or signal");
    g_array_append_val(c->actions, action);
}

struct range compile_actions(struct compiler *c, const char *key, const struct doc_action *docs, uint32_t count,
                             const struct scope *scope)
{
    struct range range = {.first = (int)c->actions->len, .count = (int)count};

    for (uint32_t i = 0; i < count; i++) {
        const struct doc_action *doc = &docs[i];
        gsize mark = compiler_enter(c, ".%s[%u]", key, i);
        int kinds = (doc->set != NULL) + (doc->update != NULL) + (doc->clear != NULL) + (doc->flag != NULL) +
                    (doc->unflag != NULL) + (doc->allocate != NULL) + (doc->signal != NULL) + (doc->notify != NULL) +
                    (doc->restart != NULL) + (doc->start != NULL) + (doc->cancel != NULL) + (doc->raise != NULL) +
                    (doc->link != NULL) + (doc->publish != NULL) + (doc->mark != NULL) + (doc->unmark != NULL) +
                    (doc->withdraw_entry != NULL);

        if (kinds == 1)
            compile_action(c, doc, scope);
        else
            compiler_find(c, FINDING_CHOOSE_ONE, "", "an action with %d things to do; " ACTION_ONE_OF, kinds);
        compiler_leave(c, mark);
    }
    return range;
}
