// What a page says, read off its HTML as it is written by this daemon: well-formed, one element after another.

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&amp;", "&");

// The text of a piece of HTML, blanks collapsed.
export const plain = (html) =>
    unescape(html.replace(/<(br|\/?(p|li|dt|dd|div|td|th|tr|h[1-6]|caption|ol|ul|dl|table))\b[^>]*>/g, " ")
        .replace(/<[^>]+>/g, "")).replace(/\s+/g, " ").trim();

// The main part of a page; from the heading with this id up to the next of its level.
export const main = (html) => /<main\b[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? "";
export function section(html, id) {
    const [, , level] = /(<h([1-6]) id="ID">)/.exec(html.replace(`id="${id}"`, 'id="ID"')) ?? [];
    if (level === undefined)
        return "";
    const from = html.indexOf(`<h${level} id="${id}">`), end = html.slice(from + 4).search(`<h${level}\\b|</main>`);
    return html.slice(from, from + 4 + end);
}

// Where a piece of HTML leads, in its order.
export const links = (html) => [...html.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)].map(([, href]) => unescape(href));

// The rows of the tables of a page, each by the label of its cells.
export const cells = (html) =>
    [...html.matchAll(/<tr role="row">(.*?)<\/tr>/gs)].map(([, row]) => Object.fromEntries(
        [...row.matchAll(/<t[hd]\b[^>]*data-label="([^"]*)"[^>]*>(.*?)<\/t[hd]>/gs)]
            .map(([, label, cell]) => [unescape(label), plain(cell)]))).filter((row) => Object.keys(row).length > 0);
