#include "adapters/cli/play_internal.h"

#include <string.h>

static int64_t names_get(GHashTable *names, const char *name)
{
    const int64_t *id = name == NULL ? NULL : g_hash_table_lookup(names, name);

    return id == NULL ? 0 : *id;
}

static void names_put(GHashTable *names, const char *name, int64_t id)
{
    g_hash_table_insert(names, g_strdup(name), g_memdup2(&id, sizeof id));
}

static bool world_invalid(const struct scenario_item *item, const char *what, GError **error)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "line %u: %s", item->number, what);
    return false;
}

/* The texts of a list, NULL-terminated. */
static char **texts(const struct value *list)
{
    char **strv = g_new0(char *, value_size(list) + 1);
    size_t n = 0;

    for (size_t i = 0; i < value_size(list); i++)
        if (value_text(value_at(list, i)) != NULL)
            strv[n++] = g_strdup(value_text(value_at(list, i)));
    return strv;
}

static bool world_organisation(struct play *play, struct backing *b, const struct scenario_item *item, GError **error)
{
    const char *code = value_text(value_get(item->line, "organisation"));
    const char *ja = value_text(value_path(item->line, "name.ja")), *en = value_text(value_path(item->line, "name.en"));
    const struct value *contacts = value_get(item->line, "contacts");
    g_auto(GStrv) roles = texts(value_get(item->line, "roles"));
    int64_t id;

    if (code == NULL || ja == NULL || en == NULL)
        return world_invalid(item, "an organisation has a code and a name in ja and en", error);
    id = b->ops->organisation(b, code, ja, en, error);
    if (id == 0)
        return false;
    names_put(play->orgs, code, id);
    for (char **role = roles; *role != NULL; role++)
        if (!b->ops->role(b, id, *role, error))
            return false;
    for (size_t i = 0; i < value_size(contacts); i++) {
        const struct value *contact = value_at(contacts, i);
        const char *kind = value_text(value_get(contact, "kind")), *email = value_text(value_get(contact, "email"));
        const char *language = value_text(value_get(contact, "language"));

        if (kind == NULL || email == NULL)
            return world_invalid(item, "a contact has a kind and an email", error);
        if (!b->ops->contact(b, id, kind, email, language == NULL ? "ja" : language, error))
            return false;
    }
    return true;
}

static void play_person_free(gpointer p)
{
    struct play_person *person = p;

    g_free(person->login);
    g_strfreev(person->roles);
    g_free(person);
}

static bool world_person(struct play *play, struct backing *b, const struct scenario_item *item, GError **error)
{
    const char *login = value_text(value_get(item->line, "person")), *name = value_text(value_get(item->line, "name"));
    int64_t org = names_get(play->orgs, value_text(value_get(item->line, "organisation")));
    struct play_person *person;

    if (login == NULL || org == 0)
        return world_invalid(item, "a person has a login and an organisation that stands above", error);
    person = g_new0(struct play_person, 1);
    g_ptr_array_add(play->persons, person);
    person->login = g_strdup(login);
    person->roles = texts(value_get(item->line, "roles"));
    person->actor.person =
        b->ops->person(b, login, name == NULL ? login : name, org, (const char *const *)person->roles, error);
    person->actor.org = org;
    person->actor.roles = (const char *const *)person->roles;
    return person->actor.person != 0;
}

static bool world_subject(struct play *play, struct backing *b, const struct scenario_item *item, GError **error)
{
    const char *code = value_text(value_get(item->line, "subject")), *name = value_text(value_get(item->line, "name"));
    int64_t org = names_get(play->orgs, value_text(value_get(item->line, "organisation"))), id;

    if (code == NULL || name == NULL || org == 0)
        return world_invalid(item, "a subject has a code, a name and an organisation that stands above", error);
    id = b->ops->subject(b, org, code, name, error);
    if (id != 0)
        names_put(play->subjects, code, id);
    return id != 0;
}

bool play_build(struct play *play, struct backing *b, GError **error)
{
    bool ok = true;

    play->persons = g_ptr_array_new_with_free_func(play_person_free);
    play->orgs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    play->subjects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    play->aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (; ok && play->next < play->scenario->items->len; play->next++) {
        const struct scenario_item *item = g_ptr_array_index(play->scenario->items, play->next);

        if (item->kind > SCENARIO_SUBJECT)
            break;
        if (item->kind == SCENARIO_ORGANISATION)
            ok = world_organisation(play, b, item, error);
        else if (item->kind == SCENARIO_PERSON)
            ok = world_person(play, b, item, error);
        else
            ok = world_subject(play, b, item, error);
    }
    if (!ok)
        g_prefix_error(error, "%s: ", play->scenario->path);
    return ok;
}

const struct play_person *play_person(const struct play *play, const char *login)
{
    for (guint i = 0; i < play->persons->len; i++) {
        const struct play_person *person = g_ptr_array_index(play->persons, i);

        if (strcmp(person->login, login) == 0)
            return person;
    }
    return NULL;
}

const char *play_login(const struct play *play, int64_t id)
{
    for (guint i = 0; i < play->persons->len; i++) {
        const struct play_person *person = g_ptr_array_index(play->persons, i);

        if (person->actor.person == id)
            return person->login;
    }
    return NULL;
}

int64_t play_subject(struct play *play, const struct scenario_item *item)
{
    int64_t id = names_get(play->subjects, item->subject);

    if (id == 0)
        play_finding(play, item, "there is no subject '%s'", item->subject);
    return id;
}

const struct play_alias *play_alias(struct play *play, const struct scenario_item *item, const char *name)
{
    const struct play_alias *alias = g_hash_table_lookup(play->aliases, name);

    if (alias == NULL)
        play_finding(play, item, "no case is called '%s'", name);
    return alias;
}

void play_name_case(struct play *play, const char *name, int64_t case_id, const struct chart *chart)
{
    struct play_alias *alias = g_new0(struct play_alias, 1);

    alias->case_id = case_id;
    alias->chart = chart;
    g_hash_table_insert(play->aliases, g_strdup(name), alias);
}

static struct value *fill_text(struct play *play, const struct scenario_item *item, const struct value *v)
{
    const char *text = value_text(v);
    g_autofree char *filled = NULL;

    if (g_str_has_prefix(text, "$case:")) {
        const struct play_alias *alias = play_alias(play, item, text + strlen("$case:"));

        if (alias != NULL)
            filled = g_strdup_printf("%s-%" G_GINT64_FORMAT, alias->chart->prefix, alias->case_id);
    } else if (g_str_has_prefix(text, "$person:")) {
        const struct play_person *person = play_person(play, text + strlen("$person:"));

        if (person != NULL)
            filled = g_strdup_printf("%" G_GINT64_FORMAT, person->actor.person);
        else
            play_finding(play, item, "nobody is called '%s'", text + strlen("$person:"));
    }
    return filled == NULL ? value_ref(v) : value_new_text(filled);
}

struct value *play_fill(struct play *play, const struct scenario_item *item, const struct value *v)
{
    struct value *filled;

    switch (value_kind(v)) {
    case VALUE_TEXT:
        return fill_text(play, item, v);
    case VALUE_LIST:
        filled = value_new_list();
        for (size_t i = 0; i < value_size(v); i++)
            value_list_add(filled, play_fill(play, item, value_at(v, i)));
        return filled;
    case VALUE_MAP:
        filled = value_new_map();
        for (size_t i = 0; i < value_size(v); i++)
            value_map_set(filled, value_key_at(v, i), play_fill(play, item, value_member_at(v, i)));
        return filled;
    case VALUE_NULL:
    case VALUE_BOOL:
    case VALUE_INT:
        break;
    }
    return value_ref(v);
}
