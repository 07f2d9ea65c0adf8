import { fastify as createFastify } from 'fastify';
import { serveEventPages } from './event-pages.js';

const DOCUMENT = {
  asyncapi: '3.0.0',
  info: { title: 'Lights: events', description: 'What `lights` <publish>.' },
  components: {
    messages: {
      LampSwitched: {
        name: 'lights.lamp-switched.v1',
        title: 'Lamp switched',
        summary: 'A lamp was switched <b>on</b>.',
        payload: { $ref: '#/components/schemas/LampSwitchedEvent' },
        examples: [{ payload: { data: { note: '<script>' } } }],
      },
    },
    schemas: {
      CloudEvent: { type: 'object', properties: { id: { type: 'string', format: 'uuid', description: 'The id.' } }, required: ['id'] },
      Bulb: { type: 'object', properties: { watts: { type: 'integer', description: 'In watts.' } }, required: ['watts'] },
      LampSwitchedEvent: {
        allOf: [
          { $ref: '#/components/schemas/CloudEvent' },
          {
            properties: {
              data: {
                type: 'object',
                properties: {
                  bulbs: { type: 'array', items: { $ref: '#/components/schemas/Bulb' }, description: 'The bulbs.' },
                  spare: { oneOf: [{ $ref: '#/components/schemas/Bulb' }, { type: 'null' }], description: 'The spare one.' },
                  color: { type: ['string', 'null'], enum: ['red', null], description: 'The color.' },
                },
                required: ['bulbs'],
              },
            },
          },
        ],
      },
    },
  },
};

function ask(url: string) {
  const fastify = createFastify();
  serveEventPages(fastify, DOCUMENT);
  return fastify.inject({ url });
}

describe('The pages of events', () => {
  it('the page shows each event, without scripts and without other servers', async () => {
    const { statusCode, headers, body } = await ask('/docs/events');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(body).toContain('<h2 id="lights.lamp-switched.v1">Lamp switched</h2>');
    expect(body).toContain('<a href="#lights.lamp-switched.v1">');
    expect(body).not.toMatch(/<script|<b>|https?:/);
  });

  it('the fields of an event are shown with those inside them', async () => {
    const { body } = await ask('/docs/events');
    expect(body).toContain('<tr><td><code>bulbs[].watts</code></td><td>integer</td><td>In watts.</td></tr>');
    expect(body).toContain('<code>spare.watts</code>');
    expect(body).toContain('<td>&quot;red&quot; | null, may be left out</td><td>The color.</td>');
    expect(body).toContain('What <code>lights</code> &lt;publish&gt;.');
  });

  it('the document is served as it is', async () => {
    const { headers, body } = await ask('/docs/events/asyncapi.json');
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toEqual(DOCUMENT);
  });
});
