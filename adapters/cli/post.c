#include "adapters/cli/post.h"

/* Of the Date header: Japan's. */
#define UTC_OFFSET_MINUTES 540

struct mail_sender *post_new(const struct config_mail *mail, struct loop_uv *loop, GError **error)
{
    static const enum mail_tls tls[] = {[CONFIG_TLS_NONE] = MAIL_TLS_NONE,
                                        [CONFIG_TLS_STARTTLS] = MAIL_TLS_STARTTLS,
                                        [CONFIG_TLS_IMPLICIT] = MAIL_TLS_IMPLICIT};
    const struct mail_config config = {.host = mail->host,
                                       .port = mail->port,
                                       .tls = tls[mail->tls],
                                       .ca_file = mail->ca_file[0] == '\0' ? NULL : mail->ca_file,
                                       .username = mail->username[0] == '\0' ? NULL : mail->username,
                                       .password = mail->password,
                                       .from_address = mail->from,
                                       .from_name = mail->from_name,
                                       .utc_offset_minutes = UTC_OFFSET_MINUTES,
                                       .connections = mail->connections};

    if (mail->host[0] == '\0')
        return NULL;
    return mail_sender_new(loop_uv_handle(loop), loop_uv_port(loop), &config, error);
}
