/** What a panel has of the device: `board`. */
import { call, deleteFile, file, listen, picture, putFile, token } from "./connection.js";
import { events } from "./events.js";
import { t } from "./texts.js";

/**
 * Makes it.
 * @param {function(Error, Element?)} fail shows an error of a call, beside that element where there is one
 */
export function makeBoard(fail) {
    const { on, emit } = events();
    let state;
    let isConnected = false;

    /** A message of the connection: the whole state, an action of somebody, or a change. */
    function take(message) {
        if (message.name === "state") {
            [state] = message.values;
            emit("state", state);
            return;
        }
        emit(message.name, message.values, message);
        if (message.number !== undefined) {
            emit("change", message);
        }
    }

    return {
        /** The device's state, `undefined` before it is known. */
        get state() {
            return state;
        },
        token,
        t,
        call,
        file,
        putFile,
        deleteFile,
        picture,
        fail,
        /**
         * Calls back at `state` and `connected` (at once, too, if there is one), `silent`, `language`, `change`, `action`, `lost`,
         * and at changes by their name.
         * @returns {function()} ends this
         */
        on(name, callback) {
            if (name === "state" && state) {
                callback(state);
            } else if (name === "connected" && isConnected) {
                callback(isConnected);
            }
            return on(name, callback);
        },
        /** Has everything drawn anew that is not drawn by keys of texts. */
        redraw() {
            emit("language");
            if (state) {
                emit("state", state);
            }
        },
        /** Connects, and stays connected. `onRefused` is told if that is not allowed. */
        connect(onRefused) {
            listen({
                onMessage: take,
                onConnected(now) {
                    isConnected = now;
                    emit("connected", now);
                },
                onSilent: (isSilent) => emit("silent", isSilent),
                onRefused,
            });
        },
    };
}
