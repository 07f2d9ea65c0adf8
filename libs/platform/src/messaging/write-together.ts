/** Frames that amqplib writes in one turn of the event loop leave in one system call, not in one for each. */
import type { Writable } from 'node:stream';

/** Changes `write` of this stream: the first write of a turn holds back what follows until the turn has ended. */
export function writeTogether(stream: Writable): void {
  const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean;
  let isHeldBack = false;
  stream.write = (...parameters: unknown[]): boolean => {
    if (!isHeldBack) {
      isHeldBack = true;
      stream.cork();
      process.nextTick(() => {
        isHeldBack = false;
        stream.uncork();
      });
    }
    return write(...parameters);
  };
}
