/*
 * The prepared cases as the generator knows them: which version each has, who may raise its next event, who is busy.
 */
#ifndef TOROKU_TESTS_BENCH_PREPARED_H
#define TOROKU_TESTS_BENCH_PREPARED_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct prepared_case {
    int64_t id;
    int32_t version;
    uint32_t owner : 31; /* index of the owner's token */
    uint32_t busy : 1;   /* a request is under way, or ended so that the version is not known any more */
};

struct prepared {
    struct prepared_case *cases;
    size_t count;
    uint64_t random[2]; /* xorshift128+ */
};

/* Reads lines of "id version owner". FALSE with ${error} when the file cannot be read or a line is not so. */
bool prepared_read(struct prepared *p, const char *path, GError **error);
void prepared_release(struct prepared *p);

uint64_t prepared_random(struct prepared *p);

/* Picks a case at random that is not busy, and makes it busy. */
struct prepared_case *prepared_pick(struct prepared *p);

#endif
