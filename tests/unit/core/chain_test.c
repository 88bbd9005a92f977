/* The hash chain: parts by access class, salted commitments, and a proof that outlives erasure. */
#include "tests/support/trial.h"

#include "engine/core/chain.h"

#include <criterion/criterion.h>
#include <string.h>

static struct library *library;
static const struct chart *chart;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
    chart = trial_chart(library, "desk");
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(chain, .init = setup, .fini = teardown);

#define INPUT                                                                                                          \
    "{\"title\":\"T\",\"kind\":\"new\",\"remark\":\"r\",\"phone\":\"03\",\"season\":{\"start\":\"2026-01-01\","        \
    "\"end\":"                                                                                                         \
    "\"2026-01-31\"}}"

static GArray *parts_of(const char *form, const char *json)
{
    struct value *input = trial_value(json);
    GArray *parts = chain_split(chart, form == NULL ? CHART_NONE : chart_form_index(chart, form), input);

    value_unref(input);
    for (guint i = 0; i < parts->len; i++) {
        struct part *part = &g_array_index(parts, struct part, i);

        memset(part->salt, 17 + (int)i, SALT_SIZE);
        chain_commit(part);
    }
    return parts;
}

static const struct part *part_at(const GArray *parts, guint i)
{
    cr_assert_lt(i, parts->len);
    return &g_array_index(parts, struct part, i);
}

static const char *hex(const uint8_t hash[HASH_SIZE])
{
    GString *text = g_string_new(NULL);
    const char *interned;

    for (int i = 0; i < HASH_SIZE; i++)
        g_string_append_printf(text, "%02x", hash[i]);
    interned = g_intern_string(text->str);
    g_string_free(text, TRUE);
    return interned;
}

Test(chain, an_input_is_split_by_access_class_in_order)
{
    static const struct {
        enum access_class access;
        const char *body;
    } rows[] = {{ACCESS_PUBLIC, "{\"season\":{\"end\":\"2026-01-31\",\"start\":\"2026-01-01\"},\"title\":\"T\"}"},
                {ACCESS_CASE, "{\"kind\":\"new\"}"},
                {ACCESS_RESTRICTED, "{\"remark\":\"r\"}"},
                {ACCESS_PERSONAL, "{\"phone\":\"03\"}"}};
    GArray *parts = parts_of("request", INPUT);

    cr_assert_eq(parts->len, 4u);
    for (guint i = 0; i < 4; i++) {
        cr_expect_eq(part_at(parts, i)->access, rows[i].access);
        cr_expect_str_eq(part_at(parts, i)->body, rows[i].body);
        cr_expect_eq(part_at(parts, i)->body_size, strlen(rows[i].body));
    }
    g_array_unref(parts);
    parts = parts_of(NULL, INPUT);
    cr_assert_eq(parts->len, 1u);
    cr_expect_eq(part_at(parts, 0)->access, ACCESS_CASE, "without a form nothing is known to be public");
    g_array_unref(parts);
    parts = parts_of("request", NULL);
    cr_expect_eq(parts->len, 0u);
    g_array_unref(parts);
    parts = parts_of("request", "{}");
    cr_expect_eq(parts->len, 0u);
    g_array_unref(parts);
}

/* FIPS 180-4's "abc", and salt and body in that order. */
Test(chain, a_commitment_is_the_hash_of_salt_and_body)
{
    struct part part = {.access = ACCESS_CASE, .body = (char[]){"{\"a\":1}"}, .body_size = 7};
    uint8_t hash[HASH_SIZE];

    chain_sha256("abc", 3, hash);
    cr_expect_str_eq(hex(hash), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    memset(part.salt, 'A', SALT_SIZE);
    chain_commit(&part);
    cr_expect_str_eq(hex(part.commitment), "34ca1208977397e8842b612d26c430650e5c4aab2598eae5b4afd81a640fc8f4");
}

Test(chain, a_salt_hides_equal_values)
{
    GArray *a = parts_of("request", "{\"phone\":\"03\"}"), *b = parts_of("request", "{\"phone\":\"03\"}");

    cr_expect_str_eq(hex(part_at(a, 0)->commitment), hex(part_at(b, 0)->commitment));
    g_array_index(b, struct part, 0).salt[15] ^= 1;
    chain_commit(&g_array_index(b, struct part, 0));
    cr_expect_str_neq(hex(part_at(a, 0)->commitment), hex(part_at(b, 0)->commitment));
    g_array_unref(a);
    g_array_unref(b);
}

/* Previous hash 32 x 0, record "{}", one part of class case whose commitment is 32 x 1: computed apart. */
Test(chain, a_hash_has_the_documented_form)
{
    struct part part = {.access = ACCESS_CASE};
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(struct part));
    uint8_t previous[HASH_SIZE] = {0}, hash[HASH_SIZE];

    chain_next(previous, "{}", 2, parts, hash);
    cr_expect_str_eq(hex(hash), "961af672d320bfb80e482edf9e092930b12b6f10f28ac4913d1d64c49219da68");
    memset(part.commitment, 1, HASH_SIZE);
    g_array_append_val(parts, part);
    chain_next(previous, "{}", 2, parts, hash);
    cr_expect_str_eq(hex(hash), "003bb3ac9294f359628bc25ab4d3b720836eb2b7dd698aab9825ae33c45a97b8");
    chain_next(previous, "{}", 2, NULL, hash);
    cr_expect_str_eq(hex(hash), "961af672d320bfb80e482edf9e092930b12b6f10f28ac4913d1d64c49219da68");
    g_array_unref(parts);
}

static const char *next_of(const uint8_t previous[HASH_SIZE], const char *record, const GArray *parts)
{
    uint8_t hash[HASH_SIZE];

    chain_next(previous, record, strlen(record), parts, hash);
    return hex(hash);
}

Test(chain, every_bit_counts)
{
    GArray *parts = parts_of("request", INPUT);
    uint8_t previous[HASH_SIZE] = {3};
    char record[] = "{\"case\":1,\"seq\":2}";
    const char *sealed = next_of(previous, record, parts);

    cr_expect_str_eq(next_of(previous, record, parts), sealed);
    for (int bit = 0; bit < 8 * HASH_SIZE; bit++) {
        previous[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_expect_str_neq(next_of(previous, record, parts), sealed, "bit %d of the previous hash", bit);
        previous[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t i = 0; i < strlen(record); i++) {
        record[i] ^= 1;
        cr_expect_str_neq(next_of(previous, record, parts), sealed, "byte %zu of the record", i);
        record[i] ^= 1;
    }
    for (guint p = 0; p < parts->len; p++) {
        struct part *part = &g_array_index(parts, struct part, p);

        for (int bit = 0; bit < 8 * HASH_SIZE; bit++) {
            part->commitment[bit / 8] ^= (uint8_t)(1 << bit % 8);
            cr_expect_str_neq(next_of(previous, record, parts), sealed, "bit %d of part %u", bit, p);
            part->commitment[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        part->access ^= 1;
        cr_expect_str_neq(next_of(previous, record, parts), sealed, "class of part %u", p);
        part->access ^= 1;
    }
    cr_expect_str_eq(next_of(previous, record, parts), sealed);
    g_array_set_size(parts, 3);
    cr_expect_str_neq(next_of(previous, record, parts), sealed, "a part left out");
    g_array_unref(parts);
}

Test(chain, a_body_changed_does_not_match_its_commitment)
{
    GArray *parts = parts_of("request", INPUT);

    for (guint p = 0; p < parts->len; p++) {
        struct part *part = &g_array_index(parts, struct part, p);
        const char *committed = hex(part->commitment);

        for (size_t i = 0; i < part->body_size; i++) {
            part->body[i] ^= 1;
            chain_commit(part);
            cr_expect_str_neq(hex(part->commitment), committed, "byte %zu of part %u", i, p);
            part->body[i] ^= 1;
        }
    }
    g_array_unref(parts);
}

Test(chain, an_erased_part_keeps_the_chain_verifying)
{
    GArray *parts = parts_of("request", INPUT);
    struct part *personal = &g_array_index(parts, struct part, 3);
    uint8_t previous[HASH_SIZE] = {9};
    const char *sealed = next_of(previous, "{}", parts);

    cr_assert_eq(personal->access, ACCESS_PERSONAL);
    g_clear_pointer(&personal->body, g_free);
    personal->body_size = 0;
    memset(personal->salt, 0, SALT_SIZE);
    cr_expect_str_eq(next_of(previous, "{}", parts), sealed);
    g_array_unref(parts);
}
