import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'luthier-cli-'));
export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/** A template of `sides` to the power of two cells. */
export function writeTemplate(folder: string, sides: number): string {
  const values = (name: string): string =>
    JSON.stringify(Array.from({ length: sides }, (_, index) => `${name}${index}`));
  const path = join(folder, 'template.yaml');
  writeFileSync(
    path,
    `name: pairs\nsystem: Answer.\nteacher_prompt: "Write at length about {left} and {right}."\n` +
      `student_prompt: "{left}, {right}"\nslots:\n  left: ${values('l')}\n  right: ${values('r')}\n`,
  );
  return path;
}

export interface Line {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** The user messages of a training file, in its order. */
export function userMessages(path: string): string[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { messages }: Line = JSON.parse(line);
      return messages.find((message) => message.role === 'user')?.content ?? '';
    });
}

/** Names of the files under `folder` that hold `text` anywhere, as bytes. */
export function filesHolding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}
