import type { Bench } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { added, anotherOf, busyIn, letterOf } from "./projecting.ts";

/** Versions that take the place of others. */
export const promotionCases: readonly ContractCase[] = [
  ...casesOf(
    "projections",
    {
      "a version is promoted once: it is live, and the live one the previous": async (bench) => {
        await added(bench);
        const two = await added(bench, { version: 2, role: "building" });
        expectSame(await bench.projections.promote({ ...two, version: 3 }, undefined), false, "one that is not there");
        const answers = await Promise.all([1, 2].map(() => bench.projections.promote(two, undefined)));
        expectSame(answers.toSorted(), [false, true], "the answers");
        expectSame(await rolesIn(bench), { 1: "previous", 2: "live" }, "the roles");
        expectSame(await bench.projections.promote(two, undefined), false, "the answer to one that is live");
      },

      "the previous version can be live again": async (bench) => {
        const one = await added(bench);
        const two = await added(bench, { version: 2, role: "building" });
        await bench.projections.promote(two, undefined);
        expectSame(await bench.projections.promote(one, undefined), true, "the answer");
        expectSame(await rolesIn(bench), { 1: "live", 2: "previous" }, "the roles");
        expectSame(await bench.projections.offsets(two), [0, 0, 0, 0], "the offsets of version 2");
      },
    },
    { needs: ["projections"] },
  ),

  ...casesOf(
    "projections",
    {
      "a promotion waits for an advance that is under way": async (bench) => {
        const other = await anotherOf(bench);
        const one = await added(bench);
        const two = await added(bench, { version: 2, role: "building" });
        for (const [turn, of] of [one, two, one, two].entries()) {
          const from = Math.floor(turn / 2);
          const ended: string[] = [];
          const working = Promise.withResolvers<void>();
          const advanced = bench.projections.advance(of, [{ shard: 1, from, to: from + 1 }], async (transaction) => {
            working.resolve();
            await busyIn(transaction, letterOf(1, from + 1));
            ended.push("work");
          });
          await working.promise;
          const promoted = other.promote(turn % 2 === 0 ? two : one, undefined).then((answer) => {
            ended.push("promotion");
            return answer;
          });
          expectSame(await Promise.all([advanced, promoted]), [true, true], "the answers");
          expectSame(ended, ["work", "promotion"], "what ended first");
        }
      },
    },
    { needs: ["projections", "sharing"] },
  ),
];

async function rolesIn({ projections, type }: Bench): Promise<Readonly<Record<number, string>>> {
  const versions = (await projections.list()).filter(({ name }) => name === type);
  return Object.fromEntries(versions.map(({ version, role }) => [version, role]));
}
