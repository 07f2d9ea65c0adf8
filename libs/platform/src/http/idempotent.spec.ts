import { canonical } from './idempotent.js';

describe('The fingerprint of a request body', () => {
  it('the order of fields does not matter, at any depth', () => {
    expect(canonical({ b: 1, a: { d: [1, { y: 2, x: 3 }], c: null } })).toBe(canonical({ a: { c: null, d: [1, { x: 3, y: 2 }] }, b: 1 }));
    expect(canonical({ a: 1, b: undefined })).toBe(canonical({ a: 1 }));
  });

  it('different bodies have different fingerprints', () => {
    const different = [
      {},
      [],
      null,
      '',
      0,
      false,
      { a: 1 },
      { a: '1' },
      { a: null },
      { a: [1] },
      { a: { 0: 1 } },
      { a: 1, b: 1 },
      { 'a":1,"b': 1 },
      ['a', 'b'],
      ['b', 'a'],
      ['a,b'],
      [['a'], 'b'],
      '{}',
    ];
    expect(new Set(different.map(canonical)).size).toBe(different.length);
  });

  it('a fingerprint is made of JSON, also without a body', () => {
    expect(JSON.parse(canonical({ b: ['x', 1.5, true], a: 'ä"\\' }))).toEqual({ a: 'ä"\\', b: ['x', 1.5, true] });
    expect(canonical(undefined)).toBe('null');
  });
});
