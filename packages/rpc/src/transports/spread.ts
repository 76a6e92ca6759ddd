/** How many run in one turn of the loop. Ending a process costs it a tenth of a millisecond. */
const PER_TURN = 16;

const waiting: (() => void)[] = [];
let ran = 0;

/**
 * Runs a function at once, or in a later turn of the loop when many were run in this one: who ends a
 * hundred processes together must not hold up everything else.
 */
export function spread(act: () => void): void {
  if (ran === PER_TURN) {
    waiting.push(act);
    return;
  }
  if (ran === 0) setImmediate(nextTurn);
  ran++;
  act();
}

function nextTurn(): void {
  ran = 0;
  for (const act of waiting.splice(0, PER_TURN)) spread(act);
}
