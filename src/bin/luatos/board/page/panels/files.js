/** The files of the device: open them, take them, put others in their place. */
import { element, keepChildren, setText, uniqueId } from "../dom.js";
import { button, download, field, filePicker, sizeText } from "../views/controls.js";
import { ask } from "../views/dialog.js";
import { Viewer } from "../views/viewer.js";
import { visible } from "../views/visible.js";

/** Where a file goes that is given from this computer. */
const FOLDER = "/user_dir/";

/** Files that the state lists at most: the first. */
const MOST = 1000;

/** The last part of a path. */
function baseName(path) {
    return path.slice(path.lastIndexOf("/") + 1);
}

class Files {
    #board;
    #viewer = new Viewer();
    #body = element("tbody", {});
    #summary = element("p", { class: "dim" });
    #shown = "";

    constructor(board) {
        this.#board = board;
    }

    mount(place) {
        const table = element("table", { class: "files" }, element("thead", {}, element("tr", {},
            ...["path", "size", "actions"].map((name) => element("th", { scope: "col", text: `files.${name}` })))), this.#body);
        place.append(this.#summary, element("div", { class: "files-frame", tabindex: "0", role: "group", label: "files.list" }, table),
            this.#opener(), this.#uploader(), this.#viewer.element);
        this.#board.on("state", ({ files }) => this.#update(files));
    }

    /** A field for the path of a file that is not in the list, such as a source. */
    #opener() {
        const path = field("files.path", { placeholder: "/lua/main.lua", required: true });
        return element("form", { class: "toolbar", onsubmit: (event) => {
            event.preventDefault();
            this.#open(path.input.value.trim(), path.input);
        } }, path.node, element("button", { text: "files.open" }));
    }

    #uploader() {
        const folder = field("files.folder", { value: FOLDER });
        const picker = filePicker("files.upload", (file) => {
            const target = `${folder.input.value.trim().replace(/\/*$/, "/")}${file.name}`;
            this.#try(() => this.#board.putFile(target, file), picker);
        });
        return element("div", { class: "toolbar" }, folder.node, picker);
    }

    #update(files) {
        // The state comes often, and mostly for other reasons.
        const shown = JSON.stringify(files);
        if (shown === this.#shown) {
            return;
        }
        this.#shown = shown;
        const total = files.reduce((sum, { size }) => sum + size, 0);
        setText(this.#summary, "text", files.length >= MOST ? "files.first" : files.length > 0 ? "files.summary" : "files.none", { count: files.length, size: sizeText(total) });
        keepChildren(this.#body, files.map((file) => [file.path, file]), (path) => this.#row(path));
    }

    #row(path) {
        const size = element("td", { class: "number" });
        const act = (key, action, attributes = {}) => {
            const node = button(key, () => action(node), attributes);
            node.setAttribute("aria-describedby", name.id);
            return node;
        };
        const name = element("th", { scope: "row", id: uniqueId("file") }, element("bdi", {}, visible(path)));
        const actions = element("td", { class: "actions" },
            act("files.open", (node) => this.#open(path, node)),
            act("files.download", (node) => this.#download(path, node)),
            filePicker("files.replace", (file) => this.#try(() => this.#board.putFile(path, file), name)),
            act("files.remove", (node) => this.#remove(path, node), { class: "danger" }));
        const row = element("tr", {}, name, size, actions);
        row.update = ({ size: bytes }) => {
            size.textContent = sizeText(bytes);
            size.title = `${bytes} B`;
        };
        return row;
    }

    async #try(action, node) {
        try {
            await action();
        } catch (error) {
            this.#board.fail(error, node);
        }
    }

    async #get(path) {
        try {
            return await this.#board.file(path);
        } catch (error) {
            throw error.status === 404 ? new Error(this.#board.t("files.absent", { path: visible(path) })) : error;
        }
    }

    #open(path, node) {
        return this.#try(async () => this.#viewer.open(path, await this.#get(path)), node);
    }

    #download(path, node) {
        return this.#try(async () => download(baseName(path), await this.#get(path)), node);
    }

    #remove(path, node) {
        return this.#try(async () => {
            if (await ask("files.confirm", { path: visible(path) }, "files.remove")) {
                await this.#board.deleteFile(path);
            }
        }, node);
    }
}

export default {
    id: "files",
    wide: true,
    mount(place, board) {
        new Files(board).mount(place);
    },
};
