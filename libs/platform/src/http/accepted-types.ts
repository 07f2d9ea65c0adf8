/** What an `Accept` header names: media types in small letters, in its order. One with `q=0` is not acceptable (RFC 9110, section 12.4.2). */
export function acceptedTypes(accept: string | undefined): string[] {
  return (accept ?? '').split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === '' || parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter)) ? [] : type;
  });
}
