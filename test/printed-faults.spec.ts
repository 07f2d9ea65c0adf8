import { PrintedFaults } from './support/printed-faults.js';
import { type RunningProcess, endSuite } from './support/processes.js';

const foundIn = (...chunks: string[]): string[] => {
  const faults = new PrintedFaults();
  for (const chunk of chunks) faults.read(chunk);
  return faults.found;
};

describe('The search for faults in logs', () => {
  it.each([
    [
      'an unhandled rejection',
      '{"level":"error","context":"Alert","alert":"unhandled-rejection","err":{"message":"late"},"msg":"A promise"}',
    ],
    ['a rejection that Node prints', '[UnhandledPromiseRejection: This error originated either by throwing inside of an async function'],
    [
      'an answer of 500',
      '{"level":"error","context":"Http","err":{},"requestId":"1","status":500,"msg":"Something went wrong on our side."}',
    ],
    ['an answer of 502 in the line of its request', '{"level":"info","req":{"id":"1"},"res":{"statusCode":502},"msg":"request errored"}'],
  ])('%s is found, also in two parts', (_, line) => {
    expect(foundIn(`${line}\n`)).toEqual([line]);
    expect(foundIn(`{"level":"info"}\n${line.slice(0, 40)}`, `${line.slice(40)}\n`)).toEqual([line]);
  });

  it.each([
    ['a refusal with 503', '{"level":"warn","context":"Http","requestId":"1","status":503,"code":"platform.overloaded"}'],
    ['a refusal with 409', '{"level":"info","res":{"statusCode":409}}'],
    ['another alert', '{"level":"error","context":"Alert","alert":"message-dead"}'],
    ['text about a status', 'The server answered "status":500'],
  ])('%s is no fault', (_, line) => {
    expect(foundIn(`${line}\n`)).toEqual([]);
  });

  it('a suite whose process printed one fails at its end', () => {
    const running = (secrets: string[], faults: string[]) =>
      ({ printedSecrets: () => secrets, printedFaults: () => faults }) as unknown as RunningProcess;
    const clean = { entry: 'api', running: running([], []) };
    expect(() => endSuite([clean])).not.toThrow();
    expect(() => endSuite([clean, { entry: 'worker', running: running([], ['rejected']) }])).toThrow(
      'P1 worker has printed a fault: rejected',
    );
    expect(() => endSuite([{ entry: 'api', running: running(['a card number'], []) }])).toThrow('api has printed a secret: a card number');
  });
});
