/** The upload of a small poster. */
import sharp from 'sharp';

export const FORM_TYPE = { 'content-type': 'multipart/form-data; boundary=limit' };

export async function posterForm(): Promise<Buffer> {
  const image = await sharp({ create: { width: 40, height: 60, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const begin = '--limit\r\nContent-Disposition: form-data; name="poster"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  return Buffer.concat([Buffer.from(begin), image, Buffer.from('\r\n--limit--\r\n')]);
}
