// A real SMTP server (deploy/mailbox) for a test: STARTTLS and a login are demanded, and what arrives lies in a Maildir.

import { spawn, execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { top } from "./postgres.mjs";

const run = promisify(execFile);
const command = join(top, "deploy/mailbox");

export const mailUser = "toroku";
export const mailPassword = "a word of the tests";

export class Mailbox {
    // options: failures to order, as arguments of deploy/mailbox.
    static async start(folder, options = [], port = 0) {
        const mailbox = new Mailbox(folder);
        mailbox.process = spawn(command, ["--maildir", folder, "--port", String(port), "--tls", "required",
            "--user", mailUser, "--password", mailPassword, ...options], { stdio: ["ignore", "pipe", "pipe"] });
        mailbox.said = "";
        mailbox.process.stderr.on("data", (data) => (mailbox.said += data));
        mailbox.ended = new Promise((resolve) => mailbox.process.once("close", resolve));
        mailbox.port = await new Promise((resolve, reject) => {
            let line = "";
            mailbox.process.stdout.on("data", (data) => {
                line += data;
                const ready = /^ready (\d+)\n/.exec(line);
                if (ready)
                    resolve(Number(ready[1]));
            });
            mailbox.ended.then(() => reject(new Error(`deploy/mailbox did not start: ${mailbox.said}`)));
        });
        return mailbox;
    }

    constructor(folder) {
        this.folder = folder;
        this.certificate = join(folder, "certificate.pem");
    }

    // What has arrived, oldest first, as Python's mail reader decodes it: subject, body, to, message_id, received.
    async mails() {
        const { stdout } = await run(command, ["--list", this.folder, "--json"], { maxBuffer: 1 << 28 });
        return JSON.parse(stdout);
    }

    async stop() {
        this.process.kill("SIGTERM");
        await this.ended;
    }
}
