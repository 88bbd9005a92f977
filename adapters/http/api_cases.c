#include "adapters/http/api_call.h"
#include "adapters/http/files.h"
#include "adapters/http/problem.h"
#include "adapters/http/query.h"
#include "adapters/json/json.h"
#include "engine/app/access.h"
#include "engine/core/why.h"

#include <string.h>

#define KEY_MAX 255

/* A command on its way, with what it borrows. */
struct posted {
    struct command command;
    struct call *call;
    struct value *body;
    struct value *no_input;
    char *case_number; /* as the caller wrote it; NULL when opening */
    char *prefix;      /* of it */
};

/* The command itself is released by posted_done: before its submission there is nothing in it. */
static void posted_free(struct posted *posted)
{
    value_unref(posted->body);
    value_unref(posted->no_input);
    g_free(posted->case_number);
    g_free(posted->prefix);
    g_free(posted);
}

static char *posted_number(const struct posted *posted)
{
    const struct chart *chart;

    if (posted->case_number != NULL)
        return g_strdup(posted->case_number);
    chart = chart_set_for(posted->call->charts, posted->command.workflow,
                          (civil_day)(posted->command.received / INSTANT_DAY));
    return g_strdup_printf("%s-%" G_GINT64_FORMAT, chart == NULL ? "" : chart->prefix, posted->command.case_id);
}

static void posted_respond(struct posted *posted)
{
    struct value *v = value_new_map();
    g_autofree char *number = posted_number(posted), *headers = NULL;
    bool opened = posted->case_number == NULL;

    value_map_set_text(v, "case", number);
    value_map_set_int(v, "version", posted->command.seq);
    value_map_set(v, "states", value_ref(posted->command.states));
    value_map_set_bool(v, "repeated", posted->command.result == COMMAND_REPEATED);
    headers = g_strdup_printf("ETag: \"%d\"\r\nLocation: /api/v1/cases/%s\r\n", posted->command.seq, number);
    call_respond_json(posted->call, opened ? 201 : 200, headers, v);
    value_unref(v);
}

/* Answers with findings about the member data, in the caller's language, and ends the call. */
static void call_refuse_findings(struct call *call, enum toroku_error code, const char *ja, const char *en_text,
                                 const GPtrArray *list)
{
    bool en = strcmp(call_language(call), "en") == 0;
    g_autofree struct problem_finding *findings = g_new0(struct problem_finding, list->len + 1);
    struct problem problem = {
        .code = code, .detail = en ? en_text : ja, .findings = findings, .finding_count = list->len};

    for (guint i = 0; i < list->len; i++) {
        const struct finding *finding = g_ptr_array_index(list, i);

        findings[i] = (struct problem_finding){.pointer = g_strconcat("/data", finding->pointer, NULL),
                                               .rule = finding->rule,
                                               .message = en ? finding->en : finding->ja};
    }
    http_respond_problem(call->request, &problem, en ? "Content-Language: en\r\n" : "Content-Language: ja\r\n");
    for (guint i = 0; i < list->len; i++)
        g_free((char *)(uintptr_t)findings[i].pointer);
    call_free(call);
}

static void posted_refuse(struct posted *posted)
{
    const struct outcome *outcome = &posted->command.outcome;

    call_refuse_findings(posted->call, outcome->code, outcome->reason_ja, outcome->reason_en, outcome->findings);
}

static void posted_done(struct command *command)
{
    struct posted *posted = (struct posted *)(void *)((char *)command - offsetof(struct posted, command));

    switch (command->result) {
    case COMMAND_TAKEN:
    case COMMAND_REPEATED:
        posted_respond(posted);
        break;
    case COMMAND_REFUSED:
        posted_refuse(posted);
        break;
    case COMMAND_FAILED:
        call_fail(posted->call, command->error);
        break;
    }
    command_release(command);
    posted_free(posted);
}

/* Answers that the member ${name} is not what it must be. */
static void body_refuse(struct call *call, const char *name, const char *rule, const char *detail, const char *message)
{
    g_autofree char *pointer = g_strdup_printf("/%s", name);
    const struct problem_finding finding = {pointer, rule, message};
    const struct problem problem = {
        .code = TOROKU_ERROR_INVALID, .detail = detail, .findings = &finding, .finding_count = 1};

    http_respond_problem(call->request, &problem, NULL);
    call_free(call);
}

/* A member that must be a text. NULL after answering with a problem. */
static const char *body_text(struct call *call, const struct value *body, const char *name)
{
    const char *text = value_text(value_get(body, name));

    if (text == NULL)
        body_refuse(call, name, "required", "The request lacks a member.", "A text is expected here.");
    return text;
}

/* A member that is an id, 0 when it is absent or null. FALSE after answering with a problem. */
static bool body_id(struct call *call, const struct value *body, const char *name, int64_t *id)
{
    const struct value *v = value_get(body, name);

    *id = value_int(v);
    if (value_is_null(v) || *id > 0)
        return true;
    body_refuse(call, name, "type", "A member of the request is of another type.", "An id is a number from 1 on.");
    return false;
}

/* Only the members named may stand in ${body}. FALSE after answering. */
static bool body_check_members(struct call *call, const struct value *body, const char *const *known)
{
    for (size_t i = 0; i < value_size(body); i++) {
        if (g_strv_contains(known, value_key_at(body, i)))
            continue;
        body_refuse(call, value_key_at(body, i), "unknown_field", "The request has a member that is not known here.",
                    "The request has no such member.");
        return false;
    }
    return true;
}

static bool request_is_json(const struct http_request *request)
{
    const char *type = http_request_header(request, "content-type");

    return type != NULL && g_ascii_strncasecmp(type, "application/json", 16) == 0 &&
           (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
}

/* The parsed body, an object. NULL after answering. */
static struct value *call_body(struct call *call)
{
    GError *error = NULL;
    struct value *body;

    if (!request_is_json(call->request)) {
        const struct problem problem = {.code = TOROKU_ERROR_INVALID,
                                        .status = 415,
                                        .detail = "Send the request as JSON: Content-Type: application/json."};

        http_respond_problem(call->request, &problem, "Accept-Post: application/json\r\n");
        call_free(call);
        return NULL;
    }
    body = json_parse(call->request->body, call->request->body_size, JSON_DEPTH_MAX, &error);
    if (body == NULL) {
        call_fail(call, error);
        g_error_free(error);
        return NULL;
    }
    if (value_kind(body) != VALUE_MAP) {
        value_unref(body);
        call_refuse(call, TOROKU_ERROR_INVALID, "The request is not a JSON object.");
        return NULL;
    }
    return body;
}

/* The Idempotency-Key: 1 to 255 visible ASCII characters. NULL after answering. */
static const char *call_key(struct call *call)
{
    const char *key = http_request_header(call->request, "idempotency-key");
    size_t size = key == NULL ? 0 : strlen(key);

    for (size_t i = 0; i < size; i++)
        if (key[i] <= ' ' || key[i] > '~')
            size = 0;
    if (size >= 1 && size <= KEY_MAX)
        return key;
    call_refuse(
        call, TOROKU_ERROR_INVALID,
        "Name the request with an Idempotency-Key of 1 to 255 visible characters, the same when you repeat it.");
    return NULL;
}

/* If-Match: "7". FALSE after answering. */
static bool call_if_match(struct call *call, int *version)
{
    const char *header = http_request_header(call->request, "if-match");
    gint64 number;
    g_autofree char *digits = NULL;

    if (header == NULL) {
        call_refuse(call, TOROKU_ERROR_VERSION_REQUIRED,
                    "Say which version of the case you saw: If-Match: \"VERSION\", as in the ETag of the case.");
        return false;
    }
    if (strlen(header) > 2 && header[0] == '"' && header[strlen(header) - 1] == '"')
        digits = g_strndup(header + 1, strlen(header) - 2);
    if (digits == NULL || !g_ascii_string_to_signed(digits, 10, 0, G_MAXINT, &number, NULL)) {
        call_refuse(call, TOROKU_ERROR_INVALID, "If-Match is a version in quotes, as in the ETag of the case: \"7\".");
        return false;
    }
    *version = (int)number;
    return true;
}

/* The key stands for the whole request: what it is about, the version, every byte that was meant. */
static void posted_hash(struct posted *posted)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%" G_GINT64_FORMAT " %d ", posted->command.case_id, posted->command.if_version);
    value_print(posted->body, text);
    chain_sha256(text->str, text->len, posted->command.body_hash);
    g_string_free(text, TRUE);
}

static void posted_files_checked(void *user, GPtrArray *findings, const GError *error)
{
    struct posted *posted = user;

    if (error == NULL && findings->len == 0) {
        command_submit(posted->call->api->config.engine, &posted->command);
        return;
    }
    if (error != NULL)
        call_fail(posted->call, error);
    else
        call_refuse_findings(posted->call, TOROKU_ERROR_UNPROCESSABLE, "入力内容に誤りがあります。",
                             "The form names files that are not known here.", findings);
    posted_free(posted);
}

static void posted_submit(struct posted *posted, const char *key)
{
    struct call *call = posted->call;
    const struct value *data = value_get(posted->body, "data");

    if (!value_is_null(data) && value_kind(data) != VALUE_MAP) {
        posted_free(posted);
        call_refuse(call, TOROKU_ERROR_INVALID, "The member data is not a JSON object.");
        return;
    }
    posted->command.input = value_is_null(data) ? posted->no_input : data;
    posted->command.actor = call->caller->actor;
    posted->command.key = key;
    posted->command.received = call->request->received;
    posted->command.done = posted_done;
    posted_hash(posted);
    if (!files_check(call->api->config.reader, posted->command.actor, data, posted_files_checked, posted))
        command_submit(call->api->config.engine, &posted->command);
}

static struct posted *posted_new(struct call *call, struct value *body)
{
    struct posted *posted = g_new0(struct posted, 1);

    posted->call = call;
    posted->body = body;
    posted->no_input = value_new_map();
    return posted;
}

void case_open(struct http_request *request, void *user)
{
    static const char *const known[] = {"workflow", "subject", "data", NULL};
    struct call *call = request->user;
    const char *key = call_key(call), *workflow;
    struct value *body;
    struct posted *posted;
    int64_t subject;

    (void)user;
    if (key == NULL || (body = call_body(call)) == NULL)
        return;
    if (!body_check_members(call, body, known) || (workflow = body_text(call, body, "workflow")) == NULL ||
        !body_id(call, body, "subject", &subject)) {
        value_unref(body);
        return;
    }
    posted = posted_new(call, body);
    posted->command.workflow = workflow;
    posted->command.subject = subject;
    posted->command.event = "open";
    posted->command.if_version = -1;
    posted_submit(posted, key);
}

void case_event(struct http_request *request, void *user)
{
    static const char *const known[] = {"event", "data", NULL};
    struct call *call = request->user;
    const char *number = http_request_param(request, "case"), *key, *event;
    g_autofree char *prefix = NULL;
    int64_t id = call_case_id(number, &prefix);
    int version;
    struct value *body;
    struct posted *posted;

    (void)user;
    if (id == 0) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, "There is no such case.");
        return;
    }
    if ((key = call_key(call)) == NULL || !call_if_match(call, &version) || (body = call_body(call)) == NULL)
        return;
    if (!body_check_members(call, body, known) || (event = body_text(call, body, "event")) == NULL) {
        value_unref(body);
        return;
    }
    posted = posted_new(call, body);
    posted->case_number = g_strdup(number);
    posted->prefix = g_steal_pointer(&prefix);
    posted->command.case_id = id;
    posted->command.prefix = posted->prefix;
    posted->command.event = event;
    posted->command.if_version = version;
    posted_submit(posted, key);
}

static void call_answer_json(struct call *call)
{
    call_respond(call, 200, "application/json", NULL, call->ask.json, call->ask.size);
}

/* The answer about a case parsed, when it is the case that was asked for: the id alone does not tell. NULL after
 * answering. */
static struct value *case_parsed(struct call *call)
{
    struct value *v = call_answer_value(call);

    if (v != NULL && g_strcmp0(value_text(value_get(v, "case")), http_request_param(call->request, "case")) != 0) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, "There is no such case.");
        g_clear_pointer(&v, value_unref);
    }
    return v;
}

/* ${v} with its member ${name}, fields of the case, cut to what the caller may read; takes ${v}. */
static struct value *case_cut(const struct actor *actor, const struct chart *chart, struct value *v, const char *name)
{
    struct value *cut;

    if (value_get(v, name) == NULL)
        return v;
    cut = value_map_copy(v);
    value_map_set(cut, name, access_readable(actor, chart, value_get(v, name)));
    value_unref(v);
    return cut;
}

static struct value *texts_of(const GPtrArray *texts)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < texts->len; i++)
        value_list_add(list, value_new_text(g_ptr_array_index(texts, i)));
    return list;
}

/* Each deadline of ${v} with its derivation in sentences, too; takes ${v}. */
static struct value *case_explained(const struct chart *chart, struct value *v)
{
    const struct value *deadlines = value_get(v, "deadlines");
    struct value *list = value_new_list();

    for (size_t i = 0; i < value_size(deadlines); i++) {
        struct value *deadline = value_map_copy(value_at(deadlines, i)), *explain = value_new_map();
        g_autoptr(GPtrArray) ja = why_explain(chart, value_get(deadline, "why"), EXPLAIN_JA);
        g_autoptr(GPtrArray) en = why_explain(chart, value_get(deadline, "why"), EXPLAIN_EN);

        value_map_set(explain, "ja", texts_of(ja));
        value_map_set(explain, "en", texts_of(en));
        value_map_set(deadline, "explain", explain);
        value_list_add(list, deadline);
    }
    value_map_set(value_own(&v), "deadlines", list);
    return v;
}

/* The case with its deadlines explained, or what of it the caller may read; its version becomes the ETag. */
static void case_answer(struct call *call)
{
    struct value *v = case_parsed(call);
    g_autofree char *etag = NULL;
    const struct chart *chart;
    struct actor actor;

    if (v == NULL)
        return;
    actor = call_actor(call);
    etag = g_strdup_printf("ETag: \"%" G_GINT64_FORMAT "\"\r\n", value_int(value_get(v, "seq")));
    chart = chart_set_by_sha256(call->charts, value_text(value_get(v, "chart")));
    if (access_is_partial(&actor))
        v = case_cut(&actor, chart, v, "data");
    if (chart != NULL)
        v = case_explained(chart, v);
    call_respond_json(call, 200, etag, v);
    value_unref(v);
}

/* The same for one event of the history: what it set, and what a rectification found set before. */
static struct value *event_cut(const struct actor *actor, const struct chart *chart, const struct value *event)
{
    const struct value *data = value_path(event, "rectified.was.data");
    struct value *v = case_cut(actor, chart, value_ref(event), "set"), *cut, *rectified, *was;

    if (data == NULL)
        return v;
    was = value_map_copy(value_path(event, "rectified.was"));
    value_map_set(was, "data", access_readable(actor, chart, data));
    rectified = value_map_copy(value_get(event, "rectified"));
    value_map_set(rectified, "was", was);
    cut = value_map_copy(v);
    value_map_set(cut, "rectified", rectified);
    value_unref(v);
    return cut;
}

static void case_answer_history(struct call *call)
{
    struct value *v = case_parsed(call), *events, *cut;
    const struct chart *chart;
    struct actor actor;

    if (v == NULL)
        return;
    actor = call_actor(call);
    if (!access_is_partial(&actor)) {
        call_answer_json(call);
        value_unref(v);
        return;
    }
    chart = chart_set_by_sha256(call->charts, value_text(value_get(v, "chart")));
    events = value_new_list();
    for (size_t i = 0; i < value_size(value_get(v, "events")); i++)
        value_list_add(events, event_cut(&actor, chart, value_at(value_get(v, "events"), i)));
    cut = value_map_copy(v);
    value_map_set(cut, "events", events);
    call_respond_json(call, 200, NULL, cut);
    value_unref(cut);
    value_unref(v);
}

static void case_answer_as_is(struct call *call)
{
    struct value *v = case_parsed(call);

    if (v != NULL)
        call_answer_json(call);
    value_unref(v);
}

static void case_ask(struct http_request *request, enum reader_question question, void (*answer)(struct call *call))
{
    struct call *call = request->user;
    int64_t id = call_case_id(http_request_param(request, "case"), NULL);

    call->params[0] = g_strdup_printf("%" G_GINT64_FORMAT, id);
    if (id == 0)
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, "There is no such case.");
    else
        call_ask(call, question, answer);
}

void case_read(struct http_request *request, void *user)
{
    (void)user;
    case_ask(request, READ_CASE, case_answer);
}

void case_history(struct http_request *request, void *user)
{
    (void)user;
    case_ask(request, READ_CASE_EVENTS, case_answer_history);
}

/* What one event brought of one access class: public, case, restricted or personal. */
void case_part(struct http_request *request, void *user)
{
    static const char *const names[ACCESS_CLASS_COUNT] = {"public", "case", "restricted", "personal"};
    struct call *call = request->user;
    const char *seq = http_request_param(request, "seq"), *name = http_request_param(request, "access");
    struct actor actor = call_actor(call);
    int access = 0;

    (void)user;
    while (access < ACCESS_CLASS_COUNT && strcmp(names[access], name) != 0)
        access++;
    call->params[1] = g_strdup(seq);
    call->params[2] = g_strdup(name);
    if (access == ACCESS_CLASS_COUNT || strlen(seq) > 9 || strspn(seq, "0123456789") != strlen(seq))
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, "There is no such event.");
    else if (!access_may_read(&actor, (enum access_class)access))
        call_refuse(call, TOROKU_ERROR_FORBIDDEN, "Your roles do not read inputs of this class.");
    else
        case_ask(request, READ_CASE_PART, case_answer_as_is);
}

/* ?limit= and ?after=, the same for every list. FALSE after answering. */
static bool call_page(struct call *call, struct query *query, int first)
{
    GError *error = NULL;
    int64_t limit;

    if (!query_get_int(query, "limit", 1, 200, 50, &limit, &error)) {
        call_fail(call, error);
        g_error_free(error);
        return false;
    }
    call->params[first] = g_strdup_printf("%" G_GINT64_FORMAT, limit);
    call->params[first + 1] = g_strdup(query_get(query, "after") == NULL ? "" : query_get(query, "after"));
    return true;
}

static void list_ask(struct http_request *request, const char *filter, bool needed, enum reader_question question)
{
    struct call *call = request->user;
    const char *const known[] = {filter, "limit", "after", "lang", NULL};
    struct query *query = call_query(call, known);
    const char *given;

    if (query == NULL)
        return;
    given = query_get(query, filter);
    if (given == NULL && needed) {
        g_autofree char *detail = g_strdup_printf("Name the list: ?%s=...", filter);

        call_refuse(call, TOROKU_ERROR_INVALID, detail);
    } else {
        call->params[0] = g_strdup(given == NULL ? "" : given);
        call->params[1] = g_strdup("");
        if (call_page(call, query, 2))
            call_ask(call, question, call_answer_json);
    }
    query_free(query);
}

void queue_list(struct http_request *request, void *user)
{
    (void)user;
    list_ask(request, "role", true, READ_QUEUE);
}

void case_list(struct http_request *request, void *user)
{
    (void)user;
    list_ask(request, "workflow", false, READ_CASES);
}

void me_read(struct http_request *request, void *user)
{
    (void)user;
    call_ask(request->user, READ_WHOAMI, call_answer_json);
}
