/** The panels in the order in which the page shows them. */
import pins from "./panels/pins.js";
import keys from "./panels/keys.js";
import messages from "./panels/messages.js";
import calls from "./panels/calls.js";
import network from "./panels/network.js";
import power from "./panels/power.js";
import parts from "./panels/parts.js";

export default [
    pins,
    keys,
    messages,
    calls,
    network,
    power,
    parts,
];
