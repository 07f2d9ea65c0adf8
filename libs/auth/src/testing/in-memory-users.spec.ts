import { InMemoryUsers } from './in-memory-users.js';
import { usersContract } from './users.contract.js';

describe('InMemoryUsers', () => usersContract(async () => Promise.resolve(new InMemoryUsers())));
