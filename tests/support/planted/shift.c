#include <criterion/criterion.h>

/* Undefined: an int has no 40th bit. The operand is volatile so that the compiler cannot decide it. */
Test(planted, shift)
{
    volatile int by = 40;
    int shifted = 1 << by;

    cr_assert(shifted == shifted);
}
