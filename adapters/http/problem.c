#include "adapters/http/problem.h"

#include <stdlib.h>
#include <string.h>

static const char *const problem_titles[] = {
    [TOROKU_ERROR_INVALID] = "The request is malformed",
    [TOROKU_ERROR_UNAUTHENTICATED] = "Credentials are missing or unknown",
    [TOROKU_ERROR_FORBIDDEN] = "Your role may not do this",
    [TOROKU_ERROR_NOT_FOUND] = "There is no such resource",
    [TOROKU_ERROR_NOT_TAKEN] = "The case does not take this event in its present state",
    [TOROKU_ERROR_CONFLICT] = "The request conflicts with another",
    [TOROKU_ERROR_STALE] = "The case has changed since you read it",
    [TOROKU_ERROR_TOO_LARGE] = "The request is over a limit",
    [TOROKU_ERROR_UNPROCESSABLE] = "The content was refused by validation",
    [TOROKU_ERROR_KEY_REUSED] = "The idempotency key came before with another body",
    [TOROKU_ERROR_VERSION_REQUIRED] = "The request needs If-Match with the version you read",
    [TOROKU_ERROR_SETTLING] = "A deadline of the case is about to take effect; try again",
    [TOROKU_ERROR_BUSY] = "The server is busy; try again",
    [TOROKU_ERROR_UNAVAILABLE] = "A server that is needed is away; try again",
    [TOROKU_ERROR_TIMEOUT] = "There was no answer in time",
    [TOROKU_ERROR_CORRUPT] = "A record contradicts itself",
    [TOROKU_ERROR_INTERNAL] = "The server failed",
};

G_STATIC_ASSERT(G_N_ELEMENTS(problem_titles) == TOROKU_ERROR_COUNT);

static json_t *problem_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    return json_string(valid);
}

static json_t *problem_findings(const struct problem *problem)
{
    json_t *list = json_array();

    for (size_t i = 0; i < problem->finding_count; i++) {
        const struct problem_finding *finding = &problem->findings[i];
        json_t *entry = json_object();

        json_object_set_new(entry, "pointer", problem_text(finding->pointer));
        if (finding->rule != NULL)
            json_object_set_new(entry, "rule", problem_text(finding->rule));
        json_object_set_new(entry, "message", problem_text(finding->message));
        json_array_append_new(list, entry);
    }
    return list;
}

int problem_status(const struct problem *problem)
{
    return problem->status != 0 ? problem->status : toroku_error_status(problem->code);
}

char *problem_write(const struct problem *problem, size_t *size)
{
    const char *name = toroku_error_name(problem->code);
    g_autofree char *type = g_strconcat("urn:toroku:problem:", name, NULL);
    json_t *document = json_object();
    char *dumped, *text;

    json_object_set_new(document, "type", json_string(type));
    json_object_set_new(document, "title", json_string(problem_titles[problem->code]));
    json_object_set_new(document, "status", json_integer(problem_status(problem)));
    if (problem->detail != NULL)
        json_object_set_new(document, "detail", problem_text(problem->detail));
    json_object_set_new(document, "code", json_string(name));
    if (problem->finding_count > 0)
        json_object_set_new(document, "errors", problem_findings(problem));
    if (problem->members != NULL)
        json_object_update_missing(document, problem->members);
    dumped = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    g_assert(dumped != NULL);
    *size = strlen(dumped);
    text = g_memdup2(dumped, *size + 1);
    free(dumped);
    return text;
}
