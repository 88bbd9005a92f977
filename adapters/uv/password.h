/*
 * Passwords: Argon2id (RFC 9106) through libsodium, with 19 MiB and two passes, which take about twenty milliseconds.
 *
 * A check runs on a thread of libuv's pool, at most two at once whatever comes (memory, and threads for others); some
 * more wait their turn. The loop port is held while one is under way.
 */
#ifndef TOROKU_ADAPTERS_UV_PASSWORD_H
#define TOROKU_ADAPTERS_UV_PASSWORD_H

#include "adapters/uv/loop_uv.h"

#define PASSWORD_HASH_SIZE 128 /* with its NUL */
#define PASSWORD_BYTES_MIN 12
#define PASSWORD_BYTES_MAX 1024

/* A hash as it is kept, with its salt and its cost: "$argon2id$...". UTF-8 in form NFC goes in. Blocks. */
void password_hash(const char *password, char hash[PASSWORD_HASH_SIZE]);

/* Is ${password} the one behind ${hash}? Blocks. */
bool password_matches(const char *password, const char *hash);

/* A hash that no password has: whoever has none is checked against it, at the same cost. */
extern const char password_of_nobody[];

struct passwords;
struct password_check;
typedef void password_check_cb(struct password_check *check);

/* Embedded by its owner, zero-initialised. */
struct password_check {
    password_check_cb *done;
    const char *hash;     /* borrowed until done */
    const char *password; /* borrowed until done */
    bool matches;         /* answered */

    /* Private. */
    uv_work_t work;
    struct passwords *home;
    struct password_check *next;
};

struct passwords *passwords_new(struct loop_uv *loop);

/* When no check is under way. Accepts NULL. */
void passwords_free(struct passwords *passwords);

/* Begins a check; ${check}->done runs later. FALSE: too many wait, and it will not run. */
bool passwords_check(struct passwords *passwords, struct password_check *check);

#endif
