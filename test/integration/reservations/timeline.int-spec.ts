import { newId } from '@app/kernel/id.js';
import type { Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { buy, mailTo, type MailSystem, startMailSystem } from '../notifications/mails-fixture.js';

describe('The timeline of a reservation', () => {
  let mails: MailSystem;
  let admin: string;
  let adminId: string;
  beforeAll(async () => {
    mails = await startMailSystem();
    admin = await mails.system.adminToken();
    adminId = (await mails.system.expectOk('GET', '/auth/me', { token: admin })).id;
  }, 60_000);
  afterAll(async () => {
    await mails?.system.close();
    await mails?.catcher.close();
  });
  const timelineOf = (id: string): Promise<Json> => mails.system.expectOk('GET', `/admin/reservations/${id}/timeline`, { token: admin });

  it('each step names its event, payment, refund, mail or admin', async () => {
    const { system, catcher } = mails;
    const customer = await system.registerCustomer();
    const { id } = await buy(system, customer, await system.createShowtime(), ['A1', 'A2']);
    await mailTo(catcher, customer.email, 'reservation-confirmed');
    await system.expectOk('PUT', `/reservations/${id}/seats`, { token: customer.token, body: { seats: ['A2'] } });
    await mailTo(catcher, customer.email, 'refund-arrived');
    await system.expectOk('POST', `/admin/reservations/${id}/cancel`, {
      token: admin,
      body: { refund: 'full', reason: 'A telephone call.' },
    });
    await mailTo(catcher, customer.email, 'reservation-cancelled');
    const stepsOf = (entries: Json[]): string[] => entries.map(({ step, reason }) => (step === 'mailed' ? `${step} ${reason}` : step));
    const { entries, complete } = await until(
      async () => {
        const timeline = await timelineOf(id);
        const steps = stepsOf(timeline.entries);
        return steps.filter((step) => step === 'mailed refund-arrived').length === 2 && !steps.includes('mail-waiting') && timeline;
      },
      { what: 'both refunds to be mailed' },
    );
    expect(complete).toBe(true);
    expect(stepsOf(entries).sort()).toEqual(
      [
        ...['held', 'payment-started', 'paid', 'confirmed', 'seats-changed', 'refund-due-raised', 'cancelled'],
        ...['refund-requested', 'refunded', 'refund-requested', 'refunded'],
        ...['reservation-confirmed', 'seats-changed', 'reservation-cancelled'].map((kind) => `mailed ${kind}`),
        ...['refund-arrived', 'refund-arrived'].map((kind) => `mailed ${kind}`),
      ].sort(),
    );
    const entry = (step: string): Json => entries.find((each: Json) => each.step === step);
    expect(entry('held')).toMatchObject({
      eventType: 'reservations.seats-held.v1',
      seats: ['A1', 'A2'],
      amount: { amount: 2_500 },
      actor: null,
    });
    expect(entry('seats-changed').seats).toEqual(['A2']);
    expect(entry('cancelled')).toMatchObject({ actor: adminId, action: 'reservations.cancel-as-admin', reason: 'A telephone call.' });
    expect(entry('refunded')).toMatchObject({ paymentId: entry('paid').paymentId, amount: { amount: 1_250 }, reason: 'seats-changed' });
    expect(entries.map(({ at }: Json) => at)).toEqual(entries.map(({ at }: Json) => at).sort());
  }, 60_000);

  it('a hold that is extended and expires shows both', async () => {
    const { system } = mails;
    const customer = await system.registerCustomer();
    const { body: held } = await system.hold(customer, (await system.createShowtime()).showtimeId, ['A1']);
    await system.expectOk('POST', `/reservations/${held.id}/extend`, { token: customer.token });
    await system.advanceClock({ minutes: 41 });
    const { entries } = await until(
      async () => {
        const timeline = await timelineOf(held.id);
        return timeline.entries.length === 3 && timeline;
      },
      { what: 'the hold to expire' },
    );
    expect(entries.map(({ step, eventType }: Json) => [step, eventType])).toEqual([
      ['held', 'reservations.seats-held.v1'],
      ['extended', 'reservations.hold-extended.v1'],
      ['expired', 'reservations.hold-expired.v1'],
    ]);
    expect(entries[2]).toMatchObject({ seats: ['A1'], actor: null });
  }, 60_000);

  it('a customer who was let in is shown with who let them in', async () => {
    const { system } = mails;
    const customer = await system.registerCustomer();
    const { id, code } = await buy(system, customer, await system.createShowtime({ startsInMinutes: 60 }), ['A1']);
    await system.expectOk('POST', '/admin/check-ins', { token: admin, body: { code } });
    const { entries } = await timelineOf(id);
    const admitted = entries.filter(({ step }: Json) => step === 'admitted');
    expect(admitted).toMatchObject([
      { eventType: 'reservations.customer-admitted.v1', actor: adminId, action: 'reservations.admit-customer' },
    ]);
  }, 60_000);

  it('an older reservation whose events are gone is not complete', async () => {
    const { system } = mails;
    const customer = await system.registerCustomer();
    const { body } = await system.hold(customer, (await system.createShowtime()).showtimeId, ['A1']);
    expect(await timelineOf(body.id)).toMatchObject({ complete: true, entries: [{ step: 'held', seats: ['A1'] }] });
    await system.sql(`DELETE FROM messaging.outbox WHERE subject = $1`, [body.id]);
    expect(await timelineOf(body.id)).toEqual({ reservationId: body.id, complete: false, entries: [] });
  });

  it('an unknown reservation is not found, and a customer may not ask', async () => {
    const { system } = mails;
    const path = `/admin/reservations/${newId()}/timeline`;
    const { token } = await system.registerCustomer();
    expect([(await system.get(path, { token: admin })).status, (await system.get(path, { token })).status]).toEqual([404, 403]);
  });
});
