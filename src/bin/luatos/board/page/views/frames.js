// What is drawn with the next picture of the screen.

/**
 * @param {() => void} draw
 * @returns {() => void} has it drawn with the next picture of the screen: once, however often this is called until then
 */
export function oncePerFrame(draw) {
    let isScheduled = false;
    return () => {
        if (!isScheduled) {
            isScheduled = true;
            requestAnimationFrame(() => {
                isScheduled = false;
                draw();
            });
        }
    };
}
