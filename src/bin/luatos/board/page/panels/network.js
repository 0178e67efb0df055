export default {
    id: "network",
    mount() {},
};
