/** Prints the AsyncAPI document of the code as it is: `make openapi-files` writes it to docs/asyncapi.json. */
import { printedDocument } from './printed-document.js';

process.stdout.write(printedDocument());
