import { homePage } from './home-page.module.js';

const READY = { ready: true, checks: { database: 'up', broker: 'down' } };
const BUILD = { name: 'Movie reservation', version: '1.2.3', demo: null };

describe('The page at /', () => {
  it('name, version, readiness and documents are shown', () => {
    const html = homePage(BUILD, READY);
    expect(html).toContain('<h1>Movie reservation</h1>');
    expect(html).toContain('Version 1.2.3. Ready (database: up, broker: down).');
    for (const path of ['/docs', '/redoc', '/docs/openapi.json', '/docs/events', '/problems', '/readyz'])
      expect(html).toContain(`href="${path}"`);
  });

  it('a process that cannot serve says so, with the reason', () => {
    expect(homePage(BUILD, { ready: false, checks: { database: '2 migrations missing' } })).toContain(
      '<strong>Not ready</strong> (database: 2 migrations missing)',
    );
  });

  it('accounts are shown in a demo only', () => {
    const demo = { accounts: [{ role: 'admin', email: 'a@b.example', password: 'demo-pass' }], links: {}, walkThrough: 'curl "$API"' };
    expect(homePage({ ...BUILD, demo }, READY)).toMatch(/a@b\.example.*demo-pass/);
    expect(homePage({ ...BUILD, demo }, READY)).toContain('<pre>curl &quot;$API&quot;</pre>');
    expect(homePage(BUILD, READY)).not.toContain('Demo');
  });

  it('nothing is loaded from anywhere', () => {
    expect(homePage(BUILD, READY)).not.toMatch(/<script|src=|https?:|url\(/);
  });
});
