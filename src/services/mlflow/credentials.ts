import type { TrackingKeySource } from '../../domain/tracking/settings.ts';
import { TrackingError } from '../../domain/tracking/types.ts';

/** How a call says who makes it. */
export interface MlflowKey {
  readonly header: string;
  /** Null for a token, which names nobody. */
  readonly username: string | null;
  readonly source: Extract<TrackingKeySource, 'environment' | 'file'>;
}

export interface MlflowCredentials {
  /** Null where there is none, which many servers need none of. Throws TrackingError for what cannot be one. */
  key(): MlflowKey | null;
  /** Does not throw. */
  source(): TrackingKeySource;
  /** Every form in which a key can stand in a text. Does not throw. */
  known(): readonly string[];
}

export interface MlflowCredentialsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was typed into Luthier for the server that is called now; null when there is nothing. */
  readonly typed: () => string | null;
}

interface Found {
  readonly text: string;
  /** A name and a password with a colon between them; else a token, which has no colon (RFC 6750). */
  readonly basic: boolean;
  readonly source: MlflowKey['source'];
}

/** `MLFLOW_TRACKING_USERNAME` with `_PASSWORD`, then `MLFLOW_TRACKING_TOKEN`, as MLflow has it; then what was typed. */
export function createMlflowCredentials({ env, typed }: MlflowCredentialsOptions): MlflowCredentials {
  const given = (name: string): string | null => env[name]?.trim() || null;
  const all = (): readonly Found[] => {
    const [user, password] = [given('MLFLOW_TRACKING_USERNAME'), given('MLFLOW_TRACKING_PASSWORD')];
    const token = given('MLFLOW_TRACKING_TOKEN');
    const own = typed()?.trim() || null;
    return [
      ...(user !== null && password !== null
        ? [{ text: `${user}:${password}`, basic: true, source: 'environment' as const }]
        : []),
      ...(token === null ? [] : [{ text: token, basic: false, source: 'environment' as const }]),
      ...(own === null ? [] : [{ text: own, basic: own.includes(':'), source: 'file' as const }]),
    ];
  };
  return {
    key() {
      const [found] = all();
      if (found === undefined) return null;
      // It goes into a header: a control character in it would be another header.
      if (/[\x00-\x1f\x7f]/.test(found.text) || (!found.basic && !/^[\x21-\x7e]+$/.test(found.text)))
        throw new TrackingError(
          'settings',
          'The key for MLflow has characters that no key has.',
          'Copy it again, without line ends.',
        );
      return {
        header: found.basic ? `Basic ${base64(found.text)}` : `Bearer ${found.text}`,
        username: found.basic ? found.text.slice(0, found.text.indexOf(':')) : null,
        source: found.source,
      };
    },
    source: () => all()[0]?.source ?? 'unneeded',
    known: () =>
      all().flatMap(({ text, basic }) => (basic ? [text.slice(text.indexOf(':') + 1), base64(text)] : [text])),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
