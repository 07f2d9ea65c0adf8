/** Sends a request again that was refused for now, after the time that the answer names. */
import { isProblem } from './problems.js';

export interface Repeats {
  readonly send: typeof fetch;
  readonly maxAttempts: number;
  readonly maxWaitSeconds: number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** `isIdempotent`: whether it has no other effect when it is repeated, as reads and requests with an `Idempotency-Key` always are. */
export async function sendRepeatedly(request: Request, repeats: Repeats, { isIdempotent = false } = {}): Promise<Response> {
  const { send, maxAttempts, maxWaitSeconds, pause } = repeats;
  const mayRepeat = isIdempotent || request.method === 'GET' || request.method === 'HEAD' || request.headers.has('idempotency-key');
  for (let attempt = 1; ; attempt++) {
    const response = await send(request.clone());
    const seconds = retryAfterSeconds(response);
    if (attempt >= maxAttempts || seconds === null || seconds > maxWaitSeconds) return response;
    if (!mayRepeat && !(await didNothing(request, response))) return response;
    await pause(seconds * 1_000, request.signal);
    request.signal.throwIfAborted();
  }
}

/** Resolves after the time, or as soon as the signal is aborted. */
export function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

/** Null where the answer names no time to repeat the request. */
function retryAfterSeconds({ status, headers }: Response): number | null {
  if (status !== 429 && status !== 503) return null;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** 429 did nothing. 503 may come after the change was made, when its answer was lost: then a repetition would report it as refused. */
async function didNothing({ method }: Request, response: Response): Promise<boolean> {
  if (response.status === 429) return true;
  if (method === 'POST') return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return isProblem(problem) && problem.code === 'platform.overloaded';
}
