import { describe, expect, it } from 'vitest';
import { makeRowMaker } from './row-maker.js';

describe('a row maker', () => {
  it('names the values of a row by its columns in camelCase', () => {
    const toRow = makeRowMaker(['id', 'held_until', 'no_show', 'seats_2']);
    expect(toRow([1, 'then', true, null])).toEqual({ id: 1, heldUntil: 'then', noShow: true, seats_2: null });
  });

  it('takes the last of two columns of one name', () => {
    expect(makeRowMaker(['count', 'count'])([1, 2])).toEqual({ count: 2 });
  });

  it('makes an empty object of a row without columns', () => {
    expect(makeRowMaker([])([])).toEqual({});
  });

  it.each(['?column?', 'a"b', "it's", 'back\\slash', 'line\nend', '${x}', 'a,b', '"]: fail(), ["'])(
    'makes a property of the column %j',
    (column) => {
      const row = makeRowMaker([column])(['value']);
      expect(Object.entries(row)).toEqual([[column, 'value']]);
    },
  );
});
