// Names under which a value is secret or personal whatever it looks like: JSON keys, query parameters, assignments.

const secretWords =
  'password|passwd|passphrase|passcode|pwd|secret|api[-_ ]?key|apikey|access[-_]?key|account[-_]?key|shared[-_]?access[-_]?key|' +
  'private[-_]?key|secret[-_]?key|signing[-_]?key|encryption[-_]?key|subscription[-_]?key|client[-_]?secret|' +
  '(?:access|auth|refresh|id|session|bearer|api|secret|security)[-_]?token|secret[-_]?access[-_]?key|authorization|' +
  'credentials?|set-cookie|cookie|sessionid';

/** A prefix such as `x-`, `aws_` or `OPENAI_` may stand before the word. */
const prefix = '(?:[A-Za-z0-9]{1,20}[-_]){0,4}';

const secretName = new RegExp(`^${prefix}(?:${secretWords})$`, 'i');
const parameterName = new RegExp(`^(?:${prefix}(?:${secretWords}|sig|signature)|key|token|code|auth)$`, 'i');
const securityNumberName = /^(?:us_?)?(?:ssn|social_?security(?:_?(?:number|no))?)$/i;
const phoneName = /^(?:\w{0,12}_)?(?:phone|telephone|mobile|cell|fax|tel|whatsapp|msisdn)(?:_?(?:number|no))?$/i;

/** The end of a text after which a secret value is assigned: `PASSWORD`, `"api_key"`, `aws_secret_access_key`. */
export const endsInSecretName = new RegExp(
  `(?<![A-Za-z0-9])(${prefix}(?:${secretWords}))(?:\\\\{0,7}["'])?\\s{0,4}$`,
  'i',
);

export const isSecretName = (name: string): boolean => name.length <= 80 && secretName.test(name);
export const isSecretParameter = (name: string): boolean => name.length <= 80 && parameterName.test(name);
export const isSecurityNumberName = (name: string): boolean => securityNumberName.test(name);
export const isPhoneName = (name: string): boolean => name.length <= 40 && phoneName.test(name);
