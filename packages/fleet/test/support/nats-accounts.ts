import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from "@nats-io/jwt";
import { createAccount, createOperator, createUser } from "@nats-io/nkeys";

/** A NATS that trusts an operator, and a user of one of its accounts. */
export interface OperatorSetup {
  /** The configuration of the server. */
  readonly config: string;
  /** The text of the user's creds file. */
  readonly creds: string;
}

/** Makes an operator with one account that may use JetStream, as `nsc` does. */
export async function createOperatorSetup(): Promise<OperatorSetup> {
  const [operator, system, account, user] = [
    createOperator(),
    createAccount(),
    createAccount(),
    createUser(),
  ];
  const operatorToken = await encodeOperator("operator", operator, {
    system_account: system.getPublicKey(),
  });
  const systemToken = await encodeAccount("SYS", system, {}, { signer: operator });
  const limits = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const unbounded = { subs: -1, conn: -1, leaf: -1, data: -1, payload: -1, wildcards: true };
  const accountToken = await encodeAccount(
    "APPS",
    account,
    { limits: { ...unbounded, imports: -1, exports: -1, ...limits } },
    { signer: operator },
  );
  const userToken = await encodeUser("app", user, account, {});
  return {
    creds: new TextDecoder().decode(fmtCreds(userToken, user)),
    config: `operator: ${operatorToken}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${system.getPublicKey()}: ${systemToken}
  ${account.getPublicKey()}: ${accountToken}
}
`,
  };
}
