/*
 * The registers that are published as pages (リスト): what each shows, where, under which words. Another register is
 * another row of the table in registers.c and its routes; the API serves any register without one.
 */
#ifndef TOROKU_ADAPTERS_HTTP_REGISTERS_H
#define TOROKU_ADAPTERS_HTTP_REGISTERS_H

/* Something of an entry, with its words. */
struct register_value {
    const char *ja, *en;  /* what it is called; NULL ends a list */
    const char *path;     /* in the entry */
    const char *path_en;  /* shown in English instead when it is not empty; or NULL */
    const char *path_end; /* the other end of a period; or NULL */
};

/* A column of the CSV file: a name that stays, and a path in the entry; NULL ends the list. */
struct register_cell {
    const char *name, *path;
};

struct register_page {
    const char *name; /* of the register, as workflows publish to it */
    const char *path; /* of its page; its entries lie below, its files beside it */
    const char *key;  /* the name of the key in CSV */
    const char *file; /* what a download is called */
    const char *title_ja, *title_en, *caption_ja, *caption_en, *unit_ja, *unit_en;
    const struct register_value *columns; /* of the list, beside the key; the first one names the entry */
    const struct register_value *facts;   /* of an entry's page */
    const struct register_cell *cells;
};

/* The register whose page, file or entry has this path. */
const struct register_page *register_page_at(const char *path);

/* All of them, ended by one without a name. */
extern const struct register_page register_pages[];

#endif
