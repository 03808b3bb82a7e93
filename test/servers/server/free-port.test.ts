import { expect, test } from "vitest";
import { onFreePort } from "./free-port.ts";

test("a port that another program took meanwhile is given up for another one", async () => {
  const ports: number[] = [];

  await onFreePort(async (port) => {
    ports.push(port);
    if (ports.length < 3) throw new Error("bind: Address already in use");
  });

  expect(new Set(ports).size).toBe(3);
});
