/*
 * One SMTP connection (RFC 5321) through libcurl: opened when needed, kept open between mails, blocking.
 */
#ifndef TOROKU_CURL_SMTP_H
#define TOROKU_CURL_SMTP_H

#include "adapters/curl/mail.h"

#include <stdatomic.h>

struct smtp_session;

/*
 * Prepares a connection; ${config} is complete and outlives the session. A delivery gives up once the monotonic clock
 * (µs) has passed ${abort_at}, which any thread may set. NULL and TOROKU_ERROR_INVALID when libcurl refuses a setting.
 */
struct smtp_session *smtp_session_new(const struct mail_config *config, const _Atomic int64_t *abort_at,
                                      GError **error);

/*
 * Sends one mail and sets ${request}'s verdict and reply. The verdict follows from how far the dialogue came:
 *
 *   2xx to the end of the data              SEND_DELIVERED
 *   5xx to RCPT, DATA or the end of data    SEND_DEAD    it is about this recipient or this message
 *   anything before RCPT, any 4xx, silence  SEND_RETRY   it is about us, the server or the way to it: greeting,
 *                                                        TLS, login (530, 534, 535, 538 wherever they come), sender
 *
 * A message that cannot be composed is SEND_DEAD with the reason. May be called by one thread at a time.
 */
void smtp_session_deliver(struct smtp_session *session, struct send_request *request);

/* Says QUIT and closes without waiting for the answer. Accepts NULL. */
void smtp_session_free(struct smtp_session *session);

#endif
