#include "engine/error.h"

static const struct {
    const char *name;
    int status;
    bool retryable;
} errors[] = {
#define X(name, text, status, retryable) [TOROKU_ERROR_##name] = {text, status, retryable},
    TOROKU_ERRORS(X)
#undef X
};

G_STATIC_ASSERT(G_N_ELEMENTS(errors) == TOROKU_ERROR_COUNT);

GQuark toroku_error_quark(void)
{
    return g_quark_from_static_string("toroku-error");
}

const char *toroku_error_name(enum toroku_error code)
{
    g_assert(code < TOROKU_ERROR_COUNT);
    return errors[code].name;
}

int toroku_error_status(enum toroku_error code)
{
    g_assert(code < TOROKU_ERROR_COUNT);
    return errors[code].status;
}

bool toroku_error_retryable(enum toroku_error code)
{
    g_assert(code < TOROKU_ERROR_COUNT);
    return errors[code].retryable;
}

enum toroku_error toroku_error_code(const GError *error)
{
    if (error == NULL || error->domain != TOROKU_ERROR)
        return TOROKU_ERROR_INTERNAL;
    g_assert(error->code >= 0 && error->code < TOROKU_ERROR_COUNT);
    return (enum toroku_error)error->code;
}
