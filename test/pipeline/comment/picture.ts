import { renderPage } from "../../../pipeline/comment/html";
import { cases } from "./cases";

const width = 1080;
/** Ends where the consequences do; what follows are the details of each stack. */
const height = 740;

/**
 * The page of a preview as a picture for the README: an SVG whose contents are the page's own, so that it follows the reader's light or
 * dark colors. A picture runs no script and loads nothing, and neither does the page.
 */
export function readmePicture(): string {
    const shown = cases.find(({ name }) => name === "replace-only");
    if (shown === undefined) {
        throw new Error("there is no case replace-only");
    }
    const page = renderPage(shown.digest, shown.context);
    const part = (pattern: RegExp) => pattern.exec(page)?.[1] ?? "";
    const style = part(/<style>([\s\S]*?)<\/style>/).replaceAll("&", "&amp;");
    const title = part(/<title>(.*?)<\/title>/);
    const body = part(/<body>([\s\S]*?)<p class="stale">/)
        // XML knows no attribute without a value, and no element that is never closed.
        .replaceAll(/<details( [^>]*)? open>/g, '<details$1 open="">')
        .replaceAll("<br>", "<br/>");
    return (
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">` +
        `<title>${title}</title><style>${style}</style><foreignObject width="${width}" height="${height}">` +
        `<body xmlns="http://www.w3.org/1999/xhtml">${body}</main></body></foreignObject></svg>\n`
    );
}
