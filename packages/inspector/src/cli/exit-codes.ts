/** What the commands exit with. */
export const EXIT = { done: 0, mistake: 1, refused: 4, mismatch: 5, bug: 70 } as const;
