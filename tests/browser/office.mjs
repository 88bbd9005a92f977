// An installation with its daemon, a browser before it, registered services, and a ledger of the mails that must come.

import { addressOf, example, Installation, until } from "../support/daemon.mjs";
import { Ledger } from "../support/ledger.mjs";
import { approve, bringToCommittee, openApplication, people, putDocuments, standsIn } from "../support/walk.mjs";
import { freePort, launch, openPage } from "./browser.mjs";
import { PASSWORD, Person } from "./people.mjs";

export const mailOf = {
    csp: addressOf("CSP-1", "contacts"), other: addressOf("CSP-2", "contacts"), auditor: addressOf("AUD-1", "contacts"),
    queue: addressOf("OPS", "queue"), lead: addressOf("OPS", "lead"), secretariat: addressOf("SEC", "queue"),
    committee: addressOf("COM", "contacts"), ministry: addressOf("MIN", "contacts"),
    procurer: addressOf("PRO", "contacts"),
};

export class Office {
    // logins: who gets a password.
    static async open(...logins) {
        const office = new Office();
        try {
            await office.prepare(logins);
        } catch (error) {
            await office.close().catch(() => {});
            throw error;
        }
        return office;
    }

    async prepare(logins) {
        const port = await freePort();
        this.origin = `http://127.0.0.1:${port}`;
        this.it = await Installation.create({ http: { listen: `127.0.0.1:${port}`, public_url: this.origin } });
        this.ledger = new Ledger(this.it);
        for (const login of logins)
            await this.it.password(login, PASSWORD);
        this.daemon = await this.it.serve();
        this.api = people(this.daemon);
        this.browser = await launch();
    }

    async close() {
        await this.browser?.close();
        await this.it?.remove();
    }

    page(options) {
        return openPage(this.browser, this.daemon, options);
    }

    arrive(login, options) {
        return Person.arrive(this.browser, this.daemon, login, options);
    }

    // Services of CSP-1 that stand on the list, brought there over the API. [{name, number, subject}]
    async register(...names) {
        const agenda = [], services = [];
        await putDocuments(this.api.csp);
        for (const name of names) {
            const { number, version, subject } = await openApplication(this.it, this.api.csp, name);
            await bringToCommittee(this.api, number, version, { ...example("application"), service_name: name });
            agenda.push(number);
            services.push({ name, subject });
        }
        await approve(this.api, [await this.it.personId("com")], agenda);
        for (const number of agenda)
            await standsIn(this.api.csp, number, ["approved"]);
        const rows = await until("all services are listed", async () => {
            const { entries } = (await this.api.csp.get("/register.json")).json;
            return entries.length >= names.length && entries;
        });
        for (const service of services)
            service.number = rows.find((row) => row.entry.service_name === service.name).key;
        await this.quiet();
        return services;
    }

    // All mails of what went before have arrived; the ledger begins anew.
    quiet() {
        return this.ledger.restart();
    }

    expectMail(subject, ...addresses) {
        this.ledger.expect(subject, ...addresses);
    }

    // Each mail that must have come has come, once, and no other. Answers them.
    assertMails() {
        return this.ledger.assertComplete();
    }
}
