import { useAppState } from '../../app/react.tsx';
import type { ProviderKind, ProviderProfile } from '../../domain/provider/provider.ts';

export interface ProviderFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly practice: boolean;
  readonly jobDialect: ProviderProfile['jobDialect'];
}

/** The provider of the current project; of `id` when one is given. */
export function useProvider(id?: string): ProviderFacts {
  const own = useAppState((state) => state.project.providerId);
  const wanted = id ?? own;
  const profile = useAppState((state) => state.profiles.find((one) => one.id === wanted));
  const kind = profile?.kind ?? 'compatible';
  const jobDialect = profile?.jobDialect ?? 'method';
  return { id: wanted, name: profile?.name ?? wanted, kind, practice: kind === 'embedded', jobDialect };
}
