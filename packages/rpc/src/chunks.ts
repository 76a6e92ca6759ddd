// A second entry to all that `index.ts` has: it makes the bundler put the code into shared chunks, so
// that index.js holds re-exports alone, and an app's bundler takes the chunks of what it uses.
export * from "./index.js";
