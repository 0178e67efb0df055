/** The panels in the order in which the page shows them. */
import display from "./panels/display.js";
import pins from "./panels/pins.js";
import keys from "./panels/keys.js";
import log from "./panels/log.js";
import messages from "./panels/messages.js";
import calls from "./panels/calls.js";
import network from "./panels/network.js";
import power from "./panels/power.js";
import parts from "./panels/parts.js";
import serial from "./panels/serial.js";
import sound from "./panels/sound.js";
import traffic from "./panels/traffic.js";
import plots from "./panels/plots.js";
import files from "./panels/files.js";

export default [
    pins,
    keys,
    log,
    display,
    messages,
    calls,
    network,
    power,
    parts,
    serial,
    sound,
    traffic,
    plots,
    files,
];
