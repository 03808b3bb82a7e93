import { create, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { readDomain } from "@ego/protoc-gen-ego/model";
import { breakageFindings, narrowedFields, renumberedFields, requiredFields } from "../../cli/src/evolution/bytes.ts";
import type { Change, Rule, Version } from "../../cli/src/evolution/change.ts";
import { rules as allRules } from "../../cli/src/evolution/rules.ts";
import { type Breakage, breakagesOf } from "../../cli/src/evolution/wire.ts";
import { type WirePair, wirePairs } from "../../cli/src/evolution/wire-pairs.ts";
import { isUnchanged } from "../../cli/src/evolution/wire-same.ts";
import type { Finding } from "../../cli/src/project/finding.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { buildProtos } from "../golden/harness.ts";
import type { Protos } from "./before.ts";

const root = `${import.meta.dirname}/../..`;

/** Two versions of some protos. */
export interface Versions {
  readonly before: Protos;
  readonly now: Protos;
}

/** The changes of many versions: all of them are built at once, each in packages of its own. */
export function changesOf(versions: readonly Versions[]): readonly Change[] {
  const build = (side: keyof Versions) => {
    const all = versions.flatMap((one, index) =>
      Object.entries(one[side]).map(([path, text]) => [`p${index}/${path}`, inPackage(index, text)]),
    );
    return buildProtos(Object.fromEntries(all));
  };
  const [before, now] = [build("before"), build("now")];
  return versions.map((_, index) => ({ before: version(index, before), now: version(index, now), ref: "main" }));
}

/** What is compared of a change, and what buf says of it. */
export interface Compared {
  readonly change: Change;
  readonly pairs: readonly WirePair[];
  readonly breakages: readonly Breakage[];
}

/** Has buf compare many changes at once. */
export async function compared(
  changes: readonly Change[],
  pairsOf: (change: Change) => readonly WirePair[] = wirePairs,
): Promise<readonly Compared[]> {
  const all = changes.map((change) => ({ change, pairs: pairsOf(change) }));
  const breakages = Map.groupBy(
    await breakagesOf(
      fakeHost(root),
      { root },
      all.flatMap(({ pairs }) => pairs),
    ),
    ({ pair }) => pair,
  );
  return all.map(({ change, pairs }) => ({
    change,
    pairs,
    breakages: pairs.flatMap((pair) => breakages.get(pair) ?? []),
  }));
}

/** What is found in each of many changes. */
export function findingsOf(
  all: readonly Compared[],
  rules: readonly Rule[] = allRules,
): readonly (readonly Finding[])[] {
  return all.map(({ change, pairs, breakages }, index) =>
    [
      ...rules.flatMap((rule) => rule(change)),
      ...narrowedFields(change, changedOf(pairs)),
      ...renumberedFields(change, changedOf(pairs)),
      ...requiredFields(change, changedOf(pairs)),
      ...breakageFindings(change, breakages),
    ].map((finding) => withoutPackage(index, finding)),
  );
}

function changedOf(pairs: readonly WirePair[]): readonly WirePair[] {
  return pairs.filter((pair) => !isUnchanged(pair));
}

function inPackage(index: number, text: string): string {
  return text.replace(/\b(bank|shop)([./])v(?=\d)/g, `p${index}$2$1$2v`);
}

function withoutPackage(index: number, finding: Finding): Finding {
  return JSON.parse(JSON.stringify(finding).replaceAll(`p${index}.`, "").replaceAll(`p${index}/`, "")) as Finding;
}

function version(index: number, { file: all }: FileDescriptorSet): Version {
  const own = all.filter(({ name }) => name.startsWith(`p${index}/`));
  const options = all
    .filter(({ name }) => /^(?:ego|google)\//.test(name))
    .map((file) => ({ ...file, sourceCodeInfo: undefined }));
  // Through bytes, as an image is read: each domain has descriptors of its own.
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...options, ...own] }));
  const names = new Set(own.map(({ name }) => name));
  return { domain: readDomain(bytes), placeOf: (at) => (names.has(at.file) ? at : undefined) };
}
