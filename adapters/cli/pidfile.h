/*
 * The file by which a running daemon is found, and in which it tells how its reloads stand.
 *
 *   PID
 *   ASKED DONE       reloads asked for since the daemon started, and those that are over
 *   ok | failed      the last one
 *   what it came to, or what was wrong, in lines
 *
 * The daemon holds a lock on it (fcntl) as long as it lives: who has the lock is the daemon, whatever the text says.
 */
#ifndef TOROKU_ADAPTERS_CLI_PIDFILE_H
#define TOROKU_ADAPTERS_CLI_PIDFILE_H

#include "engine/error.h"

#include <sys/types.h>

struct pidfile;

/* Takes ${path} for this process; "" takes none, and the rest does nothing then. NULL with CONFLICT when another daemon
 * has it, UNAVAILABLE when it cannot be written. */
struct pidfile *pidfile_take(const char *path, GError **error);

/* Writes how reloads stand; ${error} NULL: the last one took effect. */
void pidfile_tell(struct pidfile *pidfile, unsigned asked, unsigned done, const GError *error, const char *told);

/* Gives it back: the file is gone. Accepts NULL. */
void pidfile_free(struct pidfile *pidfile);

/* What a daemon tells. */
struct pidfile_told {
    pid_t pid;
    unsigned asked, done;
    bool ok;
    char *text; /* the caller's */
};

/* Reads what the daemon that has ${path} tells. FALSE with UNAVAILABLE when no daemon has it. */
bool pidfile_read(const char *path, struct pidfile_told *told, GError **error);

#endif
