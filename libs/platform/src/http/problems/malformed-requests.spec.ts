import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { refuseConnect, refuseMalformedRequest } from './malformed-requests.js';

describe('refuseMalformedRequest', () => {
  /** What a client gets for these bytes, which are sent one after the other, each after the first answer has begun. */
  async function answersTo(first: string, then: string): Promise<string> {
    const server = createServer((_request, response) => void response.writeHead(200, { 'content-length': 10 }).write('hello'));
    server.on('clientError', refuseMalformedRequest);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    if (first !== '') {
      socket.write(first);
      await once(socket, 'readable');
    }
    socket.write(then);
    const answers = await text(socket);
    server.close();
    return answers;
  }

  it('bytes that are no HTTP are answered with a problem', async () => {
    expect(await answersTo('', 'rubbish\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json[^]*"http.bad-request"/);
  });

  it('nothing is written into an answer that is under way', async () => {
    const answers = await answersTo('GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'rubbish\r\n\r\n');
    expect(answers).toMatch(/^HTTP\/1.1 200 [^]*\r\n\r\nhello$/);
  });
});

describe('refuseConnect', () => {
  it('a CONNECT whose client breaks the connection does no harm', async () => {
    const server = createServer();
    refuseConnect({ server } as FastifyInstance);
    const refused = once(server, 'connect');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    const [, peer] = (await refused) as [unknown, Socket];
    socket.resetAndDestroy();
    peer.emit('error', new Error('read ECONNRESET'));
    expect(peer.destroyed).toBe(true);
    server.close();
  });
});
