/** HTTP requests that no client corrects: path, method and headers are sent as they are. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { HttpResponse } from '../../support/http-client.js';

type RawRequest = (
  method: string,
  path: string,
  headers?: Readonly<Record<string, string | string[]>>,
  body?: string,
) => Promise<HttpResponse>;

/** `url` is called for each request: the system starts after the suite is declared. */
export function rawRequests(url: () => string): RawRequest {
  return (method, path, headers = {}, body = '') => {
    const { hostname, port } = new URL(url());
    return new Promise((resolve, reject) => {
      const out = request({ hostname, port, method, path, headers, setHost: true }, (response) => {
        text(response).then((content) => {
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({
            status: response.statusCode!,
            headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: isJson && content !== '' ? JSON.parse(content) : content,
          });
        }, reject);
      });
      out.on('error', reject);
      out.end(body);
    });
  };
}

/** A whole problem, with the id of its request and nothing of the inside of the system. */
export function expectProblem(response: HttpResponse, status: number, code: string): void {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(response).toMatchObject({ status, body: { status, code, type: `/problems/${code}` } });
  for (const name of ['title', 'detail', 'instance', 'requestId']) expect(typeof response.body[name]).toBe('string');
  expect(response.body.requestId).toBe(response.headers.get('x-request-id'));
  expect(JSON.stringify(response.body)).not.toMatch(/ at .*\.[jt]s|node_modules|SELECT |INSERT /);
}
