import { expect, test } from "vitest";
import { method, protocolOf } from "./inline.js";

test("a definition that is named after its document does not take the name of another one", () => {
  const shape = (member: string) => ({ type: "object", properties: { [member]: {} } });
  const { types, methods } = protocolOf({
    api: { definitions: { Foo: shape("a") } },
    events: {
      server: {
        foo: method("foo", { $ref: "#/definitions/Foo" }),
        eventsFoo: method("eventsFoo", { $ref: "#/definitions/EventsFoo" }),
      },
      definitions: { Foo: shape("b"), EventsFoo: shape("c") },
    },
  });
  expect(methods.map(({ params }) => params)).toEqual(["EventsFoo2", "EventsFoo"]);
  expect(types).toMatchObject({ Foo: shape("a"), EventsFoo2: shape("b"), EventsFoo: shape("c") });
});
