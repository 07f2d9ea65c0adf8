/** Bodies with one file for the fuzzing suite: as the document says, and as they are when a client or a proxy gets it wrong, or an attacker writes them. */
import fc from 'fast-check';

interface Upload {
  readonly contentType: string;
  readonly body: Buffer;
}

interface Part {
  /** Null: none. */
  readonly disposition: string | null;
  readonly headers?: readonly string[];
  readonly content: Buffer;
}

const BOUNDARY = '----the-boundary-of-this-body';
const FORM_DATA = `multipart/form-data; boundary=${BOUNDARY}`;
/** More than a parser takes of one part. */
const HUGE_HEADER = `X-Huge: ${'h'.repeat(90_000)}`;
const MANY_HEADERS = Array.from({ length: 3_000 }, (_, i) => `X-${i}: ${i}`);
/** Larger than what the route takes. */
const HUGE_FILE = Buffer.alloc(6 * 1_024 * 1_024, 'a');
const CRLF = '\r\n';

const file = (name: string): string => `form-data; name="${name}"; filename="a.png"`;

/** `field`: the one part of the body. `good`: a content that the route takes. */
export function uploadsOf(field: string, good: Buffer): fc.Arbitrary<Upload> {
  const content = fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, fc.constantFrom(...damaged(good)));
  const asDocumented = content.map((bytes) => ofParts([{ disposition: file(field), content: bytes }]));
  return fc.oneof({ weight: 3, arbitrary: asDocumented }, fc.constantFrom(...malformed(field, good)));
}

/** A picture that is cut off, that has other bytes in the middle, that only begins like one; a text; nothing. */
function damaged(good: Buffer): Buffer[] {
  const half = good.length >> 1;
  const overwritten = Buffer.from(good);
  overwritten.fill(0xff, half, half + 16);
  return [
    good.subarray(0, half),
    overwritten,
    Buffer.concat([good.subarray(0, 8), Buffer.alloc(100)]),
    Buffer.from('<svg/>'),
    Buffer.alloc(0),
  ];
}

function malformed(field: string, content: Buffer): Upload[] {
  const part: Part = { disposition: file(field), content };
  const { body } = ofParts([part]);
  const others: Part[][] = [
    [],
    [{ ...part, disposition: file('other') }],
    [{ ...part, disposition: file('__proto__') }],
    [{ ...part, disposition: file('') }],
    [{ ...part, disposition: file('f'.repeat(5_000)) }],
    [{ ...part, disposition: `form-data; name="${field}"` }],
    [{ ...part, disposition: `form-data; filename="a.png"` }],
    [{ ...part, disposition: `form-data; name="${field}"; filename="../../../etc/passwd\0.png"` }],
    [{ ...part, disposition: 'form-data' }],
    [{ ...part, disposition: null }],
    [{ ...part, headers: [HUGE_HEADER] }],
    [{ ...part, headers: MANY_HEADERS }],
    [{ ...part, headers: ['Content-Transfer-Encoding: base64'] }],
    [{ ...part, headers: ['Content-Type: multipart/mixed; boundary=inner'] }],
    [{ ...part, headers: ['No colon here'] }],
    [part, part],
    [part, { disposition: 'form-data; name="note"', content: Buffer.from('a text') }],
    [{ disposition: 'form-data; name="note"', content: Buffer.from('a text') }, part],
    [{ ...part, content: HUGE_FILE }],
  ];
  const types = [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=another-one',
    `multipart/form-data; boundary=${'b'.repeat(300)}`,
    `multipart/form-data; boundary="${BOUNDARY}"; charset=utf-16`,
    `multipart/mixed; boundary=${BOUNDARY}`,
    `MULTIPART/FORM-DATA; BOUNDARY=${BOUNDARY}`,
    'multipart/',
  ];
  const bodies = [
    Buffer.alloc(0),
    body.subarray(0, body.length - 8),
    body.subarray(0, 20),
    Buffer.concat([Buffer.from(`A preamble.${CRLF}`), body]),
    Buffer.concat([body, Buffer.from(`${CRLF}An epilogue.`)]),
    Buffer.from(body.toString('latin1').replaceAll(CRLF, '\n'), 'latin1'),
    Buffer.from(`--${BOUNDARY}--`),
    Buffer.from(`--${BOUNDARY}${CRLF}`.repeat(2_000)),
    Buffer.from('{"poster":"a.png"}'),
  ];
  return [
    ...others.map(ofParts),
    ...types.map((contentType) => ({ contentType, body })),
    ...bodies.map((other) => ({ contentType: FORM_DATA, body: other })),
  ];
}

function ofParts(parts: readonly Part[]): Upload {
  const chunks = parts.flatMap(({ disposition, headers = ['Content-Type: image/png'], content }) => {
    const lines = [...(disposition === null ? [] : [`Content-Disposition: ${disposition}`]), ...headers];
    return [Buffer.from(`--${BOUNDARY}${CRLF}${lines.join(CRLF)}${CRLF}${CRLF}`), content, Buffer.from(CRLF)];
  });
  return { contentType: FORM_DATA, body: Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--${CRLF}`)]) };
}
