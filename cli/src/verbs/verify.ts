import { storeOptions } from "./store-options.ts";
import type { Verb } from "./verb.ts";

const help = `
What is looked at:
  positions of each shard, and revisions of each entity: from 1 on, without a gap, in one order
  each event is in the shard of its entity
  no command took effect twice
  the rows that appends lock, where the store has such
  offsets of projections: one for each shard, none beyond its end, of one live version; and who runs them
  types of events that the application does not know: a warning

Exit codes:
  0  the journal is sound; there may be warnings
  1  it is not
  2  it could not be found out`;

export const verifyVerb: Verb = {
  name: "verify",
  verdict: true,
  declare(ego, { host, exit }) {
    const verify = ego
      .command("verify")
      .description("Look whether the whole journal is as it has to be. Changes nothing.");
    storeOptions(verify)
      .option("--json", "print JSON")
      .addHelpText("after", help)
      .action(async (options: { store?: string; schema?: string; json?: true }) => {
        const { verify } = await import("../commands/verify.ts");
        exit(await verify(host, options));
      });
  },
};
