/** The texts of the page in English, by name. texts/zh.js has the same names. */
export default {
    "frame.title": "LuatOS board",
    "frame.skip": "Skip to the panels",
    "frame.connecting": "Connecting…",
    "frame.connected": "Connected",
    "frame.lost": "Connection lost, trying again…",
    "frame.panels": "Panels",
    "frame.network": "Network",
    "frame.battery": "Battery",
    "frame.time": "Running",
    "frame.memory": "Lua memory",
    "frame.tasks": "Tasks",
    "frame.restarts": "Restarts",
    "frame.language": "Language",
    "frame.theme": "Theme",
    "frame.theme.system": "Theme: system",
    "frame.theme.light": "Theme: light",
    "frame.theme.dark": "Theme: dark",

    "refusal.title": "The runner does not let this page in",
    "refusal.none": "The address has no token.",
    "refusal.wrong": "The token in the address is wrong.",
    "refusal.other": "The runner refuses this address.",
    "refusal.where": "luatos --board prints the address with its token when it starts: open that one, or enter the token here.",
    "refusal.token": "Token",
    "refusal.open": "Open",

    "panel.pins": "Pins",
    "pins.outputs": "Outputs",
    "pins.inputs": "Inputs",
    "pins.waves": "Pulse-width modulation",
    "pins.empty": "The script uses no pin yet.",
    "pins.high": "high",
    "pins.low": "low",
    "pins.blinks": "blinks: {on} ms on, {off} ms off",
    "pins.input": "input",
    "pins.interrupt": "interrupt",
    "pins.unused": "not used by the script",
    "pins.other": "Drive another pin",
    "pins.pin": "Pin",
    "pins.level": "Level",
    "pins.drive": "Drive",

    "panel.keys": "Keys",

    "panel.messages": "Messages",

    "panel.calls": "Calls",

    "panel.network": "Network",
    "network.registered": "registered",
    "network.searching": "searching",
    "network.none": "no coverage",

    "panel.power": "Power and sensors",

    "panel.parts": "Parts",
};
