import { MAX_VALUE_CHARACTERS, type MailContent, oneLine } from '../domain/mail-content.js';
import { htmlLayout, textLayout } from './mail-layout.js';

const content: MailContent = {
  subject: 'A <b> & "c"',
  paragraphs: ['Hello <script>alert(1)</script>,'],
  details: [['Movie', '<img src=x onerror="x"> {{code}}']],
  link: { label: 'Go', url: 'https://cinema.example/?a="><b>' },
  signature: 'Your cinema',
  calendar: null,
};

describe('The layout of a mail', () => {
  it('markup in names and titles is shown as text', async () => {
    const html = await htmlLayout(content, 'en-GB');
    expect(html).not.toMatch(/<script|<img|a="><b>/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('&lt;img src=x');
  });

  it('a mail loads nothing from other servers', async () => {
    const html = await htmlLayout({ ...content, link: null }, 'en-GB');
    expect(html.match(/https?:\/\/[^"' )]+/g)?.filter((url) => !url.startsWith('http://www.w3.org/')) ?? []).toEqual([]);
  });

  it('a long code breaks on a phone, and dark screens have colours of their own', async () => {
    const html = await htmlLayout({ ...content, details: [['Code', 'c'.repeat(90)]] }, 'en-GB');
    expect(html).toMatch(/overflow-wrap:anywhere[^>]*><b>c{90}</);
    expect(html).toContain('<meta name="color-scheme" content="light dark"');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    expect(html).toMatch(/<meta name="viewport" content="width=device-width/);
    // Text and page are both said, so that no program pairs one with a colour of its own.
    expect(html).toMatch(/background-color:#ffffff/);
    expect(html).not.toMatch(/color:#000000/);
  });

  it('the text has every part', () => {
    expect(textLayout({ ...content, link: { label: 'Go', url: 'https://cinema.example' } })).toBe(
      'Hello <script>alert(1)</script>,\n\nMovie: <img src=x onerror="x"> {{code}}\n\nGo: https://cinema.example\n\nYour cinema\n',
    );
  });
});

describe('oneLine', () => {
  it('line breaks and invisible characters become spaces', () => {
    expect(oneLine('Metropolis\r\nBcc: all@cinema.example\u2028x\u202Ey\0')).toBe('Metropolis Bcc: all@cinema.example x y');
  });

  it('a huge title is cut', () => {
    const line = oneLine('🎬'.repeat(10_000));
    expect([...line]).toHaveLength(MAX_VALUE_CHARACTERS);
    expect(line.isWellFormed()).toBe(true);
  });
});
