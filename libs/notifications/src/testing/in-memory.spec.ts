import { InMemoryMails } from './in-memory-mails.js';
import { mailsContract } from './mails.contract.js';

describe('Mails in memory', () => mailsContract(() => Promise.resolve(new InMemoryMails())));
