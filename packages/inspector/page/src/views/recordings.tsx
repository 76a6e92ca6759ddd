import { useState } from "preact/hooks";
import { store, useStore } from "../store.js";

const SPEEDS = [0.5, 1, 2, 10, 100] as const;

/** Recordings: download, open, replay, export as a test. */
export function Recordings() {
  const { frames, target } = useStore();
  const [told, setTold] = useState("");
  const [speed, setSpeed] = useState(1);
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const link = (path: string) => `${path}?token=${encodeURIComponent(token)}`;
  const open = async (file: File | undefined) => {
    if (!file) return;
    try {
      const answer = await store.rpc.request("inspector.open", { text: await file.text() });
      setTold(`${answer.frames} messages were opened. The timeline shows them.`);
    } catch (error) {
      setTold((error as Error).message);
    }
  };
  const replay = (times: number) => {
    store.reset();
    void store.rpc.request("inspector.replay", { speed: times });
    setTold(times > 0 ? "The recording is being replayed: see the timeline." : "Stopped.");
  };
  return (
    <section class="main scroll" aria-label="Recordings">
      <h2>Recordings</h2>
      <p>
        {frames.length} messages with {target?.title}. Secrets are masked in what is downloaded.
      </p>
      <div class="actions">
        <a class="button primary" href={link("/recording.jsonl")} download="recording.jsonl">
          Download
        </a>
        <a class="button" href={link("/recording.test.ts")} download="recording.test.ts">
          Export as a test
        </a>
      </div>
      <p class="hint">The test runs with @stubwright/testkit and the recording beside it.</p>
      <h3>Open</h3>
      <label>
        A recording: JSON Lines
        <input
          type="file"
          accept=".jsonl,.ndjson"
          onChange={({ currentTarget }) => void open(currentTarget.files?.[0])}
        />
      </label>
      <h3>Replay</h3>
      <div class="actions">
        <label class="inline">
          Speed
          <select
            value={String(speed)}
            onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={String(each)}>
                {each}×
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => replay(speed)}>
          Replay
        </button>
        <button type="button" onClick={() => replay(0)}>
          Stop
        </button>
      </div>
      {told && <p role="status">{told}</p>}
    </section>
  );
}
