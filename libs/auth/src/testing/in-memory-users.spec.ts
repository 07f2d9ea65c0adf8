import { InMemoryUsers } from './in-memory-users.js';
import { usersContract } from './users.contract.js';

describe('Accounts kept in memory', () => usersContract(async () => Promise.resolve(new InMemoryUsers())));
