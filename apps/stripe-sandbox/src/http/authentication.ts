import { ApiError } from './api-error.js';

type KeyKind = 'secret' | 'publishable';

/**
 * Returns the kind of the API key. The key is a bearer token, or the user name of Basic authentication (`curl -u sk_test_…:`).
 * Throws ApiError when the key is missing or wrong.
 */
export function authenticate(authorization: string | undefined, secretKey: string | undefined): KeyKind {
  const key = readKey(authorization);
  if (key === undefined) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). " +
        'See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.',
    );
  }
  if (key.startsWith('pk_test_')) return 'publishable';
  const accepted = secretKey === undefined ? /^(sk|rk)_test_\w+$/.test(key) : key === secretKey;
  if (!accepted) throw unauthorized(`Invalid API Key provided: ${maskKey(key)}`);
  return 'secret';
}

export function secretKeyRequired(): ApiError {
  return unauthorized(
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    'secret_key_required',
  );
}

function readKey(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(bearer|basic)\s+(\S+)\s*$/i.exec(authorization ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  return Buffer.from(value, 'base64').toString().split(':')[0] || undefined;
}

function maskKey(key: string): string {
  if (key.length <= 12) return '*'.repeat(key.length);
  return `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

function unauthorized(message: string, code?: string): ApiError {
  return new ApiError(401, 'invalid_request_error', message, code === undefined ? {} : { code });
}
