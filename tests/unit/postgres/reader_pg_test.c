#include "adapters/postgres/reader_pg.h"

#include "adapters/postgres/directory.h"
#include "adapters/postgres/migrate.h"
#include "adapters/uv/loop_uv.h"
#include "engine/error.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>
#include <string.h>

/* Two providers with a case each, a member of staff; one register entry that changes three times. */
static const char fixture[] =
    "insert into charts (workflow, version, prefix, sha256, source, limits)"
    " values ('application', 1, 'SA', 'x', '', '{answer}');"
    "insert into cases (id, subject_id, owner_org, at, chart_id, seq, closed, hash, body, turns, data)"
    " select nextval('case_ids'), s.id, s.org_id, '2026-04-01T00:00:00Z', 1, 2, false, '\\x00',"
    "  '{\"deadlines\":[{\"arming\":1,\"due\":1779894000000000,\"id\":\"answer\",\"last_day\":20600}],"
    "    \"flags\":{\"late\":true},\"states\":[\"asked\"]}',"
    "  '[{\"deadline\":null,\"due\":null,\"org\":0,\"role\":\"opsup\"},{\"deadline\":\"answer\","
    "    \"due\":\"2026-05-27T15:00:00Z\",\"org\":' || s.org_id || ',\"role\":\"owner\"}]',"
    "  '{\"name\":\"' || s.code || '\"}' from subjects s order by s.id;"
    "insert into events (case_id, person_id, org_id, at, seq, kind, name, hash, states, record)"
    " select c.id, (select id from persons where login = 'taro'), o.id, '2026-04-01T00:00:00Z', n, 0, 'move',"
    "  '\\x00', '[\"asked\"]', '{\"outcome\":{\"deadlines\":[{\"id\":\"answer\",\"why\":{\"no\":' || n || '}}]}}'"
    " from cases c join organisations o on o.code = 'ops', generate_series(1, 2) n;"
    "insert into parts (case_id, seq, access, salt, commitment, body)"
    " select id, 1, a, '\\x01', '\\x02', '{\"class\":' || a || '}' from cases, generate_series(0, 3) a;"
    "insert into turns (case_id, org_id, due, role) select id, owner_org, '2026-05-27T15:00:00Z', 'owner' from cases;"
    "insert into turns (case_id, org_id, due, role) select id, 0, 'infinity', 'opsup' from cases;"
    "select register_write('publish', 'services', 'C26', '{\"v\":1}', null, 1, 1, '2026-01-01T00:00:00Z');"
    "select register_write('mark', 'services', 'C26', null, 'suspended', 1, 2, '2026-02-01T00:00:00Z');"
    "select register_write('withdraw', 'services', 'C26', null, null, 1, 3, '2026-03-01T00:00:00Z');"
    "insert into notices (case_id, at, next_at, seq, number, state, language, notice, address, recipient, vars)"
    " values (1, now(), 'infinity', 1, 0, 3, 'ja', 'late', '', 'opsup.lead', '{}')";

struct world {
    char *conninfo;
    struct loop_uv *loop;
    struct reader_pg *pg;
    struct reader *reader;
    int64_t csp[2], ops, taro;
};

static void world_open(struct world *w)
{
    GError *error = NULL;
    struct directory *d;
    uint8_t token[HASH_SIZE] = {1};

    w->conninfo = pg_database_new();
    cr_assert(migrate_run(w->conninfo, false, NULL, NULL, &error), "%s", error != NULL ? error->message : "");
    d = directory_open(w->conninfo, NULL);
    w->csp[0] = directory_organisation(d, "csp-1", "甲社", "First", "csp", NULL);
    w->csp[1] = directory_organisation(d, "csp-2", "乙社", "Second", "csp", NULL);
    w->ops = directory_organisation(d, "ops", "運用支援機関", "Ops", "operator", NULL);
    w->taro = directory_person(d, "taro", "太郎", NULL);
    directory_subject(d, w->csp[0], "svc-1", "One", NULL);
    directory_subject(d, w->csp[1], "svc-2", "Two", NULL);
    cr_assert(directory_grant(d, w->taro, w->ops, "opsup", NULL));
    cr_assert(directory_grant(d, w->taro, w->ops, "committee", NULL));
    cr_assert(directory_grant(d, w->taro, w->ops, "committee", NULL), "all of the directory may be said twice");
    cr_assert(directory_token(d, token, w->taro, w->ops, "test", INT64_C(2000) * INSTANT_SECOND, NULL));
    directory_close(d);
    pg_run(w->conninfo, fixture);
    w->loop = loop_uv_new(LOOP_UV_REAL, 0, NULL);
    w->pg = reader_pg_new(w->conninfo, 1, loop_uv_handle(w->loop), loop_uv_port(w->loop), NULL);
    w->reader = reader_pg_port(w->pg);
}

static struct loop_uv *running; /* of the one test of this process */

static void world_run(struct world *w)
{
    running = w->loop;
    loop_uv_run(w->loop);
}

static void world_drained(void *data)
{
    loop_uv_stop(((struct world *)data)->loop);
}

static void world_close(struct world *w)
{
    reader_pg_drain(w->pg, world_drained, w);
    loop_uv_run(w->loop);
    loop_uv_free(w->loop);
    pg_database_drop(w->conninfo);
}

static const char *const no_roles[] = {NULL}, *const staff_roles[] = {"opsup", NULL};

static struct actor csp(const struct world *w, int i)
{
    return (struct actor){.person = 99, .org = w->csp[i], .roles = no_roles};
}

static struct actor staff(const struct world *w)
{
    return (struct actor){.person = w->taro, .org = w->ops, .roles = staff_roles};
}

static void answered(struct reader_request *request)
{
    (void)request;
    loop_uv_stop(running);
}

/* The answer, the caller's; NULL with the code of the error in ${code}. */
static char *ask(struct world *w, struct actor actor, enum reader_question question, const char *const *params,
                 enum toroku_error *code)
{
    struct reader_request request = {.done = answered, .question = question, .actor = actor};

    for (int i = 0; params != NULL && params[i] != NULL; i++)
        request.params[i] = params[i];
    reader_ask(w->reader, &request);
    cr_assert_null(request.json, "never within the call");
    world_run(w);
    if (request.error != NULL) {
        *code = toroku_error_code(request.error);
        g_error_free(request.error);
        cr_assert_null(request.json);
    }
    return request.json;
}

#define PARAMS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect_json(char *json, const char *part)
{
    cr_expect(json != NULL && strstr(json, part) != NULL, "%s not in %s", part, json != NULL ? json : "(nothing)");
}

Test(reader_pg, a_case_is_seen_by_its_owner_and_by_staff)
{
    struct world w = {0};
    enum toroku_error code = 0;
    char *json;

    world_open(&w);
    json = ask(&w, csp(&w, 0), READ_CASE, PARAMS("1"), &code);
    expect_json(json, "\"case\" : \"SA-1\"");
    expect_json(json, "\"states\" : [\"asked\"]");
    expect_json(json, "\"code\" : \"csp-1\"");
    expect_json(json, "\"due\" : \"2026-05-27T15:00:00Z\"");
    expect_json(json, "\"last_day\" : \"2026-05-27\"");
    expect_json(json, "\"why\" : {\"no\":2}"); /* of the last record that derived it */
    g_free(json);
    cr_assert_null(ask(&w, csp(&w, 1), READ_CASE, PARAMS("1"), &code));
    cr_assert_eq(code, TOROKU_ERROR_NOT_FOUND);
    json = ask(&w, csp(&w, 1), READ_CASE, PARAMS("2"), &code);
    expect_json(json, "\"case\" : \"SA-2\""); /* the same connection, another organisation */
    g_free(json);
    json = ask(&w, staff(&w), READ_CASE, PARAMS("2"), &code);
    expect_json(json, "\"case\" : \"SA-2\"");
    g_free(json);
    cr_assert_null(ask(&w, staff(&w), READ_CASE, PARAMS("x"), &code));
    cr_assert_eq(code, TOROKU_ERROR_INVALID);
    world_close(&w);
}

Test(reader_pg, a_history_names_people_to_staff_only)
{
    struct world w = {0};
    enum toroku_error code = 0;
    char *json;

    world_open(&w);
    json = ask(&w, staff(&w), READ_CASE_EVENTS, PARAMS("1"), &code);
    expect_json(json, "\"person\":\"太郎\"");
    expect_json(json, "\"parts\":[\"public\",\"case\",\"restricted\",\"personal\"]");
    g_free(json);
    json = ask(&w, csp(&w, 0), READ_CASE_EVENTS, PARAMS("1"), &code);
    expect_json(json, "\"seq\":2");
    expect_json(json, "\"parts\":[\"public\",\"case\"]");
    cr_assert_null(strstr(json, "太郎"));
    g_free(json);
    cr_assert_null(ask(&w, csp(&w, 1), READ_CASE_EVENTS, PARAMS("1"), &code));
    cr_assert_eq(code, TOROKU_ERROR_NOT_FOUND);
    json = ask(&w, csp(&w, 0), READ_CASE_PART, PARAMS("1", "1", "case"), &code);
    expect_json(json, "\"body\" : {\"class\":1}");
    g_free(json);
    cr_assert_null(ask(&w, csp(&w, 0), READ_CASE_PART, PARAMS("1", "1", "personal"), &code));
    cr_assert_eq(code, TOROKU_ERROR_NOT_FOUND);
    json = ask(&w, staff(&w), READ_CASE_PART, PARAMS("1", "1", "personal"), &code);
    expect_json(json, "\"body\" : {\"class\":3}");
    g_free(json);
    world_close(&w);
}

/* The cursor in ${json}, or NULL when it is the last page. */
static char *next_of(const char *json)
{
    const char *next = strstr(json, "\"next\" : \"");

    return next == NULL ? NULL : g_strndup(next + 10, strcspn(next + 10, "\""));
}

Test(reader_pg, lists_are_paged_and_scoped)
{
    struct world w = {0};
    enum toroku_error code = 0;
    char *json, *next;

    world_open(&w);
    json = ask(&w, staff(&w), READ_QUEUE, PARAMS("opsup", "", "1", ""), &code);
    expect_json(json, "\"case\" : \"SA-1\"");
    next = next_of(json);
    g_free(json);
    json = ask(&w, staff(&w), READ_QUEUE, PARAMS("opsup", "", "2", next), &code);
    expect_json(json, "\"case\" : \"SA-2\"");
    cr_assert_null(next_of(json));
    g_free(json);
    g_free(next);
    json = ask(&w, staff(&w), READ_QUEUE, PARAMS("owner", "csp-2", "9", ""), &code);
    expect_json(json, "\"case\" : \"SA-2\"");
    expect_json(json, "\"kind\" : \"limit\"");
    cr_assert_null(strstr(json, "SA-1"));
    g_free(json);
    json = ask(&w, csp(&w, 0), READ_QUEUE, PARAMS("owner", "", "9", ""), &code);
    expect_json(json, "SA-1");
    cr_assert_null(strstr(json, "SA-2"));
    g_free(json);
    json = ask(&w, csp(&w, 0), READ_QUEUE, PARAMS("owner", "csp-2", "9", ""), &code);
    expect_json(json, "\"queue\" : []");
    g_free(json);
    cr_assert_null(ask(&w, staff(&w), READ_QUEUE, PARAMS("opsup", "", "1", "nonsense"), &code));
    cr_assert_eq(code, TOROKU_ERROR_INVALID);

    json = ask(&w, staff(&w), READ_CASES, PARAMS("application", "", "1", ""), &code);
    expect_json(json, "\"case\" : \"SA-2\""); /* newest first */
    next = next_of(json);
    cr_assert_str_eq(next, "2");
    g_free(json);
    json = ask(&w, staff(&w), READ_CASES, PARAMS("", "", "1", next), &code);
    expect_json(json, "\"case\" : \"SA-1\"");
    g_free(json);
    g_free(next);
    json = ask(&w, staff(&w), READ_CASES, PARAMS("other", "", "9", ""), &code);
    expect_json(json, "\"cases\" : []");
    g_free(json);
    json = ask(&w, csp(&w, 1), READ_CASES, PARAMS("", "", "9", ""), &code);
    expect_json(json, "SA-2");
    cr_assert_null(strstr(json, "SA-1"));
    g_free(json);
    world_close(&w);
}

Test(reader_pg, the_register_is_everybodys)
{
    const struct actor nobody = {.roles = no_roles};
    struct world w = {0};
    enum toroku_error code = 0;
    char *json;

    world_open(&w);
    json = ask(&w, nobody, READ_REGISTER, PARAMS("services", "2025-12-31T23:59:59Z", "infinity"), &code);
    expect_json(json, "\"entries\" : []");
    g_free(json);
    json = ask(&w, nobody, READ_REGISTER, PARAMS("services", "2026-01-01T00:00:00Z", "infinity"), &code);
    expect_json(json, "\"banner\" : null");
    g_free(json);
    json = ask(&w, nobody, READ_REGISTER, PARAMS("services", "2026-02-15T00:00:00Z", "infinity"), &code);
    expect_json(json, "\"banner\" : \"suspended\"");
    expect_json(json, "\"listed\" : \"2026-01-01T00:00:00Z\"");
    expect_json(json, "\"entry\" : {\"v\":1}");
    g_free(json);
    json = ask(&w, nobody, READ_REGISTER, PARAMS("services", "2026-03-01T00:00:00Z", "infinity"), &code);
    expect_json(json, "\"entries\" : []");
    g_free(json);
    json = ask(&w, nobody, READ_REGISTER_ENTRY, PARAMS("services", "C26"), &code);
    expect_json(json, "\"op\" : \"withdraw\"");
    g_free(json);
    cr_assert_null(ask(&w, nobody, READ_REGISTER_ENTRY, PARAMS("services", "C27"), &code));
    cr_assert_eq(code, TOROKU_ERROR_NOT_FOUND);
    cr_assert_null(ask(&w, nobody, READ_CASE, PARAMS("1"), &code));
    cr_assert_eq(code, TOROKU_ERROR_FORBIDDEN, "read_public touches nothing else");
    json = ask(&w, nobody, READ_READY, NULL, &code);
    cr_assert_str_eq(json, "{\"ready\":true}");
    g_free(json);
    world_close(&w);
}

Test(reader_pg, the_list_of_notices_is_for_staff)
{
    struct world w = {0};
    enum toroku_error code = 0;
    char *json;

    world_open(&w);
    json = ask(&w, staff(&w), READ_NOTICES, PARAMS("nobody", "9"), &code);
    expect_json(json, "\"to\" : \"opsup.lead\"");
    g_free(json);
    json = ask(&w, staff(&w), READ_NOTICES, PARAMS("delivered", "9"), &code);
    expect_json(json, "\"notices\" : []");
    g_free(json);
    json = ask(&w, csp(&w, 0), READ_NOTICES, PARAMS("nobody", "9"), &code);
    expect_json(json, "\"notices\" : []"); /* an organisation's eyes see what was sent to it, and this was not */
    g_free(json);
    json = ask(&w, staff(&w), READ_WHOAMI, NULL, &code);
    expect_json(json, "\"login\" : \"taro\"");
    expect_json(json, "\"roles\" : [\"committee\", \"opsup\"]");
    g_free(json);
    world_close(&w);
}

static void identified(struct reader_identity *identity)
{
    (void)identity;
    loop_uv_stop(running);
}

Test(reader_pg, a_token_is_known_by_its_hash_until_it_expires)
{
    struct world w = {0};
    struct reader_identity identity = {.done = identified, .token_hash = {1}, .now = 1999 * INSTANT_SECOND};
    struct directory *d;

    world_open(&w);
    reader_identify(w.reader, &identity);
    world_run(&w);
    cr_assert_null(identity.error);
    cr_assert_eq(identity.person, w.taro);
    cr_assert_eq(identity.org, w.ops);
    cr_assert_str_eq(identity.name, "太郎");
    cr_assert_eq(g_strv_length(identity.roles), 2);
    cr_assert_str_eq(identity.roles[0], "committee");
    g_strfreev(identity.roles);
    g_free(identity.name);

    identity.now = 2000 * INSTANT_SECOND;
    reader_identify(w.reader, &identity);
    world_run(&w);
    cr_assert(g_error_matches(identity.error, TOROKU_ERROR, TOROKU_ERROR_UNAUTHENTICATED));
    g_clear_error(&identity.error);

    d = directory_open(w.conninfo, NULL);
    cr_assert(directory_token_revoke(d, identity.token_hash, 0, NULL));
    directory_close(d);
    identity.now = 0;
    reader_identify(w.reader, &identity);
    world_run(&w);
    cr_assert(g_error_matches(identity.error, TOROKU_ERROR, TOROKU_ERROR_UNAUTHENTICATED));
    g_clear_error(&identity.error);
    world_close(&w);
}

static void document_done(struct reader_document *document)
{
    (void)document;
    loop_uv_stop(running);
}

static GError *document_put(struct world *w, struct actor actor, const char *bytes)
{
    struct reader_document document = {.done = document_done,
                                       .actor = actor,
                                       .sha256 = {7},
                                       .name = "report.pdf",
                                       .media_type = "application/pdf",
                                       .bytes = bytes,
                                       .size = strlen(bytes)};

    reader_put(w->reader, &document);
    world_run(w);
    return document.error;
}

static GError *document_get(struct world *w, struct actor actor, GBytes **content)
{
    struct reader_document document = {.done = document_done, .actor = actor, .sha256 = {7}};

    reader_get(w->reader, &document);
    world_run(w);
    *content = document.content;
    g_free(document.got_name);
    g_free(document.got_type);
    return document.error;
}

Test(reader_pg, a_document_belongs_to_who_put_it)
{
    struct world w = {0};
    enum toroku_error code = 0;
    GBytes *content;
    GError *error;
    char *json;

    world_open(&w);
    cr_assert_null(document_put(&w, csp(&w, 0), "content"));
    cr_assert_null(document_put(&w, csp(&w, 0), "content"), "the same again changes nothing");
    cr_assert_eq(pg_number(w.conninfo, "select count(*) from documents"), 1);
    cr_assert_null(document_get(&w, csp(&w, 0), &content));
    cr_assert_eq(g_bytes_get_size(content), 7);
    g_bytes_unref(content);
    cr_assert_null(document_get(&w, staff(&w), &content));
    g_bytes_unref(content);
    error = document_get(&w, csp(&w, 1), &content);
    cr_assert(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND));
    g_clear_error(&error);
    json = ask(&w, csp(&w, 0), READ_DOCUMENT,
               PARAMS("0700000000000000000000000000000000000000000000000000000000000000"), &code);
    expect_json(json, "\"size\" : 7");
    g_free(json);
    cr_assert_null(document_put(&w, csp(&w, 1), ""), "an empty one, of another organisation");
    cr_assert_null(document_get(&w, csp(&w, 1), &content));
    cr_assert_eq(g_bytes_get_size(content), 0);
    g_bytes_unref(content);
    world_close(&w);
}

/* The first wall lets nobody else ask; were it gone, an organisation would count its own cases and no others. */
Test(reader_pg, figures_count_what_the_asker_sees)
{
    struct world w = {0};
    enum toroku_error code = 0;
    char *json;

    world_open(&w);
    json = ask(&w, staff(&w), READ_STAT_CASES, PARAMS("2026-05-01T00:00:00Z", "{\"states\":[]}"), &code);
    expect_json(json, "\"state\" : \"asked\", \"closed\" : false, \"cases\" : 2");
    g_free(json);
    json = ask(&w, csp(&w, 0), READ_STAT_CASES, PARAMS("2026-05-01T00:00:00Z", "{\"states\":[]}"), &code);
    expect_json(json, "\"state\" : \"asked\", \"closed\" : false, \"cases\" : 1");
    g_free(json);
    json = ask(&w, staff(&w), READ_STAT_DUE, PARAMS("2026-05-27T15:00:00Z"), &code);
    expect_json(json, "\"role\" : \"owner\", \"kind\" : \"limit\", \"turns\" : 2, \"overdue\" : 2");
    g_free(json);
    json = ask(&w, staff(&w), READ_STAT_DUE, PARAMS("2026-05-27T14:59:59Z"), &code);
    expect_json(json, "\"role\" : \"owner\", \"kind\" : \"limit\", \"turns\" : 2, \"overdue\" : 0, \"week\" : 2");
    g_free(json);
    json = ask(&w, staff(&w), READ_STAT_ATTENTION, PARAMS("2026-05-27T15:00:00Z", "1"), &code);
    expect_json(json, "\"case\" : \"SA-1\"");
    expect_json(json, "\"totals\" : [{\"turns\" : 2, \"overdue\" : 2}]"); /* also those that are not listed */
    cr_assert_null(strstr(json, "SA-2"));
    g_free(json);
    cr_assert_null(ask(&w, staff(&w), READ_STAT_DUE, PARAMS("yesterday or so"), &code));
    cr_assert_eq(code, TOROKU_ERROR_INVALID);
    world_close(&w);
}
