type Env = Readonly<Record<string, string | undefined>>;

/** Names of variables that hold what only its owner may know. */
const SECRET = /KEY|TOKEN(?!IZERS)|SECRET|PASSW|CREDENTIAL/i;

/** What a program is started with that needs nobody's keys; `kept` names those it does need. */
export function withoutSecrets(env: Env, kept: RegExp | null = null): Record<string, string> {
  const left: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (!SECRET.test(name) || kept?.test(name))) left[name] = value;
  }
  return left;
}
