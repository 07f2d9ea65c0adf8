import { newId } from '@app/kernel/id.js';
import { InMemoryRooms } from './in-memory-rooms.js';
import { InMemoryTheatres } from './in-memory-theatres.js';
import { roomsContract } from './rooms.contract.js';
import { theatresContract } from './theatres.contract.js';

describe('InMemoryTheatres', () => theatresContract(async () => Promise.resolve(new InMemoryTheatres())));
describe('InMemoryRooms', () => roomsContract(async () => Promise.resolve({ rooms: new InMemoryRooms(), theatreId: newId() })));
