/** What the panels hear: changes of the device, its state, whether there is a connection. */

/** Makes a place where callbacks wait for events by name. */
export function events() {
    const callbacks = new Map();

    return {
        /**
         * Calls back at each event of that name.
         * @returns {function()} ends this
         */
        on(name, callback) {
            if (!callbacks.has(name)) {
                callbacks.set(name, new Set());
            }
            callbacks.get(name).add(callback);
            return () => callbacks.get(name).delete(callback);
        },
        /** An event happens. An error of one callback keeps it from no other. */
        emit(name, ...values) {
            for (const callback of callbacks.get(name) ?? []) {
                try {
                    callback(...values);
                } catch (error) {
                    console.error(error);
                }
            }
        },
    };
}
