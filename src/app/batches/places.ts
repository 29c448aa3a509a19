import { ProviderError } from '../../domain/provider/provider.ts';
import type { Providers } from '../runtime/ports.ts';
import type { BatchPlace } from './course.ts';

export interface AddressedPlace extends BatchPlace {
  readonly address: string;
}

/** The providers of a run, each opened once. */
export class BatchPlaces {
  private readonly opened = new Map<string, Promise<AddressedPlace>>();
  private readonly providers: Providers;
  private readonly signal: AbortSignal;

  constructor(providers: Providers, signal: AbortSignal) {
    this.providers = providers;
    this.signal = signal;
  }

  /** Throws ProviderError where the provider has no batches that Luthier knows. */
  of(providerId: string): Promise<AddressedPlace> {
    const known = this.opened.get(providerId);
    if (known !== undefined) return known;
    const opened = this.open(providerId);
    this.opened.set(providerId, opened);
    return opened;
  }

  private async open(providerId: string): Promise<AddressedPlace> {
    const provider = await this.providers.connect(providerId, { signal: this.signal });
    if (provider.batches === undefined) {
      const what = `${provider.name} has no batches that Luthier knows. Send its calls one by one.`;
      throw new ProviderError('invalid-request', what);
    }
    return { service: await provider.batches(), files: provider.files, address: provider.address };
  }
}
