import type { Bench } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";
import { added, anotherOf } from "./projecting.ts";

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
        const [other, reader] = [await anotherOf(bench), await anotherOf(bench)];
        const one = await added(bench);
        const two = await added(bench, { version: 2, role: "building" });
        for (const [from, of] of [one, two, one, two].entries()) {
          const working = Promise.withResolvers<void>();
          const goOn = Promise.withResolvers<void>();
          const at = { shard: 1, from: Math.floor(from / 2), to: Math.floor(from / 2) + 1 };
          let before: unknown;
          const advanced = bench.projections.advance(of, [at], async () => {
            working.resolve();
            await goOn.promise;
            before = await reader.list();
          });
          await working.promise;
          const promoted = other.promote(from % 2 === 0 ? two : one, undefined);
          // Whoever does not wait is done before this, at the latest when it was read whether he is.
          await reader.list();
          goOn.resolve();
          expectSame(await advanced, true, "the answer to the advance");
          const roles = (before as Awaited<ReturnType<typeof reader.list>>)
            .filter(({ name }) => name === bench.type)
            .map(({ role }) => role);
          expectSame(roles.indexOf("live"), from % 2, "which was live while the work was done");
          expectSame(await promoted, true, "the answer to the promotion");
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
