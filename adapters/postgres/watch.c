#include "adapters/postgres/watch.h"

#include <glib.h>

struct watch {
    uv_poll_t handle;
    int fd;
    int events; /* watched at present */
    watch_cb *ready;
    watch_closed_cb *closed;
    void *data;
};

int watch_open(struct watch **w, uv_loop_t *uv, int fd, watch_cb *ready, watch_closed_cb *closed, void *data)
{
    struct watch *watch = g_new0(struct watch, 1);
    int status = uv_poll_init(uv, &watch->handle, fd);

    if (status < 0) {
        g_free(watch);
        return status;
    }
    watch->handle.data = watch;
    watch->fd = fd;
    watch->ready = ready;
    watch->closed = closed;
    watch->data = data;
    *w = watch;
    return 0;
}

bool watch_is_for(const struct watch *w, int fd)
{
    return w->fd == fd;
}

static void watch_polled(uv_poll_t *handle, int status, int events)
{
    struct watch *w = handle->data;

    w->ready(w->data, status, events);
}

void watch_set(struct watch *w, int events)
{
    if (w->events == events)
        return;
    w->events = events;
    if (events == 0)
        uv_poll_stop(&w->handle);
    else
        uv_poll_start(&w->handle, events, watch_polled);
}

static void watch_closed(uv_handle_t *handle)
{
    struct watch *w = handle->data;
    watch_closed_cb *closed = w->closed;
    void *data = w->data;

    g_free(w);
    closed(data);
}

void watch_close(struct watch **w)
{
    struct watch *watch = g_steal_pointer(w);

    if (watch == NULL)
        return;
    uv_poll_stop(&watch->handle);
    uv_close((uv_handle_t *)&watch->handle, watch_closed);
}
