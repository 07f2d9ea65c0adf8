/** Prints docs/reactions.md of the code as it is: `make openapi-files` writes it. */
import { reactionsDocument } from './document.js';
import { listedReactions } from './subscriptions.js';

process.stdout.write(reactionsDocument(await listedReactions()));
