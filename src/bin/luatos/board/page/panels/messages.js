export default {
    id: "messages",
    mount() {},
};
