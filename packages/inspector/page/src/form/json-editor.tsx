import { useEffect, useRef, useState } from "preact/hooks";
import type { Editor } from "./code-mirror.js";

/** A value as JSON. What is no JSON is said, and never replaced by what was there before. */
export function JsonEditor({
  label,
  value,
  onChange,
  onInvalid,
}: {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Told whether the text is no JSON. */
  onInvalid?: (isInvalid: boolean) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const handlers = useRef({ onChange, onInvalid });
  handlers.current = { onChange, onInvalid };
  const [problem, setProblem] = useState("");
  const latest = useRef(value);
  const text = value === undefined ? "" : JSON.stringify(value, null, 2);

  useEffect(() => {
    let gone = false;
    // The editor is most of the page's weight, and the first view can do without.
    void import("./code-mirror.js").then(({ createEditor }) => {
      if (gone || !place.current) return;
      editor.current = createEditor(place.current, label, toText(latest.current), (typed) => {
        try {
          const parsed: unknown = typed.trim() === "" ? undefined : JSON.parse(typed);
          latest.current = parsed;
          setProblem("");
          handlers.current.onInvalid?.(false);
          handlers.current.onChange(parsed);
        } catch (error) {
          setProblem((error as Error).message);
          handlers.current.onInvalid?.(true);
        }
      });
    });
    return () => {
      gone = true;
      editor.current?.destroy();
    };
  }, [label]);

  useEffect(() => {
    // What the form has changed. What was typed here is the text already.
    if (toText(latest.current) === text) return;
    latest.current = value;
    setProblem("");
    handlers.current.onInvalid?.(false);
    editor.current?.set(text);
  }, [text, value]);

  return (
    <div class="json">
      <div ref={place} class="editor" />
      {problem && (
        <p class="problem" role="alert">
          This is no JSON: {problem}
        </p>
      )}
    </div>
  );
}

function toText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}
