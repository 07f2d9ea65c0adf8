/** Small pages that need no network and no script. */
import { acceptedTypes } from '../accepted-types.js';

/** Nothing but the styles inside the page. */
export const HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** On a phone nothing is wider than the page, links are far enough apart for a thumb, and a list of terms is not indented by a third of the screen. */
const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}' +
  'pre{overflow:auto;padding:1rem;background:#8882;overflow-wrap:normal}ul{padding-left:1.2rem}li{padding:.2rem 0}dd{margin:0 0 .5rem 1rem}' +
  'table{border-collapse:collapse}td,th{padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top}:root{color-scheme:light dark}';

/** `body` is HTML, `title` is text. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<style>${STYLE}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Whether an `Accept` header names HTML, as browsers do. Programs that accept anything get JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  return acceptedTypes(accept).includes('text/html');
}
