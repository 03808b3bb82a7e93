import { beforeAll, describe, expect, test } from "vitest";
import { check } from "./checker.ts";
import type { Evidence } from "./evidence.ts";
import { isReplied, Recorded } from "./plants.ts";
import { answerPlants } from "./plants-in-answers.ts";
import { journalPlants } from "./plants-in-journals.ts";
import { torture, usualFaults } from "./torture.ts";

let recorded: Recorded;

beforeAll(async () => {
  let evidence: Evidence | undefined;
  await torture(
    { store: "memory", seed: 7, commands: 3_000, clients: 32, kills: 0, restarts: 0, faults: usualFaults },
    {
      onEvidence: (own) => {
        evidence = own;
      },
    },
  );
  if (!evidence) throw new Error("nothing was recorded");
  recorded = new Recorded(evidence);
}, 60_000);

test("the checker has nothing to say of what two engines did", () => {
  const { problems, checked } = check(recorded.evidence);
  expect(problems).toEqual({});
  expect(checked.replies).toBeGreaterThan(1_000);
});

test("the checker counts on nothing that it was not given: without answers nothing is known", () => {
  const attempts = recorded.evidence.attempts.map(({ answer: _, ...sent }) => sent);
  const { problems } = check({ ...recorded.evidence, attempts });
  expect(problems).toEqual({ unanswered: recorded.evidence.commands });
});

describe("the checker refuses", () => {
  test.each(Object.entries({ ...journalPlants, ...answerPlants }))("%s", (_, { found, plant }) => {
    const planted = plant(recorded);
    expect(planted).not.toEqual(recorded.evidence);
    const { problems, examples } = check(planted);
    expect(problems[found], examples.join("\n")).toBeGreaterThan(0);
  });
});

test("each reply, were it another one, is found out", () => {
  let planted = 0;
  for (const attempt of recorded.evidence.attempts) {
    if (!isReplied(attempt) || attempt.number % 50 !== 0) continue;
    planted++;
    const { answer } = attempt;
    const other = { ...answer, state: `${answer.state}0` };
    const { problems } = check(recorded.instead(attempt, { answer: other }));
    expect(problems, JSON.stringify(attempt)).toMatchObject({ "wrong reply": 1 });
  }
  expect(planted).toBeGreaterThan(20);
});
