import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The account that factories need: one that is billed in AI credits. */
const USER = {
  login: "tester",
  id: 1,
  access_type_sku: "plus_monthly_subscriber",
  copilot_plan: "individual_pro",
  chat_enabled: true,
  token_based_billing: true,
  organization_list: [],
  endpoints: {},
};

/** The part of GitHub that a CLI asks for its account, on loopback. */
export interface FakeGitHub extends AsyncDisposable {
  /** Variables that lead a CLI to it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts it. There is no such account and no such token. */
export async function startFakeGitHub(): Promise<FakeGitHub> {
  const server = createServer((request, response) => {
    const known = request.url?.startsWith("/copilot_internal/user");
    response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(known ? USER : { message: "Not Found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: { COPILOT_DEBUG_GITHUB_API_URL: url, COPILOT_API_URL: url },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
