import { DomainEvent, type EventClass } from '@app/kernel/domain-event.js';
import { CloudEvent } from 'cloudevents';
import { newId } from '@app/kernel/id.js';
import { MalformedEnvelope, envelopeOf, openEnvelope, parseEnvelope } from './envelope.js';

class LightSwitched extends DomainEvent<{ on: boolean }> {
  static readonly type = 'lights.light-switched.v1';
}

const row = {
  id: newId(),
  type: LightSwitched.type,
  subject: newId(),
  sequence: 3,
  time: new Date('2026-11-21T19:00:00.123Z'),
  correlationId: 'request-1',
  data: { on: true },
};

describe('Envelope', () => {
  it('an event is sent as a CloudEvent', () => {
    expect(envelopeOf(row)).toEqual({
      specversion: '1.0',
      id: row.id,
      source: 'urn:cinema:lights',
      type: 'lights.light-switched.v1',
      subject: row.subject,
      time: '2026-11-21T19:00:00.123Z',
      datacontenttype: 'application/json',
      sequence: 3,
      correlationid: 'request-1',
      data: { on: true },
    });
    expect('correlationid' in envelopeOf({ ...row, correlationId: null })).toBe(false);
  });

  it('an event is a CloudEvent for the library of its makers', () => {
    const envelope = envelopeOf({ ...row, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    expect(new CloudEvent({ ...envelope }).toJSON()).toEqual(envelope);
    expect(() => new CloudEvent({ ...envelope, time: 'yesterday' })).toThrow('invalid payload');
  });

  it('an event arrives as it was sent', () => {
    const { event, context } = openEnvelope(parseEnvelope(JSON.stringify(envelopeOf(row))), LightSwitched as unknown as EventClass);
    expect(event).toBeInstanceOf(LightSwitched);
    expect(event.data).toEqual({ on: true });
    expect(context).toEqual({ id: row.id, subject: row.subject, sequence: 3, time: row.time, correlationId: 'request-1' });
  });

  it('an event without a correlation id has none', () => {
    const { context } = openEnvelope(
      parseEnvelope(JSON.stringify(envelopeOf({ ...row, correlationId: null }))),
      LightSwitched as unknown as EventClass,
    );
    expect(context.correlationId).toBeNull();
  });

  it.each([
    ['not JSON', ''],
    ['not JSON', '{'],
    ['not an object', 'null'],
    ['not an object', '"x"'],
    ['"id" is missing', '{}'],
    ['"id" is missing', '[]'],
  ])('an envelope is refused because it is %s: %s', (problem, text) => {
    expect(() => parseEnvelope(text)).toThrow(new MalformedEnvelope(problem));
  });

  it.each([
    [{ id: undefined }],
    [{ id: '' }],
    [{ id: 7 }],
    [{ id: 'first' }],
    [{ type: undefined }],
    [{ subject: null }],
    [{ time: 'later' }],
    [{ sequence: '3' }],
    [{ data: undefined }],
    [{ data: null }],
    [{ data: 'text' }],
    [{ correlationid: { a: 1 } }],
  ])('an envelope with %j is refused', (changes) => {
    expect(() => parseEnvelope(JSON.stringify({ ...envelopeOf(row), ...changes }))).toThrow(MalformedEnvelope);
  });
});
