import { WebhookUrlRefused } from './errors.js';
import { webhookUrl } from './webhook-url.js';

const PUBLIC_ONLY = { allowsPrivateAddresses: false };
const ANY = { allowsPrivateAddresses: true };

describe('The URL of a webhook endpoint', () => {
  it('an https URL of a public host is taken, without its fragment', () => {
    expect(webhookUrl('https://Shop.example:443/hooks?a=1#part', PUBLIC_ONLY)).toBe('https://shop.example/hooks?a=1');
    expect(webhookUrl('https://93.184.216.34/', PUBLIC_ONLY)).toBe('https://93.184.216.34/');
  });

  it.each([
    ['shop.example/hooks', 'malformed'],
    ['http://shop.example/', 'not-https'],
    ['ftp://shop.example/', 'not-https'],
    ['https://user:secret@shop.example/', 'credentials'],
    ['https://shop.example:8443/', 'port'],
    ['https://127.0.0.1/', 'private-address'],
    ['https://2130706433/', 'private-address'],
    ['https://0x7f.1/', 'private-address'],
    ['https://[::1]/', 'private-address'],
    ['https://[::ffff:10.0.0.1]/', 'private-address'],
    ['https://169.254.169.254/latest/meta-data', 'private-address'],
    ['https://localhost/', 'private-address'],
    ['https://localhost./', 'private-address'],
    ['https://api.localhost/', 'private-address'],
  ])('%s is refused: %s', (url, fault) => {
    expect(() => webhookUrl(url, PUBLIC_ONLY)).toThrow(expect.objectContaining({ name: 'WebhookUrlRefused', details: { fault } }));
  });

  it('where private addresses are allowed, so are http and other ports', () => {
    expect(webhookUrl('http://127.0.0.1:8080/hooks', ANY)).toBe('http://127.0.0.1:8080/hooks');
    expect(() => webhookUrl('http://user@127.0.0.1/', ANY)).toThrow(WebhookUrlRefused);
  });
});
