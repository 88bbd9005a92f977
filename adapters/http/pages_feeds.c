#include "adapters/http/feeds.h"

#include "engine/app/access.h"

#include <string.h>

static const char *const feed_scopes[] = {"person", "organisation"};
G_STATIC_ASSERT(G_N_ELEMENTS(feed_scopes) == FEED_SCOPE_COUNT);

/* A question about the caller's addresses, or a change of them. */
struct feed_asking {
    struct feeds_request feed; /* first */
    struct call *call;
    char token[FEED_TOKEN_SIZE]; /* made just now; "" otherwise */
};

static const char *feed_title(const struct page *page, enum feed_scope scope)
{
    if (scope == FEED_PERSON)
        return page_text(page, "あなたの手番の期限", "Deadlines of your turns");
    return page_text(page, "組織のすべての期限", "All deadlines of the organisation");
}

static const char *feed_about(const struct page *page, enum feed_scope scope)
{
    struct actor actor = call_actor(page->call);

    if (scope == FEED_PERSON)
        return page_text(page, "「対応が必要」にある案件の期限です。手番が移ると、カレンダーから消えます。",
                         "Those under “Needs you now”. When the turn passes on, they leave the calendar.");
    if (access_eyes(&actor) == EYES_STAFF)
        return page_text(page, "組織の役割の手番である、すべての案件の期限です。",
                         "Those of every case whose turn is a role of your organisation.");
    return page_text(page, "組織の案件の期限のすべてで、ほかの機関の手番のものも含みます。",
                     "Those of every case of your organisation, also while the turn is another body's.");
}

static void feed_button(struct page *page, enum feed_scope scope, const char *do_, const char *text)
{
    page_form_begin(page, "/feeds", NULL, false);
    html_add(page->out,
             "<input type=\"hidden\" name=\"scope\" value=\"%s\"><p><button name=\"do\" value=\"%s\">%s</button></p>"
             "</form>",
             feed_scopes[scope], do_, text);
}

/* The address, once: nothing here knows it afterwards. */
static void feed_show_address(struct page *page, const struct feed_asking *asking)
{
    g_autofree char *address = feed_address(page->call->api, asking->token);

    page_notice(page, PAGE_SUCCESS, page_text(page, "アドレスを作成しました", "The address has been made"),
                page_text(page,
                          "このアドレスは今だけ表示します。カレンダーの「URLで追加」に貼り付けてください。"
                          "知っている人は誰でも期限を読めるので、他人に渡さないでください。",
                          "It is shown now and not again. Paste it where your calendar adds a calendar by its address. "
                          "Whoever knows it reads these deadlines: give it to nobody."));
    html_add(page->out, "<p><label for=\"address\">%s</label>",
             page_text(page, "アドレス（すべて選択してコピー）", "Address (select all of it and copy)"));
    html_add(page->out,
             "<input id=\"address\" type=\"text\" readonly spellcheck=\"false\" autocomplete=\"off\" value=\"%s\"></p>",
             address);
}

static void feed_section(struct page *page, const struct feed_asking *asking, enum feed_scope scope)
{
    const struct feed_address *address = &asking->feed.addresses[scope];

    page_heading(page, 2, feed_scopes[scope], feed_title(page, scope));
    page_paragraph(page, feed_about(page, scope));
    if (asking->token[0] != '\0' && asking->feed.scope == scope)
        feed_show_address(page, asking);
    if (!address->lives) {
        page_paragraph(page, page_text(page, "アドレスはまだありません。", "There is no address."));
        feed_button(page, scope, "make", page_text(page, "アドレスを作成する", "Make an address"));
        return;
    }
    page_summary_begin(page);
    page_summary_row_begin(page, page_text(page, "作成", "Made"));
    page_instant(page, address->made);
    page_summary_row_end(page);
    page_summary_row_begin(page, page_text(page, "最近の取得（1時間単位）", "Last fetched, to the hour"));
    if (address->fetched != INSTANT_NEVER)
        page_instant(page, address->fetched);
    else
        html_text(page->out, page_text(page, "まだありません", "Not yet"));
    page_summary_row_end(page);
    page_summary_end(page);
    feed_button(page, scope, "make",
                page_text(page, "新しいアドレスに替える（今のものは無効）", "Change it: the present one ends"));
    feed_button(page, scope, "revoke", page_text(page, "アドレスを無効にする", "Revoke the address"));
}

static void feeds_show(struct feeds_request *feed)
{
    struct feed_asking *asking = (struct feed_asking *)(void *)feed;
    struct call *call = asking->call;
    struct page *page;

    if (feed->error != NULL) {
        page_fail(call, feed->error);
    } else {
        page = page_begin(call, call_text(call, "カレンダーに期限を表示する", "Deadlines in your calendar"));
        page_paragraph(page, page_text(page,
                                       "カレンダーがこのアドレスから期限を読み、変更に追随します。"
                                       "終わった期限と停止中の期限は表示しません。言語は作成時の表示言語です。",
                                       "Your calendar reads the deadlines from an address and follows their changes. "
                                       "What is over, or stands still, is not shown. The language is that of this page "
                                       "when the address is made."));
        for (int scope = 0; scope < FEED_SCOPE_COUNT; scope++)
            feed_section(page, asking, (enum feed_scope)scope);
        page_end(page, 200, NULL);
    }
    feeds_request_clear(feed);
    g_free(asking);
}

static void feeds_revoked(struct feeds_request *feed)
{
    struct feed_asking *asking = (struct feed_asking *)(void *)feed;

    if (feed->error != NULL)
        page_fail(asking->call, feed->error);
    else
        page_redirect(asking->call, "/feeds", NULL);
    feeds_request_clear(feed);
    g_free(asking);
}

static struct feed_asking *feed_asking_new(struct call *call, void (*done)(struct feeds_request *feed))
{
    struct feed_asking *asking = g_new0(struct feed_asking, 1);
    struct actor actor = call_actor(call);

    asking->call = call;
    asking->feed.done = done;
    asking->feed.person = actor.person;
    asking->feed.org = actor.org;
    asking->feed.english = strcmp(call_language(call), "en") == 0;
    asking->feed.now = call->request->received;
    return asking;
}

void feeds_page(struct http_request *request, void *user)
{
    struct call *call = request->user;

    (void)user;
    feeds_list(call->api->config.feeds, &feed_asking_new(call, feeds_show)->feed);
}

void feeds_post(struct http_request *request, void *user)
{
    struct call *call = request->user;
    const char *scope = form_get(call->form, "scope"), *wanted = form_get(call->form, "do");
    struct feed_asking *asking;
    int index = 0;

    (void)user;
    while (scope != NULL && index < FEED_SCOPE_COUNT && strcmp(scope, feed_scopes[index]) != 0)
        index++;
    if (scope == NULL || index == FEED_SCOPE_COUNT || wanted == NULL) {
        page_redirect(call, "/feeds", NULL);
        return;
    }
    if (strcmp(wanted, "revoke") == 0) {
        asking = feed_asking_new(call, feeds_revoked);
        asking->feed.scope = (enum feed_scope)index;
        feeds_revoke(call->api->config.feeds, &asking->feed);
        return;
    }
    asking = feed_asking_new(call, feeds_show);
    asking->feed.scope = (enum feed_scope)index;
    feed_token_new(asking->token, asking->feed.hash);
    feeds_make(call->api->config.feeds, &asking->feed);
}
