import { useState } from "preact/hooks";
import type { VersionChange } from "../../../src/protocol.js";
import { store, useStore } from "../store.js";

/** Two versions of the protocol, with the verdict of each change. */
export function Versions() {
  const { target } = useStore();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState(target?.version ?? "");
  const [changes, setChanges] = useState<readonly VersionChange[]>();
  const [told, setTold] = useState("");
  const compare = async () => {
    setTold("Comparing…");
    setChanges(undefined);
    try {
      const answer = await store.rpc.request("inspector.diff", { from, to });
      setChanges(answer.changes);
      setTold(
        `${answer.changes.length} changes from ${answer.versions[0]} to ${answer.versions[1]}`,
      );
    } catch (error) {
      setTold((error as Error).message);
    }
  };
  return (
    <section class="main scroll" aria-label="Versions">
      <h2>Versions</h2>
      <div class="actions">
        <label class="inline">
          From
          <input
            type="text"
            value={from}
            placeholder="1.0.13"
            onInput={({ currentTarget }) => setFrom(currentTarget.value)}
          />
        </label>
        <label class="inline">
          to
          <input
            type="text"
            value={to}
            onInput={({ currentTarget }) => setTo(currentTarget.value)}
          />
        </label>
        <button
          type="button"
          class="primary"
          disabled={from === "" || to === ""}
          onClick={() => void compare()}
        >
          Compare
        </button>
      </div>
      <p role="status">{told}</p>
      {changes && (
        <table>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Change</th>
              <th scope="col">Place</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ verdict, what, place }, index) => (
              <tr key={index} class={verdict}>
                <td>{verdict}</td>
                <td>{what}</td>
                <td>
                  <code>{place}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
