export default {
    id: "parts",
    mount() {},
};
