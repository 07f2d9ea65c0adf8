/** Events on the wire: CloudEvents 1.0 in structured JSON mode (github.com/cloudevents/spec). */
import type { DomainEvent, EventClass, EventContext } from '@app/kernel/domain-event.js';
import { isUuid } from '@app/kernel/id.js';

export interface Envelope {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** ISO instant. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly sequence: number;
  readonly correlationid?: string;
  /** W3C Trace Context: the CloudEvents extension for distributed tracing. */
  readonly traceparent?: string;
  readonly data: object;
}

export const CONTENT_TYPE = 'application/cloudevents+json';

export interface OutboxRow {
  id: string;
  type: string;
  subject: string;
  sequence: number;
  time: Date;
  correlationId: string | null;
  traceparent?: string | null;
  data: object;
}

/** A literal: the class of the library took longer than all else that the relay does with an event. The spec asks the library whether it is one. */
export function envelopeOf({ id, type, subject, sequence, time, correlationId, traceparent, data }: OutboxRow): Envelope {
  return {
    specversion: '1.0',
    id,
    source: `urn:cinema:${type.slice(0, type.indexOf('.'))}`,
    type,
    subject,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    sequence,
    ...(correlationId === null ? {} : { correlationid: correlationId }),
    ...(traceparent ? { traceparent } : {}),
    data,
  };
}

export class MalformedEnvelope extends Error {
  constructor(problem: string) {
    super(`Not an event envelope: ${problem}`);
    this.name = 'MalformedEnvelope';
  }
}

/** Throws `MalformedEnvelope`: other programs can publish to the broker too. */
export function parseEnvelope(text: string): Envelope {
  let parsed: Partial<Envelope> | null;
  try {
    parsed = JSON.parse(text) as Partial<Envelope> | null;
  } catch {
    throw new MalformedEnvelope('not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new MalformedEnvelope('not an object');
  for (const name of ['id', 'type', 'subject', 'time'] as const) {
    if (typeof parsed[name] !== 'string' || parsed[name] === '') throw new MalformedEnvelope(`"${name}" is missing`);
  }
  if (!isUuid(parsed.id!)) throw new MalformedEnvelope('"id" is not a UUID');
  if (Number.isNaN(Date.parse(parsed.time!))) throw new MalformedEnvelope('"time" is not an instant');
  if (typeof parsed.sequence !== 'number') throw new MalformedEnvelope('"sequence" is missing');
  if (parsed.correlationid !== undefined && typeof parsed.correlationid !== 'string')
    throw new MalformedEnvelope('"correlationid" is not text');
  if (typeof parsed.data !== 'object' || parsed.data === null) throw new MalformedEnvelope('"data" is missing');
  return parsed as Envelope;
}

export function openEnvelope(envelope: Envelope, type: EventClass): { event: DomainEvent; context: EventContext } {
  return {
    event: new type(envelope.data),
    context: {
      id: envelope.id,
      subject: envelope.subject,
      sequence: envelope.sequence,
      time: new Date(envelope.time),
      correlationId: envelope.correlationid ?? null,
    },
  };
}
