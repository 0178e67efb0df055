/** The panels in the order in which the page shows them. */
import pins from "./panels/pins.js";
import display from "./panels/display.js";
import log from "./panels/log.js";
import keys from "./panels/keys.js";
import messages from "./panels/messages.js";
import parts from "./panels/parts.js";
import network from "./panels/network.js";
import power from "./panels/power.js";
import calls from "./panels/calls.js";
import serial from "./panels/serial.js";
import traffic from "./panels/traffic.js";
import sound from "./panels/sound.js";
import plots from "./panels/plots.js";
import files from "./panels/files.js";

export default [
    pins,
    display,
    log,
    keys,
    messages,
    parts,
    network,
    power,
    calls,
    serial,
    traffic,
    sound,
    plots,
    files,
];
