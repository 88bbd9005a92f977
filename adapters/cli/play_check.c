/*
 * A check is a batch that loads and writes nothing: what it sees is what stands, in any store.
 */
#include "adapters/cli/play_internal.h"

#include <string.h>

static struct play *play_of(struct store_request *request)
{
    return (struct play *)(void *)((char *)request - offsetof(struct play, question.request));
}

static const struct scenario_item *play_item(const struct play *play)
{
    return g_ptr_array_index(play->scenario->items, play->next);
}

static void check_over(struct store_request *request)
{
    struct play *play = play_of(request);

    g_clear_error(&request->error);
    store_batch_release(&play->question);
    play->next++;
    play_go_on(play);
}

static void check_alias(struct play *play, const struct scenario_item *item)
{
    for (guint i = 0; i < play->question.opens->len; i++) {
        const struct store_open *open = &g_array_index(play->question.opens, struct store_open, i);

        if (strcmp(open->workflow, item->name) == 0) {
            civil_day today = (civil_day)(loop_now(loop_uv_port(play->loop)) / INSTANT_DAY);

            play_name_case(play, item->alias, open->case_id, chart_set_for(play->charts, item->name, today));
            return;
        }
    }
    play_finding(play, item, "no case of %s is open about '%s'", item->name, item->subject);
}

static struct value *flags_list(const struct snapshot *s)
{
    struct value *list = value_new_list();

    for (size_t i = 0; i < value_size(s->flags); i++)
        value_list_add(list, value_new_text(value_key_at(s->flags, i)));
    return list;
}

/* Takes ${is}. */
static void check_equal(struct play *play, const struct scenario_item *item, const char *what,
                        const struct value *expected, struct value *is)
{
    if (expected != NULL && !value_equal(expected, is)) {
        GString *text = g_string_new(NULL);

        value_print(is, text);
        play_finding(play, item, "the %s of '%s' are %s", what, item->alias, text->str);
        g_string_free(text, TRUE);
    }
    value_unref(is);
}

static void check_expect(struct play *play, const struct scenario_item *item)
{
    const struct value *expect = value_get(item->line, "expect");
    const struct snapshot *s;

    if (play->question.snapshots->len == 0) {
        play_finding(play, item, "the case '%s' is not there", item->alias);
        return;
    }
    s = g_ptr_array_index(play->question.snapshots, 0);
    check_equal(play, item, "states", value_get(expect, "states"), snapshot_states(s));
    check_equal(play, item, "flags", value_get(expect, "flags"), flags_list(s));
}

static void check_loaded(struct store_request *request)
{
    struct play *play = play_of(request);
    const struct scenario_item *item = play_item(play);

    if (request->error != NULL) {
        play_finding(play, item, "%s", request->error->message);
        check_over(request);
        return;
    }
    if (item->kind == SCENARIO_ALIAS)
        check_alias(play, item);
    else
        check_expect(play, item);
    request->done = check_over;
    store_abandon(play->store, &play->question);
}

void play_check(struct play *play, const struct scenario_item *item)
{
    store_batch_init(&play->question, play->charts);
    play->question.request.done = check_loaded;
    if (item->kind == SCENARIO_ALIAS) {
        int64_t subject = play_subject(play, item);

        g_array_append_val(play->question.subject_ids, subject);
    } else {
        const struct play_alias *alias = play_alias(play, item, item->alias);
        int64_t id = alias == NULL ? 0 : alias->case_id;

        g_array_append_val(play->question.case_ids, id);
    }
    store_load(play->store, &play->question);
}
