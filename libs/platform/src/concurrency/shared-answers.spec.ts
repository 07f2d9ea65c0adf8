import { type AnswerOutcome, type AskResult, SharedAnswers } from './shared-answers.js';

const nextTurn = (): Promise<void> => new Promise(setImmediate);

/** Ends the making of an answer. Fails where the answer is another request's. */
function end(asked: AskResult<string>, outcome: AnswerOutcome<string>): void {
  if (asked === 'failed' || 'answer' in asked) throw new Error('This request does not make the answer');
  asked.end(outcome);
}

describe('SharedAnswers', () => {
  let answers: SharedAnswers<string>;
  beforeEach(() => (answers = new SharedAnswers()));

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
    const others = [answers.ask('a'), answers.ask('a'), answers.ask('a')];
    end(first, { answer: 'first' });
    end(await others[0]!, 'given-up');
    end(await others[1]!, { answer: 'by the next' });
    expect(await others[2]!).toEqual({ answer: 'by the next' });
  });

  it('a failure is the answer of all who wait, and not of those who ask later', async () => {
    const first = await answers.ask('a');
    const others = [answers.ask('a'), answers.ask('a')];
    end(first, 'failed');
    expect(await Promise.all(others)).toEqual(['failed', 'failed']);
    end(await answers.ask('a'), { answer: 'later' });
  });

  it('an answer that never ends is not waited for', async () => {
    vi.useFakeTimers();
    try {
      await answers.ask('a');
      const waiting = answers.ask('a');
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await waiting).toHaveProperty('end');
    } finally {
      vi.useRealTimers();
    }
  });

  it('no answer is older than its question, however the requests come', async () => {
    let written = 0;
    const ask = async (delays: number): Promise<void> => {
      for (let i = 0; i < delays; i++) await nextTurn();
      const before = written;
      const asked = await answers.ask('a');
      if (asked === 'failed') throw new Error('Nothing fails here');
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
