#include "adapters/http/csv.h"
#include "adapters/http/page_figure.h"
#include "adapters/http/query.h"
#include "adapters/json/json.h"
#include "engine/app/access.h"
#include "engine/app/figures.h"

#include <string.h>

#define ATTENTION_ON_PAGE "50"
#define ATTENTION_IN_FILES "10000"
#define LATENESS_ROLE "opsup"
#define INCIDENT_WORKFLOW "incident-report"
/* Business days are counted in stays as old as this before the period. */
#define OPEN_DAYS_BEFORE (20 * 366)
#define FISCAL_YEAR_MONTH 4

enum ministry_form { MINISTRY_PAGE, MINISTRY_CSV, MINISTRY_JSON };

/* One look at one figure or, for the page, at one after the other. */
struct ministry {
    struct reader_request ask; /* first */
    struct call *call;
    enum ministry_form form;
    const struct figure *one; /* NULL: all, for the page */
    size_t asked;             /* the figure under way */
    struct figure_period period;
    const struct zone *zone;
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    char *charts, *open_days;
    struct value **answers; /* by figure */
};

static void ministry_free(struct ministry *m)
{
    for (size_t i = 0; i < figure_count; i++)
        value_unref(m->answers[i]);
    g_free(m->answers);
    g_free(m->charts);
    g_free(m->open_days);
    g_free(m->ask.json);
    g_clear_error(&m->ask.error);
    g_free(m);
}

/* The day named ${name}; ${absent} when it is not given or empty. */
static bool period_day(const struct query *query, const char *name, civil_day absent, civil_day *day, GError **error)
{
    const char *text = query_get(query, name);

    *day = absent;
    if (text == NULL || text[0] == '\0' || civil_parse(text, day))
        return true;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "?%s= is a day: 2026-04-01.", name);
    return false;
}

/* The first day of the Japanese fiscal year (April to March) that ${day} falls into. */
static civil_day period_fiscal_year(civil_day day)
{
    return civil_fiscal_first(civil_fiscal_year(day, FISCAL_YEAR_MONTH), FISCAL_YEAR_MONTH);
}

/* Reads ?from= and ?to=, both days included; without them the fiscal year until today. */
static bool ministry_read_period(struct ministry *m, GError **error)
{
    static const char *const known[] = {"from", "to", "lang", NULL};
    struct query *query = query_parse(m->call->request->query, error);
    civil_day today;
    bool ok;

    zone_day(m->zone, m->call->request->received, &today, NULL);
    ok = query != NULL && query_check_names(query, known, error) &&
         period_day(query, "to", today, &m->period.last, error) &&
         period_day(query, "from", period_fiscal_year(m->period.last), &m->period.first, error);
    query_free(query);
    if (ok && m->period.first > m->period.last) {
        ok = false;
        g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "?from= must not be after ?to=.");
    }
    if (!ok)
        return false;
    m->period.last = MIN(m->period.last, CIVIL_DAY_MAX - 1);
    instant_print(zone_instant(m->zone, m->period.first, 0), m->from);
    instant_print(zone_instant(m->zone, m->period.last + 1, 0), m->to);
    instant_print(m->call->request->received, m->at);
    m->period.zone = zone_name(m->zone);
    m->charts = figures_charts(m->call->charts, LATENESS_ROLE);
    m->open_days =
        figures_open_days(figures_calendar(m->call->charts), MAX(m->period.first - OPEN_DAYS_BEFORE, CIVIL_DAY_MIN),
                          MAX(today, m->period.last));
    return true;
}

/* The texts that the figure's statement asks for, by the letters of figure->params. */
static void ministry_params(struct ministry *m, const struct figure *figure)
{
    for (int i = 0; figure->params[i] != '\0'; i++) {
        const char **param = &m->ask.params[i];

        switch (figure->params[i]) {
        case 'f':
            *param = m->from;
            break;
        case 't':
            *param = m->to;
            break;
        case 'a':
            *param = m->at;
            break;
        case 'c':
            *param = m->charts;
            break;
        case 'l':
            *param = m->form == MINISTRY_PAGE ? ATTENTION_ON_PAGE : ATTENTION_IN_FILES;
            break;
        case 'w':
            *param = INCIDENT_WORKFLOW;
            break;
        case 'z':
            *param = m->period.zone;
            break;
        default:
            g_assert(figure->params[i] == 'o');
            *param = m->open_days;
        }
    }
}

static void ministry_fail(struct ministry *m, const GError *error)
{
    call_fail(m->call, error);
    ministry_free(m);
}

static void ministry_respond_page(struct ministry *m)
{
    struct page *page = page_begin(m->call, call_text(m->call, "制度の状況", "Programme figures"));

    page_figures_begin(page, &m->period);
    for (size_t i = 0; i < figure_count; i++)
        page_figure(page, &figures[i], m->answers[i]);
    page_end(page, 200, NULL);
    ministry_free(m);
}

static void ministry_respond_csv(struct ministry *m)
{
    GString *out = g_string_new(NULL);
    char first[CIVIL_TEXT_SIZE], last[CIVIL_TEXT_SIZE];
    g_autofree char *headers = NULL;

    civil_print(m->period.first, first);
    civil_print(m->period.last, last);
    headers =
        g_strdup_printf("Content-Disposition: attachment; filename=\"%s_%s_%s.csv\"\r\n", m->one->id, first, last);
    figure_to_csv(m->one, m->answers[m->asked], out);
    call_respond(m->call, 200, CSV_TYPE, headers, out->str, out->len);
    g_string_free(out, TRUE);
    ministry_free(m);
}

static void ministry_ask(struct ministry *m);

static void ministry_answered(struct reader_request *ask)
{
    struct ministry *m = (struct ministry *)(void *)ask;
    struct value *answer = NULL;
    GError *error = g_steal_pointer(&ask->error);

    if (error == NULL)
        answer = json_parse(ask->json, ask->size, JSON_DEPTH_MAX, &error);
    g_clear_pointer(&ask->json, g_free);
    if (answer == NULL) {
        ministry_fail(m, error);
        g_error_free(error);
        return;
    }
    m->answers[m->asked] = figure_to_value(&figures[m->asked], m->call->charts, &m->period, answer);
    value_unref(answer);
    if (m->form == MINISTRY_CSV) {
        ministry_respond_csv(m);
    } else if (m->form == MINISTRY_JSON) {
        call_respond_json(m->call, 200, NULL, m->answers[m->asked]);
        ministry_free(m);
    } else if (++m->asked < figure_count) {
        ministry_ask(m);
    } else {
        ministry_respond_page(m);
    }
}

static void ministry_ask(struct ministry *m)
{
    ministry_params(m, &figures[m->asked]);
    m->ask.done = ministry_answered;
    m->ask.question = figures[m->asked].question;
    m->ask.actor = call_actor(m->call);
    reader_ask(m->call->api->config.reader, &m->ask);
}

/* Whoever may not see the figures is told that there is nothing here, as for any path that nobody has. */
static void ministry_begin(struct http_request *request, enum ministry_form form, const struct figure *one)
{
    struct call *call = request->user;
    const struct chart_set *charts = call->charts;
    struct actor actor = call_actor(call);
    struct ministry *m;
    GError *error = NULL;

    if (!access_may_ask(&actor, READ_STAT_CASES) || charts->charts->len == 0 ||
        (form != MINISTRY_PAGE && one == NULL)) {
        path_missing(request, call->api);
        call_free(call);
        return;
    }
    m = g_new0(struct ministry, 1);
    m->call = call;
    m->form = form;
    m->one = one;
    m->asked = one == NULL ? 0 : (size_t)(one - figures);
    m->zone = ((const struct chart *)g_ptr_array_index(charts->charts, 0))->zone;
    m->answers = g_new0(struct value *, figure_count);
    if (ministry_read_period(m, &error)) {
        ministry_ask(m);
        return;
    }
    ministry_fail(m, error);
    g_error_free(error);
}

void ministry_page(struct http_request *request, void *user)
{
    (void)user;
    ministry_begin(request, MINISTRY_PAGE, NULL);
}

/* "stages.csv", "stages.json". */
void ministry_file(struct http_request *request, void *user)
{
    const char *name = http_request_param(request, "file"), *dot = strrchr(name, '.');
    g_autofree char *id = dot == NULL ? NULL : g_strndup(name, (gsize)(dot - name));
    bool csv = g_strcmp0(dot, ".csv") == 0, json = g_strcmp0(dot, ".json") == 0;

    (void)user;
    ministry_begin(request, csv ? MINISTRY_CSV : MINISTRY_JSON, csv || json ? figure_find(id) : NULL);
}

void figure_json(struct http_request *request, void *user)
{
    (void)user;
    ministry_begin(request, MINISTRY_JSON, figure_find(http_request_param(request, "figure")));
}
