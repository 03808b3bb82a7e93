import { transfer } from "../../golden/gen/golden/bank/v1/transfer_ego.ts";
import { transferProcessBehavior } from "../../golden/transfer.ts";

// error at 20: TS2741: Property 'commands' is missing in type 'TransferProcessBehavior' but required in type 'TransferBehavior'.
transfer.implement(transferProcessBehavior);
