import { Worker } from 'node:worker_threads';
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { ConnectionDraining, useConnectionDraining } from '@app/platform/http/limits/connection-draining.js';
import { openConnections } from '@app/platform/http/limits/connection-limits.js';

const CLIENT_COUNT = 5;

/** Clients in a thread of their own: they connect and send a request while this thread does not run. */
const CLIENTS = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, count, sent } } = require('node:worker_threads');
  for (let i = 0; i < count; i++) {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
    socket.once('error', ({ code }) => parentPort.postMessage(code));
    socket.once('end', () => parentPort.postMessage(answer.split('\\r\\n')[0]));
    socket.once('connect', () => socket.write('POST /holds HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n', () => {
      Atomics.add(sent, 0, 1);
      Atomics.notify(sent, 0);
    }));
  }`;

describe('Connections during a shutdown', () => {
  it('requests on connections that only the kernel has accepted are answered', async () => {
    // As the api: a request that arrives while the port closes is served.
    const server = fastify({ return503OnClosing: false });
    const draining = new ConnectionDraining(0);
    useConnectionDraining(server, openConnections(server), draining);
    server.post('/holds', () => 'held');
    await server.listen({ host: '127.0.0.1', port: 0 });

    const sent = new Int32Array(new SharedArrayBuffer(4));
    const workerData = { port: (server.server.address() as AddressInfo).port, count: CLIENT_COUNT, sent };
    const clients = new Worker(CLIENTS, { eval: true, workerData });
    const answers: string[] = [];
    const answered = new Promise<void>((resolve) => {
      clients.on('message', (answer: string) => {
        if (answers.push(answer) === CLIENT_COUNT) resolve();
      });
    });
    // This thread stands still: no connection is taken.
    for (let count = 0; count < CLIENT_COUNT; count = Atomics.load(sent, 0)) Atomics.wait(sent, 0, count);

    draining.onModuleDestroy();
    const closed = server.close();
    await answered;
    await closed;
    await clients.terminate();
    expect(answers).toEqual(Array.from({ length: CLIENT_COUNT }, () => 'HTTP/1.1 200 OK'));
  });
});
