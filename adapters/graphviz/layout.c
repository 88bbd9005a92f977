#include "adapters/graphviz/layout.h"

#include "adapters/json/json.h"
#include "engine/error.h"

#include <string.h>
#include <unistd.h>

#define POINTS_PER_INCH 72

void layout_free(struct layout *layout)
{
    if (layout == NULL)
        return;
    for (int i = 0; i < layout->edge_count; i++)
        if (layout->edges[i] != NULL)
            g_array_unref(layout->edges[i]);
    g_free(layout->edges);
    g_free(layout->nodes);
    g_free(layout->frames);
    g_free(layout);
}

/* Reads up to ${count} numbers with commas or spaces between them; how many there were. */
static int numbers_read(const char *text, double *numbers, int count)
{
    int n = 0;

    while (text != NULL && n < count && *text != '\0') {
        char *end;

        numbers[n] = g_ascii_strtod(text, &end);
        if (end == text)
            break;
        n++;
        text = end + strspn(end, ", ");
    }
    return n;
}

static const char *text_of(const struct value *map, const char *key)
{
    return value_text(value_get(map, key));
}

/* The whole number after ${prefix} in ${name}, below ${count}; -1 when it is something else. */
static int index_of(const char *name, const char *prefix, int count)
{
    gint64 n;

    if (name == NULL || !g_str_has_prefix(name, prefix) ||
        !g_ascii_string_to_signed(name + strlen(prefix), 10, 0, count - 1, &n, NULL))
        return -1;
    return (int)n;
}

static bool read_object(struct layout *layout, const struct graph *graph, const struct value *object)
{
    const char *name = text_of(object, "name");
    int frame = index_of(name, "cluster_", graph->chart->state_count);
    int node = index_of(name, "n", (int)graph->nodes->len);
    double n[4], size[2];

    if (frame >= 0) {
        if (numbers_read(text_of(object, "bb"), n, 4) != 4)
            return false;
        layout->frames[frame] = (struct layout_box){n[0], layout->height - n[3], n[2] - n[0], n[3] - n[1]};
    } else if (node >= 0) {
        if (numbers_read(text_of(object, "pos"), n, 2) != 2 || numbers_read(text_of(object, "width"), size, 1) != 1 ||
            numbers_read(text_of(object, "height"), size + 1, 1) != 1)
            return false;
        size[0] *= POINTS_PER_INCH;
        size[1] *= POINTS_PER_INCH;
        layout->nodes[node] =
            (struct layout_box){n[0] - size[0] / 2, layout->height - n[1] - size[1] / 2, size[0], size[1]};
    }
    return true;
}

/* "e,X,Y x,y x,y ...": the tip first, when there is one. */
static bool read_edge(struct layout *layout, const struct value *edge)
{
    int index = index_of(text_of(edge, "id"), "e", layout->edge_count);
    const char *pos = text_of(edge, "pos");
    struct layout_point tip = {0};
    bool has_tip = false;
    double n[2];

    if (index < 0 || pos == NULL || layout->edges[index] != NULL)
        return false;
    layout->edges[index] = g_array_new(FALSE, FALSE, sizeof(struct layout_point));
    for (const char *at = pos; at != NULL; at = strchr(at, ' ')) {
        struct layout_point point;

        at += strspn(at, " ");
        has_tip = has_tip || at[0] == 'e';
        if (numbers_read(at[0] == 'e' ? at + 2 : at, n, 2) != 2)
            return false;
        point = (struct layout_point){n[0], layout->height - n[1]};
        if (at[0] == 'e')
            tip = point;
        else
            g_array_append_val(layout->edges[index], point);
    }
    if (layout->edges[index]->len % 3 != 1)
        return false;
    if (!has_tip)
        tip = g_array_index(layout->edges[index], struct layout_point, layout->edges[index]->len - 1);
    g_array_append_val(layout->edges[index], tip);
    return true;
}

static bool read_layout(struct layout *layout, const struct graph *graph, const struct value *v)
{
    const struct value *objects = value_get(v, "objects"), *edges = value_get(v, "edges");
    double n[4];
    bool good = numbers_read(text_of(v, "bb"), n, 4) == 4 && value_size(edges) == graph->edges->len;

    if (!good)
        return false;
    layout->width = n[2];
    layout->height = n[3];
    for (size_t i = 0; i < value_size(objects) && good; i++)
        good = read_object(layout, graph, value_at(objects, i));
    for (size_t i = 0; i < value_size(edges) && good; i++)
        good = read_edge(layout, value_at(edges, i));
    return good;
}

/* Writes ${text} to a new file that the caller removes; its name. */
static char *text_file(const GString *text, GError **error)
{
    char *name = NULL;
    int fd = g_file_open_tmp("toroku-graph-XXXXXX", &name, error);

    if (fd < 0)
        return NULL;
    close(fd);
    if (g_file_set_contents(name, text->str, (gssize)text->len, error))
        return name;
    unlink(name);
    g_free(name);
    return NULL;
}

/* What dot answers to ${text}; NULL with ${error}. */
static char *dot_run(const GString *text, GError **error)
{
    char dot[] = "dot", format[] = "-Tjson0";
    g_autofree char *file = NULL, *complaint = NULL;
    g_autoptr(GError) why = NULL;
    char *answer = NULL;
    int status = 0;

    file = text_file(text, &why);
    if (file == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "no temporary file: %s", why->message);
        return NULL;
    }
    if (!g_spawn_sync(NULL, (char *[]){dot, format, file, NULL}, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &answer,
                      &complaint, &status, &why)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE,
                    "the program dot lays pictures out and cannot be run: %s; install the package graphviz, or choose "
                    "--format dot, mermaid or json",
                    why->message);
    } else if (!g_spawn_check_wait_status(status, NULL)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INTERNAL, "dot failed: %s", complaint);
        g_clear_pointer(&answer, g_free);
    }
    unlink(file);
    return answer;
}

struct layout *layout_new(const struct graph *graph, const struct graph_size *sizes, GError **error)
{
    struct layout *layout = g_new0(struct layout, 1);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *answer = NULL;
    struct value *v = NULL;

    layout->nodes = g_new0(struct layout_box, graph->nodes->len);
    layout->frames = g_new0(struct layout_box, (gsize)graph->chart->state_count);
    layout->edge_count = (int)graph->edges->len;
    layout->edges = g_new0(GArray *, graph->edges->len + 1);
    graph_dot(graph, sizes, text);
    answer = dot_run(text, error);
    if (answer != NULL) {
        v = json_parse(answer, strlen(answer), JSON_DEPTH_MAX, NULL);
        if (v == NULL || !read_layout(layout, graph, v)) {
            g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INTERNAL, "what dot answered is no layout of this picture");
            g_clear_pointer(&answer, g_free);
        }
        value_unref(v);
    }
    if (answer != NULL)
        return layout;
    layout_free(layout);
    return NULL;
}
