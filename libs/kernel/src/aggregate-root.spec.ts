import { AggregateRoot, type AggregateState } from './aggregate-root.js';
import { DomainEvent } from './domain-event.js';

class LightSwitched extends DomainEvent<{ on: boolean }> {
  static readonly type = 'test.light-switched.v1';
}

interface LampState extends AggregateState {
  readonly on: boolean;
}

class Lamp extends AggregateRoot<LampState> {
  switch(on: boolean): void {
    if (on !== this.state.on) this.record(new LightSwitched({ on }), { on });
  }
}

describe('AggregateRoot', () => {
  const dark: LampState = { id: 'lamp-1', version: 0, on: false };

  it('a change of state records an event and counts the version', () => {
    const lamp = new Lamp(dark);
    lamp.switch(true);
    lamp.switch(false);
    expect(lamp.state).toEqual({ id: 'lamp-1', version: 2, on: false });
    expect(lamp.takeEvents().map(({ event, sequence }) => [event.type, event.data, sequence])).toEqual([
      ['test.light-switched.v1', { on: true }, 1],
      ['test.light-switched.v1', { on: false }, 2],
    ]);
  });

  it('the version continues from the stored one', () => {
    const lamp = new Lamp({ ...dark, version: 7 });
    lamp.switch(true);
    expect(lamp.takeEvents().map(({ sequence }) => sequence)).toEqual([8]);
  });

  it('an aggregate without an event has not changed', () => {
    const lamp = new Lamp(dark);
    lamp.switch(false);
    expect(lamp.hasChanged).toBe(false);
    expect(lamp.takeEvents()).toEqual([]);
    expect(lamp.state).toBe(dark);
  });

  it('events are taken once', () => {
    const lamp = new Lamp(dark);
    lamp.switch(true);
    expect(lamp.hasChanged).toBe(true);
    expect(lamp.takeEvents()).toHaveLength(1);
    expect(lamp.hasChanged).toBe(false);
    expect(lamp.takeEvents()).toEqual([]);
  });

  it('the state record that it was made from stays as it is', () => {
    new Lamp(dark).switch(true);
    expect(dark).toEqual({ id: 'lamp-1', version: 0, on: false });
  });
});
