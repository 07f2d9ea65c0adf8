import { afterAll, beforeAll, describe } from '@jest/globals';
import { Rooms } from '../../../libs/rooms/src/domain/rooms.js';
import { Theatres } from '../../../libs/rooms/src/domain/theatres.js';
import { aTheatre } from '../../../libs/rooms/src/testing/builders.js';
import { roomsContract } from '../../../libs/rooms/src/testing/rooms.contract.js';
import { theatresContract } from '../../../libs/rooms/src/testing/theatres.contract.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
}, 60_000);
afterAll(() => system?.close());

describe('Theatres kept in PostgreSQL', () => theatresContract(async () => Promise.resolve(system.api.get(Theatres))));

describe('Rooms kept in PostgreSQL', () =>
  roomsContract(async () => {
    const theatre = aTheatre();
    await system.api.get(Theatres).add(theatre);
    return { rooms: system.api.get(Rooms), theatreId: theatre.id };
  }));
