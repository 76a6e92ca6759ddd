import type { Frame } from "../../../src/protocol.js";

/** Which frames are shown; an empty member lets all pass. */
export interface FrameFilter {
  readonly method: string;
  readonly event: string;
  readonly session: string;
  readonly direction: "" | Frame["direction"];
  readonly text: string;
  readonly marked: boolean;
}

export const NO_FILTER: FrameFilter = {
  method: "",
  event: "",
  session: "",
  direction: "",
  text: "",
  marked: false,
};

/** Whether a frame passes. */
export function passes(frame: Frame, filter: FrameFilter): boolean {
  const { method, event, session, direction, text, marked } = filter;
  return (
    (direction === "" || frame.direction === direction) &&
    (method === "" || frame.method.includes(method)) &&
    (event === "" || (frame.event?.includes(event) ?? false)) &&
    (session === "" || frame.session === session) &&
    (!marked || frame.marks.length > 0) &&
    (text === "" || frame.text.toLowerCase().includes(text.toLowerCase()))
  );
}

/** The frames that pass, kept up as frames are added. */
export class FilteredFrames {
  readonly filter: FrameFilter;
  readonly found: Frame[] = [];
  /** The number of the last frame that was looked at. */
  #seen = 0;

  constructor(filter: FrameFilter) {
    this.filter = filter;
  }

  /** Looks at those that are new in a list, and forgets those that are no longer in it. */
  update(frames: readonly Frame[]): readonly Frame[] {
    const first = frames[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (this.found[0] && this.found[0].seq < first) {
      const gone = this.found.findIndex(({ seq }) => seq >= first);
      this.found.splice(0, gone === -1 ? this.found.length : gone);
    }
    for (const frame of frames.slice(Math.max(0, this.#seen + 1 - first))) {
      if (passes(frame, this.filter)) this.found.push(frame);
      this.#seen = frame.seq;
    }
    return this.found;
  }
}
