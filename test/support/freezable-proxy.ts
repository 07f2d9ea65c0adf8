/** A TCP proxy whose connections can be frozen: it then forwards nothing and closes nothing, as a machine that lost its network. New ones work. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

interface FreezableProxy {
  readonly port: number;
  /** Freezes every connection that is open now. */
  freeze(): void;
  close(): Promise<void>;
}

export async function startFreezableProxy(target: { readonly host: string; readonly port: number }): Promise<FreezableProxy> {
  const all = new Set<Socket>();
  let open: { frozen: boolean }[] = [];
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    const link = { frozen: false };
    open.push(link);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      all.add(from);
      from.on('error', () => undefined);
      from.on('data', (chunk) => void (link.frozen || to.write(chunk)));
      from.on('end', () => void (link.frozen || to.end()));
      from.on('close', () => all.delete(from));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      for (const link of open) link.frozen = true;
      open = [];
    },
    async close() {
      for (const socket of all) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
