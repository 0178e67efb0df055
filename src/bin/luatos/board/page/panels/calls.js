export default {
    id: "calls",
    mount() {},
};
