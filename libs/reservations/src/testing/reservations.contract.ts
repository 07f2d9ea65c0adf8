/** What every store of reservations does, in memory or in PostgreSQL. */
import { changesContract } from './changes.contract.js';
import { holdsContract } from './holds.contract.js';
import { settlementsContract } from './settlements.contract.js';
import type { MakeStores } from './stores.js';

export function reservationsContract(makeStores: MakeStores): void {
  describe('holding seats', () => holdsContract(makeStores));
  describe('changing reservations', () => changesContract(makeStores));
  describe('settling payments', () => settlementsContract(makeStores));
}
