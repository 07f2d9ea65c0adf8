import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { QueryBoolean, QueryInteger } from './query-values.js';

class SnacksRequest {
  @QueryBoolean()
  salted?: boolean;

  @QueryInteger({ min: 1, max: 100 })
  limit: number = 20;
}

function read(query: Record<string, unknown>): SnacksRequest | string[] {
  const request = plainToInstance(SnacksRequest, query);
  const faults = validateSync(request).flatMap(({ constraints = {} }) => Object.values(constraints));
  return faults.length > 0 ? faults : request;
}

describe('Values of a query', () => {
  it('true, false and whole numbers are read, and what is left out has its default', () => {
    expect(read({ salted: 'true', limit: '7' })).toEqual({ salted: true, limit: 7 });
    expect(read({ salted: 'false' })).toEqual({ salted: false, limit: 20 });
    expect(read({})).toEqual({ salted: undefined, limit: 20 });
  });

  it.each(['1', '', 'TRUE', ['true', 'false']])('%j is neither true nor false', (salted) => {
    expect(read({ salted })).toEqual(['must be true or false']);
  });

  it.each(['0', '101', '-1', '1.5', '1e1', ' 7', '', '9999999999', '9'.repeat(30)])('%j is no whole number within the bounds', (limit) => {
    expect(read({ limit })).toBeInstanceOf(Array);
  });
});
