/*
 * The inside of a play, shared by play.c (steps), play_world.c (people and names) and play_check.c (questions).
 */
#ifndef TOROKU_CLI_PLAY_INTERNAL_H
#define TOROKU_CLI_PLAY_INTERNAL_H

#include "adapters/cli/play.h"

/* A case by the scenario's name for it. */
struct play_alias {
    int64_t case_id;
    const struct chart *chart; /* by which it was opened: its number's prefix */
};

struct play {
    const struct scenario *scenario;
    const struct chart_set *charts;
    struct loop_uv *loop;
    struct store *store;
    struct engine *engine;
    GPtrArray *persons;   /* struct play_person; ids count from 1 */
    GHashTable *orgs;     /* code -> id */
    GHashTable *subjects; /* code -> id */
    GHashTable *aliases;  /* name -> struct play_alias */
    GPtrArray *findings;  /* char * */
    GPtrArray *refusals;  /* struct play_refusal */
    guint next;           /* item */
    struct loop_timer timer;
    struct store_batch question; /* of a check under way */
    void (*done)(void *user);
    void *done_user;
};

/* play.c */
void G_GNUC_PRINTF(3, 4) play_finding(struct play *play, const struct scenario_item *item, const char *format, ...);
/* Arms the timer for the item that is next. */
void play_go_on(struct play *play);

/* play_world.c */
bool play_build(struct play *play, struct backing *backing, GError **error);
const struct play_person *play_person(const struct play *play, const char *login);
/* 0: there is none, and a finding says so. */
int64_t play_subject(struct play *play, const struct scenario_item *item);
const struct play_alias *play_alias(struct play *play, const struct scenario_item *item, const char *name);
void play_name_case(struct play *play, const char *alias, int64_t case_id, const struct chart *chart);
/* ${v} with "$case:x" and "$person:x" replaced: a new value. */
struct value *play_fill(struct play *play, const struct scenario_item *item, const struct value *v);

/* play_check.c: asks the store for what the item is about, then goes on. */
void play_check(struct play *play, const struct scenario_item *item);

#endif
