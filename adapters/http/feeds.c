#include "adapters/http/feeds.h"

#include "adapters/json/json.h"
#include "engine/app/access.h"

#include <sodium.h>
#include <string.h>

#define FEED_ITEMS_MAX "1000"
#define FEED_SUFFIX ".ics"
#define FEED_TYPE "text/calendar; charset=utf-8"
#define FEED_HEADERS "Referrer-Policy: no-referrer\r\nContent-Disposition: inline; filename=\"toroku.ics\"\r\n"
#define FEED_MISSING "There is no feed at this address, or none any more."

/* A request for a feed. */
struct feed_search {
    struct feeds_request feed; /* first */
    struct reader_request ask;
    struct call *call;
    char *turns, *owner; /* behind ask.params */
};

/* ---- addresses ---- */

static void feed_token_hash(const char *token, uint8_t hash[HASH_SIZE])
{
    chain_sha256(token, FEED_TOKEN_SIZE - 1, hash);
}

void feed_token_new(char token[FEED_TOKEN_SIZE], uint8_t hash[HASH_SIZE])
{
    unsigned char bytes[(FEED_TOKEN_SIZE - 1) / 2];

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(token, FEED_TOKEN_SIZE, bytes, sizeof bytes);
    feed_token_hash(token, hash);
}

char *feed_address(const struct api *api, const char *token)
{
    return g_strdup_printf("%s/feeds/%s" FEED_SUFFIX, api->config.public_url, token);
}

static bool feed_token_read(const char *file, uint8_t hash[HASH_SIZE])
{
    if (strspn(file, "0123456789abcdef") != FEED_TOKEN_SIZE - 1 || strcmp(file + FEED_TOKEN_SIZE - 1, FEED_SUFFIX) != 0)
        return false;
    feed_token_hash(file, hash);
    return true;
}

/* ---- what is told of a deadline ---- */

static const char *feed_item_label(const struct page *page, const struct chart *chart, int deadline)
{
    const char *label = page_chart_text(page, chart->deadlines[deadline].label);

    return label[0] == '\0' ? chart->deadlines[deadline].id : label;
}

static char *feed_summary(const struct page *page, const struct value *row, const char *label)
{
    const char *number = value_text(value_get(row, "case")), *subject = page_subject_text(row);

    if (subject[0] == '\0')
        return g_strdup_printf(page->en ? "%s (%s)" : "%s（%s）", label, number);
    return g_strdup_printf(page->en ? "%s: %s (%s)" : "%s：%s（%s）", label, subject, number);
}

static void feed_line(const struct page *page, GString *out, const char *name, const char *text)
{
    if (text[0] != '\0')
        g_string_append_printf(out, page->en ? "%s: %s\n" : "%s：%s\n", name, text);
}

/* The rule, and whether it is one of the programme or this installation's default. */
static void feed_basis(const struct page *page, GString *out, const struct chart *chart, int basis)
{
    const struct chart_rule *rule;
    g_autofree char *text = NULL;

    if (basis == CHART_NONE)
        return;
    rule = &g_array_index(chart->book->rules, struct chart_rule, basis);
    text = g_strdup_printf(page->en ? "%s [%s] (%s)" : "%s［%s］（%s）", page_chart_text(page, rule->title), rule->id,
                           rule->is_default ? page_text(page, "本システムの既定", "this installation's default")
                                            : page_text(page, "制度の規程", "rule of the programme"));
    feed_line(page, out, page_text(page, "根拠", "Rule"), text);
}

static char *feed_description(const struct page *page, const struct value *row, const struct chart *chart, int deadline,
                              instant due)
{
    const struct chart_deadline *d = &chart->deadlines[deadline];
    g_autofree char *until = page_instant_text(page, due);
    GString *out = g_string_new(NULL);

    feed_line(page, out, page_text(page, "手続", "Workflow"), page_chart_text(page, chart->title));
    feed_line(page, out, page_text(page, "案件", "Case"), value_text(value_get(row, "case")));
    feed_line(page, out, page_text(page, "組織", "Organisation"), page_owner_text(page, row));
    feed_line(page, out, page_text(page, "期限", "Due"), until);
    feed_line(page, out, page_text(page, "区分", "Kind"),
              d->kind == DEADLINE_LIMIT ? page_text(page, "期限（自動で効力が生じます）", "limit: acts by itself")
                                        : page_text(page, "目標", "target"));
    feed_basis(page, out, chart, d->basis);
    return g_string_free(g_string_truncate(out, out->len - 1), FALSE);
}

/* Due with the end of a day: that day. Hours are told by the second, wherever they end. */
static bool feed_item_day(const struct chart_deadline *d, instant due, civil_day *day)
{
    int64_t us_of_day;

    if (d->rule.span.us != 0 || d->rule.zone == NULL)
        return false;
    zone_day(d->rule.zone, due, day, &us_of_day);
    *day -= 1;
    return us_of_day == 0;
}

static const char *feed_host(const struct api *api)
{
    const char *scheme = strstr(api->config.public_url, "://");

    return scheme == NULL ? api->config.public_url : scheme + 3;
}

/* FALSE when this daemon does not know the chart of the case. ${texts} keeps what the item borrows. */
static bool feed_item(const struct page *page, const struct value *row, GPtrArray *texts, struct feed_item *item)
{
    const struct api *api = page->call->api;
    const struct chart *chart = page_row_chart(page, row);
    const char *id = value_text(value_get(row, "deadline")), *number = value_text(value_get(row, "case"));
    int deadline = chart == NULL ? CHART_NONE : chart_deadline_index(chart, id);
    char *uid, *summary, *description, *url;

    if (deadline == CHART_NONE)
        return false;
    item->due = value_int(value_get(row, "due"));
    item->by_day = feed_item_day(&chart->deadlines[deadline], item->due, &item->day);
    item->sequence = (int)value_int(value_get(row, "seq"));
    item->changed = value_instant(value_get(row, "at"));
    uid = g_strdup_printf("case-%" G_GINT64_FORMAT ".%s@%s", value_int(value_get(row, "id")), id, feed_host(api));
    summary = feed_summary(page, row, feed_item_label(page, chart, deadline));
    description = feed_description(page, row, chart, deadline, item->due);
    url = g_strdup_printf("%s/cases/%s", api->config.public_url, number);
    g_ptr_array_add(texts, uid);
    g_ptr_array_add(texts, summary);
    g_ptr_array_add(texts, description);
    g_ptr_array_add(texts, url);
    item->uid = uid;
    item->summary = summary;
    item->description = description;
    item->url = url;
    return true;
}

/* ---- serving ---- */

static void feed_search_free(struct feed_search *search)
{
    feeds_request_clear(&search->feed);
    g_free(search->turns);
    g_free(search->owner);
    g_free(search->ask.json);
    g_clear_error(&search->ask.error);
    g_free(search);
}

static void feed_tell(struct feed_search *search, const struct value *rows)
{
    struct call *call = search->call;
    const struct page page = {.call = call, .en = search->feed.english};
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct feed_item));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *name = g_strdup_printf(page.en ? "Deadlines: %s" : "期限：%s",
                                            page_text(&page, search->feed.org_ja, search->feed.org_en));
    struct feed feed = {.name = name, .language = page.en ? "en" : "ja", .items = items};
    g_autofree char *body = NULL;
    size_t size;

    for (size_t i = 0; i < value_size(rows); i++) {
        struct feed_item item;

        if (feed_item(&page, value_at(rows, i), texts, &item))
            g_array_append_val(items, item);
    }
    body = call->api->config.feed_write(&feed, &size);
    call_respond(call, 200, FEED_TYPE, FEED_HEADERS, body, size);
}

static void feed_answered(struct reader_request *ask)
{
    struct feed_search *search = (struct feed_search *)(void *)((char *)ask - offsetof(struct feed_search, ask));
    struct value *answer = NULL;

    if (ask->error == NULL)
        answer = json_parse(ask->json, ask->size, JSON_DEPTH_MAX, &ask->error);
    if (answer == NULL)
        call_fail(search->call, ask->error);
    else
        feed_tell(search, value_get(answer, "rows"));
    value_unref(answer);
    feed_search_free(search);
}

/* The turns of ${roles} that no organisation of a case holds, as READ_FEED wants them. */
static GString *feed_turns(const struct rulebook *book, char *const *roles)
{
    GString *who = g_string_new(NULL);

    for (; *roles != NULL; roles++) {
        int index = rulebook_role(book, *roles);

        if (index != CHART_NONE && !g_array_index(book->roles, struct chart_role, index).is_relation)
            g_string_append_printf(who, "%s%s:0", who->len == 0 ? "" : ",", *roles);
    }
    return who;
}

/* Asks for the deadlines as the person who made the address would see them now. The call is nobody's: what goes wrong
 * is told to somebody who has not signed in. */
static void feed_ask(struct feed_search *search)
{
    struct feeds_request *feed = &search->feed;
    bool own = feed->scope == FEED_PERSON;
    GString *turns = feed_turns(call_rulebook(search->call), own ? feed->roles : feed->org_roles);

    if (own)
        g_string_append_printf(turns, "%sowner:%" G_GINT64_FORMAT, turns->len == 0 ? "" : ",", feed->org);
    search->turns = g_string_free(turns, FALSE);
    search->owner = own ? g_strdup("") : g_strdup_printf("%" G_GINT64_FORMAT, feed->org);
    search->call->language = feed->english ? "en" : "ja";
    search->ask.done = feed_answered;
    search->ask.question = READ_FEED;
    search->ask.actor = (struct actor){feed->person, feed->org, (const char *const *)feed->roles};
    search->ask.params[0] = search->turns;
    search->ask.params[1] = search->owner;
    search->ask.params[2] = FEED_ITEMS_MAX;
    reader_ask(search->call->api->config.reader, &search->ask);
}

static void feed_found(struct feeds_request *feed)
{
    struct feed_search *search = (struct feed_search *)(void *)feed;
    struct actor actor = {feed->person, feed->org, (const char *const *)feed->roles};

    if (feed->error == NULL && access_may_ask(&actor, READ_FEED)) {
        feed_ask(search);
        return;
    }
    if (feed->error == NULL || g_error_matches(feed->error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND))
        call_refuse(search->call, TOROKU_ERROR_NOT_FOUND, FEED_MISSING);
    else
        call_fail(search->call, feed->error);
    feed_search_free(search);
}

void feed_get(struct http_request *request, void *user)
{
    struct api *api = user;
    struct call *call = call_new(api, request, NULL);
    uint8_t hash[HASH_SIZE];
    struct feed_search *search;

    request->path = "/feeds/"; /* what is logged of this request opens nothing */
    if (!feed_token_read(http_request_param(request, "file"), hash)) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, FEED_MISSING);
        return;
    }
    search = g_new0(struct feed_search, 1);
    search->call = call;
    search->feed.done = feed_found;
    memcpy(search->feed.hash, hash, HASH_SIZE);
    search->feed.now = request->received;
    search->feed.demonstration = api->config.demonstration;
    feeds_find(api->config.feeds, &search->feed);
}
