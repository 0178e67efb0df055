export default {
    id: "keys",
    mount() {},
};
