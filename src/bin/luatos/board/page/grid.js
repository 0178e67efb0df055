/** Packs panels of different heights without holes: each spans as many short rows of the grid as it is high. */

/** Pixels of a row, as `grid-auto-rows` in style.css. */
const ROW = 8;

/**
 * Keeps the children of a grid packed.
 * @param {HTMLElement} grid
 */
export function packGrid(grid) {
    const observer = new ResizeObserver((entries) => {
        for (const { target, borderBoxSize } of entries) {
            const height = borderBoxSize[0].blockSize;
            const gap = Number.parseFloat(getComputedStyle(grid).columnGap) || 0;
            target.style.gridRowEnd = `span ${Math.ceil((height + gap) / ROW)}`;
        }
    });
    for (const child of grid.children) {
        observer.observe(child);
    }
}
