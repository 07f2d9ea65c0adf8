/** What every implementation of `Mails` promises, in memory and in PostgreSQL. */
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import type { MailRequest, MailState } from '../domain/mail.js';
import type { Mails } from '../domain/mails.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const hoursAfter = (hours: number): Date => addMs(NOW, hours * HOUR_MS);

/** `makeMails`: without any mail. */
export function mailsContract(makeMails: () => Promise<Mails>): void {
  let mails: Mails;
  beforeEach(async () => {
    mails = await makeMails();
  });

  const aRequest = (own: Partial<MailRequest> = {}): MailRequest => ({
    ...{ kind: 'reservation-confirmed', factId: newId(), userId: newId(), reservationId: newId(), facts: {} },
    ...own,
  });
  async function added(own: Partial<MailRequest> = {}, at = NOW): Promise<MailState> {
    const [id] = await mails.add([aRequest(own)], at);
    return (await mails.find(id!))!;
  }
  const answered = ({ userId }: MailState, at = NOW) => ({ userId: userId!, address: 'ada@example.org', answer: '451 later', at });
  const statusOf = async ({ id }: MailState) => (await mails.find(id))?.status ?? null;

  it('a fact has one mail of a kind, however often it is requested', async () => {
    const [request, other] = [aRequest(), aRequest({ kind: 'seats-changed' })];
    const [id, ...rest] = await mails.add([request], NOW);
    expect(rest).toEqual([]);
    expect(await mails.find(id!)).toMatchObject({ ...request, status: 'waiting', attempts: 0, firstRefusedAt: null, requestedAt: NOW });
    expect(await mails.add([request, other, { ...request, kind: 'seats-changed' }], NOW)).toHaveLength(2);
    expect(await mails.withoutMail(request.kind, [other.factId, request.factId])).toEqual(new Set([other.factId]));
    expect(await mails.find(newId())).toBeNull();
  });

  it('a mail refused for now is given up once its first refusal is too long ago', async () => {
    const mail = await added();
    const refuse = (hours: number) =>
      mails.recordRefusal(mail.id, { ...answered(mail, hoursAfter(hours)), giveUpBefore: hoursAfter(hours - 3) });
    expect([await refuse(0), await refuse(2), await refuse(3)]).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await mails.find(mail.id)).toMatchObject({ attempts: 3, firstRefusedAt: NOW });
    expect([await refuse(4), await refuse(5)]).toEqual(['given-up', null]);
    expect(await mails.retry(mail.id)).toBe('given-up');
    expect(await mails.find(mail.id)).toMatchObject({ status: 'waiting', attempts: 0, firstRefusedAt: null });
    expect(await refuse(6)).toBe('waiting');
  });

  it('a mail that was perhaps taken is given up at the limit, and a retry begins anew', async () => {
    const mail = await added();
    const send = () => mails.recordUnconfirmed(mail.id, { ...answered(mail), limit: 2 });
    expect([await send(), await send(), await send()]).toEqual(['waiting', 'given-up', null]);
    expect(await mails.retry(mail.id)).toBe('given-up');
    expect([await send(), await send()]).toEqual(['waiting', 'given-up']);
  });

  it('a mail that has ended stays as it is, also where an answer comes later', async () => {
    const mail = await added();
    await mails.markNotNeeded(mail.id);
    await mails.markSent(mail.id, { userId: mail.userId!, at: NOW });
    await mails.markBounced(mail.id, answered(mail));
    expect(await statusOf(mail)).toBe('not-needed');
    const sent = await added();
    await mails.markSent(sent.id, { userId: sent.userId!, at: NOW });
    await mails.markNotNeeded(sent.id);
    await mails.markBounced(sent.id, answered(sent));
    expect([await mails.retry(sent.id), await statusOf(sent), await mails.retry(newId())]).toEqual(['sent', 'sent', null]);
  });

  it('mails that were sent to a user since a time are counted, up to a limit', async () => {
    const userId = newId();
    for (const hours of [0, 1, 2]) await mails.markSent((await added({ userId })).id, { userId, at: hoursAfter(hours) });
    await added({ userId });
    const count = (after: Date, limit = 10) => mails.countSent({ userId, after, limit });
    expect([await count(NOW), await count(hoursAfter(-1)), await count(hoursAfter(-1), 2)]).toEqual([2, 3, 2]);
  });

  it('what waits for an erased user is not needed, and waits for nobody else', async () => {
    const [userId, other] = [newId(), await added()];
    const [waiting, bounced] = [await added({ userId }), await added({ userId })];
    await mails.markBounced(bounced.id, answered(bounced));
    await mails.erase([userId]);
    expect(await Promise.all([waiting, bounced, other].map(statusOf))).toEqual(['not-needed', 'bounced', 'waiting']);
  });

  it('mails that do not wait are deleted by their age', async () => {
    const [waiting, old, young] = [await added(), await added(), await added({}, hoursAfter(1))];
    for (const { id } of [old, young]) await mails.markNotNeeded(id);
    expect(await mails.delete({ requestedBefore: hoursAfter(1), limit: 10 })).toBe(1);
    expect(await Promise.all([waiting, old, young].map(statusOf))).toEqual(['waiting', null, 'not-needed']);
  });
}
