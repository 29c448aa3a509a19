/** What a person may choose of a deployment; null leaves it to the provider's or Luthier's own choice. */
export interface DeploymentChoices {
  /** Minutes without a call after which it stops by itself; null for the provider's own way. */
  readonly idleStopMinutes: number | null;
  /** The accelerator in the provider's words, `NVIDIA_H100_80GB`. */
  readonly accelerator: string | null;
  /** A running deployment of the base that takes the tuned model as an adapter. */
  readonly onto: string | null;
  /**
   * What one provider alone asks for: of Azure `subscription`, `resourceGroup`, `account`, `sku`, `capacity` (thousand
   * tokens a minute). None when absent.
   */
  readonly own?: DeploymentParts | undefined;
}

export const NO_CHOICES: DeploymentChoices = { idleStopMinutes: null, accelerator: null, onto: null };

/** Ids and findings in the provider's own words, such as of an endpoint that was made. */
export type DeploymentParts = Readonly<Record<string, string>>;

/** What a provider would make of a tuned model, found out before anything is made. */
export interface DeploymentPlan {
  /** What the provider deploys: `ml_…` at Together, `accounts/A/models/M` at Fireworks. */
  readonly source: string;
  /** The tuned model as its job names it. */
  readonly tunedModel: string;
  /** What was found that making it needs, kept with the order. */
  readonly setup: DeploymentParts;
  /** What it runs on, for people: `1 x nvidia-h100-80gb`; empty where nothing is rented. */
  readonly hardware: string;
  /** US$ for each hour that it runs, used or not; null where it is unknown, 0 where only tokens are billed. */
  readonly usdPerHour: number | null;
  /** What a person is to know before they agree; sentences. */
  readonly notes: readonly string[];
  /** Minutes of an idle stop to offer, where none was chosen and the provider has none by itself; null otherwise. */
  readonly offersIdleStop: number | null;
}

/** A deployment as it is asked for. Its name is drawn once, so that whatever is there of it is known again. */
export interface DeploymentOrder {
  /** Small letters, digits and dashes, 1 to 48. */
  readonly name: string;
  readonly source: string;
  readonly tunedModel: string;
  readonly setup: DeploymentParts;
  readonly choices: DeploymentChoices;
}

/**
 * How a deployment stands. `absent`: nothing of it is there; `ready`: the provider says so, which is no answer yet;
 * `stopped`: there, not running; `leaving`: on its way out.
 */
export type DeploymentStage = 'absent' | 'starting' | 'ready' | 'stopped' | 'failed' | 'leaving';

export interface DeploymentView {
  readonly stage: DeploymentStage;
  /** The provider's own word for it; empty where it has none. */
  readonly word: string;
  /** What the provider says of it besides, such as why it failed; empty for nothing. */
  readonly message: string;
  /** The name to chat with, once it is known. */
  readonly model: string | null;
  /** What is there, so that it need not be looked for again. */
  readonly parts: DeploymentParts;
}

/** A deployment of the provider's list, whoever made it. */
export interface ListedDeployment {
  readonly order: DeploymentOrder;
  readonly view: DeploymentView;
}

/** A deployment as it is kept: written down before the provider is asked for it. */
export interface DeploymentRecord {
  readonly key: string;
  readonly projectId: string;
  readonly providerId: string;
  /** The provider's, see `Provider`. */
  readonly address: string;
  readonly jobId: string | null;
  readonly order: DeploymentOrder;
  readonly view: DeploymentView;
  /** Milliseconds since the epoch, as are all times of it. */
  readonly askedAt: number;
  readonly seenAt: number;
  /** Whether it answered a call. */
  readonly answered: boolean;
  /** Whether a person wants it gone. */
  readonly leaving: boolean;
  /** Whether nothing of it is there any more, or never was. */
  readonly closed: boolean;
  readonly usdPerHour: number | null;
  /** Milliseconds it ran before `billedSince`. */
  readonly billedMs: number;
  /** Since when it has been running; null while it does not. */
  readonly billedSince: number | null;
}
