// The way of a filing over the pages, from the list of cases to the receipt: each page is reached by what stands on the
// one before it.

import assert from "node:assert/strict";

const HASH = /[0-9a-f]{64}/;

// Begins a procedure about a service; answers the number of the new case.
export async function begin(person, workflow, data, service) {
    await person.press('header a[href="/cases"]');
    await person.press(`main a[href="/cases/new/${workflow}"]`);
    await person.look(`${workflow}-begin`);
    if (service !== undefined)
        await person.choose("subject", service);
    const receipt = await file(person, data, `${workflow}-begin`);
    return /[A-Z]{2,3}-[1-9][0-9]*/.exec(receipt)[0];
}

// Raises an event of a case by its form; answers the text of the receipt.
export async function act(person, number, event, data) {
    await open(person, number);
    await person.press(`main a[href="/cases/${number}/events/${event}"]`);
    await person.look(`${number}-${event}`);
    return file(person, data, `${number}-${event}`);
}

// Keeps what was typed into the form of an event as a draft.
export async function keepDraft(person, number, event, data) {
    await open(person, number);
    await person.press(`main a[href="/cases/${number}/events/${event}"]`);
    await person.fillIn(data);
    await person.press('main button[name="do"][value="draft"]');
    await person.look(`${number}-${event}-draft`);
    assert.match(await person.text(), /提出はまだです|not filed yet/, "a draft is told from what is filed");
}

// The page of a case, found in the list.
export async function open(person, number) {
    await person.press('header a[href="/cases"]');
    await person.press(`main tbody th a[href="/cases/${number}"]`);
    await person.look(number);
    assert.ok((await person.heading()).includes(number), `the page of ${number}`);
}

// From the open form over the answers to check to the receipt; where nothing is asked for the answers come at once.
async function file(person, data, name) {
    if (data !== undefined) {
        await person.fillIn(data);
        await person.press('main button[name="do"][value="check"]');
        await person.look(`${name}-check`);
    }
    assert.equal(await person.page.locator('[role="alert"] a[href^="#f/"]').count(), 0,
        `${name}: no finding: ${await person.text()}`);
    await person.press('main button[name="do"][value="file"]');
    await person.look(`${name}-receipt`);
    const receipt = await person.text();
    assert.match(receipt, HASH, `${name}: a receipt with its hash`);
    return receipt;
}
