/** How servers say that there is no account (1.0.20 to 1.0.102). */
const NO_LOGIN = /not authenticated|no github oauth token|please authenticate/i;

const REMEDY =
  "Log in (`npx @github/copilot`, then `/login`), set the option gitHubToken, or give the session a provider.";

/** What a server says, with the remedy if it says that nobody is logged in. */
export function withLoginRemedy(message: string): string {
  return NO_LOGIN.test(message) ? `${message}\n${REMEDY}` : message;
}
