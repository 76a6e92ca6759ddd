import {
  createStub,
  memoryTransportPair,
  Peer,
  registerHandlers,
  wireOptions,
} from "@stubwright/rpc";
import { type ClientGlobalHandlers, protocol, type ServerRpc } from "./generated/index.gen.js";
import type { ClientGlobalRpc, ServerHandlers } from "./generated/server.gen.js";
import { validators } from "./generated/validators.gen.js";

const options = { ...wireOptions(protocol), validators };
const [near, far] = memoryTransportPair();

// The kitchen. For one in another program: spawnTransport({ command: "kitchen" }) in place of near.
await using server = new Peer(far, options);
const guest = createStub<ClientGlobalRpc>(server, protocol.methods, "clientGlobal");
const kitchen: ServerHandlers = {
  orders: {
    place: async ({ dish, count }) => {
      await guest.event({ event: { type: "order.started", cook: "Ana" } });
      const side = await guest.askGuest({ question: `What goes with the ${dish}?` });
      await guest.event({ event: { type: "order.ready", minutes: 12 } });
      return { total: side === "bread" ? count * 5 : count * 4 };
    },
  },
};
registerHandlers(server, protocol.methods, "server", () => kitchen);

// The client.
await using client = new Peer(near, options);
const handlers: ClientGlobalHandlers = {
  askGuest: () => "bread",
  event: ({ event }) => {
    if (event.type === "order.started") console.log(`${event.cook} cooks`);
    else console.log(`ready after ${event.minutes} minutes`);
  },
};
registerHandlers(client, protocol.methods, "clientGlobal", () => handlers);
client.onDiagnostic((diagnostic) => console.error(diagnostic));
const rpc = createStub<ServerRpc>(client, protocol.methods, "server");
console.log(await rpc.orders.place({ dish: "soup", count: 2 }));
await rpc.orders.place({ dish: "stew", count: 0 }).catch((error) => console.log(error.message));
