// The mails that must come to the mailbox of an installation: each once, and no other.

import assert from "node:assert/strict";

import { until } from "./daemon.mjs";

export class Ledger {
    constructor(installation) {
        this.it = installation;
        this.expected = []; // "address subject" of each
        this.before = 0; // mails that had come when the ledger began
    }

    expect(subject, ...addresses) {
        this.expected.push(...addresses.map((address) => `${address} ${subject}`));
    }

    // Every mail expected has come, and nothing else. Answers them.
    async assertComplete() {
        const come = await until(`${this.expected.length} mails`, async () => {
            const list = (await this.it.mailbox.mails()).slice(this.before);
            return list.length >= this.expected.length && list;
        });
        assert.deepEqual(come.map((mail) => `${mail.to} ${mail.subject}`).sort(), [...this.expected].sort());
        return come;
    }

    // Waits until all notices are delivered. Answers the mails that have come since the ledger began.
    async settled() {
        await until("all notices are delivered", async () =>
            (await this.it.database.number("select count(*) from notices where state <> 1")) === 0);
        return (await this.it.mailbox.mails()).slice(this.before);
    }

    // Begins anew behind all mails of what went before.
    async restart() {
        this.before += (await this.settled()).length;
        this.expected = [];
    }
}
