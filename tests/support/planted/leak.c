#include <criterion/criterion.h>
#include <glib.h>

/* A list that nobody frees: LeakSanitizer sees it only because the tests run with G_SLICE=always-malloc. */
static __attribute__((noinline)) guint list_leak(void)
{
    GList *list = NULL;

    for (guint i = 0; i < 100; i++)
        list = g_list_prepend(list, GUINT_TO_POINTER(i));
    return g_list_length(list);
}

Test(planted, leak)
{
    cr_assert_eq(list_leak(), 100);
}
