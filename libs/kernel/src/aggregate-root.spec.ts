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

describe('An aggregate', () => {
  const dark: LampState = { id: 'lamp-1', version: 0, on: false };

  it('changes its state together with an event, and counts', () => {
    const lamp = new Lamp(dark);
    lamp.switch(true);
    lamp.switch(false);
    expect(lamp.state).toEqual({ id: 'lamp-1', version: 2, on: false });
    expect(lamp.takeEvents().map(({ event, sequence }) => [event.type, event.data, sequence])).toEqual([
      ['test.light-switched.v1', { on: true }, 1],
      ['test.light-switched.v1', { on: false }, 2],
    ]);
  });

  it('goes on counting where it was stored', () => {
    const lamp = new Lamp({ ...dark, version: 7 });
    lamp.switch(true);
    expect(lamp.takeEvents().map(({ sequence }) => sequence)).toEqual([8]);
  });

  it('has not changed when nothing happened', () => {
    const lamp = new Lamp(dark);
    lamp.switch(false);
    expect(lamp.hasChanged).toBe(false);
    expect(lamp.takeEvents()).toEqual([]);
    expect(lamp.state).toBe(dark);
  });

  it('hands its events over once', () => {
    const lamp = new Lamp(dark);
    lamp.switch(true);
    expect(lamp.hasChanged).toBe(true);
    expect(lamp.takeEvents()).toHaveLength(1);
    expect(lamp.hasChanged).toBe(false);
    expect(lamp.takeEvents()).toEqual([]);
  });

  it('leaves the record it was made of untouched', () => {
    new Lamp(dark).switch(true);
    expect(dark).toEqual({ id: 'lamp-1', version: 0, on: false });
  });
});
