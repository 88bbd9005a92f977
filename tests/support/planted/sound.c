#include <criterion/criterion.h>
#include <glib.h>

/* The same as the faulty ones, without a fault: the run must pass, so that a failure there has no other cause. */
Test(planted, sound)
{
    GList *list = g_list_prepend(NULL, NULL);
    volatile int by = 4;
    int shifted = 1 << by;

    cr_assert_eq(g_list_length(list), 1);
    cr_assert_eq(shifted, 16);
    g_list_free(list);
}
