#include "engine/app/reload.h"

struct reload {
    struct engine *engine;
    struct reload_ops ops;
    unsigned asked, covered, done; /* covered: by the load under way */
    bool loading, stopped;
    GError *error; /* of the last one that is over */
    char *told;
};

struct reload *reload_new(struct engine *engine, const struct reload_ops *ops)
{
    struct reload *reload = g_new0(struct reload, 1);

    reload->engine = engine;
    reload->ops = *ops;
    reload->told = g_strdup("");
    return reload;
}

void reload_free(struct reload *reload)
{
    if (reload == NULL)
        return;
    g_assert(!reload->loading);
    g_clear_error(&reload->error);
    g_free(reload->told);
    g_free(reload);
}

bool reload_is_loading(const struct reload *reload)
{
    return reload->loading;
}

void reload_stop(struct reload *reload)
{
    reload->stopped = true;
}

static void reload_begin(struct reload *reload)
{
    reload->loading = true;
    reload->covered = reload->asked;
    reload->ops.load(reload->ops.user);
}

static void reload_tell(struct reload *reload)
{
    reload->ops.stands(reload->asked, reload->done, reload->error, reload->told, reload->ops.user);
}

void reload_ask(struct reload *reload)
{
    if (reload->stopped)
        return;
    reload->asked++;
    reload_tell(reload);
    if (!reload->loading)
        reload_begin(reload);
}

/* A line for each version that ${was} has not in this text. The caller frees it. */
static char *reload_news(const struct chart_set *was, const struct chart_set *is)
{
    GString *news = g_string_new(NULL);

    for (guint i = 0; i < is->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(is->charts, i);
        char day[CIVIL_TEXT_SIZE];

        if (chart_set_by_sha256(was, chart->sha256) != NULL)
            continue;
        civil_print(chart->effective, day);
        g_string_append_printf(news, "%s: version %d, in force from %s\n", chart->workflow, chart->version, day);
    }
    if (news->len == 0)
        g_string_append(news, "no workflow has a new version\n");
    g_string_truncate(news, news->len - 1);
    return g_string_free(news, FALSE);
}

bool reload_loaded(struct reload *reload, struct chart_set *charts, GError *error)
{
    bool used = charts != NULL && !reload->stopped;

    reload->loading = false;
    reload->done = reload->covered;
    g_clear_error(&reload->error);
    reload->error = error;
    g_free(reload->told);
    reload->told = used ? reload_news(engine_charts(reload->engine), charts) : g_strdup("");
    if (used) {
        engine_use_charts(reload->engine, charts);
        reload->ops.use(charts, reload->ops.user);
    }
    reload_tell(reload);
    if (reload->asked > reload->done && !reload->stopped)
        reload_begin(reload);
    return used;
}
