import { afterAll, beforeAll, describe } from '@jest/globals';
import { Showtimes } from '../../../libs/showtimes/src/domain/showtimes.js';
import { showtimesContract } from '../../../libs/showtimes/src/testing/showtimes.contract.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
}, 60_000);
afterAll(() => system?.close());

describe('Showtimes kept in PostgreSQL', () => showtimesContract(async () => Promise.resolve(system.api.get(Showtimes))));
