// The process that reads the journal when all is over, through a store of its own. Its argument is an object as JSON:
// where the journal is, the plan, and the file to write.
import { writeJournal } from "./journal-writer.ts";
import { type Place, storeAt } from "./place.ts";
import { planOf } from "./plan.ts";

const { place, seed, commands, path }: { place: Place; seed: number; commands: number; path: string } = JSON.parse(
  process.argv[2] ?? "",
);
await writeJournal(storeAt(place), planOf(seed, commands), path);
