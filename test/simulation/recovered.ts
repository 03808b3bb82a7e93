import type { Plan } from "./plan.ts";
import type { SimulatedNode } from "./simulated-node.ts";

/** An entity as an engine finds it that knows nothing but the journal. */
export interface Found {
  readonly id: string;
  readonly revision: number;
  /** In the words of the model. */
  readonly state: string;
}

/** Reads all entities of a world. */
export async function recoveredBy(node: SimulatedNode, plan: Plan): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let i = 0; i < plan.accounts; i++) found.push({ id: `a-${i}`, ...(await node.read("account", `a-${i}`)) });
  for (let i = 0; i < plan.items; i++) found.push({ id: `i-${i}`, ...(await node.read("item", `i-${i}`)) });
  return found;
}
