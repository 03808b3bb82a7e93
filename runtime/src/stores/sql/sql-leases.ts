import { type Kysely, sql } from "kysely";
import type { PartLease, ProjectionRecord, ProjectionStore, ProjectionView } from "../../journal/projection-store.ts";
import type { JournalDatabase } from "./schema.ts";
import { inTransaction, orReplace } from "./sql-projection-facts.ts";
import { recordOf } from "./sql-projection-records.ts";
import { plainText } from "./sql-values.ts";

/** Who runs which part. A node prolongs all that it has by its own row, however many parts there are. */
export function openSqlLeases(
  db: Kysely<JournalDatabase>,
): Pick<ProjectionStore, "heartbeat" | "view" | "take" | "release"> {
  const everything = everythingIn(db);

  async function look(now: number): Promise<{ readonly view: ProjectionView; readonly gone: boolean }> {
    const projections: ProjectionRecord[] = [];
    const leases: PartLease[] = [];
    const times = new Map<string, number>();
    const handles = new Map<string, readonly string[]>();
    for (const { kind, name: key, version, part, time, text, wanted, failure } of await everything.execute()) {
      const name = plainText(key);
      if (Number(kind) === kinds.projection) {
        projections.push(recordOf({ name, version, role: text, wanted, failure, parts: part, begun_at: time }));
      } else if (Number(kind) === kinds.lease) {
        const owner = text === null ? undefined : plainText(text);
        leases.push({ name, version: Number(version), part: Number(part), owner, expiresAt: Number(time) });
      } else {
        times.set(name, Number(time));
        if (Number(time) >= now) handles.set(name, JSON.parse(plainText(text ?? "[]")));
      }
    }
    const there = [...times].filter(([, time]) => time >= now).map(([name]) => name);
    const view = {
      projections: projections.sort(byVersion),
      leases: leases
        .map((lease) => ({ ...lease, expiresAt: Math.max(lease.expiresAt, times.get(lease.owner ?? "") ?? 0) }))
        .sort((a, b) => byVersion(a, b) || a.part - b.part),
      nodes: there.toSorted(),
      handles,
    };
    return { view, gone: there.length < times.size };
  }

  return {
    async heartbeat(node, now, expiresAt, handles) {
      await db
        .insertInto("ego_nodes")
        .values({ node, handles: JSON.stringify(handles), expires_at: expiresAt })
        .modifyEnd(orReplace(db, ["node"], ["handles", "expires_at"]))
        .execute();
      const { view, gone } = await look(now);
      if (gone) await db.deleteFrom("ego_nodes").where("expires_at", "<", now).execute();
      return view;
    },

    view: async (now) => (await look(now)).view,

    async take({ name, version, part, owner = null, expiresAt }, from) {
      const { numUpdatedRows } = await db
        .updateTable("ego_leases")
        .set({ owner, expires_at: expiresAt })
        .where("projection", "=", name)
        .where("version", "=", version)
        .where("part", "=", part)
        .where((eb) =>
          from === undefined ? eb("owner", "is", null) : eb.or([eb("owner", "is", null), eb("owner", "=", from)]),
        )
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows) > 0;
    },

    release(node, parts) {
      return inTransaction(db, async (trx) => {
        const owned = trx.updateTable("ego_leases").set({ owner: null, expires_at: 0 }).where("owner", "=", node);
        for (const { name, version, part } of parts ?? []) {
          await owned.where("projection", "=", name).where("version", "=", version).where("part", "=", part).execute();
        }
        if (parts !== undefined) return;
        await owned.execute();
        await trx.deleteFrom("ego_nodes").where("node", "=", node).execute();
      });
    },
  };
}

const kinds = { projection: 0, lease: 1, node: 2 } as const;

/** All there is, in one statement. */
function everythingIn(db: Kysely<JournalDatabase>) {
  const nothing = sql<string | null>`null`;
  const number = (value: number) => sql<number>`${sql.lit(value)}`;
  return db
    .selectFrom("ego_projections")
    .select((eb) => [
      number(kinds.projection).as("kind"),
      "name",
      "version",
      "parts as part",
      "begun_at as time",
      eb.ref("role").$castTo<string | null>().as("text"),
      eb.ref("wanted").$castTo<string | null>().as("wanted"),
      "failure",
    ])
    .unionAll((eb) =>
      eb
        .selectFrom("ego_leases")
        .select([
          number(kinds.lease).as("kind"),
          "projection as name",
          "version",
          "part",
          "expires_at as time",
          "owner as text",
          nothing.as("wanted"),
          nothing.as("failure"),
        ]),
    )
    .unionAll((union) =>
      union
        .selectFrom("ego_nodes")
        .select((eb) => [
          number(kinds.node).as("kind"),
          "node as name",
          number(0).as("version"),
          number(0).as("part"),
          "expires_at as time",
          eb.ref("handles").$castTo<string | null>().as("text"),
          nothing.as("wanted"),
          nothing.as("failure"),
        ]),
    );
}

function byVersion(a: Pick<PartLease, "name" | "version">, b: Pick<PartLease, "name" | "version">): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.version - b.version;
}
