#include "adapters/cli/definitions.h"

#include "adapters/cli/versions.h"
#include "adapters/postgres/charts.h"

#include <string.h>

/* A version that could not be had is not asked for again for so long. */
#define FETCH_AGAIN_US (5 * INSTANT_SECOND)

struct definitions {
    const struct config *config;
    struct library *library; /* in force */
    unsigned retired;        /* libraries that somebody still holds */
    struct loop_uv *loop;
    struct reload *reload;
    struct pidfile *pidfile;
    void (*use)(const struct chart_set *charts, void *user);
    void *use_user;

    unsigned told; /* reloads whose end the log knows */

    uv_work_t load;
    struct library *loaded;
    GError *load_error;

    uv_work_t fetch;
    bool fetching;
    int32_t fetch_id, failed_id;
    int64_t failed_at; /* g_get_monotonic_time */
    struct charts_entry *fetched;
    GError *fetch_error;

    void (*drained)(void *user);
    void *drained_user;
};

/* A library of its own, in the database as well. Runs on any thread: it touches nothing that others see. */
static struct library *library_begin(const struct config *config, GError **error)
{
    struct library *library = library_load(config->workflows, error);

    if (library != NULL && !versions_register(library, config->database.migrate_url, error))
        g_clear_pointer(&library, library_free);
    return library;
}

struct definitions *definitions_new(const struct config *config, GError **error)
{
    struct library *library = library_load(config->workflows, error);
    struct definitions *d;

    if (library == NULL)
        return NULL;
    d = g_new0(struct definitions, 1);
    d->config = config;
    d->library = library;
    return d;
}

bool definitions_register(struct definitions *d, GError **error)
{
    return versions_register(d->library, d->config->database.migrate_url, error);
}

void definitions_free(struct definitions *d)
{
    if (d == NULL)
        return;
    g_assert(d->retired == 0 && !d->fetching);
    reload_free(d->reload);
    library_free(d->library);
    g_free(d);
}

const struct chart_set *definitions_charts(const struct definitions *d)
{
    return d->library->charts;
}

struct retired {
    struct definitions *d;
    struct library *library;
};

static void library_unused(void *user)
{
    struct retired *retired = user;

    retired->d->retired--;
    library_free(retired->library);
    g_free(retired);
}

/* The reload's ops. */

static void definitions_work(uv_work_t *work)
{
    struct definitions *d = work->data;

    d->loaded = library_begin(d->config, &d->load_error);
}

static void definitions_check_drained(struct definitions *d)
{
    void (*drained)(void *user) = d->drained;

    if (drained == NULL || d->fetching || (d->reload != NULL && reload_is_loading(d->reload)))
        return;
    d->drained = NULL;
    drained(d->drained_user);
}

static void definitions_worked(uv_work_t *work, int status)
{
    struct definitions *d = work->data;
    struct library *loaded = g_steal_pointer(&d->loaded);

    g_assert(status == 0); /* nothing cancels it */
    d->loaded = loaded;
    if (!reload_loaded(d->reload, loaded == NULL ? NULL : loaded->charts, g_steal_pointer(&d->load_error)))
        library_free(loaded);
    definitions_check_drained(d);
}

static void definitions_load(void *user)
{
    struct definitions *d = user;

    d->loaded = NULL;
    d->load.data = d;
    uv_queue_work(loop_uv_handle(d->loop), &d->load, definitions_work, definitions_worked);
}

static void definitions_use(struct chart_set *charts, void *user)
{
    struct definitions *d = user;
    struct retired *retired = g_new(struct retired, 1);

    g_assert(d->loaded->charts == charts);
    *retired = (struct retired){d, d->library};
    d->library = g_steal_pointer(&d->loaded);
    d->use(charts, d->use_user);
    d->retired++;
    chart_set_retire(retired->library->charts, library_unused, retired);
}

static void definitions_stand(unsigned asked, unsigned done, const GError *error, const char *told, void *user)
{
    struct definitions *d = user;
    g_auto(GStrv) lines = g_strsplit(error == NULL ? told : error->message, "\n", -1);

    pidfile_tell(d->pidfile, asked, done, error, told);
    if (done == d->told)
        return;
    d->told = done;
    for (char **line = lines; *line != NULL; line++)
        if (error == NULL)
            g_message("definitions reloaded: %s", *line);
        else
            g_warning("definitions not reloaded: %s", *line);
}

void definitions_follow(struct definitions *d, struct loop_uv *loop, struct engine *engine, struct pidfile *pidfile,
                        void (*use)(const struct chart_set *charts, void *user), void *user)
{
    d->loop = loop;
    d->pidfile = pidfile;
    d->use = use;
    d->use_user = user;
    d->reload = reload_new(
        engine,
        &(struct reload_ops){.load = definitions_load, .use = definitions_use, .stands = definitions_stand, .user = d});
}

void definitions_reload(struct definitions *d)
{
    if (d->reload != NULL)
        reload_ask(d->reload);
}

/* One version from the database, beside those in force. */

static void fetch_work(uv_work_t *work)
{
    struct definitions *d = work->data;

    d->fetched = charts_get(d->config->database.migrate_url, d->fetch_id, &d->fetch_error);
}

static const struct chart *library_chart(const struct library *library, const struct charts_entry *entry)
{
    for (guint i = 0; i < library->charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(library->charts->charts, i);

        if (chart->version == entry->version && strcmp(chart->workflow, entry->workflow) == 0)
            return chart;
    }
    return NULL;
}

static void fetch_take(struct definitions *d, GError **error)
{
    g_autofree char *name = g_strdup_printf("%s@%d (registered)", d->fetched->workflow, d->fetched->version);
    struct chart *chart;

    if (library_chart(d->library, d->fetched) != NULL) {
        g_message("%s has another text in the database than here; reading the definitions anew", name);
        definitions_reload(d);
        return;
    }
    chart = library_add_stored(d->library, name, d->fetched->source, error);
    if (chart == NULL)
        return;
    chart->id = d->fetched->id;
    g_message("%s was fetched: a case runs by it", name);
}

static void fetch_worked(uv_work_t *work, int status)
{
    struct definitions *d = work->data;
    GError *error = g_steal_pointer(&d->fetch_error);

    g_assert(status == 0);
    d->fetching = false;
    if (error == NULL && d->drained == NULL && chart_set_by_id(d->library->charts, d->fetch_id) == NULL)
        fetch_take(d, &error);
    if (chart_set_by_id(d->library->charts, d->fetch_id) == NULL) {
        d->failed_id = d->fetch_id;
        d->failed_at = g_get_monotonic_time();
    }
    if (error != NULL)
        g_warning("a case runs by version %d, which cannot be fetched: %s", d->fetch_id, error->message);
    g_clear_error(&error);
    g_clear_pointer(&d->fetched, charts_entry_free);
    definitions_check_drained(d);
}

void definitions_fetch(int32_t id, void *user)
{
    struct definitions *d = user;

    if (d->fetching || d->drained != NULL || d->loop == NULL ||
        (id == d->failed_id && g_get_monotonic_time() < d->failed_at + FETCH_AGAIN_US))
        return;
    d->fetching = true;
    d->fetch_id = id;
    d->fetch.data = d;
    uv_queue_work(loop_uv_handle(d->loop), &d->fetch, fetch_work, fetch_worked);
}

void definitions_drain(struct definitions *d, void (*done)(void *user), void *user)
{
    if (d->reload != NULL)
        reload_stop(d->reload);
    d->drained = done;
    d->drained_user = user;
    definitions_check_drained(d);
}
