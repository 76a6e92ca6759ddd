import { appendFile, link, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the first line of an epoch's file says. */
interface Head {
  /** How many bytes count of the files of earlier epochs; those not named count for nothing. */
  readonly seals: Readonly<Record<number, number>>;
}

const LF = 10;

/**
 * The log of one session in a folder: a file for each epoch, which only the holder of that epoch
 * writes. Making the next file, which only one can, ends the epoch: its first line says how many
 * bytes of the earlier files count, so that what a deposed holder adds later is no part of the log.
 */
export class FolderLog {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The newest epoch; 0 if there is none. */
  async epoch(): Promise<number> {
    return (await this.#epochs()).at(-1) ?? 0;
  }

  /** Begins an epoch. False if somebody else has begun it. */
  async begin(epoch: number): Promise<boolean> {
    const earlier = (await this.#epochs()).filter((each) => each < epoch);
    const file = await openNew(this.#file(epoch));
    if (!file) return false;
    try {
      // Only what is written before this moment counts; the files are measured after it.
      const last = await this.#lastHead(earlier);
      const seals: Record<number, number> = {};
      for (const each of earlier) {
        const counts = last && each < last.epoch ? last.head.seals[each] : await this.#whole(each);
        if (counts !== undefined) seals[each] = counts;
      }
      await file.appendFile(line(JSON.stringify({ seals } satisfies Head)));
      return true;
    } finally {
      await file.close();
    }
  }

  /** Begins an epoch with these entries in place of all earlier ones. False as of {@link begin}. */
  async beginWith(epoch: number, entries: readonly Uint8Array[]): Promise<boolean> {
    const part = join(this.#folder, `part-${epoch}-${crypto.randomUUID()}`);
    const head = line(JSON.stringify({ seals: {} } satisfies Head));
    await writeFile(part, Buffer.concat([head, ...entries.map(toLine)]));
    try {
      await link(part, this.#file(epoch));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(part, { force: true });
    }
    for (const each of await this.#epochs()) {
      // The one before stays, since its holder's name for it must not become free.
      if (each < epoch - 1) await rm(this.#file(each), { force: true });
    }
    return true;
  }

  /** Adds an entry. False if the epoch is over. */
  async append(epoch: number, entry: Uint8Array): Promise<boolean> {
    if (await this.#isOver(epoch)) return false;
    await appendFile(this.#file(epoch), toLine(entry));
    // Measured before or after, nobody knows: then it is refused.
    return !(await this.#isOver(epoch));
  }

  /** All entries that count. */
  async read(): Promise<Uint8Array[]> {
    const epochs = await this.#epochs();
    const last = await this.#lastHead(epochs);
    if (!last) return [];
    const entries: Uint8Array[] = [];
    for (const epoch of epochs.filter((each) => each <= last.epoch)) {
      const counts = epoch === last.epoch ? Number.POSITIVE_INFINITY : last.head.seals[epoch];
      if (counts === undefined) continue;
      const bytes = await readFile(this.#file(epoch));
      entries.push(...wholeLines(bytes.subarray(0, counts)).slice(1).map(fromLine));
    }
    return entries;
  }

  async #isOver(epoch: number): Promise<boolean> {
    return stat(this.#file(epoch + 1)).then(
      () => true,
      () => false,
    );
  }

  async #whole(epoch: number): Promise<number> {
    return (await readFile(this.#file(epoch))).lastIndexOf(LF) + 1;
  }

  async #lastHead(epochs: readonly number[]): Promise<{ epoch: number; head: Head } | undefined> {
    for (const epoch of [...epochs].reverse()) {
      const [first] = wholeLines(await readFile(this.#file(epoch)));
      if (first) return { epoch, head: JSON.parse(first.toString()) as Head };
    }
    return undefined;
  }

  async #epochs(): Promise<number[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .flatMap((name) => /^log-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => one - other);
  }

  #file(epoch: number): string {
    return join(this.#folder, `log-${epoch}`);
  }
}

async function openNew(file: string) {
  try {
    return await open(file, "ax");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

/** Entries are any bytes, so that a line is their base64. */
function toLine(entry: Uint8Array): Buffer {
  return line(Buffer.from(entry).toString("base64"));
}

function fromLine(text: Buffer): Uint8Array {
  return Buffer.from(text.toString("latin1"), "base64");
}

function line(text: string): Buffer {
  return Buffer.from(`${text}\n`);
}

/** The lines that have their end; a crash may leave one without. */
function wholeLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let to = bytes.indexOf(LF); to >= 0; to = bytes.indexOf(LF, from)) {
    lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}
