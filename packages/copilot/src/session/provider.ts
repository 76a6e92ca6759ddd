import type {
  NamedProviderConfig as WireNamedProvider,
  ProviderConfig as WireProvider,
} from "@stubwright/copilot-protocol";

/** Who needs a token, and for which session. */
export interface ProviderTokenArgs {
  readonly providerName: string;
  readonly sessionId: string;
}

/**
 * Gives a bearer token, without the word `Bearer`. Asked for before every request to the provider;
 * keeping tokens as long as they last is its own part.
 */
export type BearerTokenProvider = (args: ProviderTokenArgs) => Promise<string>;

/** A model provider of the app's own: where it is, how to speak to it, and with which key. */
export interface ProviderConfig extends Omit<WireProvider, "hasBearerTokenProvider" | "headers"> {
  /** Headers of each request to the provider. */
  headers?: Record<string, string>;
  /** Gives the token for each request; it never leaves this process, and outranks a fixed key. */
  bearerTokenProvider?: BearerTokenProvider;
}

/** A model provider with a name, for settings with several. */
export interface NamedProviderConfig
  extends Omit<WireNamedProvider, "hasBearerTokenProvider" | "headers"> {
  /** Headers of each request to the provider. */
  headers?: Record<string, string>;
  /** Gives the token for each request; it never leaves this process, and outranks a fixed key. */
  bearerTokenProvider?: BearerTokenProvider;
}

/** A provider as the server is told of it. */
export function toWireProvider<P extends ProviderConfig | NamedProviderConfig>(
  provider: P,
): Omit<P, "bearerTokenProvider"> & { hasBearerTokenProvider?: boolean } {
  const { bearerTokenProvider, ...rest } = provider;
  return { ...rest, ...(bearerTokenProvider && { hasBearerTokenProvider: true }) };
}

/**
 * Finds who gives the tokens for a provider. The single provider of a session has a name that the
 * server makes up, so any name that is not another one's is taken for it.
 */
export function findTokenProvider(
  name: string,
  providers: readonly NamedProviderConfig[] | undefined,
  single: ProviderConfig | undefined,
): BearerTokenProvider | undefined {
  const named = providers?.find((provider) => provider.name === name);
  return named ? named.bearerTokenProvider : single?.bearerTokenProvider;
}
