import { redactKeys } from '../../../text/redact.ts';
import { sanitizeText } from '../../../text/sanitize.ts';

/** Makes any text safe in an element or a quoted attribute, and masks keys. */
export type Escape = (text: string) => string;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

export const escaper =
  (secrets: readonly string[]): Escape =>
  (text) =>
    sanitizeText(redactKeys(text, secrets)).replaceAll(/[&<>"'`]/g, (char) => ENTITIES[char] ?? '');
