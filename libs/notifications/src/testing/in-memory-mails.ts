import { newId } from '@app/kernel/id.js';
import type { MailKind, MailRequest, MailState, MailStatus } from '../domain/mail.js';
import { type MailAnswer, Mails } from '../domain/mails.js';

type StoredMail = { -readonly [Key in keyof MailState]: MailState[Key] } & {
  address: string | null;
  answer: string | null;
  unconfirmedSends: number;
  endedAt: Date | null;
};

/** Mails for specs. One mail for each kind and fact, as the unique constraint has it. */
export class InMemoryMails extends Mails {
  readonly all = new Map<string, StoredMail>();

  add(requests: readonly MailRequest[], requestedAt: Date): Promise<string[]> {
    const added: string[] = [];
    for (const request of requests) {
      if ([...this.all.values()].some(({ kind, factId }) => kind === request.kind && factId === request.factId)) continue;
      const id = newId();
      const state = {
        status: 'waiting',
        attempts: 0,
        firstRefusedAt: null,
        address: null,
        answer: null,
        unconfirmedSends: 0,
        endedAt: null,
      } as const;
      this.all.set(id, { id, ...request, ...state, requestedAt });
      added.push(id);
    }
    return Promise.resolve(added);
  }

  find(id: string): Promise<MailState | null> {
    return Promise.resolve(this.all.get(id) ?? null);
  }

  withoutMail(kind: MailKind, factIds: readonly string[]): Promise<Set<string>> {
    const known = [...this.all.values()].filter((mail) => mail.kind === kind).map(({ factId }) => factId);
    return Promise.resolve(new Set(factIds.filter((factId) => !known.includes(factId))));
  }

  countSent({ userId, after, limit }: { userId: string; after: Date; limit: number }): Promise<number> {
    const sent = [...this.all.values()].filter((mail) => mail.userId === userId && mail.status === 'sent' && mail.endedAt! > after);
    return Promise.resolve(Math.min(sent.length, limit));
  }

  markSent(id: string, { userId, at }: { userId: string; at: Date }): Promise<void> {
    return this.end(id, { status: 'sent', userId, endedAt: at, address: null, answer: null });
  }

  markNotNeeded(id: string): Promise<void> {
    return this.end(id, { status: 'not-needed', address: null, answer: null });
  }

  markBounced(id: string, { userId, address, answer }: MailAnswer & { userId: string }): Promise<void> {
    return this.end(id, { status: 'bounced', userId, address, answer });
  }

  recordRefusal(
    id: string,
    { userId, address, answer, at, giveUpBefore }: MailAnswer & { userId: string; giveUpBefore: Date },
  ): Promise<MailStatus | null> {
    const mail = this.all.get(id);
    if (mail?.status !== 'waiting') return Promise.resolve(null);
    const isTooLong = mail.firstRefusedAt !== null && mail.firstRefusedAt < giveUpBefore;
    Object.assign(mail, { userId, address, answer, attempts: mail.attempts + 1, firstRefusedAt: mail.firstRefusedAt ?? at });
    if (isTooLong) mail.status = 'given-up';
    return Promise.resolve(mail.status);
  }

  recordUnconfirmed(
    id: string,
    { userId, address, answer, limit }: MailAnswer & { userId: string; limit: number },
  ): Promise<MailStatus | null> {
    const mail = this.all.get(id);
    if (mail?.status !== 'waiting') return Promise.resolve(null);
    Object.assign(mail, { userId, address, answer, attempts: mail.attempts + 1, unconfirmedSends: mail.unconfirmedSends + 1 });
    if (mail.unconfirmedSends >= limit) mail.status = 'given-up';
    return Promise.resolve(mail.status);
  }

  retry(id: string): Promise<MailStatus | null> {
    const mail = this.all.get(id);
    const before = mail?.status ?? null;
    if (mail !== undefined && (before === 'bounced' || before === 'given-up'))
      Object.assign(mail, { status: 'waiting', attempts: 0, unconfirmedSends: 0, firstRefusedAt: null });
    return Promise.resolve(before);
  }

  erase(userIds: readonly string[]): Promise<void> {
    for (const mail of this.all.values()) {
      if (mail.userId === null || !userIds.includes(mail.userId)) continue;
      Object.assign(mail, { address: null, answer: null, status: mail.status === 'waiting' ? 'not-needed' : mail.status });
    }
    return Promise.resolve();
  }

  delete({ requestedBefore, limit }: { requestedBefore: Date; limit: number }): Promise<number> {
    const old = [...this.all.values()].filter(({ status, requestedAt }) => status !== 'waiting' && requestedAt < requestedBefore);
    for (const { id } of old.slice(0, limit)) this.all.delete(id);
    return Promise.resolve(Math.min(old.length, limit));
  }

  private end(id: string, change: Partial<StoredMail>): Promise<void> {
    const mail = this.all.get(id);
    if (mail?.status === 'waiting') Object.assign(mail, change);
    return Promise.resolve();
  }
}
