#include "tests/bench/prepared.h"

#include <stdlib.h>
#include <sys/random.h>

static bool number_read(const char **at, long long *number)
{
    char *end;

    *number = strtoll(*at, &end, 10);
    if (end == *at)
        return false;
    *at = end;
    return true;
}

bool prepared_read(struct prepared *p, const char *path, GError **error)
{
    g_autofree char *text = NULL;
    GArray *cases = g_array_new(FALSE, FALSE, sizeof(struct prepared_case));
    long long id, version, owner;
    const char *at;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        g_array_unref(cases);
        return false;
    }
    for (at = text; *at != '\0'; at++) {
        struct prepared_case c;

        if (!number_read(&at, &id) || !number_read(&at, &version) || !number_read(&at, &owner) || *at != '\n')
            break;
        c = (struct prepared_case){.id = id, .version = (int32_t)version, .owner = (uint32_t)owner & INT32_MAX};
        g_array_append_val(cases, c);
    }
    if (*at != '\0' || cases->len == 0) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: line %u is not \"id version owner\"", path,
                    cases->len + 1);
        g_array_unref(cases);
        return false;
    }
    p->count = cases->len;
    p->cases = (struct prepared_case *)(void *)g_array_free(cases, FALSE);
    if (getrandom(p->random, sizeof p->random, 0) != sizeof p->random)
        g_error("no random numbers");
    return true;
}

void prepared_release(struct prepared *p)
{
    g_free(p->cases);
}

uint64_t prepared_random(struct prepared *p)
{
    uint64_t x = p->random[0], y = p->random[1];

    p->random[0] = y;
    x ^= x << 23;
    p->random[1] = x ^ y ^ (x >> 17) ^ (y >> 26);
    return p->random[1] + y;
}

struct prepared_case *prepared_pick(struct prepared *p)
{
    for (int tries = 0; tries < 10000; tries++) {
        struct prepared_case *c = &p->cases[prepared_random(p) % p->count];

        if (c->busy)
            continue;
        c->busy = true;
        return c;
    }
    g_error("hardly any of the %zu cases is free: too many callers, or too many requests were refused", p->count);
}
