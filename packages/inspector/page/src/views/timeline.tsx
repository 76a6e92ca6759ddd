import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Frame } from "../../../src/protocol.js";
import { useStore } from "../store.js";
import { Charts } from "./charts.js";
import { FilteredFrames, NO_FILTER } from "./filter.js";

/** The height of a row, in pixels: as in the style. All rows have it, so that any can be found. */
const ROW = 26;
/** Rows above and below those that are seen. */
const MORE = 10;

/** Every frame, both ways. */
export function Timeline() {
  const { frames, target } = useStore();
  const [filter, setFilter] = useState(NO_FILTER);
  const [paused, setPaused] = useState<readonly Frame[]>();
  const [chosen, setChosen] = useState<Frame>();
  const filtered = useMemo(() => new FilteredFrames(filter), [filter]);
  const found = paused ?? filtered.update(frames);
  const sessions = useMemo(
    () => [...new Set(frames.flatMap(({ session }) => session ?? []))],
    [frames.length],
  );
  const set = (part: Partial<typeof filter>) => {
    setPaused(undefined);
    setFilter({ ...filter, ...part });
  };
  return (
    <div class="timeline">
      <Charts frames={frames} />
      <div class="filters">
        <input
          type="search"
          placeholder="text"
          aria-label="Filter by text"
          value={filter.text}
          onInput={({ currentTarget }) => set({ text: currentTarget.value })}
        />
        <input
          type="text"
          placeholder="method"
          aria-label="Filter by method"
          list="known-methods"
          value={filter.method}
          onInput={({ currentTarget }) => set({ method: currentTarget.value })}
        />
        <datalist id="known-methods">
          {target?.methods.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {(target?.events.length ?? 0) > 0 && (
          <input
            type="text"
            placeholder="event type"
            aria-label="Filter by event type"
            list="known-events"
            value={filter.event}
            onInput={({ currentTarget }) => set({ event: currentTarget.value })}
          />
        )}
        <datalist id="known-events">
          {target?.events.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <select
          aria-label="Filter by session"
          value={filter.session}
          onChange={({ currentTarget }) => set({ session: currentTarget.value })}
        >
          <option value="">all sessions</option>
          {sessions.map((session) => (
            <option key={session} value={session}>
              {session}
            </option>
          ))}
        </select>
        <select
          aria-label="Filter by direction"
          value={filter.direction}
          onChange={({ currentTarget }) =>
            set({ direction: currentTarget.value as "" | "in" | "out" })
          }
        >
          <option value="">both ways</option>
          <option value="in">in</option>
          <option value="out">out</option>
        </select>
        <label class="inline">
          <input
            type="checkbox"
            checked={filter.marked}
            onChange={({ currentTarget }) => set({ marked: currentTarget.checked })}
          />
          unusual
        </label>
        <button
          type="button"
          aria-pressed={paused !== undefined}
          onClick={() => setPaused(paused ? undefined : [...found])}
        >
          {paused ? "Go on" : "Pause"}
        </button>
        <span class="hint" role="status">
          {found.length} of {frames.length}
        </span>
      </div>
      <div class="frames">
        <Rows
          frames={found}
          count={found.length}
          chosen={chosen}
          onChoose={setChosen}
          follow={!paused}
        />
        {chosen && <Detail frame={chosen} onClose={() => setChosen(undefined)} />}
      </div>
    </div>
  );
}

function Rows(props: {
  frames: readonly Frame[];
  count: number;
  chosen: Frame | undefined;
  onChoose: (frame: Frame) => void;
  follow: boolean;
}) {
  const { frames, count, chosen, onChoose, follow } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [view, setView] = useState({ top: 0, height: 600 });
  const look = () => {
    if (!box.current) return;
    const { scrollTop, clientHeight, scrollHeight } = box.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < ROW * 2;
    setView({ top: scrollTop, height: clientHeight });
  };
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (follow && atEnd.current && box.current) box.current.scrollTop = count * ROW;
  }, [count, follow]);
  const first = Math.max(0, Math.floor(view.top / ROW) - MORE);
  const last = Math.min(count, Math.ceil((view.top + view.height) / ROW) + MORE);
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !box.current) return;
    event.preventDefault();
    const at = chosen ? frames.indexOf(chosen) + step : first + MORE;
    const next = frames[at];
    if (!next) return;
    onChoose(next);
    const { scrollTop, clientHeight } = box.current;
    if (at * ROW < scrollTop) box.current.scrollTop = at * ROW;
    if ((at + 1) * ROW > scrollTop + clientHeight)
      box.current.scrollTop = (at + 1) * ROW - clientHeight;
  };
  return (
    <div
      ref={box}
      class="rows scroll"
      role="listbox"
      aria-label="Frames"
      tabIndex={0}
      onScroll={look}
      onKeyDown={onKey}
    >
      <div style={{ height: `${count * ROW}px`, position: "relative" }}>
        {frames.slice(first, last).map((frame, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself has the keys.
          <div
            key={frame.seq}
            role="option"
            aria-selected={frame === chosen}
            tabIndex={-1}
            class={`frame ${frame.direction} ${frame.marks.join(" ")} ${frame === chosen ? "chosen" : ""}`}
            style={{ top: `${(first + index) * ROW}px` }}
            onClick={() => onChoose(frame)}
          >
            <span class="time">{new Date(frame.at).toISOString().slice(11, 23)}</span>
            <span class="way">{frame.direction === "in" ? "←" : "→"}</span>
            <span class="kind">{frame.kind}</span>
            <span class="what">{frame.event ?? frame.method}</span>
            <span class="marks">{frame.marks.join(" ")}</span>
            <span class="ms">{frame.ms === undefined ? "" : `${frame.ms} ms`}</span>
            <span class="bytes">{frame.bytes} B</span>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Longer texts are cut: a browser takes long to lay out megabytes. */
const SHOWN = 200_000;

function Detail({ frame, onClose }: { frame: Frame; onClose: () => void }) {
  const pretty = JSON.stringify(JSON.parse(frame.text), null, 2);
  return (
    <aside class="detail" aria-label={`Frame ${frame.seq}`}>
      <div class="actions">
        <strong>{frame.event ?? frame.method}</strong>
        <button type="button" class="quiet" onClick={onClose} aria-label="Close the frame">
          ×
        </button>
      </div>
      <pre class="scroll">{pretty.slice(0, SHOWN)}</pre>
    </aside>
  );
}
