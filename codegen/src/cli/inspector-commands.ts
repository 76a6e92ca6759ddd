/** The commands that the package `@stubwright/inspector` brings, and what each does. */
export const INSPECTOR_COMMANDS: Readonly<Record<string, string>> = {
  inspect: "show a server and its protocol on a page on loopback",
  call: "call one method of a server",
  listen: "print what a server sends, as JSON Lines",
};
