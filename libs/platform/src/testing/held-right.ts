/** For specs: nobody loses a right meanwhile. */
import { ActorRight } from '../http/access/actor-right.js';

export class HeldRight extends ActorRight {
  assertStillHeld(): Promise<void> {
    return Promise.resolve();
  }
}
