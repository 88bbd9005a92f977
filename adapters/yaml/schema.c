#include "adapters/yaml/schema.h"

#define NEEDED CYAML_FLAG_DEFAULT
#define MAYBE CYAML_FLAG_OPTIONAL
#define DEMANDED (CYAML_FLAG_OPTIONAL | SCHEMA_DEMANDED)

#define TEXT(key, flags, type, member) CYAML_FIELD_STRING_PTR(key, flags, type, member, 1, CYAML_UNLIMITED)
#define INT(key, flags, type, member) CYAML_FIELD_INT(key, flags, type, member)
#define BOOL(key, flags, type, member) CYAML_FIELD_BOOL(key, flags, type, member)
#define MAP(key, flags, type, member, fields) CYAML_FIELD_MAPPING(key, flags, type, member, fields)
#define MAP_PTR(key, flags, type, member, fields) CYAML_FIELD_MAPPING_PTR(key, flags, type, member, fields)
#define LIST(key, flags, type, member, count, entry)                                                                   \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (flags), type, member, count, entry, 0, CYAML_UNLIMITED)
#define TEXTS(key, type, member, count) LIST(key, MAYBE, type, member, count, &text_entry)
#define ENTRY(type, fields)                                                                                            \
    {                                                                                                                  \
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, type, fields)                                                          \
    }
#define FILE_OF(type, fields)                                                                                          \
    {                                                                                                                  \
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, type, fields)                                                          \
    }

static const cyaml_schema_value_t text_entry = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, CYAML_UNLIMITED)};

static const cyaml_schema_field_t text_fields[] = {TEXT("ja", NEEDED, struct doc_text, ja),
                                                   TEXT("en", NEEDED, struct doc_text, en), CYAML_FIELD_END};

static const cyaml_schema_value_t label_entry = ENTRY(struct doc_text, text_fields);

static const cyaml_schema_field_t span_fields[] = {INT("years", MAYBE, struct doc_span, years),
                                                   INT("months", MAYBE, struct doc_span, months),
                                                   INT("days", MAYBE, struct doc_span, days),
                                                   INT("business_days", MAYBE, struct doc_span, business_days),
                                                   INT("hours", MAYBE, struct doc_span, hours),
                                                   INT("minutes", MAYBE, struct doc_span, minutes),
                                                   CYAML_FIELD_END};

/* ---- guards: recursive through all, any and not ---- */

#define GUARD_KEYS 25
static const cyaml_schema_field_t guard_fields[GUARD_KEYS];
static const cyaml_schema_value_t guard_entry = ENTRY(struct doc_guard, guard_fields);

static const cyaml_schema_field_t guard_fields[GUARD_KEYS] = {
    LIST("all", MAYBE, struct doc_guard, all, all_count, &guard_entry),
    LIST("any", MAYBE, struct doc_guard, any, any_count, &guard_entry),
    MAP_PTR("not", MAYBE, struct doc_guard, not_, guard_fields),
    TEXT("in_state", MAYBE, struct doc_guard, in_state),
    TEXT("flag", MAYBE, struct doc_guard, flag),
    TEXT("passed", MAYBE, struct doc_guard, passed),
    TEXT("count", MAYBE, struct doc_guard, count),
    MAP_PTR("within", MAYBE, struct doc_guard, within, span_fields),
    TEXT("linked", MAYBE, struct doc_guard, linked),
    TEXT("field", MAYBE, struct doc_guard, field),
    TEXT("is", MAYBE, struct doc_guard, is),
    TEXTS("in", struct doc_guard, in, in_count),
    BOOL("present", MAYBE, struct doc_guard, present),
    BOOL("absent", MAYBE, struct doc_guard, absent),
    TEXT("day_after", MAYBE, struct doc_guard, day_after),
    TEXT("has", MAYBE, struct doc_guard, has),
    TEXT("at_least", MAYBE, struct doc_guard, at_least),
    TEXT("at_most", MAYBE, struct doc_guard, at_most),
    TEXT("more_than", MAYBE, struct doc_guard, more_than),
    TEXT("less_than", MAYBE, struct doc_guard, less_than),
    TEXT("before", MAYBE, struct doc_guard, before),
    TEXT("after", MAYBE, struct doc_guard, after),
    MAP_PTR("plus", MAYBE, struct doc_guard, plus, span_fields),
    MAP_PTR("minus", MAYBE, struct doc_guard, minus, span_fields),
    CYAML_FIELD_END};

/* ---- forms ---- */

static const cyaml_strval_t field_types[] = {
    {"text", FIELD_TEXT},     {"longtext", FIELD_LONGTEXT}, {"bool", FIELD_BOOL},     {"int", FIELD_INT},
    {"date", FIELD_DATE},     {"instant", FIELD_INSTANT},   {"period", FIELD_PERIOD}, {"corp_no", FIELD_CORP_NO},
    {"reg_no", FIELD_REG_NO}, {"country", FIELD_COUNTRY},   {"email", FIELD_EMAIL},   {"enum", FIELD_ENUM},
    {"file", FIELD_FILE},     {"case", FIELD_CASE},         {"org", FIELD_ORG},       {"group", FIELD_GROUP},
    {"list", FIELD_LIST}};

static const cyaml_strval_t access_classes[] = {
    {"public", ACCESS_PUBLIC}, {"case", ACCESS_CASE}, {"restricted", ACCESS_RESTRICTED}, {"personal", ACCESS_PERSONAL}};

#define FIELD_KEYS 22
static const cyaml_schema_field_t field_fields[FIELD_KEYS];
static const cyaml_schema_value_t field_entry = ENTRY(struct doc_field, field_fields);

static const cyaml_schema_field_t field_fields[FIELD_KEYS] = {
    TEXT("id", NEEDED, struct doc_field, id),
    CYAML_FIELD_ENUM("type", NEEDED | CYAML_FLAG_STRICT, struct doc_field, type, field_types,
                     CYAML_ARRAY_LEN(field_types)),
    CYAML_FIELD_ENUM_PTR("items", MAYBE | CYAML_FLAG_STRICT, struct doc_field, items, field_types,
                         CYAML_ARRAY_LEN(field_types)),
    BOOL("required", MAYBE, struct doc_field, required),
    MAP_PTR("required_if", MAYBE, struct doc_field, required_if, guard_fields),
    BOOL("accept", MAYBE, struct doc_field, accept),
    BOOL("not_future", MAYBE, struct doc_field, not_future),
    MAP("label", NEEDED, struct doc_field, label, text_fields),
    MAP("help", MAYBE, struct doc_field, help, text_fields),
    TEXT("basis", MAYBE, struct doc_field, basis),
    CYAML_FIELD_ENUM_PTR("access", MAYBE | CYAML_FLAG_STRICT, struct doc_field, access, access_classes,
                         CYAML_ARRAY_LEN(access_classes)),
    INT("max", MAYBE, struct doc_field, max),
    INT("min_items", MAYBE, struct doc_field, min_items),
    TEXT("distinct", MAYBE, struct doc_field, distinct),
    TEXTS("some", struct doc_field, some, some_count),
    BOOL("not_past", MAYBE, struct doc_field, not_past),
    TEXTS("options", struct doc_field, options, options_count),
    LIST("option_labels", MAYBE, struct doc_field, option_labels, option_labels_count, &label_entry),
    MAP_PTR("at_least", MAYBE, struct doc_field, at_least, span_fields),
    MAP_PTR("at_most", MAYBE, struct doc_field, at_most, span_fields),
    LIST("fields", MAYBE, struct doc_field, fields, fields_count, &field_entry),
    CYAML_FIELD_END};

static const cyaml_schema_field_t form_fields[] = {
    TEXT("id", NEEDED, struct doc_form, id),
    MAP("title", NEEDED, struct doc_form, title, text_fields),
    TEXT("basis", MAYBE, struct doc_form, basis),
    TEXTS("like", struct doc_form, like, like_count),
    LIST("fields", MAYBE, struct doc_form, fields, fields_count, &field_entry),
    CYAML_FIELD_END};
static const cyaml_schema_value_t form_entry = ENTRY(struct doc_form, form_fields);

/* ---- actions ---- */

static const cyaml_schema_field_t register_fields[] = {
    TEXT("register", NEEDED, struct doc_register_op, register_), TEXT("key", NEEDED, struct doc_register_op, key),
    TEXTS("from", struct doc_register_op, from, from_count), TEXT("banner", MAYBE, struct doc_register_op, banner),
    CYAML_FIELD_END};

static const cyaml_schema_field_t action_fields[] = {
    TEXT("set", MAYBE, struct doc_action, set),
    TEXT("update", MAYBE, struct doc_action, update),
    TEXT("clear", MAYBE, struct doc_action, clear),
    TEXT("flag", MAYBE, struct doc_action, flag),
    TEXT("unflag", MAYBE, struct doc_action, unflag),
    TEXT("allocate", MAYBE, struct doc_action, allocate),
    TEXT("signal", MAYBE, struct doc_action, signal),
    TEXT("notify", MAYBE, struct doc_action, notify),
    TEXT("restart", MAYBE, struct doc_action, restart),
    TEXT("start", MAYBE, struct doc_action, start),
    TEXT("cancel", MAYBE, struct doc_action, cancel),
    TEXT("raise", MAYBE, struct doc_action, raise),
    TEXT("link", MAYBE, struct doc_action, link),
    MAP_PTR("publish", MAYBE, struct doc_action, publish, register_fields),
    MAP_PTR("mark", MAYBE, struct doc_action, mark, register_fields),
    MAP_PTR("unmark", MAYBE, struct doc_action, unmark, register_fields),
    MAP_PTR("withdraw_entry", MAYBE, struct doc_action, withdraw_entry, register_fields),
    TEXT("from", MAYBE, struct doc_action, from),
    TEXTS("to", struct doc_action, to, to_count),
    TEXTS("with", struct doc_action, with, with_count),
    MAP_PTR("when", MAYBE, struct doc_action, when, guard_fields),
    CYAML_FIELD_END};
static const cyaml_schema_value_t action_entry = ENTRY(struct doc_action, action_fields);

/* ---- deadlines ---- */

#define PERIOD_KEYS 17
static const cyaml_schema_field_t period_fields[PERIOD_KEYS];
static const cyaml_schema_value_t period_entry = ENTRY(struct doc_period, period_fields);

static const cyaml_schema_field_t period_fields[PERIOD_KEYS] = {
    TEXT("from", MAYBE, struct doc_period, from),
    TEXT("of", MAYBE, struct doc_period, of),
    INT("nth", MAYBE, struct doc_period, nth),
    TEXT("first_day", MAYBE, struct doc_period, first_day),
    BOOL("include_corresponding_day", MAYBE, struct doc_period, include_corresponding_day),
    TEXT("cutoff", MAYBE, struct doc_period, cutoff),
    TEXT("roll", MAYBE, struct doc_period, roll),
    TEXT("roll_at", MAYBE, struct doc_period, roll_at),
    INT("years", MAYBE, struct doc_period, years),
    INT("months", MAYBE, struct doc_period, months),
    INT("days", MAYBE, struct doc_period, days),
    INT("business_days", MAYBE, struct doc_period, business_days),
    INT("hours", MAYBE, struct doc_period, hours),
    INT("minutes", MAYBE, struct doc_period, minutes),
    LIST("earliest", MAYBE, struct doc_period, earliest, earliest_count, &period_entry),
    LIST("latest", MAYBE, struct doc_period, latest, latest_count, &period_entry),
    CYAML_FIELD_END};

static const cyaml_schema_field_t remind_fields[] = {
    MAP("before", NEEDED, struct doc_remind, before, span_fields), TEXT("at", MAYBE, struct doc_remind, at),
    TEXT("notice", NEEDED, struct doc_remind, notice), LIST("to", NEEDED, struct doc_remind, to, to_count, &text_entry),
    CYAML_FIELD_END};
static const cyaml_schema_value_t remind_entry = ENTRY(struct doc_remind, remind_fields);

static const cyaml_schema_field_t deadline_fields[] = {
    TEXT("id", NEEDED, struct doc_deadline, id),
    TEXT("kind", DEMANDED, struct doc_deadline, kind),
    MAP_PTR("when", MAYBE, struct doc_deadline, when, guard_fields),
    MAP("label", MAYBE, struct doc_deadline, label, text_fields),
    MAP("period", NEEDED, struct doc_deadline, period, period_fields),
    MAP_PTR("every", MAYBE, struct doc_deadline, every, span_fields),
    TEXT("catch_up", MAYBE, struct doc_deadline, catch_up),
    TEXT("calendar", MAYBE, struct doc_deadline, calendar),
    TEXT("fires", MAYBE, struct doc_deadline, fires),
    LIST("remind", MAYBE, struct doc_deadline, remind, remind_count, &remind_entry),
    LIST("due", MAYBE, struct doc_deadline, due, due_count, &action_entry),
    TEXT("basis", MAYBE, struct doc_deadline, basis),
    CYAML_FIELD_END};
static const cyaml_schema_value_t deadline_entry = ENTRY(struct doc_deadline, deadline_fields);

/* ---- transitions and states ---- */

static const cyaml_schema_field_t not_by_fields[] = {TEXT("person_of", NEEDED, struct doc_not_by, person_of),
                                                     CYAML_FIELD_END};
static const cyaml_schema_value_t not_by_entry = ENTRY(struct doc_not_by, not_by_fields);

static const cyaml_schema_field_t take_fields[] = {
    TEXT("row", DEMANDED, struct doc_take, row),
    TEXT("event", MAYBE, struct doc_take, event),
    TEXT("signal", MAYBE, struct doc_take, signal),
    TEXT("due", MAYBE, struct doc_take, due),
    MAP("label", MAYBE, struct doc_take, label, text_fields),
    TEXTS("by", struct doc_take, by, by_count),
    LIST("not_by", MAYBE, struct doc_take, not_by, not_by_count, &not_by_entry),
    TEXT("form", MAYBE, struct doc_take, form),
    BOOL("partial", MAYBE, struct doc_take, partial),
    BOOL("internal", MAYBE, struct doc_take, internal),
    MAP_PTR("when", MAYBE, struct doc_take, when, guard_fields),
    TEXTS("to", struct doc_take, to, to_count),
    LIST("do", MAYBE, struct doc_take, do_, do_count, &action_entry),
    TEXT("basis", MAYBE, struct doc_take, basis),
    CYAML_FIELD_END};
static const cyaml_schema_value_t take_entry = ENTRY(struct doc_take, take_fields);

static const cyaml_schema_field_t done_fields[] = {
    TEXT("row", DEMANDED, struct doc_done, row), TEXTS("to", struct doc_done, to, to_count),
    LIST("do", MAYBE, struct doc_done, do_, do_count, &action_entry), CYAML_FIELD_END};

static const cyaml_schema_field_t first_fields[] = {LIST("to", NEEDED, struct doc_first, to, to_count, &text_entry),
                                                    LIST("do", MAYBE, struct doc_first, do_, do_count, &action_entry),
                                                    CYAML_FIELD_END};

static const cyaml_schema_field_t waits_fields[] = {TEXT("forever", NEEDED, struct doc_waits, forever),
                                                    CYAML_FIELD_END};

#define STATE_KEYS 19
static const cyaml_schema_field_t state_fields[STATE_KEYS];
static const cyaml_schema_value_t state_entry = ENTRY(struct doc_state, state_fields);

static const cyaml_schema_field_t state_fields[STATE_KEYS] = {
    TEXT("id", NEEDED, struct doc_state, id),
    MAP("label", MAYBE, struct doc_state, label, text_fields),
    BOOL("parallel", MAYBE, struct doc_state, parallel),
    BOOL("final", MAYBE, struct doc_state, final),
    TEXT("history", MAYBE, struct doc_state, history),
    TEXT("initial", MAYBE, struct doc_state, initial),
    MAP_PTR("first", MAYBE, struct doc_state, first, first_fields),
    TEXTS("turn", struct doc_state, turn, turn_count),
    MAP_PTR("waits", MAYBE, struct doc_state, waits, waits_fields),
    TEXT("basis", MAYBE, struct doc_state, basis),
    TEXTS("stops", struct doc_state, stops, stops_count),
    TEXTS("holds", struct doc_state, holds, holds_count),
    LIST("enter", MAYBE, struct doc_state, enter, enter_count, &action_entry),
    LIST("exit", MAYBE, struct doc_state, exit, exit_count, &action_entry),
    LIST("deadlines", MAYBE, struct doc_state, deadlines, deadlines_count, &deadline_entry),
    LIST("take", MAYBE, struct doc_state, take, take_count, &take_entry),
    MAP_PTR("done", MAYBE, struct doc_state, done, done_fields),
    LIST("states", MAYBE, struct doc_state, states, states_count, &state_entry),
    CYAML_FIELD_END};

/* ---- the workflow ---- */

static const cyaml_schema_field_t relation_fields[] = {TEXT("id", NEEDED, struct doc_relation, id),
                                                       TEXT("workflow", NEEDED, struct doc_relation, workflow),
                                                       BOOL("same_subject", MAYBE, struct doc_relation, same_subject),
                                                       BOOL("linked", MAYBE, struct doc_relation, linked),
                                                       TEXT("owned_by", MAYBE, struct doc_relation, owned_by),
                                                       TEXT("linked_by", MAYBE, struct doc_relation, linked_by),
                                                       CYAML_FIELD_END};
static const cyaml_schema_value_t relation_entry = ENTRY(struct doc_relation, relation_fields);

static const cyaml_schema_field_t number_fields[] = {TEXT("id", NEEDED, struct doc_number, id),
                                                     TEXT("format", NEEDED, struct doc_number, format),
                                                     TEXT("counter", MAYBE, struct doc_number, counter),
                                                     TEXT("basis", MAYBE, struct doc_number, basis), CYAML_FIELD_END};
static const cyaml_schema_value_t number_entry = ENTRY(struct doc_number, number_fields);

static const cyaml_schema_field_t open_at_most_fields[] = {TEXT("one_per", NEEDED, struct doc_open_at_most, one_per),
                                                           CYAML_FIELD_END};

static const cyaml_schema_field_t opened_by_fields[] = {
    TEXT("signal", MAYBE, struct doc_opened_by, signal), TEXTS("by", struct doc_opened_by, by, by_count),
    TEXT("form", MAYBE, struct doc_opened_by, form), TEXT("about", MAYBE, struct doc_opened_by, about),
    CYAML_FIELD_END};

static const cyaml_schema_field_t rectify_fields[] = {
    TEXTS("by", struct doc_rectify, by, by_count),
    LIST("not_by", MAYBE, struct doc_rectify, not_by, not_by_count, &not_by_entry),
    TEXT("basis", MAYBE, struct doc_rectify, basis), CYAML_FIELD_END};

static const cyaml_schema_field_t workflow_fields[] = {
    TEXT("workflow", DEMANDED, struct doc_workflow, workflow),
    INT("version", DEMANDED, struct doc_workflow, version),
    TEXT("effective", DEMANDED, struct doc_workflow, effective),
    TEXT("version_by", MAYBE, struct doc_workflow, version_by),
    TEXT("prefix", DEMANDED, struct doc_workflow, prefix),
    MAP("title", DEMANDED, struct doc_workflow, title, text_fields),
    TEXT("zone", DEMANDED, struct doc_workflow, zone),
    TEXT("calendar", MAYBE, struct doc_workflow, calendar),
    TEXT("basis", DEMANDED, struct doc_workflow, basis),
    MAP_PTR("open_at_most", MAYBE, struct doc_workflow, open_at_most, open_at_most_fields),
    MAP("opened_by", DEMANDED, struct doc_workflow, opened_by, opened_by_fields),
    MAP_PTR("rectify", MAYBE, struct doc_workflow, rectify, rectify_fields),
    LIST("relations", MAYBE, struct doc_workflow, relations, relations_count, &relation_entry),
    LIST("numbers", MAYBE, struct doc_workflow, numbers, numbers_count, &number_entry),
    LIST("forms", MAYBE, struct doc_workflow, forms, forms_count, &form_entry),
    LIST("states", NEEDED, struct doc_workflow, states, states_count, &state_entry),
    CYAML_FIELD_END};

const cyaml_schema_value_t schema_workflow = FILE_OF(struct doc_workflow, workflow_fields);

/* ---- what workflows share ---- */

static const cyaml_schema_field_t rule_fields[] = {TEXT("id", NEEDED, struct doc_rule, id),
                                                   TEXT("kind", NEEDED, struct doc_rule, kind),
                                                   MAP("title", NEEDED, struct doc_rule, title, text_fields),
                                                   TEXT("source", MAYBE, struct doc_rule, source),
                                                   TEXT("outside", MAYBE, struct doc_rule, outside),
                                                   TEXT("unmet", MAYBE, struct doc_rule, unmet),
                                                   CYAML_FIELD_END};
static const cyaml_schema_value_t rule_entry = ENTRY(struct doc_rule, rule_fields);
static const cyaml_schema_field_t rules_fields[] = {
    LIST("rules", NEEDED, struct doc_rules, rules, rules_count, &rule_entry), CYAML_FIELD_END};
const cyaml_schema_value_t schema_rules = FILE_OF(struct doc_rules, rules_fields);

static const cyaml_schema_field_t role_fields[] = {TEXT("id", NEEDED, struct doc_role, id),
                                                   TEXT("kind", NEEDED, struct doc_role, kind),
                                                   MAP("label", NEEDED, struct doc_role, label, text_fields),
                                                   TEXT("outside", MAYBE, struct doc_role, outside), CYAML_FIELD_END};
static const cyaml_schema_value_t role_entry = ENTRY(struct doc_role, role_fields);
static const cyaml_schema_field_t roles_fields[] = {
    LIST("roles", NEEDED, struct doc_roles, roles, roles_count, &role_entry), CYAML_FIELD_END};
const cyaml_schema_value_t schema_roles = FILE_OF(struct doc_roles, roles_fields);

static const cyaml_schema_field_t notice_fields[] = {
    TEXT("id", NEEDED, struct doc_notice, id), TEXT("basis", MAYBE, struct doc_notice, basis),
    MAP("subject", NEEDED, struct doc_notice, subject, text_fields),
    MAP("body", NEEDED, struct doc_notice, body, text_fields), CYAML_FIELD_END};
static const cyaml_schema_value_t notice_entry = ENTRY(struct doc_notice, notice_fields);
static const cyaml_schema_field_t notices_fields[] = {
    LIST("notices", NEEDED, struct doc_notices, notices, notices_count, &notice_entry), CYAML_FIELD_END};
const cyaml_schema_value_t schema_notices = FILE_OF(struct doc_notices, notices_fields);

static const cyaml_schema_field_t yearly_fields[] = {
    INT("month", NEEDED, struct doc_yearly, month), INT("day", NEEDED, struct doc_yearly, day),
    TEXT("ja", NEEDED, struct doc_yearly, ja), TEXT("en", NEEDED, struct doc_yearly, en), CYAML_FIELD_END};
static const cyaml_schema_value_t yearly_entry = ENTRY(struct doc_yearly, yearly_fields);
static const cyaml_schema_field_t holiday_fields[] = {TEXT("date", NEEDED, struct doc_holiday, date),
                                                      TEXT("ja", NEEDED, struct doc_holiday, ja),
                                                      TEXT("en", NEEDED, struct doc_holiday, en), CYAML_FIELD_END};
static const cyaml_schema_value_t holiday_entry = ENTRY(struct doc_holiday, holiday_fields);
static const cyaml_schema_field_t calendar_fields[] = {
    TEXT("calendar", NEEDED, struct doc_calendar, calendar),
    TEXT("version", NEEDED, struct doc_calendar, version),
    MAP("title", NEEDED, struct doc_calendar, title, text_fields),
    TEXT("source", MAYBE, struct doc_calendar, source),
    TEXT("first_day", NEEDED, struct doc_calendar, first_day),
    TEXT("announced_until", NEEDED, struct doc_calendar, announced_until),
    LIST("weekend", NEEDED, struct doc_calendar, weekend, weekend_count, &text_entry),
    LIST("yearly", MAYBE, struct doc_calendar, yearly, yearly_count, &yearly_entry),
    LIST("holidays", NEEDED, struct doc_calendar, holidays, holidays_count, &holiday_entry),
    CYAML_FIELD_END};
const cyaml_schema_value_t schema_calendar = FILE_OF(struct doc_calendar, calendar_fields);

/* ---- the maps of a workflow file, by the names of their structs ---- */

#define PART(name, fields)                                                                                             \
    {                                                                                                                  \
#name, fields                                                                                                  \
    }

const struct schema_part schema_parts[] = {PART(workflow, workflow_fields),
                                           PART(state, state_fields),
                                           PART(take, take_fields),
                                           PART(done, done_fields),
                                           PART(first, first_fields),
                                           PART(not_by, not_by_fields),
                                           PART(waits, waits_fields),
                                           PART(action, action_fields),
                                           PART(register_op, register_fields),
                                           PART(deadline, deadline_fields),
                                           PART(period, period_fields),
                                           PART(remind, remind_fields),
                                           PART(span, span_fields),
                                           PART(guard, guard_fields),
                                           PART(form, form_fields),
                                           PART(field, field_fields),
                                           PART(relation, relation_fields),
                                           PART(number, number_fields),
                                           PART(opened_by, opened_by_fields),
                                           PART(rectify, rectify_fields),
                                           PART(open_at_most, open_at_most_fields),
                                           PART(text, text_fields),
                                           {NULL, NULL}};
