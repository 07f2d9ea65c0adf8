import { afterAll, beforeAll, describe } from '@jest/globals';
import { Showtimes } from '../../../libs/showtimes/src/domain/showtimes.js';
import { showtimesContract } from '../../../libs/showtimes/src/testing/showtimes.contract.js';
import { type System, startSystem } from '../../support/system.js';

let system: System;
beforeAll(async () => {
  system = await startSystem({ worker: false });
}, 60_000);
afterAll(() => system?.close());

describe('Showtimes kept in PostgreSQL', () => showtimesContract(async () => Promise.resolve(system.api.get(Showtimes))));
