#include "adapters/http/problem.h"
#include "adapters/http/request.h"

void http_respond_problem(struct http_request *request, const struct problem *problem, const char *extra_headers)
{
    size_t size;
    g_autofree char *body = problem_write(problem, &size);
    g_autofree char *headers = NULL;

    if (toroku_error_retryable(problem->code))
        headers = g_strconcat("Retry-After: 1\r\n", extra_headers, NULL);
    http_respond(request, problem_status(problem), PROBLEM_TYPE, headers != NULL ? headers : extra_headers, body, size);
}

void http_respond_refusal(struct http_request *request, enum toroku_error code, const char *detail)
{
    http_respond_problem(request, &(struct problem){.code = code, .detail = detail}, NULL);
}

void http_respond_error(struct http_request *request, const GError *error)
{
    enum toroku_error code = toroku_error_code(error);

    if (toroku_error_status(code) == 500) {
        g_warning("%s %s: %s", request->method, request->path, error->message);
        http_respond_refusal(request, code, NULL);
    } else {
        http_respond_refusal(request, code, error->message);
    }
}
