#include "engine/core/rectify.h"
#include "engine/core/validate.h"

#include <string.h>

#define REASON_MAX 4000

struct check {
    const struct chart *chart;
    const struct snapshot *s;
    instant at;
    const struct value *input;
    struct value *data; /* the case's, with what is to be set over it */
    GPtrArray *findings;
};

static void G_GNUC_PRINTF(5, 6)
    check_find(struct check *c, const char *pointer, const char *rule, const char *ja, const char *en, ...)
{
    struct finding *finding = g_new0(struct finding, 1);
    va_list args;

    va_start(args, en);
    finding->pointer = g_strdup(pointer);
    finding->rule = g_strdup(rule);
    finding->ja = g_strdup(ja);
    finding->en = g_strdup_vprintf(en, args);
    va_end(args);
    g_ptr_array_add(c->findings, finding);
}

static bool text_is_blank(const char *text)
{
    for (; text != NULL && *text != '\0'; text += g_utf8_skip[(guchar)*text])
        if (!g_unichar_isspace(g_utf8_get_char(text)))
            return false;
    return true;
}

static void check_head(struct check *c)
{
    const char *reason = value_text(value_get(c->input, "reason"));
    const struct value *effective = value_get(c->input, "effective");
    instant at;

    if (text_is_blank(reason))
        check_find(c, "/reason", "required", "更正の理由を記入してください。", "Say why this is rectified.");
    else if (g_utf8_strlen(reason, -1) > REASON_MAX)
        check_find(c, "/reason", "too_long", "長すぎます。", "This is longer than %d characters.", REASON_MAX);
    if (value_is_null(effective) && !value_is_null(value_get(c->input, "undoes")))
        return;
    if (value_text(effective) == NULL || !instant_parse(value_text(effective), &at))
        check_find(c, "/effective", "instant", "効力の生じる日時を RFC 3339 の形で指定してください。",
                   "Say from which instant on this holds, as RFC 3339.");
    else if (at > c->at)
        check_find(c, "/effective", "not_future", "未来の日時は指定できません。", "This lies in the future.");
}

/* ---- fields ---- */

static bool actions_provide(const struct chart *chart, const char *name)
{
    for (int i = 0; i < chart->action_count; i++) {
        const struct chart_action *action = &chart->actions[i];

        if (action->kind == ACTION_ALLOCATE && strcmp(chart->numbers[action->number].id, name) == 0)
            return true;
        if ((action->kind == ACTION_SET || action->kind == ACTION_UPDATE) && strcmp(action->name, name) == 0)
            return true;
    }
    return false;
}

/* The next field ${id} at the top of a form after ${*form}, which goes to that form; or NULL. */
static const struct chart_field *field_next(const struct chart *chart, const char *id, int *form)
{
    while (++*form < chart->form_count) {
        const struct range *fields = &chart->forms[*form].fields;

        for (int f = fields->first; f < fields->first + fields->count; f++)
            if (strcmp(chart->fields[f].id, id) == 0)
                return &chart->fields[f];
    }
    return NULL;
}

static bool field_is_known(const struct check *c, const char *id)
{
    int form = -1;

    return field_next(c->chart, id, &form) != NULL || actions_provide(c->chart, id) ||
           value_get(c->s->data, id) != NULL;
}

bool rectify_is_key(const struct chart *chart, const char *id)
{
    size_t size = strlen(id);

    for (int i = 0; i < chart->action_count; i++)
        if (chart->actions[i].kind == ACTION_PUBLISH && strncmp(chart->actions[i].from, id, size) == 0 &&
            (chart->actions[i].from[size] == '\0' || chart->actions[i].from[size] == '.'))
            return true;
    return false;
}

/* FALSE, with a finding, when ${id} is nothing that may be corrected. */
static bool check_field(struct check *c, const char *pointer, const char *id)
{
    if (!field_is_known(c, id))
        check_find(c, pointer, "unknown_field", "この手続にない項目です。", "The workflow has no such field.");
    else if (rectify_is_key(c->chart, id))
        check_find(c, pointer, "register_key", "登録簿の見出しとなる番号は更正できません。",
                   "A register knows its entry by this; withdraw that one and publish another.");
    else
        return true;
    return false;
}

/* Of several forms that have the field, one that takes the value is enough; else the first says what is wrong. */
static void check_value(struct check *c, const char *pointer, const char *id, const struct value *value)
{
    const struct value *was = value_get(c->s->data, id);
    const struct chart_field *field;
    int form = -1;
    guint before = c->findings->len;

    if (value_is_null(value)) {
        check_find(c, pointer, "type", "消去する項目は clear に挙げてください。", "What is to go stands in `clear`.");
        return;
    }
    while ((field = field_next(c->chart, id, &form)) != NULL) {
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_free);

        validate_field(c->s, c->at, form, field, c->data, pointer, findings);
        if (findings->len == 0) {
            g_ptr_array_set_size(c->findings, (gint)before);
            return;
        }
        if (c->findings->len == before)
            g_ptr_array_extend_and_steal(c->findings, g_steal_pointer(&findings));
    }
    if (was != NULL && c->findings->len == before && value_kind(was) != value_kind(value))
        check_find(c, pointer, "type", "値の種類が違います。", "This is of another kind than what the case has.");
}

static void check_set(struct check *c)
{
    const struct value *set = value_get(c->input, "set");

    if (!value_is_null(set) && value_kind(set) != VALUE_MAP)
        check_find(c, "/set", "type", "項目と値の組を指定してください。", "Expected an object of fields and values.");
    for (size_t i = 0; i < value_size(set) && value_kind(set) == VALUE_MAP; i++)
        value_map_set(c->data, value_key_at(set, i), value_ref(value_member_at(set, i)));
    for (size_t i = 0; i < value_size(set) && value_kind(set) == VALUE_MAP; i++) {
        g_autofree char *pointer = g_strdup_printf("/set/%s", value_key_at(set, i));

        if (check_field(c, pointer, value_key_at(set, i)))
            check_value(c, pointer, value_key_at(set, i), value_member_at(set, i));
    }
}

/* The texts of the list ${name}, each looked at; a finding for what is none. */
static void check_list(struct check *c, const char *name, void (*look)(struct check *c, const char *at, const char *id))
{
    const struct value *list = value_get(c->input, name);
    g_autofree char *whole = g_strdup_printf("/%s", name);

    if (!value_is_null(list) && value_kind(list) != VALUE_LIST)
        check_find(c, whole, "type", "一覧を指定してください。", "Expected a list of names.");
    for (size_t i = 0; value_kind(list) == VALUE_LIST && i < value_size(list); i++) {
        g_autofree char *pointer = g_strdup_printf("/%s/%zu", name, i);
        const char *id = value_text(value_at(list, i));

        if (id == NULL)
            check_find(c, pointer, "type", "名前を指定してください。", "Expected a name.");
        else
            look(c, pointer, id);
    }
}

static void check_cleared(struct check *c, const char *pointer, const char *id)
{
    if (check_field(c, pointer, id) && value_path(c->input, "set") != NULL &&
        value_get(value_get(c->input, "set"), id) != NULL)
        check_find(c, pointer, "contradiction", "設定と消去の両方に挙げられています。", "This is set as well.");
}

/* ---- flags, states, registers ---- */

static void check_flag(struct check *c, const char *pointer, const char *flag)
{
    bool known = value_get(c->s->flags, flag) != NULL;

    for (int i = 0; i < c->chart->action_count && !known; i++)
        known = c->chart->actions[i].kind == ACTION_FLAG && strcmp(c->chart->actions[i].name, flag) == 0;
    if (!known)
        check_find(c, pointer, "unknown_flag", "この手続にない印です。", "The workflow has no such flag.");
}

static void check_state(struct check *c, const char *pointer, const char *id)
{
    int state = chart_state_index(c->chart, id);

    if (state == CHART_NONE || c->chart->states[state].kind == STATE_HISTORY_SHALLOW ||
        c->chart->states[state].kind == STATE_HISTORY_DEEP)
        check_find(c, pointer, "unknown_state", "この手続にない状態です。", "The workflow has no such state.");
}

static void check_states(struct check *c)
{
    const struct value *states = value_get(c->input, "states");
    struct state_set set;
    guint before = c->findings->len;

    check_list(c, "states", check_state);
    if (value_kind(states) == VALUE_LIST && c->findings->len == before && !rectify_configuration(c->s, states, &set))
        check_find(c, "/states", "configuration", "同時には成り立たない状態の組合せです。",
                   "No case can be in these states at once.");
}

const struct chart_action *rectify_register_action(const struct chart *chart, const char *register_, const char *op)
{
    static const struct {
        const char *op;
        enum action_kind kind;
    } ops[] = {{"publish", ACTION_PUBLISH},
               {"withdraw", ACTION_WITHDRAW_ENTRY},
               {"mark", ACTION_MARK},
               {"unmark", ACTION_UNMARK}};

    for (size_t o = 0; o < G_N_ELEMENTS(ops); o++)
        for (int i = chart->action_count; i-- > 0 && strcmp(ops[o].op, op) == 0;)
            if (chart->actions[i].kind == ops[o].kind && strcmp(chart->actions[i].name, register_) == 0)
                return &chart->actions[i];
    return NULL;
}

static void check_registers(struct check *c)
{
    const struct value *registers = value_get(c->input, "registers");

    if (!value_is_null(registers) && value_kind(registers) != VALUE_MAP)
        check_find(c, "/registers", "type", "登録簿と操作の組を指定してください。",
                   "Expected an object of registers and what is done.");
    for (size_t i = 0; value_kind(registers) == VALUE_MAP && i < value_size(registers); i++) {
        g_autofree char *pointer = g_strdup_printf("/registers/%s", value_key_at(registers, i));
        const char *op = value_text(value_member_at(registers, i));

        if (op == NULL || rectify_register_action(c->chart, value_key_at(registers, i), op) == NULL)
            check_find(c, pointer, "register", "この手続は、その登録簿にその操作をしません。",
                       "The workflow never does that to this register; expected publish, withdraw, mark or unmark.");
    }
}

/* ---- the whole ---- */

static void check_members(struct check *c)
{
    static const char *const known[] = {"reason", "effective", "set",       "clear",  "flag",
                                        "unflag", "states",    "registers", "undoes", NULL};
    static const char *const changing[] = {"set", "clear", "flag", "unflag", "states", NULL};
    const struct value *undoes = value_get(c->input, "undoes");
    bool names = value_size(value_get(c->input, "registers")) > 0 || !value_is_null(undoes);

    for (size_t i = 0; i < value_size(c->input); i++)
        if (!g_strv_contains(known, value_key_at(c->input, i)))
            check_find(c, "", "unknown_field", "更正にない項目があります。", "A rectification has no member \"%s\".",
                       value_key_at(c->input, i));
    if (!value_is_null(undoes) && value_int(undoes) < 2)
        check_find(c, "/undoes", "type", "取り消す更正の番号を指定してください。",
                   "Expected the number of the rectification that is undone.");
    for (const char *const *name = changing; *name != NULL; name++) {
        g_autofree char *pointer = g_strdup_printf("/%s", *name);
        const struct value *v = value_get(c->input, *name);
        bool there = value_kind(v) == VALUE_LIST || value_kind(v) == VALUE_MAP ? value_size(v) > 0 : !value_is_null(v);

        names = names || there;
        if (there && !value_is_null(undoes))
            check_find(c, pointer, "undoes", "取消しと同時には指定できません。",
                       "What is undone goes back as it was; correct more by another rectification.");
    }
    if (!names)
        check_find(c, "", "nothing", "更正する内容がありません。", "This names nothing that is to be rectified.");
}

void rectify_check(const struct snapshot *s, instant at, const struct value *input, GPtrArray *findings)
{
    struct check c = {.chart = s->chart, .s = s, .at = at, .input = input, .findings = findings};

    if (input != NULL && value_kind(input) != VALUE_MAP) {
        check_find(&c, "", "type", "更正はオブジェクトで送ってください。", "A rectification is a JSON object.");
        return;
    }
    c.data = value_map_copy(s->data);
    check_members(&c);
    check_head(&c);
    check_set(&c);
    check_list(&c, "clear", check_cleared);
    check_list(&c, "flag", check_flag);
    check_list(&c, "unflag", check_flag);
    check_states(&c);
    check_registers(&c);
    value_unref(c.data);
}

enum access_class rectify_access(const struct chart *chart, const char *id)
{
    const struct chart_field *field;
    enum access_class access = ACCESS_PUBLIC;
    bool found = false;
    int form = -1;

    while ((field = field_next(chart, id, &form)) != NULL) {
        access = MAX(access, field->access);
        found = true;
    }
    return found ? access : ACCESS_CASE;
}

/* The member ${name} of ${split}, a map that is begun when it is not there. */
static struct value *split_map(struct value *split, const char *name)
{
    if (value_get(split, name) == NULL)
        value_map_set(split, name, value_new_map());
    return (struct value *)(uintptr_t)value_get(split, name);
}

GArray *rectify_split(const struct chart *chart, const struct value *input)
{
    struct value *split[ACCESS_CLASS_COUNT];
    const struct value *set = value_get(input, "set");
    GArray *parts;

    for (int access = 0; access < ACCESS_CLASS_COUNT; access++)
        split[access] = value_new_map();
    for (size_t i = 0; i < value_size(input); i++)
        if (strcmp(value_key_at(input, i), "set") != 0)
            value_map_set(split[ACCESS_CASE], value_key_at(input, i), value_ref(value_member_at(input, i)));
    for (size_t i = 0; i < value_size(set); i++)
        value_map_set(split_map(split[rectify_access(chart, value_key_at(set, i))], "set"), value_key_at(set, i),
                      value_ref(value_member_at(set, i)));
    parts = chain_parts(split);
    for (int access = 0; access < ACCESS_CLASS_COUNT; access++)
        value_unref(split[access]);
    return parts;
}
