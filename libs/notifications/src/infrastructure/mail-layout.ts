/** A mail as plain text and as HTML, from the same content. */
import type { MailContent } from '../domain/mail-content.js';

export function textLayout({ paragraphs, details, link, signature }: MailContent): string {
  const table = details.map(([label, value]) => `${label}: ${value}`).join('\n');
  const blocks = [...paragraphs, table, link === null ? '' : `${link.label}: ${link.url}`, signature];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Every colour is set: on a dark screen, mail programs would otherwise show black on dark, or choose colours of their own. */
const LIGHT = { page: '#ffffff', text: '#1c1c1e', label: '#555555', button: '#0b57d0' };
const DARK = { page: '#1c1c1e', text: '#f2f2f7', label: '#aeaeb2' };
const DARK_STYLE = `:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  body, .page, .page > table { background-color: ${DARK.page} !important; }
  .page div, .page table, .page td { color: ${DARK.text} !important; }
  .page td.label { color: ${DARK.label} !important; }
}`;
/** A code is longer than a line of a phone, and has no space. */
const BREAKS = 'overflow-wrap:anywhere;word-break:break-word';

export async function htmlLayout({ subject, paragraphs, details, link, signature }: MailContent, language: string): Promise<string> {
  const rows = details.map(
    ([label, value]) =>
      `<tr><td class="label" style="padding:4px 12px 4px 0;color:${LIGHT.label};vertical-align:top">${escaped(label)}</td>` +
      `<td style="padding:4px 0;${BREAKS}"><b>${escaped(value)}</b></td></tr>`,
  );
  // Loaded with the first mail: it takes about 100 MB, and most processes send none.
  const { default: mjml2html } = await import('mjml');
  const { html } = await mjml2html(
    `<mjml lang="${escaped(language)}">
      <mj-head>
        <mj-title>${escaped(subject)}</mj-title>
        <mj-attributes>
          <mj-all font-family="Helvetica, Arial, sans-serif" font-size="16px" line-height="1.5" color="${LIGHT.text}" />
          <mj-button color="#ffffff" background-color="${LIGHT.button}" />
        </mj-attributes>
        <mj-style>${DARK_STYLE}</mj-style>
        <mj-raw><meta name="color-scheme" content="light dark" /><meta name="supported-color-schemes" content="light dark" /></mj-raw>
      </mj-head>
      <mj-body background-color="${LIGHT.page}" css-class="page"><mj-section><mj-column>
        ${paragraphs.map((paragraph) => `<mj-text>${escaped(paragraph)}</mj-text>`).join('')}
        ${rows.length === 0 ? '' : `<mj-table>${rows.join('')}</mj-table>`}
        ${link === null ? '' : `<mj-button href="${escaped(link.url)}">${escaped(link.label)}</mj-button>`}
        <mj-text>${escaped(signature)}</mj-text>
      </mj-column></mj-section></mj-body>
    </mjml>`,
    // No font of another server is loaded: that would tell who reads the mail.
    { fonts: {} },
  );
  return html;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '{': '&#123;' };

/** For text and attributes of HTML. Braces too: MJML must not take `{{` for a template. */
function escaped(text: string): string {
  return text.replace(/[&<>"'{]/g, (character) => ENTITIES[character] ?? character);
}
