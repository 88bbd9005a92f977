/*
 * The definitions of a running daemon: the library in force, read anew on a thread of libuv's pool when that is asked
 * for, and completed by versions that others have registered. The loop never waits for files or the database here.
 */
#ifndef TOROKU_ADAPTERS_CLI_DEFINITIONS_H
#define TOROKU_ADAPTERS_CLI_DEFINITIONS_H

#include "adapters/cli/pidfile.h"
#include "adapters/uv/loop_uv.h"
#include "adapters/yaml/config.h"
#include "adapters/yaml/library.h"
#include "engine/app/reload.h"

struct definitions;

/* Reads the folder that ${config} names; borrows ${config}. NULL when anything is wrong in it. */
struct definitions *definitions_new(const struct config *config, GError **error);

/* Registers its versions in the database, and adds those that cases run by although their files have moved on. */
bool definitions_register(struct definitions *d, GError **error);

/* Nothing is under way, and nobody holds charts any more. Accepts NULL. */
void definitions_free(struct definitions *d);

/* The charts in force. */
const struct chart_set *definitions_charts(const struct definitions *d);

/* From now on reloads are taken: new charts go to ${engine} and, by ${use}, to others; ${pidfile} is told. */
void definitions_follow(struct definitions *d, struct loop_uv *loop, struct engine *engine, struct pidfile *pidfile,
                        void (*use)(const struct chart_set *charts, void *user), void *user);

/* Asks for a reload. */
void definitions_reload(struct definitions *d);

/* For struct engine_config: fetches the version ${id}, which some case runs by. ${user} is the definitions. */
void definitions_fetch(int32_t id, void *user);

/* Takes no more, and runs ${done} when what is under way is over; it may run inside the call. */
void definitions_drain(struct definitions *d, void (*done)(void *user), void *user);

#endif
