/** Battery, charger, temperature, and the voltages at the analogue inputs. */
import { slider, toggle } from "../controls.js";
import { element, keepChildren } from "../dom.js";
import { batteryIcon, charge } from "../icons.js";

/** Millivolts that the slider of the battery reaches from and to, and of the analogue inputs. */
const BATTERY = [3000, 4400];
const MOST_ANALOG = 5000;

/** Degrees Celsius of the slider. */
const TEMPERATURE = [-40, 85];

/** Analogue inputs that are there in any case. */
const CHANNELS = ["2", "3"];

const volts = (millivolts) => `${(millivolts / 1000).toFixed(2)} V`;

function analogInput(channel, board) {
    return slider({
        label: { plain: `ADC ${channel}` },
        min: 0,
        max: MOST_ANALOG,
        step: 10,
        show: (millivolts) => `${millivolts} mV`,
        send: (millivolts) => board.call("adc", Number(channel), millivolts),
    }, board);
}

export default {
    id: "power",
    mount(place, board) {
        const icon = batteryIcon();
        const battery = slider({
            label: "power.battery",
            min: BATTERY[0],
            max: BATTERY[1],
            step: 10,
            show: (millivolts) => `${volts(millivolts)} · ${charge(millivolts)} %`,
            send: (millivolts) => board.call("battery", millivolts),
        }, board);
        const charger = toggle({ label: "power.charger", send: (isThere) => board.call("charger", isThere) }, board);
        const temperature = slider({
            label: "power.temperature",
            min: TEMPERATURE[0],
            max: TEMPERATURE[1],
            show: (celsius) => `${celsius} °C`,
            send: (celsius) => board.call("temperature", celsius),
        }, board);
        const channels = element("div", {});
        place.append(
            element("div", { class: "group" }, element("div", { class: "row spread" }, charger, icon), battery, temperature),
            element("div", { class: "group", role: "group", label: "power.analog" }, element("h3", { text: "power.analog" }), channels),
        );
        board.on("state", ({ power, temperature: celsius, adc }) => {
            icon.update(power.battery, power.charger);
            battery.update(power.battery);
            charger.update(power.charger);
            temperature.update(celsius);
            const voltages = { ...Object.fromEntries(CHANNELS.map((channel) => [channel, 0])), ...adc };
            keepChildren(channels, Object.entries(voltages), (channel) => analogInput(channel, board));
        });
    },
};
