/** The folder that a recording says its session was in. */
export const RECORDED_FOLDER = "/home/user/project";

/** The file of a recorded run; `pnpm run peers --record` writes it. */
export function recordingOf(name: string): URL {
  return new URL(`recordings/${name}.jsonl`, import.meta.url);
}
