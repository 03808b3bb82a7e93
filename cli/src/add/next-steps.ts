import { constantName, type Domain } from "@ego/protoc-gen-ego/model";
import { printableName } from "../terminal/printable.ts";
import type { CarriedOut } from "./carry-out.ts";
import { aligned } from "./report.ts";
import type { AddRequest } from "./requests.ts";

/** What is left to be done by hand, as lines, each part with an empty line before it. */
export function nextSteps(request: AddRequest, after: Domain, { inserted }: CarriedOut): readonly string[] {
  const handlers = aligned(inserted.map(({ file, line, member }) => [`${printableName(file)}:${line}`, member]));
  const lines = handlers.length === 0 ? [] : ["", "Fill in:", ...handlers.map((line) => `  ${line}`)];
  const hint = hintOn(request, after);
  return hint === undefined ? lines : [...lines, "", hint];
}

function hintOn(request: AddRequest, { entities }: Domain): string | undefined {
  switch (request.kind) {
    case "entity":
      return `Give it to the engine, among the entities of Engine.start: ${constantName(request.name)}.implement(…)`;
    case "command": {
      const durable = entities.find(({ name }) => name === request.entity)?.durable;
      if (durable || (request.emits ?? []).length > 0) return undefined;
      return `${request.name} emits no event yet. To give it one: ego add event ${request.entity} <Name> --emitted-by ${request.name}`;
    }
    case "rejection":
      if ((request.rejectedBy ?? []).length > 0) return undefined;
      return `No command answers ${request.name} yet: name it in the \`rejects\` of one.`;
    case "read model":
      return `Give it to the engine, among the projections of Engine.start: ${constantName(request.name)}.implement(…)`;
    case "saga":
      return "No engine runs sagas yet: what you fill in is checked by the compiler, and called by nobody.";
    default:
      return undefined;
  }
}
