import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ts as tsApi } from "@ts-morph/common";
import { unescapePointer } from "../pointer.js";

type TypeScript = typeof tsApi;

/**
 * The line of a JSON Pointer in a file, JSON or a config in TypeScript or JavaScript; of the nearest
 * place above it that can be found. Without a pointer, that of the first syntax error of JSON.
 *
 * @returns Its number, counted from 1; undefined if there is none.
 */
export function lineOf(file: string, pointer: string | undefined): number | undefined {
  const isJson = file.endsWith(".json");
  if (!(isJson || /\.[cm]?[jt]s$/.test(file)) || !existsSync(file)) return undefined;
  // A whole compiler: it is loaded for an error alone.
  const { ts } = createRequire(import.meta.url)("@ts-morph/common") as { ts: TypeScript };
  const text = readFileSync(file, "utf8");
  const source = isJson
    ? ts.parseJsonText(file, text)
    : ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  if (isJson && "parseDiagnostics" in source) {
    const [wrong] = source.parseDiagnostics as readonly { start: number }[];
    if (wrong) return lineAt(wrong.start);
  }
  const root = rootOf(source, ts);
  if (pointer === undefined || !root) return undefined;
  const found = pointer
    .split("/")
    .slice(1)
    .map(unescapePointer)
    .reduce(
      ({ at, node }, key) => {
        const next = node && memberOf(node, key, ts);
        return next ?? { at, node: undefined };
      },
      { at: root as tsApi.Node, node: root as tsApi.Expression | undefined },
    );
  return lineAt(found.at.getStart(source));
}

/** The value of a JSON file, or the object that a module exports, as it is or through a call. */
function rootOf(source: tsApi.SourceFile, ts: TypeScript): tsApi.Expression | undefined {
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement)) return objectIn(statement.expression, ts);
    if (ts.isExpressionStatement(statement)) {
      const { expression } = statement;
      // module.exports = …
      return objectIn(ts.isBinaryExpression(expression) ? expression.right : expression, ts);
    }
  }
  return undefined;
}

function objectIn(expression: tsApi.Expression, ts: TypeScript): tsApi.Expression | undefined {
  if (ts.isCallExpression(expression)) {
    const [first] = expression.arguments;
    return first && objectIn(first, ts);
  }
  if (ts.isSatisfiesExpression(expression) || ts.isAsExpression(expression)) {
    return objectIn(expression.expression, ts);
  }
  return expression;
}

function memberOf(node: tsApi.Expression, key: string, ts: TypeScript) {
  if (ts.isArrayLiteralExpression(node)) {
    const item = node.elements[Number(key)];
    return item && { at: item as tsApi.Node, node: item as tsApi.Expression | undefined };
  }
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const member = node.properties.find(
    ({ name }) => name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text === key,
  );
  if (!member) return undefined;
  const value = ts.isPropertyAssignment(member) ? member.initializer : undefined;
  return { at: member as tsApi.Node, node: value as tsApi.Expression | undefined };
}
