/** The transitions of a mail, from the mails in memory. */
import type { MailStatus } from '../../libs/notifications/src/domain/mail.js';
import { InMemoryMails } from '../../libs/notifications/src/testing/in-memory-mails.js';
import { NONE } from './diagrams.js';
import { Transitions } from './explore.js';

const USER = 'u1';
const AT = new Date('2026-12-01T12:00:00.000Z');
const LATER = new Date('2026-12-09T12:00:00.000Z');
const ANSWER = { userId: USER, address: 'ada@customers.test', answer: 'no', at: AT };

type Act = (mails: InMemoryMails, id: string) => Promise<unknown>;

const ACTS: readonly Act[] = [
  (mails, id) => mails.markSent(id, { userId: USER, at: AT }),
  (mails, id) => mails.markNotNeeded(id),
  (mails, id) => mails.markBounced(id, ANSWER),
  async (mails, id) => {
    await mails.recordRefusal(id, { ...ANSWER, giveUpBefore: AT });
    await mails.recordRefusal(id, { ...ANSWER, giveUpBefore: LATER });
  },
  (mails, id) => mails.retry(id),
  (mails) => mails.erase([USER]),
  (mails) => mails.delete({ requestedBefore: LATER, limit: 1 }),
];

/** A mermaid state has no hyphen. */
export const mailState = (status: MailStatus): string => status.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Every path of acts as long as there are states. */
export async function observeMail(): Promise<string[]> {
  const transitions = new Transitions();
  const explore = async (path: readonly Act[]): Promise<void> => {
    const mails = new InMemoryMails();
    const request = { kind: 'password-reset', factId: 'q1', userId: USER, reservationId: null, facts: {} } as const;
    const [id = ''] = await mails.add([request], AT);
    const state = (): string => {
      const mail = mails.all.get(id);
      return mail === undefined ? NONE : mailState(mail.status);
    };
    transitions.add(NONE, state());
    for (const act of path) {
      const before = state();
      await act(mails, id);
      transitions.add(before, state());
    }
  };
  for (const first of ACTS) for (const second of ACTS) await explore([first, second]);
  return transitions.lines;
}
