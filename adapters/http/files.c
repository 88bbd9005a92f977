#include "adapters/http/files.h"

#include "adapters/json/json.h"

#include <string.h>

/* More files than any form has; the rest of a hostile request is not looked up. */
#define FILES_MAX 200
struct file {
    char *pointer;
    const struct value *v;
};

struct files {
    struct reader_request request;
    struct reader *reader;
    GArray *list; /* struct file */
    guint next;
    GPtrArray *findings;
    files_checked *done;
    void *user;
};

static void file_clear(gpointer p)
{
    g_free(((struct file *)p)->pointer);
}

/* One that is not of this shape is told by the form's own check. */
static bool value_is_file(const struct value *v)
{
    const char *sha256 = value_text(value_get(v, "sha256"));

    return sha256 != NULL && strlen(sha256) == 2 * HASH_SIZE && strspn(sha256, "0123456789abcdef") == 2 * HASH_SIZE &&
           value_kind(value_get(v, "size")) == VALUE_INT;
}

static void files_collect(const struct value *v, const char *pointer, GArray *list)
{
    if (list->len >= FILES_MAX)
        return;
    if (value_is_file(v)) {
        struct file file = {.pointer = g_strdup(pointer), .v = v};

        g_array_append_val(list, file);
        return;
    }
    for (size_t i = 0; i < value_size(v); i++) {
        bool map = value_kind(v) == VALUE_MAP;
        g_autofree char *at =
            map ? g_strdup_printf("%s/%s", pointer, value_key_at(v, i)) : g_strdup_printf("%s/%zu", pointer, i);

        files_collect(map ? value_member_at(v, i) : value_at(v, i), at, list);
    }
}

static void files_find(struct files *f, const char *rule, const char *ja, const char *en)
{
    struct finding *finding = g_new(struct finding, 1);

    *finding = (struct finding){g_strdup(g_array_index(f->list, struct file, f->next).pointer), g_strdup(rule),
                                g_strdup(ja), g_strdup(en)};
    g_ptr_array_add(f->findings, finding);
}

static void files_end(struct files *f, const GError *error)
{
    f->done(f->user, f->findings, error);
    g_ptr_array_unref(f->findings);
    g_array_unref(f->list);
    g_clear_error(&f->request.error);
    g_free(f);
}

static void files_ask(struct files *f)
{
    if (f->next == f->list->len) {
        files_end(f, NULL);
        return;
    }
    f->request.params[0] = value_text(value_get(g_array_index(f->list, struct file, f->next).v, "sha256"));
    reader_ask(f->reader, &f->request);
}

static void files_judge(struct files *f)
{
    int64_t size = value_int(value_get(g_array_index(f->list, struct file, f->next).v, "size"));
    struct value *known = json_parse(f->request.json, f->request.size, JSON_DEPTH_MAX, NULL);

    if (value_int(value_get(known, "size")) != size)
        files_find(f, "file_size", "登録された文書と大きさが違います。", "The document that was put has another size.");
    value_unref(known);
}

static void files_answered(struct reader_request *request)
{
    struct files *f = (struct files *)(void *)request;

    if (request->error == NULL) {
        files_judge(f);
    } else if (g_error_matches(request->error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND) ||
               g_error_matches(request->error, TOROKU_ERROR, TOROKU_ERROR_INVALID)) {
        files_find(f, "file_unknown", "この文書は登録されていません。先に文書を登録してください。",
                   "No document with this SHA-256 was put; put it first.");
    } else {
        files_end(f, request->error);
        return;
    }
    g_clear_error(&request->error);
    g_clear_pointer(&request->json, g_free);
    f->next++;
    files_ask(f);
}

bool files_check(struct reader *reader, struct actor actor, const struct value *data, files_checked *done, void *user)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct file));
    struct files *f;

    g_array_set_clear_func(list, file_clear);
    files_collect(data, "", list);
    if (list->len == 0) {
        g_array_unref(list);
        return false;
    }
    f = g_new0(struct files, 1);
    f->reader = reader;
    f->list = list;
    f->findings = g_ptr_array_new_with_free_func(finding_free);
    f->done = done;
    f->user = user;
    f->request.done = files_answered;
    f->request.question = READ_DOCUMENT;
    f->request.actor = actor;
    files_ask(f);
    return true;
}
