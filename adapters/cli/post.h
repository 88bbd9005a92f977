/*
 * The mail sender that a configuration describes.
 */
#ifndef TOROKU_CLI_POST_H
#define TOROKU_CLI_POST_H

#include "adapters/curl/mail.h"
#include "adapters/uv/loop_uv.h"
#include "adapters/yaml/config.h"

/* NULL without ${error} when no server is configured: notices wait in the outbox then. NULL with ${error} (INVALID)
 * when what is configured cannot work. Ends by mail_sender_free. */
struct mail_sender *post_new(const struct config_mail *mail, struct loop_uv *loop, GError **error);

#endif
