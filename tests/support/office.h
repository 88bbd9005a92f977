/*
 * An installation within one process, for tests that need engines in their own hands: the workflows that are shipped, a
 * database with a directory of those who take part, and one or two engines beside each other on it, each with a store
 * that can be delayed, all on one loop.
 *
 * Whatever goes wrong that a test does not ask for ends it with a message.
 */
#ifndef TOROKU_TESTS_SUPPORT_OFFICE_H
#define TOROKU_TESTS_SUPPORT_OFFICE_H

#include "adapters/postgres/store_pg.h"
#include "adapters/uv/loop_uv.h"
#include "adapters/yaml/library.h"
#include "engine/app/engine.h"
#include "tests/support/delayed_store.h"

#define OFFICE_ENGINES_MAX 2

/* Who takes part. */
enum office_person { PROVIDER, CLERK, EXAMINER, SECRETARY, MEMBER, OFFICE_PERSONS };

struct office {
    char *conninfo; /* as the owner of the tables */
    struct library *library;
    struct actor persons[OFFICE_PERSONS];

    /* between office_open and office_close */
    struct loop_uv *loop;
    unsigned engines;
    struct store_pg *stores[OFFICE_ENGINES_MAX];
    struct delayed_store *delayed[OFFICE_ENGINES_MAX];
    struct engine *engine[OFFICE_ENGINES_MAX];
    unsigned awaited;
};

/* Creates the database and fills it: the people and ${services} services of the provider, with ids from 1. */
struct office *office_new(unsigned services);

/* Drops the database. */
void office_free(struct office *office);

/* Opens ${engines} engines for business. */
void office_open(struct office *office, enum loop_uv_clock clock, instant start_or_offset, unsigned engines,
                 const struct engine_config *config, guint32 seed);

/* Drains them and closes everything that office_open has opened. */
void office_close(struct office *office);

instant office_now(const struct office *office);

/* Runs the loop until its clock shows ${at}. */
void office_run_until(struct office *office, instant at);

/* A command on its way, and its owner's data. */
struct errand {
    struct command command; /* first */
    struct office *office;
    struct value *input; /* owned */
};

/* A command of ${who} with the ${input} that it takes over (NULL: none), about the case ${case_id}, or opening one of
 * ${workflow} about ${subject} when that is 0. Freed by errand_free. */
struct errand *errand_new(struct office *office, enum office_person who, int64_t case_id, const char *event,
                          struct value *input);
struct errand *errand_new_opening(struct office *office, enum office_person who, const char *workflow, int64_t subject,
                                  struct value *input);
void errand_free(gpointer errand);

/* Submits it to an engine. */
void errand_submit(struct errand *errand, unsigned engine, instant received);

/* Runs the loop until every errand submitted is answered. */
void office_await(struct office *office);

/* Submits all of ${errands} (struct errand) to the first engine and demands that each is taken. */
void office_do(struct office *office, GPtrArray *errands);

/* The JSON of workflows/examples/${name}.json, the caller's. */
struct value *office_example(const char *name);

#endif
