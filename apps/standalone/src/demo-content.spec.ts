import { readFileSync } from 'node:fs';
import { demoContent, walkThrough } from './demo-content.js';

const URLS = { apiUrl: 'http://127.0.0.1:4000', stripeUrl: 'http://127.0.0.1:5000' };

describe('The demo part of the page at /', () => {
  it('the walk-through is the one of the README, with the ports of this system', () => {
    const script = walkThrough(readFileSync('README.md', 'utf8'), URLS);
    expect(script).toContain("[API, STRIPE] = ['http://127.0.0.1:4000/api/v1', 'http://127.0.0.1:5000']");
    expect(script).not.toMatch(/:3000|:12111|```/);
  });

  it('without a README there is no walk-through, and the accounts are shown', () => {
    expect(walkThrough('', URLS)).toBeNull();
    expect(demoContent(URLS).accounts.map(({ role }) => role)).toEqual(['admin', 'customer']);
  });
});
