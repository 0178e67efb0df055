/** Calls that arrive in the order in which they were made: requests of a browser may overtake each other. */

/**
 * Makes a function that calls one after the other.
 * @returns {function(function(): Promise): Promise} takes what calls, and returns what that returns
 */
export function inOrder() {
    let last = Promise.resolve();
    return (call) => {
        const next = last.then(call);
        // An error is for who has made that call.
        last = next.catch(() => {});
        return next;
    };
}

/**
 * Makes a function that sends values one after the other, and of those that wait only the newest.
 * @param {function(*): Promise} send
 * @returns {function(*): Promise} has sent the value, or a newer one, when it is done
 */
export function newestOf(send) {
    let waiting = false;
    let newest;
    let running;

    async function run() {
        while (waiting) {
            waiting = false;
            await send(newest);
        }
    }

    return (value) => {
        newest = value;
        waiting = true;
        running ??= run().finally(() => {
            waiting = false;
            running = undefined;
        });
        return running;
    };
}
