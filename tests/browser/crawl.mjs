// Walks over the pages as somebody who follows every link.

// Addresses of one shape differ in numbers alone.
const shapeOf = (url) => `${url.pathname.replace(/\d+/g, "0")}?${[...url.searchParams.keys()].sort()}`;

// Calls visit(page, response, path) on each page that links lead to from ${start} on, breadth first: each address once,
// of one shape at most ${most}. Left out are other languages, what is no page, and other hosts.
export async function crawl(page, start, visit, { most = 6 } = {}) {
    const queue = [start], seen = new Set(queue), shapes = new Map();
    for (const path of queue) {
        const response = await page.goto(path);
        if (!(response.headers()["content-type"] ?? "").startsWith("text/html"))
            continue;
        await visit(page, response, path);
        for (const href of await page.locator("a[href]").evaluateAll((links) => links.map((a) => a.href))) {
            const url = new URL(href);
            const next = url.pathname + url.search;
            if (url.origin !== new URL(page.url()).origin || seen.has(next) || url.searchParams.has("lang") ||
                /\.(csv|json)$|\/documents\//.test(url.pathname))
                continue;
            seen.add(next);
            const shape = shapeOf(url);
            shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
            if (shapes.get(shape) <= most)
                queue.push(next);
        }
    }
    return queue;
}
