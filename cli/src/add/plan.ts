import type { Addition } from "./addition.ts";
import { planEntity } from "./plan-entity.ts";
import { planField } from "./plan-field.ts";
import { planCommand, planEvent, planRejection } from "./plan-member.ts";
import { planReadModel } from "./plan-read-model.ts";
import { planSaga } from "./plan-saga.ts";
import type { Protos } from "./protos.ts";
import type { AddRequest } from "./requests.ts";

/**
 * What is to be added for what was asked.
 *
 * @throws Failure for a name that cannot be one or is taken, and for what is not there
 */
export function planOf(protos: Protos, request: AddRequest): Addition {
  switch (request.kind) {
    case "entity":
      return planEntity(protos, request);
    case "command":
      return planCommand(protos, request);
    case "event":
      return planEvent(protos, request);
    case "rejection":
      return planRejection(protos, request);
    case "read model":
      return planReadModel(protos, request);
    case "saga":
      return planSaga(protos, request);
    case "field":
      return planField(protos, request);
  }
}
