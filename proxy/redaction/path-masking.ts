// Masks a request target: parameters whose name says they are keys lose their value, everything else is read as text,
// percent escapes included. The separators stay, so the path can still be read.
import { isPlaceholder, placeholder } from './kinds.ts';
import { isSecretParameter } from './named-values.ts';

const plainName = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

const maskParameter = (parameter: string, mask: (text: string) => string, counted: () => void): string => {
  const equals = parameter.indexOf('=');
  if (equals < 0) return mask(parameter);
  const name = parameter.slice(0, equals);
  const value = parameter.slice(equals + 1);
  if (!isSecretParameter(plainName(name))) return `${mask(name)}=${mask(value)}`;
  if (value === '' || isPlaceholder(value)) return parameter;
  counted();
  return `${name}=${placeholder.credential}`;
};

/** `path` with or without query and fragment. `counted` is called for each value masked because of its name. */
export const maskPath = (path: string, mask: (text: string) => string, counted: () => void): string => {
  const question = path.indexOf('?');
  if (question < 0) return mask(path);
  const query = path
    .slice(question + 1)
    .split(/([&;#])/)
    .map((piece, index) => (index % 2 === 1 ? piece : maskParameter(piece, mask, counted)));
  return `${mask(path.slice(0, question))}?${query.join('')}`;
};
