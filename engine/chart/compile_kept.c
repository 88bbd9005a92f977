#include "engine/chart/compiler.h"

#include <string.h>

/*
 * Why a field of this access class may not be read for this purpose, with the class of the mistake; NULL when it may.
 * Personal data can be erased, so nothing in force may depend on it; what leaves the case is no more than its readers
 * may see.
 */
static const char *read_forbidden(enum access_class access, enum read_purpose purpose, enum finding_code *code)
{
    *code = FINDING_ERASABLE_READ;
    if (access == ACCESS_PERSONAL)
        return "personal data can be erased and is never read by the workflow itself";
    switch (purpose) {
    case READ_DECIDE:
        return NULL;
    case READ_SIGNAL:
        *code = FINDING_RESTRICTED_SIGNAL;
        return access == ACCESS_RESTRICTED ? "a signal carries no restricted fields into another case" : NULL;
    case READ_NOTICE:
        *code = FINDING_RESTRICTED_NOTICE;
        return access == ACCESS_RESTRICTED ? "a notice never shows restricted fields" : NULL;
    case READ_PUBLISH:
        *code = FINDING_HIDDEN_REGISTER;
        return access == ACCESS_PUBLIC ? NULL : "a register shows fields of access: public only";
    }
    g_assert_not_reached();
}

/* What decides is of one type, whichever form it comes from. */
static void read_check_type(struct compiler *c, const struct read *read)
{
    const struct chart *chart = c->chart;
    int first = CHART_NONE, home = CHART_NONE;

    for (int f = 0; f < chart->form_count; f++) {
        int field = types_field(chart, chart->forms[f].fields, read->name, strlen(read->name));

        if (field == CHART_NONE)
            continue;
        if (first == CHART_NONE) {
            first = field;
            home = f;
        } else if (chart->fields[field].type != chart->fields[first].type ||
                   (chart->fields[field].type == FIELD_LIST &&
                    chart->fields[field].items != chart->fields[first].items)) {
            chart_findings_add(
                c->findings, FINDING_TYPE_MISMATCH, read->path,
                "\"%s\" is a %s in the form \"%s\" and a %s in \"%s\"; expected one type of what is read "
                "from the case",
                read->name, types_name(chart->fields[first].type), chart->forms[home].id,
                types_name(chart->fields[field].type), chart->forms[f].id);
            return;
        }
    }
}

void compile_kept(struct compiler *c)
{
    struct chart *chart = c->chart;

    for (guint r = 0; r < c->reads->len; r++) {
        const struct read *read = &g_array_index(c->reads, struct read, r);
        const char *forbidden = NULL;
        enum finding_code code = FINDING_ERASABLE_READ;

        for (int f = 0; f < chart->form_count; f++) {
            struct range range = chart->forms[f].fields;

            for (int i = range.first; i < range.first + range.count; i++)
                if (strcmp(chart->fields[i].id, read->name) == 0) {
                    chart->fields[i].kept = true;
                    if (forbidden == NULL)
                        forbidden = read_forbidden(chart->fields[i].access, read->purpose, &code);
                }
        }
        if (read->purpose == READ_DECIDE)
            read_check_type(c, read);
        if (forbidden != NULL)
            chart_findings_add(c->findings, code, read->path, "\"%s\" may not stand here: %s", read->name, forbidden);
    }
}
