#include "adapters/uv/password.h"

#include <sodium.h>
#include <string.h>

#define PASSES 2
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)

/* libuv's pool has four threads; name resolution and files need some. */
#define RUNNING_MAX 2
#define WAITING_MAX 30

G_STATIC_ASSERT(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES);

/* Salt and hash were written down, not computed. */
const char password_of_nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$dG9yb2t1IG5vYm9keSBoZQ$bm9ib2R5IGhhcyBhIHBhc3N3b3JkIGxpa2UgdGhpcyE";

struct passwords {
    struct loop_uv *loop;
    struct password_check *first, **last; /* those that wait */
    unsigned running, waiting;
};

void password_hash(const char *password, char hash[PASSWORD_HASH_SIZE])
{
    if (crypto_pwhash_str_alg(hash, password, strlen(password), PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) !=
        0)
        g_error("out of memory");
}

bool password_matches(const char *password, const char *hash)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

struct passwords *passwords_new(struct loop_uv *loop)
{
    struct passwords *passwords = g_new0(struct passwords, 1);

    passwords->loop = loop;
    passwords->last = &passwords->first;
    return passwords;
}

void passwords_free(struct passwords *passwords)
{
    g_assert(passwords == NULL || (passwords->running == 0 && passwords->waiting == 0));
    g_free(passwords);
}

static void password_work(uv_work_t *work)
{
    struct password_check *check = work->data;

    check->matches = password_matches(check->password, check->hash);
}

static void passwords_go_on(struct passwords *passwords);

static void password_worked(uv_work_t *work, int status)
{
    struct password_check *check = work->data;
    struct passwords *passwords = check->home;

    g_assert(status == 0); /* nothing cancels it */
    passwords->running--;
    passwords_go_on(passwords);
    loop_release(loop_uv_port(passwords->loop));
    check->done(check);
}

static void passwords_go_on(struct passwords *passwords)
{
    while (passwords->running < RUNNING_MAX && passwords->first != NULL) {
        struct password_check *check = passwords->first;

        passwords->first = check->next;
        if (passwords->first == NULL)
            passwords->last = &passwords->first;
        passwords->waiting--;
        passwords->running++;
        check->work.data = check;
        uv_queue_work(loop_uv_handle(passwords->loop), &check->work, password_work, password_worked);
    }
}

bool passwords_check(struct passwords *passwords, struct password_check *check)
{
    if (passwords->waiting >= WAITING_MAX)
        return false;
    check->home = passwords;
    check->next = NULL;
    check->matches = false;
    *passwords->last = check;
    passwords->last = &check->next;
    passwords->waiting++;
    loop_hold(loop_uv_port(passwords->loop));
    passwords_go_on(passwords);
    return true;
}
