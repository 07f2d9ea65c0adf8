/** `profile=1`: says where the processor time of the api goes while a scenario runs. The api listens for a debugger then, which costs a little. */
import { setTimeout as sleep } from 'node:timers/promises';

const SAMPLE_MICROSECONDS = 500;
const LINES = 14;

/** Of the DevTools protocol: Profiler.Profile. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string } }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** Runs `work` and returns what it resolves to, with one line for each package or file that took most of the time. */
export async function profiled<T>(inspectorPort: number, work: () => Promise<T>): Promise<{ result: T; lines: string[] }> {
  const inspector = await connect(inspectorPort);
  try {
    await inspector.call('Profiler.enable');
    await inspector.call('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
    await inspector.call('Profiler.start');
    const result = await work();
    const { profile } = (await inspector.call('Profiler.stop')) as { profile: CpuProfile };
    return { result, lines: shares(profile) };
  } finally {
    inspector.close();
  }
}

async function connect(port: number): Promise<{ call: (method: string, params?: object) => Promise<unknown>; close: () => void }> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets[0]!.webSocketDebuggerUrl);
  const waiting = new Map<number, (answer: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(data as string) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  while (socket.readyState === WebSocket.CONNECTING) await sleep(10);
  let last = 0;
  const call = (method: string, params: object = {}): Promise<unknown> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  return { call, close: () => socket.close() };
}

function shares({ nodes, samples, timeDeltas }: CpuProfile): string[] {
  const sourceOf = new Map(nodes.map(({ id, callFrame }) => [id, source(callFrame.url, callFrame.functionName)]));
  const spent = new Map<string, number>();
  samples.forEach((id, i) => {
    const where = sourceOf.get(id)!;
    spent.set(where, (spent.get(where) ?? 0) + timeDeltas[i]!);
  });
  const idle = spent.get('(idle)') ?? 0;
  spent.delete('(idle)');
  const busy = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1).padStart(5)} %`;
  const largest = [...spent].sort(([, a], [, b]) => b - a).slice(0, LINES);
  return [`${percent(busy, busy + idle)} of the time busy, of this:`, ...largest.map(([where, time]) => `${percent(time, busy)} ${where}`)];
}

/** The package, the file of ours, or the part of Node. */
function source(url: string, functionName: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  const ours = /\/dist\/(.*)\.js$/.exec(url)?.[1];
  if (ours !== undefined) return ours.replace('/src', '');
  return url === '' ? functionName || '(native)' : url;
}
