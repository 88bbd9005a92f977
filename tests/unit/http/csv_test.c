#include "adapters/http/csv.h"

#include <criterion/criterion.h>

Test(http_csv, cells)
{
    static const struct {
        const char *text, *cell;
    } rows[] = {
        {NULL, "\"\""},
        {"", "\"\""},
        {"見本クラウド", "\"見本クラウド\""},
        {"a,b", "\"a,b\""},
        {"say \"yes\"", "\"say \"\"yes\"\"\""},
        {"two\r\nlines", "\"two\r\nlines\""},
        {"=1+1", "\"'=1+1\""},
        {"+81", "\"'+81\""},
        {"-3", "\"'-3\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\t=1\""},
        {"\r=1", "\"'\r=1\""},
        {"\n=1", "\"'\n=1\""},
        {"＝1", "\"'＝1\""},
        {"＋1", "\"'＋1\""},
        {"－1", "\"'－1\""},
        {"＠SUM", "\"'＠SUM\""},
        {"=\"a\"", "\"'=\"\"a\"\"\""},
        {"1=1", "\"1=1\""},
        {"'=1", "\"'=1\""},
        {"ー長音", "\"ー長音\""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        csv_text(out, rows[i].text);
        cr_expect_str_eq(out->str, rows[i].cell, "%s: %s", rows[i].text, out->str);
    }
}

Test(http_csv, a_file_has_its_mark_its_separators_and_its_ends)
{
    g_autoptr(GString) out = g_string_new(NULL);

    csv_begin(out);
    csv_text(out, "a");
    csv_text(out, "b");
    csv_end_row(out);
    csv_number(out, "");
    csv_number(out, "-1.5");
    csv_text(out, NULL);
    csv_number(out, "");
    csv_end_row(out);
    cr_expect_str_eq(out->str, "\xef\xbb\xbf\"a\",\"b\"\r\n\"\",-1.5,\"\",\"\"\r\n");
}
