import { check } from "./checker.ts";
import { Client } from "./client.ts";
import { Cluster } from "./cluster.ts";
import { type History, newHistory } from "./history.ts";
import { type Plan, planOf } from "./plan.ts";
import { type Found, recoveredBy } from "./recovered.ts";
import { nobody, type Saboteur } from "./saboteur.ts";
import { SimulatedJournal } from "./simulated-journal.ts";
import { SimulatedNode, type Surroundings } from "./simulated-node.ts";
import { World } from "./world.ts";

/** What became of one seed. */
export interface Outcome {
  readonly seed: number;
  readonly plan: Plan;
  /** What is not as promised; none in a good world. */
  readonly problems: readonly string[];
  readonly trace: readonly string[];
  readonly history: History;
  readonly steps: number;
}

/** Longer than anything in a world takes, in milliseconds. */
const aLongTime = 120_000;

/** Makes a world of a seed, lets it happen, and checks what happened. */
export async function simulate(seed: number, saboteur: Saboteur = nobody): Promise<Outcome> {
  const world = new World(seed);
  const plan = planOf(world.random);
  const history = newHistory();
  const journal = new SimulatedJournal(plan.shardCount);
  let calm = false;
  const surroundings: Surroundings = { world, plan, journal, history, saboteur, faults: () => !calm };
  const cluster = new Cluster(surroundings);
  let recovered: readonly Found[] = [];
  world.onSettled = () => {
    for (const { name, underWay } of cluster.living) {
      if (underWay > plan.maxCommands) {
        history.problems.push(
          `bounds: ${underWay} commands under way on ${name}, and maxCommands is ${plan.maxCommands}`,
        );
      }
    }
  };

  const live = async () => {
    await cluster.start();
    let operations = 0;
    const clients = Array.from({ length: plan.clients }, (_, i) => new Client(`client ${i}`, surroundings, cluster));
    await Promise.all([cluster.accidents(), ...clients.map((client) => client.run(() => operations++))]);
    calm = true;
    await cluster.stop();
    await world.sleep(aLongTime, "fate", "all has arrived");
    recovered = await recoveredBy(await SimulatedNode.start("the last one", surroundings), plan);
  };
  const stuck = await world.until(live());
  if (stuck !== undefined) {
    const waiting = history.attempts.filter(({ answer }) => answer === undefined).map(({ index }) => index);
    history.problems.push(`liveness: ${stuck}, and no answer to ${waiting.join(", ") || "a stop"}`);
  }
  const problems = [
    ...history.problems,
    ...(await check(journal, history, plan, stuck === undefined ? recovered : undefined)),
  ];
  return { seed, plan, problems, trace: world.trace, history, steps: world.steps };
}
