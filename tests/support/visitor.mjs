// A browser without a screen: cookies, forms of pages with their hidden fields, the headers that a browser adds. It
// follows no redirect by itself.

import assert from "node:assert/strict";

import { assertStatus, send } from "./client.mjs";

const text = (html) => html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&amp;", "&");

// The attributes of a tag, by name; one without a value is "".
function attributes(tag) {
    const found = {};
    for (const [, name, value] of tag.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/g))
        found[name] = text(value ?? "");
    return found;
}

// The forms of a page: {action, enctype, fields: {name: value}} with what the browser would send untouched.
export function forms(html) {
    return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, head, inner]) => {
        const fields = {};
        for (const [tag] of inner.matchAll(/<input\b[^>]*>/g)) {
            const input = attributes(tag);
            if (input.name && (!["radio", "checkbox"].includes(input.type) || "checked" in input))
                fields[input.name] = input.value ?? "";
        }
        for (const [, tag, value] of inner.matchAll(/<textarea\b([^>]*)>(.*?)<\/textarea>/gs))
            fields[attributes(tag).name] = text(value.replace(/^\n/, ""));
        return { ...attributes(head), fields };
    });
}

export class Visitor {
    constructor(daemon, headers = {}) {
        this.port = daemon.port;
        this.cookies = new Map();
        this.more = headers;
    }

    async send(method, path, { headers = {}, body } = {}) {
        const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const all = { accept: "text/html,*/*;q=0.8", ...this.more, ...(cookie && { cookie }), ...headers };
        const answer = await send(this.port, method, path, { body,
            headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) });
        for (const line of answer.headers["set-cookie"] ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
            if (/;\s*Max-Age=0(;|$)/i.test(line))
                this.cookies.delete(name);
            else
                this.cookies.set(name, value);
        }
        return answer;
    }

    get(path, headers) {
        return this.send("GET", path, { headers });
    }

    // Fields as an object, or as pairs when names repeat.
    post(path, fields, headers = {}) {
        return this.send("POST", path, { body: new URLSearchParams(fields).toString(),
            headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin",
                origin: `http://127.0.0.1:${this.port}`, ...headers } });
    }

    // The form of a page whose action begins with ${action}, filled with ${fields} and sent.
    async submit(path, action, fields, headers) {
        const page = await this.get(path);
        assertStatus(page, 200);
        const form = forms(page.text).find((f) => f.action.startsWith(action));
        assert.ok(form, `no form for ${action} on ${path}:\n${page.text}`);
        return this.post(form.action, { ...form.fields, ...fields }, headers);
    }

    async signIn(login, password, next = "") {
        return this.submit(`/sign-in${next && `?next=${encodeURIComponent(next)}`}`, "/sign-in", { login, password });
    }

    async csrf() {
        return forms((await this.get("/organisation")).text).find((f) => f.fields.csrf)?.fields.csrf;
    }
}
