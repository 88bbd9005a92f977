#include "adapters/http/request.h"

#include <string.h>

const char *http_request_header(const struct http_request *request, const char *name)
{
    for (unsigned i = 0; i < request->field_count; i++)
        if (strcmp(request->fields[i].name, name) == 0)
            return request->fields[i].value;
    return NULL;
}

const char *http_request_param(const struct http_request *request, const char *name)
{
    for (unsigned i = 0; i < request->param_count; i++)
        if (strcmp(request->params[i].name, name) == 0)
            return request->params[i].value;
    return NULL;
}

void http_request_free(struct http_request *request)
{
    if (request == NULL)
        return;
    for (unsigned i = 0; i < request->param_count; i++) {
        g_free(request->params[i].name);
        g_free(request->params[i].value);
    }
    if (request->content != NULL)
        g_string_free(request->content, TRUE);
    g_free(request);
}
