import { allowedOrigins } from './cors.js';

describe('An origin with any port', () => {
  it.each([
    ['http://localhost:*', 'http://localhost:5173', 'http://localhost.evil.example'],
    ['http://127.0.0.1:*', 'http://127.0.0.1:5173', 'http://127x0.0.1:5173'],
    ['https://[::1]:*', 'https://[::1]:5173', 'https://1:5173'],
  ])('%s allows %s, and not %s', (origin, meant, other) => {
    const [allowed] = allowedOrigins([origin]) as [RegExp];
    expect([allowed.test(meant), allowed.test(meant.replace(/:\d+$/, '')), allowed.test(other)]).toEqual([true, true, false]);
    expect(allowed.test(`${meant}.evil.example`)).toBe(false);
  });
});
