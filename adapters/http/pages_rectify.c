/*
 * The form by which a person who may sets a case right (更正): what it has now is in the inputs, what is changed there
 * is corrected. Lists and files are corrected over the API. What was typed comes back when it is refused.
 */
#include "adapters/http/page_data.h"
#include "adapters/http/pages_case.h"
#include "adapters/http/problem.h"
#include "engine/app/access.h"
#include "engine/core/rectify.h"

#include <sodium.h>
#include <string.h>

#define KEY_BYTES 16
#define DATA_PREFIX "d/"

struct rectifying {
    struct command command; /* on its way; first */
    struct call *call;
    struct case_view view;
    struct value *input;
    char *key;
};

static void rectifying_free(gpointer p)
{
    struct rectifying *r = p;

    case_view_release(&r->view);
    value_unref(r->input);
    g_free(r->key);
    g_free(r);
}

/* What was typed into the input ${name}; before anything was sent ${now}. */
static const char *typed(const struct rectifying *r, const char *name, const char *now)
{
    const char *text = r->call->form == NULL ? NULL : form_get(r->call->form, name);

    if (r->call->form == NULL)
        return now;
    return text == NULL ? "" : text;
}

/* ---- fields: an input a leaf, named "d/audit_period/start" ---- */

static bool field_is_simple(const struct chart_field *field)
{
    return field->type != FIELD_LIST && field->type != FIELD_GROUP && field->type != FIELD_PERIOD &&
           field->type != FIELD_FILE;
}

/* A leaf as its input shows it; NULL for what no input of this page shows. */
static char *leaf_text(const struct value *v)
{
    switch (value_kind(v)) {
    case VALUE_NULL:
        return g_strdup("");
    case VALUE_TEXT:
        return g_strdup(value_text(v));
    case VALUE_INT:
        return g_strdup_printf("%" G_GINT64_FORMAT, value_int(v));
    case VALUE_BOOL:
        return g_strdup(value_bool(v) ? "true" : "false");
    case VALUE_LIST:
    case VALUE_MAP:
        return NULL;
    }
    g_assert_not_reached();
}

/* A leaf as it was typed, of the kind that the field or the value so far has; what cannot be read stays a text, which
 * the engine refuses. NULL: nothing was typed. */
static struct value *leaf_read(const char *text, const struct chart_field *field, const struct value *was)
{
    bool number = field != NULL ? field->type == FIELD_INT : value_kind(was) == VALUE_INT;
    bool truth = field != NULL ? field->type == FIELD_BOOL : value_kind(was) == VALUE_BOOL;
    GString *lines = g_string_new(text);
    struct value *v;
    gint64 n;

    g_string_replace(lines, "\r\n", "\n", 0);
    if (lines->len == 0)
        v = NULL;
    else if (number && g_ascii_string_to_signed(lines->str, 10, G_MININT64, G_MAXINT64, &n, NULL))
        v = value_new_int(n);
    else if (truth && (strcmp(lines->str, "true") == 0 || strcmp(lines->str, "false") == 0))
        v = value_new_bool(lines->str[0] == 't');
    else
        v = value_new_text(lines->str);
    g_string_free(lines, TRUE);
    return v;
}

static struct value *typed_value(const struct rectifying *r, const char *name, const struct chart_field *field,
                                 const struct value *was)
{
    const char *text = form_get(r->call->form, name);
    struct value *map;

    if (value_kind(was) == VALUE_LIST || (value_kind(was) != VALUE_MAP && text == NULL))
        return was == NULL ? NULL : value_ref(was); /* not on the page */
    if (value_kind(was) != VALUE_MAP)
        return leaf_read(text, field, was);
    map = value_new_map();
    for (size_t i = 0; i < value_size(was); i++) {
        g_autofree char *inner = g_strdup_printf("%s/%s", name, value_key_at(was, i));
        struct value *v = typed_value(r, inner, NULL, value_member_at(was, i));

        if (v != NULL)
            value_map_set(map, value_key_at(was, i), v);
    }
    return map;
}

static void input_show(struct page *page, const struct rectifying *r, const char *name, const char *label,
                       const struct chart_field *field, const struct value *was)
{
    g_autofree char *now = leaf_text(was);

    if (value_kind(was) == VALUE_MAP) {
        for (size_t i = 0; i < value_size(was); i++) {
            g_autofree char *inner = g_strdup_printf("%s/%s", name, value_key_at(was, i));
            g_autofree char *text = g_strdup_printf("%s (%s)", label, value_key_at(was, i));

            input_show(page, r, inner, text, NULL, value_member_at(was, i));
        }
        return;
    }
    if (now == NULL)
        return;
    html_add(page->out, "<div class=\"field\"><label for=\"%s\">%s</label>", name, label);
    if ((field != NULL && field->type == FIELD_LONGTEXT) || strchr(now, '\n') != NULL)
        html_add(page->out, "<textarea id=\"%s\" name=\"%s\" rows=\"4\">%s</textarea></div>", name, name,
                 typed(r, name, now));
    else
        html_add(page->out, "<input id=\"%s\" name=\"%s\" value=\"%s\"></div>", name, name, typed(r, name, now));
}

/* Calls ${each} with every field that may be corrected here: what the case has, then what it keeps and has not. */
static void fields_each(const struct rectifying *r,
                        void (*each)(const struct rectifying *r, const char *id, const struct value *was, void *data),
                        void *data)
{
    const struct chart *chart = r->view.chart;
    const struct value *has = r->view.s->data;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (size_t i = 0; i < value_size(has); i++)
        if (access_may_read(&r->view.actor, rectify_access(chart, value_key_at(has, i))) &&
            !rectify_is_key(chart, value_key_at(has, i)))
            each(r, value_key_at(has, i), value_member_at(has, i), data);
    for (int form = 0; form < chart->form_count; form++) {
        const struct range *fields = &chart->forms[form].fields;

        for (int f = fields->first; f < fields->first + fields->count; f++) {
            const struct chart_field *field = &chart->fields[f];

            if (field->kept && field_is_simple(field) && value_get(has, field->id) == NULL &&
                access_may_read(&r->view.actor, rectify_access(chart, field->id)) && g_hash_table_add(seen, field->id))
                each(r, field->id, NULL, data);
        }
    }
}

static void field_show(const struct rectifying *r, const char *id, const struct value *was, void *data)
{
    struct page *page = data;
    const struct chart *chart = r->view.chart;
    const struct chart_field *field = page_field_find(page, &chart, id);
    const char *label = field == NULL ? "" : page_chart_text(page, field->label);
    g_autofree char *name = g_strconcat(DATA_PREFIX, id, NULL);

    input_show(page, r, name, label[0] == '\0' ? id : label, field, was);
}

struct changes {
    struct value *set, *clear;
};

static void field_read(const struct rectifying *r, const char *id, const struct value *was, void *data)
{
    struct changes *changes = data;
    g_autofree char *name = g_strconcat(DATA_PREFIX, id, NULL);
    const struct chart_field *field = NULL;
    struct value *is;

    for (int f = 0; f < r->view.chart->field_count && field == NULL; f++)
        if (strcmp(r->view.chart->fields[f].id, id) == 0)
            field = &r->view.chart->fields[f];
    is = typed_value(r, name, field, was);
    if (is == NULL && was != NULL)
        value_list_add(changes->clear, value_new_text(id));
    else if (is != NULL && !value_equal(is, was))
        value_map_set(changes->set, id, value_ref(is));
    value_unref(is);
}

/* ---- states, flags, registers ---- */

static const char *state_label(const struct page *page, const struct chart_state *state)
{
    const char *label = page_chart_text(page, state->label);

    return label[0] == '\0' ? state->id : label;
}

static void states_show(struct page *page, const struct rectifying *r)
{
    const char **chosen = r->call->form == NULL ? NULL : form_get_all(r->call->form, "state");

    html_add(page->out, "<fieldset><legend>%s</legend><p class=\"quiet\">%s</p>",
             page_text(page, "状態の更正", "States"),
             page_text(page, "選ばなければ今のままです。選んだ状態には、効力の時刻に入ったものとして期限を計算します。",
                       "None chosen: they stay. Deadlines of those chosen count from the effective instant."));
    for (int i = 1; i < r->view.chart->state_count; i++) {
        const struct chart_state *state = &r->view.chart->states[i];

        if (state->kind != STATE_ATOMIC && state->kind != STATE_FINAL)
            continue;
        html_add(page->out, "<label><input type=\"checkbox\" name=\"state\" value=\"%s\"", state->id);
        html_add(page->out,
                 chosen != NULL && g_strv_contains(chosen, state->id) ? " checked> %s%s</label><br>"
                                                                      : "> %s%s</label><br>",
                 state_label(page, state),
                 state_set_has(&r->view.s->states, i) ? page_text(page, "（今の状態）", " (now)") : "");
    }
    g_string_append(page->out, "</fieldset>");
    g_free(chosen);
}

static void flags_show(struct page *page, const struct rectifying *r)
{
    const struct value *flags = r->view.s->flags;

    for (size_t i = 0; i < value_size(flags); i++) {
        const char *flag = value_key_at(flags, i);
        const char **chosen = r->call->form == NULL ? NULL : form_get_all(r->call->form, "unflag");

        html_add(page->out, "<p><label><input type=\"checkbox\" name=\"unflag\" value=\"%s\"", flag);
        html_add(page->out,
                 chosen != NULL && g_strv_contains(chosen, flag) ? " checked> %s <code>%s</code></label></p>"
                                                                 : "> %s <code>%s</code></label></p>",
                 page_text(page, "印を外す：", "Take the mark away:"), flag);
        g_free(chosen);
    }
}

static void choice_show(struct page *page, const char *name, const char *label, const char *chosen,
                        const char *const *values, const char *const *labels)
{
    html_add(page->out, "<div class=\"field\"><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">", name, label,
             name, name);
    for (int i = 0; values[i] != NULL; i++) {
        html_add(page->out, "<option value=\"%s\"", values[i]);
        html_add(page->out, strcmp(values[i], chosen) == 0 ? " selected>%s</option>" : ">%s</option>", labels[i]);
    }
    g_string_append(page->out, "</select></div>");
}

static void registers_show(struct page *page, const struct rectifying *r)
{
    static const char *const ops[] = {"", "publish", "withdraw", "mark", "unmark", NULL};
    const char *const labels[] = {page_text(page, "変えない", "Leave it"),
                                  page_text(page, "掲載する", "List the entry"),
                                  page_text(page, "掲載を終える", "Withdraw the entry"),
                                  page_text(page, "表示を付す", "Mark it"),
                                  page_text(page, "表示を外す", "Unmark it"),
                                  NULL};
    const struct chart *chart = r->view.chart;
    const char *last = NULL;

    for (int i = 0; i < chart->action_count; i++) {
        g_autofree char *name = g_strconcat("register/", chart->actions[i].name, NULL);
        g_autofree char *label = NULL;

        if (chart->actions[i].kind != ACTION_PUBLISH || g_strcmp0(last, chart->actions[i].name) == 0)
            continue;
        last = chart->actions[i].name;
        label = g_strdup_printf("%s %s", page_text(page, "登録簿：", "Register:"), last);
        choice_show(page, name, label, typed(r, name, ""), ops, labels);
    }
}

static void undoes_show(struct page *page, const struct rectifying *r)
{
    const struct value *events = value_get(r->view.row, "events");
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(values, g_strdup(""));
    g_ptr_array_add(labels, g_strdup(page_text(page, "なし", "None")));
    for (size_t i = value_size(events); i-- > 0;) {
        const struct value *event = value_at(events, i);
        g_autofree char *at = page_instant_text(page, value_instant(value_get(event, "at")));

        if (value_get(event, "rectified") == NULL)
            continue;
        g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, value_int(value_get(event, "seq"))));
        g_ptr_array_add(labels, g_strdup_printf("%s %s", (char *)g_ptr_array_index(values, values->len - 1), at));
    }
    if (values->len == 1)
        return;
    g_ptr_array_add(values, NULL);
    g_ptr_array_add(labels, NULL);
    choice_show(page, "undoes", page_text(page, "取り消す更正", "Rectification that is undone"), typed(r, "undoes", ""),
                (const char *const *)values->pdata, (const char *const *)labels->pdata);
}

/* ---- the page ---- */

static void rectify_show(struct rectifying *r, int status, const char *reason, const GPtrArray *findings)
{
    g_autofree char *title = g_strdup_printf("%s %s", call_text(r->call, "更正：", "Rectify"), r->view.number);
    g_autofree char *path = g_strdup_printf("/cases/%s/rectify", r->view.number);
    g_autofree char *version = g_strdup_printf("%d", r->view.s->seq);
    struct page *page = page_begin_form(r->call, title, "rectify", reason != NULL);
    unsigned char random[KEY_BYTES];
    char key[2 * KEY_BYTES + 1];

    randombytes_buf(random, sizeof random);
    sodium_bin2hex(key, sizeof key, random, sizeof random);
    html_add(page->out, "<p class=\"screen\"><a href=\"/cases/%s\">%s</a></p>", r->view.number, r->view.number);
    if (reason != NULL)
        page_notice(page, PAGE_ERROR, page_text(page, "受け付けられませんでした", "This was not taken"), reason);
    for (guint i = 0; findings != NULL && i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);

        html_add(page->out, "<p class=\"finding\">%s: %s</p>", finding->pointer,
                 page_text(page, finding->ja, finding->en));
    }
    page_paragraph(page, page_text(page, "変えた項目だけが更正されます。以前の記録はそのまま残ります。",
                                   "Only what you change is corrected. Earlier records stay as they are."));
    html_add(page->out, "<p class=\"basis\">%s ", page_text(page, "根拠：", "Basis: "));
    page_basis(page, r->view.chart, r->view.chart->rectify_basis);
    g_string_append(page->out, "</p>");
    page_form_begin(page, path, "rectify", false);
    html_add(page->out, "<input type=\"hidden\" name=\"key\" value=\"%s\">", key);
    html_add(page->out, "<input type=\"hidden\" name=\"version\" value=\"%s\">", version);
    html_add(page->out, "<div class=\"field\"><label for=\"reason\">%s</label>",
             page_text(page, "更正の理由（必須）", "Why (required)"));
    html_add(page->out, "<textarea id=\"reason\" name=\"reason\" rows=\"4\" required>%s</textarea></div>",
             typed(r, "reason", ""));
    html_add(
        page->out,
        "<div class=\"field\"><label for=\"day\">%s</label><input id=\"day\" name=\"day\" type=\"date\" value=\"%s\">",
        page_text(page, "効力の生じる日", "Holds from: day"), typed(r, "day", ""));
    html_add(
        page->out,
        "<label for=\"time\">%s</label><input id=\"time\" name=\"time\" type=\"time\" step=\"1\" value=\"%s\"></div>",
        page_text(page, "時刻", "Time"), typed(r, "time", "00:00"));
    undoes_show(page, r);
    fields_each(r, field_show, page);
    flags_show(page, r);
    states_show(page, r);
    registers_show(page, r);
    html_add(page->out, "<p><button class=\"first\" name=\"do\" value=\"rectify\">%s</button></p></form>",
             page_text(page, "更正する", "Rectify"));
    page_end(page, status, NULL);
}

/* "2026-04-01" and "09:30" or "09:30:15" on a clock of the case's zone, as RFC 3339; what is no such instant goes as it
 * is, to be refused. NULL: nothing was typed. */
static char *effective_read(const struct rectifying *r)
{
    const char *day_text = typed(r, "day", ""), *time_text = typed(r, "time", "");
    g_auto(GStrv) parts = g_strsplit(time_text, ":", -1);
    guint64 numbers[3] = {0};
    guint count = g_strv_length(parts);
    char text[INSTANT_TEXT_SIZE];
    bool ok = count <= G_N_ELEMENTS(numbers);
    civil_day day;

    if (day_text[0] == '\0')
        return NULL;
    for (guint i = 0; i < count && ok; i++)
        ok = g_ascii_string_to_unsigned(parts[i], 10, 0, i == 0 ? 23 : 59, &numbers[i], NULL);
    if (!ok || !civil_parse(day_text, &day))
        return g_strdup_printf("%s %s", day_text, time_text);
    instant_print(zone_instant(r->view.chart->zone, day,
                               (int64_t)numbers[0] * INSTANT_HOUR + (int64_t)numbers[1] * INSTANT_MINUTE +
                                   (int64_t)numbers[2] * INSTANT_SECOND),
                  text);
    return g_strdup(text);
}

static void input_add_list(const struct rectifying *r, struct value *input, const char *from, const char *name)
{
    g_autofree const char **texts = form_get_all(r->call->form, from);
    struct value *list = value_new_list();

    for (const char **text = texts; text != NULL && *text != NULL; text++)
        value_list_add(list, value_new_text(*text));
    if (value_size(list) > 0)
        value_map_set(input, name, value_ref(list));
    value_unref(list);
}

static struct value *rectify_input(const struct rectifying *r)
{
    struct value *input = value_new_map(), *registers = value_new_map();
    struct changes changes = {value_new_map(), value_new_list()};
    g_autofree char *effective = effective_read(r);
    gint64 undoes;

    value_map_set_text(input, "reason", typed(r, "reason", ""));
    value_map_set_text(input, "effective", effective);
    if (g_ascii_string_to_signed(typed(r, "undoes", ""), 10, 1, G_MAXINT, &undoes, NULL))
        value_map_set_int(input, "undoes", undoes);
    fields_each(r, field_read, &changes);
    if (value_size(changes.set) > 0)
        value_map_set(input, "set", value_ref(changes.set));
    if (value_size(changes.clear) > 0)
        value_map_set(input, "clear", value_ref(changes.clear));
    input_add_list(r, input, "state", "states");
    input_add_list(r, input, "unflag", "unflag");
    for (unsigned i = 0; i < r->call->form->count; i++) {
        const struct form_item *item = &r->call->form->items[i];

        if (g_str_has_prefix(item->name, "register/") && item->value != NULL && item->value[0] != '\0')
            value_map_set_text(registers, item->name + strlen("register/"), item->value);
    }
    if (value_size(registers) > 0)
        value_map_set(input, "registers", value_ref(registers));
    value_unref(registers);
    value_unref(changes.set);
    value_unref(changes.clear);
    return input;
}

static void rectify_done(struct command *command)
{
    struct rectifying *r = (struct rectifying *)(void *)command;
    struct outcome *outcome = &command->outcome;
    g_autofree char *location = NULL;

    if (command->result == COMMAND_REFUSED) {
        rectify_show(r, problem_status(&(struct problem){.code = outcome->code}),
                     call_text(r->call, outcome->reason_ja, outcome->reason_en), outcome->findings);
        return;
    }
    if (command->result == COMMAND_FAILED) {
        call_fail(r->call, command->error);
        return;
    }
    location = g_strdup_printf("/cases/%s#event-%d", r->view.number, command->seq);
    page_redirect(r->call, location, NULL);
}

static void rectifying_release(gpointer p)
{
    struct rectifying *r = p;

    if (r->command.done != NULL)
        command_release(&r->command);
    rectifying_free(r);
}

static void rectify_submit(struct rectifying *r)
{
    g_autoptr(GString) text = g_string_new(NULL);
    gint64 version = -1;

    r->input = rectify_input(r);
    r->key = g_strdup(typed(r, "key", ""));
    g_ascii_string_to_signed(typed(r, "version", ""), 10, 0, G_MAXINT, &version, NULL);
    r->command = (struct command){.case_id = r->view.s->id,
                                  .prefix = r->view.chart->prefix,
                                  .event = EVENT_RECTIFY,
                                  .input = r->input,
                                  .actor = call_actor(r->call),
                                  .key = r->key[0] == '\0' ? NULL : r->key,
                                  .if_version = (int)version,
                                  .received = r->call->request->received,
                                  .done = rectify_done};
    g_string_append_printf(text, "page rectify %" G_GINT64_FORMAT " %d ", r->command.case_id, r->command.if_version);
    value_print(r->input, text);
    chain_sha256(text->str, text->len, r->command.body_hash);
    command_submit(r->call->api->config.engine, &r->command);
}

static void rectify_read(struct call *call)
{
    struct rectifying *r = call->own;
    struct case_view view;

    if (!case_view_read(call, &view))
        return;
    r->view = view;
    if (call->form != NULL &&
        g_str_has_prefix(form_get(call->form, "do") == NULL ? "" : form_get(call->form, "do"), "lang-"))
        call->language = strcmp(form_get(call->form, "do"), "lang-en") == 0 ? "en" : "ja";
    if (!rectify_may(view.s, &view.actor))
        call_refuse(call, TOROKU_ERROR_FORBIDDEN, NULL);
    else if (call->form != NULL && g_strcmp0(form_get(call->form, "do"), "rectify") == 0)
        rectify_submit(r);
    else
        rectify_show(r, 200, NULL, NULL);
}

void rectify_page(struct http_request *request, void *user)
{
    struct rectifying *r = g_new0(struct rectifying, 1);

    (void)user;
    r->call = request->user;
    r->call->own = r;
    r->call->own_free = rectifying_release;
    case_view_ask(r->call, rectify_read);
}
