/**
 * The person's editor and its arguments: $VISUAL, else $EDITOR, else what the platform has. Words in quotes stay
 * together; no shell is asked, so nothing else in the variable is run.
 */
export function editorCommand(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly [string, ...string[]] {
  const [program, ...args] = words(env.VISUAL?.trim() || env.EDITOR?.trim() || '');
  if (program !== undefined) return [program, ...args];
  return [platform === 'win32' ? 'notepad' : 'vi'];
}

function words(text: string): readonly string[] {
  const parts = text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g);
  return Array.from(parts, ([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
