import { defineConfig } from "stubwright";

export default defineConfig({
  protocols: [{ source: "schema/source.json", out: "src/generated" }],
});
