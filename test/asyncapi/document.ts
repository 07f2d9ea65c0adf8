/** Makes the AsyncAPI document of the events: of the classes in `libs/contracts`, of the stored samples, and of what the relay writes. */
import { CONTENT_TYPE, type Envelope } from '@app/platform/messaging/envelope.js';
import { EXCHANGE } from '@app/platform/messaging/broker.js';
import type { EventContract, EventContracts } from './event-classes.js';
import type { JsonSchema } from './json-schema.js';

/** Of the AMQP binding of AsyncAPI. */
const BINDING_VERSION = '0.3.0';
const PERSISTENT = 2;

const INTRODUCTION = [
  'Every fact that the cinema publishes. Each is a CloudEvent 1.0 in structured JSON mode: the body is the whole event.',
  `All are published to the topic exchange \`${EXCHANGE}\`; the routing key is the type, \`<context>.<fact>.v<major>\`.`,
  'An event may come twice: its `id` is the same then. The order is not promised: `sequence` numbers the events of one `subject`, from 1 without a gap.',
  'An optional field may be added to a type; any other change is a new type beside the old one.',
  'docs/subscribing.md says how to connect.',
].join(' ');

const ENVELOPE: JsonSchema = {
  type: 'object',
  description: 'What every event has: attributes of CloudEvents 1.0 with the extensions `sequence`, `correlationid` and `traceparent`.',
  properties: {
    specversion: { type: 'string', const: '1.0', description: 'The version of CloudEvents.' },
    id: { type: 'string', format: 'uuid', description: 'The id of the event. An event that comes twice has the same one.' },
    source: { type: 'string', pattern: '^urn:cinema:[a-z]+$', description: 'The context that published it.' },
    type: { type: 'string', description: 'The type, which is also the routing key.' },
    subject: { type: 'string', format: 'uuid', description: 'The id of what it happened to: the aggregate.' },
    time: { type: 'string', format: 'date-time', description: 'When it happened, in UTC.' },
    datacontenttype: { type: 'string', const: 'application/json', description: 'The media type of `data`.' },
    sequence: { type: 'integer', minimum: 1, description: 'The number of the event among those of its subject: 1, 2, 3 without a gap.' },
    correlationid: { type: 'string', description: 'The `X-Request-Id` of the request that caused it. Left out where there was none.' },
    traceparent: { type: 'string', description: 'The trace that it belongs to (W3C Trace Context). Left out where nothing is traced.' },
    data: { type: 'object', description: 'The payload.' },
  },
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'sequence', 'data'],
};

/** `samples`: the first of each type is its example. */
export function asyncApiDocument({ events, schemas }: EventContracts, samples: readonly Envelope[]): object {
  const contexts = [...new Set(events.map(contextOf))];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Movie reservation: events',
      version: '1',
      description: INTRODUCTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      tags: contexts.map((name) => ({ name, description: `What happens in ${name}.` })),
    },
    defaultContentType: CONTENT_TYPE,
    servers: {
      rabbitmq: {
        host: 'rabbitmq.example:5672',
        protocol: 'amqp',
        protocolVersion: '0.9.1',
        description: 'The RabbitMQ of the cinema. An operator makes a user for each subscriber.',
        security: [{ $ref: '#/components/securitySchemes/subscriber' }],
      },
    },
    channels: Object.fromEntries(events.map((event) => [event.type, channelOf(event)])),
    operations: Object.fromEntries(events.map((event) => [`publish${event.name}`, operationOf(event)])),
    components: {
      messages: Object.fromEntries(events.map((event) => [event.name, messageOf(event, samples)])),
      schemas: {
        CloudEvent: ENVELOPE,
        ...schemas,
        ...Object.fromEntries(events.map((event) => [`${event.name}Event`, eventSchema(event)])),
      },
      securitySchemes: { subscriber: { type: 'userPassword', description: 'A user of the subscriber’s own.' } },
    },
  };
}

const contextOf = ({ type }: EventContract): string => type.slice(0, type.indexOf('.'));
const titleOf = ({ name }: EventContract): string => name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function channelOf(event: EventContract): object {
  return {
    address: event.type,
    title: titleOf(event),
    description: event.meaning,
    messages: { [event.name]: { $ref: `#/components/messages/${event.name}` } },
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: EXCHANGE, type: 'topic', durable: true, autoDelete: false },
        bindingVersion: BINDING_VERSION,
      },
    },
  };
}

function operationOf(event: EventContract): object {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${event.type}` },
    title: `Publish ${titleOf(event).toLowerCase()}`,
    summary: event.meaning,
    description: event.meaning,
    tags: [{ name: contextOf(event) }],
    messages: [{ $ref: `#/channels/${event.type}/messages/${event.name}` }],
    bindings: { amqp: { deliveryMode: PERSISTENT, bindingVersion: BINDING_VERSION } },
  };
}

function messageOf(event: EventContract, samples: readonly Envelope[]): object {
  const sample = samples.find(({ type }) => type === event.type);
  return {
    name: event.type,
    title: titleOf(event),
    summary: event.meaning,
    contentType: CONTENT_TYPE,
    correlationId: { location: '$message.payload#/correlationid', description: 'The request that caused the event.' },
    payload: { $ref: `#/components/schemas/${event.name}Event` },
    bindings: { amqp: { messageType: event.type, bindingVersion: BINDING_VERSION } },
    // The relay sets these properties of AMQP, and no headers.
    'x-amqp-properties': {
      messageId: 'The `id` of the event.',
      type: 'The `type` of the event.',
      contentType: CONTENT_TYPE,
      timestamp: 'The `time` of the event, in whole seconds since 1970.',
      correlationId: 'The `correlationid` of the event; left out where it has none.',
      deliveryMode: PERSISTENT,
    },
    examples: sample === undefined ? [] : [{ name: event.name, summary: event.meaning, payload: sample }],
  };
}

function eventSchema(event: EventContract): JsonSchema {
  return {
    description: event.meaning,
    allOf: [
      { $ref: '#/components/schemas/CloudEvent' },
      {
        type: 'object',
        properties: {
          source: { type: 'string', const: `urn:cinema:${contextOf(event)}` },
          type: { type: 'string', const: event.type },
          data: event.payload,
        },
      },
    ],
  };
}
