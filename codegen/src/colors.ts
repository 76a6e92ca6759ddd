import pc from "picocolors";

/** Colours for what is written to stdout. */
export const onStdout = colorsOf(process.stdout);
/** Colours for what is written to stderr. */
export const onStderr = colorsOf(process.stderr);

/** A terminal gets colours and a pipe none, unless `NO_COLOR` or `FORCE_COLOR` say otherwise. */
function colorsOf(stream: NodeJS.WriteStream) {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return pc.createColors(false);
  if (FORCE_COLOR) return pc.createColors(FORCE_COLOR !== "0");
  return pc.createColors(stream.isTTY === true && TERM !== "dumb");
}
