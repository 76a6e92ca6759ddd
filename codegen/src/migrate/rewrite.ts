import type { ts as TS } from "@ts-morph/common";
import { ts } from "../emit/libraries.js";

/** The packages that an app of the established SDK imports, and what takes their place. */
const MODULES: Readonly<Record<string, string>> = {
  "@github/copilot-sdk": "@stubwright/copilot",
  "@github/copilot-sdk/extension": "@stubwright/copilot/extension",
};

/** A place that a person has to look at. */
export interface Note {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** What becomes of a file. */
export interface Rewritten {
  readonly text: string;
  /** How many imports were changed. */
  readonly imports: number;
  readonly notes: readonly Note[];
}

/** Functions whose first argument names a module. */
const LOADERS =
  /^(?:require|require\.resolve|import\.meta\.resolve|(?:jest|vi)\.\w*[mM]ock\w*|vi\.importActual)$/;

/**
 * Changes the imports of a file, in whichever form: `import`, `export from`, `require`, `import()`,
 * types, mocks of test runners. The rest of the text stays as it is.
 *
 * @param name - The file's name, whose ending says which language it is.
 */
export function rewrite(name: string, text: string): Rewritten {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const edits: { readonly node: TS.StringLiteralLike; readonly module: string }[] = [];
  const notes: Note[] = [];
  const note = (node: TS.Node, message: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    notes.push({ line: line + 1, message });
  };
  const visit = (node: TS.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      const module = Object.hasOwn(MODULES, node.text) ? MODULES[node.text] : undefined;
      if (module !== undefined && namesModule(node)) edits.push({ node, module });
      else if (module === undefined && node.text.startsWith("@github/copilot-sdk/")) {
        note(
          node,
          `There is no counterpart of ${node.text}: import what you need from @stubwright/copilot.`,
        );
      }
    }
    hint(node, note);
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (edits.length === 0)
    return {
      text,
      imports: 0,
      notes: notes.filter(({ message }) => message.startsWith("There is no")),
    };
  let changed = text;
  for (const { node, module } of edits.reverse()) {
    // Within the quotes, which stay as they are.
    changed =
      changed.slice(0, node.getStart(source) + 1) + module + changed.slice(node.getEnd() - 1);
  }
  return { text: changed, imports: edits.length, notes };
}

/** Whether a text is the name of a module that is loaded there. */
function namesModule(node: TS.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  if (ts.isExternalModuleReference(parent) || ts.isModuleDeclaration(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
  const { expression } = parent;
  return expression.kind === ts.SyntaxKind.ImportKeyword || LOADERS.test(expression.getText());
}

/** What behaves in another way, as the table in docs/migration.md has it. */
function hint(node: TS.Node, note: (node: TS.Node, message: string) => void): void {
  if (ts.isStringLiteralLike(node)) {
    if (node.text === "vscode-jsonrpc" || node.text.startsWith("vscode-jsonrpc/")) {
      note(node, "Errors of calls are RpcError of @stubwright/copilot, with `code` and `cause`.");
    }
    if (/session not found/i.test(node.text)) {
      note(
        node,
        "A session that the runtime has forgotten is resumed by the next call; `resumeForgotten: false` keeps the error.",
      );
    }
  }
  if (
    (ts.isPropertyAssignment(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isShorthandPropertyAssignment(node)) &&
    node.name.getText() === "onPreToolUse"
  ) {
    note(node, "A pre-tool hook that throws denies the tool: catch in it what may pass.");
  }
}
