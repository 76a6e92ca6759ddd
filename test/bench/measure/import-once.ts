// Imports a module and prints how many milliseconds that took.
const started = performance.now();
await import(process.argv[2]!);
console.log(performance.now() - started);
process.exit();
