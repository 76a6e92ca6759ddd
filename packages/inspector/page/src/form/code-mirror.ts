import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** An editor for JSON. */
export interface Editor {
  /** Puts another text in. */
  set(text: string): void;
  destroy(): void;
}

/** By variables of the style, which knows light and dark. */
const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--text)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--accent)" },
]);

const theme = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "transparent" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--text)" },
  "&.cm-focused": { outline: "none" },
});

/** Makes an editor. Tab leaves it, so that it is no trap for the keyboard. */
export function createEditor(
  parent: HTMLElement,
  label: string,
  text: string,
  onInput: (text: string) => void,
): Editor {
  let isOurs = false;
  const state = EditorState.create({
    doc: text,
    extensions: [
      history(),
      bracketMatching(),
      json(),
      syntaxHighlighting(colors),
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": `${label} as JSON` }),
      EditorView.updateListener.of(({ docChanged, state: { doc } }) => {
        if (docChanged && !isOurs) onInput(doc.toString());
      }),
      theme,
    ],
  });
  const view = new EditorView({ state, parent });
  return {
    set: (next) => {
      isOurs = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      isOurs = false;
    },
    destroy: () => view.destroy(),
  };
}
