import { type AnswerOutcome, type AskResult, SharedAnswers } from './shared-answers.js';

const nextTurn = (): Promise<void> => new Promise(setImmediate);
const MAX_WAIT_MS = 8_000;

interface FakeRequest {
  hasSlot: boolean;
  isGone: boolean;
}

/** Ends the making of an answer. Fails where the answer is another request's. */
function end(asked: AskResult<string>, outcome: AnswerOutcome<string>): void {
  if (asked === 'overloaded' || 'answer' in asked) throw new Error('This request does not make the answer');
  asked.end(outcome);
}

describe('SharedAnswers', () => {
  let shared: SharedAnswers<string, FakeRequest>;
  const answers = {
    ask: (key: string, request: Partial<FakeRequest> = {}): Promise<AskResult<string>> => {
      const asking = Object.assign(request, { hasSlot: true, isGone: false, ...request });
      return shared.ask(key, asking, performance.now());
    },
  };
  beforeEach(() => {
    const hasBegun = ({ hasSlot }: FakeRequest): boolean => hasSlot;
    const isClientGone = ({ isGone }: FakeRequest): boolean => isGone;
    shared = new SharedAnswers({ hasBegun, isClientGone, maxWaitMs: MAX_WAIT_MS });
  });
  afterEach(() => void vi.useRealTimers());

  it('requests that ask while an answer is being made share the next one', async () => {
    const first = await answers.ask('a');
    const others = [answers.ask('a'), answers.ask('a'), answers.ask('a')];
    end(first, { answer: 'made before the others asked' });
    const second = await others[0]!;
    end(second, { answer: 'made after they asked' });
    expect(await Promise.all(others.slice(1))).toEqual([{ answer: 'made after they asked' }, { answer: 'made after they asked' }]);
  });

  it('a request that asks when the next answer has begun waits for the one after', async () => {
    const first = await answers.ask('a');
    const waiting = answers.ask('a');
    end(first, { answer: 'first' });
    const second = await waiting;
    const late = answers.ask('a');
    await nextTurn();
    end(second, { answer: 'second' });
    end(await late, { answer: 'third' });
  });

  it('a request that asks after an answer was made makes a new one', async () => {
    end(await answers.ask('a'), { answer: 'old' });
    await nextTurn();
    expect(await answers.ask('a')).toHaveProperty('end');
  });

  it('other questions are not waited for', async () => {
    await answers.ask('a');
    expect(await answers.ask('b')).toHaveProperty('end');
  });

  it('where there was nothing to share, each makes an answer of its own', async () => {
    const first = await answers.ask('a');
    const others = [answers.ask('a'), answers.ask('a')];
    end(first, 'not-shared');
    end(await others[0]!, 'not-shared');
    end(await others[1]!, { answer: 'its own' });
  });

  it('an answer whose maker gave up is made by one of those who wait', async () => {
    const first = await answers.ask('a');
    const others = Array.from({ length: 3 }, () => answers.ask('a', { hasSlot: false }));
    end(first, { answer: 'first' });
    end(await others[0]!, 'given-up');
    end(await others[1]!, { answer: 'by the next' });
    expect(await others[2]!).toEqual({ answer: 'by the next' });
  });

  it('requests share the answer of one that still waits for a slot', async () => {
    const request = { hasSlot: false };
    const first = await answers.ask('a', request);
    const joining = answers.ask('a');
    request.hasSlot = true;
    const late = answers.ask('a');
    end(first, { answer: 'made after the first two asked' });
    expect(await joining).toEqual({ answer: 'made after the first two asked' });
    end(await late, { answer: 'made after all asked' });
  });

  it('one failure is that of one request: the next one makes the answer', async () => {
    const first = await answers.ask('a');
    const others = [answers.ask('a'), answers.ask('a'), answers.ask('a')];
    end(first, 'failed');
    end(await others[0]!, { answer: 'by the next' });
    expect(await Promise.all(others.slice(1))).toEqual([{ answer: 'by the next' }, { answer: 'by the next' }]);
  });

  it('after a failure those who waited for that answer ask once more', async () => {
    end(await answers.ask('a'), { answer: 'first' });
    const request = { hasSlot: false };
    const first = await answers.ask('a', request);
    const others = [answers.ask('a', { hasSlot: false }), answers.ask('a')];
    request.hasSlot = true;
    end(first, 'failed');
    end(await others[0]!, { answer: 'by one of those who waited' });
    expect(await others[1]!).toEqual({ answer: 'by one of those who waited' });
  });

  it('a second failure in a row is the answer of all who wait, not of later ones', async () => {
    const first = await answers.ask('a');
    const others = [answers.ask('a'), answers.ask('a')];
    end(first, 'failed');
    const second = await others[0]!;
    const late = [answers.ask('a'), answers.ask('a')];
    end(second, 'failed');
    expect(await Promise.all([others[1]!, ...late])).toEqual(['overloaded', 'overloaded', 'overloaded']);
    end(await answers.ask('a'), { answer: 'later' });
  });

  it('failures with an answer between them are not two in a row', async () => {
    const first = await answers.ask('a');
    const second = answers.ask('a');
    end(first, 'failed');
    const third = answers.ask('a');
    end(await second, { answer: 'second' });
    const fourth = answers.ask('a');
    end(await third, 'failed');
    end(await fourth, { answer: 'fourth' });
  });

  it('an overload is the answer of all who wait, and not of those who ask later', async () => {
    const first = await answers.ask('a');
    const others = [answers.ask('a'), answers.ask('a')];
    end(first, 'overloaded');
    expect(await Promise.all(others)).toEqual(['overloaded', 'overloaded']);
    end(await answers.ask('a'), { answer: 'later' });
  });

  it('a request whose client has gone makes no answer for others', async () => {
    const first = await answers.ask('a');
    const requests = [{ isGone: false }, { isGone: false }, { isGone: false }, { isGone: false }];
    const others = requests.map((request) => answers.ask('a', request));
    for (const request of requests.slice(0, 3)) request.isGone = true;
    end(first, { answer: 'first' });
    expect(await Promise.all(others.slice(0, 3))).toEqual(['overloaded', 'overloaded', 'overloaded']);
    end(await others[3]!, { answer: 'by the one who is still there' });
  });

  it('an answer that never ends is refused to all who wait', async () => {
    vi.useFakeTimers();
    await answers.ask('a');
    const waiting = [answers.ask('a'), answers.ask('a')];
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await Promise.all(waiting)).toEqual(['overloaded', 'overloaded']);
    end(await answers.ask('a'), { answer: 'later' });
  });

  it('a request that asks once more waits no longer than any other', async () => {
    vi.useFakeTimers();
    const request = { hasSlot: false };
    const first = await answers.ask('a', request);
    const old = answers.ask('a');
    await vi.advanceTimersByTimeAsync(5_000);
    request.hasSlot = true;
    const leading = { hasSlot: false };
    const next = answers.ask('a', leading);
    end(first, 'failed');
    const second = await next;
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS - 5_000);
    expect(await old).toBe('overloaded');
    end(second, { answer: 'too late for the old one' });
  });

  it('no answer is older than its question, however the requests come', async () => {
    let written = 0;
    const ask = async (delays: number): Promise<void> => {
      for (let i = 0; i < delays; i++) await nextTurn();
      const before = written;
      const asked = await answers.ask('a');
      if (asked === 'overloaded') throw new Error('Nothing fails here');
      if ('answer' in asked) return expect(Number(asked.answer)).toBeGreaterThanOrEqual(before);
      // What is read now is what an answer tells.
      const read = written;
      await nextTurn();
      asked.end({ answer: String(read) });
    };
    const writes = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        written++;
        await nextTurn();
      }
    };
    await Promise.all([writes(), ...Array.from({ length: 300 }, (_, i) => ask((i * 7) % 150))]);
  });
});
