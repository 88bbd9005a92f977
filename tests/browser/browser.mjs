// Debian's Chromium, driven by playwright-core. Pages are opened without JavaScript unless a test asks for it: what
// people do here must be possible with the plain page.

import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { chromium } from "playwright-core";

// Nothing leaves this machine, and nothing is remembered: each launch has a profile of its own.
const SWITCHES = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=en-US"];
export const LOCALES = { ja: "ja-JP", en: "en-GB" };

// As root Chromium has no sandbox.
export const launch = () => chromium.launch({ executablePath: process.env.TOROKU_CHROMIUM ?? "/usr/bin/chromium",
    headless: true, chromiumSandbox: process.getuid() !== 0, args: SWITCHES });

// Browsers keep to the origin that the daemon names as its own: its port must be known before it listens.
export async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

// A page of somebody's own: no cookies, the language that the browser asks for, scripts only when they are wanted.
export async function openPage(browser, daemon, { language = "ja", scripts = false, width = 1280, height = 900 } = {}) {
    const context = await browser.newContext({ baseURL: `http://127.0.0.1:${daemon.port}`,
        javaScriptEnabled: scripts, bypassCSP: scripts, locale: LOCALES[language], timezoneId: "Asia/Tokyo",
        viewport: { width, height } });
    context.setDefaultTimeout(20000);
    return preparePage(await context.newPage());
}

// Somebody listens from the beginning, or a chooser that a key opens at once would be missed.
export function preparePage(page) {
    page.on("filechooser", () => {});
    return page;
}

// With TOROKU_PICTURES=FOLDER, what the page looks like, as FOLDER/NAME.png.
export async function picture(page, name) {
    const folder = process.env.TOROKU_PICTURES;
    if (!folder)
        return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name.replace(/[^\w.-]+/g, "_")}.png`), fullPage: true });
}
