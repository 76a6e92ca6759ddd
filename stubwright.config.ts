import { defineConfig } from "stubwright";

export default defineConfig({
  protocols: [
    { source: "schema/copilot/source.json", out: "generated/copilot/src", jsonValues: true },
  ],
});
