import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Shell } from '../options.ts';

/** One word that may come next, and what it does, in one line. */
interface Word {
  readonly word: string;
  readonly help: string;
}

/** What may follow `path`, the commands typed so far, each led by a space: '' for none. */
interface Place {
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
  /** Values of an option that takes one of a few. */
  readonly values: readonly { readonly option: string; readonly choices: readonly string[] }[];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

function placesOf(command: CommandUnknownOpts, path = ''): readonly Place[] {
  const actions = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((word) => ({ word, help: oneLine(description) })),
  );
  const place: Place = {
    path,
    commands: [
      ...command.commands.map((inner) => ({ word: inner.name(), help: oneLine(inner.description()) })),
      ...actions,
    ],
    options: command.options
      .flatMap(({ long, description }) => (long ? [{ word: long, help: oneLine(description) }] : []))
      .concat({ word: '--help', help: 'what it does, and its options' }),
    values: command.options.flatMap(({ long, argChoices }) =>
      long && argChoices ? [{ option: long, choices: argChoices }] : [],
    ),
  };
  return [place, ...command.commands.flatMap((inner) => placesOf(inner, `${path} ${inner.name()}`))];
}

/** In single quotes of a POSIX shell; fish takes the same but for backslashes, which none of our words has. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const wordsOf = (words: readonly Word[]): string => words.map(({ word }) => word).join(' ');

const pathsOf = (places: readonly Place[]): string =>
  places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join('|');

function bash(places: readonly Place[]): string {
  const values = places.flatMap(({ path, values: of }) =>
    of.map(({ option, choices }) => `    ${quoted(`${path} ${option}`)}) words=${quoted(choices.join(' '))} ;;`),
  );
  const words = places.map(
    ({ path, commands, options }) =>
      `    ${quoted(path)}) case "$word" in -*) words=${quoted(wordsOf(options))} ;; *) words=${quoted(wordsOf(commands))} ;; esac ;;`,
  );
  return `# luthier completion bash: put \`eval "$(luthier completion bash)"\` into ~/.bashrc
_luthier() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in ${pathsOf(places)}) path="$path \${COMP_WORDS[i]}" ;; esac
  done
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  [ -n "$words" ] || case "$path" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _luthier luthier
`;
}

function zsh(places: readonly Place[]): string {
  const described = (words: readonly Word[]): string =>
    words.map(({ word, help }) => quoted(`${word.replaceAll(':', '\\:')}:${help}`)).join(' ');
  const values = places.flatMap(({ path, values: of }) =>
    of.map(({ option, choices }) => `    ${quoted(`${path} ${option}`)}) found=(${choices.map(quoted).join(' ')}) ;;`),
  );
  const words = places.map(
    ({ path, commands, options }) =>
      `    ${path === '' ? "''" : quoted(path)}) if [[ $word == -* ]]; then found=(${described(options)}); else found=(${described(commands)}); fi ;;`,
  );
  return `# luthier completion zsh: put \`eval "$(luthier completion zsh)"\` into ~/.zshrc, after compinit
_luthier() {
  local word="\${words[CURRENT]}" at='' i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in (${pathsOf(places)}) at="$at \${words[i]}" ;; esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.map((line) => line.replace(/^ {4}/, '    (')).join('\n')}
  esac
  (( $#found )) || case "$at" in
${words.map((line) => line.replace(/^ {4}/, '    (')).join('\n')}
  esac
  if (( $#found )); then _describe luthier found; else _files; fi
}
compdef _luthier luthier
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options, values }) => {
    const at = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from${path}`;
    const when = `complete -c luthier -n ${quoted(at)}`;
    const choicesOf = (word: string): string => {
      const choices = values.find(({ option }) => option === word)?.choices;
      return choices === undefined ? '' : ` -x -a ${quoted(choices.join(' '))}`;
    };
    return [
      ...commands.map(({ word, help }) => `${when} -f -a ${word} -d ${quoted(help)}`),
      ...options.map(({ word, help }) => `${when} -l ${word.slice(2)} -d ${quoted(help)}${choicesOf(word)}`),
    ];
  });
  return `# luthier completion fish: put \`luthier completion fish | source\` into ~/.config/fish/config.fish
${lines.join('\n')}
`;
}

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = { bash, zsh, fish };

/** A script for `shell` that completes the commands, actions, options and values of `program`; other words are files. */
export const completionScript = (program: CommandUnknownOpts, shell: Shell): string =>
  SCRIPTS[shell](placesOf(program));
