#include "adapters/uv/password.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

Test(uv_password, a_hash_knows_its_password)
{
    char hash[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];

    password_hash("correct horse 登録", hash);
    password_hash("correct horse 登録", other);
    cr_expect(g_str_has_prefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), "%s", hash);
    cr_expect_str_neq(hash, other, "each has a salt of its own");
    cr_expect(password_matches("correct horse 登録", hash));
    cr_expect_not(password_matches("correct horse 登録 ", hash));
    cr_expect_not(password_matches("", hash));
    cr_expect_not(password_matches("correct horse 登録", "no hash"));
}

/* Whoever has no password costs as much as whoever has one: the same parameters, and a hash that is computed. */
Test(uv_password, nobody_costs_as_much)
{
    g_auto(GStrv) parts = g_strsplit(password_of_nobody, "$", -1);
    unsigned char salt[16], hash[32];
    size_t salt_size, hash_size;

    cr_expect_eq(crypto_pwhash_str_needs_rehash(password_of_nobody, 2, (size_t)19 * 1024 * 1024), 0);
    cr_assert_eq(g_strv_length(parts), 6);
    cr_expect_eq(sodium_base642bin(salt, sizeof salt, parts[4], strlen(parts[4]), NULL, &salt_size, NULL,
                                   sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
                 0);
    cr_expect_eq(sodium_base642bin(hash, sizeof hash, parts[5], strlen(parts[5]), NULL, &hash_size, NULL,
                                   sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
                 0);
    cr_expect_eq(salt_size, 16);
    cr_expect_eq(hash_size, 32);
    cr_expect_not(password_matches("", password_of_nobody));
}

static struct {
    struct loop_uv *loop;
    unsigned taken, done, right;
} desk;

static void checked(struct password_check *check)
{
    desk.right += check->matches;
    if (++desk.done == desk.taken)
        loop_uv_stop(desk.loop);
}

/* Two run, thirty wait, more are refused at once; every one that was taken is answered, later, with its own result. */
Test(uv_password, checks_wait_their_turn)
{
    struct password_check checks[40] = {0};
    struct passwords *passwords;
    char hash[PASSWORD_HASH_SIZE];

    desk.loop = loop_uv_new(LOOP_UV_REAL, 0, NULL);
    passwords = passwords_new(desk.loop);
    password_hash("this one is right", hash);
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        checks[i].done = checked;
        checks[i].hash = i % 2 == 0 ? hash : password_of_nobody;
        checks[i].password = "this one is right";
        desk.taken += passwords_check(passwords, &checks[i]);
    }
    cr_expect_eq(desk.taken, 32);
    cr_expect_eq(desk.done, 0, "never within the call");
    loop_uv_run(desk.loop);
    cr_expect_eq(desk.done, 32);
    cr_expect_eq(desk.right, 16);
    passwords_free(passwords);
    loop_uv_free(desk.loop);
}
