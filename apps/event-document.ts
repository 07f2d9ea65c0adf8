/** The AsyncAPI document of the events, as the tests compare it with the code. */
import document from '../docs/asyncapi.json' with { type: 'json' };

export const EVENT_DOCUMENT: object = document;
