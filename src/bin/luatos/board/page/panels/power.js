export default {
    id: "power",
    mount() {},
};
