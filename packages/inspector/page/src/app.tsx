import { useEffect, useState } from "preact/hooks";
import { store, useStore } from "./store.js";
import { Asks } from "./views/asks.js";
import { Help } from "./views/help.js";
import { Methods } from "./views/methods.js";
import { Recordings } from "./views/recordings.js";
import { Sessions } from "./views/sessions.js";
import { Timeline } from "./views/timeline.js";
import { Versions } from "./views/versions.js";

const TABS = ["Methods", "Sessions", "Asks", "Timeline", "Recordings", "Versions"] as const;
type Tab = (typeof TABS)[number];

/** The whole page. */
export function App() {
  const { target, connection, isOpen, asks } = useStore();
  const [tab, setTab] = useState<Tab>(() => (location.hash.slice(1) as Tab) || "Methods");
  const [helps, setHelps] = useState(false);
  const tabs = TABS.filter(
    (each) =>
      (each !== "Sessions" || target?.features.sessions) &&
      (each !== "Versions" || target?.features.versions),
  );
  const shown = tabs.includes(tab) ? tab : "Methods";
  useEffect(() => {
    history.replaceState(null, "", `#${shown}`);
  }, [shown]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") setHelps(false);
      const typing = (event.target as HTMLElement).closest("input, textarea, select, .editor");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const number = Number(event.key);
      if (number >= 1 && number <= tabs.length) setTab(tabs[number - 1] as Tab);
      if (event.key === "?") setHelps(true);
      if (event.key === "/") {
        document.querySelector<HTMLElement>("input[type=search]")?.focus();
        event.preventDefault();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [tabs]);
  return (
    <>
      <header>
        <h1>{target?.title ?? "Stubwright Inspector"}</h1>
        {target && (
          <span class="hint">
            {target.protocol} {target.version}
          </span>
        )}
        <State />
        <div class="tabs" role="tablist" aria-label="Views">
          {tabs.map((each) => (
            <button
              type="button"
              role="tab"
              key={each}
              id={`tab-${each}`}
              aria-selected={each === shown}
              aria-controls="view"
              onClick={() => setTab(each)}
            >
              {each}
              {each === "Asks" && asks.length > 0 && <span class="badge">{asks.length}</span>}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="quiet"
          aria-label="Keyboard shortcuts"
          onClick={() => setHelps(true)}
        >
          ?
        </button>
      </header>
      {!isOpen && target && (
        <p class="banner" role="alert">
          The inspector has ended, or cannot be reached. This page reconnects by itself.
        </p>
      )}
      {connection.error && (
        <div class="banner" role="alert">
          <pre>{connection.error.message}</pre>
          {connection.error.remedy && <p>{connection.error.remedy}</p>}
          <button type="button" onClick={() => void store.rpc.request("inspector.reconnect", {})}>
            Reconnect
          </button>
        </div>
      )}
      <main>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${shown}`} tabIndex={-1}>
          {shown === "Methods" && <Methods />}
          {shown === "Sessions" && <Sessions />}
          {shown === "Asks" && <Asks />}
          {shown === "Timeline" && <Timeline />}
          {shown === "Recordings" && <Recordings />}
          {shown === "Versions" && <Versions />}
        </div>
      </main>
      {helps && <Help tabs={tabs} onClose={() => setHelps(false)} />}
    </>
  );
}

function State() {
  const { connection, isOpen, target } = useStore();
  const state = !isOpen ? "closed" : target?.kind === "recording" ? "recording" : connection.state;
  return (
    <span class={`state ${state}`} role="status">
      {state}
    </span>
  );
}
