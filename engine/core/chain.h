/*
 * The hash chain of a case.
 *
 * An input is split by access class into parts; each part has a salt of its own and a commitment SHA-256(salt || body).
 * An event's hash is SHA-256(previous hash || SHA-256(record) || class and commitment of each part in order of class).
 * Bodies and salts may be erased; records and commitments stay, so every later proof still holds.
 */
#ifndef TOROKU_CORE_CHAIN_H
#define TOROKU_CORE_CHAIN_H

#include "engine/core/snapshot.h"

#define SALT_SIZE 16

struct part {
    enum access_class access;
    uint8_t salt[SALT_SIZE];
    uint8_t commitment[HASH_SIZE];
    char *body; /* canonical JSON of the members of this class; owned; NULL: erased */
    size_t body_size;
};

void part_release(gpointer part);

/* SHA-256 of ${size} bytes. */
void chain_sha256(const void *bytes, size_t size, uint8_t hash[HASH_SIZE]);

/* Splits ${input} by the access classes of form ${form} (CHART_NONE: all of class case) into parts, without salts. A
 * new array of struct part; empty when there is no input. */
GArray *chain_split(const struct chart *chart, int form, const struct value *input);

/* The parts that ${split} gives: one map a class, NULL or empty for none. Borrowed; the array is new. */
GArray *chain_parts(struct value *const split[ACCESS_CLASS_COUNT]);

/* Computes the commitment of a part whose salt is set. */
void chain_commit(struct part *part);

/* The hash that follows ${previous} for an event with this record and these parts. */
void chain_next(const uint8_t previous[HASH_SIZE], const char *record, size_t record_size, const GArray *parts,
                uint8_t hash[HASH_SIZE]);

#endif
